/* SPDX-License-Identifier: MIT */
/*
 * How fast the library may ask on its own account: at most `most` requests in any second, at once
 * if they are there, and none at all until a server that is asked too much wants more. A connection
 * that is new brings as many again for its first second: what was asked on the last one must not
 * make this one wait for the truth. Pure.
 */
#ifndef CLIENT_PACE_H
#define CLIENT_PACE_H

#include "base/heap.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACE_USUAL = 8, PACE_MOST = 1000 };

struct pace {
    const struct heap *heap;
    size_t most;
    int64_t *gone_ms; /* when the last `most` went; the oldest at `oldest` */
    size_t oldest;
    size_t extra;           /* of the newest connection, not taken yet … */
    int64_t extra_until_ms; /* … and not later than this */
    int64_t not_before_ms;  /* the server said so */
};

/* most: 1 to PACE_MOST. 0, -ENOMEM. */
int pace_init(struct pace *pace, const struct heap *heap, size_t most);
void pace_fini(struct pace *pace);

/* When the next may go; may be past. */
int64_t pace_due_ms(const struct pace *pace, int64_t now_ms);
/* True: one goes now. */
bool pace_take(struct pace *pace, int64_t now_ms);
/* None before then. */
void pace_hold(struct pace *pace, int64_t until_ms);
/* A new connection: nobody has said yet that it is asked too much. */
void pace_begin(struct pace *pace, int64_t now_ms);

/* How long from now a server's X-RateLimit-Reset (Unix seconds, its clock) is away; what is
 * nonsense, or not said (0), is a moment. */
int64_t pace_until_reset_ms(int64_t reset_unix_s, int64_t server_unix_ms);

#endif
