/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "client/pace.h"

/* How many go from one time on, asked every `step_ms` until another. */
static size_t take_all(struct pace *pace, int64_t from_ms, int64_t to_ms, int64_t step_ms) {
    size_t taken = 0;
    for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms += step_ms)
        while (pace_take(pace, now_ms))
            taken++;
    return taken;
}

static void as_many_as_allowed_go_at_once_and_no_more_in_any_second(void **state) {
    (void)state;
    struct pace pace;
    assert_int_equal(pace_init(&pace, NULL, 8), 0);
    assert_int_equal(take_all(&pace, 5000, 5001, 1), 8);
    assert_int_equal(pace_due_ms(&pace, 5001), 6000);
    assert_int_equal(take_all(&pace, 5001, 6000, 1), 0);
    assert_int_equal(take_all(&pace, 6000, 16000, 7), 80);
    pace_fini(&pace);
}

/* Unevenly asked: of every second that there is, whole or not, the bound holds. */
static void the_bound_holds_for_every_second(void **state) {
    (void)state;
    enum { MOST = 8, TIMES = 400 };
    struct pace pace;
    int64_t gone_ms[TIMES], now_ms = 0;
    assert_int_equal(pace_init(&pace, NULL, MOST), 0);
    for (size_t i = 0; i < TIMES; i++) {
        while (!pace_take(&pace, now_ms))
            now_ms += 1 + (int64_t)(i * 37 % 91);
        gone_ms[i] = now_ms;
        now_ms += (int64_t)(i % 50 == 0 ? 700 : i * 13 % 40);
    }
    for (size_t i = MOST; i < TIMES; i++)
        assert_true(gone_ms[i] - gone_ms[i - MOST] >= 1000);
    pace_fini(&pace);
}

static void a_server_that_is_asked_too_much_is_left_alone_as_long_as_it_says(void **state) {
    (void)state;
    struct pace pace;
    assert_int_equal(pace_init(&pace, NULL, 2), 0);
    pace_hold(&pace, 9000);
    pace_hold(&pace, 4000); /* an older word takes nothing back */
    assert_int_equal(pace_due_ms(&pace, 0), 9000);
    assert_int_equal(take_all(&pace, 0, 9000, 10), 0);
    assert_int_equal(take_all(&pace, 9000, 9010, 10), 2);
    pace_fini(&pace);
}

/* What was asked on the last connection does not make the new one wait. */
static void a_new_connection_brings_as_many_again_for_its_first_second(void **state) {
    (void)state;
    struct pace pace;
    assert_int_equal(pace_init(&pace, NULL, 8), 0);
    assert_int_equal(take_all(&pace, 5000, 5001, 1), 8);
    pace_begin(&pace, 5100);
    assert_int_equal(pace_due_ms(&pace, 5100), 5100);
    assert_int_equal(take_all(&pace, 5100, 6000, 1), 8);
    assert_int_equal(pace_due_ms(&pace, 6000), 6000);
    assert_int_equal(take_all(&pace, 6000, 16000, 7), 80); /* as if it had not been */
    pace_fini(&pace);
}

static void what_a_new_connection_brings_is_not_saved_up(void **state) {
    (void)state;
    struct pace pace;
    assert_int_equal(pace_init(&pace, NULL, 8), 0);
    for (int64_t now_ms = 5000; now_ms < 5900; now_ms += 300)
        pace_begin(&pace, now_ms);
    assert_int_equal(take_all(&pace, 5900, 5901, 1), 16);
    pace_begin(&pace, 7000);
    assert_int_equal(take_all(&pace, 8000, 8001, 1), 8); /* its second is over */
    pace_fini(&pace);
}

static void a_new_connection_is_asked_though_the_last_one_said_wait(void **state) {
    (void)state;
    struct pace pace;
    assert_int_equal(pace_init(&pace, NULL, 2), 0);
    pace_hold(&pace, 9000);
    pace_begin(&pace, 5000);
    assert_int_equal(take_all(&pace, 5000, 5001, 1), 4);
    pace_hold(&pace, 9500); /* and says so itself */
    assert_int_equal(take_all(&pace, 5001, 9500, 10), 0);
    pace_fini(&pace);
}

static void a_reset_is_waited_for_and_nonsense_is_a_moment(void **state) {
    (void)state;
    assert_int_equal(pace_until_reset_ms(1007, 1000400), 6600);
    assert_int_equal(pace_until_reset_ms(0, 1000400), 1000);
    assert_int_equal(pace_until_reset_ms(999, 1000400), 1000);
    assert_int_equal(pace_until_reset_ms(-5, 1000400), 1000);
    assert_int_equal(pace_until_reset_ms(INT64_MAX, 1000400), 1000);
    assert_int_equal(pace_until_reset_ms(100000, 1000400), 300000);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(as_many_as_allowed_go_at_once_and_no_more_in_any_second),
        CASE(the_bound_holds_for_every_second),
        CASE(a_server_that_is_asked_too_much_is_left_alone_as_long_as_it_says),
        CASE(a_new_connection_brings_as_many_again_for_its_first_second),
        CASE(what_a_new_connection_brings_is_not_saved_up),
        CASE(a_new_connection_is_asked_though_the_last_one_said_wait),
        CASE(a_reset_is_waited_for_and_nonsense_is_a_moment),
    };
    return RUN_CASES("client-pace", cases);
}
