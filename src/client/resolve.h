/* SPDX-License-Identifier: MIT */
/* Names to addresses, on the loop and cancellable. The keeper of c-ares. The loop's thread. */
#ifndef CLIENT_RESOLVE_H
#define CLIENT_RESOLVE_H

#include "client/loop.h"

enum {
    RESOLVE_MOST = 8,
    RESOLVE_TEXT = 48,
    RESOLVE_WORDS = 224,
    RESOLVE_S = 5 /* a look-up ends by then, whatever the name servers do */
};

struct addresses {
    unsigned count;
    char text[RESOLVE_MOST][RESOLVE_TEXT]; /* "127.0.0.1", "::1" */
};

struct resolver;
/* name_servers: "127.0.0.1:5353,…" instead of the system's, or NULL; it must outlive the resolver.
 * NULL: no memory, or no such servers. */
struct resolver *resolver_create(struct loop *loop, const char *name_servers);
void resolver_destroy(struct resolver *resolver); /* ends what is under way, untold */

/* `why` is NULL where there are addresses; else it says to a person what went wrong. */
typedef void resolve_fn(void *context, const struct addresses *found, const char *why);

struct resolving;
/* fn is called once, later or from inside this call, unless cancelled. NULL: it was called already.
 */
struct resolving *resolve(
    struct resolver *resolver, const char *host, resolve_fn *fn, void *context);
void resolve_cancel(struct resolving *resolving); /* NULL is fine */

#endif
