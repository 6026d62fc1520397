/* SPDX-License-Identifier: MIT */
/*
 * What is asked of a real server beside conversations: users made and replaced, the server's own
 * settings, what happened since a moment, members by a filter; and channels and messages that are
 * made with all that they can be made with.
 */
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>

enum { IN_TIME_MS = 15 * 1000, TOLD = 1024 };

static struct daemon daemon_;

struct caller {
    pl_client *client;
    pl_channel *channel;
    bool done;
    struct pl_outcome outcome;
    char told[TOLD]; /* users, members, events or json of the outcome */
    char message_id[300], words[200];
    unsigned invited;
};

static struct caller ana, bo;

static void add(struct caller *c, const char *format, const char *a, const char *b, const char *d) {
    const size_t len = strlen(c->told);
    snprintf(c->told + len, sizeof c->told - len, "%s", len > 0 ? " " : "");
    snprintf(c->told + strlen(c->told), sizeof c->told - strlen(c->told), "%s%s%s%s%s", a,
        b[0] != '\0' ? format : "", b, d[0] != '\0' ? format : "", d);
}

static void write_events(struct caller *c, const struct pl_outcome *outcome) {
    for (size_t i = 0; i < outcome->event_count; i++) {
        const struct pl_event *event = &outcome->events[i];
        assert_true(event->json_bytes == strlen(event->json) && event->json[0] == '{');
        assert_true(event->created_unix_ms > 0);
        assert_string_equal(event->cid, "messaging:hall");
        add(c, "/", event->type_name, event->user != NULL ? pl_user_id(event->user) : "",
            event->message != NULL ? pl_message_text(event->message) : "");
    }
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct caller *c = context;
    (void)client;
    c->done = true;
    c->outcome = *outcome;
    c->told[0] = '\0';
    snprintf(c->words, sizeof c->words, "%s", outcome->message);
    for (size_t i = 0; i < outcome->user_count; i++)
        add(c, "/", pl_user_id(outcome->users[i]), pl_user_status(outcome->users[i]), "");
    for (size_t i = 0; i < outcome->member_count; i++)
        add(c, "/", pl_user_id(pl_member_user(outcome->members[i])), "", "");
    write_events(c, outcome);
    if (outcome->json[0] != '\0')
        snprintf(c->told, sizeof c->told, "%s", outcome->json);
    if (outcome->channel != NULL)
        c->channel = outcome->channel;
    if (outcome->message_object != NULL)
        snprintf(c->message_id, sizeof c->message_id, "%s", pl_message_id(outcome->message_object));
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct caller *c = context;
    (void)client;
    c->invited += event->type == PL_EVENT_INVITED;
}

static void ends_at(struct caller *c, int accepted, enum pl_status status, int code, int line) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    if (accepted != 0)
        fail_msg("line %d: not accepted: %s", line, pl_status_name(accepted));
    while (!c->done) {
        if (clock_mono_ms() > end_ms)
            fail_msg("line %d: not in time", line);
        pl_client_wait(c->client, 100);
    }
    c->done = false;
    if (c->outcome.status != status || c->outcome.code != code)
        fail_msg("line %d: ended as %s, code %d: %s", line, pl_status_name((int)c->outcome.status),
            c->outcome.code, c->words);
}
#define ENDS(c, call, status, code) ends_at(c, call, status, code, __LINE__)
#define DOES(c, call) ENDS(c, call, PL_DONE, 0)

/* token_of: "--server" for one that may act for all. */
static void come(struct caller *c, const char *id, const char *token_of) {
    char *token = daemon_token(&daemon_, token_of, NULL);
    *c = (struct caller){0};
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = id, .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&c->client, &options), 0);
    assert_true(pl_client_on(c->client, PL_EVENT_ANY, on_event, c) > 0);
    if (strcmp(id, token_of) == 0)
        DOES(c, pl_client_connect_user(c->client, &who, on_done, c));
    else
        assert_int_equal(pl_client_set_user(c->client, &who), 0);
    free(token);
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    come(&bo, "bo", "bo");
    come(&ana, "ana", "ana");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pl_client_destroy(ana.client);
    pl_client_destroy(bo.client);
    daemon_fini(&daemon_);
    return 0;
}

static void open_hall(const struct pl_channel_options *options) {
    DOES(&ana, pl_channel_get_or_create(
                   ana.client, "messaging", "hall", options, PL_WATCH, on_done, &ana));
}

static void users_are_made_and_replaced(void **state) {
    (void)state;
    DOES(
        &ana, pl_client_upsert_users(ana.client,
                  "{\"ana\":{\"id\":\"ana\",\"status\":\"in\",\"color\":\"red\"}}", on_done, &ana));
    SAME_TEXT(ana.told, "ana/in");
    char *color = pl_user_custom_json(pl_local_user(ana.client), "color");
    SAME_TEXT(color, "\"red\"");
    pl_free(color);
    DOES(&ana, pl_client_upsert_users(
                   ana.client, "{\"ana\":{\"id\":\"ana\",\"name\":\"Ana\"}}", on_done, &ana));
    assert_null(pl_user_custom_json(pl_local_user(ana.client), "color"));
    SAME_TEXT(pl_user_status(pl_local_user(ana.client)), "");
    SAME_TEXT(pl_user_name(pl_local_user(ana.client)), "Ana");
    ENDS(&ana, pl_client_upsert_users(ana.client, "{\"bo\":{\"id\":\"bo\"}}", on_done, &ana),
        PL_REFUSED, 17);
    static const char *const bad[] = {NULL, "", "[]", "{}", "{", "7"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(pl_client_upsert_users(ana.client, bad[i], on_done, &ana), PL_E_ARGUMENT);
    static struct caller server;
    come(&server, "ana", "--server");
    DOES(&server, pl_client_upsert_users(server.client,
                      "{\"cy\":{\"id\":\"cy\",\"status\":\"new\"},\"di\":{\"id\":\"di\"}}", on_done,
                      &server));
    SAME_TEXT(server.told, "cy/new di");
    pl_client_destroy(server.client);
}

static void the_server_says_what_it_is_and_can(void **state) {
    (void)state;
    DOES(&ana, pl_client_query_app(ana.client, on_done, &ana));
    assert_non_null(strstr(ana.told, "\"name\":\"porchlight\""));
    assert_non_null(strstr(ana.told, "\"channel_configs\":{"));
    assert_int_equal(pl_client_query_app(NULL, on_done, &ana), PL_E_ARGUMENT);
}

static void what_happened_since_is_told_and_changes_nothing_here(void **state) {
    (void)state;
    static const char *const both[] = {"ana", "bo"}, *const hall[] = {"messaging:hall"};
    const struct pl_channel_options options = {
        .size = sizeof options, .members = both, .member_count = 1};
    open_hall(&options);
    const int64_t since_ms = pl_client_link(ana.client).clock_offset_ms + clock_unix_us() / 1000;
    poll(NULL, 0, 2); /* so that what follows is later */
    DOES(&ana, pl_channel_send_message(ana.channel, "hello", on_done, &ana));
    const size_t messages = pl_channel_message_count(ana.channel);
    char id[300];
    snprintf(id, sizeof id, "%s", ana.message_id);
    DOES(&ana, pl_channel_add_reaction(ana.channel, id, "wave", 1, false, on_done, &ana));
    DOES(&ana, pl_channel_add_members(ana.channel, &both[1], 1, on_done, &ana));
    DOES(&ana, pl_client_sync(ana.client, hall, 1, since_ms, on_done, &ana));
    SAME_TEXT(ana.told, "message.new/ana/hello reaction.new/ana/hello member.added/bo");
    assert_int_equal(pl_channel_message_count(ana.channel), messages);
    DOES(&ana, pl_client_sync(ana.client, hall, 1, since_ms + 3600 * 1000, on_done, &ana));
    SAME_TEXT(ana.told, "");
    /* One who does not even know the channel is told as much. */
    DOES(&bo, pl_client_sync(bo.client, hall, 1, 0, on_done, &bo));
    assert_non_null(strstr(bo.told, "message.new/ana/hello"));
    assert_null(pl_client_find_channel(bo.client, "messaging:den"));
    DOES(&ana, pl_channel_remove_members(ana.channel, &both[1], 1, on_done, &ana));
    ENDS(&bo, pl_client_sync(bo.client, hall, 1, 0, on_done, &bo), PL_REFUSED, 17);
    static const char *const no_cid[] = {"hall"};
    assert_int_equal(pl_client_sync(ana.client, no_cid, 1, 0, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(pl_client_sync(ana.client, hall, 0, 0, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(pl_client_sync(ana.client, hall, 1, -1, on_done, &ana), PL_E_ARGUMENT);
}

static void members_are_asked_for_by_a_filter(void **state) {
    (void)state;
    static const char *const both[] = {"ana", "bo"};
    const struct pl_channel_options options = {
        .size = sizeof options, .members = both, .member_count = 2};
    open_hall(&options);
    struct pl_query query = {.size = sizeof query, .filter_json = "{\"id\":\"bo\"}"};
    DOES(&ana, pl_query_members(ana.channel, &query, on_done, &ana));
    SAME_TEXT(ana.told, "bo");
    query = (struct pl_query){.size = sizeof query,
        .sort_json = "[{\"field\":\"user_id\",\"direction\":-1}]",
        .limit = 1,
        .offset = 1};
    DOES(&ana, pl_query_members(ana.channel, &query, on_done, &ana));
    SAME_TEXT(ana.told, "ana");
    query.filter_json = "{\"id\":{\"$near\":1}}";
    ENDS(&ana, pl_query_members(ana.channel, &query, on_done, &ana), PL_REFUSED, 4);
}

static bool is_invited(void) {
    pl_client_wait(bo.client, 100);
    return bo.invited > 0;
}

static void a_channel_is_made_with_invitees(void **state) {
    (void)state;
    static const char *const me[] = {"ana"}, *const him[] = {"bo"};
    struct pl_channel_options options = {.size = sizeof options,
        .members = me,
        .member_count = 1,
        .invites = him,
        .invite_count = 1};
    open_hall(&options);
    assert_false(pl_member_is_invitee(pl_channel_find_member(ana.channel, "ana")));
    assert_true(pl_member_is_invitee(pl_channel_find_member(ana.channel, "bo")));
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!is_invited())
        assert_true(clock_mono_ms() < end_ms);
    options.invite_count = 101;
    assert_int_equal(
        pl_channel_get_or_create(ana.client, "messaging", "x", &options, 0, on_done, &ana),
        PL_E_ARGUMENT);
    options.invites = NULL;
    options.invite_count = 1;
    assert_int_equal(
        pl_channel_get_or_create(ana.client, "messaging", "x", &options, 0, on_done, &ana),
        PL_E_ARGUMENT);
    /* A program that is older than invites. */
    options.size = offsetof(struct pl_channel_options, invites);
    DOES(&ana, pl_channel_get_or_create(ana.client, "messaging", "x", &options, 0, on_done, &ana));
}

static void expect_attachments(const pl_message *message) {
    struct pl_attachment at = {.size = sizeof at};
    assert_non_null(message);
    assert_int_equal(pl_message_attachment_count(message), 2);
    assert_true(pl_message_attachment_at(message, 0, &at));
    SAME_TEXT(at.type, "image");
    SAME_TEXT(at.title, "The porch");
    SAME_TEXT(at.url, "https://example.com/porch.png");
    SAME_TEXT(at.thumb_url, "https://example.com/small.png");
    SAME_TEXT(at.mime_type, "image/png");
    assert_int_equal(at.bytes, 12345);
    assert_null(at.text);
    assert_null(at.custom_json);
    assert_true(pl_message_attachment_at(message, 1, &at));
    SAME_TEXT(at.type, "file");
    SAME_TEXT(at.url, "https://example.com/key.txt");
    SAME_TEXT(at.link_url, "https://example.com/");
    SAME_TEXT(at.text, "under the mat");
    assert_int_equal(at.bytes, 0);
    assert_false(pl_message_attachment_at(message, 2, &at));
    char *all = pl_message_custom_json(message, "attachments");
    assert_non_null(strstr(all, "\"pages\":3"));
    pl_free(all);
}

static void attachments_are_sent_and_read(void **state) {
    (void)state;
    static const char *const both[] = {"ana", "bo"};
    const struct pl_channel_options hall = {
        .size = sizeof hall, .members = both, .member_count = 2};
    struct pl_attachment attached[] = {{.size = sizeof attached[0],
                                           .type = "image",
                                           .title = "The porch",
                                           .url = "https://example.com/porch.png",
                                           .thumb_url = "https://example.com/small.png",
                                           .mime_type = "image/png",
                                           .bytes = 12345},
        {.size = sizeof attached[0],
            .type = "file",
            .url = "https://example.com/key.txt",
            .link_url = "https://example.com/",
            .text = "under the mat",
            .custom_json = "{\"pages\":3}"}};
    struct pl_message_options options = {
        .size = sizeof options, .attachments = attached, .attachment_count = 2};
    open_hall(&hall);
    DOES(&ana, pl_channel_send_message_with(ana.channel, "", &options, on_done, &ana));
    expect_attachments(pl_channel_find_message(ana.channel, ana.message_id));
    DOES(&bo,
        pl_channel_get_or_create(bo.client, "messaging", "hall", NULL, PL_WATCH, on_done, &bo));
    expect_attachments(pl_channel_find_message(bo.channel, ana.message_id));
    /* Deleted, and they are gone. */
    DOES(&ana, pl_channel_delete_message(ana.channel, ana.message_id, false, on_done, &ana));
    assert_int_equal(
        pl_message_attachment_count(pl_channel_find_message(ana.channel, ana.message_id)), 0);
    /* Without any, there must be words. */
    ENDS(&ana, pl_channel_send_message(ana.channel, "", on_done, &ana), PL_REFUSED, 4);
    attached[1].custom_json = "[]";
    assert_int_equal(
        pl_channel_send_message_with(ana.channel, "", &options, on_done, &ana), PL_E_ARGUMENT);
    attached[1].custom_json = NULL;
    attached[1].size = 3;
    assert_int_equal(
        pl_channel_send_message_with(ana.channel, "", &options, on_done, &ana), PL_E_ARGUMENT);
    options.attachment_count = 31;
    assert_int_equal(
        pl_channel_send_message_with(ana.channel, "", &options, on_done, &ana), PL_E_ARGUMENT);
}

#define WHOLE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WHOLE(users_are_made_and_replaced),
        WHOLE(the_server_says_what_it_is_and_can),
        WHOLE(what_happened_since_is_told_and_changes_nothing_here),
        WHOLE(members_are_asked_for_by_a_filter),
        WHOLE(a_channel_is_made_with_invitees),
        WHOLE(attachments_are_sent_and_read),
    };
    return RUN_CASES("whole-asking", cases);
}
