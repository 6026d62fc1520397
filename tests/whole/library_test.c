/* SPDX-License-Identifier: MIT */
/* The real library against a real porchlightd over loopback. */
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <signal.h>

enum { IN_TIME_MS = 15 * 1000, CROWD = 45, MOST_FRIENDS = CROWD + 8 };

static struct daemon daemon_;

/* A client and what it has been told. */
struct friend {
    pl_client *client;
    char id[40];
    bool connected, done, resynced, want_token;
    int ended; /* enum pl_status of the last call */
    int code;
    unsigned presence_events, user_handler_calls, came, left;
    bool added;
    size_t progress; /* of a channel, by the last event */
    char last_json[2048];
    pl_channel *channel;
    pl_message *message;
    size_t users, members;
};

static struct friend *friends[MOST_FRIENDS];
static size_t friend_count;

/* Everybody dispatches until something is so; fails the case when it is not in time. */
static void until_line(bool (*is_so)(struct friend *), struct friend *whom, const char *what) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    for (;;) {
        struct pollfd polls[MOST_FRIENDS];
        nfds_t count = 0;
        for (size_t i = 0; i < friend_count; i++) {
            if (friends[i]->client == NULL)
                continue;
            pl_client_dispatch(friends[i]->client);
            if (friends[i]->client != NULL)
                polls[count++] = (struct pollfd){
                    .fd = pl_client_fd(friends[i]->client), .events = POLLIN};
        }
        if (is_so(whom))
            return;
        const int64_t left_ms = end_ms - clock_mono_ms();
        if (left_ms <= 0)
            fail_msg("%s: not within %d ms", what, IN_TIME_MS);
        poll(polls, count, (int)(left_ms < 100 ? left_ms : 100));
    }
}
#define until(is_so, whom) until_line(is_so, whom, #is_so)

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct friend *f = context;
    (void)client;
    if (event->type == PL_EVENT_PRESENCE_CHANGED) {
        f->presence_events++;
        snprintf(f->last_json, sizeof f->last_json, "%s", event->json);
    } else if (event->type == PL_EVENT_RESYNCED) {
        f->resynced = true;
        f->came += event->resync.came;
        f->left += event->resync.left;
    } else if (event->type == PL_EVENT_LISTENING && event->channel != NULL) {
        f->progress = event->listening.live;
    } else if (event->type == PL_EVENT_ADDED_TO_CHANNEL) {
        f->added = true;
        f->channel = event->channel;
    } else if (event->type == PL_EVENT_MESSAGE_NEW) {
        f->message = event->message;
    }
}

static void on_presence(pl_user *user, bool online, int64_t last_active_ms, void *context) {
    struct friend *f = context;
    assert_int_equal(online, pl_user_online(user));
    assert_int_equal(last_active_ms, pl_user_last_active_unix_ms(user));
    f->user_handler_calls++;
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct friend *f = context;
    (void)client;
    f->done = true;
    f->ended = (int)outcome->status;
    f->code = outcome->code;
    f->users = outcome->user_count;
    f->members = outcome->member_count;
    if (outcome->channel != NULL)
        f->channel = outcome->channel;
    if (outcome->message_object != NULL)
        f->message = outcome->message_object;
}

static void on_token_wanted(pl_client *client, void *context) {
    struct friend *f = context;
    (void)client;
    f->want_token = true;
}

static bool is_done(struct friend *f) {
    return f->done;
}

static bool has_event(struct friend *f) {
    return f->presence_events > 0;
}

static bool is_live(struct friend *f) {
    return pl_client_link(f->client).state == PL_LINK_LIVE;
}

static bool is_lost(struct friend *f) {
    return pl_client_link(f->client).state != PL_LINK_LIVE;
}

static bool is_resynced(struct friend *f) {
    return f->resynced;
}

/* A call, and its end as it should be. */
static void ends(struct friend *f, int accepted, enum pl_status status) {
    assert_int_equal(accepted, 0);
    until(is_done, f);
    if (f->ended != (int)status)
        fail_msg("%s: ended as %s, code %d", f->id, pl_status_name(f->ended), f->code);
    f->done = false;
}

static void make_with(struct friend *f, const char *id, const char *key, bool provider) {
    *f = (struct friend){0};
    snprintf(f->id, sizeof f->id, "%s", id);
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = key,
        .token = provider ? on_token_wanted : NULL,
        .token_context = f,
        .seed = 7};
    assert_int_equal(pl_client_create(&f->client, &options), 0);
    assert_true(pl_client_on(f->client, PL_EVENT_ANY, on_event, f) > 0);
    friends[friend_count++] = f;
}

static int connect_with(struct friend *f, const char *token, const char *status, int invisible) {
    const struct pl_connect_options options = {.size = sizeof options,
        .user_id = f->id,
        .token = token,
        .status = status,
        .invisible = invisible};
    return pl_client_connect_user(f->client, &options, on_done, f);
}

static void come_with(struct friend *f, const char *id, const char *status, int invisible) {
    char *token = daemon_token(&daemon_, id, NULL);
    make_with(f, id, daemon_.api_key, false);
    ends(f, connect_with(f, token, status, invisible), PL_DONE);
    free(token);
}

static void come(struct friend *f, const char *id) {
    come_with(f, id, NULL, -1);
}

static void go(struct friend *f) {
    pl_client_destroy(f->client);
    f->client = NULL;
}

/* Known to the server, and never connected. */
static void is_known(const char *id) {
    static struct friend f;
    char *token = daemon_token(&daemon_, id, NULL);
    make_with(&f, id, daemon_.api_key, false);
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = id, .token = token, .invisible = -1};
    const struct pl_query query = {.size = sizeof query, .filter_json = "{}", .limit = 1};
    assert_int_equal(pl_client_set_user(f.client, &options), 0);
    ends(&f, pl_query_users(f.client, &query, on_done, &f), PL_DONE);
    go(&f);
    friend_count--;
    free(token);
}

static pl_channel *hall(
    struct friend *maker, const char *id, const char *const *members, size_t count) {
    const struct pl_channel_options options = {.size = sizeof options,
        .name = "The hall",
        .members = members,
        .member_count = count,
        .custom_json = "{\"color\":\"green\"}"};
    ends(maker,
        pl_channel_get_or_create(
            maker->client, "messaging", id, &options, PL_WATCH | PL_PRESENCE, on_done, maker),
        PL_DONE);
    assert_non_null(maker->channel);
    return maker->channel;
}

static int set_up(void **state) {
    (void)state;
    char path[200];
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("linger_ms = 300\n", config);
    fclose(config);
    daemon_start(&daemon_);
    friend_count = 0;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    for (size_t i = 0; i < friend_count; i++)
        pl_client_destroy(friends[i]->client);
    friend_count = 0;
    daemon_fini(&daemon_);
    return 0;
}

static void coming_and_leaving_are_told_to_who_watches(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const both[] = {"ana", "bo"};
    is_known("bo");
    come(&ana, "ana");
    pl_channel *channel = hall(&ana, "hall", both, 2);
    assert_string_equal(pl_channel_name(channel), "The hall");
    pl_user *user = pl_member_user(pl_channel_find_member(channel, "bo"));
    assert_ptr_equal(user, pl_client_find_user(ana.client, "bo"));
    assert_false(pl_user_online(user));
    assert_int_equal(pl_user_last_active_unix_ms(user), 0);
    assert_true(pl_user_is_live(user));
    assert_true(pl_user_on_presence_changed(user, on_presence, &ana) > 0);
    const int64_t before_ms = clock_unix_us() / 1000;
    assert_true(pl_user_known_unix_ms(user) > 0 && pl_user_known_unix_ms(user) <= before_ms);
    poll(NULL, 0, 2); /* so that what is told now is told later */
    come(&bo, "bo");
    until(has_event, &ana);
    assert_true(pl_user_known_unix_ms(user) > before_ms);
    assert_true(pl_user_online(user));
    assert_int_equal(ana.user_handler_calls, 1);
    assert_non_null(strstr(ana.last_json, "\"user.presence.changed\""));
    ana.presence_events = 0;
    go(&bo);
    until(has_event, &ana);
    assert_false(pl_user_online(user));
    assert_int_equal(ana.user_handler_calls, 2);
}

static void hiding_is_acknowledged_and_seen_as_leaving(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const both[] = {"ana", "bo"};
    come(&bo, "bo");
    come(&ana, "ana");
    hall(&ana, "hall", both, 2);
    ends(&bo, pl_client_mark_invisible(bo.client, on_done, &bo), PL_DONE);
    assert_true(pl_user_invisible(pl_local_user(bo.client)));
    until(has_event, &ana);
    assert_false(pl_user_online(pl_client_find_user(ana.client, "bo")));
    ana.presence_events = 0;
    ends(&bo, pl_client_mark_visible(bo.client, on_done, &bo), PL_DONE);
    assert_false(pl_user_invisible(pl_local_user(bo.client)));
    until(has_event, &ana);
    assert_true(pl_user_online(pl_client_find_user(ana.client, "bo")));
    ana.presence_events = 0;
    ends(&bo, pl_client_set_status(bo.client, "out \"walking\"", on_done, &bo), PL_DONE);
    until(has_event, &ana);
    assert_string_equal(pl_user_status(pl_client_find_user(ana.client, "bo")), "out \"walking\"");
    ends(&bo, pl_client_set_status(bo.client, NULL, on_done, &bo), PL_DONE);
    assert_string_equal(pl_user_status(pl_local_user(bo.client)), "");
}

static void invisible_and_status_act_before_others_see_anything(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const both[] = {"ana", "bo"};
    is_known("bo");
    come(&ana, "ana");
    hall(&ana, "hall", both, 2);
    come_with(&bo, "bo", "hiding", 1);
    assert_true(pl_user_invisible(pl_local_user(bo.client)));
    assert_string_equal(pl_user_status(pl_local_user(bo.client)), "hiding");
    /* What comes next for sure comes behind anything that bo's coming might have caused. */
    ends(&ana, pl_client_set_status(ana.client, "x", on_done, &ana), PL_DONE);
    assert_false(pl_user_online(pl_client_find_user(ana.client, "bo")));
    go(&bo);
    friend_count--;
    come(&bo, "bo");
    assert_true(pl_user_invisible(pl_local_user(bo.client)));
    assert_int_equal(ana.presence_events, 0);
}

static void a_long_status_at_connect_goes_another_way(void **state) {
    (void)state;
    static struct friend bo;
    char status[3001];
    memset(status, 'y', sizeof status - 1);
    status[sizeof status - 1] = '\0';
    come_with(&bo, "bo", status, 1);
    assert_string_equal(pl_user_status(pl_local_user(bo.client)), status);
    assert_true(pl_user_invisible(pl_local_user(bo.client)));
}

static bool has_message(struct friend *f) {
    return f->message != NULL;
}

static void an_author_is_the_members_own_user(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const both[] = {"ana", "bo"};
    come(&bo, "bo");
    come(&ana, "ana");
    pl_channel *channel = hall(&ana, "hall", both, 2);
    pl_channel *of_bo = hall(&bo, "hall", NULL, 0);
    ends(&bo, pl_channel_send_message(of_bo, "hello", on_done, &bo), PL_DONE);
    assert_string_equal(pl_message_text(bo.message), "hello");
    until(has_message, &ana);
    assert_string_equal(pl_message_text(ana.message), "hello");
    assert_ptr_equal(
        pl_message_user(ana.message), pl_member_user(pl_channel_find_member(channel, "bo")));
    assert_int_equal(pl_channel_message_count(channel), 1);
    assert_true(pl_user_online(pl_message_user(ana.message)));
}

static void a_killed_server_makes_all_stale_and_a_restart_all_right(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const both[] = {"ana", "bo"};
    come(&bo, "bo");
    come(&ana, "ana");
    hall(&ana, "hall", both, 2);
    pl_user *user = pl_client_find_user(ana.client, "bo");
    assert_true(pl_user_online(user) && pl_user_is_live(user));
    daemon_stop(&daemon_, SIGKILL);
    until(is_lost, &ana);
    assert_true(pl_user_online(user)); /* the last word, and not live */
    assert_false(pl_user_is_live(user));
    assert_true(pl_client_link(ana.client).stale_since_unix_ms > 0);
    go(&bo);
    friend_count = 1;
    friends[0] = &ana;
    daemon_start(&daemon_);
    pl_client_reconnect_now(ana.client);
    until(is_resynced, &ana);
    assert_true(is_live(&ana));
    assert_false(pl_user_online(user));
    assert_true(pl_user_is_live(user));
    assert_int_equal(ana.left, 1);
    come(&bo, "bo");
    until(has_event, &ana);
    assert_true(pl_user_online(user));
}

static void who_was_removed_meanwhile_knows_it_after_a_reconnect(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const both[] = {"ana", "bo"}, *const him[] = {"bo"};
    come(&ana, "ana");
    is_known("bo");
    pl_channel *hers = hall(&ana, "hall", both, 2);
    come(&bo, "bo");
    pl_channel *his = hall(&bo, "hall", both, 2);
    assert_true(pl_channel_is_mine(his) && pl_channel_is_watched(his));
    daemon_stop(&daemon_, SIGKILL);
    until(is_lost, &bo);
    until(is_lost, &ana);
    daemon_start(&daemon_);
    friend_count--; /* bo looks away: he asks for nothing until he looks again */
    pl_client_reconnect_now(ana.client);
    until(is_resynced, &ana);
    ends(&ana, pl_channel_remove_members(hers, him, 1, on_done, &ana), PL_DONE);
    friend_count++;
    until(is_resynced, &bo);
    assert_false(pl_channel_is_mine(his));
    assert_false(pl_channel_is_watched(his));
    assert_int_equal(pl_channel_member_count(his), 0);
}

static void every_member_is_live_however_many(void **state) {
    (void)state;
    static struct friend ana;
    static struct friend late;
    static char ids[CROWD][16];
    const char *members[CROWD];
    for (int i = 0; i < CROWD; i++) {
        snprintf(ids[i], sizeof ids[i], "u%02d", i);
        members[i] = ids[i];
        is_known(ids[i]);
    }
    come(&ana, "ana");
    pl_channel *channel = hall(&ana, "crowd", members, CROWD);
    assert_int_equal(pl_channel_member_count(channel), CROWD);
    assert_false(pl_user_is_live(pl_client_find_user(ana.client, ids[CROWD - 1])));
    assert_int_equal(pl_channel_listen_all(channel), 0);
    pl_user *last = pl_client_find_user(ana.client, ids[CROWD - 1]);
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!pl_user_is_live(last) && clock_mono_ms() < end_ms)
        until(is_live, &ana), poll(NULL, 0, 5);
    for (int i = 0; i < CROWD; i++)
        assert_true(pl_user_is_live(pl_client_find_user(ana.client, ids[i])));
    size_t live, wanted;
    pl_channel_listening(channel, &live, &wanted);
    assert_int_equal(live, CROWD);
    assert_int_equal(wanted, CROWD);
    assert_int_equal(ana.progress, CROWD);
    come(&late, ids[CROWD - 1]);
    until(has_event, &ana);
    assert_true(pl_user_online(last));
}

static void what_no_repetition_mends_is_refused_for_good(void **state) {
    (void)state;
    static struct friend wrong, expired;
    char *token = daemon_token(&daemon_, "ana", NULL), *old = daemon_token(&daemon_, "ana", "1s");
    make_with(&wrong, "ana", "nosuchkey", false);
    ends(&wrong, connect_with(&wrong, token, NULL, -1), PL_REFUSED);
    assert_int_equal(wrong.code, 2);
    assert_int_equal(pl_client_link(wrong.client).state, PL_LINK_REFUSED);
    poll(NULL, 0, 2100); /* the token's own clock, which nothing else tells */
    make_with(&expired, "ana", daemon_.api_key, false);
    ends(&expired, connect_with(&expired, old, NULL, -1), PL_REFUSED);
    assert_int_equal(expired.code, 40);
    free(token);
    free(old);
}

static bool wants_token(struct friend *f) {
    return f->want_token;
}

static void an_expired_token_is_asked_for_again(void **state) {
    (void)state;
    static struct friend ana;
    char *token = daemon_token(&daemon_, "ana", NULL), *old = daemon_token(&daemon_, "ana", "1s");
    poll(NULL, 0, 2100);
    make_with(&ana, "ana", daemon_.api_key, true);
    assert_int_equal(connect_with(&ana, old, NULL, -1), 0);
    until(wants_token, &ana);
    assert_int_equal(pl_client_give_token(ana.client, token, NULL), 0);
    ends(&ana, 0, PL_DONE);
    assert_true(is_live(&ana));
    free(token);
    free(old);
}

static bool is_added(struct friend *f) {
    return f->added;
}

static void who_is_added_to_a_channel_hears_of_it(void **state) {
    (void)state;
    static struct friend ana, bo;
    static const char *const me[] = {"ana"}, *const him[] = {"bo"};
    come(&bo, "bo");
    come(&ana, "ana");
    pl_channel *channel = hall(&ana, "hall", me, 1);
    ends(&ana, pl_channel_add_members(channel, him, 1, on_done, &ana), PL_DONE);
    until(is_added, &bo);
    assert_string_equal(pl_channel_cid(bo.channel), "messaging:hall");
    assert_true(pl_channel_is_mine(bo.channel));
    ends(&bo, pl_channel_watch(bo.channel, PL_PRESENCE, on_done, &bo), PL_DONE);
    assert_int_equal(pl_channel_member_count(bo.channel), 2);
    const struct pl_query query = {.size = sizeof query, .limit = 1};
    ends(&bo, pl_query_members(bo.channel, &query, on_done, &bo), PL_DONE);
    assert_int_equal(bo.members, 1);
    ends(&bo, pl_channel_stop_watching(bo.channel, on_done, &bo), PL_DONE);
    assert_false(pl_channel_is_watched(bo.channel));
    ends(&ana, pl_channel_remove_members(channel, him, 1, on_done, &ana), PL_DONE);
}

static void a_refusal_brings_its_code(void **state) {
    (void)state;
    static struct friend ana;
    static const char *const ghost[] = {"ghost"};
    come(&ana, "ana");
    const struct pl_channel_options options = {
        .size = sizeof options, .members = ghost, .member_count = 1};
    ends(&ana, pl_channel_get_or_create(ana.client, "messaging", "x", &options, 0, on_done, &ana),
        PL_REFUSED);
    assert_int_equal(ana.code, 4);
    const struct pl_query query = {
        .size = sizeof query, .filter_json = "{\"id\":{\"$near\":1}}", .limit = 3};
    ends(&ana, pl_query_users(ana.client, &query, on_done, &ana), PL_REFUSED);
    const struct pl_query broken = {.size = sizeof broken, .filter_json = "{"};
    assert_int_equal(pl_query_users(ana.client, &broken, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(pl_channel_get_or_create(ana.client, "no good", "x", NULL, 0, on_done, &ana),
        PL_E_ARGUMENT);
    assert_int_equal(connect_with(&ana, "x", NULL, -1), PL_E_STATE);
}

static void without_a_server_a_call_ends_offline(void **state) {
    (void)state;
    static struct friend ana;
    make_with(&ana, "ana", daemon_.api_key, false);
    daemon_stop(&daemon_, SIGTERM);
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = "ana", .token = "a.b.c", .invisible = -1};
    const struct pl_query query = {.size = sizeof query};
    assert_int_equal(pl_query_users(ana.client, &query, on_done, &ana), PL_E_STATE);
    assert_int_equal(pl_client_set_user(ana.client, &options), 0);
    ends(&ana, pl_query_users(ana.client, &query, on_done, &ana), PL_OFFLINE);
    daemon_start(&daemon_);
}

static void destroy_myself(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct friend *f = context;
    f->ended = (int)outcome->status;
    f->client = NULL;
    f->done = true;
    pl_client_destroy(client);
}

static void a_client_may_be_destroyed_from_its_callback(void **state) {
    (void)state;
    static struct friend ana, bo;
    char *token = daemon_token(&daemon_, "ana", NULL);
    make_with(&ana, "ana", daemon_.api_key, false);
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = "ana", .token = token, .invisible = -1};
    assert_int_equal(pl_client_connect_user(ana.client, &options, destroy_myself, &ana), 0);
    until(is_done, &ana);
    assert_int_equal(ana.ended, PL_DONE);
    /* And in any state before that: every accepted call still ends, once. */
    make_with(&bo, "bo", daemon_.api_key, false);
    assert_int_equal(connect_with(&bo, token, NULL, -1), 0);
    go(&bo);
    assert_true(bo.done);
    assert_int_equal(bo.ended, PL_CANCELLED);
    free(token);
}

static void several_clients_share_one_network(void **state) {
    (void)state;
    enum { MANY = 10 };
    static struct friend many[MANY];
    pl_network *network;
    assert_int_equal(pl_network_create(&network), 0);
    for (int i = 0; i < MANY; i++) {
        many[i] = (struct friend){0};
        snprintf(many[i].id, sizeof many[i].id, "m%d", i);
        const struct pl_client_options options = {.size = sizeof options,
            .url = daemon_.url,
            .api_key = daemon_.api_key,
            .network = network};
        assert_int_equal(pl_client_create(&many[i].client, &options), 0);
        friends[friend_count++] = &many[i];
        char *token = daemon_token(&daemon_, many[i].id, NULL);
        assert_int_equal(connect_with(&many[i], token, NULL, -1), 0);
        free(token);
    }
    for (int i = 0; i < MANY; i++) {
        until(is_done, &many[i]);
        assert_int_equal(many[i].ended, PL_DONE);
    }
    for (int i = 0; i < MANY; i++) {
        if (i == MANY / 2) /* let go of before its clients: it stays for those who are left */
            pl_network_destroy(network);
        go(&many[i]);
    }
    friend_count = 0;
}

static void count_end(pl_client *client, const struct pl_outcome *outcome, void *context) {
    char *told = context;
    (void)client;
    told[strlen(told)] = outcome->status == PL_DONE ? 'd' : 'c';
}

/* In one turn, before anything is dispatched: each is answered once, and by what became of it. */
static void each_connect_and_each_disconnect_has_its_own_end(void **state) {
    (void)state;
    static struct friend ann;
    char first[8] = "", second[8] = "", third[8] = "", *token = daemon_token(&daemon_, "ann", NULL);
    come(&ann, "ann");
    const struct pl_connect_options me = {
        .size = sizeof me, .user_id = "ann", .token = token, .invisible = -1};
    assert_int_equal(pl_client_disconnect(ann.client, count_end, first), 0);
    assert_int_equal(pl_client_connect_user(ann.client, &me, count_end, second), 0);
    assert_int_equal(pl_client_disconnect(ann.client, count_end, third), 0);
    ends(&ann, connect_with(&ann, token, NULL, -1), PL_DONE);
    assert_string_equal(first, "d");
    assert_string_equal(second, "c");
    assert_string_equal(third, "d");
    assert_int_equal(pl_client_link(ann.client).state, PL_LINK_LIVE);
    first[0] = second[0] = '\0';
    assert_int_equal(pl_client_disconnect(ann.client, count_end, first), 0);
    assert_int_equal(pl_client_connect_user(ann.client, &me, count_end, second), 0);
    go(&ann);
    assert_string_equal(first, "c");
    assert_string_equal(second, "c");
    free(token);
}

/* Who goes and comes back watches what they watched. */
static void a_new_connect_of_the_same_user_watches_as_before(void **state) {
    (void)state;
    static struct friend ann, bo;
    char *token = daemon_token(&daemon_, "ann", NULL);
    come(&ann, "ann");
    come(&bo, "bo");
    const pl_channel *channel = hall(&ann, "again", (const char *[]){"ann", "bo"}, 2);
    ends(&ann, pl_client_disconnect(ann.client, on_done, &ann), PL_DONE);
    ends(&ann, connect_with(&ann, token, NULL, -1), PL_DONE);
    until(is_resynced, &ann);
    assert_true(pl_channel_is_watched(channel));
    ann.presence_events = 0;
    go(&bo);
    until(has_event, &ann);
    go(&ann);
    free(token);
}

static void bad_options_are_refused_at_once(void **state) {
    (void)state;
    pl_client *client = NULL;
    static const char *const bad[] = {"", "ftp://x", "http://", "http://x:0", "http://x:70000",
        "http://x/path", "http://[::1", "localhost:80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const struct pl_client_options options = {
            .size = sizeof options, .url = bad[i], .api_key = "k"};
        assert_int_equal(pl_client_create(&client, &options), PL_E_ARGUMENT);
    }
    const struct pl_client_options small = {.size = 4, .url = "http://x", .api_key = "k"};
    assert_int_equal(pl_client_create(&client, &small), PL_E_ARGUMENT);
    /* A newer program's options are fine as long as they want nothing that is not known here. */
    struct {
        struct pl_client_options known;
        void *unknown;
    } newer = {
        .known = {.size = sizeof newer, .url = "http://x", .api_key = "k"}, .unknown = &newer};
    assert_int_equal(pl_client_create(&client, &newer.known), PL_E_ARGUMENT);
    assert_null(client);
    newer.unknown = NULL;
    newer.known.requests_a_second = -1;
    assert_int_equal(pl_client_create(&client, &newer.known), PL_E_ARGUMENT);
    newer.known.requests_a_second = 1001;
    assert_int_equal(pl_client_create(&client, &newer.known), PL_E_ARGUMENT);
    newer.known.requests_a_second = 1000;
    newer.known.most_memory = 1024 * 1024 - 1;
    assert_int_equal(pl_client_create(&client, &newer.known), PL_E_ARGUMENT);
    newer.known.most_memory++;
    assert_int_equal(pl_client_create(&client, &newer.known), 0);
    size_t bytes = 1, most = 1;
    assert_false(pl_client_memory(client, &bytes, &most));
    assert_int_equal(bytes, 0);
    assert_int_equal(most, 1024 * 1024);
    pl_client_destroy(client);
    pl_client_destroy(NULL);
    pl_network_destroy(NULL);
    assert_string_equal(pl_version(), PL_VERSION_STRING);
}

#define WHOLE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WHOLE(coming_and_leaving_are_told_to_who_watches),
        WHOLE(hiding_is_acknowledged_and_seen_as_leaving),
        WHOLE(invisible_and_status_act_before_others_see_anything),
        WHOLE(a_long_status_at_connect_goes_another_way),
        WHOLE(an_author_is_the_members_own_user),
        WHOLE(a_killed_server_makes_all_stale_and_a_restart_all_right),
        WHOLE(who_was_removed_meanwhile_knows_it_after_a_reconnect),
        WHOLE(every_member_is_live_however_many),
        WHOLE(what_no_repetition_mends_is_refused_for_good),
        WHOLE(an_expired_token_is_asked_for_again),
        WHOLE(who_is_added_to_a_channel_hears_of_it),
        WHOLE(a_refusal_brings_its_code),
        WHOLE(without_a_server_a_call_ends_offline),
        WHOLE(a_client_may_be_destroyed_from_its_callback),
        WHOLE(several_clients_share_one_network),
        WHOLE(each_connect_and_each_disconnect_has_its_own_end),
        WHOLE(a_new_connect_of_the_same_user_watches_as_before),
        CASE(bad_options_are_refused_at_once),
    };
    return RUN_CASES("whole-library", cases);
}
