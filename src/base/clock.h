/* SPDX-License-Identifier: MIT */
/* The only place that asks the system what time it is. Any thread. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Time that only goes forward, for durations and timers. */
int64_t clock_mono_us(void);
int64_t clock_mono_ms(void);

/* Wall time, for stamps and expiry alone. */
int64_t clock_unix_us(void);

#endif
