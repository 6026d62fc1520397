/* SPDX-License-Identifier: MIT */
/* Looking for a text in a conversation: from the newest back, and further back when asked for. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/search.h"
#include "picture.h"

#define CID "messaging:support"

static struct model model;
static struct chat *chat;

static void says(const char *id, const char *text, int64_t at_ms) {
    picture_say(&model, CID, id, "ada", text, at_ms, false);
}

static void key(int code) {
    update_key(&model, code, PICTURE_NOW);
}

static void type(const char *text) {
    for (; *text != '\0'; text++)
        key((unsigned char)*text);
}

/* Four lines of its own, the conversation open, and more of it on the server. */
static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    chat = &model_find_channel(&model, CID)->chat;
    chat_clear(chat);
    says("a", "the red door", PICTURE_NOW - 4000);
    says("b", "a blue one", PICTURE_NOW - 3000);
    says("c", "Red again", PICTURE_NOW - 2000);
    says("d", "nothing", PICTURE_NOW - 1000);
    key(KEY_CODE_ENTER);
    chat->older = OLDER_UNKNOWN;
    return 0;
}

static int clear(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static void on_line(const char *id) {
    SAME_TEXT(chat->cursor != NULL ? chat->cursor->id : "", id);
}

/* What was wanted of the feed came. */
static void come_older(const char *id, const char *text, int64_t at_ms, enum older older) {
    assert_int_equal(chat->older, OLDER_WANTED);
    says(id, text, at_ms);
    chat->older = older;
    update_settle(&model);
}

static void n_goes_back_from_the_newest_and_capital_n_forth(void **state) {
    (void)state;
    chat->older = OLDER_NONE;
    type("/red");
    on_line("c");
    assert_int_equal(model.prompt.found, 2);
    key(KEY_CODE_ENTER);
    type("n");
    on_line("a");
    type("n");
    on_line("a");
    assert_non_null(strstr(model.toast, "No older one has \"red\""));
    type("N");
    on_line("c");
    type("N");
    on_line("c");
    assert_non_null(strstr(model.toast, "No newer one"));
    key(KEY_CODE_ESCAPE); /* what is looked for goes first, the conversation stays */
    SAME_TEXT(model.needle.text, "");
    assert_true(model.talk_open);
}

static void escape_goes_back_to_where_it_began(void **state) {
    (void)state;
    type("/door");
    on_line("a");
    key(KEY_CODE_ESCAPE);
    on_line("");
    assert_null(chat->end);
    type("k");
    on_line("d");
    type("/door");
    key(KEY_CODE_ESCAPE);
    on_line("d");
}

static void names_are_found_and_what_is_deleted_is_not(void **state) {
    (void)state;
    chat_find(chat, "a")->deleted = true;
    picture_say(&model, CID, "e", "chen", "hello", PICTURE_NOW, false);
    type("/");
    key(0x9673); /* as he is written here */
    key(KEY_CODE_ENTER);
    on_line("e");
    type("/door\r");
    assert_int_equal(chat->cursor == chat_find(chat, "a"), false);
}

static void asked_again_it_reads_back_until_it_is_found(void **state) {
    (void)state;
    type("/green\r");
    assert_non_null(strstr(model.toast, "n reads further back"));
    chat->older = OLDER_UNKNOWN;
    type("n");
    assert_non_null(strstr(model.toast, "again reads on"));
    assert_int_equal(chat->seek, SEEK_OFFERED);
    chat->older = OLDER_UNKNOWN;
    type("n");
    assert_int_equal(chat->seek, SEEK_READS);
    come_older("z", "grey", PICTURE_NOW - 9000, OLDER_UNKNOWN);
    assert_int_equal(chat->seek, SEEK_READS);
    come_older("y", "green", PICTURE_NOW - 10000, OLDER_UNKNOWN);
    on_line("y");
    assert_int_equal(chat->seek, SEEK_OFF);
}

static void at_the_beginning_it_says_that_there_is_none(void **state) {
    (void)state;
    type("/green\rnn");
    assert_int_equal(chat->seek, SEEK_READS);
    come_older("z", "grey", PICTURE_NOW - 9000, OLDER_NONE);
    assert_int_equal(chat->seek, SEEK_OFF);
    assert_non_null(strstr(model.toast, "No older one has \"green\""));
}

static void escape_stops_it_and_so_does_a_failure(void **state) {
    (void)state;
    type("/green\rnn");
    assert_int_equal(chat->seek, SEEK_READS);
    key(KEY_CODE_ESCAPE);
    assert_int_equal(chat->seek, SEEK_OFF);
    chat->older = OLDER_UNKNOWN;
    type("/green\rnn");
    chat->older = OLDER_FAILED;
    update_settle(&model);
    assert_int_equal(chat->seek, SEEK_OFF);
    type("nn"); /* and is tried again */
    assert_int_equal(chat->seek, SEEK_READS);
    assert_int_equal(chat->older, OLDER_WANTED);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, furnish, clear)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(n_goes_back_from_the_newest_and_capital_n_forth),
        WITH(escape_goes_back_to_where_it_began),
        WITH(names_are_found_and_what_is_deleted_is_not),
        WITH(asked_again_it_reads_back_until_it_is_found),
        WITH(at_the_beginning_it_says_that_there_is_none),
        WITH(escape_stops_it_and_so_does_a_failure),
    };
    return RUN_CASES("dashboard-search", cases);
}
