/* SPDX-License-Identifier: MIT */
/*
 * The first word about somebody is no event: they did not come, we did. Nothing is noticed about
 * ourselves. Who flaps is noticed once, and then only counted.
 */
#include "dashboard/model/notice.h"

#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 60 * 60 * 1000 };

static void add(struct model *model, const struct event_line *line) {
    if (model->ear.happened != NULL)
        model->ear.happened(model->ear.context, line);
    const int longer = journal_add(&model->journal, line);
    /* Who reads old lines keeps them where they are. */
    model->looking.changes++;
    if (model->event_scroll > 0 || model->looking.paused)
        model->event_scroll = longer < 0 && model->event_scroll < (size_t)-longer
                                  ? 0
                                  : model->event_scroll + (size_t)longer;
}

static void begin_flapping(struct model *model, struct person *person, int64_t now_ms) {
    person->flaps = true;
    model->flapping++;
    const int64_t from_ms = now_ms - FLAP_MS;
    const int64_t first_ms = history_first_change(&person->history, from_ms, now_ms);
    journal_flaps(&model->journal, person, first_ms != 0 ? first_ms : from_ms,
        history_changes(&person->history, from_ms, now_ms) + 1, now_ms);
    const struct event_line line = {.at_ms = now_ms, .kind = EVENT_FLAPS, .who = person};
    if (model->ear.happened != NULL)
        model->ear.happened(model->ear.context, &line);
}

/* Whole characters of a text, at most so many bytes. */
static int whole_bytes(const char *text, size_t most) {
    size_t len = strnlen(text, most + 1);
    if (len > most)
        for (len = most; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
            len--;
    return (int)len;
}

/* Whoever waits for the next time has had it. */
static void tell(struct model *model, struct person *person, const char *did) {
    char text[ALERT_BYTES];
    snprintf(text, sizeof text, "%.*s %s", whole_bytes(person->name, ALERT_BYTES / 2), person->name,
        did);
    watching_alert(&model->watching, text, true);
    if (person->watch == WATCH_NEXT)
        watching_set(&model->watching, person->id, person, WATCH_OFF);
}

static void notice_change(struct model *model, struct person *person, bool came, int64_t now_ms) {
    const int64_t since_ms = history_since(&person->history);
    person->seen_ms = person->changed_ms = now_ms;
    if (person->flaps) {
        journal_flaps_on(&model->journal, person, came, now_ms);
        if (person->watch == WATCH_NEXT) /* that it is once was promised */
            tell(model, person, came ? "came online" : "went offline");
        return;
    }
    /* The history has not got this change yet. */
    const bool flaps = history_changes(&person->history, now_ms - FLAP_MS, now_ms) + 1 >
                       FLAP_CHANGES;
    add(model, &(struct event_line){.at_ms = now_ms,
                   .kind = came ? EVENT_CAME : EVENT_WENT,
                   .who = person,
                   .watched = person->watch != WATCH_OFF,
                   .lasted_ms = since_ms != 0 && now_ms > since_ms ? now_ms - since_ms : 0});
    *(came ? &model->came : &model->went) += 1;
    if (person->watch != WATCH_OFF)
        tell(model, person,
            flaps && person->watch == WATCH_ALWAYS ? "comes and goes: no more of it until they stay"
            : came                                 ? "came online"
                                                   : "went offline");
    if (flaps)
        begin_flapping(model, person, now_ms);
}

static void notice_status(
    struct model *model, struct person *person, const char *status, int64_t now_ms) {
    char *clean = text_cleaned(status);
    if (clean != NULL && strcmp(clean, person->status) != 0)
        add(model, &(struct event_line){.at_ms = now_ms,
                       .kind = EVENT_STATUS,
                       .who = person,
                       .watched = person->watch != WATCH_OFF,
                       .text = clean});
    else
        free(clean);
}

/* What an earlier run saw last, before it ended. */
static enum seen seen_before(const struct history *history) {
    const unsigned count = history->count;
    return count >= 2 && history_turn(history, count - 1).seen == SEEN_UNKNOWN
               ? history_turn(history, count - 2).seen
               : SEEN_UNKNOWN;
}

/* The first word of this run, where an earlier one kept what it saw. */
static void notice_first(struct model *model, struct person *person, bool online, int64_t now_ms) {
    const enum seen before = seen_before(&person->history);
    if (before == SEEN_UNKNOWN || (before == SEEN_HOME) == online)
        return;
    person->changed_ms = now_ms;
    journal_away(&model->journal, online, now_ms);
    *(online ? &model->came : &model->went) += 1;
}

void notice_told(
    struct model *model, struct person *person, const struct person_told *told, int64_t now_ms) {
    if (!person->was_live && told->live && !person->me)
        notice_first(model, person, told->online, now_ms);
    if (!person->live || !told->live || person->me)
        return;
    if (told->online != person->online)
        notice_change(model, person, told->online, now_ms);
    else if (told->status != NULL && told->status[0] != '\0' && told->online)
        notice_status(model, person, told->status, now_ms);
}

/* Histories change here only, so that whoever keeps them misses nothing. */
static int put(struct model *model, struct person *person, enum seen seen, int64_t at_ms) {
    const enum seen before = history_at(&person->history, INT64_MAX);
    const int fault = history_put(&person->history, seen, at_ms);
    if (fault != 0 || before == seen)
        return fault;
    diary_note(&model->diary, person);
    if (person->in_all)
        plot_note(&model->plot, before, seen,
            history_turn(&person->history, person->history.count - 1).at_ms);
    return 0;
}

int notice_state(struct model *model, struct person *person, int64_t now_ms) {
    const enum seen seen = !person->live ? SEEN_UNKNOWN : person->online ? SEEN_HOME : SEEN_AWAY;
    return put(model, person, seen, now_ms);
}

void notice_silence(struct model *model, struct person *person, int64_t since_ms) {
    /* Without memory for it the gap would look like more of the same: then rather nothing. */
    if (put(model, person, SEEN_UNKNOWN, since_ms) < 0) {
        history_fini(&person->history);
        plot_forget(&model->plot);
    }
}

void notice_time(struct model *model, int64_t now_ms) {
    size_t i = 0;
    plot_forget(&model->plot);
    for (struct person *person; (person = table_next(&model->people, &i)) != NULL;) {
        history_forget(&person->history, now_ms - model->history_ms);
        if (!person->flaps || history_flaps(&person->history, true, now_ms))
            continue;
        person->flaps = false;
        model->flapping--;
    }
}

unsigned notice_flaps_an_hour(const struct person *person, int64_t now_ms) {
    return history_changes(&person->history, now_ms - HOUR_MS, now_ms);
}
