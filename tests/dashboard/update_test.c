/* SPDX-License-Identifier: MIT */
/* What a key does to the model, and what it wants done to the world. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "picture.h"

static struct model model;

static int begin(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    return 0;
}

static int end(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static unsigned key(int code) {
    return update_key(&model, code, PICTURE_NOW);
}

static void the_cursor_moves_and_stops_at_both_ends(void **state) {
    (void)state;
    const struct roster *members = &model_current(&model)->members;
    key('g');
    assert_ptr_equal(model_current(&model)->selected, members->people[0]);
    key('k');
    assert_ptr_equal(model_current(&model)->selected, members->people[0]);
    key(KEY_CODE_DOWN);
    assert_ptr_equal(model_current(&model)->selected, members->people[1]);
    key('G');
    assert_ptr_equal(model_current(&model)->selected, members->people[members->count - 1]);
    key('j');
    assert_ptr_equal(model_current(&model)->selected, members->people[members->count - 1]);
}

static void moving_in_the_channels_shows_their_members_at_once(void **state) {
    (void)state;
    key('1');
    assert_int_equal(model.focus, PANE_CHANNELS);
    assert_int_equal(key('j') & EFFECT_LOOK, EFFECT_LOOK);
    SAME_TEXT(model_current(&model)->name, "dev");
    key('g');
    SAME_TEXT(model_current(&model)->cid, "");
}

static void tab_goes_round_the_panes_that_are_shown(void **state) {
    (void)state;
    const enum pane order[] = {PANE_EVENTS, PANE_CHANNELS, PANE_MEMBERS};
    model.focus = PANE_MEMBERS;
    for (int i = 0; i < 3; i++) {
        key(KEY_CODE_TAB);
        assert_int_equal(model.focus, order[i]);
    }
    key('h');
    assert_int_equal(model.focus, PANE_CHANNELS);
}

static void q_backs_out_before_it_quits_and_capital_q_quits_at_once(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    assert_true(model.talk_open);
    assert_int_equal(key('q') & EFFECT_QUIT, 0);
    assert_false(model.talk_open);
    assert_int_equal(key('q') & EFFECT_QUIT, EFFECT_QUIT);
    assert_int_equal(key('Q'), EFFECT_QUIT);
    assert_int_equal(key(KEY_CODE_ESCAPE) & EFFECT_QUIT, 0);
}

static void q_in_the_detail_and_the_plot_goes_back_to_the_members(void **state) {
    (void)state;
    const enum pane panes[] = {PANE_DETAIL, PANE_PLOT};
    for (int i = 0; i < 2; i++) {
        key(i == 0 ? '4' : '5');
        assert_int_equal(model.focus, panes[i]);
        assert_int_equal(key('q') & EFFECT_QUIT, 0);
        assert_int_equal(model.focus, PANE_MEMBERS);
    }
    assert_int_equal(key('q') & EFFECT_QUIT, EFFECT_QUIT);
}

static void everybody_has_no_conversation_and_says_so(void **state) {
    (void)state;
    key('1');
    key('g');
    key(KEY_CODE_ENTER);
    assert_false(model.talk_open);
    assert_non_null(strstr(model.toast, "one channel"));
    model_tick(&model, PICTURE_NOW + 60000);
    SAME_TEXT(model.toast, "");
}

static void opening_a_conversation_reads_its_news(void **state) {
    (void)state;
    key('1');
    key('j');
    assert_int_equal(model_current(&model)->unread, 1);
    key(KEY_CODE_ENTER);
    assert_int_equal(model_current(&model)->unread, 0);
}

static void hiding_the_offline_leaves_the_unknown(void **state) {
    (void)state;
    const size_t all = model.list.count;
    key('o');
    assert_true(model.list.hide_offline);
    assert_int_equal(all - model.list.count, 2);
    for (size_t i = 0; i < model.list.count; i++)
        assert_int_not_equal(list_at(&model.list, i)->state, STATE_OFFLINE);
}

static void wishes_for_the_world_come_back_as_effects(void **state) {
    (void)state;
    assert_int_equal(key('r'), EFFECT_RECONNECT);
    assert_int_equal(key(KEY_CODE_CONTROL('L')), EFFECT_REDRAW);
    assert_int_equal(key(KEY_CODE_CONTROL('Z')), EFFECT_SUSPEND);
    assert_int_equal(key('Z'), 0);
}

static void those_on_the_screen_are_the_rows_and_the_authors(void **state) {
    (void)state;
    struct person *people[64];
    const size_t count = update_visible(&model, people, 64);
    assert_int_equal(count, 9 + 3);
    assert_int_equal(update_visible(&model, people, 4), 4);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(the_cursor_moves_and_stops_at_both_ends),
        WITH(moving_in_the_channels_shows_their_members_at_once),
        WITH(tab_goes_round_the_panes_that_are_shown),
        WITH(q_backs_out_before_it_quits_and_capital_q_quits_at_once),
        WITH(q_in_the_detail_and_the_plot_goes_back_to_the_members),
        WITH(everybody_has_no_conversation_and_says_so),
        WITH(opening_a_conversation_reads_its_news), WITH(hiding_the_offline_leaves_the_unknown),
        WITH(wishes_for_the_world_come_back_as_effects),
        WITH(those_on_the_screen_are_the_rows_and_the_authors)};
    return RUN_CASES("dashboard-update", cases);
}
