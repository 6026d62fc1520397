/* SPDX-License-Identifier: MIT */
/* Durations as people write them: a whole number and a unit, 30s 10m 24h 7d. Pure. */
#ifndef DASHBOARD_CLI_DURATION_H
#define DASHBOARD_CLI_DURATION_H

#include <stdbool.h>
#include <stdint.h>

/* At most ten years; no signs, no spaces, no fractions. False: *ms is untouched. */
bool duration_read(const char *text, int64_t *ms);

#endif
