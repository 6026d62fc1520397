/* SPDX-License-Identifier: MIT */
/* The demo's film: the same for a seed, lively, and true to the tables. */
#include "support/case.h"

#include "demo/schedule.h"

enum { MINUTE = 60 * 1000 };

static void a_seed_plays_the_same_each_time(void **state) {
    (void)state;
    struct schedule *one = schedule_create(5), *two = schedule_create(5);
    struct act a, b;
    for (int i = 0; i < 500; i++) {
        assert_true(schedule_take(one, INT64_MAX / 8, &a));
        assert_true(schedule_take(two, INT64_MAX / 8, &b));
        assert_true(a.kind == b.kind && a.person == b.person && a.at_ms == b.at_ms);
    }
    schedule_destroy(one);
    schedule_destroy(two);
    schedule_destroy(NULL);
}

static void acts_come_in_order_and_make_sense(void **state) {
    (void)state;
    struct schedule *schedule = schedule_create(7);
    bool here[64] = {false};
    int64_t last = 0;
    struct act act;
    while (schedule_take(schedule, 60 * MINUTE, &act)) {
        const struct person *person = &demo_people[act.person];
        assert_true(act.at_ms >= last);
        last = act.at_ms;
        assert_int_equal(here[act.person], act.kind != ACT_COME);
        here[act.person] = act.kind != ACT_GO;
        assert_int_not_equal(person->habit, HABIT_SLEEPER);
        if (act.kind == ACT_SAY)
            assert_non_null(strchr(person->channels, act.place->letter));
    }
    assert_true(schedule_next_ms(schedule) > 60 * MINUTE);
    schedule_destroy(schedule);
}

static void a_good_picture_at_the_start_and_a_change_every_few_seconds(void **state) {
    (void)state;
    struct schedule *schedule = schedule_create(20261124);
    unsigned at_once = 0, changes = 0;
    struct act act;
    while (schedule_take(schedule, 3 * MINUTE, &act)) {
        at_once += act.kind == ACT_COME && act.at_ms == 0;
        changes += act.at_ms > 0 && (act.kind == ACT_COME || act.kind == ACT_GO);
    }
    assert_true(at_once >= 18);
    assert_true(changes >= 3 * 60 / 8);
    schedule_destroy(schedule);
}

static void the_tables_hold_together(void **state) {
    (void)state;
    assert_true(demo_people_count >= 36 && demo_places_count == 8);
    for (size_t i = 0; i < demo_people_count; i++) {
        for (const char *letter = demo_people[i].channels; *letter != '\0'; letter++) {
            bool known = false;
            for (size_t p = 0; p < demo_places_count; p++)
                known |= demo_places[p].letter == *letter;
            assert_true(known);
        }
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(demo_people[i].id, demo_people[j].id);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(a_seed_plays_the_same_each_time),
        CASE(acts_come_in_order_and_make_sense),
        CASE(a_good_picture_at_the_start_and_a_change_every_few_seconds),
        CASE(the_tables_hold_together)};
    return RUN_CASES("demo-schedule", cases);
}
