/* SPDX-License-Identifier: MIT */
/*
 * What is known is bounded (most_memory of the options), and so it is weighed: each object knows
 * what it was taken in with, the state knows the sum. The figures are about what a common allocator
 * spends, not what it says.
 *
 * A server is not to decide how much we keep. What has no room is refused: a newcomer is not taken
 * in, and what is known stays as it was. Events, which nobody asked for, must leave a part of the
 * room to answers. What then becomes of it, forget.c decides.
 */
#ifndef CLIENT_WEIGHT_H
#define CLIENT_WEIGHT_H

#include "client/state.h"

/* NULL texts and trees weigh nothing. */
size_t weight_of_text(const char *text);
size_t weight_of_json(const json *value);
size_t weight_of_user(const struct user *wire, const char *status, const char *custom);
/* What of a user few have: nothing, where there is none. */
size_t weight_of_rare(const pl_user *user);
size_t weight_of_member(const struct member *wire);
size_t weight_of_channel(const struct channel *wire);
size_t weight_of_message(const struct message *wire);
size_t weight_of_mark(const char *message_id);

/* The object weighs `now`; 0: it goes. */
void weight_set(struct state *state, uint32_t *of, size_t now);

/* Whether there is room for something that weighs so much, in place of what weighs `before`. False:
 * that is noted. */
bool weight_fits(struct state *state, size_t before, size_t now, const struct state_moment *moment);

#endif
