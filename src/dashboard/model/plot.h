/* SPDX-License-Identifier: MIT */
/*
 * How many were home in the last 24 hours, as we observed it, minute by minute. What everybody's
 * history says is summed up once a minute; what is noticed in between changes the last one. Pure.
 */
#ifndef DASHBOARD_MODEL_PLOT_H
#define DASHBOARD_MODEL_PLOT_H

#include "dashboard/model/roster.h"

enum { PLOT_MINUTES = 24 * 60, PLOT_UNKNOWN = -1 };

struct plot {
    int home[PLOT_MINUTES]; /* at the end of each minute, the last one is now; PLOT_UNKNOWN: of
                               nobody was anything known */
    int peak;               /* 0: nobody ever was */
    int64_t peak_ms;        /* when it was first so high */
    int64_t filled_ms;      /* when it was summed up; 0: it is to be */
    int home_now, known_now, peak_before; /* of how many; the peak without the last minute */
    int64_t peak_before_ms;
};

void plot_fill(struct plot *plot, const struct roster *people, int64_t now_ms);

/* Whether it still is right, but for what plot_note() was told, within this minute. */
bool plot_is_of(const struct plot *plot, int64_t now_ms);
/* Of somebody among the people something else was seen. */
void plot_note(struct plot *plot, enum seen before, enum seen after, int64_t at_ms);
/* Somebody is among the people now. */
void plot_join(struct plot *plot, const struct history *history);
/* The people are others, or what is known of them is. */
void plot_forget(struct plot *plot);

/* The same in fewer parts: the most of each, PLOT_UNKNOWN where nothing is known of it. */
void plot_columns(const struct plot *plot, int *columns, int count);

/* The end of an axis on which a count fits: 1, 2, 4, 5, 8, 10, 20, … */
int plot_top(int most);

#endif
