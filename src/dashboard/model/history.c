/* SPDX-License-Identifier: MIT */
/*
 * A turn is one number: seconds since 2020 in the upper 30 bits, what was seen in the lower two.
 * That lasts until 2054, and a comparison of numbers is one of times. Invariants: times never fall,
 * neighbours differ in what was seen.
 */
#include "dashboard/model/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const int64_t epoch_s = 1577836800; /* 2020-01-01 */
static const int64_t most_s = (INT64_C(1) << 30) - 1;

static uint32_t pack(enum seen seen, int64_t at_ms) {
    int64_t s = at_ms / 1000 - epoch_s;
    s = s < 0 ? 0 : s > most_s ? most_s : s;
    return (uint32_t)s << 2 | (uint32_t)seen;
}

static const uint32_t *turns_of(const struct history *history) {
    return history->cap != 0 ? history->turns.many : history->turns.few;
}

static uint32_t *own_turns(struct history *history) {
    return history->cap != 0 ? history->turns.many : history->turns.few;
}

struct turn history_turn(const struct history *history, unsigned i) {
    const uint32_t packed = turns_of(history)[i];
    return (struct turn){((int64_t)(packed >> 2) + epoch_s) * 1000, (enum seen)(packed & 3)};
}

/* The oldest are forgotten. */
static void shift(struct history *history, unsigned gone) {
    uint32_t *turns = own_turns(history);
    history->count = (uint16_t)(history->count - gone);
    memmove(turns, turns + gone, history->count * sizeof *turns);
}

static int make_room(struct history *history) {
    if (history->count < (history->cap != 0 ? history->cap : HISTORY_FEW))
        return 0;
    if (history->cap == HISTORY_TURNS) {
        shift(history, 1);
        return 0;
    }
    const unsigned cap = history->cap != 0 ? history->cap * 2u : 2 * HISTORY_FEW;
    uint32_t *old = history->cap != 0 ? history->turns.many : NULL;
    uint32_t *more = realloc(old, cap * sizeof *more);
    if (more == NULL)
        return -ENOMEM;
    if (old == NULL)
        memcpy(more, history->turns.few, sizeof history->turns.few);
    history->turns.many = more;
    history->cap = (uint16_t)cap;
    return 0;
}

static enum seen last_seen(const struct history *history) {
    return history->count > 0 ? history_turn(history, history->count - 1).seen : SEEN_UNKNOWN;
}

int history_put(struct history *history, enum seen seen, int64_t at_ms) {
    if (seen == last_seen(history))
        return 0;
    uint32_t packed = pack(seen, at_ms);
    if (history->count > 0) {
        const uint32_t last = turns_of(history)[history->count - 1] >> 2;
        if (packed >> 2 < last)
            packed = last << 2 | (uint32_t)seen;
    }
    const int fault = make_room(history);
    if (fault == 0)
        own_turns(history)[history->count++] = packed;
    return fault;
}

/* How many turns are at or before a time. */
static unsigned turns_until(const struct history *history, int64_t at_ms) {
    unsigned low = 0, high = history->count;
    while (low < high) {
        const unsigned middle = low + (high - low) / 2;
        if (history_turn(history, middle).at_ms <= at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void history_forget(struct history *history, int64_t before_ms) {
    unsigned gone = turns_until(history, before_ms);
    if (gone == 0)
        return;
    const struct turn held = history_turn(history, gone - 1);
    if (held.seen != SEEN_UNKNOWN)
        own_turns(history)[--gone] = pack(held.seen, before_ms);
    shift(history, gone);
}

void history_fini(struct history *history) {
    if (history->cap != 0)
        free(history->turns.many);
    *history = (struct history){0};
}

enum seen history_at(const struct history *history, int64_t at_ms) {
    const unsigned until = turns_until(history, at_ms);
    return until > 0 ? history_turn(history, until - 1).seen : SEEN_UNKNOWN;
}

/* The part of the i-th turn that lies in [from, to). */
static int64_t part(const struct history *history, unsigned i, int64_t from_ms, int64_t to_ms) {
    const int64_t begin = history_turn(history, i).at_ms;
    const int64_t end = i + 1 < history->count ? history_turn(history, i + 1).at_ms : to_ms;
    const int64_t first = begin > from_ms ? begin : from_ms, last = end < to_ms ? end : to_ms;
    return last > first ? last - first : 0;
}

int64_t history_time(
    const struct history *history, enum seen seen, int64_t from_ms, int64_t to_ms) {
    int64_t known = 0, time = 0;
    unsigned i = turns_until(history, from_ms);
    for (i = i > 0 ? i - 1 : 0; i < history->count; i++) {
        const struct turn turn = history_turn(history, i);
        if (turn.at_ms >= to_ms)
            break;
        const int64_t ms = part(history, i, from_ms, to_ms);
        known += turn.seen != SEEN_UNKNOWN ? ms : 0;
        time += turn.seen == seen ? ms : 0;
    }
    return seen == SEEN_UNKNOWN ? (to_ms > from_ms ? to_ms - from_ms : 0) - known : time;
}

unsigned history_visits(const struct history *history, int64_t from_ms, int64_t to_ms) {
    unsigned visits = history_at(history, from_ms) == SEEN_HOME;
    for (unsigned i = turns_until(history, from_ms); i < history->count; i++) {
        const struct turn turn = history_turn(history, i);
        if (turn.at_ms >= to_ms)
            break;
        /* Home, unknown, home: the link was lost, not the visitor. */
        const bool lost = i >= 2 && history_turn(history, i - 1).seen == SEEN_UNKNOWN &&
                          history_turn(history, i - 2).seen == SEEN_HOME && visits > 0;
        visits += turn.seen == SEEN_HOME && !lost;
    }
    return visits;
}

static unsigned count_changes(
    const struct history *history, int64_t from_ms, int64_t to_ms, int64_t *first_ms) {
    unsigned changes = 0;
    const unsigned first = turns_until(history, from_ms);
    for (unsigned i = first > 0 ? first : 1; i < history->count; i++) {
        const struct turn turn = history_turn(history, i);
        if (turn.at_ms > to_ms)
            break;
        if (turn.seen == SEEN_UNKNOWN || history_turn(history, i - 1).seen == SEEN_UNKNOWN)
            continue;
        if (changes++ == 0)
            *first_ms = turn.at_ms;
    }
    return changes;
}

unsigned history_changes(const struct history *history, int64_t from_ms, int64_t to_ms) {
    int64_t first_ms;
    return count_changes(history, from_ms, to_ms, &first_ms);
}

int64_t history_first_change(const struct history *history, int64_t from_ms, int64_t to_ms) {
    int64_t first_ms = 0;
    (void)count_changes(history, from_ms, to_ms, &first_ms);
    return first_ms;
}

bool history_flaps(const struct history *history, bool flapped, int64_t now_ms) {
    const unsigned changes = history_changes(history, now_ms - FLAP_MS, now_ms);
    return flapped ? changes >= FLAP_CHANGES / 2 : changes > FLAP_CHANGES;
}

int64_t history_overlap(
    const struct history *a, const struct history *b, int64_t from_ms, int64_t to_ms) {
    int64_t both = 0;
    for (unsigned i = 0; i < a->count; i++) {
        const struct turn turn = history_turn(a, i);
        const int64_t end = i + 1 < a->count ? history_turn(a, i + 1).at_ms : to_ms;
        const int64_t first = turn.at_ms > from_ms ? turn.at_ms : from_ms;
        if (turn.seen == SEEN_HOME && first < to_ms && end > first)
            both += history_time(b, SEEN_HOME, first, end < to_ms ? end : to_ms);
    }
    return both;
}

int64_t history_since(const struct history *history) {
    if (history->count < 2 || last_seen(history) == SEEN_UNKNOWN ||
        history_turn(history, history->count - 2).seen == SEEN_UNKNOWN)
        return 0;
    return history_turn(history, history->count - 1).at_ms;
}

void history_strip(const struct history *history, int64_t to_ms, int64_t step_ms, int64_t now_ms,
    int8_t *parts, int count) {
    const int64_t first_ms = history->count > 0 ? history_turn(history, 0).at_ms : INT64_MAX;
    for (int i = 0; i < count; i++) {
        const int64_t begin = to_ms - step_ms * (count - i);
        const int64_t end = begin + step_ms < now_ms ? begin + step_ms : now_ms;
        parts[i] = STRIP_UNKNOWN;
        if (end <= first_ms)
            continue;
        const int64_t home = history_time(history, SEEN_HOME, begin, end);
        const int64_t away = history_time(history, SEEN_AWAY, begin, end);
        const bool goes_on = begin + step_ms > now_ms; /* all that is known of it may be now */
        /* whoever was there at all is seen to have been */
        if (home + away > 0 && (goes_on || (home + away) * 2 >= end - begin))
            parts[i] = (int8_t)((home * STRIP_FULL + home + away - 1) / (home + away));
    }
}
