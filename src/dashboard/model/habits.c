/* SPDX-License-Identifier: MIT */
#include "dashboard/model/habits.h"

#include <stdlib.h>

enum { DAYS_MOST = 32 };

/* The first and the last moment at home in [from, to). */
static bool stay_of(
    const struct history *history, int64_t from_ms, int64_t to_ms, int64_t *first, int64_t *last) {
    bool any = false;
    for (unsigned i = 0; i < history->count; i++) {
        const struct turn turn = history_turn(history, i);
        const int64_t end = i + 1 < history->count ? history_turn(history, i + 1).at_ms : to_ms;
        if (turn.seen != SEEN_HOME || turn.at_ms >= to_ms || end <= from_ms)
            continue;
        if (!any)
            *first = turn.at_ms > from_ms ? turn.at_ms : from_ms;
        *last = end < to_ms ? end : to_ms;
        any = true;
    }
    return any;
}

static int by_value(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

bool habits_usual(const struct history *history, const int64_t *days, int count, int64_t *comes_ms,
    int64_t *goes_ms) {
    int64_t comes[DAYS_MOST], goes[DAYS_MOST];
    size_t counted = 0;
    for (int i = 0; i < count && counted < DAYS_MOST; i++) {
        int64_t first, last;
        const int64_t day = days[i + 1] - days[i];
        if (history_time(history, SEEN_UNKNOWN, days[i], days[i + 1]) * 2 > day ||
            !stay_of(history, days[i], days[i + 1], &first, &last))
            continue;
        comes[counted] = first - days[i];
        goes[counted++] = last - days[i];
    }
    if (counted < HABIT_DAYS_LEAST)
        return false;
    qsort(comes, counted, sizeof comes[0], by_value);
    qsort(goes, counted, sizeof goes[0], by_value);
    *comes_ms = comes[counted / 2];
    *goes_ms = goes[counted / 2];
    return true;
}
