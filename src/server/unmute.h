/* SPDX-License-Identifier: MIT */
/*
 * Channels that were muted for a time. When it is over they count as unread again, and the person's
 * own connections are told, for their sums are others then.
 */
#ifndef SERVER_UNMUTE_H
#define SERVER_UNMUTE_H

#include "server/world.h"

void unmute_tick(struct world *world);
int64_t unmute_next_mono_us(const struct world *world);

#endif
