/* SPDX-License-Identifier: MIT */
/* What is known of one person: habits, times, the timeline. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/habits.h"
#include "picture.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static void days_of(int64_t days[8]) {
    for (int i = 0; i < 8; i++)
        days[i] = PICTURE_NOW - PICTURE_NOW % DAY - (7 - i) * (int64_t)DAY;
}

static void usual_hours_are_the_middle_of_days_that_were_seen(void **state) {
    (void)state;
    static const int comes[] = {9 * 60, 9 * 60 + 10, 11 * 60},
                     goes[] = {17 * 60, 17 * 60 + 30, 18 * 60};
    struct history history = {0};
    int64_t days[8], comes_ms, goes_ms;
    days_of(days);
    history_put(&history, SEEN_AWAY, days[0]);
    for (int day = 0; day < 3; day++) {
        assert_false(habits_usual(&history, days, day, &comes_ms, &goes_ms));
        history_put(&history, SEEN_HOME, days[day] + comes[day] * (int64_t)MINUTE);
        history_put(&history, SEEN_AWAY, days[day] + 12 * HOUR);
        history_put(&history, SEEN_HOME, days[day] + 13 * HOUR);
        history_put(&history, SEEN_AWAY, days[day] + goes[day] * (int64_t)MINUTE);
    }
    history_put(&history, SEEN_UNKNOWN, days[3] + 11 * HOUR); /* most of that day is not known */
    assert_true(habits_usual(&history, days, 7, &comes_ms, &goes_ms));
    assert_int_equal(comes_ms, (9 * 60 + 10) * MINUTE);
    assert_int_equal(goes_ms, (17 * 60 + 30) * MINUTE);
    history_fini(&history);
}

static struct person *select_dana(struct model *model) {
    struct person *dana = model_find_person(model, "dana");
    dana->there = (struct clock_there){.is_fixed = true, .fixed_s = 5 * 3600 + 45 * 60};
    model_current(model)->selected = dana;
    return dana;
}

static void a_role_is_that_of_the_channel_that_is_shown(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct person *dana = select_dana(&model);
    const struct channel_shown *support = model_find_channel(&model, "messaging:support");
    assert_int_equal(model_set_role(&model, "messaging:support", "dana", "own\x1b[2Jer"), 0);
    assert_int_equal(model_set_role(&model, "messaging:support", "nobody", "owner"), 0);
    assert_int_equal(model_set_role(&model, "messaging:none", "dana", "owner"), 0);
    assert_null(strchr(channel_role(support, dana), '\x1b'));
    assert_int_equal(model_set_role(&model, "messaging:support", "dana", "owner"), 0);
    SAME_TEXT(channel_role(support, dana), "owner");
    SAME_TEXT(channel_role(model_find_channel(&model, "messaging:dev"), dana), "");
    assert_int_equal(model_set_role(&model, "messaging:support", "dana", "member"), 0);
    SAME_TEXT(channel_role(support, dana), "");
    assert_int_equal(model_set_role(&model, "messaging:support", "dana", ""), 0);
    model_fini(&model);
}

static void enter_in_the_detail_opens_the_timeline_which_scrolls(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    picture_day(&model);
    select_dana(&model);
    update_size(&model, 24, 80);
    update_key(&model, '4', PICTURE_NOW);
    update_key(&model, KEY_CODE_ENTER, PICTURE_NOW);
    assert_true(model.timeline_open);
    update_size(&model, 15, 40);
    for (int i = 0; i < 100; i++)
        update_key(&model, 'j', PICTURE_NOW);
    update_key(&model, KEY_CODE_ESCAPE, PICTURE_NOW);
    assert_false(model.timeline_open);
    assert_int_equal(model.focus, PANE_DETAIL);
    update_key(&model, KEY_CODE_ESCAPE, PICTURE_NOW);
    assert_int_equal(model.focus, PANE_MEMBERS);
    model_fini(&model);
}

static void x_shuts_the_detail_and_opens_it_again(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_size(&model, 40, 120);
    update_key(&model, '4', PICTURE_NOW);
    update_key(&model, 'x', PICTURE_NOW);
    assert_int_equal(layout_of(&model).detail.rows, 0);
    assert_int_equal(model.focus, PANE_MEMBERS);
    update_key(&model, 'x', PICTURE_NOW);
    assert_true(layout_of(&model).detail.rows > 0);
    model_fini(&model);
}

static void d_shows_only_who_came_or_went_since_i_looked(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_key(&model, 'd', PICTURE_NOW);
    update_key(&model, 'd', PICTURE_NOW);
    picture_person(&model, "eve", "Eve Martin", "", true, true, 1, PICTURE_NOW + MINUTE);
    update_size(&model, 24, 80);
    assert_int_equal(model.list.count, 9);
    update_key(&model, 'd', PICTURE_NOW + 2 * MINUTE);
    assert_int_equal(model.list.count, 1);
    SAME_TEXT(list_at(&model.list, 0)->id, "eve");
    update_key(&model, KEY_CODE_FOCUS_OUT, PICTURE_NOW + 3 * MINUTE); /* seen */
    update_settle(&model);
    assert_int_equal(model.list.count, 0);
    update_key(&model, KEY_CODE_FOCUS_IN, PICTURE_NOW + 4 * MINUTE);
    update_key(&model, 'd', PICTURE_NOW + 4 * MINUTE);
    assert_int_equal(model.list.count, 9);
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(usual_hours_are_the_middle_of_days_that_were_seen),
        CASE(a_role_is_that_of_the_channel_that_is_shown),
        CASE(enter_in_the_detail_opens_the_timeline_which_scrolls),
        CASE(d_shows_only_who_came_or_went_since_i_looked),
        CASE(x_shuts_the_detail_and_opens_it_again),
    };
    return RUN_CASES("dashboard-detail", cases);
}
