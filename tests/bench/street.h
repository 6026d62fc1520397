/* SPDX-License-Identifier: MIT */
/*
 * What a benchmark of the dashboard stands on: a real porchlightd with one channel of so many
 * people, of whom "ana" looks at it through a real porchlight in a pseudo-terminal of 120x40; and
 * what the system says that a process costs.
 */
#ifndef BENCH_STREET_H
#define BENCH_STREET_H

#include "bench/raw.h"
#include "support/rest.h"
#include "support/terminal.h"

enum { STREET_IN_TIME_MS = 240 * 1000, STREET_TOKENS = 40 };

struct street {
    struct daemon daemon;
    struct rest rest;
    int port, members; /* of "hall", ana among them */
    char folder[80];   /* of the copy of the program that asks in a hurry; "": none */
    char token[2200], url[120], key[100], home[120];
    char *tokens[STREET_TOKENS]; /* of the members u00000… */
    int token_count;
};

/* members 0: ana is in no channel. hurried: ana's library asks a thousand times a second. */
void street_open(struct street *street, int members, bool hurried);
void street_close(struct street *street);

/* The dashboard of ana, by the server at `url` (NULL: the street's own). It runs from here on. */
struct terminal *street_look(struct street *street, const char *url);
/* Wait until every member is known and told of, and nothing is drawn any more. */
void street_settle(const struct street *street, struct terminal *terminal);

/* The i-th of those who come and go. */
void street_id(int i, char to[16]);
void street_come(struct street *street, struct raw *raw, int i);

/* Nanoseconds of processor time, all threads; times that its threads have slept. */
int64_t cost_cpu_ns(pid_t pid);
int64_t cost_wakes(pid_t pid);
/* Of resident memory. */
int64_t cost_rss_kib(pid_t pid);

#endif
