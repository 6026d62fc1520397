/* SPDX-License-Identifier: MIT */
/* My own light and status over time: what is asked for, what is due, what is said. */
#include "support/case.h"

#include "picture.h"

#include <errno.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static int64_t when(const char *text) {
    int64_t at_ms = -1;
    return mine_when(text, PICTURE_NOW, &at_ms) == 0 ? at_ms - PICTURE_NOW : -1;
}

static void a_time_is_a_span_or_a_clock(void **state) {
    (void)state;
    setenv("TZ", "UTC", 1);
    assert_int_equal(when("30m"), 30 * MINUTE);
    assert_int_equal(when("for 1h30m"), 90 * MINUTE);
    assert_int_equal(when("2d"), 48 * (int64_t)HOUR);
    assert_int_equal(when("until 18:00"), 18 * HOUR - (10 * HOUR + 42 * MINUTE + 7000));
    assert_int_equal(when("9:00"), 24 * HOUR + 9 * HOUR - (10 * HOUR + 42 * MINUTE + 7000));
    static const char *const bad[] = {"", "for", "30", "m", "-5m", "0m", "until", "25:00", "18:60",
        "18:00x", "until 30m", "1h x", "99999999999d", "soon"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(when(bad[i]), -1);
}

static void hidden_for_a_time_is_seen_again_when_it_is_over(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    assert_int_equal(update_command(&model, ACTION_HIDE_FOR, "45m", PICTURE_NOW), EFFECT_HIDE);
    assert_int_equal(model.light, LIGHT_ON); /* asked, and no more */
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    const int64_t due_ms = PICTURE_NOW + 45 * MINUTE;
    assert_int_equal(mine_due(&model, due_ms - 1), 0);
    assert_true(mine_next(&model, PICTURE_NOW) == due_ms);
    assert_int_equal(mine_due(&model, due_ms), EFFECT_SHOW);
    assert_int_equal(mine_due(&model, due_ms + 1), 0); /* once */
    model_set_me(&model, "Ana", false, due_ms + 2);
    assert_int_equal(mine_due(&model, due_ms + 3), 0);
    assert_int_equal(model.mine.show_at_ms, 0);
    assert_int_equal(journal_at(&model.journal, 0)->kind, EVENT_NOTE);
    SAME_TEXT(journal_at(&model.journal, 0)->text,
        "your invisible time was over at 11:27: you are visible again");
    assert_true(mine_next(&model, due_ms) == INT64_MAX);
    model_fini(&model);
}

static void what_fails_is_tried_again_after_a_minute_and_not_before(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    model.mine.show_at_ms = PICTURE_NOW - HOUR; /* it fell due while we were away */
    assert_int_equal(mine_due(&model, PICTURE_NOW), EFFECT_SHOW);
    model_light_failed(&model, "busy");
    assert_int_equal(mine_due(&model, PICTURE_NOW + 1), 0);
    assert_true(mine_next(&model, PICTURE_NOW + 1) == PICTURE_NOW + MINE_RETRY_MS);
    assert_int_equal(mine_due(&model, PICTURE_NOW + MINE_RETRY_MS), EFFECT_SHOW);
    model_fini(&model);
}

static void without_a_link_nothing_is_due(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    model.mine.show_at_ms = model.mine.clear_at_ms = PICTURE_NOW - 1;
    const struct link_shown lost = {.state = LINK_WAITING, .stale_since_ms = PICTURE_NOW};
    model_set_link(&model, &lost, PICTURE_NOW);
    assert_int_equal(mine_due(&model, PICTURE_NOW), 0);
    assert_true(mine_next(&model, PICTURE_NOW) == INT64_MAX);
    model_fini(&model);
}

static void by_hand_there_are_other_plans(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_key(&model, 'I', PICTURE_NOW);
    assert_int_equal(model.mine.show_at_ms, PICTURE_NOW + 30 * MINUTE);
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    update_key(&model, 'I', PICTURE_NOW);
    assert_int_equal(model.mine.show_at_ms, PICTURE_NOW + 60 * MINUTE);
    update_key(&model, 'I', PICTURE_NOW);
    update_key(&model, 'I', PICTURE_NOW);
    assert_int_equal(model.mine.show_at_ms, PICTURE_NOW + 240 * MINUTE);
    update_key(&model, 'I', PICTURE_NOW);
    assert_int_equal(model.mine.show_at_ms, 0);
    update_key(&model, 'I', PICTURE_NOW);
    assert_memory_equal(model.toast, "Invisible until ", 16);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_SHOW);
    SAME_TEXT(model.toast, "");
    assert_int_equal(model.mine.show_at_ms, 0);
    model_fini(&model);
}

static void a_time_that_is_none_hides_nobody(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    assert_int_equal(update_command(&model, ACTION_HIDE_FOR, "soon", PICTURE_NOW), 0);
    assert_int_equal(model.light_wanted, LIGHT_UNKNOWN);
    assert_int_equal(model.mine.show_at_ms, 0);
    SAME_TEXT(model.toast, "How long? 30m, 2h, 1h30m, or until 18:00");
    model_fini(&model);
}

static void a_status_may_have_an_end(void **state) {
    (void)state;
    static const struct {
        const char *text, *status;
        int64_t after_ms;
    } rows[] = {{"lunch for 45m", "lunch", 45 * MINUTE},
        {"waiting for Godot for 2h", "waiting for Godot", 2 * HOUR},
        {"waiting for Godot", "waiting for Godot", 0},
        {"out until 11:42", "out", 59 * MINUTE + 53000}, {"", "", 0}};
    struct model model;
    picture_world(&model);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(mine_status(&model, rows[i].text, PICTURE_NOW), EFFECT_STATUS);
        SAME_TEXT(model.mine.status, rows[i].status);
        mine_status_done(&model, NULL, PICTURE_NOW);
        assert_int_equal(
            model.mine.clear_at_ms, rows[i].after_ms != 0 ? PICTURE_NOW + rows[i].after_ms : 0);
    }
    update_command(&model, ACTION_STATUS, "lunch for 45m", PICTURE_NOW);
    mine_status_done(&model, NULL, PICTURE_NOW);
    update_command(&model, ACTION_STATUS, "other", PICTURE_NOW);
    mine_status_done(&model, "no", PICTURE_NOW); /* the old one is still up */
    assert_int_equal(model.mine.clear_at_ms, PICTURE_NOW + 45 * MINUTE);
    assert_int_equal(mine_due(&model, PICTURE_NOW + 45 * MINUTE), EFFECT_STATUS);
    SAME_TEXT(model.mine.status, "");
    assert_int_equal(mine_due(&model, PICTURE_NOW + 46 * MINUTE), 0);
    mine_status_done(&model, NULL, PICTURE_NOW + 46 * MINUTE);
    assert_int_equal(model.mine.clear_at_ms, 0);
    SAME_TEXT(journal_at(&model.journal, 0)->text, "your status has ended and is taken down");
    model_fini(&model);
}

static void what_quitting_leaves_undone_is_said(void **state) {
    (void)state;
    char text[200];
    struct model model;
    picture_world(&model);
    mine_left_over(&model, true, text, sizeof text);
    SAME_TEXT(text, "");
    model.mine.show_at_ms = PICTURE_NOW + HOUR;
    model.mine.clear_at_ms = PICTURE_NOW + 2 * HOUR;
    mine_left_over(&model, true, text, sizeof text);
    SAME_TEXT(text, "you stay invisible past 11:42, until you start me again; "
                    "your status stays up past 12:42, until you start me again");
    model.mine.clear_at_ms = 0;
    mine_left_over(&model, false, text, sizeof text);
    SAME_TEXT(text, "you stay invisible past 11:42, until you change it yourself");
    model_fini(&model);
}

static void as_seen_is_never_a_guess(void **state) {
    (void)state;
    char text[300];
    struct model model;
    picture_world(&model);
    mine_as_seen(&model, text, sizeof text);
    SAME_TEXT(text, "As others get you: Ana, online");
    model.light_wanted = LIGHT_OFF;
    mine_as_seen(&model, text, sizeof text);
    SAME_TEXT(text, "As others get you: Ana, online (a change is asked for)");
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    mine_as_seen(&model, text, sizeof text);
    SAME_TEXT(text, "As others get you: Ana, offline");
    model.light = LIGHT_UNKNOWN;
    mine_as_seen(&model, text, sizeof text);
    SAME_TEXT(text, "As others get you: not known, there is no link");
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_time_is_a_span_or_a_clock),
        CASE(hidden_for_a_time_is_seen_again_when_it_is_over),
        CASE(what_fails_is_tried_again_after_a_minute_and_not_before),
        CASE(without_a_link_nothing_is_due),
        CASE(by_hand_there_are_other_plans),
        CASE(a_time_that_is_none_hides_nobody),
        CASE(a_status_may_have_an_end),
        CASE(what_quitting_leaves_undone_is_said),
        CASE(as_seen_is_never_a_guess),
    };
    return RUN_CASES("dashboard-mine", cases);
}
