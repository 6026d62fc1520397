/* SPDX-License-Identifier: MIT */
/*
 * Coming and going, hiding and showing, watching: what presence.c decides is made known here, to
 * those who listen and to those who watch, once for each change.
 */
#ifndef SERVER_HOME_H
#define SERVER_HOME_H

#include "server/world.h"

/* A connection of a person; it counts for nothing until home_come(). NULL: out of memory. */
struct connection *home_open(
    struct world *world, struct person *person, void *socket, int64_t exp_unix_s);
/* Greeted: its first frame goes out, others see them come. 0, or -ENOMEM with nothing changed. */
int home_come(struct world *world, struct connection *connection);
/* The socket is gone. Lost: it lingers. Also for one that never came; frees it when it is over. */
void home_go(struct world *world, struct connection *connection, bool lost);

/* What is due: lingers that are up, last_active to refresh. */
void home_tick(struct world *world);

/* Tell what others see of a person now; behind their pending batch, or in `post`. */
void home_tell_presence(struct world *world, struct post *post, struct person *person);
/* Invisible on or off; told in `post`. False: it was so already. */
bool home_hide(struct world *world, struct post *post, struct person *person, bool hide);

/* Watch a room, telling those who watch it; watching twice is watching once. */
int home_watch(
    struct world *world, struct post *post, struct connection *connection, struct room *room);
/* And listen to its oldest members, as many as a call may. */
int home_listen(struct world *world, struct connection *connection, struct room *room);
/* Stop; the listening that came only from this room ends. */
void home_unwatch(
    struct world *world, struct post *post, struct connection *connection, struct room *room);
/* All connections of a person. */
void home_unwatch_all(
    struct world *world, struct post *post, struct person *person, struct room *room);
/* Nobody listens because of this room any more. */
void home_stop_listening(struct world *world, struct post *post, const struct room *room);
/* The same; they must read again. */
void home_cut_off_listeners(struct world *world, const struct room *room);
/* Whoever may not read the room (any more) neither watches nor listens, and must read again. */
void home_cut_off_strangers(struct world *world, struct room *room);
/* To one person, because of this room. */
void home_stop_listening_to(
    struct world *world, struct post *post, struct person *person, const struct room *room);

#endif
