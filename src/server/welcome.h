/* SPDX-License-Identifier: MIT */
/*
 * A connect: from the opened socket to the first health.check, or to the refusal.
 *
 * What the details changed in the user is a change like any other: it is on disk before the first
 * frame goes out, and only then does the connection count.
 */
#ifndef SERVER_WELCOME_H
#define SERVER_WELCOME_H

#include "server/caller.h"
#include "server/world.h"

struct welcome_words {
    struct caller_words words;
    const char *json;         /* the parameter; NULL: missing */
    unsigned max_connections; /* of one user */
    struct rate *refusals;    /* of callers, an address, the same as those of calls */
    const char *peer;         /* NULL: nobody is counted */
};

/* The connection for this socket (waiting or live), or NULL: refused with a code, told so, and
 * closing. */
struct connection *welcome(struct world *world, void *socket, const struct welcome_words *words,
    const struct caller_keys *keys, int *refused);

/* What a live connection says; what is due to guests. */
void welcome_hear(struct world *world, struct connection *connection, const char *text, size_t len);
void welcome_tick(struct world *world);

/* Send a user away, for good: their connections are told why and closed, and do not linger. */
void welcome_dismiss(struct world *world, struct person *person, int code, const char *why);
/* And those whose token is revoked by now. */
void welcome_sweep(struct world *world);

#endif
