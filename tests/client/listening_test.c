/* SPDX-License-Identifier: MIT */
/*
 * The plan of listening, with a client made by hand and the network played by the test: it takes
 * the calls out of the mailbox and replies. A call is written as the ids it asks for.
 */
#include "support/wire_case.h"

#include "client/client.h"
#include "wire/limits.h"

struct stage {
    pl_client client;
    struct call *calls[4]; /* taken, not replied to */
    size_t call_count;
};

static void ring(void *context) {
    (void)context;
}

static struct stage *begin(void) {
    struct stage *stage = calloc(1, sizeof *stage);
    pl_client *client = &stage->client;
    assert_non_null(stage);
    client->mailbox = mailbox_create(NULL, 8, ring, NULL);
    assert_non_null(client->mailbox);
    client->user_id = strdup("me");
    client->wants_link = true;
    client->epoch = 1;
    client->link.state = PL_LINK_LIVE;
    list_init(&client->handlers);
    list_init(&client->farewells);
    list_init(&client->pending);
    state_init(&client->state, client, NULL);
    return stage;
}

static void end(struct stage *stage) {
    pl_client *client = &stage->client;
    for (size_t i = 0; i < stage->call_count; i++)
        call_free(stage->calls[i]);
    calls_cancel_all(client);
    listening_fini(client);
    handlers_free_all(client);
    state_fini(&client->state);
    mailbox_unref(client->mailbox);
    mailbox_unref(client->mailbox);
    free(client->user_id);
    free(stage);
}

static void want(struct stage *stage, const char *prefix, int count) {
    for (int i = 0; i < count; i++) {
        char id[32];
        snprintf(id, sizeof id, "%s%02d", prefix, i);
        assert_int_equal(pl_client_listen_users(&stage->client, (const char *[]){id}, 1), 0);
    }
}

static const json *ids_of(const struct call *call, json **payload) {
    assert_int_equal(
        json_parse(payload, call->payload, strlen(call->payload), &json_limits_reply, NULL), 0);
    return json_get(json_get(json_get(*payload, "filter_conditions"), "id"), "$in");
}

/* Take the calls that are asked for now; each is "first..last/how many". */
static void expect_calls(struct stage *stage, const char *wanted) {
    char text[256] = "";
    struct command *command;
    while (mailbox_asked(stage->client.mailbox, &command, 1) == 1) {
        json *payload;
        struct call *call = command->call;
        const json *ids = ids_of(call, &payload);
        const char *last = "";
        SAME_TEXT(call->path, "/users");
        assert_true(call->needs_connection && call->paced && call->idempotent);
        assert_true(json_is_true(json_get(payload, "presence")));
        for (const json *id = json_first(ids); id != NULL; id = json_next(id))
            last = json_as_text(id);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s..%s/%zu",
            text[0] != '\0' ? " " : "", json_as_text(json_first(ids)), last, json_count(ids));
        json_free(payload);
        command->call = NULL;
        command_free(command);
        assert_true(stage->call_count < 4);
        stage->calls[stage->call_count++] = call;
    }
    SAME_TEXT(text, wanted);
}

/* Reply to the oldest call; all whom it asks for are there, but the one named. */
static void reply_with(
    struct stage *stage, uint64_t epoch, const char *but, enum pl_status status) {
    json *payload, *body = json_object(), *users = json_array();
    struct call *call = stage->calls[0];
    const json *ids = ids_of(call, &payload);
    for (const json *id = json_first(ids); id != NULL; id = json_next(id)) {
        if (but != NULL && strcmp(json_as_text(id), but) == 0)
            continue;
        json *user = json_object();
        json_set(user, "id", json_text(json_as_text(id)));
        json_append(users, user);
    }
    json_set(body, "users", users);
    const struct note note = {
        .kind = NOTE_REPLY, .call = call->id, .epoch = epoch, .status = status, .body = body};
    calls_take_reply(&stage->client, &note);
    json_free(payload);
    json_free(body);
    call_free(call);
    stage->call_count--;
    memmove(stage->calls, stage->calls + 1, stage->call_count * sizeof *stage->calls);
}

static void reply(struct stage *stage, uint64_t epoch, const char *but) {
    reply_with(stage, epoch, but, PL_DONE);
}

static void expect_counts(const struct stage *stage, size_t live, size_t wanted) {
    assert_int_equal(stage->client.live_count, live);
    assert_int_equal(stage->client.wanted_count, wanted);
}

static void users_are_asked_for_thirty_at_a_time_two_calls_at_once(void **state) {
    (void)state;
    struct stage *stage = begin();
    stage->client.link.state = PL_LINK_WAITING; /* so that all are queued first */
    want(stage, "u", 100);
    expect_calls(stage, "");
    stage->client.link.state = PL_LINK_LIVE;
    listening_pump(&stage->client);
    expect_calls(stage, "u00..u29/30 u30..u59/30");
    listening_pump(&stage->client);
    expect_calls(stage, "");
    reply(stage, 1, NULL);
    expect_counts(stage, 30, 100);
    expect_calls(stage, "u60..u89/30");
    reply(stage, 1, NULL);
    reply(stage, 1, NULL);
    expect_calls(stage, "u90..u99/10");
    assert_false(listening_is_done(&stage->client));
    reply(stage, 1, NULL);
    expect_counts(stage, 100, 100);
    expect_calls(stage, "");
    assert_true(listening_is_done(&stage->client));
    /* Whom we listen to already is not asked for again. */
    want(stage, "u", 100);
    expect_calls(stage, "");
    end(stage);
}

static void those_on_the_screen_come_first(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    client->link.state = PL_LINK_WAITING;
    want(stage, "u", 70);
    pl_user *first[3] = {state_find_user(&client->state, "u66"),
        state_find_user(&client->state, "u65"), state_find_user(&client->state, "u64")};
    pl_client_listen_first(client, first, 3);
    client->link.state = PL_LINK_LIVE;
    listening_pump(client);
    expect_calls(stage, "u66..u26/30 u27..u56/30");
    /* The screen moves on. */
    first[0] = state_find_user(&client->state, "u69");
    pl_client_listen_first(client, first, 1);
    reply(stage, 1, NULL);
    expect_calls(stage, "u69..u68/10");
    reply(stage, 1, NULL);
    reply(stage, 1, NULL);
    expect_counts(stage, 70, 70);
    end(stage);
}

static size_t take_calls(struct stage *stage) {
    struct command *command;
    size_t asked = 0;
    for (; mailbox_asked(stage->client.mailbox, &command, 1) == 1; asked++) {
        assert_true(stage->call_count < 4);
        stage->calls[stage->call_count++] = command->call;
        command->call = NULL;
        command_free(command);
    }
    return asked;
}

static void a_new_connection_begins_anew(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    client->link.state = PL_LINK_WAITING;
    want(stage, "u", 40);
    client->link.state = PL_LINK_LIVE;
    listening_pump(client);
    expect_calls(stage, "u00..u29/30 u30..u39/10");
    reply(stage, 1, NULL);
    expect_counts(stage, 30, 40);
    client->epoch = 2;
    listening_restart(client);
    expect_counts(stage, 0, 40);
    /* What still comes of the old connection listens to nobody. */
    reply(stage, 1, NULL);
    expect_counts(stage, 0, 40);
    listening_pump(client);
    assert_false(listening_is_done(client));
    assert_int_equal(take_calls(stage), 2);
    reply(stage, 2, NULL);
    reply(stage, 2, NULL);
    expect_counts(stage, 40, 40);
    assert_true(listening_is_done(client));
    end(stage);
}

/* Whatever the table's order: whom the program named, whom we listened to, who else is there. */
static void after_a_reconnect_those_named_come_first_then_those_who_were_live(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    for (int i = 0; i < 90; i++) {
        char text[64], id[8];
        const struct state_moment now = {.event_seq = UINT64_MAX};
        snprintf(text, sizeof text, "{'id':'x%02d'}", i);
        json *from = json_of(text);
        pl_user *user = state_put_user(&client->state, from, &now);
        json_free(from);
        listening_note_wanted(client, user);
        if (i % 3 == 0) {
            listening_mark(client, user);
        } else if (i % 3 == 1) {
            snprintf(id, sizeof id, "x%02d", i);
            client->batches = 2; /* so that nobody is asked for yet */
            assert_int_equal(pl_client_listen_users(client, (const char *[]){id}, 1), 0);
            client->batches = 0;
        }
    }
    client->epoch = 2;
    listening_restart(client);
    listening_pump(client);
    for (int turn = 0; turn < 3; turn++) {
        static const int of_turn[] = {1, 0, 2};
        if (turn == 2) {
            reply(stage, 2, NULL);
            reply(stage, 2, NULL);
        }
        if (turn != 1)
            assert_int_equal(take_calls(stage), turn == 0 ? 2 : 1);
        json *payload;
        const struct call *call = stage->calls[turn == 1];
        const json *ids = ids_of(call, &payload);
        assert_int_equal(json_count(ids), 30);
        for (const json *id = json_first(ids); id != NULL; id = json_next(id))
            assert_int_equal(atoi(json_as_text(id) + 1) % 3, of_turn[turn]);
        json_free(payload);
    }
    end(stage);
}

/* One answer without them may be a lie, or a fault of the server; eight in a row are believed. */
static void who_is_not_named_is_asked_for_again_on_the_next_connections(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    want(stage, "u", 2);
    while (take_calls(stage) > 0 && client->epoch < 3 * STATE_MISSES) {
        while (stage->call_count > 0)
            reply(stage, client->epoch, "u01");
        expect_counts(stage, 1, 1);
        client->epoch++;
        listening_restart(client);
        listening_pump(client);
        assert_int_equal(client->wanted_count, client->epoch <= STATE_MISSES ? 2 : 1);
        if (client->wanted_count == 1)
            break;
    }
    assert_int_equal(client->epoch, 1 + STATE_MISSES);
    end(stage);
}

static void write_down(pl_client *client, const struct pl_event *event, void *context) {
    char *told = context;
    if (event->type == PL_EVENT_LINK_CHANGED)
        strcat(told, client->link.resyncing ? "stale " : "link ");
    if (event->type == PL_EVENT_RESYNCED)
        sprintf(told + strlen(told), "came=%u left=%u ", event->resync.came, event->resync.left);
}

static void after_a_loss_nobody_is_live_until_asked_for_again(void **state) {
    (void)state;
    char told[128] = "";
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    assert_true(pl_client_on(client, PL_EVENT_ANY, write_down, told) > 0);
    want(stage, "u", 1);
    expect_calls(stage, "u00..u00/1");
    reply(stage, 1, NULL);
    pl_user *user = state_find_user(&client->state, "u00");
    user->online = true;
    assert_true(pl_user_is_live(user));
    want(stage, "v", 1);
    expect_calls(stage, "v00..v00/1"); /* its answer may be older than what was lost */
    resync_after_loss(client);
    SAME_TEXT(told, "stale ");
    assert_false(pl_user_is_live(user));
    expect_counts(stage, 0, 2);
    assert_int_equal(take_calls(stage), 1);
    reply(stage, 1, NULL);
    assert_false(pl_user_is_live(state_find_user(&client->state, "v00")));
    expect_counts(stage, 0, 2);
    SAME_TEXT(told, "stale ");
    reply(stage, 1, NULL);
    expect_counts(stage, 2, 2);
    assert_true(pl_user_is_live(user));
    SAME_TEXT(told, "stale came=0 left=1 ");
    assert_false(client->link.resyncing);
    end(stage);
}

static void after_a_loss_we_are_read_again_ourselves_member_or_not(void **state) {
    (void)state;
    char told[128] = "";
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    const struct state_moment now = {.event_seq = UINT64_MAX};
    json *me = json_of("{'id':'me','status':'old'}");
    client->local = state_put_user(&client->state, me, &now);
    client->self_is_known = true;
    json_free(me);
    assert_true(pl_client_on(client, PL_EVENT_ANY, write_down, told) > 0);
    resync_after_loss(client);
    assert_false(pl_user_is_live(client->local));
    assert_int_equal(take_calls(stage), 1);
    SAME_TEXT(stage->calls[0]->path, "/users");
    assert_non_null(strstr(stage->calls[0]->payload, "\"me\""));
    for (int i = 0; i < 2; i++) { /* lost at first */
        json *body = json_of("{'users':[{'id':'me','status':'new'}]}");
        struct call *call = stage->calls[0];
        const struct note note = {.kind = NOTE_REPLY,
            .call = call->id,
            .epoch = 1,
            .status = i == 0 ? PL_TIMED_OUT : PL_DONE,
            .body = body};
        SAME_TEXT(told, "stale ");
        stage->call_count = 0;
        calls_take_reply(client, &note);
        json_free(body);
        call_free(call);
        assert_int_equal(take_calls(stage), i == 0);
    }
    SAME_TEXT(told, "stale came=0 left=0 ");
    assert_true(pl_user_is_live(client->local));
    SAME_TEXT(pl_user_status(client->local), "new");
    end(stage);
}

static void a_loss_while_cut_off_adds_nothing(void **state) {
    (void)state;
    char told[128] = "";
    struct stage *stage = begin();
    assert_true(pl_client_on(&stage->client, PL_EVENT_ANY, write_down, told) > 0);
    stage->client.link.state = PL_LINK_WAITING;
    resync_after_loss(&stage->client);
    SAME_TEXT(told, "");
    end(stage);
}

static void who_is_not_there_is_wanted_no_more(void **state) {
    (void)state;
    struct stage *stage = begin();
    want(stage, "u", 1);
    expect_calls(stage, "u00..u00/1");
    reply(stage, 1, "u00");
    expect_counts(stage, 0, 0);
    assert_true(listening_is_done(&stage->client));
    end(stage);
}

static void a_batch_whose_answer_was_lost_is_asked_for_again(void **state) {
    (void)state;
    struct stage *stage = begin();
    want(stage, "u", 1);
    expect_calls(stage, "u00..u00/1");
    reply_with(stage, 1, NULL, PL_TIMED_OUT);
    expect_calls(stage, "u00..u00/1");
    reply_with(stage, 1, NULL, PL_REFUSED);
    assert_int_equal(stage->call_count, 0);
    assert_true(listening_is_done(&stage->client));
    end(stage);
}

static pl_channel *hall(struct stage *stage) {
    pl_channel *channel = state_get_channel(&stage->client.state, "team:hall");
    assert_non_null(channel);
    return channel;
}

/* The one call that is asked for now is a page: of those after this one, not before so long. */
static void expect_page(struct stage *stage, const char *after, bool later) {
    json *payload;
    assert_int_equal(take_calls(stage), 1);
    const struct call *call = stage->calls[stage->call_count - 1];
    SAME_TEXT(call->path, "/members");
    assert_true(call->needs_connection && call->paced && call->idempotent);
    assert_int_equal(call->later_ms > 0, later);
    assert_int_equal(
        json_parse(&payload, call->payload, strlen(call->payload), &json_limits_reply, NULL), 0);
    const char *gt = json_text_at(
        json_get(json_get(payload, "filter_conditions"), "user_id"), "$gt");
    SAME_TEXT(gt != NULL ? gt : "", after);
    json_free(payload);
}

static void reply_members(
    struct stage *stage, uint64_t epoch, json *members, enum pl_status status) {
    json *body = json_object();
    struct call *call = stage->calls[0];
    json_set(body, "members", members);
    const struct note note = {
        .kind = NOTE_REPLY, .call = call->id, .epoch = epoch, .status = status, .body = body};
    calls_take_reply(&stage->client, &note);
    json_free(body);
    call_free(call);
    stage->call_count--;
    memmove(stage->calls, stage->calls + 1, stage->call_count * sizeof *stage->calls);
}

/* Reply to the oldest call with the members m<first> … */
static void reply_page(
    struct stage *stage, uint64_t epoch, int first, int count, enum pl_status status) {
    json *members = json_array();
    for (int i = first; i < first + count; i++) {
        char text[96];
        snprintf(text, sizeof text, "{'user_id':'m%03d','user':{'id':'m%03d'}}", i, i);
        json_append(members, json_of(text));
    }
    reply_members(stage, epoch, members, status);
}

static void is_a_member(struct stage *stage, pl_channel *channel, const char *text) {
    const struct state_moment now = {.event_seq = UINT64_MAX};
    json *member = json_of(text);
    assert_non_null(state_put_member(&stage->client.state, channel, member, &now));
    json_free(member);
}

static void members_are_paged_and_who_is_on_no_page_is_gone(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *channel = hall(stage);
    is_a_member(stage, channel, "{'user_id':'gone','user':{'id':'gone'}}");
    stage->client.batches = 2; /* so that only pages are asked for */
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_page(stage, "", false);
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    expect_page(stage, "m099", false);
    assert_non_null(pl_channel_find_member(channel, "gone")); /* perhaps on a later page */
    reply_page(stage, 1, 100, 20, PL_DONE);
    assert_true(channel->whole);
    assert_int_equal(channel->member_count, 120);
    assert_null(pl_channel_find_member(channel, "gone"));
    end(stage);
}

static void a_page_whose_answer_was_lost_is_asked_for_again_later(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *channel = hall(stage);
    stage->client.batches = 2;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_page(stage, "", false);
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    expect_page(stage, "m099", false);
    reply_page(stage, 1, 0, 0, PL_TIMED_OUT);
    expect_page(stage, "m099", true);
    stage->client.batches = 0;
    stage->client.queued_count = 0;
    assert_false(listening_is_done(&stage->client));
    reply_page(stage, 1, 0, 0, PL_REFUSED); /* it is not to be had: no more */
    assert_int_equal(take_calls(stage), 0);
    assert_false(channel->whole);
    assert_int_equal(channel->member_count, LIMIT_MEMBERS);
    assert_true(listening_is_done(&stage->client));
    end(stage);
}

static void a_page_of_an_older_connection_leaves_no_hole(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    pl_channel *channel = hall(stage);
    client->batches = 2;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_page(stage, "", false);
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    expect_page(stage, "m099", false);
    client->epoch = 2;
    listening_restart(client);
    expect_page(stage, "", false);
    reply_page(stage, 2, 100, 20, PL_DONE); /* the old call, that went on the new connection */
    assert_int_equal(take_calls(stage), 0);
    assert_false(channel->whole);
    assert_null(pl_channel_find_member(channel, "m119"));
    reply_page(stage, 2, 0, 40, PL_DONE);
    assert_true(channel->whole);
    assert_int_equal(channel->member_count, 40);
    end(stage);
}

static void a_page_that_brings_nobody_new_is_the_last(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *channel = hall(stage);
    stage->client.batches = 2;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_page(stage, "", false);
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    expect_page(stage, "m099", false);
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    assert_int_equal(take_calls(stage), 0);
    assert_true(channel->whole);
    end(stage);
}

static void a_page_that_cannot_be_taken_in_whole_takes_nobody_away(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *channel = hall(stage);
    is_a_member(stage, channel, "{'user_id':'ada','user':{'id':'ada'}}");
    stage->client.batches = 2;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_page(stage, "", false);
    reply_members(
        stage, 1, json_of("[{'user_id':7},{'user_id':'bo','user':{'id':'bo'}}]"), PL_DONE);
    assert_false(channel->whole);
    assert_non_null(pl_channel_find_member(channel, "ada"));
    assert_non_null(pl_channel_find_member(channel, "bo"));
    end(stage);
}

static void pages_that_are_not_read_for_want_of_room_take_nobody_away(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_channel *channel = hall(stage);
    is_a_member(stage, channel, "{'user_id':'on a later page','user':{'id':'on a later page'}}");
    stage->client.batches = 2;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_page(stage, "", false);
    stage->client.state.full = true;
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    assert_int_equal(take_calls(stage), 0);
    assert_false(channel->whole);
    assert_non_null(pl_channel_find_member(channel, "on a later page"));
    end(stage);
}

static void what_finds_no_room_is_owed(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    pl_channel *channel = hall(stage);
    const size_t full = 1024;
    client->pending_count += full;
    want(stage, "u", 1);
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_calls(stage, "");
    assert_false(listening_is_done(client));
    client->pending_count -= full;
    listening_pump(client);
    assert_int_equal(take_calls(stage), 2);
    SAME_TEXT(stage->calls[0]->path, "/members");
    SAME_TEXT(stage->calls[1]->path, "/users");
    reply_page(stage, 1, 0, 0, PL_DONE);
    assert_true(channel->whole);
    reply(stage, 1, NULL);
    assert_true(listening_is_done(client));
    end(stage);
}

static void a_watch_listens_to_the_ten_oldest_but_ourselves(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    const struct state_moment now = {.event_seq = UINT64_MAX};
    pl_channel *channel = state_get_channel(&client->state, "team:hall");
    for (int i = 0; i < 15; i++) {
        char text[64];
        snprintf(text, sizeof text, "{'user_id':'%s%02d','user':{'id':'%s%02d'}}", "u", i, "u", i);
        json *member = json_of(text);
        assert_non_null(state_put_member(&client->state, channel, member, &now));
        json_free(member);
    }
    client->local = state_find_user(&client->state, "u03");
    listening_mark_channel(client, channel);
    assert_int_equal(client->live_count, LIMIT_LISTEN_CHANNEL);
    assert_int_equal(state_find_user(&client->state, "u10")->live_epoch, 1);
    assert_int_equal(state_find_user(&client->state, "u11")->live_epoch, 0);
    assert_int_equal(client->local->live_epoch, 0);
    /* All of them: only the rest is asked for. */
    channel->whole = true;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_calls(stage, "u11..u14/4");
    reply(stage, 1, NULL);
    expect_counts(stage, 14, 14);
    end(stage);
}

static void come_members(struct stage *stage, pl_channel *channel, int count) {
    for (int i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "{'user_id':'m%03d','user':{'id':'m%03d'}}", i, i);
        is_a_member(stage, channel, text);
    }
}

static void expect_channel(const pl_channel *channel, size_t live, size_t wanted) {
    size_t is, are;
    pl_channel_listening(channel, &is, &are);
    assert_int_equal(is, live);
    assert_int_equal(are, wanted);
    pl_channel_listening(channel, NULL, NULL);
}

static void a_reason_that_goes_leaves_those_who_have_another(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    pl_channel *channel = hall(stage), *other = state_get_channel(&client->state, "team:den");
    come_members(stage, channel, 3);
    is_a_member(stage, other, "{'user_id':'m001','user':{'id':'m001'}}");
    listening_mark_channel(client, channel);
    listening_mark_channel(client, channel); /* again counts once */
    listening_mark_channel(client, other);
    want(stage, "x", 1);
    expect_calls(stage, "x00..x00/1");
    reply(stage, 1, NULL);
    expect_counts(stage, 4, 1);
    size_t live, wanted;
    pl_client_listening(client, &live, &wanted);
    assert_int_equal(live, 4);
    assert_int_equal(wanted, 4);
    expect_channel(channel, 3, 3);
    /* Who is removed is not heard for this channel; who is in another one still is. */
    state_remove_member(channel, "m000");
    assert_false(pl_user_is_live(state_find_user(&client->state, "m000")));
    listening_drop_channel(client, channel);
    assert_true(pl_user_is_live(state_find_user(&client->state, "m001")));
    assert_false(pl_user_is_live(state_find_user(&client->state, "m002")));
    expect_counts(stage, 2, 1);
    expect_channel(channel, 1, 1);
    state_lose_channel(other);
    expect_counts(stage, 1, 1);
    assert_true(pl_user_is_live(state_find_user(&client->state, "x00")));
    end(stage);
}

static void who_is_wanted_and_loses_their_reason_is_asked_for(void **state) {
    (void)state;
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    pl_channel *channel = hall(stage);
    come_members(stage, channel, 2);
    listening_mark_channel(client, channel);
    assert_int_equal(
        pl_client_listen_users(client, (const char *[]){"m000"}, 1), 0); /* is live already */
    expect_calls(stage, "");
    expect_counts(stage, 2, 1);
    listening_drop_channel(client, channel);
    expect_counts(stage, 0, 1);
    listening_pump(client);
    expect_calls(stage, "m000..m000/1");
    reply(stage, 1, NULL);
    expect_counts(stage, 1, 1);
    end(stage);
}

static void write_progress(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    assert_true((event->channel != NULL) == (event->cid[0] != '\0'));
    sprintf((char *)context + strlen(context), "%s%zu/%zu ", event->channel != NULL ? "hall " : "",
        event->listening.live, event->listening.wanted);
}

static void progress_is_told_of_the_channel_and_in_all(void **state) {
    (void)state;
    char told[256] = "";
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    pl_channel *channel = hall(stage);
    channel->wire.member_count = 130;
    assert_true(pl_client_on(client, PL_EVENT_LISTENING, write_progress, told) > 0);
    is_a_member(stage, channel, "{'user_id':'me','user':{'id':'me'}}");
    client->local = state_find_user(&client->state, "me");
    expect_channel(channel, 0, 0); /* the first frame did not tell of us */
    client->self_is_known = true;
    expect_channel(channel, 1, 1); /* oneself */
    client->batches = 2;
    assert_int_equal(pl_channel_listen_all(channel), 0);
    expect_channel(channel, 1, 130);
    expect_page(stage, "", false);
    reply_page(stage, 1, 0, LIMIT_MEMBERS, PL_DONE);
    SAME_TEXT(told, "hall 1/130 0/100 ");
    expect_page(stage, "m099", false);
    told[0] = '\0';
    json *last = json_of("[{'user_id':'me','user':{'id':'me'}}]");
    for (int i = 100; i < 129; i++) {
        char text[96];
        snprintf(text, sizeof text, "{'user_id':'m%03d','user':{'id':'m%03d'}}", i, i);
        json_append(last, json_of(text));
    }
    reply_members(stage, 1, last, PL_DONE);
    SAME_TEXT(told, "hall 1/130 0/129 ");
    assert_true(channel->whole);
    client->batches = 0;
    listening_pump(client);
    told[0] = '\0';
    expect_calls(stage, "m000..m029/30 m030..m059/30");
    reply(stage, 1, "m003"); /* is not there: nobody waits for them */
    SAME_TEXT(told, "hall 30/129 29/128 ");
    client->link.state = PL_LINK_WAITING;
    expect_channel(channel, 0, 129);
    end(stage);
}

static void count_progress(pl_client *client, const struct pl_event *event, void *context) {
    unsigned *told = context;
    (void)client;
    told[event->channel != NULL]++;
    if (event->channel != NULL)
        told[2] = event->listening.live == event->listening.wanted;
}

/* Each time costs a look at each member. */
static void of_a_large_channel_progress_is_told_in_steps(void **state) {
    (void)state;
    enum { MEMBERS = 8000, BATCHES_OF_30 = (MEMBERS + 29) / 30 };
    unsigned told[3] = {0};
    struct stage *stage = begin();
    pl_client *client = &stage->client;
    pl_channel *channel = hall(stage);
    channel->whole = true;
    channel->wire.member_count = MEMBERS;
    come_members(stage, channel, MEMBERS);
    assert_true(pl_client_on(client, PL_EVENT_LISTENING, count_progress, told) > 0);
    assert_int_equal(pl_channel_listen_all(channel), 0);
    for (int i = 0; i < BATCHES_OF_30; i++) {
        assert_false(told[2]);
        take_calls(stage);
        reply(stage, 1, NULL);
    }
    assert_int_equal(told[0], BATCHES_OF_30);
    assert_in_range(told[1], 32, 65);
    assert_true(told[2]); /* all, with the last */
    end(stage);
}

static void a_channel_without_presence_listens_to_nobody(void **state) {
    (void)state;
    struct stage *stage = begin();
    const struct state_moment now = {.event_seq = UINT64_MAX};
    pl_channel *channel = state_get_channel(&stage->client.state, "team:hall");
    json *member = json_of("{'user_id':'u','user':{'id':'u'}}");
    state_put_member(&stage->client.state, channel, member, &now);
    json_free(member);
    channel->wire.connect_events = false;
    listening_mark_channel(&stage->client, channel);
    assert_int_equal(stage->client.live_count, 0);
    end(stage);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(users_are_asked_for_thirty_at_a_time_two_calls_at_once),
        CASE(those_on_the_screen_come_first),
        CASE(a_new_connection_begins_anew),
        CASE(after_a_reconnect_those_named_come_first_then_those_who_were_live),
        CASE(who_is_not_named_is_asked_for_again_on_the_next_connections),
        CASE(after_a_loss_nobody_is_live_until_asked_for_again),
        CASE(after_a_loss_we_are_read_again_ourselves_member_or_not),
        CASE(a_loss_while_cut_off_adds_nothing),
        CASE(who_is_not_there_is_wanted_no_more),
        CASE(a_batch_whose_answer_was_lost_is_asked_for_again),
        CASE(members_are_paged_and_who_is_on_no_page_is_gone),
        CASE(a_page_whose_answer_was_lost_is_asked_for_again_later),
        CASE(a_page_of_an_older_connection_leaves_no_hole),
        CASE(a_page_that_brings_nobody_new_is_the_last),
        CASE(a_page_that_cannot_be_taken_in_whole_takes_nobody_away),
        CASE(pages_that_are_not_read_for_want_of_room_take_nobody_away),
        CASE(what_finds_no_room_is_owed),
        CASE(a_watch_listens_to_the_ten_oldest_but_ourselves),
        CASE(a_reason_that_goes_leaves_those_who_have_another),
        CASE(who_is_wanted_and_loses_their_reason_is_asked_for),
        CASE(progress_is_told_of_the_channel_and_in_all),
        CASE(of_a_large_channel_progress_is_told_in_steps),
        CASE(a_channel_without_presence_listens_to_nobody),
    };
    return RUN_CASES("client-listening", cases);
}
