/* SPDX-License-Identifier: MIT */
/* The log: bounded, folded, filtered. */
#include "support/case.h"

#include "dashboard/model/journal.h"

enum { MINUTE = 60 * 1000 };

#define T0 INT64_C(1795510800000)

static struct person people[300];

static int add(struct journal *journal, enum event_kind kind, struct person *who, int64_t at_ms) {
    const struct event_line line = {
        .kind = kind, .who = who, .at_ms = at_ms, .watched = who != NULL && who->watch};
    return journal_add(journal, &line);
}

static void a_full_journal_forgets_the_oldest(void **state) {
    (void)state;
    struct journal journal = {0};
    for (int i = 0; i < JOURNAL_LINES + 50; i++) {
        const struct event_line line = {
            .kind = EVENT_NOTE, .at_ms = T0 + i, .text = strdup("a note")};
        assert_int_equal(journal_add(&journal, &line), i < JOURNAL_LINES ? 1 : 0);
    }
    assert_int_equal(journal.count, JOURNAL_LINES);
    assert_int_equal(journal_at(&journal, 0)->at_ms, T0 + JOURNAL_LINES + 49);
    assert_int_equal(journal_at(&journal, JOURNAL_LINES - 1)->at_ms, T0 + 50);
    assert_null(journal_at(&journal, JOURNAL_LINES));
    journal_fini(&journal);
    assert_null(journal_at(&journal, 0));
}

static void four_in_a_row_are_four_lines_and_a_fifth_makes_them_one(void **state) {
    (void)state;
    struct journal journal = {0};
    for (int i = 0; i < 4; i++)
        assert_int_equal(
            add(&journal, i == 2 ? EVENT_WENT : EVENT_CAME, &people[i], T0 + i * BURST_MS), 1);
    assert_int_equal(journal.count, 4);
    assert_int_equal(add(&journal, EVENT_CAME, &people[4], T0 + 4 * BURST_MS), -3);
    assert_int_equal(journal.count, 1);
    assert_int_equal(add(&journal, EVENT_CAME, &people[5], T0 + 5 * BURST_MS), 0);
    const struct event_line *burst = journal_at(&journal, 0);
    assert_int_equal(burst->kind, EVENT_BURST);
    assert_int_equal(burst->came, 5);
    assert_int_equal(burst->went, 1);
    assert_int_equal(burst->at_ms, T0);
    assert_int_equal(burst->until_ms, T0 + 5 * BURST_MS);
    for (int i = 0; i < JOURNAL_SOME; i++)
        assert_ptr_equal(burst->some[i], &people[i]);
    assert_int_equal(add(&journal, EVENT_CAME, &people[6], T0 + 6 * BURST_MS + 1), 1);
    journal_fini(&journal);
}

static void what_is_spread_over_time_or_watched_is_not_folded(void **state) {
    (void)state;
    struct journal journal = {0};
    for (int i = 0; i < 20; i++)
        add(&journal, EVENT_CAME, &people[i], T0 + i * (BURST_MS + 1));
    assert_int_equal(journal.count, 20);
    people[0].watch = WATCH_ALWAYS;
    for (int i = 0; i < 20; i++)
        add(&journal, EVENT_CAME, &people[0], T0 + 100 * MINUTE);
    assert_int_equal(journal.count, 40);
    people[0].watch = WATCH_OFF;
    journal_fini(&journal);
}

static void a_thousand_people_are_one_line(void **state) {
    (void)state;
    struct journal journal = {0};
    add(&journal, EVENT_CAME, &people[0], T0);
    for (int i = 0; i < 1000; i++)
        add(&journal, EVENT_WENT, &people[i % 300], T0 + MINUTE + i / 10);
    assert_int_equal(journal.count, 2);
    assert_int_equal(journal_at(&journal, 0)->went, 1000);
    journal_fini(&journal);
}

static void who_flaps_is_one_line_that_counts(void **state) {
    (void)state;
    struct journal journal = {0};
    add(&journal, EVENT_CAME, &people[1], T0 - MINUTE); /* before it began */
    add(&journal, EVENT_CAME, &people[1], T0);
    add(&journal, EVENT_CAME, &people[2], T0 + MINUTE);
    add(&journal, EVENT_WENT, &people[1], T0 + 2 * MINUTE);
    assert_false(journal_flaps_on(&journal, &people[1], true, T0 + 3 * MINUTE));
    journal_flaps(&journal, &people[1], T0, 2, T0 + 3 * MINUTE);
    assert_true(journal_flaps_on(&journal, &people[1], true, T0 + 4 * MINUTE));
    assert_int_equal(journal.count, 3);
    const struct event_line *flaps = journal_at(&journal, 0);
    assert_int_equal(flaps->kind, EVENT_FLAPS);
    assert_int_equal(flaps->at_ms, T0);
    assert_int_equal(flaps->until_ms, T0 + 4 * MINUTE);
    assert_int_equal(flaps->came, 2);
    assert_int_equal(flaps->went, 1);
    assert_ptr_equal(journal_at(&journal, 1)->who, &people[2]);
    assert_int_equal(journal_at(&journal, 2)->at_ms, T0 - MINUTE);
    journal_fini(&journal);
}

static void what_the_history_knows_of_flaps_from_before_counts_too(void **state) {
    (void)state;
    struct journal journal = {0};
    add(&journal, EVENT_CAME, &people[1], T0 + 5 * MINUTE);
    journal_flaps(&journal, &people[1], T0, 7, T0 + 5 * MINUTE);
    const struct event_line *flaps = journal_at(&journal, 0);
    assert_int_equal(journal.count, 1);
    assert_int_equal(flaps->came + flaps->went, 7);
    assert_int_equal(flaps->at_ms, T0);
    journal_fini(&journal);
}

static void a_filter_shows_the_watched_or_what_is_new(void **state) {
    (void)state;
    struct journal journal = {0};
    const struct journal_filter all = {LEVEL_ALL, INT64_MIN}, none = {LEVEL_NONE, INT64_MIN};
    const struct journal_filter watched = {LEVEL_WATCHED, INT64_MIN};
    const struct journal_filter recent = {LEVEL_ALL, T0 + 2 * MINUTE};
    people[3].watch = WATCH_NEXT;
    add(&journal, EVENT_CAME, &people[2], T0);
    add(&journal, EVENT_CAME, &people[3], T0 + MINUTE);
    const struct event_line note = {
        .kind = EVENT_NOTE, .at_ms = T0 + 2 * MINUTE, .text = strdup("noted")};
    journal_add(&journal, &note);
    add(&journal, EVENT_WENT, &people[2], T0 + 3 * MINUTE);
    assert_int_equal(journal_shown_count(&journal, &all), 4);
    assert_int_equal(journal_shown_count(&journal, &none), 0);
    assert_int_equal(journal_shown_count(&journal, &watched), 2);
    assert_int_equal(journal_shown_count(&journal, &recent), 2);
    assert_int_equal(journal_shown(&journal, &watched, 0)->kind, EVENT_NOTE);
    assert_ptr_equal(journal_shown(&journal, &watched, 1)->who, &people[3]);
    assert_null(journal_shown(&journal, &watched, 2));
    assert_null(journal_shown(&journal, &none, 0));
    people[3].watch = WATCH_OFF;
    journal_fini(&journal);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_full_journal_forgets_the_oldest),
        CASE(four_in_a_row_are_four_lines_and_a_fifth_makes_them_one),
        CASE(what_is_spread_over_time_or_watched_is_not_folded),
        CASE(a_thousand_people_are_one_line),
        CASE(who_flaps_is_one_line_that_counts),
        CASE(what_the_history_knows_of_flaps_from_before_counts_too),
        CASE(a_filter_shows_the_watched_or_what_is_new),
    };
    return RUN_CASES("dashboard-journal", cases);
}
