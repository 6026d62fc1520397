/* SPDX-License-Identifier: MIT */
/* The world as the store remembers it: all of it at start, one object again after a write failed.
 */
#ifndef SERVER_LOAD_H
#define SERVER_LOAD_H

#include "server/world.h"

/* Everything, and the built-in channel types. 0; < 0: -errno. */
int load_world(struct world *world);

/* One object as it is on disk, or absent where it is not; those who listen are told what others
 * see now. A fault is logged. */
void load_object(struct world *world, enum store_object object, const char *key);

#endif
