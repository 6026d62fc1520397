/* SPDX-License-Identifier: MIT */
/*
 * Bursts are folded as they come and not when they are shown, so that a thousand people who lose
 * their server together cost one line and do not push the rest out. What concerns the watched is
 * never folded: that is what one watches for.
 */
#include "dashboard/model/journal.h"

#include <stdlib.h>

static struct event_line *line_at(struct journal *journal, size_t newest_first) {
    const size_t back = journal->count - 1 - newest_first;
    return &journal->lines[(journal->first + back) % JOURNAL_LINES];
}

const struct event_line *journal_at(const struct journal *journal, size_t newest_first) {
    if (newest_first >= journal->count)
        return NULL;
    const size_t back = journal->count - 1 - newest_first;
    return &journal->lines[(journal->first + back) % JOURNAL_LINES];
}

static void drop_oldest(struct journal *journal) {
    free(journal->lines[journal->first].text);
    journal->first = (journal->first + 1) % JOURNAL_LINES;
    journal->count--;
}

static void drop_newest(struct journal *journal) {
    free(line_at(journal, 0)->text);
    journal->count--;
}

static void drop(struct journal *journal, size_t newest_first) {
    free(line_at(journal, newest_first)->text);
    for (size_t i = newest_first; i > 0; i--)
        *line_at(journal, i) = *line_at(journal, i - 1);
    journal->count--;
}

static int append(struct journal *journal, const struct event_line *line) {
    const bool full = journal->count == JOURNAL_LINES;
    if (full)
        drop_oldest(journal);
    journal->count++;
    *line_at(journal, 0) = *line;
    return full ? 0 : 1;
}

/* ---- bursts ---- */

static bool can_fold(const struct event_line *line) {
    return !line->watched && (line->kind == EVENT_CAME || line->kind == EVENT_WENT);
}

static void fold_in(struct event_line *burst, const struct event_line *line) {
    *(line->kind == EVENT_CAME ? &burst->came : &burst->went) += 1;
    burst->until_ms = line->at_ms;
    for (int i = 0; i < JOURNAL_SOME; i++) {
        if (burst->some[i] == NULL || burst->some[i] == line->who) {
            burst->some[i] = line->who;
            return;
        }
    }
}

/* How many of the newest lines belong together with one that comes now. */
static size_t in_a_row(const struct journal *journal, const struct event_line *line) {
    size_t count = 0;
    int64_t next_ms = line->at_ms;
    const struct event_line *before;
    while ((before = journal_at(journal, count)) != NULL && can_fold(before) &&
           next_ms - before->at_ms <= BURST_MS) {
        next_ms = before->at_ms;
        count++;
    }
    return count;
}

static int begin_burst(struct journal *journal, const struct event_line *line, size_t folded) {
    struct event_line burst = {.kind = EVENT_BURST, .at_ms = line_at(journal, folded - 1)->at_ms};
    for (size_t i = folded; i > 0; i--)
        fold_in(&burst, line_at(journal, i - 1));
    fold_in(&burst, line);
    for (size_t i = 0; i < folded; i++)
        drop_newest(journal);
    return append(journal, &burst) - (int)folded;
}

int journal_add(struct journal *journal, const struct event_line *line) {
    struct event_line *newest = journal->count > 0 ? line_at(journal, 0) : NULL;
    if (can_fold(line) && newest != NULL) {
        const size_t folded = in_a_row(journal, line);
        const bool goes_on = newest->kind == EVENT_BURST &&
                             line->at_ms - newest->until_ms <= BURST_MS;
        if (goes_on)
            fold_in(newest, line);
        if (goes_on || folded + 1 >= BURST_LINES) {
            const int longer = goes_on ? 0 : begin_burst(journal, line, folded);
            free(line->text);
            return longer;
        }
    }
    struct event_line added = *line;
    added.until_ms = added.at_ms;
    return append(journal, &added);
}

/* ---- flaps ---- */

void journal_flaps(struct journal *journal, struct person *who, int64_t since_ms, unsigned changes,
    int64_t now_ms) {
    struct event_line flaps = {
        .kind = EVENT_FLAPS, .who = who, .at_ms = now_ms, .until_ms = now_ms};
    for (size_t i = journal->count; i > 0; i--) {
        const struct event_line *line = line_at(journal, i - 1);
        if (line->who != who || line->at_ms < since_ms)
            continue;
        if (line->kind != EVENT_CAME && line->kind != EVENT_WENT)
            continue;
        if (line->at_ms < flaps.at_ms)
            flaps.at_ms = line->at_ms;
        *(line->kind == EVENT_CAME ? &flaps.came : &flaps.went) += 1;
        flaps.watched = line->watched;
        drop(journal, i - 1);
    }
    /* Of which there was no line, because it was before we came: it began with the time given. */
    for (bool came = true; flaps.came + flaps.went < changes; came = !came) {
        flaps.at_ms = since_ms;
        *(came ? &flaps.came : &flaps.went) += 1;
    }
    append(journal, &flaps);
}

bool journal_flaps_on(
    struct journal *journal, const struct person *who, bool came, int64_t now_ms) {
    for (size_t i = 0; i < journal->count; i++) {
        struct event_line *line = line_at(journal, i);
        if (line->who != who || line->kind != EVENT_FLAPS)
            continue;
        *(came ? &line->came : &line->went) += 1;
        line->until_ms = now_ms;
        return true;
    }
    return false;
}

/* ---- away ---- */

void journal_away(struct journal *journal, bool came, int64_t now_ms) {
    struct event_line *line = NULL;
    for (size_t i = 0; i < journal->count && line == NULL; i++) {
        struct event_line *at = line_at(journal, i);
        if (now_ms - at->at_ms > AWAY_MS)
            break;
        line = at->kind == EVENT_AWAY ? at : NULL;
    }
    if (line == NULL) {
        append(journal, &(struct event_line){.kind = EVENT_AWAY, .at_ms = now_ms});
        line = line_at(journal, 0);
    }
    *(came ? &line->came : &line->went) += 1;
    line->until_ms = now_ms;
}

/* ---- reading ---- */

static bool is_shown(const struct event_line *line, const struct journal_filter *filter) {
    return line->until_ms >= filter->since_ms && filter->level != LEVEL_NONE &&
           (filter->level == LEVEL_ALL || line->watched || line->kind == EVENT_NOTE ||
               line->kind == EVENT_AWAY);
}

const struct event_line *journal_shown(
    const struct journal *journal, const struct journal_filter *filter, size_t newest_first) {
    for (size_t i = 0; i < journal->count; i++) {
        const struct event_line *line = journal_at(journal, i);
        if (is_shown(line, filter) && newest_first-- == 0)
            return line;
    }
    return NULL;
}

size_t journal_shown_count(const struct journal *journal, const struct journal_filter *filter) {
    size_t count = 0;
    for (size_t i = 0; i < journal->count; i++)
        count += is_shown(journal_at(journal, i), filter);
    return count;
}

void journal_fini(struct journal *journal) {
    while (journal->count > 0)
        drop_oldest(journal);
}
