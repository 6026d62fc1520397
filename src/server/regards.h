/* SPDX-License-Identifier: MIT */
/*
 * What a room is to one person: read up to where, hidden, muted; and whom they mute. How much is
 * unread is kept up to date with each message, so that it costs nothing to tell: of each member of
 * the room, and summed up for the person where the type has read events and the room is not muted.
 *
 * There are two read marks, as there are two faces of presence: what a hidden person reads moves
 * theirs and not the one for others. What they did with theirs meanwhile is not made known by what
 * they read when they are seen again.
 */
#ifndef SERVER_REGARDS_H
#define SERVER_REGARDS_H

#include "server/show.h"

/* NULL: nothing is known, which is a regard of zeroes. */
struct regard *regard_find(const struct room *room, const struct person *person);
struct regard *regard_need(struct room *room, struct person *person); /* NULL: out of memory */

/* A note that came, or went, or counts no more: for all members of its room. Twice is not once. */
void regards_count(const struct note *note);
void regards_uncount(const struct note *note);
/* Anew: of one member, of a whole room (all that it holds is there, after loading). */
void regard_recount(struct seat *seat);
void regards_recount(struct room *room);
/* Whether it counts in the person's sum has changed. */
void regard_weigh(struct regard *regard);

/* Up to where they have read, in truth or as others see it; since they joined at least. */
int64_t regard_read_us(const struct seat *seat, bool for_themself);
/* How much they have not, likewise. */
unsigned regard_unread(const struct seat *seat, bool for_themself);
/* They have read up to a moment. Others see it where it is `seen`, unless they hide. */
void regard_read(struct seat *seat, int64_t read_us, bool seen);
/* Back to before a moment. */
void regard_unread_from(struct seat *seat, int64_t from_us);

/* Hidden since a moment; 0: shown. */
void regard_hide(struct regard *regard, int64_t since_us);
/* What is older than a moment is cleared away for them. */
void regard_clear(struct regard *regard, int64_t until_us);
/* Muted since a moment (0: not), until another (0: for good), which unmute.h looks for. */
void regard_mute(struct world *world, struct regard *regard, int64_t since_us, int64_t until_us);
bool regard_is_muted(const struct regard *regard, int64_t now_us);

/* No member any more. */
void regard_leave(struct regard *regard);
/* What is kept, for the store. */
struct store_regard regard_row(const struct regard *regard);
/* As the store has it. 0, or -ENOMEM. */
int regard_put(struct world *world, struct room *room, struct person *person,
    const struct store_regard *row);
/* All of a room: as if nothing were known. */
void regards_forget(struct room *room);
void regards_fini(struct room *room);

struct mute *mute_find(const struct person *person, const struct person *target);
/* New, or anew. NULL: out of memory. */
struct mute *mute_put(
    struct person *person, struct person *target, int64_t created_us, int64_t until_us);
void mute_remove(struct mute *mute);
void mutes_forget(struct person *person);

#endif
