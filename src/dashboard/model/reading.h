/* SPDX-License-Identifier: MIT */
/*
 * Moving over the lines of the conversation that is open. The cursor stands on a message, the
 * screen ends at one; while it ends at the newest, what comes is shown at once. Pure.
 */
#ifndef DASHBOARD_MODEL_READING_H
#define DASHBOARD_MODEL_READING_H

#include "dashboard/model/model.h"

/* Whether the lines are shown, and the keys of the conversation are at hand. */
bool reading_is_open(const struct model *model);

/* The cursor: by > 0 towards the newest. A line that is higher than the screen is gone through row
 * by row. */
void reading_move(struct model *model, ptrdiff_t by);
/* The screen, by so many rows; the cursor stays in sight. */
void reading_scroll(struct model *model, ptrdiff_t by);
/* The line on a row of the pane, from its first. False: there is none. */
bool reading_select(struct model *model, int row);

/* After whatever happened: the screen is full as far as there is something, the cursor is in sight,
 * older lines are asked for where the first one shows, and what the person sees is seen. */
void reading_settle(struct model *model);

/* The person's eye is on the newest line: the pane has the keys, the terminal its person, and the
 * link is live. */
bool reading_sees(const struct model *model);
/* The line up to which the server should be told that I have read; NULL: nothing is to be told. */
const struct line *reading_mark(const struct model *model);

/* How many lines are below the screen. */
size_t reading_below(const struct model *model);

#endif
