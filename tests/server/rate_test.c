/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/rate.h"

#define SECOND INT64_C(1000000)
#define NOW (1700000000 * SECOND)

static void so_many_calls_a_minute_and_no_more(void **state) {
    (void)state;
    struct rate rate = {.per_minute = 3};
    struct rate_state told;
    for (unsigned i = 1; i <= 3; i++) {
        assert_true(rate_take(&rate, "bob users", NOW + i, &told));
        assert_int_equal(told.limit, 3);
        assert_int_equal(told.remaining, 3 - i);
    }
    assert_false(rate_take(&rate, "bob users", NOW + 59 * SECOND, &told));
    assert_int_equal(told.remaining, 0);
    assert_int_equal(told.limit, 3);
    rate_fini(&rate);
}

static void whoever_comes_back_at_the_reset_is_served(void **state) {
    (void)state;
    struct rate rate = {.per_minute = 1};
    struct rate_state told;
    const int64_t odd = NOW + 123456;
    assert_true(rate_take(&rate, "bob", odd, &told));
    assert_false(rate_take(&rate, "bob", odd + 1, &told));
    assert_int_equal(told.reset_unix_s, 1700000061);
    assert_false(rate_take(&rate, "bob", odd + 60 * SECOND - 1, &told));
    assert_true(rate_take(&rate, "bob", told.reset_unix_s * SECOND, &told));
    rate_fini(&rate);
}

static void each_key_has_its_own_count(void **state) {
    (void)state;
    struct rate rate = {.per_minute = 1};
    struct rate_state told;
    assert_true(rate_take(&rate, "bob users", NOW, &told));
    assert_true(rate_take(&rate, "bob channels", NOW, &told));
    assert_true(rate_take(&rate, "eve users", NOW, &told));
    assert_false(rate_take(&rate, "bob users", NOW, &told));
    rate_fini(&rate);
}

static void without_a_limit_nothing_is_counted(void **state) {
    (void)state;
    struct rate rate = {0};
    struct rate_state told;
    for (int i = 0; i < 1000; i++)
        assert_true(rate_take(&rate, "bob", NOW, &told));
    assert_int_equal(rate.windows.count, 0);
    rate_fini(&rate);
}

static void windows_that_are_over_are_forgotten(void **state) {
    (void)state;
    struct rate rate = {.per_minute = 5};
    struct rate_state told;
    char key[32];
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof key, "u%d", i);
        assert_true(rate_take(&rate, key, NOW, &told));
    }
    assert_int_equal(rate.windows.count, 1000);
    assert_true(rate_take(&rate, "late", NOW + 61 * SECOND, &told));
    assert_int_equal(rate.windows.count, 1);
    rate_fini(&rate);
}

static void a_clock_that_is_set_back_locks_nobody_out(void **state) {
    (void)state;
    struct rate rate = {.per_minute = 1};
    struct rate_state told;
    assert_true(rate_take(&rate, "bob", NOW, &told));
    assert_true(rate_take(&rate, "bob", NOW - 3600 * SECOND, &told));
    assert_false(rate_take(&rate, "bob", NOW - 3600 * SECOND, &told));
    rate_fini(&rate);
}

static void a_limit_that_goes_down_leaves_nothing(void **state) {
    (void)state;
    struct rate rate = {.per_minute = 5};
    struct rate_state told;
    for (int i = 0; i < 4; i++)
        assert_true(rate_take(&rate, "bob", NOW, &told));
    rate.per_minute = 2;
    assert_false(rate_take(&rate, "bob", NOW, &told));
    assert_int_equal(told.limit, 2);
    assert_int_equal(told.remaining, 0);
    rate_fini(&rate);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(so_many_calls_a_minute_and_no_more),
        CASE(whoever_comes_back_at_the_reset_is_served),
        CASE(each_key_has_its_own_count),
        CASE(without_a_limit_nothing_is_counted),
        CASE(windows_that_are_over_are_forgotten),
        CASE(a_clock_that_is_set_back_locks_nobody_out),
        CASE(a_limit_that_goes_down_leaves_nothing),
    };
    return RUN_CASES("server-rate", cases);
}
