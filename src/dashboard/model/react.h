/* SPDX-License-Identifier: MIT */
/* Reacting to a message, and taking it back: chosen from the usual ones and those that are there,
 * or written. Pure. */
#ifndef DASHBOARD_MODEL_REACT_H
#define DASHBOARD_MODEL_REACT_H

#include "dashboard/model/model.h"

/* Choose a reaction to the message at the cursor, or say why there is none. */
void react_open(struct model *model, int64_t now_ms);
/* What it may be, for the prompt. */
void react_choices(struct model *model);
/* What was chosen, or is written, to the message for which the prompt was opened. */
void react_chosen(struct model *model, const char *type, int64_t now_ms);

/* With a word, as a command; again takes it back. */
void react_with(struct model *model, const char *type, int64_t now_ms);

#endif
