/* SPDX-License-Identifier: MIT */
/*
 * Peers by their addresses, as text: which of them are this machine, and which belong together.
 * Pure.
 */
#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include "base/table.h"
#include <stdbool.h>

enum { ADDRESS_GROUP_BYTES = 48 };

/* This machine itself: no bound a peer's address is meant for it, as a proxy may stand there. */
bool address_is_loopback(const char *address);

/* What one party has: an IPv4 address, or 64 bits of an IPv6 one. */
void address_group(const char *address, char to[ADDRESS_GROUP_BYTES]);

/* How many connections each party has. Zeroes are a valid empty one. */
struct crowd {
    struct table parties;
};

unsigned crowd_count(const struct crowd *crowd, const char *address);
/* False: no memory, and nothing is counted. */
bool crowd_enter(struct crowd *crowd, const char *address);
void crowd_leave(struct crowd *crowd, const char *address);
void crowd_fini(struct crowd *crowd);

#endif
