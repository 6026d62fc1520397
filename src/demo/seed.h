/* SPDX-License-Identifier: MIT */
/* The demo's world as it stands before anybody connects, written into a fresh data folder. */
#ifndef DEMO_SEED_H
#define DEMO_SEED_H

#include <stddef.h>
#include <stdint.h>

/* Users, channels, members and what was said, with times before now. Blocking.
 * 0; < 0: -errno, and `why` says it. */
int seed_world(const char *database, int64_t now_unix_us, char *why, size_t why_size);

#endif
