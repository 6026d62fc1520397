/* SPDX-License-Identifier: MIT */
/*
 * How many calls a user may make to an endpoint in a minute. Pure: windows that begin with the
 * first call in them. Bounded: when too many keys are known, those whose window is over go first.
 */
#ifndef SERVER_RATE_H
#define SERVER_RATE_H

#include "base/table.h"
#include <stdbool.h>

struct rate {
    unsigned per_minute; /* 0: no limit */
    struct table windows;
    int64_t swept_us;
};

/* What the X-RateLimit headers tell. */
struct rate_state {
    unsigned limit, remaining;
    int64_t reset_unix_s;
};

/* Count one call under a key ("user endpoint"). True: it may go on. Without memory it may. */
bool rate_take(struct rate *rate, const char *key, int64_t now_unix_us, struct rate_state *state);

void rate_fini(struct rate *rate);

#endif
