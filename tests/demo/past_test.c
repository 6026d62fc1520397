/* SPDX-License-Identifier: MIT */
/* The demo's week: the same for a seed, in order, past, and true to the tables. */
#include "support/case.h"

#include "demo/past.h"
#include "demo/people.h"
#include "demo/schedule.h"

#include <string.h>

#define NOW_MS (INT64_C(1764000000) * 1000) /* a Monday, 16:00 UTC */
#define MINUTE_MS (INT64_C(60) * 1000)
#define DAY_MS (24 * 60 * MINUTE_MS)

struct seen {
    char id[32];
    uint64_t sum;
    int64_t last_ms, home_ms[64];
    bool home;
    int people, turns[64], changes[64];
};

static void look_on(void *context, const char *id, int64_t at_ms, bool home) {
    struct seen *seen = context;
    if (strcmp(seen->id, id) != 0) {
        snprintf(seen->id, sizeof seen->id, "%s", id);
        seen->people++;
        assert_false(home);
        assert_int_equal(at_ms, NOW_MS - 7 * DAY_MS);
    } else {
        assert_true(at_ms > seen->last_ms);
        assert_int_equal(home, !seen->home);
        if (!home)
            seen->home_ms[seen->people - 1] += at_ms - seen->last_ms;
    }
    seen->turns[seen->people - 1]++;
    seen->changes[seen->people - 1] += at_ms > NOW_MS - 10 * MINUTE_MS;
    assert_true(at_ms <= NOW_MS);
    seen->last_ms = at_ms;
    seen->home = home;
    seen->sum = seen->sum * 31 + (uint64_t)at_ms;
}

static void a_seed_has_one_week_and_another_seed_another(void **state) {
    (void)state;
    struct seen a = {.id = ""}, b = {.id = ""}, c = {.id = ""};
    past_tell(7, NOW_MS, look_on, &a);
    past_tell(7, NOW_MS, look_on, &b);
    past_tell(8, NOW_MS, look_on, &c);
    assert_int_equal(a.sum, b.sum);
    assert_int_not_equal(a.sum, c.sum);
    assert_int_equal(a.people, demo_people_count + 1);
}

static void people_live_as_the_table_says(void **state) {
    (void)state;
    struct seen seen = {.id = ""};
    past_tell(7, NOW_MS, look_on, &seen);
    for (size_t i = 0; i < demo_people_count; i++) {
        const struct person *person = &demo_people[i];
        if (person->away_minutes > 7 * 24 * 60)
            assert_int_equal(seen.home_ms[i], 0);
        else
            assert_true(seen.home_ms[i] > 0);
        if (person->habit == HABIT_STEADY)
            assert_true(seen.home_ms[i] > DAY_MS && seen.home_ms[i] < 3 * DAY_MS);
        if (person->habit == HABIT_FLAPPER)
            assert_true(seen.changes[i] > 6);
    }
}

struct last {
    const char *who;
    int64_t at_ms;
    bool home;
};

static void take_last(void *context, const char *id, int64_t at_ms, bool home) {
    struct last *last = context;
    if (strcmp(id, last->who) == 0)
        last->at_ms = at_ms, last->home = home;
}

static struct last last_of(const char *who, int64_t now_ms) {
    struct last last = {.who = who};
    past_tell(7, now_ms, take_last, &last);
    return last;
}

/* At any hour of any day: what the server says of them and what was seen of them agree. */
static void they_left_when_they_were_last_active(void **state) {
    (void)state;
    struct schedule *film = schedule_create(7);
    for (int hour = 0; hour < 7 * 24; hour++) {
        const int64_t now_ms = NOW_MS + hour * 60 * MINUTE_MS;
        for (size_t i = 0; i < demo_people_count; i += 5) {
            const struct person *person = &demo_people[i];
            const int64_t left_ms = now_ms - person->away_minutes * MINUTE_MS;
            if (person->habit == HABIT_FLAPPER)
                continue;
            if (schedule_begins_here(film, i))
                assert_true(last_of(person->id, now_ms).home);
            else if (left_ms > now_ms - 7 * DAY_MS)
                assert_int_equal(last_of(person->id, now_ms).at_ms, left_ms);
        }
    }
    schedule_destroy(film);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_has_one_week_and_another_seed_another),
        cmocka_unit_test(people_live_as_the_table_says),
        cmocka_unit_test(they_left_when_they_were_last_active),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
