/* SPDX-License-Identifier: MIT */
/* Moving over the lines of a conversation, and what counts as seen. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/reading.h"
#include "picture.h"

#define CID "messaging:support"

enum { MINUTE = 60 * 1000, MANY = 60 };

static struct model model;
static struct chat *chat;

static void say(int number, const char *author, bool is_news) {
    char id[16];
    snprintf(id, sizeof id, "n%03d", number);
    picture_say(&model, CID, id, author, id, PICTURE_NOW - (1000 - number) * 1000, is_news);
}

static int begin(void **state) {
    (void)state;
    picture_world(&model);
    chat = &model_find_channel(&model, CID)->chat;
    for (int i = 100; i < 100 + MANY; i++)
        say(i, "ada", false);
    update_size(&model, 24, 80);
    update_key(&model, KEY_CODE_ENTER, PICTURE_NOW);
    assert_true(reading_is_open(&model));
    return 0;
}

static int end(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static void key(int code) {
    update_key(&model, code, PICTURE_NOW);
}

static const char *at_cursor(void) {
    return chat->cursor != NULL ? chat->cursor->id : "";
}

/* The first row of the screen with this text, or -1. */
static int row_of(const char *text) {
    struct cells cells;
    int found = -1;
    assert_int_equal(cells_init(&cells, model.rows, model.cols), 0);
    view_draw(&cells, &model, PICTURE_NOW);
    for (int row = 0; row < model.rows && found < 0; row++) {
        struct bytes line = BYTES_EMPTY;
        cells_row_text(&cells, row, &line);
        if (strstr(bytes_text(&line), text) != NULL)
            found = row;
        bytes_fini(&line);
    }
    cells_fini(&cells);
    return found;
}

static void the_cursor_goes_from_message_to_message_and_back_to_the_newest(void **state) {
    (void)state;
    SAME_TEXT(at_cursor(), "");
    key('k');
    SAME_TEXT(at_cursor(), "n159");
    key('k');
    SAME_TEXT(at_cursor(), "n158");
    for (int i = 0; i < 30; i++) {
        key('k');
        assert_true(row_of(at_cursor()) > 0);
    }
    assert_non_null(chat->end);
    key('G');
    SAME_TEXT(at_cursor(), "");
    assert_null(chat->end);
    key('k');
    key('j');
    key('j');
    SAME_TEXT(at_cursor(), "");
}

static void pages_overlap_and_the_cursor_stays_in_sight(void **state) {
    (void)state;
    key('k');
    const int rows = row_of("n159");
    key(KEY_CODE_PAGE_UP);
    assert_true(row_of(at_cursor()) > 0);
    assert_true(row_of("n159") < 0);
    assert_true(rows > 0 && row_of("n146") > 0);
    key(KEY_CODE_PAGE_DOWN);
    assert_int_equal(row_of("n159"), rows);
    assert_true(row_of(at_cursor()) > 0);
}

static void at_the_first_line_older_ones_are_asked_for(void **state) {
    (void)state;
    chat->older = OLDER_UNKNOWN;
    key(KEY_CODE_PAGE_UP);
    assert_int_equal(chat->older, OLDER_UNKNOWN);
    key('g');
    assert_int_equal(chat->older, OLDER_WANTED);
    chat->older = OLDER_FAILED;
    update_settle(&model);
    assert_int_equal(chat->older, OLDER_FAILED);
    key('k');
    assert_int_equal(chat->older, OLDER_WANTED);
}

static void what_comes_in_above_or_below_moves_nothing(void **state) {
    (void)state;
    key(KEY_CODE_PAGE_UP);
    key('k');
    const int row = row_of("n140");
    assert_true(row > 0);
    for (int i = 0; i < 40; i++)
        say(i, "chen", false);
    say(400, "ada", true);
    update_settle(&model);
    assert_int_equal(row_of("n140"), row);
    assert_true(reading_below(&model) > 0);
}

static void the_screen_is_never_half_empty(void **state) {
    (void)state;
    key('g');
    update_size(&model, 60, 200);
    const int first = row_of("the beginning");
    assert_true(first >= 2);
    model_clear_lines(&model, CID);
    say(1, "ada", false);
    update_settle(&model);
    assert_true(row_of("n001") > 0);
    assert_null(chat->end);
}

static void a_message_higher_than_the_screen_is_gone_through_row_by_row(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < 50; i++)
        bytes_printf(&text, "%srow %02d", i > 0 ? "\n" : "", i);
    picture_say(&model, CID, "tall", "ada", bytes_text(&text), PICTURE_NOW, false);
    update_settle(&model);
    assert_true(row_of("row 49") > 0);
    key('k');
    SAME_TEXT(at_cursor(), "tall");
    for (int i = 0; i < 50 && row_of("row 00") < 0; i++)
        key('k');
    SAME_TEXT(at_cursor(), "tall");
    assert_true(row_of("row 00") > 0);
    key('k');
    SAME_TEXT(at_cursor(), "n159");
    key('j');
    SAME_TEXT(at_cursor(), "tall");
    for (int i = 0; i < 45; i++)
        key('j');
    assert_true(row_of("row 49") > 0);
    bytes_fini(&text);
}

/* ---- seeing ---- */

static void only_the_newest_line_before_my_eye_is_to_be_marked(void **state) {
    (void)state;
    const struct line *newest = chat_newest(chat);
    assert_ptr_equal(reading_mark(&model), newest);
    chat->asked_ms = newest->at_ms;
    assert_null(reading_mark(&model));
    say(500, "ada", true);
    assert_non_null(reading_mark(&model));
    say(501, "me", true);
    assert_null(reading_mark(&model)); /* who answers has read */
    chat_drop(chat, "n501");
    assert_non_null(reading_mark(&model));
    key('2');
    assert_null(reading_mark(&model));
}

static void nothing_is_seen_while_i_look_away_or_elsewhere_or_the_link_is_lost(void **state) {
    (void)state;
    struct channel_shown *channel = model_find_channel(&model, CID);
    assert_true(reading_sees(&model));
    key(KEY_CODE_FOCUS_OUT);
    assert_false(reading_sees(&model));
    say(500, "ada", true);
    update_settle(&model);
    assert_int_equal(channel->unread, 1);
    assert_true(row_of(" new ") > 0);
    key(KEY_CODE_FOCUS_IN);
    assert_true(reading_sees(&model));
    assert_int_equal(channel->unread, 0);
    key('?');
    assert_false(reading_sees(&model));
    key('?');
    key('g'); /* the newest is not on the screen */
    assert_false(reading_sees(&model));
    key('G');
    assert_true(reading_sees(&model));
    struct link_shown lost = {.state = LINK_WAITING, .stale_since_ms = 1, .latency_ms = -1};
    model_set_link(&model, &lost, PICTURE_NOW);
    assert_false(reading_sees(&model));
    lost.state = LINK_LIVE;
    lost.resyncing = true;
    model_set_link(&model, &lost, PICTURE_NOW);
    assert_false(reading_sees(&model));
}

static void what_my_eye_has_seen_is_not_unread_before_the_server_knows(void **state) {
    (void)state;
    struct channel_shown *channel = model_find_channel(&model, CID);
    model_set_unread(&model, CID, 7, 0);
    assert_int_equal(channel->unread, 0);
    key('2');
    say(500, "ada", true);
    model_set_unread(&model, CID, 8, 0);
    assert_int_equal(channel->unread, 8);
}

static void the_rule_of_news_stands_where_i_stopped_reading(void **state) {
    (void)state;
    key(KEY_CODE_ESCAPE);
    say(500, "ada", true);
    say(501, "ada", true);
    model_set_unread(&model, CID, 2, chat_find(chat, "n159")->at_ms);
    update_key(&model, '2', PICTURE_NOW);
    key(KEY_CODE_ENTER);
    const int rule = row_of(" new ");
    assert_true(rule > 0);
    assert_int_equal(row_of("n500"), rule + 1);
    assert_int_equal(row_of("n159"), rule - 1);
}

static void a_click_selects_the_line_on_its_row(void **state) {
    (void)state;
    const int row = row_of("n155") - 2; /* below the header and the frame */
    assert_true(reading_select(&model, row));
    SAME_TEXT(at_cursor(), "n155");
    assert_false(reading_select(&model, -1));
    assert_false(reading_select(&model, 100));
    SAME_TEXT(at_cursor(), "n155");
}

static void the_wheel_scrolls_and_never_makes_letters_commands(void **state) {
    (void)state;
    struct cells cells;
    assert_int_equal(cells_init(&cells, 24, 80), 0);
    struct mouse_event over_channels = {.kind = MOUSE_WHEEL_UP, .row = 4, .col = 4};
    const struct mouse_event over_talk = {.kind = MOUSE_WHEEL_UP, .row = 4, .col = 40};
    key('c');
    update_mouse(&model, &cells, &over_channels, PICTURE_NOW);
    update_key(&model, 'i', PICTURE_NOW);
    assert_int_equal(model.light_wanted, LIGHT_UNKNOWN);
    assert_int_equal(reading_below(&model), 0);
    update_mouse(&model, &cells, &over_talk, PICTURE_NOW);
    assert_true(reading_below(&model) > 0);
    cells_fini(&cells);
}

static unsigned pick(unsigned *seed, unsigned below) {
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % below;
}

static void something_happens(unsigned *seed) {
    static const int keys[] = {'k', 'j', 'g', 'G', KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN, 'c', 'e',
        'D', KEY_CODE_ENTER, KEY_CODE_ESCAPE, KEY_CODE_TAB, '1', '2', '@', 'x', '?',
        KEY_CODE_CONTROL('J'), KEY_CODE_FOCUS_OUT, KEY_CODE_FOCUS_IN, 'r'};
    char id[16];
    switch (pick(seed, 8)) {
    case 0: say((int)pick(seed, 900), pick(seed, 2) ? "ada" : "me", true); break;
    case 1:
        snprintf(id, sizeof id, "n%03u", pick(seed, 900));
        model_drop_line(&model, CID, id);
        break;
    case 2:
        if (pick(seed, 40) == 0)
            model_clear_lines(&model, CID);
        break;
    case 3:
        if (pick(seed, 4) == 0)
            update_size(&model, 6 + (int)pick(seed, 50), 24 + (int)pick(seed, 150));
        break;
    case 4:
        if (chat->count > 0)
            line_failed(chat->lines[pick(seed, (unsigned)chat->count)], "no");
        break;
    default: key(keys[pick(seed, sizeof keys / sizeof keys[0])]); break;
    }
}

static void whatever_happens_the_cursor_and_the_end_are_lines_that_are_there(void **state) {
    (void)state;
    unsigned seed = 7;
    for (int i = 0; i < 6000; i++) {
        struct cells cells;
        something_happens(&seed);
        update_settle(&model);
        assert_true(chat->cursor == NULL || chat_at(chat, chat->cursor) >= 0);
        assert_true(chat->end == NULL || chat_at(chat, chat->end) >= 0);
        assert_true(chat->changing == NULL || chat_at(chat, chat->changing) >= 0);
        assert_true(chat->cut >= 0);
        if (i % 10 != 0)
            continue;
        assert_int_equal(cells_init(&cells, model.rows, model.cols), 0);
        view_draw(&cells, &model, PICTURE_NOW);
        cells_fini(&cells);
    }
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(the_cursor_goes_from_message_to_message_and_back_to_the_newest),
        WITH(pages_overlap_and_the_cursor_stays_in_sight),
        WITH(at_the_first_line_older_ones_are_asked_for),
        WITH(what_comes_in_above_or_below_moves_nothing),
        WITH(the_screen_is_never_half_empty),
        WITH(a_message_higher_than_the_screen_is_gone_through_row_by_row),
        WITH(only_the_newest_line_before_my_eye_is_to_be_marked),
        WITH(nothing_is_seen_while_i_look_away_or_elsewhere_or_the_link_is_lost),
        WITH(what_my_eye_has_seen_is_not_unread_before_the_server_knows),
        WITH(the_rule_of_news_stands_where_i_stopped_reading),
        WITH(a_click_selects_the_line_on_its_row),
        WITH(whatever_happens_the_cursor_and_the_end_are_lines_that_are_there),
        WITH(the_wheel_scrolls_and_never_makes_letters_commands),
    };
    return RUN_CASES("dashboard-reading", cases);
}
