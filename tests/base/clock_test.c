/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "support/case.h"

#include <time.h>

static void monotonic_time_only_goes_forward(void **state) {
    (void)state;
    int64_t last = clock_mono_us();
    for (int i = 0; i < 10000; i++) {
        const int64_t now = clock_mono_us();
        assert_true(now >= last);
        last = now;
    }
    const int64_t ms = clock_mono_ms(), us = clock_mono_us();
    assert_true(us / 1000 - ms >= 0 && us / 1000 - ms < 1000);
}

static void wall_time_is_the_systems_in_microseconds(void **state) {
    (void)state;
    const int64_t before = (int64_t)time(NULL) - 1, now = clock_unix_us() / 1000000;
    assert_true(now >= before && now <= (int64_t)time(NULL) + 1);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(monotonic_time_only_goes_forward), CASE(wall_time_is_the_systems_in_microseconds)};
    return RUN_CASES("base-clock", cases);
}
