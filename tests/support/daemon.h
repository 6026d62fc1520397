/* SPDX-License-Identifier: MIT */
/* A real porchlightd as a child of the test, with a fresh data folder of its own. */
#ifndef SUPPORT_DAEMON_H
#define SUPPORT_DAEMON_H

#include "support/program.h"

struct daemon {
    char folder[64]; /* holds the data folder, `data`, and whatever the test puts beside it */
    char data[80];
    char api_key[64];
    char url[64]; /* "" until it was started first; stays the same over restarts */
    struct program program;
};

/* Make the folder; nothing serves yet. Fails the case when it cannot. */
void daemon_make(struct daemon *to);

/* Serve, at the url of before if there was one. Returns when it is ready. */
void daemon_start(struct daemon *daemon);
/* The same, with these "NAME=VALUE" over our environment: NULL at the end, or NULL. */
void daemon_start_with(struct daemon *daemon, const char *const *environment);

/* Stop it with a signal and wait for its end: its exit code, 128 + N for signal N. */
int daemon_stop(struct daemon *daemon, int signal);

/* A token of this user, freed by the caller. expires: as for --expires, "24h"; NULL: never. */
char *daemon_token(struct daemon *daemon, const char *user, const char *expires);

/* Kills it and removes the folder. */
void daemon_fini(struct daemon *daemon);

#endif
