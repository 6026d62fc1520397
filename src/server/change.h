/* SPDX-License-Identifier: MIT */
/*
 * A change of the world that must last: the batch for the store, the events that come of it, and
 * what is done when it is on disk. The world is changed at once; what leaves the house waits.
 *
 *     change_begin · mutate, change_put_… , news with .post = &change->held.post · change_commit
 *
 * Where a step fails, or the batch does, nothing leaves and what was touched is read again.
 */
#ifndef SERVER_CHANGE_H
#define SERVER_CHANGE_H

#include "server/world.h"

struct change {
    struct world *world;
    struct store_batch *batch;
    struct held held;
    uint64_t **pending; /* of the persons and notes whose rows are in the batch */
    size_t pending_count, pending_cap;
    bool failed;
    bool by_connect; /* of what is said at a connect, which anybody may repeat without end */
    void (*settled)(struct world *world, void *owner, int status);
    void *owner;
};

/* NULL: out of memory. */
struct change *change_begin(struct world *world);

void change_put_person(struct change *change, struct person *person);
void change_put_kind(struct change *change, const struct kind *kind);
void change_remove_kind(struct change *change, struct kind *kind);
void change_put_room(struct change *change, const struct room *room);
void change_put_seat(struct change *change, const struct seat *seat);
/* Takes the seat out of the room, too; it is the caller's to free. */
void change_remove_seat(struct change *change, struct seat *seat);
void change_put_note(struct change *change, struct note *note);
/* For good, with what is made of it; the note itself is the caller's to remove. */
void change_remove_note(struct change *change, const struct note *note);
void change_truncate(struct change *change, const struct room *room, int64_t until_us);
void change_put_nod(struct change *change, struct note *note, const struct nod *nod);
/* Takes it off the note, too; pointers to it die. */
void change_remove_nod(struct change *change, struct note *note, struct nod *nod);
void change_put_regard(struct change *change, const struct regard *regard);
/* Of everybody, member or not: as if nothing were known. */
void change_remove_regards(struct change *change, struct room *room);
void change_put_mute(struct change *change, const struct person *person, const struct mute *mute);
/* Takes it off the person, too; pointers to it die. */
void change_remove_mute(struct change *change, const struct person *person, struct mute *mute);
void change_put_settings(struct change *change);

/* The change whose news wait in this post. */
struct change *change_of(struct post *post);
/* Set to the batch's number when there is one; it must live as long as the world, or the change. */
void change_await(struct change *change, uint64_t *number);

/* Submit. `settled` is told once, later or (where it could not be queued) now: 0: it is on disk;
 * < 0: it is undone. Takes the change. */
void change_commit(struct change *change,
    void (*settled)(struct world *world, void *owner, int status), void *owner);
/* Give up: what was touched is read again. Takes the change; NULL is fine. */
void change_undo(struct change *change);

/* Told by the store. */
void change_settled(
    struct world *world, uint64_t number, const struct store_batch *batch, int status);

#endif
