/* SPDX-License-Identifier: MIT */
/* What we observed of somebody, and what can be said of it. */
#include "support/case.h"

#include "base/chance.h"
#include "dashboard/model/history.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

#define T0 INT64_C(1795510800000) /* 2026-11-24T09:00:00Z */

static void put(struct history *history, enum seen seen, int64_t at_ms) {
    assert_int_equal(history_put(history, seen, at_ms), 0);
}

static void what_was_not_seen_is_unknown(void **state) {
    (void)state;
    struct history history = {0};
    assert_int_equal(history_at(&history, T0), SEEN_UNKNOWN);
    assert_int_equal(history_time(&history, SEEN_UNKNOWN, T0, T0 + HOUR), HOUR);
    put(&history, SEEN_HOME, T0);
    put(&history, SEEN_UNKNOWN, T0 + HOUR); /* the link was lost */
    put(&history, SEEN_HOME, T0 + 2 * HOUR);
    assert_int_equal(history_at(&history, T0 - 1), SEEN_UNKNOWN);
    assert_int_equal(history_at(&history, T0), SEEN_HOME);
    assert_int_equal(history_at(&history, T0 + HOUR), SEEN_UNKNOWN);
    assert_int_equal(history_at(&history, T0 + 9 * HOUR), SEEN_HOME);
    assert_int_equal(history_time(&history, SEEN_HOME, T0 - HOUR, T0 + 3 * HOUR), 2 * HOUR);
    assert_int_equal(history_time(&history, SEEN_AWAY, T0 - HOUR, T0 + 3 * HOUR), 0);
    assert_int_equal(history_time(&history, SEEN_UNKNOWN, T0 - HOUR, T0 + 3 * HOUR), 2 * HOUR);
    history_fini(&history);
}

static void the_same_again_is_no_turn_and_time_never_falls(void **state) {
    (void)state;
    struct history history = {0};
    put(&history, SEEN_UNKNOWN, T0);
    assert_int_equal(history.count, 0);
    put(&history, SEEN_AWAY, T0);
    put(&history, SEEN_AWAY, T0 + HOUR);
    assert_int_equal(history.count, 1);
    put(&history, SEEN_HOME, T0 - HOUR); /* the clock was put back */
    assert_int_equal(history_turn(&history, 1).at_ms, T0);
    put(&history, SEEN_AWAY, INT64_MIN / 2);
    put(&history, SEEN_HOME, INT64_MAX / 2);
    for (unsigned i = 1; i < history.count; i++)
        assert_true(history_turn(&history, i - 1).at_ms <= history_turn(&history, i).at_ms);
    history_fini(&history);
}

static void what_is_old_is_forgotten_and_what_held_begins_there(void **state) {
    (void)state;
    struct history history = {0};
    put(&history, SEEN_HOME, T0);
    put(&history, SEEN_AWAY, T0 + HOUR);
    put(&history, SEEN_HOME, T0 + 2 * HOUR);
    history_forget(&history, T0 - HOUR);
    assert_int_equal(history.count, 3);
    history_forget(&history, T0 + HOUR + MINUTE);
    assert_int_equal(history.count, 2);
    assert_int_equal(history_at(&history, T0 + HOUR), SEEN_UNKNOWN);
    assert_int_equal(history_turn(&history, 0).at_ms, T0 + HOUR + MINUTE);
    assert_int_equal(history_turn(&history, 0).seen, SEEN_AWAY);
    put(&history, SEEN_UNKNOWN, T0 + 3 * HOUR);
    history_forget(&history, T0 + 4 * HOUR);
    assert_int_equal(history.count, 0);
    history_fini(&history);
}

static void a_lost_link_is_no_visit_and_no_change(void **state) {
    (void)state;
    struct history history = {0};
    put(&history, SEEN_HOME, T0);
    put(&history, SEEN_UNKNOWN, T0 + MINUTE);
    put(&history, SEEN_HOME, T0 + 2 * MINUTE);
    assert_int_equal(history_visits(&history, T0 - HOUR, T0 + HOUR), 1);
    assert_int_equal(history_changes(&history, T0 - HOUR, T0 + HOUR), 0);
    put(&history, SEEN_AWAY, T0 + 3 * MINUTE);
    put(&history, SEEN_HOME, T0 + 4 * MINUTE);
    assert_int_equal(history_visits(&history, T0 - HOUR, T0 + HOUR), 2);
    assert_int_equal(history_visits(&history, T0 + 2 * MINUTE, T0 + 3 * MINUTE), 1);
    assert_int_equal(history_changes(&history, T0 - HOUR, T0 + HOUR), 2);
    assert_int_equal(history_changes(&history, T0 + 3 * MINUTE, T0 + HOUR), 1);
    history_fini(&history);
}

static void since_when_is_said_only_of_a_change_that_was_seen(void **state) {
    (void)state;
    struct history history = {0};
    assert_int_equal(history_since(&history), 0);
    put(&history, SEEN_HOME, T0);
    assert_int_equal(history_since(&history), 0);
    put(&history, SEEN_AWAY, T0 + HOUR);
    assert_int_equal(history_since(&history), T0 + HOUR);
    put(&history, SEEN_UNKNOWN, T0 + 2 * HOUR);
    assert_int_equal(history_since(&history), 0);
    put(&history, SEEN_AWAY, T0 + 3 * HOUR);
    assert_int_equal(history_since(&history), 0);
    history_fini(&history);
}

static void more_than_six_changes_in_ten_minutes_flap_until_it_is_calm(void **state) {
    (void)state;
    struct history history = {0};
    put(&history, SEEN_AWAY, T0);
    int64_t now = T0;
    for (int i = 0; i < 6; i++)
        put(&history, i % 2 == 0 ? SEEN_HOME : SEEN_AWAY, now += MINUTE);
    assert_false(history_flaps(&history, false, now));
    put(&history, SEEN_HOME, now += MINUTE);
    assert_true(history_flaps(&history, false, now));
    assert_true(history_flaps(&history, true, now + 7 * MINUTE)); /* three in ten minutes */
    assert_false(history_flaps(&history, false, now + 7 * MINUTE));
    assert_false(history_flaps(&history, true, now + 8 * MINUTE));
    history_fini(&history);
}

static void overlap_is_when_both_were_home(void **state) {
    (void)state;
    struct history a = {0}, b = {0};
    put(&a, SEEN_HOME, T0);
    put(&a, SEEN_AWAY, T0 + 2 * HOUR);
    put(&a, SEEN_HOME, T0 + 4 * HOUR);
    put(&b, SEEN_HOME, T0 + HOUR);
    put(&b, SEEN_UNKNOWN, T0 + 5 * HOUR);
    assert_int_equal(history_overlap(&a, &b, T0, T0 + 6 * HOUR), 2 * HOUR);
    assert_int_equal(history_overlap(&b, &a, T0, T0 + 6 * HOUR), 2 * HOUR);
    assert_int_equal(history_overlap(&a, &b, T0, T0 + 90 * MINUTE), 30 * MINUTE);
    history_fini(&a);
    history_fini(&b);
}

static void a_strip_shows_how_much_of_each_part_was_spent_at_home(void **state) {
    (void)state;
    struct history history = {0};
    int8_t parts[6];
    put(&history, SEEN_AWAY, T0 + HOUR);
    put(&history, SEEN_HOME, T0 + 2 * HOUR + 30 * MINUTE);
    put(&history, SEEN_AWAY, T0 + 4 * HOUR + MINUTE);
    put(&history, SEEN_UNKNOWN, T0 + 5 * HOUR + 40 * MINUTE);
    history_strip(&history, T0 + 6 * HOUR, HOUR, T0 + 9 * HOUR, parts, 6);
    const int8_t wanted[] = {STRIP_UNKNOWN, 0, 4, 8, 1, 0};
    assert_memory_equal(parts, wanted, sizeof parts);
    history_strip(&history, T0 + 7 * HOUR, HOUR, T0 + 9 * HOUR, parts, 1);
    assert_int_equal(parts[0], STRIP_UNKNOWN);
    /* An hour that has just begun is as full as what there is of it. */
    history_strip(&history, T0 + 4 * HOUR, HOUR, T0 + 3 * HOUR + MINUTE, parts, 1);
    assert_int_equal(parts[0], STRIP_FULL);
    history_strip(&history, T0 + 4 * HOUR, HOUR, T0 + 2 * HOUR, parts, 1);
    assert_int_equal(parts[0], STRIP_UNKNOWN);
    history_fini(&history);
}

/* Whatever happens, the three times are all the time there is, and memory is bounded. */
static void random_histories_add_up(void **state) {
    (void)state;
    struct history history = {0};
    struct chance chance;
    chance_seed(&chance, 11);
    int64_t now = T0;
    for (int i = 0; i < 12000; i++) {
        now += (int64_t)chance_between(&chance, 0, 60000);
        put(&history, (enum seen)chance_between(&chance, 0, 2), now);
        if (i % 500 == 0)
            history_forget(&history, now - (int64_t)chance_between(&chance, 0, 3 * HOUR));
    }
    assert_true(history.count <= HISTORY_TURNS);
    for (int i = 0; i < 200; i++) {
        const int64_t from = now - (int64_t)chance_between(&chance, 0, 20 * HOUR);
        const int64_t to = from + (int64_t)chance_between(&chance, 0, HOUR);
        int64_t all = 0;
        for (int seen = SEEN_UNKNOWN; seen <= SEEN_HOME; seen++) {
            const int64_t time = history_time(&history, (enum seen)seen, from, to);
            assert_true(time >= 0);
            all += time;
        }
        assert_int_equal(all, to - from);
    }
    history_fini(&history);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_was_not_seen_is_unknown),
        CASE(the_same_again_is_no_turn_and_time_never_falls),
        CASE(what_is_old_is_forgotten_and_what_held_begins_there),
        CASE(a_lost_link_is_no_visit_and_no_change),
        CASE(since_when_is_said_only_of_a_change_that_was_seen),
        CASE(more_than_six_changes_in_ten_minutes_flap_until_it_is_calm),
        CASE(overlap_is_when_both_were_home),
        CASE(a_strip_shows_how_much_of_each_part_was_spent_at_home),
        CASE(random_histories_add_up),
    };
    return RUN_CASES("dashboard-history", cases);
}
