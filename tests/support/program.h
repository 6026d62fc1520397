/* SPDX-License-Identifier: MIT */
/* A real program as a child of the test: run to its end, or started and listened to. */
#ifndef SUPPORT_PROGRAM_H
#define SUPPORT_PROGRAM_H

#include "base/bytes.h"

#include <stdbool.h>
#include <sys/types.h>

struct program {
    pid_t pid;             /* 0: none runs */
    int out_fd, err_fd;    /* -1: at their end */
    struct bytes out, err; /* what it printed so far */
};

/*
 * Start argv[0] with these arguments (NULL at the end), this text on its standard input (NULL:
 * none), and our environment with these "NAME=VALUE" over it (NULL at the end, or NULL). Fails the
 * case when it cannot. Zeroed or finished before.
 */
void program_start(
    struct program *to, const char *const *argv, const char *input, const char *const *environment);

/* Until its standard output (or error) has this text; false when it ended first, or was later
 * than at_most_ms. */
bool program_prints(struct program *program, const char *text, int at_most_ms);
bool program_says(struct program *program, const char *text, int at_most_ms);

/* Its exit code, 128 + N for signal N; fails the case when it has not ended in time. What it
 * printed stays until the next start or fini. */
int program_end(struct program *program, int at_most_ms);

void program_signal(const struct program *program, int signal);

/* Kills it if it still runs. Fine on zeroes. */
void program_fini(struct program *program);

#endif
