/* SPDX-License-Identifier: MIT */
/*
 * The cast: some forty people, each a real client of the demo's server over loopback, driven by a
 * seeded schedule on a thread of its own. They share one network thread.
 */
#ifndef DEMO_CAST_H
#define DEMO_CAST_H

#include <stddef.h>
#include <stdint.h>

struct cast;

/* The token of a user: freed with free(); NULL: out of memory. Called from cast_start() only. */
typedef char *cast_token(const char *user_id, void *context);

struct cast_options {
    const char *url, *api_key;
    cast_token *token;
    void *context;
    uint64_t seed;
};

/* 0; < 0: -errno, *why (static) says it. */
int cast_start(struct cast **out, const struct cast_options *options, const char **why);

/* Everybody says goodbye. Blocking, a second at most. NULL is fine. */
void cast_stop(struct cast *cast);

#endif
