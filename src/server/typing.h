/* SPDX-License-Identifier: MIT */
/*
 * Who is typing where: told when it begins, told when it ends, which it does by itself after 10 s,
 * when the typist's connection dies, when they hide. What a hidden person types is told to nobody.
 */
#ifndef SERVER_TYPING_H
#define SERVER_TYPING_H

#include "server/world.h"

/* Of this connection, in this room. Repeating it prolongs. 0, or -ENOMEM. */
int typing_begin(
    struct world *world, struct connection *connection, struct room *room, const char *parent_id);
void typing_end(struct world *world, struct connection *connection, const struct room *room);
void typing_end_all(struct world *world, struct connection *connection);
/* Because of a change; told in its `post`, or NULL: at once. */
void typing_end_person(struct world *world, struct post *post, struct person *person);

/* Before the world ends; nobody is told. */
void typing_fini(struct world *world);

void typing_tick(struct world *world);
int64_t typing_next_mono_us(const struct world *world);

#endif
