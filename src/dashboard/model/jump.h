/* SPDX-License-Identifier: MIT */
/* Going to a channel or a person by a few letters of their name. Pure. */
#ifndef DASHBOARD_MODEL_JUMP_H
#define DASHBOARD_MODEL_JUMP_H

#include "dashboard/model/model.h"

/* What the letters in the prompt may mean, channels and people; all channels where there are no
 * letters. "#" asks for channels only, "@" for people. */
void jump_choices(struct model *model);

/* Go there. Effects. */
unsigned jump_to(struct model *model, const struct choice *choice, int64_t now_ms);

#endif
