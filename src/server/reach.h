/* SPDX-License-Identifier: MIT */
/*
 * An operator's way to a data folder: always the HTTP API of a server, with a token that lives for
 * a minute. Where one serves the folder, it is asked; where none does, one is run for the while,
 * on the loopback, in this process. So there is one code path, and no second hand in the database.
 */
#ifndef SERVER_REACH_H
#define SERVER_REACH_H

#include "wire/json.h"

struct reach;

/* What is done there: reach_call()s, and what they returned. */
typedef int reach_errand(struct reach *reach, void *context);

/* Run an errand. config: the file that the server is run with; NULL: the folder's. 0; > 0: the
 * server said no; < 0: -errno; `why` says it to a person. An errand that found nobody at its first
 * call is run again. */
int reach_run(const char *data, const char *config, reach_errand *errand, void *context, char *why,
    size_t why_size);

/* A call. query: "a=b&c=d", escaped, or "". *reply is the caller's, set on 0. Results as above. */
int reach_call(struct reach *reach, const char *method, const char *path, const char *query,
    const json *body, json **reply);
/* The errand itself says no. Returns 1. */
int reach_refuse(struct reach *reach, const char *form, ...) __attribute__((format(printf, 2, 3)));

#endif
