/* SPDX-License-Identifier: MIT */
/*
 * Telling. A piece of news is encoded when the first one hears it, once for all who see the same,
 * and the frame is shared. Counts of what each has not read are put behind the common text. Who is
 * themself the subject, or hides (and so counts themself among those who watch), gets a copy of
 * their own: the truth.
 */
#ifndef SERVER_FANOUT_H
#define SERVER_FANOUT_H

#include "server/show.h"
#include "wire/event.h"

struct news {
    enum wire_event event;
    const char *custom_type; /* of EVENT_CUSTOM */
    int64_t created_us;
    const struct person *user; /* each may be NULL: not told */
    const struct room *room;
    const struct seat *seat;
    const struct note *note;
    const struct nod *nod;
    const json *more;  /* further fields */
    bool with_channel; /* the room, whole */
    bool with_count;   /* watcher_count */
    bool with_unread;  /* of each who hears it, their own */
    bool with_me;      /* of the own connections: all of oneself */
    uint64_t coalesce;
    struct post *post; /* of a change, in which it waits; NULL: it leaves at once */
    bool has_turn;     /* set by news_take_turn() */
    bool owed;         /* if the batch fails, who should have heard it must read again */

    struct frame *shared;          /* made when needed; news_fini() lets go */
    struct bytes text;             /* of the shared one, as far as all see the same */
    unsigned unread, unread_rooms; /* in the shared one, now */
    const struct person *own_of;
    struct frame *own;
};

void news_fini(struct news *news);

/* News come in their order: what is told of a person, or of how many watch a room, waits behind
 * what was told of them before. What has no post of a change to wait in is put behind that. Telling
 * calls this; who must know how it came out does so before. */
void news_take_turn(struct world *world, struct news *news);

void news_to_connection(struct world *world, struct news *news, struct connection *to);
/* To all connections of a person, or only to those that do not watch the room of the news. */
void news_to_own(struct world *world, struct news *news, const struct person *person);
void news_to_not_watching(struct world *world, struct news *news, const struct person *person);
/* To those who listen to a person. */
void news_to_listeners(struct world *world, struct news *news, const struct person *person);
/* To those who watch a room; `only` NULL: to all, else to that person alone or to all but them. */
enum news_reach { TO_ALL, TO_ONLY, TO_OTHERS };
void news_to_watchers(struct world *world, struct news *news, const struct room *room,
    enum news_reach reach, const struct person *whom);

/* The frame of an event, freed here; NULL stays NULL. */
struct frame *frame_of_event(json *event, uint64_t coalesce);

#endif
