/* SPDX-License-Identifier: MIT */
/* The lines of a conversation: their order, their fates, and who stands on them. */
#include "support/case.h"

#include "dashboard/model/chat.h"

static struct chat chat;
static struct person ada = {.id = (char *)"ada", .name = (char *)"Ada"};
static struct person me = {.id = (char *)"me", .name = (char *)"Me", .me = true};

static int begin(void **state) {
    (void)state;
    chat_init(&chat);
    return 0;
}

static int end(void **state) {
    (void)state;
    chat_fini(&chat);
    return 0;
}

static struct line_told said(const char *id, int64_t at_ms) {
    return (struct line_told){.id = id, .author = "ada", .text = id, .at_ms = at_ms};
}

static void says(const char *id, int64_t at_ms) {
    const struct line_told told = said(id, at_ms);
    assert_true(chat_put(&chat, &told, &ada) >= 0);
}

static void reads(const char *expected) {
    struct bytes ids = BYTES_EMPTY;
    bytes_append_text(&ids, "");
    for (size_t i = 0; i < chat.count; i++)
        bytes_printf(&ids, "%s%s", i > 0 ? " " : "", chat.lines[i]->text);
    SAME_TEXT(bytes_text(&ids), expected);
    bytes_fini(&ids);
}

static void lines_stand_in_the_order_of_their_times(void **state) {
    (void)state;
    says("b", 20);
    says("c", 30);
    says("a", 10);
    says("c2", 30);
    reads("a b c c2");
    const struct line_told again = {.id = "b", .author = "ada", .text = "B", .at_ms = 20};
    assert_int_equal(chat_put(&chat, &again, &ada), 1);
    reads("a B c c2");
    chat_drop(&chat, "a");
    chat_drop(&chat, "nobody");
    reads("B c c2");
}

static void what_is_not_sent_stands_last_until_it_is(void **state) {
    (void)state;
    says("a", 10);
    struct line *mine = chat_write(&chat, "hello", &me, 5);
    says("b", 20);
    reads("a b hello");
    assert_int_equal(mine->state, LINE_WANTED);
    assert_int_equal(line_sending(mine, "x-1"), 0);
    says("c", 40);
    const struct line_told told = {.id = "x-1", .author = "me", .text = "hello", .at_ms = 30};
    assert_int_equal(chat_put(&chat, &told, &me), 1);
    reads("a b hello c");
    assert_int_equal(mine->state, LINE_SAID);
    assert_ptr_equal(chat_newest(&chat), chat_find(&chat, "c"));
}

static void a_line_that_failed_says_why_and_may_be_sent_again_under_its_id(void **state) {
    (void)state;
    struct line *mine = chat_write(&chat, "hello", &me, 5);
    assert_false(line_again(mine));
    line_sending(mine, "x-1");
    line_failed(mine, "the hall\x1b[2J is frozen");
    assert_int_equal(mine->state, LINE_FAILED);
    assert_null(strchr(mine->why, '\x1b'));
    assert_true(line_again(mine));
    assert_int_equal(mine->state, LINE_WANTED);
    assert_null(mine->why);
    SAME_TEXT(mine->id, "x-1");
    /* It did arrive, and only its answer was lost. */
    line_failed(mine, "");
    SAME_TEXT(mine->why, "no reason was given");
    const struct line_told told = {.id = "x-1", .author = "me", .text = "hello", .at_ms = 30};
    chat_put(&chat, &told, &me);
    assert_int_equal(mine->state, LINE_SAID);
    assert_null(mine->why);
}

static void a_change_that_failed_is_tried_again_as_the_same_change(void **state) {
    (void)state;
    const struct line_told told = {.id = "m", .author = "me", .text = "a\x07z", .at_ms = 30};
    chat_put(&chat, &told, &me);
    struct line *mine = chat_find(&chat, "m");
    SAME_TEXT(line_written(mine), "a\x07z");
    assert_int_equal(line_edit(mine, "new"), 0);
    assert_int_equal(mine->change, CHANGE_TEXT);
    line_asked(mine);
    assert_int_equal(mine->change, CHANGE_ASKED);
    line_failed(mine, "no");
    assert_int_equal(mine->state, LINE_SAID);
    assert_true(line_again(mine));
    assert_int_equal(mine->change, CHANGE_TEXT);
    SAME_TEXT(line_written(mine), "new");
    line_changed(mine);
    assert_int_equal(mine->change, CHANGE_NONE);
    line_delete(mine);
    line_asked(mine);
    assert_int_equal(mine->change, CHANGE_ASKED);
    line_failed(mine, "no");
    assert_true(line_again(mine));
    assert_int_equal(mine->change, CHANGE_DELETE);
}

static void a_reaction_of_mine_is_taken_back_the_second_time(void **state) {
    (void)state;
    const struct line_told told = {
        .id = "m", .author = "me", .text = "x", .reactions = "[like 2], wow, 100", .at_ms = 30};
    chat_put(&chat, &told, &me);
    struct line *line = chat_find(&chat, "m");
    assert_true(line_has_mine(line, "like"));
    assert_false(line_has_mine(line, "lik"));
    assert_false(line_has_mine(line, "wow"));
    assert_int_equal(line_react(line, "wow"), 0);
    assert_int_equal(line->change, CHANGE_REACT);
    SAME_TEXT(line->reaction, "wow");
    SAME_TEXT(line_written(line), "x"); /* what is edited is the text */
    line_asked(line);
    line_changed(line);
    assert_null(line->reaction);
    assert_int_equal(line_react(line, "like"), 0);
    assert_int_equal(line->change, CHANGE_UNREACT);
    line_delete(line); /* one change at a time: the last one */
    assert_int_equal(line->change, CHANGE_DELETE);
    assert_null(line->reaction);
}

static void a_reaction_is_a_word(void **state) {
    (void)state;
    static const char *const words[] = {
        "like", "x", "100", "a-b_C", "abcdefghijklmnopqrstuvwxyzabcd"};
    static const char *const none[] = {
        "", "two words", "like!", "a/b", "\xe2\x9d\xa4", "abcdefghijklmnopqrstuvwxyzabcde", "a\n"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        assert_true(reaction_is_valid(words[i]));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_false(reaction_is_valid(none[i]));
}

static void whoever_stood_on_a_line_that_goes_stands_on_its_neighbour(void **state) {
    (void)state;
    says("a", 10);
    says("b", 20);
    says("c", 30);
    chat.cursor = chat.end = chat_find(&chat, "b");
    chat.cut = 1;
    chat_drop(&chat, "b");
    assert_ptr_equal(chat.cursor, chat_find(&chat, "c"));
    assert_ptr_equal(chat.end, chat_find(&chat, "c"));
    assert_int_equal(chat.cut, 0);
    chat_drop(&chat, "c");
    assert_ptr_equal(chat.cursor, chat_find(&chat, "a"));
    assert_null(chat.end);
    chat_drop(&chat, "a");
    assert_null(chat.cursor);
}

static void set(const char *const *ids, const int64_t *times, size_t count) {
    struct line_told told[8] = {0};
    struct person *authors[8] = {NULL};
    for (size_t i = 0; i < count; i++) {
        told[i] = said(ids[i], times[i]);
        authors[i] = &ada;
    }
    assert_int_equal(chat_set(&chat, told, authors, count), 0);
}

static void after_a_reconnect_what_is_gone_is_gone_and_what_is_older_stays(void **state) {
    (void)state;
    says("a", 10);
    says("b", 20);
    says("c", 30);
    says("d", 40);
    chat.older = OLDER_NONE;
    chat_write(&chat, "mine", &me, 5);
    set((const char *const[]){"b", "d", "e"}, (const int64_t[]){20, 40, 50}, 3);
    reads("a b d e mine");
    assert_int_equal(chat.older, OLDER_NONE);
}

static void where_lines_may_lie_between_the_older_ones_are_read_anew(void **state) {
    (void)state;
    says("a", 10);
    says("b", 20);
    chat.older = OLDER_NONE;
    chat_write(&chat, "mine", &me, 5);
    set((const char *const[]){"y", "z"}, (const int64_t[]){80, 90}, 2);
    reads("y z mine");
    assert_int_equal(chat.older, OLDER_UNKNOWN);
    set(NULL, NULL, 0);
    reads("mine");
}

static void texts_of_others_are_harmless_and_keep_their_lines(void **state) {
    (void)state;
    const struct line_told told = {.id = "h",
        .author = "ada",
        .text = "one\r\n\x1b]0;x\x07two\n\xe2\x80\xaethree\n",
        .reactions = "like\x1b[2J",
        .at_ms = 1};
    chat_put(&chat, &told, &ada);
    SAME_TEXT(chat.lines[0]->text, "one\n\xef\xbf\xbd]0;x\xef\xbf\xbdtwo\nthree\n");
    SAME_TEXT(chat.lines[0]->reactions, "like\xef\xbf\xbd[2J");
    assert_null(chat.lines[0]->raw);
}

static void the_news_begin_at_the_first_line_of_others_behind_the_mark(void **state) {
    (void)state;
    const struct line_told mine = {.id = "m", .author = "me", .text = "m", .at_ms = 25};
    says("a", 10);
    says("b", 20);
    chat_put(&chat, &mine, &me);
    says("c", 30);
    says("d", 40);
    for (size_t i = 0; i < chat.count; i++)
        assert_false(chat_news_begin(&chat, i));
    chat.new_ms = 20;
    for (size_t i = 0; i < chat.count; i++)
        assert_int_equal(chat_news_begin(&chat, i), i == 3);
    chat.new_ms = 40;
    for (size_t i = 0; i < chat.count; i++)
        assert_false(chat_news_begin(&chat, i));
}

static void beyond_its_bound_the_oldest_line_makes_room(void **state) {
    (void)state;
    chat.older = OLDER_NONE;
    for (int i = 0; i < CHAT_MOST + 5; i++) {
        char id[16];
        snprintf(id, sizeof id, "n%d", i);
        says(id, i);
    }
    assert_int_equal(chat.count, CHAT_MOST);
    SAME_TEXT(chat.lines[0]->id, "n5");
    assert_int_equal(chat.older, OLDER_UNKNOWN);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(lines_stand_in_the_order_of_their_times),
        WITH(what_is_not_sent_stands_last_until_it_is),
        WITH(a_line_that_failed_says_why_and_may_be_sent_again_under_its_id),
        WITH(a_change_that_failed_is_tried_again_as_the_same_change),
        WITH(a_reaction_of_mine_is_taken_back_the_second_time),
        WITH(a_reaction_is_a_word),
        WITH(whoever_stood_on_a_line_that_goes_stands_on_its_neighbour),
        WITH(after_a_reconnect_what_is_gone_is_gone_and_what_is_older_stays),
        WITH(where_lines_may_lie_between_the_older_ones_are_read_anew),
        WITH(texts_of_others_are_harmless_and_keep_their_lines),
        WITH(the_news_begin_at_the_first_line_of_others_behind_the_mark),
        WITH(beyond_its_bound_the_oldest_line_makes_room),
    };
    return RUN_CASES("dashboard-chat", cases);
}
