/* SPDX-License-Identifier: MIT */
/* Where the cursor of a conversation stands, and that it keeps to its pane. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"
#include "picture.h"

#define CID "messaging:support"

enum { MINUTE = 60 * 1000, DAY = 24 * 60 * MINUTE };

static struct model model;

static void key(int code) {
    update_key(&model, code, PICTURE_NOW);
}

static void type(const char *text) {
    for (; *text != '\0'; text++)
        key((unsigned char)*text);
}

static void tell(struct line_told told) {
    assert_int_equal(model_put_line(&model, CID, &told), 0);
}

/* A conversation with everything in it: another day, news, marks, what failed and what waits. */
static int begin(void **state) {
    const int64_t now = PICTURE_NOW;
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    picture_say(&model, CID, "y1", "bob", "Good night.", now - DAY, false);
    tell((struct line_told){.id = "m1",
        .author = "ada",
        .text = "Two tickets about the login page.",
        .at_ms = now - 40 * MINUTE,
        .replies = 2,
        .reactions = "like 2, wow"});
    tell((struct line_told){
        .id = "d1", .author = "dana", .text = "", .at_ms = now - 35 * MINUTE, .deleted = true});
    tell((struct line_told){.id = "e1",
        .author = "me",
        .text = "I have one of them:\nthe second.",
        .at_ms = now - 10 * MINUTE,
        .edited = true});
    picture_say(
        &model, CID, "n1", "kim", "\x1b[31mred\x07 \xe2\x80\xae and more", now - MINUTE, true);
    model_set_unread(&model, CID, 1, now - 10 * MINUTE);
    key(KEY_CODE_ENTER);
    struct person *me = model_find_person(&model, "me");
    struct chat *chat = model_chat(&model);
    struct line *failed = chat_write(chat, "Is anybody there?", me, now);
    line_sending(failed, "x-1");
    line_failed(failed, "the channel is frozen");
    struct line *lost = chat_write(chat, "Where is everybody?", me, now);
    line_sending(lost, "x-3");
    line_failed(lost, "no answer in time");
    lost->unsure = true;
    line_sending(chat_write(chat, "Hello?", me, now), "x-2");
    static const char *const typing[] = {"me", "dana", "chen"};
    model_set_typing(&model, CID, typing, 3);
    return 0;
}

static int end(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static void the_cursor_stands_where_the_next_letter_goes(void **state) {
    (void)state;
    struct cells cells;
    key('c');
    type("one");
    key(KEY_CODE_CONTROL('J'));
    update_key(&model, 0x9673, PICTURE_NOW); /* a wide one */
    type("x");
    assert_int_equal(cells_init(&cells, 24, 80), 0);
    view_draw(&cells, &model, PICTURE_NOW);
    assert_true(cells.cursor_row > 0);
    SAME_TEXT(cells_at(&cells, cells.cursor_row, cells.cursor_col)->text, " ");
    SAME_TEXT(cells_at(&cells, cells.cursor_row, cells.cursor_col - 1)->text, "x");
    key(KEY_CODE_LEFT);
    key(KEY_CODE_LEFT);
    view_draw(&cells, &model, PICTURE_NOW);
    SAME_TEXT(cells_at(&cells, cells.cursor_row, cells.cursor_col)->text, "\xe9\x99\xb3");
    key(KEY_CODE_UP);
    key(KEY_CODE_END);
    view_draw(&cells, &model, PICTURE_NOW);
    SAME_TEXT(cells_at(&cells, cells.cursor_row, cells.cursor_col - 1)->text, "e");
    key(KEY_CODE_ESCAPE);
    view_draw(&cells, &model, PICTURE_NOW);
    assert_int_equal(cells.cursor_row, -1);
    cells_fini(&cells);
}

/* Whatever is written, at whatever size, stays inside the pane. */
static void no_size_breaks_the_pane(void **state) {
    (void)state;
    key('c');
    for (int i = 0; i < 30; i++) {
        type("\xe9\x99\xb3 word ");
        if (i % 7 == 0)
            key(KEY_CODE_CONTROL('J'));
    }
    for (int rows = 6; rows <= 50; rows += 3) {
        for (int cols = 24; cols <= 200; cols += 7) {
            struct cells cells;
            update_size(&model, rows, cols);
            assert_int_equal(cells_init(&cells, rows, cols), 0);
            view_draw(&cells, &model, PICTURE_NOW);
            for (int row = 1; cols >= 70 && rows >= 12 && row < rows - 2; row++) {
                const char *border = cells_at(&cells, row, cols - 1)->text;
                assert_true(strcmp(border, "│") == 0 || strcmp(border, "┐") == 0 ||
                            strcmp(border, "┘") == 0);
            }
            cells_fini(&cells);
        }
    }
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(the_cursor_stands_where_the_next_letter_goes),
        WITH(no_size_breaks_the_pane),
    };
    return RUN_CASES("dashboard-talk", cases);
}
