/* SPDX-License-Identifier: MIT */
/* Reading everything again, with a client made by hand and the network played by the test. */
#include "support/wire_case.h"

#include "client/client.h"
#include <porchlight/account.h>
#include <porchlight/message.h>

struct stage {
    pl_client client;
    struct call *call; /* taken, not replied to */
    unsigned resynced;
    struct pl_event_missed missed;
};

static void ring(void *context) {
    (void)context;
}

static void on_resynced(pl_client *client, const struct pl_event *event, void *context) {
    struct stage *stage = context;
    (void)client;
    stage->missed = event->missed;
    stage->resynced++;
}

/* Two channels, of which we are a member, watched; the link is back. */
static struct stage *begin(void) {
    struct stage *stage = calloc(1, sizeof *stage);
    pl_client *client = &stage->client;
    const struct state_moment now = {.event_seq = UINT64_MAX};
    assert_non_null(stage);
    client->mailbox = mailbox_create(NULL, 8, ring, NULL);
    assert_non_null(client->mailbox);
    client->user_id = strdup("me");
    client->wants_link = true;
    client->epoch = 2;
    client->link.state = PL_LINK_LIVE;
    list_init(&client->handlers);
    list_init(&client->farewells);
    list_init(&client->pending);
    state_init(&client->state, client, NULL);
    assert_true(pl_client_on(client, PL_EVENT_RESYNCED, on_resynced, stage) > 0);
    for (int i = 0; i < 2; i++) {
        pl_channel *channel = state_get_channel(&client->state, i == 0 ? "team:a" : "team:b");
        json *member = json_of("{'user_id':'bo','user':{'id':'bo'}}");
        channel->flags = PL_WATCH | PL_PRESENCE;
        channel->mine = true;
        channel->wire.member_count = 1;
        assert_non_null(state_put_member(&client->state, channel, member, &now));
        json_free(member);
    }
    return stage;
}

static void end(struct stage *stage) {
    pl_client *client = &stage->client;
    call_free(stage->call);
    calls_cancel_all(client);
    listening_fini(client);
    handlers_free_all(client);
    state_fini(&client->state);
    mailbox_unref(client->mailbox);
    mailbox_unref(client->mailbox);
    free(client->user_id);
    free(stage);
}

/* The one call that is asked for now. */
static void take_call(struct stage *stage, bool later) {
    struct command *command;
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 1);
    stage->call = command->call;
    command->call = NULL;
    command_free(command);
    SAME_TEXT(stage->call->path, "/channels");
    assert_non_null(strstr(stage->call->body, "[\"team:a\",\"team:b\"]"));
    assert_int_equal(stage->call->later_ms > 0, later);
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 0);
}

static void reply_of(struct stage *stage, uint64_t epoch, uint64_t sent, uint64_t came,
    enum pl_status status, const char *text) {
    json *body = text != NULL ? json_of(text) : NULL;
    const struct note note = {.kind = NOTE_REPLY,
        .call = stage->call->id,
        .epoch = epoch,
        .sent = sent,
        .came = came,
        .status = status,
        .body = body};
    calls_take_reply(&stage->client, &note);
    json_free(body);
    call_free(stage->call);
    stage->call = NULL;
}

static void reply(struct stage *stage, uint64_t epoch, enum pl_status status, const char *text) {
    reply_of(stage, epoch, 1, 2, status, text);
}

static const char only_a[] = "{'channels':[{'channel':{'id':'a','type':'team','cid':'team:a',"
                             "'member_count':1},'members':[{'user_id':'bo','user':{'id':'bo'}}],"
                             "'messages':[],'membership':{'user_id':'me'}}]}";

static void what_could_not_be_read_again_is_not_called_true(void **state) {
    (void)state;
    struct stage *stage = begin();
    resync_begin(&stage->client);
    take_call(stage, false);
    reply(stage, 2, PL_REFUSED, NULL);
    assert_int_equal(stage->resynced, 0);
    assert_true(stage->client.link.resyncing);
    take_call(stage, true);
    reply(stage, 0, PL_OFFLINE, NULL); /* it never went out */
    assert_int_equal(stage->resynced, 0);
    take_call(stage, true);
    reply(stage, 2, PL_DONE, only_a);
    assert_int_equal(stage->resynced, 1);
    assert_false(stage->client.link.resyncing);
    end(stage);
}

static void a_channel_that_is_no_longer_shown_to_us_is_lost(void **state) {
    (void)state;
    struct stage *stage = begin();
    const pl_channel *a = state_find_channel(&stage->client.state, "team:a");
    const pl_channel *b = state_find_channel(&stage->client.state, "team:b");
    resync_begin(&stage->client);
    take_call(stage, false);
    reply(stage, 2, PL_DONE, only_a);
    assert_true(pl_channel_is_mine(a) && pl_channel_is_watched(a));
    assert_int_equal(pl_channel_member_count(a), 1);
    assert_false(pl_channel_is_mine(b) || pl_channel_is_watched(b));
    assert_int_equal(pl_channel_member_count(b), 0);
    assert_int_equal(pl_channel_member_total(b), 0);
    end(stage);
}

/* The link is lost and is back, as the network would tell. */
static void reconnect(struct stage *stage) {
    const struct note lost = {.kind = NOTE_LINK, .link = {.state = PL_LINK_WAITING}};
    const struct note back = {
        .kind = NOTE_LINK, .epoch = stage->client.epoch + 1, .link = {.state = PL_LINK_LIVE}};
    stage->client.was_live = true;
    events_take_link(&stage->client, &lost);
    events_take_link(&stage->client, &back);
}

static unsigned asked_for_both(struct stage *stage) {
    struct command *command;
    unsigned both = 0;
    while (mailbox_asked(stage->client.mailbox, &command, 1) == 1) {
        if (stage->call == NULL && strstr(command->call->body, "[\"team:a\",\"team:b\"]") != NULL) {
            stage->call = command->call;
            command->call = NULL;
            both++;
        }
        command_free(command);
    }
    return both;
}

/* One answer without it may be a lie, or a fault of the server; eight in a row are believed. */
static void what_is_not_shown_is_asked_for_again_after_the_next_losses(void **state) {
    (void)state;
    struct stage *stage = begin();
    const pl_channel *b = state_find_channel(&stage->client.state, "team:b");
    unsigned times = 0;
    reconnect(stage);
    while (asked_for_both(stage) == 1 && times < 2 * STATE_MISSES) {
        times++;
        reply(stage, stage->client.epoch, PL_DONE, only_a);
        assert_false(pl_channel_is_watched(b));
        reconnect(stage);
    }
    assert_int_equal(times, STATE_MISSES);
    end(stage);
}

static void what_is_shown_again_is_watched_again(void **state) {
    (void)state;
    struct stage *stage = begin();
    const pl_channel *a = state_find_channel(&stage->client.state, "team:a");
    reconnect(stage);
    assert_int_equal(asked_for_both(stage), 1);
    reply(stage, stage->client.epoch, PL_DONE, "{'channels':[]}");
    assert_false(pl_channel_is_watched(a));
    reconnect(stage);
    assert_int_equal(asked_for_both(stage), 1);
    reply(stage, stage->client.epoch, PL_DONE, only_a);
    assert_true(pl_channel_is_watched(a));
    end(stage);
}

static void an_answer_of_an_older_connection_loses_nothing(void **state) {
    (void)state;
    struct stage *stage = begin();
    const pl_channel *b = state_find_channel(&stage->client.state, "team:b");
    resync_begin(&stage->client);
    take_call(stage, false);
    stage->client.epoch = 3;
    reply(stage, 2, PL_DONE, "{'channels':[]}");
    assert_true(pl_channel_is_mine(b) && pl_channel_is_watched(b));
    end(stage);
}

/* And not with one call for each of them. */
static void what_an_older_connection_watched_is_watched_again_together(void **state) {
    (void)state;
    struct stage *stage = begin();
    const struct pl_query both = {.size = sizeof both, .flags = PL_WATCH | PL_PRESENCE};
    struct command *command;
    assert_int_equal(pl_query_channels(&stage->client, &both, NULL, NULL), 0);
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 1);
    stage->call = command->call;
    command->call = NULL;
    command_free(command);
    reply(stage, 1, PL_DONE,
        "{'channels':[{'channel':{'id':'a','type':'team','cid':'team:a'}},"
        "{'channel':{'id':'b','type':'team','cid':'team:b'}}]}");
    take_call(stage, false);
    reply(stage, 2, PL_DONE, only_a);
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 0);
    end(stage);
}

/* Of a channel of three, one member is told. */
static void of_members_who_are_not_all_known_nothing_is_guessed(void **state) {
    (void)state;
    static const char *const made[] = {"2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"};
    for (size_t i = 0; i < 2; i++) {
        struct stage *stage = begin();
        char text[512];
        resync_remember(&stage->client);
        resync_begin(&stage->client);
        take_call(stage, false);
        snprintf(text, sizeof text,
            "{'channels':[{'channel':{'id':'a','type':'team','cid':'team:a','member_count':3},"
            "'members':[{'user_id':'zed','user':{'id':'zed','online':true},'created_at':'%s'}],"
            "'messages':[],'membership':{'user_id':'me'}}]}",
            made[i]);
        reply(stage, 2, PL_DONE, text);
        assert_int_equal(stage->resynced, 1);
        assert_int_equal(stage->missed.members_removed, 0);
        assert_int_equal(stage->missed.members_added, i);
        assert_int_equal(stage->missed.channels_gone, 1); /* team:b, which is not shown */
        assert_int_equal(stage->missed.change_count, 1 + i);
        end(stage);
    }
}

static void what_could_not_be_asked_for_is_owed(void **state) {
    (void)state;
    struct stage *stage = begin();
    stage->client.wants_link = false; /* no call is taken */
    resync_begin(&stage->client);
    assert_int_equal(stage->resynced, 0);
    stage->client.wants_link = true;
    resync_step_done(&stage->client);
    take_call(stage, false);
    reply(stage, 2, PL_DONE, only_a);
    assert_int_equal(stage->resynced, 1);
    end(stage);
}

static void on_sent(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    *(const pl_message **)context = outcome->message_object;
}

/* Its event came first, and a reaction to it; then comes the answer, as it was made. */
static void the_answer_to_a_message_undoes_nothing_that_events_told_of_it(void **state) {
    (void)state;
    struct stage *stage = begin();
    struct command *command;
    const pl_message *sent = NULL;
    const struct state_moment event = {.event_seq = UINT64_MAX};
    pl_channel *a = state_find_channel(&stage->client.state, "team:a");
    assert_int_equal(pl_channel_send_message(a, "cake", on_sent, &sent), 0);
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 1);
    stage->call = command->call;
    command->call = NULL;
    command_free(command);
    json *told = json_of("{'id':'m','text':'cake','user':{'id':'me'},"
                         "'created_at':'2026-01-01T00:00:00Z','reaction_counts':{'like':1}}");
    stage->client.state.event_seq++;
    assert_non_null(state_put_message(&stage->client.state, a, told, &event));
    json_free(told);
    reply(stage, 2, PL_DONE,
        "{'message':{'id':'m','text':'cake','user':{'id':'me'},"
        "'created_at':'2026-01-01T00:00:00Z','reaction_counts':{}}}");
    assert_ptr_equal(sent, pl_channel_find_message(a, "m"));
    assert_int_equal(pl_message_reaction_count(sent, "like"), 1);
    end(stage);
}

/* ---- replies that are overtaken ---- */

/* The one call that is under way, whatever it is. */
static void take_any_call(struct stage *stage) {
    struct command *command;
    call_free(stage->call);
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 1);
    stage->call = command->call;
    command->call = NULL;
    command_free(command);
    assert_int_equal(mailbox_asked(stage->client.mailbox, &command, 1), 0);
}

static void event(struct stage *stage, const char *text) {
    json *body = json_of(text);
    const struct note note = {.kind = NOTE_FRAME,
        .event = event_from_name(json_text_at(body, "type")),
        .body = body,
        .text = ""};
    events_take_frame(&stage->client, &note);
    json_free(body);
}

#define MESSAGE(id, text, second)                                                                  \
    "{'id':'" id "','text':'" text "','user':{'id':'bo'},'created_at':'2026-01-01T00:00:01Z',"     \
    "'updated_at':'2026-01-01T00:00:" second "Z'}"
#define STATE_A(messages)                                                                          \
    "{'channel':{'id':'a','type':'team','cid':'team:a','member_count':1},"                         \
    "'members':[{'user_id':'bo','user':{'id':'bo','online':true}}],'messages':[" messages "],"     \
    "'membership':{'user_id':'me'},'read':[{'user':{'id':'me'},'unread_messages':1}]}"

/* Channel a, watched with a picture of two messages; that call went as the third and ended fifth.
 */
static pl_channel *watch_a(struct stage *stage) {
    assert_int_equal(pl_channel_get_or_create(
                         &stage->client, "team", "a", NULL, PL_WATCH | PL_PRESENCE, NULL, NULL),
        0);
    take_any_call(stage);
    reply_of(stage, 2, 3, 5, PL_DONE,
        STATE_A(MESSAGE("m1", "one", "05") "," MESSAGE("m2", "two", "05")));
    pl_channel *a = state_find_channel(&stage->client.state, "team:a");
    assert_true(state_is_told(a));
    assert_int_equal(pl_channel_message_count(a), 2);
    return a;
}

static void ask_for_messages(struct stage *stage, pl_channel *channel) {
    assert_int_equal(pl_channel_query_messages(channel, 10, NULL, NULL, NULL), 0);
    take_any_call(stage);
}

/* An event of before it was asked, and an answer that the server made before that. */
static void presence_of_who_is_listened_to_comes_with_events_alone(void **state) {
    (void)state;
    struct stage *stage = begin();
    const struct pl_query query = {.size = sizeof query};
    watch_a(stage);
    const pl_user *bo = pl_client_find_user(&stage->client, "bo");
    assert_true(pl_user_is_live(bo));
    event(stage, "{'type':'user.presence.changed','user':{'id':'bo','online':false}}");
    assert_int_equal(pl_query_users(&stage->client, &query, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 2, 6, 7, PL_DONE, "{'users':[{'id':'bo','online':true}]}");
    assert_false(pl_user_online(bo));
    /* A picture on the way in what was told late: the server tells this only once it is on disk. */
    event(stage, "{'type':'notification.mutes_updated','me':{'id':'me','mutes':["
                 "{'target':{'id':'bo','online':true}}]}}");
    assert_true(pl_user_is_muted(bo));
    assert_false(pl_user_online(bo));
    /* Nobody tells of who is not listened to; then an answer is all there is. */
    stage->client.epoch = 3;
    assert_int_equal(pl_query_users(&stage->client, &query, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 3, 8, 9, PL_DONE, "{'users':[{'id':'bo','online':true}]}");
    assert_true(pl_user_online(bo));
    end(stage);
}

static void of_a_watched_channel_no_answer_brings_back_what_was_before(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *a = watch_a(stage);
    ask_for_messages(stage, a);
    reply_of(stage, 2, 4, 6, PL_DONE, /* sent before the picture came */
        "{'messages':[" MESSAGE("m1", "older", "04") "," MESSAGE(
            "m2", "the same?", "05") "," MESSAGE("m3", "deleted since", "05") "]}");
    assert_int_equal(pl_channel_message_count(a), 2);
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m1")), "one");
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m2")), "two");
    ask_for_messages(stage, a);
    reply_of(stage, 2, 4, 7, PL_DONE, "{'messages':[" MESSAGE("m1", "younger", "06") "]}");
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m1")), "younger");
    ask_for_messages(stage, a);
    reply_of(stage, 2, 8, 9, PL_DONE, /* sent behind the picture */
        "{'messages':[" MESSAGE("m1", "older", "05") "," MESSAGE("m2", "liked", "05") "," MESSAGE(
            "m0", "of before", "01") "]}");
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m1")), "younger");
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m2")), "liked");
    assert_int_equal(pl_channel_message_count(a), 3);
    end(stage);
}

static void an_event_that_came_while_it_was_asked_is_younger_than_the_answer(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *a = watch_a(stage);
    ask_for_messages(stage, a);
    event(stage,
        "{'type':'message.updated','cid':'team:a','message':" MESSAGE("m1", "now", "05") "}");
    reply_of(stage, 2, 6, 7, PL_DONE, "{'messages':[" MESSAGE("m1", "one", "05") "]}");
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m1")), "now");
    /* A whole picture that was sent before the one that is there says nothing. */
    assert_int_equal(pl_channel_watch(a, PL_PRESENCE, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 2, 4, 8, PL_DONE, STATE_A(MESSAGE("m1", "one", "05")));
    assert_int_equal(pl_channel_message_count(a), 2);
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m1")), "now");
    end(stage);
}

/* Of a channel that is known in part they are news; of one that is known whole they are not. */
static void an_overtaken_answer_adds_members_only_where_not_all_are_known(void **state) {
    (void)state;
    struct stage *stage = begin();
    const struct pl_query query = {.size = sizeof query};
    pl_channel *a = watch_a(stage);
    for (int whole = 1; whole >= 0; whole--) {
        a->whole = whole;
        assert_int_equal(pl_query_members(a, &query, NULL, NULL), 0);
        take_any_call(stage);
        reply_of(stage, 2, 4, 6, PL_DONE,
            "{'members':[{'user_id':'cy','user':{'id':'cy'}},{'user_id':'bo'}]}");
        assert_int_equal(pl_channel_member_count(a), whole ? 1 : 2);
    }
    SAME_TEXT(pl_user_id(pl_member_user(pl_channel_find_member(a, "cy"))), "cy");
    end(stage);
}

/* "9999" was a lie of a connection that is gone. */
static void a_time_of_another_connection_is_not_compared(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *a = watch_a(stage);
    event(stage, "{'type':'message.updated','cid':'team:a','message':{'id':'m1','text':'a lie',"
                 "'user':{'id':'bo'},'created_at':'2026-01-01T00:00:01Z',"
                 "'updated_at':'9999-01-01T00:00:00Z'}}");
    stage->client.epoch = 3;
    listening_restart(&stage->client);
    assert_false(state_is_told(a));
    assert_int_equal(pl_channel_watch(a, PL_PRESENCE, NULL, NULL), 0);
    call_free(stage->call);
    stage->call = NULL;
    struct command *command;
    while (mailbox_asked(stage->client.mailbox, &command, 1) == 1) {
        if (strstr(command->call->path, "/query") != NULL) {
            stage->call = command->call;
            command->call = NULL;
        }
        command_free(command);
    }
    assert_non_null(stage->call);
    reply_of(stage, 3, 6, 7, PL_DONE, STATE_A(MESSAGE("m1", "one", "05")));
    SAME_TEXT(pl_message_text(pl_channel_find_message(a, "m1")), "one");
    assert_true(state_is_told(a));
    end(stage);
}

/* What the own connections are told without a watch may be older than the picture or younger. */
static void a_picture_in_doubt_is_asked_for_again(void **state) {
    (void)state;
    struct stage *stage = begin();
    const char mark[] = "{'type':'notification.mark_unread','cid':'team:a','user':{'id':'me'},"
                        "'unread_messages':7}";
    event(stage, mark); /* before it was asked for: nothing is in doubt */
    pl_channel *a = watch_a(stage);
    assert_int_equal(pl_channel_unread(a), 1);
    event(stage, mark);
    assert_int_equal(pl_channel_unread(a), 7);
    stage->client.epoch = 3;
    listening_restart(&stage->client);
    while (stage->client.pending_count > 0)
        calls_cancel_all(&stage->client);
    call_free(stage->call);
    stage->call = NULL;
    struct command *command;
    while (mailbox_asked(stage->client.mailbox, &command, 1) == 1)
        command_free(command);
    assert_int_equal(pl_channel_watch(a, PL_PRESENCE, NULL, NULL), 0);
    take_any_call(stage);
    event(stage, mark);
    reply_of(stage, 3, 6, 7, PL_DONE, STATE_A(""));
    assert_false(state_is_told(a));
    take_any_call(stage);
    assert_non_null(strstr(stage->call->body, "[\"team:a\"]"));
    reply_of(stage, 3, 8, 9, PL_DONE, "{'channels':[" STATE_A("") "]}");
    assert_true(state_is_told(a));
    assert_int_equal(pl_channel_unread(a), 1);
    end(stage);
}

static struct call *asked_to_watch(struct stage *stage, pl_channel *channel) {
    assert_int_equal(pl_channel_watch(channel, PL_PRESENCE, NULL, NULL), 0);
    take_any_call(stage);
    struct call *call = stage->call;
    stage->call = NULL;
    return call;
}

/* Two were asked for before it; whoever is invited is told of to those who watch, aside. */
static void all_pictures_that_were_asked_for_before_are_in_doubt(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *a = watch_a(stage);
    stage->client.epoch = 3;
    listening_restart(&stage->client);
    calls_cancel_all(&stage->client);
    struct command *command;
    while (mailbox_asked(stage->client.mailbox, &command, 1) == 1)
        command_free(command);
    struct call *first = asked_to_watch(stage, a), *second = asked_to_watch(stage, a);
    event(stage, "{'type':'notification.invited','cid':'team:a','user':{'id':'bo'},"
                 "'member':{'user_id':'flo','user':{'id':'flo'},'invited':true}}");
    assert_non_null(pl_channel_find_member(a, "flo"));
    stage->call = first;
    reply_of(stage, 3, 6, 8, PL_DONE, STATE_A(""));
    assert_false(state_is_told(a));
    take_any_call(stage);
    struct call *again = stage->call;
    stage->call = second;
    reply_of(stage, 3, 7, 9, PL_DONE, STATE_A(""));
    assert_false(state_is_told(a));
    assert_null(pl_channel_find_member(a, "flo"));
    stage->call = again;
    reply_of(stage, 3, 8, 10, PL_DONE,
        "{'channels':[{'channel':{'id':'a','type':'team','cid':'team:a','member_count':1},"
        "'members':[{'user_id':'flo','user':{'id':'flo'},'invited':true}],'messages':[]}]}");
    assert_true(state_is_told(a));
    assert_non_null(pl_channel_find_member(a, "flo"));
    end(stage);
}

static void unread_counts_of_a_watched_channel_come_with_events_alone(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *a = watch_a(stage);
    event(stage, "{'type':'message.read','cid':'team:a','user':{'id':'me'},'unread_messages':0,"
                 "'total_unread_count':0}");
    assert_int_equal(pl_channel_mark_read(a, NULL, NULL, NULL), 0);
    take_any_call(stage);
    event(stage, "{'type':'message.new','cid':'team:a','total_unread_count':1,"
                 "'message':" MESSAGE("m3", "new", "09") "}");
    assert_int_equal(pl_channel_unread(a), 1);
    reply_of(stage, 2, 6, 7, PL_DONE, "{'event':{'unread_messages':0,'total_unread_count':0}}");
    assert_int_equal(pl_channel_unread(a), 1);
    assert_int_equal(pl_client_unread_total(&stage->client), 1);
    assert_int_equal(pl_client_mark_all_read(&stage->client, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 2, 8, 9, PL_DONE, "{'event':{}}");
    assert_int_equal(pl_channel_unread(a), 1);
    assert_int_equal(pl_client_query_unread(&stage->client, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 2, 10, 11, PL_DONE,
        "{'channels':[{'channel_id':'team:a','unread_count':5}],'total_unread_count':1}");
    assert_int_equal(pl_channel_unread(a), 1);
    end(stage);
}

static void of_ourselves_the_answer_of_an_older_connection_tells_nothing_new(void **state) {
    (void)state;
    struct stage *stage = begin();
    const struct note hello = {.kind = NOTE_HELLO,
        .body = json_of("{'me':{'id':'me','invisible':true,'updated_at':'2026-01-01T00:00:05Z'}}")};
    const char seen[] =
        "{'users':{'me':{'id':'me','invisible':false,'updated_at':'2026-01-01T00:00:05Z'}}}";
    events_take_hello(&stage->client, &hello);
    json_free(hello.body);
    const pl_user *me = pl_local_user(&stage->client);
    assert_true(pl_user_invisible(me));
    assert_int_equal(pl_client_mark_visible(&stage->client, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 1, 1, 2, PL_DONE, seen);
    assert_true(pl_user_invisible(me));
    assert_int_equal(pl_client_mark_visible(&stage->client, NULL, NULL), 0);
    take_any_call(stage);
    reply_of(stage, 2, 3, 4, PL_DONE, seen);
    assert_false(pl_user_invisible(me));
    /* Two answers change places, and the event of the younger came first. */
    assert_int_equal(pl_client_mark_visible(&stage->client, NULL, NULL), 0);
    take_any_call(stage);
    event(stage, "{'type':'user.updated','user':{'id':'me','invisible':true,"
                 "'updated_at':'2026-01-01T00:00:05Z'}}");
    reply_of(stage, 2, 5, 6, PL_DONE, seen);
    assert_true(pl_user_invisible(me));
    end(stage);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_could_not_be_read_again_is_not_called_true),
        CASE(a_channel_that_is_no_longer_shown_to_us_is_lost),
        CASE(what_is_not_shown_is_asked_for_again_after_the_next_losses),
        CASE(what_is_shown_again_is_watched_again),
        CASE(an_answer_of_an_older_connection_loses_nothing),
        CASE(what_an_older_connection_watched_is_watched_again_together),
        CASE(of_members_who_are_not_all_known_nothing_is_guessed),
        CASE(what_could_not_be_asked_for_is_owed),
        CASE(the_answer_to_a_message_undoes_nothing_that_events_told_of_it),
        CASE(presence_of_who_is_listened_to_comes_with_events_alone),
        CASE(of_a_watched_channel_no_answer_brings_back_what_was_before),
        CASE(an_event_that_came_while_it_was_asked_is_younger_than_the_answer),
        CASE(an_overtaken_answer_adds_members_only_where_not_all_are_known),
        CASE(a_time_of_another_connection_is_not_compared),
        CASE(a_picture_in_doubt_is_asked_for_again),
        CASE(all_pictures_that_were_asked_for_before_are_in_doubt),
        CASE(unread_counts_of_a_watched_channel_come_with_events_alone),
        CASE(of_ourselves_the_answer_of_an_older_connection_tells_nothing_new),
    };
    return RUN_CASES("client-calls", cases);
}
