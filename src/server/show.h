/* SPDX-License-Identifier: MIT */
/*
 * The objects of the world as JSON, as somebody sees them. Who hides is absent to others, present
 * to themself and to server-side callers; everything that shows a person goes through here.
 */
#ifndef SERVER_SHOW_H
#define SERVER_SHOW_H

#include "server/world.h"

/* Who looks. asker NULL and not server: anybody else. */
struct view {
    const struct person *asker;
    bool server;
};

struct user_face show_face(const struct person *person, struct view view);

/* All: NULL: out of memory. */
json *show_user(const struct person *person, struct view view);
json *show_me(const struct world *world, const struct person *person);
/* Of oneself, in the place where `me` has them. 0, or -ENOMEM. */
int show_unread(const struct person *person, json *to);
json *show_mute(const struct person *person, const struct mute *mute);
json *show_room_mute(const struct world *world, const struct regard *regard);
json *show_kind(const struct kind *kind);
json *show_seat(const struct seat *seat, struct view view);
json *show_note(const struct world *world, const struct note *note, struct view view);
json *show_nod(const struct nod *nod, struct view view);
json *show_read(const struct seat *seat, struct view view);
json *show_room(const struct world *world, const struct room *room, struct view view);

unsigned show_watcher_count(const struct room *room, struct view view);

/* What of a ChannelState is wanted. */
struct state_wish {
    bool state;
    struct store_page messages;  /* of the room; .limit 0: none */
    int members, members_from;   /* at most, from which */
    int watchers, watchers_from; /* at most, from which; 0: the key is left out */
};
json *show_state(
    struct world *world, struct room *room, struct view view, const struct state_wish *wish);

#endif
