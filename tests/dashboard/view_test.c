/* SPDX-License-Identifier: MIT */
/* The screens: what holds at every size. The pictures are scenes_test.c. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "picture.h"

static void key(struct model *model, int code) {
    update_key(model, code, PICTURE_NOW);
}

static void my_light_is_told_and_never_guessed(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_HIDE);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), 0);
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    model_set_toast(&model, "", PICTURE_NOW);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_SHOW);
    model_light_failed(&model, "the server is busy\x1b[2J");
    assert_null(strchr(model.light_failed, 0x1b));
    assert_int_equal(model.light, LIGHT_OFF);
    model_fini(&model);
}

static void enter_opens_the_conversation_and_escape_closes_it(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_size(&model, 24, 80);
    key(&model, KEY_CODE_ENTER);
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

/* However many hints there is room for, the line ends with how to leave. */
static void the_way_out_is_on_every_screen(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    for (int cols = 50; cols <= 220; cols++) {
        struct cells cells;
        struct bytes row = BYTES_EMPTY;
        update_size(&model, 24, cols);
        assert_int_equal(cells_init(&cells, 24, cols), 0);
        view_draw(&cells, &model, PICTURE_NOW);
        cells_row_text(&cells, 23, &row);
        assert_true(row.len > 2);
        SAME_TEXT(bytes_text(&row) + row.len - (cols < 58 ? 2 : 7), cols < 58 ? " q" : " q quit");
        bytes_fini(&row);
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
        CASE(my_light_is_told_and_never_guessed),
        CASE(enter_opens_the_conversation_and_escape_closes_it),
        CASE(help_lists_every_action),
        CASE(whatever_the_size_right_borders_are_straight),
        CASE(the_way_out_is_on_every_screen),
        CASE(no_size_is_refused),
    };
    return RUN_CASES("dashboard-view", cases);
}
