/* SPDX-License-Identifier: MIT */
/* A user changed: in the world, in the batch, and told to those whom it concerns. */
#ifndef SERVER_USERS_H
#define SERVER_USERS_H

#include "server/change.h"

/* A user nobody has seen yet. 0, or -ENOMEM. */
int users_new(struct world *world, struct user *to, const char *id);

/* Make the draft the user, new or not: stamps, presence, user.updated, user.presence.changed. The
 * draft is taken on 0. Nothing happens where nothing differs. *out is the person. */
int users_apply(struct change *change, struct user *draft, struct person **out);

/* The person of a caller, deleted ones too, made where there is none yet (in a change of its own
 * that nobody waits for by itself: what follows waits for it). 0, or < 0. */
int users_need(struct world *world, const char *id, struct person **out);

#endif
