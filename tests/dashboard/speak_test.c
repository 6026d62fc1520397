/* SPDX-License-Identifier: MIT */
/* What the keys of a conversation do to messages, and what they say where they can do nothing. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"
#include "dashboard/model/speak.h"
#include "picture.h"

#define CID "messaging:support"

static struct model model;
static struct channel_shown *channel;

static unsigned key(int code) {
    return update_key(&model, code, PICTURE_NOW);
}

static int begin(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    channel = model_find_channel(&model, CID);
    return 0;
}

static int end(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static void select_person(const char *id) {
    channel->selected = model_find_person(&model, id);
    update_settle(&model);
}

static void c_on_a_member_wishes_for_the_conversation_of_the_two(void **state) {
    (void)state;
    select_person("me");
    key('c');
    SAME_TEXT(model.write_to, "");
    assert_non_null(strstr(model.toast, "you"));
    select_person("dana");
    key('c');
    SAME_TEXT(model.write_to, "dana");
    assert_non_null(strstr(model.toast, "Dana Reyes"));
    model.write_to[0] = '\0';
    model.link.state = LINK_WAITING;
    key('c');
    SAME_TEXT(model.write_to, "");
    assert_non_null(strstr(model.toast, "Not connected"));
}

static void c_on_a_channel_opens_it_to_write(void **state) {
    (void)state;
    key('1');
    key('c');
    assert_true(model.talk_open);
    assert_true(compose_is_open(&model));
    key(KEY_CODE_ESCAPE);
    key('1');
    key('g');
    key('c');
    assert_false(compose_is_open(&model)); /* everybody has no conversation */
}

static void only_my_own_messages_can_be_changed(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    key('e');
    assert_non_null(strstr(model.toast, "Choose a message"));
    key('k');
    key('e');
    assert_non_null(strstr(model.toast, "Only your own"));
    assert_false(compose_is_open(&model));
}

/* Whether it may be, the server says: what is probable is said before. */
static void what_another_wrote_is_asked_to_be_deleted(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    key('D');
    assert_non_null(strstr(model.toast, "Choose a message"));
    key('k');
    struct line *line = channel->chat.cursor;
    assert_false(line->author->me);
    key('D');
    assert_non_null(strstr(model.toast, "that is for moderators"));
    assert_int_equal(line->change, CHANGE_NONE);
    assert_int_equal(model_set_role(&model, CID, "me", "moderator"), 0);
    key('j');
    key('k');
    model.doomed = NULL;
    key('D');
    assert_non_null(strstr(model.toast, "'s message for everybody"));
    key('D');
    assert_int_equal(line->change, CHANGE_DELETE);
    line_changed(line);
    line->deleted = true;
    key('D');
    assert_non_null(strstr(model.toast, "deleted already"));
}

static void type_in(const char *text) {
    for (; *text != '\0'; text++)
        key((unsigned char)*text);
}

static void a_reaction_is_chosen_written_or_commanded(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    key('a');
    assert_int_equal(model.prompt.kind, PROMPT_NONE); /* to nothing */
    assert_non_null(strstr(model.toast, "Choose a message"));
    key('k');
    struct line *line = channel->chat.cursor;
    key('a');
    assert_int_equal(model.prompt.kind, PROMPT_REACT);
    SAME_TEXT(model.prompt.choices[0].text, "like");
    key(KEY_CODE_DOWN);
    key(KEY_CODE_ENTER);
    assert_int_equal(line->change, CHANGE_REACT);
    SAME_TEXT(line->reaction, "love");
    key('a');
    assert_non_null(strstr(model.toast, "under way"));
    line_changed(line);
    key('a');
    type_in("wo");
    SAME_TEXT(model.prompt.choices[0].text, "wow");
    type_in("rth");
    key(KEY_CODE_ENTER);
    SAME_TEXT(line->reaction, "worth");
    line_changed(line);
    key('a');
    type_in("two words");
    key(KEY_CODE_ENTER);
    assert_int_equal(line->change, CHANGE_NONE);
    assert_non_null(strstr(model.toast, "one word"));
    key('a');
    key(KEY_CODE_ESCAPE);
    assert_int_equal(line->change, CHANGE_NONE);
    update_command(&model, ACTION_REACT, "done", PICTURE_NOW);
    SAME_TEXT(line->reaction, "done");
    line_changed(line);
    model.link.state = LINK_WAITING;
    update_command(&model, ACTION_REACT, "done", PICTURE_NOW);
    assert_non_null(strstr(model.toast, "Not connected"));
    assert_int_equal(line->change, CHANGE_NONE);
}

/* Those that are there come first, and mine says that Enter takes it back. */
static void what_is_there_is_offered_first(void **state) {
    (void)state;
    const struct line_told told = {.id = "r",
        .author = "ada",
        .text = "x",
        .reactions = "100 3, [party-hat 2], wow",
        .at_ms = PICTURE_NOW};
    assert_int_equal(model_put_line(&model, CID, &told), 0);
    key(KEY_CODE_ENTER);
    key('k');
    key('a');
    SAME_TEXT(model.prompt.choices[0].text, "100");
    SAME_TEXT(model.prompt.choices[1].text, "party-hat");
    assert_non_null(strstr(model.prompt.choices[1].note, "takes it back"));
    SAME_TEXT(model.prompt.choices[2].text, "wow");
    SAME_TEXT(model.prompt.choices[3].text, "like");
    assert_int_equal(model.prompt.count, 10);
    key(KEY_CODE_DOWN);
    key(KEY_CODE_ENTER);
    assert_int_equal(channel->chat.cursor->change, CHANGE_UNREACT);
}

/* The message may go while one chooses. */
static void a_reaction_goes_to_no_other_message(void **state) {
    (void)state;
    picture_say(&model, CID, "gone", "ada", "x", PICTURE_NOW, false);
    key(KEY_CODE_ENTER);
    key('k');
    key('a');
    model_drop_line(&model, CID, "gone");
    update_settle(&model);
    key(KEY_CODE_ENTER);
    assert_non_null(strstr(model.toast, "gone"));
    for (size_t i = 0; i < channel->chat.count; i++)
        assert_int_equal(channel->chat.lines[i]->change, CHANGE_NONE);
}

static void a_message_is_deleted_when_it_is_asked_for_twice_and_soon(void **state) {
    (void)state;
    picture_say(&model, CID, "mine", "me", "x", PICTURE_NOW, false);
    picture_say(&model, CID, "other", "me", "y", PICTURE_NOW + 1, false);
    key(KEY_CODE_ENTER);
    key('k');
    key('D');
    assert_non_null(strstr(model.toast, "again"));
    key('k');
    key('D'); /* another one: it is asked anew */
    struct line *mine = chat_find(&channel->chat, "mine");
    assert_int_equal(mine->change, CHANGE_NONE);
    update_key(&model, 'D', PICTURE_NOW + 60000);
    assert_int_equal(mine->change, CHANGE_NONE);
    update_key(&model, 'D', PICTURE_NOW + 60001);
    assert_int_equal(mine->change, CHANGE_DELETE);
    assert_int_equal(chat_find(&channel->chat, "other")->change, CHANGE_NONE);
}

static struct line *fails(const char *text) {
    struct line *line = chat_write(
        &channel->chat, text, model_find_person(&model, "me"), PICTURE_NOW);
    line_sending(line, text);
    line_failed(line, "no");
    return line;
}

static void r_tries_again_what_failed_and_else_the_link(void **state) {
    (void)state;
    struct line *one = fails("one"), *two = fails("two");
    assert_int_equal(key('r'), EFFECT_RECONNECT); /* not in the conversation */
    key(KEY_CODE_ENTER);
    key('k');
    assert_ptr_equal(channel->chat.cursor, two);
    assert_int_equal(key('r'), 0);
    assert_int_equal(two->state, LINE_WANTED);
    assert_int_equal(one->state, LINE_FAILED);
    key('G');
    assert_int_equal(key('r'), 0);
    assert_int_equal(one->state, LINE_WANTED);
    assert_int_equal(key('r'), EFFECT_RECONNECT);
}

static void what_was_not_sent_is_taken_back_or_thrown_away(void **state) {
    (void)state;
    fails("one");
    fails("two");
    key(KEY_CODE_ENTER);
    key('k');
    key('D');
    key('D');
    assert_null(chat_find(&channel->chat, "two"));
    key('e');
    assert_null(chat_find(&channel->chat, "one"));
    assert_true(compose_is_open(&model));
    SAME_TEXT(editor_text(compose_editor(&model)), "one");
}

static void enter_on_a_message_reads_its_replies(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    key(KEY_CODE_ENTER);
    assert_null(channel->replies_to); /* the cursor is on none */
    key('k');
    key(KEY_CODE_ENTER);
    SAME_TEXT(channel->replies_to, "m3");
    assert_ptr_equal(model_chat(&model), &channel->replies);
    assert_int_equal(channel->replies.older, OLDER_WANTED);
    const struct line_told reply = {.id = "r1", .author = "ada", .text = "a", .at_ms = 1};
    assert_int_equal(model_put_reply(&model, CID, "m2", &reply), 0);
    assert_int_equal(channel->replies.count, 0);
    assert_int_equal(model_put_reply(&model, CID, "m3", &reply), 0);
    assert_int_equal(channel->replies.count, 1);
    key(KEY_CODE_ESCAPE);
    assert_null(channel->replies_to);
    assert_true(model.talk_open);
    key(KEY_CODE_ESCAPE);
    assert_false(model.talk_open);
}

static void who_quits_while_a_message_is_on_its_way_is_asked_once(void **state) {
    (void)state;
    struct line *line = chat_write(
        &channel->chat, "hi", model_find_person(&model, "me"), PICTURE_NOW);
    assert_int_equal(key('q') & EFFECT_QUIT, 0);
    assert_non_null(strstr(model.toast, "still being sent"));
    assert_int_equal(update_key(&model, 'q', PICTURE_NOW + 1000) & EFFECT_QUIT, EFFECT_QUIT);
    assert_int_equal(update_key(&model, 'q', PICTURE_NOW + 60000) & EFFECT_QUIT, 0);
    assert_int_equal(key('Q') & EFFECT_QUIT, EFFECT_QUIT);
    line_failed(line, "no");
    assert_int_equal(update_key(&model, 'q', PICTURE_NOW + 90000) & EFFECT_QUIT, EFFECT_QUIT);
}

static void a_channel_that_goes_away_takes_its_draft_along_and_closes(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    key('c');
    key('x');
    model_drop_channel(&model, CID);
    update_settle(&model);
    assert_false(compose_is_open(&model));
    assert_false(model.talk_open);
    assert_int_equal(model.focus, PANE_CHANNELS);
}

static void at_no_size_letters_of_a_message_are_commands(void **state) {
    (void)state;
    key(KEY_CODE_ENTER);
    key('c');
    update_size(&model, 5, 20);
    assert_int_equal(key('q'), 0);
    assert_int_equal(key('i'), 0);
    assert_int_equal(model.light_wanted, LIGHT_UNKNOWN);
    update_size(&model, 24, 80);
    SAME_TEXT(editor_text(compose_editor(&model)), "qi");
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(c_on_a_member_wishes_for_the_conversation_of_the_two),
        WITH(c_on_a_channel_opens_it_to_write),
        WITH(only_my_own_messages_can_be_changed),
        WITH(what_another_wrote_is_asked_to_be_deleted),
        WITH(a_reaction_is_chosen_written_or_commanded),
        WITH(what_is_there_is_offered_first),
        WITH(a_reaction_goes_to_no_other_message),
        WITH(a_message_is_deleted_when_it_is_asked_for_twice_and_soon),
        WITH(r_tries_again_what_failed_and_else_the_link),
        WITH(what_was_not_sent_is_taken_back_or_thrown_away),
        WITH(enter_on_a_message_reads_its_replies),
        WITH(who_quits_while_a_message_is_on_its_way_is_asked_once),
        WITH(a_channel_that_goes_away_takes_its_draft_along_and_closes),
        WITH(at_no_size_letters_of_a_message_are_commands),
    };
    return RUN_CASES("dashboard-speak", cases);
}
