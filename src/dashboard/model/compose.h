/* SPDX-License-Identifier: MIT */
/*
 * Writing: a new message, or another text for one of mine. While it goes on all keys are text, but
 * those that send, leave, or move over what was said. Each conversation has a draft of its own,
 * which stays when the person goes elsewhere. Pure.
 */
#ifndef DASHBOARD_MODEL_COMPOSE_H
#define DASHBOARD_MODEL_COMPOSE_H

#include "dashboard/model/model.h"

/* Begin; with a line of mine, to change it. */
void compose_open(struct model *model);
void compose_change(struct model *model, struct line *line);

/* Whether keys are text now. */
bool compose_is_open(const struct model *model);

/* A key: false, it is none of ours. A paste is a text. */
bool compose_key(struct model *model, int key, int64_t now_ms);
void compose_paste(struct model *model, const char *text, int64_t now_ms);

/* What is written now, or kept; NULL: nothing. */
const struct editor *compose_editor(const struct model *model);
/* As it is shown: clean, the bytes up to the cursor in *cursor. Freed with free(); NULL: no
 * memory. */
char *compose_shown(const struct model *model, size_t *cursor);
/* How many rows of so many cells it takes; 0: nothing is to be shown. */
int compose_rows(const struct model *model, int cells);

/* Those of the channel whom the mention at the cursor may mean; how many. */
size_t compose_candidates(const struct model *model, struct person **to, size_t most);

/* The next of those who are mentioned in a text ("@id", of the channel's members), from *at on,
 * which moves; NULL: there is none. */
struct person *compose_mentioned(const struct channel_shown *channel, const char *text, size_t *at);

/* The person types, and others may know: light on, link live. */
bool compose_tells_typing(const struct model *model);

#endif
