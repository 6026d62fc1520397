/* SPDX-License-Identifier: MIT */
/* What days of somebody have in common. Pure. */
#ifndef DASHBOARD_MODEL_HABITS_H
#define DASHBOARD_MODEL_HABITS_H

#include "dashboard/model/history.h"

enum { HABIT_DAYS_LEAST = 3 };

/*
 * When they usually come and go: the middle one of their first arrivals, and of their last
 * departures, in ms since the day's beginning. days[0..count] are where days begin, rising; the
 * last one is the end. Days of which less than half is known, or on which they were not there,
 * do not count. False: fewer than HABIT_DAYS_LEAST days do.
 */
bool habits_usual(const struct history *history, const int64_t *days, int count, int64_t *comes_ms,
    int64_t *goes_ms);

#endif
