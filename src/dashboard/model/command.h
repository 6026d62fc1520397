/* SPDX-License-Identifier: MIT */
/* The command line: an action by its name, with what follows it. Pure. */
#ifndef DASHBOARD_MODEL_COMMAND_H
#define DASHBOARD_MODEL_COMMAND_H

#include "dashboard/model/model.h"

/* What the line in the prompt may become: names of actions, then what such an action takes. */
void command_choices(struct model *model);

/* Do what a line says, or say why not. A name may be cut where it can mean one action only.
 * Effects. */
unsigned command_run(struct model *model, const char *line, int64_t now_ms);

/* Whether each of some words begins one of those that say what an action does, or one that a
 * newcomer may call it by. */
bool command_is_described(enum action action, const char *words);

/* Why an action would do nothing now, with keys in it (keymap_fill); NULL: it would do something.
 */
const char *command_denied(const struct model *model, enum action action);

#endif
