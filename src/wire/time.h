/* SPDX-License-Identifier: MIT */
/* RFC 3339, UTC, as the wire has it: 0 to 9 fraction digits in, microseconds out. Pure. */
#ifndef WIRE_TIME_H
#define WIRE_TIME_H

#include <stdint.h>

#define TIME_TEXT_BYTES 28 /* "2026-11-24T10:42:07.123456Z" and the NUL */

/* Microseconds of Unix time; 0 ≤ year ≤ 9999. An offset (+02:00) is taken and converted.
 * 0, or > 0 where the text is not RFC 3339. */
int time_parse(const char *text, int64_t *unix_us);

void time_print(char to[TIME_TEXT_BYTES], int64_t unix_us);

/* "1.23ms": how long a call took, as every reply has it. */
#define TIME_DURATION_BYTES 32
void time_print_duration(char to[TIME_DURATION_BYTES], int64_t us);

#endif
