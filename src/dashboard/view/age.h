/* SPDX-License-Identifier: MIT */
/* How long ago, in at most four cells. Pure. */
#ifndef DASHBOARD_VIEW_AGE_H
#define DASHBOARD_VIEW_AGE_H

#include <stdbool.h>
#include <stdint.h>

#define AGE_BYTES 8

/* "now", "2m", "3h", "2d", "5w", "1y"; "~9m" where it is the server's word, which is refreshed
 * every 15 minutes only; "?" for 0 (never, or not known). */
void age_print(char to[AGE_BYTES], int64_t then_ms, int64_t now_ms, bool by_server);

/* How long something took: "40s", "12m", "3h12m", "2d4h". */
enum { SPAN_BYTES = 12 };
void age_span(char to[SPAN_BYTES], int64_t ms);

/* "10:42" by the local clock. */
void age_clock(char to[6], int64_t unix_ms);
/* The same in UTC. */
void age_clock_utc(char to[6], int64_t unix_ms);
/* "10:42" of the last 20 hours, else the day "11-24", else the year; local, or in UTC. */
void age_moment(char to[6], int64_t then_ms, int64_t now_ms, bool utc);
/* "10:42:07". */
void age_clock_seconds(char to[9], int64_t unix_ms);

enum { AGE_DAY_BYTES = 20 };

/* "Tue 2026-11-24" by the local clock. */
void age_day(char to[AGE_DAY_BYTES], int64_t unix_ms);

#endif
