/* SPDX-License-Identifier: MIT */
/* A panel that is a list of lines, longer than there is room for. Pure. */
#ifndef DASHBOARD_VIEW_TIMELINE_H
#define DASHBOARD_VIEW_TIMELINE_H

#include "dashboard/view/scene.h"

/* Lines go to rows of the box, the first `scroll` of them nowhere. */
struct sheet {
    const struct scene *scene;
    struct box in;
    int row;    /* of the next line; may be outside */
    bool tight; /* there is no room for empty lines */
    int scroll; /* so many lines are before the first row */
    int most;   /* so many rows the box has */
};

void sheet_put(struct sheet *sheet, const char *label, enum style style, const char *text);
/* The same in as many lines as it needs. */
void sheet_words(struct sheet *sheet, const char *label, enum style style, const char *text);
void sheet_skip(struct sheet *sheet);

/* The days of somebody, the newest first: when at home, when away, when nobody knows. */
void view_timeline(struct sheet *sheet, const struct person *person);

/* Where the local day of a time begins, `back` days before it. */
int64_t view_midnight(int64_t unix_ms, int back);

#endif
