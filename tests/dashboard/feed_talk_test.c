/* SPDX-License-Identifier: MIT */
/*
 * What conversations ask of the library and what they make of its answers, with a library that
 * writes down what it is asked and answers when the case says so.
 */
#include "support/case.h"

#include "dashboard/feed_inner.h"
#include "dashboard/input/key.h"
#include "picture.h"

#define CID "messaging:support"

struct pl_user {
    const char *id;
    void *context;
};

struct pl_message {
    const char *id, *text, *parent;
    struct pl_user *user;
};

static struct pl_user me = {"me", NULL}, ada = {"ada", NULL};
static struct library library;
static struct model model;
static struct feed feed;
static struct bytes asked;
static struct chat *chat;

/* The call that waits for its answer. */
static struct {
    pl_done_fn *done;
    void *context;
} waiting;

/* ---- the library ---- */

static pl_channel *the_channel(void) {
    return (pl_channel *)&library; /* never looked into */
}

static int put(const char *what, const char *with, pl_done_fn *done, void *context) {
    bytes_printf(&asked, "%s(%s) ", what, with != NULL ? with : "");
    if (done != NULL) {
        assert_null(waiting.done);
        waiting.done = done;
        waiting.context = context;
    }
    return 0;
}

static int send_with(pl_channel *channel, const char *text,
    const struct pl_message_options *options, pl_done_fn *done, void *context) {
    (void)channel;
    assert_int_equal(options->size, sizeof *options);
    bytes_printf(&asked, "%s", options->parent_id != NULL ? "reply-" : "");
    for (size_t i = 0; i < options->mentioned_count; i++)
        bytes_printf(&asked, "@%s-", options->mentioned[i]);
    return put("send", text, done, context);
}

static int edit(pl_channel *c, const char *id, const char *text, pl_done_fn *done, void *context) {
    (void)c;
    (void)text;
    return put("edit", id, done, context);
}

static int delete_message(
    pl_channel *c, const char *id, bool hard, pl_done_fn *done, void *context) {
    (void)c;
    assert_false(hard);
    return put("delete", id, done, context);
}

static int query_message(pl_channel *c, const char *id, pl_done_fn *done, void *context) {
    (void)c;
    (void)id;
    return put("look", "", done, context);
}

static int query_messages(
    pl_channel *c, int limit, const char *before, pl_done_fn *done, void *context) {
    (void)c;
    (void)limit;
    return put("older", before, done, context);
}

static int query_replies(pl_channel *c, const char *parent, int limit, const char *before,
    pl_done_fn *done, void *context) {
    (void)c;
    (void)limit;
    (void)before;
    return put("replies", parent, done, context);
}

static int mark_read(pl_channel *c, const char *id, pl_done_fn *done, void *context) {
    (void)c;
    return put("read", id, done, context);
}

static int start_typing(pl_channel *c, const char *parent, pl_done_fn *done, void *context) {
    (void)c;
    return put("typing", parent, done, context);
}

static int stop_typing(pl_channel *c, const char *parent, pl_done_fn *done, void *context) {
    (void)c;
    return put("stopped", parent, done, context);
}

static int get_or_create(pl_client *client, const char *type, const char *id,
    const struct pl_channel_options *options, unsigned flags, pl_done_fn *done, void *context) {
    (void)client;
    (void)flags;
    bytes_printf(&asked, "%s:%s-%s+%zu-", type, id != NULL ? id : "",
        options->name != NULL ? options->name : "", options->member_count);
    return put("get", options->members[options->member_count - 1], done, context);
}

static int change_members(
    pl_channel *c, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    (void)c;
    assert_int_equal(count, 1);
    return put("members", ids[0], done, context);
}

static pl_channel *find_channel(const pl_client *client, const char *cid) {
    (void)client;
    return strcmp(cid, CID) == 0 ? the_channel() : NULL;
}

static pl_message *find_message(const pl_channel *channel, const char *id) {
    (void)channel;
    (void)id;
    return NULL;
}

static const char *cid_of(const pl_channel *channel) {
    (void)channel;
    return CID;
}

static int unread(const pl_channel *channel) {
    (void)channel;
    return -1;
}

static const struct pl_read *find_read(const pl_channel *channel, const char *id) {
    (void)channel;
    (void)id;
    return NULL;
}

static const char *status_name(int status) {
    (void)status;
    return "a fault";
}

static const char *message_id(const pl_message *m) {
    return m->id;
}

static const char *message_text(const pl_message *m) {
    return m->text;
}

static const char *message_parent(const pl_message *m) {
    return m->parent != NULL ? m->parent : "";
}

static pl_user *message_user(const pl_message *m) {
    return m->user;
}

static int64_t message_time(const pl_message *m) {
    (void)m;
    return PICTURE_NOW;
}

static bool message_deleted(const pl_message *m) {
    (void)m;
    return false;
}

static int message_replies(const pl_message *m) {
    (void)m;
    return 0;
}

static char *message_reactions(const pl_message *m) {
    (void)m;
    return strdup("{\"like\":2,\"gone\":0,\"wow\":1}");
}

static bool has_mine(const pl_message *m, const char *type) {
    (void)m;
    return strcmp(type, "like") == 0;
}

static int add_reaction(pl_channel *c, const char *id, const char *type, int score, bool alone,
    pl_done_fn *done, void *context) {
    (void)c;
    assert_int_equal(score, 1);
    assert_false(alone);
    bytes_printf(&asked, "%s-", type);
    return put("react", id, done, context);
}

static int remove_reaction(
    pl_channel *c, const char *id, const char *type, pl_done_fn *done, void *context) {
    (void)c;
    bytes_printf(&asked, "%s-", type);
    return put("unreact", id, done, context);
}

static const char *user_id(const pl_user *user) {
    return user->id;
}

static const char *user_nothing(const pl_user *user) {
    (void)user;
    return "";
}

static bool user_yes(const pl_user *user) {
    (void)user;
    return true;
}

static bool user_no(const pl_user *user) {
    (void)user;
    return false;
}

static int64_t user_never(const pl_user *user) {
    (void)user;
    return 0;
}

static void *user_context(const pl_user *user) {
    return user->context;
}

static void user_set_context(pl_user *user, void *context) {
    user->context = context;
}

static char *user_custom(const pl_user *user, const char *field) {
    (void)user;
    (void)field;
    return NULL;
}

static pl_user *local_user(const pl_client *client) {
    (void)client;
    return NULL;
}

static void make_library(void) {
    library = (struct library){.channel_send_message_with = send_with,
        .channel_edit_message = edit,
        .channel_delete_message = delete_message,
        .channel_query_message = query_message,
        .channel_query_messages = query_messages,
        .channel_query_replies = query_replies,
        .channel_mark_read = mark_read,
        .channel_start_typing = start_typing,
        .channel_stop_typing = stop_typing,
        .channel_get_or_create = get_or_create,
        .channel_add_members = change_members,
        .channel_remove_members = change_members,
        .client_find_channel = find_channel,
        .channel_find_message = find_message,
        .channel_cid = cid_of,
        .channel_unread = unread,
        .channel_find_read = find_read,
        .status_name = status_name,
        .message_id = message_id,
        .message_text = message_text,
        .message_parent_id = message_parent,
        .message_user = message_user,
        .message_created_unix_ms = message_time,
        .message_updated_unix_ms = message_time,
        .message_is_deleted = message_deleted,
        .message_reply_count = message_replies,
        .message_reactions_json = message_reactions,
        .message_has_my_reaction = has_mine,
        .channel_add_reaction = add_reaction,
        .channel_remove_reaction = remove_reaction,
        .free = free,
        .user_id = user_id,
        .user_name = user_nothing,
        .user_status = user_nothing,
        .user_role = user_nothing,
        .user_online = user_yes,
        .user_banned = user_no,
        .user_deactivated = user_no,
        .user_is_live = user_yes,
        .user_invisible = user_no,
        .user_last_active_unix_ms = user_never,
        .user_context = user_context,
        .user_set_context = user_set_context,
        .user_custom_json = user_custom,
        .local_user = local_user};
}

/* ---- the cases ---- */

static void key(int code) {
    update_key(&model, code, PICTURE_NOW);
    feed_talk(&feed);
}

static void type(const char *text) {
    for (; *text != '\0'; text++)
        key((unsigned char)*text);
}

static void was_asked(const char *expected) {
    SAME_TEXT(bytes_text(&asked), expected);
    bytes_clear(&asked);
}

static void answer(const struct pl_outcome *outcome) {
    pl_done_fn *done = waiting.done;
    assert_non_null(done);
    waiting.done = NULL;
    done(NULL, outcome, waiting.context);
}

static void refuse(int code, const char *why) {
    answer(&(struct pl_outcome){.status = PL_REFUSED, .code = code, .message = why});
}

static void bring(struct pl_message *message) {
    answer(&(struct pl_outcome){.status = PL_DONE, .message = "", .message_object = message});
}

static int begin(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    make_library();
    feed = (struct feed){.lib = &library, .model = &model, .user = (char *)"me"};
    assert_int_equal(feed_talk_init(&feed), 0);
    chat = &model_find_channel(&model, CID)->chat;
    asked = BYTES_EMPTY;
    bytes_append_text(&asked, "");
    waiting.done = NULL;
    me.context = ada.context = &model;
    key(KEY_CODE_ENTER);
    was_asked("read(m3) ");
    return 0;
}

static int end(void **state) {
    (void)state;
    if (waiting.done != NULL)
        answer(&(struct pl_outcome){.status = PL_CANCELLED, .message = ""});
    feed_talk_fini(&feed);
    model_fini(&model);
    bytes_fini(&asked);
    return 0;
}

static struct line *last(void) {
    return chat->lines[chat->count - 1];
}

static void says(const char *text) {
    key('c');
    type(text);
    bytes_clear(&asked);
    key(KEY_CODE_ENTER);
}

static void a_line_is_sent_once_with_those_it_mentions_and_its_answer_is_that_line(void **state) {
    (void)state;
    says("hi @dana");
    was_asked("stopped() @dana-send(hi @dana) ");
    feed_talk(&feed);
    was_asked("");
    char id[100];
    snprintf(id, sizeof id, "%s", last()->id);
    assert_true(strlen(id) > 16);
    const size_t count = chat->count;
    bring(&(struct pl_message){.id = id, .text = "hi @dana", .user = &me});
    assert_int_equal(chat->count, count);
    assert_int_equal(last()->state, LINE_SAID);
    SAME_TEXT(last()->reactions, "[like 2], wow");
}

static void a_second_try_of_one_that_did_arrive_makes_no_second_message(void **state) {
    (void)state;
    says("hi");
    answer(&(struct pl_outcome){.status = PL_TIMED_OUT, .message = "no answer in time"});
    assert_int_equal(last()->state, LINE_FAILED);
    SAME_TEXT(last()->why, "no answer in time");
    assert_true(last()->unsure);
    key(KEY_CODE_ESCAPE);
    bytes_clear(&asked);
    char id[100];
    snprintf(id, sizeof id, "%s", last()->id);
    key('r');
    was_asked("send(hi) ");
    SAME_TEXT(last()->id, id);
    refuse(4, "the id is taken");
    was_asked("look() ");
    bring(&(struct pl_message){.id = id, .text = "hi", .user = &me});
    assert_int_equal(last()->state, LINE_SAID);
}

static void what_is_refused_says_the_servers_reason(void **state) {
    (void)state;
    says("hi");
    refuse(17, "the channel is frozen");
    SAME_TEXT(last()->why, "the channel is frozen");
    assert_false(last()->unsure);
    key(KEY_CODE_ESCAPE);
    key('r');
    refuse(4, "too many fields");
    refuse(16, "there is no such message");
    SAME_TEXT(last()->why, "too many fields"); /* the first one */
}

static void without_a_link_nothing_is_asked(void **state) {
    (void)state;
    model.link.state = LINK_WAITING;
    says("hi");
    was_asked("");
    assert_int_equal(last()->state, LINE_FAILED);
    chat->older = OLDER_WANTED;
    feed_talk(&feed);
    was_asked("");
    model.link.state = LINK_LIVE;
    feed_talk(&feed);
    was_asked("older(m1) ");
}

static void the_answer_to_a_line_that_is_gone_does_no_harm(void **state) {
    (void)state;
    says("hi");
    model_drop_channel(&model, CID);
    refuse(17, "no");
    assert_null(model_find_channel(&model, CID));
}

static void typing_is_told_once_in_a_while_and_not_while_i_hide(void **state) {
    (void)state;
    key('c');
    type("ab");
    was_asked("typing() ");
    feed.typing_again_ms = 0; /* seven seconds later */
    feed_talk(&feed);
    was_asked(""); /* nothing was typed meanwhile */
    type("c");
    was_asked("typing() ");
    key(KEY_CODE_ESCAPE);
    was_asked("stopped() ");
    model.light_wanted = LIGHT_OFF;
    key('c');
    type("d");
    key(KEY_CODE_ESCAPE);
    was_asked("");
    model.light_wanted = LIGHT_UNKNOWN;
    model.light = LIGHT_OFF;
    key('c');
    type("e");
    key(KEY_CODE_ESCAPE);
    was_asked("");
}

/* The light is asked to go out while something is being typed: the hiding says that, too. */
static void who_hides_says_nothing_more(void **state) {
    (void)state;
    key('c');
    type("a");
    was_asked("typing() ");
    model.light_wanted = LIGHT_OFF;
    feed_talk(&feed);
    was_asked("");
    assert_null(feed.typing_in);
}

static void a_mark_is_asked_for_once_and_not_while_my_light_is_uncertain(void **state) {
    (void)state;
    model.light_wanted = LIGHT_OFF;
    picture_say(&model, CID, "n1", "ada", "news", PICTURE_NOW, true);
    feed_talk(&feed);
    was_asked("");
    model.light_wanted = LIGHT_UNKNOWN;
    feed_talk(&feed);
    feed_talk(&feed);
    was_asked("read(n1) ");
}

static void older_ones_come_until_there_are_none(void **state) {
    (void)state;
    struct pl_message one = {.id = "o1", .text = "old", .user = &ada};
    struct pl_message *const brought[] = {&one};
    chat->older = OLDER_WANTED;
    feed_talk(&feed);
    was_asked("older(m1) ");
    refuse(-1, "the server is busy");
    assert_int_equal(chat->older, OLDER_FAILED);
    SAME_TEXT(model.toast, "the server is busy");
    feed_talk(&feed);
    was_asked("");
    chat->older = OLDER_WANTED;
    feed_talk(&feed);
    answer(&(struct pl_outcome){
        .status = PL_DONE, .message = "", .messages = brought, .message_count = 1});
    assert_int_equal(chat->older, OLDER_NONE);
    assert_non_null(chat_find(chat, "o1"));
}

static void a_change_is_asked_for_once_and_undone_by_nobody_but_the_server(void **state) {
    (void)state;
    picture_say(&model, CID, "mine", "me", "frist", PICTURE_NOW, false);
    key('k');
    key('e');
    key(KEY_CODE_CONTROL('U'));
    type("first");
    key(KEY_CODE_ENTER);
    feed_talk(&feed);
    was_asked("edit(mine) ");
    refuse(17, "not yours");
    struct line *mine = chat_find(chat, "mine");
    SAME_TEXT(mine->why, "not yours");
    SAME_TEXT(mine->text, "frist");
    key('r');
    was_asked("edit(mine) ");
    bring(&(struct pl_message){.id = "mine", .text = "first", .user = &me});
    SAME_TEXT(mine->text, "first");
    assert_int_equal(mine->change, CHANGE_NONE);
    key('D');
    key('D');
    was_asked("delete(mine) ");
}

static void replies_are_read_and_written_under_their_message(void **state) {
    (void)state;
    key('k');
    key(KEY_CODE_ENTER);
    was_asked("replies(m3) ");
    answer(&(struct pl_outcome){.status = PL_DONE, .message = ""});
    key('c');
    type("x");
    was_asked("typing(m3) ");
    key(KEY_CODE_ENTER);
    was_asked("stopped() reply-send(x) ");
}

static void channels_are_made_widened_and_left(void **state) {
    (void)state;
    static const char *const ids[] = {"ada"};
    assert_int_equal(feed_make_channel(&feed, "Night shift", ids, 1), 0);
    was_asked("messaging:Night-shift-Night shift+2-get(ada) ");
    refuse(17, "you may not");
    SAME_TEXT(model.toast, "you may not");
    assert_int_equal(feed_make_channel(&feed, "team:red", NULL, 0), 0);
    was_asked("team:red-red+1-get(me) ");
    refuse(17, "no");
    assert_int_equal(feed_add_members(&feed, CID, ids, 1), 0);
    was_asked("members(ada) ");
    answer(&(struct pl_outcome){.status = PL_DONE, .message = ""});
    SAME_TEXT(model.toast, "Added to #support");
    assert_int_equal(feed_leave_channel(&feed, "messaging:nowhere"), PL_E_ARGUMENT);
    assert_int_equal(feed_leave_channel(&feed, CID), 0);
    was_asked("members(me) ");
    answer(&(struct pl_outcome){.status = PL_DONE, .message = ""});
    SAME_TEXT(model.toast, "You left #support");
    assert_null(model_find_channel(&model, CID));
}

static void a_reaction_is_asked_for_and_taken_back(void **state) {
    (void)state;
    key('k');
    struct line *line = chat->cursor;
    update_command(&model, ACTION_REACT, "wow", PICTURE_NOW);
    feed_talk(&feed);
    was_asked("wow-react(m3) ");
    feed_talk(&feed);
    was_asked("");
    bring(&(struct pl_message){.id = "m3", .text = "x", .user = &ada});
    SAME_TEXT(line->reactions, "[like 2], wow");
    assert_int_equal(line->change, CHANGE_NONE);
    update_command(&model, ACTION_REACT, "like", PICTURE_NOW);
    feed_talk(&feed);
    was_asked("like-unreact(m3) read(m3) "); /* its time is another by now */
    refuse(19, "reactions are off");
    SAME_TEXT(model.toast, "NOT TAKEN BACK: reactions are off");
    assert_int_equal(line->change, CHANGE_NONE); /* it is said once, and nothing is left of it */
    assert_null(line->why);
    update_command(&model, ACTION_REACT, "wow", PICTURE_NOW);
    feed_talk(&feed);
    bytes_clear(&asked);
    refuse(17, "not here");
    SAME_TEXT(model.toast, "NOT SET: not here");
}

static void what_the_server_keeps_of_another_is_said(void **state) {
    (void)state;
    key('k');
    struct line *line = chat->cursor;
    key('D');
    key('D');
    was_asked("delete(m3) ");
    refuse(17, "only its author or a moderator may");
    SAME_TEXT(model.toast, "NOT DELETED: only its author or a moderator may");
    assert_int_equal(line->change, CHANGE_NONE);
    assert_null(line->why);
}

/* ---- what the library tells by itself ---- */

static struct {
    pl_event_fn *fn;
    void *context;
} handler;
static bool is_full;

static int create(pl_client **out, const struct pl_client_options *options) {
    (void)options;
    *out = (pl_client *)&library; /* never looked into */
    return 0;
}

static int connect_user(
    pl_client *client, const struct pl_connect_options *options, pl_done_fn *done, void *context) {
    (void)client;
    (void)options;
    (void)done;
    (void)context;
    return 0;
}

static int take_handler(
    pl_client *client, enum pl_event_type type, pl_event_fn *fn, void *context) {
    (void)client;
    (void)type;
    handler.fn = fn;
    handler.context = context;
    return 1;
}

static void destroy(pl_client *client) {
    (void)client;
}

static bool memory(const pl_client *client, size_t *bytes, size_t *most) {
    (void)client;
    (void)bytes;
    *most = 64 * 1024 * 1024;
    return is_full;
}

static void says_of_memory(bool full, const char *text) {
    const struct pl_event event = {.type = PL_EVENT_MEMORY};
    is_full = full;
    handler.fn(NULL, &event, handler.context);
    SAME_TEXT(journal_at(&model.journal, 0)->text, text);
}

static void that_there_is_no_memory_for_more_people_is_a_line_of_the_log(void **state) {
    (void)state;
    struct feed *own = NULL;
    library.client_create = create;
    library.client_on = take_handler;
    library.client_connect_user = connect_user;
    library.client_destroy = destroy;
    library.client_memory = memory;
    const struct feed_options options = {.library = &library, .model = &model, .user = "me"};
    assert_int_equal(feed_open(&own, &options), 0);
    says_of_memory(true, "no memory is left for more people (64 MiB): who is new is not shown");
    says_of_memory(false, "there is memory again: everybody is shown");
    feed_close(own);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(that_there_is_no_memory_for_more_people_is_a_line_of_the_log),
        WITH(a_line_is_sent_once_with_those_it_mentions_and_its_answer_is_that_line),
        WITH(a_second_try_of_one_that_did_arrive_makes_no_second_message),
        WITH(what_is_refused_says_the_servers_reason),
        WITH(without_a_link_nothing_is_asked),
        WITH(the_answer_to_a_line_that_is_gone_does_no_harm),
        WITH(typing_is_told_once_in_a_while_and_not_while_i_hide),
        WITH(who_hides_says_nothing_more),
        WITH(a_mark_is_asked_for_once_and_not_while_my_light_is_uncertain),
        WITH(older_ones_come_until_there_are_none),
        WITH(a_change_is_asked_for_once_and_undone_by_nobody_but_the_server),
        WITH(replies_are_read_and_written_under_their_message),
        WITH(channels_are_made_widened_and_left),
        WITH(a_reaction_is_asked_for_and_taken_back),
        WITH(what_the_server_keeps_of_another_is_said),
    };
    return RUN_CASES("dashboard-feed_talk", cases);
}
