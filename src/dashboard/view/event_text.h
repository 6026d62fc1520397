/* SPDX-License-Identifier: MIT */
/* What a line of the log says: the view draws it, and a search looks in what is drawn. Pure. */
#ifndef DASHBOARD_VIEW_EVENT_TEXT_H
#define DASHBOARD_VIEW_EVENT_TEXT_H

#include "dashboard/model/model.h"
#include "dashboard/view/cells.h"

/* Cells: of time and sign before it; of how long it lasted and who is watched behind it; from how
 * many on there is room for that; and so wide at most that the eye finds what is at the end. */
enum {
    EVENT_LEAD = 9,
    EVENT_LASTED = 12,
    EVENT_WATCHED = 9,
    EVENT_PLACES_FROM = 60,
    EVENT_MOST = 84
};
enum { EVENT_BYTES = 700 };

/* The sign before it, "+" or "-", and how that is drawn. */
const char *event_sign(const struct event_line *event, enum style *style);

/* The sentence, in so many cells: a name is cut where there is little room, and never what it is
 * that they did. */
void event_text(
    const struct model *model, const struct event_line *event, int most, char to[EVENT_BYTES]);

/* How many cells of a line of the events pane the sentence has. */
int event_cells(const struct event_line *event, int cols);

#endif
