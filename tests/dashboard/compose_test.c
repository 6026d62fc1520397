/* SPDX-License-Identifier: MIT */
/* Writing: what keys do to a draft, and when it becomes a message. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"
#include "picture.h"

#define CID "messaging:support"

static struct model model;
static struct chat *chat;

static void key(int code) {
    update_key(&model, code, PICTURE_NOW);
}

static void type(const char *text) {
    for (; *text != '\0'; text++)
        key((unsigned char)*text);
}

static int begin(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    chat = &model_find_channel(&model, CID)->chat;
    key(KEY_CODE_ENTER);
    key('c');
    assert_true(compose_is_open(&model));
    return 0;
}

static int end(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static const char *draft(void) {
    return editor_text(compose_editor(&model));
}

static const struct line *last(void) {
    return chat->lines[chat->count - 1];
}

static void every_letter_is_text_and_enter_sends(void **state) {
    (void)state;
    type("qiQ?j /:r");
    SAME_TEXT(draft(), "qiQ?j /:r");
    assert_false(model.help_open);
    key(KEY_CODE_ENTER);
    SAME_TEXT(draft(), "");
    SAME_TEXT(last()->text, "qiQ?j /:r");
    assert_int_equal(last()->state, LINE_WANTED);
    assert_true(compose_is_open(&model));
    assert_int_equal(update_key(&model, KEY_CODE_CONTROL('C'), PICTURE_NOW), EFFECT_QUIT);
}

static void blanks_are_no_message_and_more_than_fits_is_said(void **state) {
    (void)state;
    const size_t count = chat->count;
    type("  ");
    key(KEY_CODE_CONTROL('J'));
    key(KEY_CODE_ENTER);
    assert_int_equal(chat->count, count);
    key(KEY_CODE_ESCAPE);
    key('c');
    char *long_text = malloc(CHAT_TEXT_MOST + 2);
    memset(long_text, 'x', CHAT_TEXT_MOST + 1);
    long_text[CHAT_TEXT_MOST + 1] = '\0';
    update_paste(&model, long_text, PICTURE_NOW);
    key(KEY_CODE_ENTER);
    assert_int_equal(chat->count, count);
    assert_non_null(strstr(model.toast, "Not sent"));
    assert_true(strlen(draft()) > CHAT_TEXT_MOST); /* nothing of it is lost */
    free(long_text);
}

static void a_message_may_have_several_lines(void **state) {
    (void)state;
    type("one");
    key(KEY_CODE_CONTROL('J'));
    type("two\\");
    key(KEY_CODE_ENTER);
    type("three");
    SAME_TEXT(draft(), "one\ntwo\nthree");
    key(KEY_CODE_UP);
    key(KEY_CODE_END);
    type("!");
    key(KEY_CODE_ENTER);
    SAME_TEXT(last()->raw, "one\ntwo!\nthree");
}

static void what_is_pasted_is_one_text_and_sends_nothing(void **state) {
    (void)state;
    const size_t count = chat->count;
    update_paste(&model, "first\rsecond\r\nq\x1b[2J\r", PICTURE_NOW);
    SAME_TEXT(draft(), "first\nsecond\nq[2J\n");
    assert_int_equal(chat->count, count);
    key(KEY_CODE_ESCAPE);
    update_paste(&model, "Q", PICTURE_NOW); /* nobody writes: it goes nowhere */
    SAME_TEXT(draft(), "first\nsecond\nq[2J\n");
}

static void escape_keeps_the_draft_each_channel_its_own(void **state) {
    (void)state;
    type("for support");
    key(KEY_CODE_ESCAPE);
    assert_false(compose_is_open(&model));
    key('1');
    key('j');
    key(KEY_CODE_ENTER);
    key('c');
    SAME_TEXT(draft(), "");
    type("for dev");
    key(KEY_CODE_ESCAPE);
    key('1');
    key('k');
    key(KEY_CODE_ENTER);
    SAME_TEXT(draft(), "for support");
    assert_false(compose_is_open(&model));
}

static void a_change_begins_with_the_text_and_leaves_the_draft_alone(void **state) {
    (void)state;
    picture_say(&model, CID, "mine", "me", "the frist", PICTURE_NOW, false);
    type("a draft");
    key(KEY_CODE_ESCAPE);
    key('k');
    key('e');
    assert_true(compose_is_open(&model));
    SAME_TEXT(draft(), "the frist");
    key(KEY_CODE_CONTROL('U'));
    type("the first");
    key(KEY_CODE_ENTER);
    struct line *mine = chat_find(chat, "mine");
    assert_int_equal(mine->change, CHANGE_TEXT);
    SAME_TEXT(mine->draft, "the first");
    SAME_TEXT(mine->text, "the frist"); /* until the server has it */
    assert_false(compose_is_open(&model));
    SAME_TEXT(draft(), "a draft");
    /* Esc leaves it as it was. */
    key('e');
    type("!");
    key(KEY_CODE_ESCAPE);
    SAME_TEXT(draft(), "a draft");
    SAME_TEXT(mine->draft, "the first");
}

static void a_line_that_goes_away_takes_its_change_along(void **state) {
    (void)state;
    picture_say(&model, CID, "mine", "me", "text", PICTURE_NOW, false);
    key(KEY_CODE_ESCAPE);
    key('k');
    key('e');
    model_drop_line(&model, CID, "mine");
    update_settle(&model);
    type("x");
    key(KEY_CODE_ENTER);
    SAME_TEXT(last()->text, "x"); /* a new one */
}

static void tab_completes_whom_an_at_sign_means(void **state) {
    (void)state;
    struct person *people[8];
    type("hi @D");
    assert_int_equal(compose_candidates(&model, people, 8), 1);
    SAME_TEXT(people[0]->id, "dana");
    key(KEY_CODE_TAB);
    SAME_TEXT(draft(), "hi @dana ");
    type("@");
    key(KEY_CODE_TAB);
    char first[100];
    snprintf(first, sizeof first, "%s", draft());
    key(KEY_CODE_TAB);
    assert_string_not_equal(draft(), first);
    type("and @zz");
    key(KEY_CODE_TAB);
    assert_non_null(strstr(draft(), "and @zz"));
    type(" mail@da");
    assert_int_equal(compose_candidates(&model, people, 8), 0);
}

static void members_who_are_named_are_mentioned_and_nobody_else(void **state) {
    (void)state;
    const struct channel_shown *channel = model_find_channel(&model, CID);
    size_t at = 0;
    const char *text = "@dana, @nobody mail@ada @ada";
    SAME_TEXT(compose_mentioned(channel, text, &at)->id, "dana");
    SAME_TEXT(compose_mentioned(channel, text, &at)->id, "ada");
    assert_int_equal(at, strlen(text));
    assert_null(compose_mentioned(channel, text, &at));
}

static void typing_is_told_only_while_my_light_is_on(void **state) {
    (void)state;
    assert_false(compose_tells_typing(&model)); /* nothing is typed yet */
    type("x");
    assert_true(model.typed);
    assert_true(compose_tells_typing(&model));
    model.light_wanted = LIGHT_OFF; /* asked for, and not answered */
    assert_false(compose_tells_typing(&model));
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    assert_false(compose_tells_typing(&model));
    model_set_me(&model, "Ana", false, PICTURE_NOW);
    assert_true(compose_tells_typing(&model));
    model.link.state = LINK_WAITING;
    assert_false(compose_tells_typing(&model));
    model.link.state = LINK_LIVE;
    key(KEY_CODE_ESCAPE);
    assert_false(compose_tells_typing(&model));
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(every_letter_is_text_and_enter_sends),
        WITH(blanks_are_no_message_and_more_than_fits_is_said),
        WITH(a_message_may_have_several_lines),
        WITH(what_is_pasted_is_one_text_and_sends_nothing),
        WITH(escape_keeps_the_draft_each_channel_its_own),
        WITH(a_change_begins_with_the_text_and_leaves_the_draft_alone),
        WITH(a_line_that_goes_away_takes_its_change_along),
        WITH(tab_completes_whom_an_at_sign_means),
        WITH(members_who_are_named_are_mentioned_and_nobody_else),
        WITH(typing_is_told_only_while_my_light_is_on),
    };
    return RUN_CASES("dashboard-compose", cases);
}
