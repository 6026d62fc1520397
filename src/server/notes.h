/* SPDX-License-Identifier: MIT */
/*
 * Messages in memory, and what others made of them. A room holds its newest; replies, and older
 * messages that somebody asked for, stand aside for a while and are read again when needed. What is
 * on its way to the disk is never let go: read too early, it would come back as it was.
 */
#ifndef SERVER_NOTES_H
#define SERVER_NOTES_H

#include "server/world.h"

/* NULL: not in memory. */
struct note *note_find(const struct world *world, const char *id);
/* Also from the store; blocking. 0; > 0: there is none; < 0. */
int note_recall(struct world *world, const char *id, struct note **out);
/* What note_recall() does where there is none: so that what is not told takes as long as that. */
void note_recall_nothing(struct world *world);
/* New, or in place of the one that it was; taken over, also on failure. An older one of its room
 * steps aside when there are too many. */
int note_put(struct world *world, struct room *room, struct message *message, struct note **out);
/* From memory. */
void note_remove(struct world *world, struct note *note);
/* From the disk, too, with its replies: until the disk has taken it, it is not read again. Where the
 * number by which that will be is to be noted; NULL: out of memory. */
uint64_t *note_bury(struct world *world, const char *id);
/* What was buried in a change that is not to be. */
void notes_unbury(struct world *world);

/* A page of what is kept of a room, into `found` (room for page->limit), oldest first: from the
 * store where memory does not have it all. The number; < 0. */
int notes_page(
    struct world *world, struct room *room, const struct store_page *page, struct note **found);

/* Those up to a moment (inclusive), for good. */
void notes_truncate(struct world *world, struct room *room, int64_t until_us);
/* All of a room, from memory alone. */
void notes_drop(struct world *world, struct room *room);
/* What stands aside, before the rooms go. */
void notes_fini(struct world *world);
/* Let go of what stands aside and has not been asked for lately. Between calls: pointers die. */
void notes_tidy(struct world *world);

struct nod *nod_find(const struct note *note, const struct person *person, const char *type);
/* New, or in place of the one of the same person and type; taken over, also on failure. */
int nod_put(struct note *note, struct person *person, struct reaction *reaction, struct nod **out);
void nod_remove(struct nod *nod);

#endif
