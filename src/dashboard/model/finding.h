/* SPDX-License-Identifier: MIT */
/* The actions with which a person finds what they want: order, filter, search, prompts, help; and
 * the wishes that are written into a prompt. Pure. */
#ifndef DASHBOARD_MODEL_FINDING_H
#define DASHBOARD_MODEL_FINDING_H

#include "dashboard/input/action.h"
#include "dashboard/model/model.h"

/* Effects of update.h in *effects; false: the action is another's. */
bool finding_command(struct model *model, enum action action, const char *argument, int64_t now_ms,
    unsigned *effects);

/* Something that Esc closes before anything else: marks of a search, a filter. False: nothing. */
bool finding_back(struct model *model);

/* The actions that the help lists, by what is looked for in it; how many. */
size_t finding_help(const struct model *model, enum action to[ACTION_COUNT]);

/* How many rows of help there is room for, and lines below them in which one is told in full. */
int finding_help_rows(const struct model *model);
int finding_help_below(const struct model *model);

#endif
