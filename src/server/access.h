/* SPDX-License-Identifier: MIT */
/*
 * Who may do what. A type is for members, or open (livestream): open to read for everybody, to
 * write for every user. The creator owns the channel; an admin and a server-side caller may all.
 */
#ifndef SERVER_ACCESS_H
#define SERVER_ACCESS_H

#include "server/show.h"

bool access_is_open(const struct kind *kind);

bool access_read(const struct room *room, struct view view);
bool access_write(const struct room *room, struct view view);
/* Change its data, its members; delete it. */
bool access_own(const struct room *room, struct view view);
/* Make a channel of this kind. */
bool access_create(const struct kind *kind, struct view view);
/* Add or remove this one. */
bool access_seat(const struct room *room, struct view view, const struct person *whom, bool add);

/* own_capabilities. NULL: out of memory. */
json *access_capabilities(const struct room *room, struct view view);

#endif
