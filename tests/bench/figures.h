/* SPDX-License-Identifier: MIT */
/* Figures of a benchmark: samples in, medians and tails out, as a table or as JSON lines. */
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
/* A row: median, p99 and spread in milliseconds; ratio to the other's median where there is one. */
void figures_print(struct figures *figures, struct figures *limit, bool json);

#endif
