/* SPDX-License-Identifier: MIT */
/* How many were home, minute by minute. */
#include "support/case.h"

#include "base/chance.h"
#include "dashboard/model/plot.h"
#include "dashboard/model/update.h"
#include "picture.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, CROWD = 40 };

static void each_minute_counts_who_was_home_at_its_end(void **state) {
    (void)state;
    struct person people[CROWD] = {{0}};
    struct person *pointers[CROWD];
    const struct roster roster = {.people = pointers, .count = CROWD};
    struct chance chance;
    struct plot plot;
    chance_seed(&chance, 3);
    for (int p = 0; p < CROWD; p++) {
        pointers[p] = &people[p];
        int64_t at = PICTURE_NOW - 30 * (int64_t)HOUR;
        for (int i = 0; i < 30 && at < PICTURE_NOW; i++) {
            history_put(&people[p].history, (enum seen)chance_between(&chance, 0, 2), at);
            at += chance_between(&chance, 1, 3 * HOUR);
        }
    }
    plot_fill(&plot, &roster, PICTURE_NOW);
    int peak = 0;
    for (int minute = 0; minute < PLOT_MINUTES; minute++) {
        const int64_t at = PICTURE_NOW - (int64_t)(PLOT_MINUTES - 1 - minute) * MINUTE;
        int home = 0, known = 0;
        for (int p = 0; p < CROWD; p++) {
            const enum seen seen = history_at(&people[p].history, at);
            home += seen == SEEN_HOME;
            known += seen != SEEN_UNKNOWN;
        }
        assert_int_equal(plot.home[minute], known > 0 ? home : PLOT_UNKNOWN);
        peak = home > peak ? home : peak;
    }
    assert_int_equal(plot.peak, peak);
    assert_true(peak > 5);
    for (int p = 0; p < CROWD; p++)
        history_fini(&people[p].history);
}

static void nobody_seen_is_not_nobody_home(void **state) {
    (void)state;
    struct person person = {0};
    struct person *pointers[] = {&person};
    const struct roster roster = {.people = pointers, .count = 1};
    struct plot plot;
    plot_fill(&plot, &roster, PICTURE_NOW);
    assert_int_equal(plot.home[0], PLOT_UNKNOWN);
    assert_int_equal(plot.home[PLOT_MINUTES - 1], PLOT_UNKNOWN);
    assert_int_equal(plot.peak, 0);
    history_put(&person.history, SEEN_AWAY, PICTURE_NOW);
    plot_fill(&plot, &roster, PICTURE_NOW);
    assert_int_equal(plot.home[PLOT_MINUTES - 2], PLOT_UNKNOWN);
    assert_int_equal(plot.home[PLOT_MINUTES - 1], 0);
    history_fini(&person.history);
}

static void columns_are_the_most_of_their_minutes(void **state) {
    (void)state;
    struct plot plot;
    int columns[3000];
    for (int i = 0; i < PLOT_MINUTES; i++)
        plot.home[i] = i < 60 ? PLOT_UNKNOWN : i == 700 ? 9 : 2;
    plot_columns(&plot, columns, 24);
    assert_int_equal(columns[0], PLOT_UNKNOWN);
    assert_int_equal(columns[1], 2);
    assert_int_equal(columns[11], 9);
    plot_columns(&plot, columns, 3000); /* more columns than minutes */
    assert_int_equal(columns[2999], 2);
}

static void an_axis_ends_at_a_round_number(void **state) {
    (void)state;
    static const int tops[][2] = {
        {0, 1}, {1, 1}, {3, 4}, {6, 8}, {9, 10}, {11, 20}, {44, 50}, {51, 80}, {101, 200}};
    for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++)
        assert_int_equal(plot_top(tops[i][0]), tops[i][1]);
    assert_true(plot_top(INT32_MAX) > 0);
}

/* Summed up once a minute, it is as right as if it were summed up each time. */
static void what_happens_within_the_minute_is_in_it(void **state) {
    (void)state;
    static const char *const who[] = {"ada", "bob", "chen", "dana", "eve", "finn", "kim", "me"};
    static struct model model;
    struct chance chance;
    unsigned kept = 0;
    chance_seed(&chance, 5);
    picture_world(&model);
    update_size(&model, 40, 120);
    int64_t now = PICTURE_NOW + 20 * (int64_t)HOUR;
    for (int i = 0; i < 600; i++) {
        now += chance_between(&chance, 0, 9000);
        const char *id = who[chance_between(&chance, 0, 7)];
        picture_person(&model, id, id, "", chance_between(&chance, 0, 1),
            chance_between(&chance, 0, 5), 0, now);
        if (chance_between(&chance, 0, 30) == 0)
            model_remove_member(&model, "messaging:support", id);
        if (chance_between(&chance, 0, 10) == 0)
            model_put_member(&model, "messaging:support", id);
        kept += plot_is_of(&model.plot, now);
        update_settle(&model);
        assert_true(plot_is_of(&model.plot, now));
        struct plot anew;
        plot_fill(&anew, &model.all.members, now);
        assert_int_equal(model.plot.home_now, anew.home_now);
        assert_int_equal(model.plot.known_now, anew.known_now);
        assert_int_equal(model.plot.home[PLOT_MINUTES - 1], anew.home[PLOT_MINUTES - 1]);
    }
    assert_true(kept > 300);
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_minute_counts_who_was_home_at_its_end),
        CASE(nobody_seen_is_not_nobody_home),
        CASE(what_happens_within_the_minute_is_in_it),
        CASE(columns_are_the_most_of_their_minutes),
        CASE(an_axis_ends_at_a_round_number),
    };
    return RUN_CASES("dashboard-plot", cases);
}
