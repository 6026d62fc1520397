/* SPDX-License-Identifier: MIT */
/*
 * What of the model is remembered from one run to the next, and under which names. Who adds
 * something adds its line to both.
 */
#ifndef DASHBOARD_REMEMBER_H
#define DASHBOARD_REMEMBER_H

#include "dashboard/model/model.h"
#include "dashboard/state_file.h"

/* At the start, before anything is drawn. What cannot be so any more is passed over. */
void remember_recall(const struct state_file *state, struct model *model);

/* After keys; cheap where nothing changed. */
void remember_note(struct state_file *state, struct model *model);

/* The same of whom one watches and what is planned alone: where there is no screen, the rest stays
 * as it was for the next one. */
void remember_note_watch(struct state_file *state, struct model *model);

#endif
