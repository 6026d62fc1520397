/* SPDX-License-Identifier: MIT */
/*
 * A client that does not look while the world changes thousands of times. Of each user the last
 * state is told, of each channel all in order; past the bound everything is read again; and the
 * network thread waits for nobody: another client on it is answered all the while.
 */
#include "support/rest.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>

enum {
    CROWD = 40,
    SOME = 125,  /* rounds of changes: presence must give way, and then all fits */
    MANY = 300,  /* more than fits, whatever gives way */
    HELD = 4096, /* notes in the ring, of which none gives way */
    IN_TIME_MS = 10 * 1000,
    AT_ONCE_MS = 2000
};

static struct daemon daemon_;
static struct rest rest;
static pl_network *network;
static pl_client *crowd[CROWD]; /* guests, so that their changes are of people who are online */
static char ids[CROWD][80];

struct friend {
    pl_client *client;
    pl_channel *hall, *den;
    bool done, resynced, doubtful;
    int status;
    size_t presence, updates, live;
    int last_round; /* of the first of the crowd */
    int said[2];    /* the number of the last message in the hall, in the den */
};

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct friend *f = context;
    (void)client;
    f->done = true;
    f->status = (int)outcome->status;
}

static void hear(struct friend *f, const struct pl_event *event) {
    const int number = atoi(pl_message_text(event->message));
    int *last = &f->said[event->channel == f->den];
    assert_int_equal(number, *last + 1);
    *last = number;
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct friend *f = context;
    f->presence += event->type == PL_EVENT_PRESENCE_CHANGED;
    f->updates += event->type == PL_EVENT_USER_UPDATED;
    f->resynced |= event->type == PL_EVENT_RESYNCED;
    f->doubtful |= event->type == PL_EVENT_LINK_CHANGED && pl_client_link(client).resyncing;
    if (event->type == PL_EVENT_LISTENING && event->channel != NULL)
        f->live = event->listening.live;
    if (event->type == PL_EVENT_PRESENCE_CHANGED && strcmp(pl_user_id(event->user), ids[0]) == 0)
        f->last_round = atoi(pl_user_status(event->user));
    if (event->type == PL_EVENT_MESSAGE_NEW && !f->doubtful)
        hear(f, event);
}

static void until_line(bool (*is_so)(const struct friend *), struct friend *f, const char *what) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!is_so(f)) {
        if (clock_mono_ms() > end_ms)
            fail_msg("%s: not within %d ms: round %d, said %d and %d, %zu updates, %zu of presence",
                what, IN_TIME_MS, f->last_round, f->said[0], f->said[1], f->updates, f->presence);
        pl_client_wait(f->client, 100);
    }
}
#define until(is_so, whom) until_line(is_so, whom, #is_so)

static bool is_done(const struct friend *f) {
    return f->done;
}

static bool is_resynced(const struct friend *f) {
    return f->resynced;
}

static bool all_live(const struct friend *f) {
    size_t live, wanted;
    pl_channel_listening(f->hall, &live, &wanted);
    return live == wanted && live >= CROWD;
}

static bool heard_some(const struct friend *f) {
    return f->last_round == SOME && f->said[0] == SOME && f->said[1] == SOME;
}

static bool heard_many(const struct friend *f) {
    return f->last_round == MANY;
}

static void ends_well(struct friend *f, int accepted) {
    assert_int_equal(accepted, 0);
    until(is_done, f);
    assert_int_equal(f->status, PL_DONE);
    f->done = false;
}

static pl_channel *watch(struct friend *f, const char *channel) {
    char cid[64];
    snprintf(cid, sizeof cid, "messaging:%s", channel);
    ends_well(f, pl_channel_get_or_create(
                     f->client, "messaging", channel, NULL, PL_WATCH | PL_PRESENCE, on_done, f));
    return pl_client_find_channel(f->client, cid);
}

static void come(struct friend *f) {
    char *token = daemon_token(&daemon_, "ana", NULL);
    *f = (struct friend){0};
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .network = network,
        .requests_a_second = 100};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = "ana", .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&f->client, &options), 0);
    assert_true(pl_client_on(f->client, PL_EVENT_ANY, on_event, f) > 0);
    ends_well(f, pl_client_connect_user(f->client, &who, on_done, f));
    f->hall = watch(f, "hall");
    f->den = watch(f, "den");
    assert_int_equal(pl_channel_listen_all(f->hall), 0);
    until(all_live, f);
    free(token);
}

/* Everybody gets another status, which is two frames for each who listens to them. */
static void change_all(int round) {
    struct bytes body = BYTES_EMPTY;
    bytes_append_text(&body, "{\"users\":[");
    for (int i = 0; i < CROWD; i++)
        bytes_printf(&body, "%s{\"id\":\"%s\",\"set\":{\"status\":\"%d\"}}", i > 0 ? "," : "",
            ids[i], round);
    bytes_append_text(&body, "]}");
    assert_int_equal(rest_call(&rest, "PATCH", "/users", bytes_text(&body)), 200);
    bytes_fini(&body);
}

static void say(const char *channel, int number) {
    char path[128], body[128];
    snprintf(path, sizeof path, "/channels/messaging/%s/message", channel);
    snprintf(body, sizeof body, "{\"message\":{\"text\":\"%d\",\"user_id\":\"cy\"}}", number);
    assert_int_equal(rest_call(&rest, "POST", path, body), 201);
}

static void expect_status(struct friend *f, int round) {
    char wanted[16];
    snprintf(wanted, sizeof wanted, "%d", round);
    for (int i = 0; i < CROWD; i++) {
        pl_user *user = pl_client_find_user(f->client, ids[i]);
        assert_true(pl_user_is_live(user));
        assert_string_equal(pl_user_status(user), wanted);
    }
}

/* The other client on the thread is answered, although one does not look. */
static void is_answered(struct friend *f) {
    const int64_t from_ms = clock_mono_ms();
    const struct pl_query query = {.size = sizeof query, .limit = 1};
    ends_well(f, pl_query_users(f->client, &query, on_done, f));
    assert_in_range(clock_mono_ms() - from_ms, 0, AT_ONCE_MS);
}

static void on_guest(pl_client *client, const struct pl_outcome *outcome, void *context) {
    assert_int_equal(outcome->status, PL_DONE);
    snprintf(context, sizeof ids[0], "%s", pl_user_id(pl_local_user(client)));
}

static void come_crowd(void) {
    struct bytes body = BYTES_EMPTY;
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key, .network = network};
    bytes_append_text(&body, "{\"data\":{\"created_by_id\":\"ana\",\"members\":[");
    for (int i = 0; i < CROWD; i++) {
        const struct pl_connect_options who = {.size = sizeof who, .user_id = "u", .invisible = -1};
        const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
        assert_int_equal(pl_client_create(&crowd[i], &options), 0);
        assert_int_equal(pl_client_connect_guest(crowd[i], &who, on_guest, ids[i]), 0);
        while (ids[i][0] == '\0' && clock_mono_ms() < end_ms)
            pl_client_wait(crowd[i], 100);
        assert_true(ids[i][0] != '\0');
        bytes_printf(&body, "%s\"%s\"", i > 0 ? "," : "", ids[i]);
    }
    bytes_append_text(&body, "]}}");
    assert_int_equal(
        rest_call(&rest, "POST", "/channels/messaging/hall/query", bytes_text(&body)), 201);
    bytes_fini(&body);
}

static int set_up(void **state) {
    (void)state;
    char path[200];
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("rate_calls = 0\n", config);
    fclose(config);
    daemon_start(&daemon_);
    rest_begin(&rest, &daemon_);
    assert_int_equal(pl_network_create(&network), 0);
    assert_int_equal(rest_call(&rest, "POST", "/users",
                         "{\"users\":{\"ana\":{\"id\":\"ana\",\"role\":\"admin\"},"
                         "\"cy\":{\"id\":\"cy\"}}}"),
        201);
    come_crowd();
    rest_make_channel(&rest, "den", "ana", "", 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    for (int i = 0; i < CROWD; i++)
        pl_client_destroy(crowd[i]);
    pl_network_destroy(network);
    rest_end(&rest);
    daemon_fini(&daemon_);
    return 0;
}

static void the_last_state_of_each_user_and_all_of_each_channel_is_told(void **state) {
    (void)state;
    static struct friend sleeper, witness;
    come(&sleeper);
    come(&witness);
    for (int round = 1; round <= SOME; round++) {
        change_all(round);
        say("hall", round);
        say("den", round);
        is_answered(&witness);
    }
    until(heard_some, &witness);
    until(heard_some, &sleeper);
    assert_false(sleeper.resynced || sleeper.doubtful);
    assert_int_equal(witness.presence, SOME * CROWD);
    assert_int_equal(sleeper.updates, SOME * CROWD); /* of these none may be left out */
    assert_in_range(sleeper.presence, CROWD, HELD / 2 + 2 * CROWD);
    expect_status(&sleeper, SOME);
    pl_client_destroy(sleeper.client);
    pl_client_destroy(witness.client);
}

static void past_the_bound_all_is_read_again(void **state) {
    (void)state;
    static struct friend sleeper, witness;
    come(&sleeper);
    come(&witness);
    for (int round = 1; round <= MANY; round++) {
        change_all(round);
        is_answered(&witness);
        if (round == MANY / 2) /* of herself, who is a member nowhere, she is not told either */
            assert_int_equal(rest_call(&rest, "PATCH", "/users",
                                 "{\"users\":[{\"id\":\"ana\",\"set\":{\"status\":\"hm\"}}]}"),
                200);
    }
    until(heard_many, &witness);
    assert_false(witness.resynced);
    until(is_resynced, &sleeper);
    assert_true(sleeper.doubtful);
    assert_true(pl_client_link(sleeper.client).state == PL_LINK_LIVE);
    assert_in_range(sleeper.updates, 1, MANY * CROWD - 1);
    expect_status(&sleeper, MANY);
    assert_true(pl_user_is_live(pl_local_user(sleeper.client)));
    assert_string_equal(pl_user_status(pl_local_user(sleeper.client)), "hm");
    pl_client_destroy(sleeper.client);
    pl_client_destroy(witness.client);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_last_state_of_each_user_and_all_of_each_channel_is_told),
        CASE(past_the_bound_all_is_read_again),
    };
    return cmocka_run_group_tests_name("whole-flood", cases, set_up, tear_down);
}
