/* SPDX-License-Identifier: MIT */
/*
 * Who may do what: the grants of the channel's type, by the roles of who asks. Their role as a user
 * counts, their role as a member beside it (an invitee is none yet), and who made a channel is one
 * of its moderators. A server-side caller may all.
 */
#ifndef SERVER_ACCESS_H
#define SERVER_ACCESS_H

#include "server/show.h"

bool access_may(const struct room *room, struct view view, enum grant grant);
/* The same of a message: "-owner" is its author. */
bool access_may_note(const struct note *note, struct view view, enum grant grant);

bool access_read(const struct room *room, struct view view);
/* Say something here: not in a frozen channel. */
bool access_write(const struct room *room, struct view view, enum grant grant);
bool access_create(const struct kind *kind, struct view view);
/* Add or remove this person as a member. */
bool access_seat(const struct room *room, struct view view, const struct person *whom, bool add);

/* own_capabilities. NULL: out of memory. */
json *access_capabilities(const struct room *room, struct view view);

#endif
