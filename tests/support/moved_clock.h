/* SPDX-License-Identifier: MIT */
/*
 * Clocks that jump when the test says so, of this program or of one that it starts: of another by
 * LD_PRELOAD of moved_clock.so with PORCHLIGHT_CLOCK, the path of a file that both map; of this one
 * by linking moved_clock.c. Where the file is not named yet, time is as it is.
 */
#ifndef SUPPORT_MOVED_CLOCK_H
#define SUPPORT_MOVED_CLOCK_H

#include <stdint.h>

struct moved_clock {
    _Atomic int64_t wall_us; /* what is added to the time of day */
    _Atomic int64_t mono_us; /* to the clock that only goes forward: as if it had been stopped */
};

#endif
