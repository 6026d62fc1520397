/* SPDX-License-Identifier: MIT */
/* A click does what was drawn where it is; a row is selected, then opened; the wheel moves. */
#include "support/case.h"

#include "dashboard/model/compose.h"
#include "picture.h"

static struct model model;
static struct cells cells;
static int64_t now;

static void draws(int rows, int cols) {
    update_size(&model, rows, cols);
    cells_fini(&cells);
    assert_int_equal(cells_init(&cells, rows, cols), 0);
    view_draw(&cells, &model, now);
}

static int set_up(void **state) {
    (void)state;
    picture_world(&model);
    now = PICTURE_NOW;
    draws(40, 120);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    cells_fini(&cells);
    model_fini(&model);
    return 0;
}

static unsigned does(enum mouse_kind kind, int row, int col) {
    const struct mouse_event event = {kind, row, col};
    const unsigned effects = update_mouse(&model, &cells, &event, now);
    view_draw(&cells, &model, now);
    return effects;
}

/* The first place of a text, a byte a cell being enough: what stands before it is ASCII or one cell
 * a character. */
static bool finds(const char *text, int *row, int *col) {
    for (*row = 0; *row < cells.rows; ++*row) {
        for (*col = 0; *col < cells.cols; ++*col) {
            size_t same = 0;
            for (; text[same] != '\0'; same++) {
                const struct cell *cell = cells_at(&cells, *row, *col + (int)same);
                if (cell == NULL || cell->text[0] != text[same])
                    break;
            }
            if (text[same] == '\0')
                return true;
        }
    }
    return false;
}

static unsigned clicks(const char *text) {
    int row = 0, col = 0;
    if (!finds(text, &row, &col))
        fail_msg("there is no '%s'", text);
    return does(MOUSE_CLICK, row, col);
}

/* The i-th row of the channels pane. */
static unsigned clicks_channel(int i) {
    return does(MOUSE_CLICK, 2 + i, 2);
}

static void a_click_on_a_row_selects_it_and_goes_there(void **state) {
    (void)state;
    clicks("Eve Martin");
    SAME_TEXT(model_current(&model)->selected->id, "eve");
    assert_int_equal(model.focus, PANE_MEMBERS);
    clicks("#lunch");
    SAME_TEXT(model_current(&model)->cid, "messaging:lunch");
    assert_int_equal(model.focus, PANE_CHANNELS);
}

static void a_second_click_within_a_moment_opens(void **state) {
    (void)state;
    clicks_channel(2);
    now += 500;
    clicks_channel(2);
    assert_false(model.talk_open);
    now += 300;
    clicks_channel(2);
    assert_true(model.talk_open);
    SAME_TEXT(model_current(&model)->cid, "messaging:dev");
}

static void a_click_elsewhere_is_no_second_one(void **state) {
    (void)state;
    clicks_channel(2);
    clicks_channel(3);
    clicks_channel(2);
    assert_false(model.talk_open);
}

static void headings_sort_hints_run_and_titles_go(void **state) {
    (void)state;
    clicks("NAME");
    assert_int_equal(model.list.key, SORT_NAME);
    clicks("LAST");
    assert_int_equal(model.list.key, SORT_LAST);
    clicks("STATE");
    assert_int_equal(model.list.key, SORT_STATE);
    clicks("3 Events");
    assert_int_equal(model.focus, PANE_EVENTS);
    assert_true(clicks("you:[visible]") & EFFECT_HIDE);
    assert_true(clicks("LIVE") & EFFECT_RECONNECT);
}

static void help_lists_what_a_click_does(void **state) {
    (void)state;
    clicks("? help");
    assert_true(model.help_open);
    assert_true(clicks("Be invisible to others") & EFFECT_HIDE);
    assert_false(model.help_open);
}

static void a_click_on_nothing_changes_nothing(void **state) {
    (void)state;
    const struct person *before = model_current(&model)->selected;
    static const int places[][2] = {{-1, 0}, {0, -1}, {4000, 0}, {0, 4000}, {38, 119}, {0, 70}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        assert_int_equal(does(MOUSE_CLICK, places[i][0], places[i][1]), 0);
    does(MOUSE_CLICK, 20, 40); /* below the last member */
    assert_ptr_equal(model_current(&model)->selected, before);
    assert_false(model.talk_open);
}

static void the_wheel_moves_what_it_is_over(void **state) {
    (void)state;
    int row = 0, col = 0;
    model.focus = PANE_MEMBERS;
    model.channel_at = 0;
    view_draw(&cells, &model, now);
    assert_true(finds("#lunch", &row, &col));
    does(MOUSE_WHEEL_DOWN, row, col);
    assert_int_equal(model.channel_at, 3);
    does(MOUSE_WHEEL_UP, row, col);
    assert_int_equal(model.channel_at, 0);
}

static void while_something_is_written_a_click_loses_nothing(void **state) {
    (void)state;
    clicks_channel(1);
    update_action(&model, ACTION_OPEN, now);
    update_action(&model, ACTION_COMPOSE, now);
    assert_true(compose_is_open(&model));
    view_draw(&cells, &model, now);
    clicks_channel(3);
    does(MOUSE_WHEEL_DOWN, 5, 5);
    assert_true(compose_is_open(&model));
}

static void no_size_and_no_place_breaks_it(void **state) {
    (void)state;
    static const int sizes[][2] = {{1, 1}, {5, 23}, {15, 40}, {20, 60}, {24, 80}, {40, 120}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        draws(sizes[i][0], sizes[i][1]);
        for (int row = 0; row < sizes[i][0]; row++)
            for (int col = 0; col < sizes[i][1]; col += 3)
                for (int kind = MOUSE_CLICK; kind <= MOUSE_WHEEL_DOWN; kind++, now += 100)
                    does((enum mouse_kind)kind, row, col);
    }
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_click_on_a_row_selects_it_and_goes_there),
        WITH(a_second_click_within_a_moment_opens),
        WITH(a_click_elsewhere_is_no_second_one),
        WITH(headings_sort_hints_run_and_titles_go),
        WITH(help_lists_what_a_click_does),
        WITH(a_click_on_nothing_changes_nothing),
        WITH(the_wheel_moves_what_it_is_over),
        WITH(while_something_is_written_a_click_loses_nothing),
        WITH(no_size_and_no_place_breaks_it),
    };
    return RUN_CASES("dashboard-mouse", cases);
}
