/* SPDX-License-Identifier: MIT */
/* What was begun stays with its channel: while that is gone, and over a restart. */
#include "support/case.h"

#include "dashboard/model/speak.h"
#include "dashboard/model/telling.h"
#include "dashboard/remember.h"

static struct model model;
static struct state_file *memory;

static int set_up(void **state) {
    struct bytes none = BYTES_EMPTY;
    (void)state;
    assert_int_equal(model_init(&model, "demo", "me", 1), 0);
    assert_int_equal(state_file_open(&memory, NULL, &none), 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    model_fini(&model);
    state_file_close(memory);
    return 0;
}

static void comes(const char *cid) {
    assert_int_equal(model_put_channel(&model, cid, cid, 1), 0);
}

static struct editor *draft_of(const char *cid) {
    return &model_find_channel(&model, cid)->chat.draft;
}

static void restarts(void) {
    remember_note(memory, &model);
    model_fini(&model);
    assert_int_equal(model_init(&model, "demo", "me", 1), 0);
    remember_recall(memory, &model);
}

static void a_draft_is_there_at_the_next_run(void **state) {
    (void)state;
    static const char text[] = "two\nrows, a \\ and \\n, \xe9\x99\xb3 ";
    comes("messaging:hall");
    comes("messaging:!members-x_1");
    editor_set(draft_of("messaging:hall"), text);
    editor_set(draft_of("messaging:!members-x_1"), "\\");
    restarts();
    comes("messaging:!members-x_1");
    comes("messaging:den");
    SAME_TEXT(editor_text(draft_of("messaging:!members-x_1")), "\\");
    SAME_TEXT(editor_text(draft_of("messaging:den")), "");
    restarts(); /* the hall did not come in that run */
    comes("messaging:hall");
    SAME_TEXT(editor_text(draft_of("messaging:hall")), text);
}

static void opens_replies(const char *id) {
    struct channel_shown *channel = model_find_channel(&model, "messaging:hall");
    const struct line_told told = {.id = id, .author = "bo", .text = "well?", .at_ms = 1};
    assert_int_equal(model_put_line(&model, "messaging:hall", &told), 0);
    model.channel_at = 1;
    model.talk_open = true;
    model.focus = PANE_TALK;
    channel->chat.cursor = chat_find(&channel->chat, id);
    speak_open(&model, 1);
    SAME_TEXT(channel->replies_to, id);
}

static struct editor *reply(void) {
    return &model_find_channel(&model, "messaging:hall")->replies.draft;
}

static void a_reply_that_was_begun_is_there_again(void **state) {
    (void)state;
    comes("messaging:hall");
    opens_replies("m-1");
    editor_set(reply(), "half of");
    assert_true(speak_back(&model));
    opens_replies("m-2");
    SAME_TEXT(editor_text(reply()), "");
    assert_true(speak_back(&model));
    opens_replies("m-1");
    SAME_TEXT(editor_text(reply()), "half of");
    restarts();
    comes("messaging:hall");
    opens_replies("m-1");
    SAME_TEXT(editor_text(reply()), "half of");
    editor_set(reply(), ""); /* it was sent */
    restarts();
    comes("messaging:hall");
    opens_replies("m-1");
    SAME_TEXT(editor_text(reply()), "");
}

static void what_was_sent_is_forgotten(void **state) {
    (void)state;
    comes("messaging:hall");
    editor_set(draft_of("messaging:hall"), "hello");
    remember_note(memory, &model);
    SAME_TEXT(state_file_text(memory, "draft.messaging:hall"), "hello");
    editor_set(draft_of("messaging:hall"), "");
    remember_note(memory, &model);
    assert_null(state_file_text(memory, "draft.messaging:hall"));
    restarts();
    comes("messaging:hall");
    SAME_TEXT(editor_text(draft_of("messaging:hall")), "");
    /* Also one of an earlier run. */
    editor_set(draft_of("messaging:hall"), "again");
    restarts();
    comes("messaging:hall");
    remember_note(memory, &model);
    editor_set(draft_of("messaging:hall"), "");
    restarts();
    comes("messaging:hall");
    SAME_TEXT(editor_text(draft_of("messaging:hall")), "");
}

static void a_channel_that_goes_and_comes_back_has_its_draft(void **state) {
    (void)state;
    comes("messaging:hall");
    editor_set(draft_of("messaging:hall"), "half a thought");
    model_drop_channel(&model, "messaging:hall");
    comes("messaging:hall");
    SAME_TEXT(editor_text(draft_of("messaging:hall")), "half a thought");
    assert_int_equal(drafts_keep(&model.drafts, "messaging:den", "one"), 0);
    assert_int_equal(drafts_keep(&model.drafts, "messaging:den", "two"), 0);
    assert_int_equal(drafts_keep(&model.drafts, "messaging:attic", "three"), 0);
    assert_int_equal(drafts_keep(&model.drafts, "messaging:attic", ""), 0);
    comes("messaging:den");
    comes("messaging:attic");
    SAME_TEXT(editor_text(draft_of("messaging:den")), "two");
    SAME_TEXT(editor_text(draft_of("messaging:attic")), "");
}

/* The longest that may be sent, all of it to be escaped, is kept whole. */
static void the_longest_draft_is_kept(void **state) {
    (void)state;
    char text[CHAT_TEXT_MOST + 1];
    memset(text, '\\', CHAT_TEXT_MOST);
    text[CHAT_TEXT_MOST] = '\0';
    comes("messaging:hall");
    editor_set(draft_of("messaging:hall"), text);
    restarts();
    comes("messaging:hall");
    SAME_TEXT(editor_text(draft_of("messaging:hall")), text);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_draft_is_there_at_the_next_run),
        WITH(a_reply_that_was_begun_is_there_again),
        WITH(what_was_sent_is_forgotten),
        WITH(a_channel_that_goes_and_comes_back_has_its_draft),
        WITH(the_longest_draft_is_kept),
    };
    return RUN_CASES("dashboard-drafts", cases);
}
