/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/duration.h"
#include "support/case.h"

static void a_number_and_a_unit_is_a_duration(void **state) {
    (void)state;
    const struct {
        const char *text;
        int64_t ms;
    } good[] = {{"0s", 0}, {"30s", 30000}, {"10m", 600000}, {"24h", 86400000}, {"7d", 604800000},
        {"007s", 7000}, {"3653d", (int64_t)3653 * 86400000}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t ms = -1;
        assert_true(duration_read(good[i].text, &ms));
        assert_int_equal(ms, good[i].ms);
    }
}

static void anything_else_is_none_and_changes_nothing(void **state) {
    (void)state;
    const char *const bad[] = {"", "s", "10", "-1s", "+1s", " 1s", "1 s", "1s ", "1.5h", "1ms",
        "1w", "1S", "1h30m", "3654d", "87673h", "99999999999s", "9223372036854775807d", "0x1s"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t ms = 42;
        if (duration_read(bad[i], &ms))
            fail_msg("'%s' was taken for a duration", bad[i]);
        assert_int_equal(ms, 42);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_number_and_a_unit_is_a_duration),
        CASE(anything_else_is_none_and_changes_nothing),
    };
    return RUN_CASES("dashboard-cli-duration", cases);
}
