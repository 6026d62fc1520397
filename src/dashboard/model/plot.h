/* SPDX-License-Identifier: MIT */
/* How many were home in the last 24 hours, as we observed it, minute by minute. Pure. */
#ifndef DASHBOARD_MODEL_PLOT_H
#define DASHBOARD_MODEL_PLOT_H

#include "dashboard/model/roster.h"

enum { PLOT_MINUTES = 24 * 60, PLOT_UNKNOWN = -1 };

struct plot {
    int home[PLOT_MINUTES]; /* at the end of each minute, the last one is now; PLOT_UNKNOWN: of
                               nobody was anything known */
    int peak;               /* 0: nobody ever was */
    int64_t peak_ms;        /* when it was first so high */
};

void plot_fill(struct plot *plot, const struct roster *people, int64_t now_ms);

/* The same in fewer parts: the most of each, PLOT_UNKNOWN where nothing is known of it. */
void plot_columns(const struct plot *plot, int *columns, int count);

/* The end of an axis on which a count fits: 1, 2, 4, 5, 8, 10, 20, … */
int plot_top(int most);

#endif
