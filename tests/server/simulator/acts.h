/* SPDX-License-Identifier: MIT */
/* What a step does, to the server and to the model, and what the acts share. Each act returns what
 * it came to be: where there is nobody to do it, somebody connects. */
#ifndef SIMULATOR_ACTS_H
#define SIMULATOR_ACTS_H

#include "server/simulator/house.h"

typedef enum action act_step(struct house *house, const struct step *step);

act_step act_connect, act_connect_saying, act_go, act_say, act_shut;                /* people.c */
act_step act_watch, act_query_channels, act_stop, act_type, act_switch, act_member; /* channels.c */
act_step act_query_users, act_query_members;                                        /* queries.c */

/* Time goes by as the server's timer would have it: it is awake when something is due, and once
 * just before, when it is not. */
void house_pass(struct house *house, int64_t ms);
void house_settle(struct house *house);
void house_settle_unless_held(struct house *house);

/* Live connections of a user; returns how many. */
unsigned house_lines_of(const struct house *house, unsigned user, int *to);
/* One of the step's user, or else of the next one who has any; -1: nobody is there. */
int house_pick_line(const struct house *house, const struct step *step);

/* The store is held, and what a change was, or would have been, is on its way to it. */
bool house_waits(const struct house *house, bool changes);

/* A reply must have this status (0: it waits). Whether there is something in it to look at. */
bool house_answered(struct house *house, int got, int wanted, const char *what);
/* viewer -1: a server-side caller. */
void house_see_user(
    struct house *house, int connection, int viewer, unsigned user, const json *from);
void house_see_members(struct house *house, int connection, unsigned channel, const json *list);
/* "POST /channels/team/c2", and what comes behind it. */
void house_line_of_channel(const struct house *house, char *to, unsigned channel, const char *rest);

#endif
