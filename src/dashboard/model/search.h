/* SPDX-License-Identifier: MIT */
/*
 * Looking for a text in the rows of the pane that has the keys: in names, ids and statuses of
 * members, names of channels, lines of the log, and of a conversation, where reading goes on
 * further back than is known when it is asked for. Pure.
 */
#ifndef DASHBOARD_MODEL_SEARCH_H
#define DASHBOARD_MODEL_SEARCH_H

#include "dashboard/model/model.h"

/* What is looked for, and shown where it stands; "": nothing. */
void search_set(struct model *model, const char *text);
/* The same, and go to the first row with it, from a row on, around the end. */
void search_from(struct model *model, const char *text, size_t row);
/* The next (1) or the one before (-1). Effects. */
unsigned search_next(struct model *model, int by, int64_t now_ms);
/* On how many rows it is. */
size_t search_count(const struct model *model);

/* While older lines are read for it: whatever came is looked through, and more is wanted. */
void search_settle(struct model *model);

/* In a conversation the cursor may be on no line. */
#define SEARCH_NOWHERE SIZE_MAX

/* The row of the cursor, and go there. */
size_t search_place(const struct model *model);
void search_go(struct model *model, size_t row);

#endif
