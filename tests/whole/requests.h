/* SPDX-License-Identifier: MIT */
/*
 * All that can be asked of the library and is answered by a callback, as a table, so that a test
 * can do the same with each.
 */
#ifndef WHOLE_REQUESTS_H
#define WHOLE_REQUESTS_H

#include <porchlight/porchlight.h>

enum { REQUESTS_AT_ONCE = 64, REQUESTS_CALLS = 48, REQUESTS_COMINGS = 4 };

struct guest;

/* One request, and how it ended. */
struct ticket {
    struct guest *guest;
    const char *name;
    uint64_t number;
    unsigned ends;
    enum pl_status status;
};

struct guest {
    pl_client *client;
    pl_channel *hall;
    char message_id[300];
    struct ticket tickets[REQUESTS_AT_ONCE];
    size_t count, ended;
    bool was_lost;                                          /* the link */
    unsigned tokens;                                        /* how often one was wanted */
    const char *token;                                      /* given to whom wants one */
    void (*at_end)(struct guest *guest, struct ticket *of); /* from inside a callback */
};

struct request {
    const char *name;
    int (*ask)(struct guest *g, struct ticket *t);
};

/* Those that have a number; what takes the hall away comes last. And those that come and go: a
 * guest has a number until it is made. */
extern const struct request requests_calls[REQUESTS_CALLS], requests_comings[REQUESTS_COMINGS];
enum { COMES_AS_USER, COMES_AS_GUEST, COMES_AS_NOBODY, GOES };

/* Who comes. */
extern struct pl_connect_options requests_as_ana, requests_as_gil;

/* The callback of all of them; context: the ticket. */
void requests_on_done(pl_client *client, const struct pl_outcome *outcome, void *context);

#endif
