/* SPDX-License-Identifier: MIT */
/* What the keys of a conversation do, but those that move in it (reading.h) and those that are text
 * (compose.h). Where a key can do nothing it says why. Pure. */
#ifndef DASHBOARD_MODEL_SPEAK_H
#define DASHBOARD_MODEL_SPEAK_H

#include "dashboard/model/model.h"

/* The conversation of the channel; in one, the replies to the message at the cursor. */
void speak_open(struct model *model, int64_t now_ms);
/* Out of the replies. False: none are open. */
bool speak_back(struct model *model);

/* Write: to the member at the cursor, or in the conversation. */
void speak_compose(struct model *model, int64_t now_ms);
/* Change, or take away, the message of mine at the cursor; the latter when it is asked for twice.
 */
void speak_edit(struct model *model, int64_t now_ms);
void speak_delete(struct model *model, int64_t now_ms);
/* What failed is tried again: at the cursor, else all of it. False: nothing has failed. */
bool speak_again(struct model *model);

/* Whether somebody who quits should wait, because a message is still on its way: said once, and not
 * again for a few seconds. */
bool speak_holds(struct model *model, int64_t now_ms);

#endif
