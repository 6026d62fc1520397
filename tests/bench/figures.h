/* SPDX-License-Identifier: MIT */
/* Figures of a benchmark: samples in, medians and tails out, as a table or as JSON lines; and
 * beside them what was aimed at. */
#ifndef BENCH_FIGURES_H
#define BENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct figures {
    const char *bench, *what; /* "screen", "ours" */
    int64_t samples_us[4096];
    size_t count;
};

void figures_add(struct figures *figures, int64_t us);
/* The sample below which this part of all lies, in milliseconds; 0: there are none. */
double figures_at(struct figures *figures, double part);
/* A row: median, p99 and spread in milliseconds; ratio to the other's median where there is one. */
void figures_print(struct figures *figures, struct figures *limit, bool json);

/* What was aimed at: ours is at most `target`. `of` says what that is made of ("1.4 x limit"), or
 * is "". How many were missed is counted. */
struct aim {
    const char *bench, *what, *unit, *of;
    double ours, target;
};
void figures_aim(const struct aim *aim, unsigned *missed, bool json);

/* What nothing was aimed at. */
void figures_note(const char *bench, const char *what, double ours, const char *unit, bool json);

#endif
