/* SPDX-License-Identifier: MIT */
/* The screens, as pictures. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "picture.h"

static void key(struct model *model, int code) {
    update_key(model, code, PICTURE_NOW);
}

static void each_size_has_its_layout(void **state) {
    (void)state;
    static const int sizes[][2] = {
        {6, 24}, {5, 23}, {15, 40}, {20, 60}, {24, 80}, {40, 120}, {60, 200}};
    struct model model;
    picture_world(&model);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "live-%dx%d", sizes[i][1], sizes[i][0]);
        expect_picture(name, &model, sizes[i][0], sizes[i][1]);
    }
    model_fini(&model);
}

static void without_unicode_the_same_in_ascii(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    model_set_glyphs(&model, GLYPH_SET_ASCII);
    expect_picture("ascii-24x6", &model, 6, 24);
    expect_picture("ascii-40x15", &model, 15, 40);
    expect_picture("ascii-80x24", &model, 24, 80);
    expect_picture("ascii-120x40", &model, 40, 120);
    model_fini(&model);
}

static void a_style_says_what_each_cell_means(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    expect_styles("styles-80x24", &model, 24, 80);
    model_fini(&model);
}

static void a_lost_link_makes_everything_stale_and_counts_down(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct link_shown lost = {.state = LINK_WAITING,
        .stale_since_ms = PICTURE_NOW - 42000,
        .retry_at_ms = PICTURE_NOW + 3000,
        .latency_ms = 4,
        .reason = "no word from the server"};
    model_set_link(&model, &lost, PICTURE_NOW);
    expect_picture("stale-80x24", &model, 24, 80);
    expect_styles("stale-styles-80x24", &model, 24, 80);
    expect_picture("stale-40x15", &model, 15, 40);
    model_fini(&model);
}

static void my_light_is_told_and_never_guessed(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_HIDE);
    expect_picture("pending-80x24", &model, 24, 80);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), 0);
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    model_set_toast(&model, "", PICTURE_NOW);
    expect_picture("invisible-80x24", &model, 24, 80);
    expect_picture("invisible-120x40", &model, 40, 120);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_SHOW);
    model_light_failed(&model, "the server is busy\x1b[2J");
    expect_picture("failed-80x24", &model, 24, 80);
    model_fini(&model);
}

static void an_empty_account_says_which_command_makes_a_channel(void **state) {
    (void)state;
    struct model model;
    setenv("TZ", "UTC", 1);
    assert_int_equal(model_init(&model, "ana", "ana", PICTURE_NOW), 0);
    expect_picture("connecting-80x24", &model, 24, 80);
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 0};
    model_set_link(&model, &live, PICTURE_NOW);
    model.channels_known = true;
    expect_picture("empty-80x24", &model, 24, 80);
    model_fini(&model);
}

static void enter_opens_the_conversation_and_escape_closes_it(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_size(&model, 24, 80);
    key(&model, KEY_CODE_ENTER);
    expect_picture("talk-80x24", &model, 24, 80);
    expect_picture("talk-120x40", &model, 40, 120);
    expect_picture("talk-40x15", &model, 15, 40);
    key(&model, KEY_CODE_ESCAPE);
    assert_false(model.talk_open);
    model_fini(&model);
}

static void help_lists_every_action(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_size(&model, 40, 120);
    key(&model, '?');
    expect_picture("help-120x40", &model, 40, 120);
    expect_picture("help-40x15", &model, 15, 40);
    assert_int_equal(update_key(&model, 'q', PICTURE_NOW) & EFFECT_QUIT, 0);
    assert_false(model.help_open);
    model_fini(&model);
}

static void whatever_the_size_right_borders_are_straight(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    picture_person(&model, "ada",
        "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81 \xf0\x9f\x91\xa8"
        "\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 \xe9\x99\xb3\xe2\x80\xae txt",
        "\x1b]0;x\x07", true, true, 1, PICTURE_NOW);
    for (int cols = 70; cols <= 300; cols++) {
        struct cells cells;
        update_size(&model, 24, cols);
        assert_int_equal(cells_init(&cells, 24, cols), 0);
        view_draw(&cells, &model, PICTURE_NOW);
        for (int row = 1; row < 22; row++) {
            const char *border = cells_at(&cells, row, cols - 1)->text;
            assert_true(
                strcmp(border, "│") == 0 || strcmp(border, "┐") == 0 || strcmp(border, "┘") == 0);
        }
        cells_fini(&cells);
    }
    model_fini(&model);
}

static void no_size_is_refused(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    model.talk_open = true;
    for (int rows = 1; rows <= 50; rows += 7) {
        for (int cols = 1; cols <= 200; cols += 13) {
            struct cells cells;
            update_size(&model, rows, cols);
            assert_int_equal(cells_init(&cells, rows, cols), 0);
            view_draw(&cells, &model, PICTURE_NOW);
            key(&model, '?');
            view_draw(&cells, &model, PICTURE_NOW);
            key(&model, KEY_CODE_PAGE_DOWN);
            key(&model, '?');
            key(&model, KEY_CODE_TAB);
            cells_fini(&cells);
        }
    }
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_size_has_its_layout),
        CASE(without_unicode_the_same_in_ascii),
        CASE(a_style_says_what_each_cell_means),
        CASE(a_lost_link_makes_everything_stale_and_counts_down),
        CASE(my_light_is_told_and_never_guessed),
        CASE(an_empty_account_says_which_command_makes_a_channel),
        CASE(enter_opens_the_conversation_and_escape_closes_it),
        CASE(help_lists_every_action),
        CASE(whatever_the_size_right_borders_are_straight),
        CASE(no_size_is_refused),
    };
    return RUN_CASES("dashboard-view", cases);
}
