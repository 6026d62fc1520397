/* SPDX-License-Identifier: MIT */
/*
 * A client is cut off, the world goes on, and one event tells all that is other than it was: who
 * came, left, has another status, members and channels in and out, messages. While it is cut off
 * nobody is live and nothing is told of anybody.
 */
#include "support/relay.h"
#include "support/rest.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>

enum { IN_TIME_MS = 20 * 1000, TOLD = 1024 };

static struct daemon daemon_;
static struct rest rest;
static struct relay relay;

struct friend {
    pl_client *client;
    bool done, lost, resynced;
    int status;
    unsigned while_doubtful, live_while_doubtful;
    struct pl_event_resync resync;
    struct pl_event_missed missed;
    char changes[TOLD]; /* in the order of the event */
};

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct friend *f = context;
    (void)client;
    f->done = true;
    f->status = (int)outcome->status;
}

static void write_change(char *to, const struct pl_change *change) {
    static const char *const names[] = {[PL_CHANGE_CAME] = "came",
        [PL_CHANGE_LEFT] = "left",
        [PL_CHANGE_STATUS] = "status",
        [PL_CHANGE_MEMBER_ADDED] = "added",
        [PL_CHANGE_MEMBER_REMOVED] = "removed",
        [PL_CHANGE_CHANNEL_NEW] = "new",
        [PL_CHANGE_CHANNEL_GONE] = "gone",
        [PL_CHANGE_MESSAGES] = "messages"};
    snprintf(to, 128, "%s%s%s%s%s", names[change->kind], change->user != NULL ? " " : "",
        change->user != NULL ? pl_user_id(change->user) : "", change->channel != NULL ? " " : "",
        change->channel != NULL ? pl_channel_id(change->channel) : "");
    if (change->messages > 0)
        sprintf(to + strlen(to), " %zu", change->messages);
}

static int by_text(const void *a, const void *b) {
    return strcmp(a, b);
}

static void take_resynced(struct friend *f, const struct pl_event *event) {
    char lines[32][128];
    const size_t count = event->missed.change_count;
    f->resynced = true;
    f->resync = event->resync;
    f->missed = event->missed;
    assert_true(count <= 32);
    for (size_t i = 0; i < count; i++)
        write_change(lines[i], &event->missed.changes[i]);
    qsort(lines, count, sizeof lines[0], by_text);
    f->changes[0] = '\0';
    for (size_t i = 0; i < count; i++)
        snprintf(f->changes + strlen(f->changes), TOLD - strlen(f->changes), "%s%s",
            i > 0 ? ", " : "", lines[i]);
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct friend *f = context;
    const bool live = pl_client_link(client).state == PL_LINK_LIVE;
    static const char *const users[] = {"ana", "bo", "cy", "di", "ed"};
    if (event->type == PL_EVENT_RESYNCED)
        take_resynced(f, event);
    if (event->type == PL_EVENT_PRESENCE_CHANGED)
        f->while_doubtful += !live;
    if (live)
        return;
    f->lost |= event->type == PL_EVENT_LINK_CHANGED;
    for (size_t i = 0; i < 5; i++) {
        const pl_user *user = pl_client_find_user(client, users[i]);
        f->live_while_doubtful += user != NULL && pl_user_is_live(user);
    }
}

static void until_line(bool (*is_so)(const struct friend *), struct friend *f, const char *what) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!is_so(f)) {
        if (clock_mono_ms() > end_ms)
            fail_msg("%s: not within %d ms", what, IN_TIME_MS);
        pl_client_wait(f->client, 100);
    }
}
#define until(is_so, whom) until_line(is_so, whom, #is_so)

static bool is_done(const struct friend *f) {
    return f->done;
}

static bool is_lost(const struct friend *f) {
    return f->lost;
}

static bool is_resynced(const struct friend *f) {
    return f->resynced;
}

static void ends_well(struct friend *f, int accepted) {
    assert_int_equal(accepted, 0);
    until(is_done, f);
    assert_int_equal(f->status, PL_DONE);
    f->done = false;
}

static void come(struct friend *f, const char *url, const char *id) {
    char *token = daemon_token(&daemon_, id, NULL);
    *f = (struct friend){0};
    const struct pl_client_options options = {
        .size = sizeof options, .url = url, .api_key = daemon_.api_key, .seed = 7};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = id, .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&f->client, &options), 0);
    assert_true(pl_client_on(f->client, PL_EVENT_ANY, on_event, f) > 0);
    ends_well(f, pl_client_connect_user(f->client, &who, on_done, f));
    free(token);
}

static void server_does(const char *method, const char *path, const char *body) {
    assert_int_equal(rest_call(&rest, method, path, body) / 100, 2);
}

static void make_channel(const char *id, const char *members) {
    char path[128], body[256];
    snprintf(path, sizeof path, "/channels/messaging/%s/query", id);
    snprintf(body, sizeof body, "{\"data\":{\"created_by_id\":\"cy\",\"members\":[%s]}}", members);
    server_does("POST", path, body);
}

static void say(const char *channel, const char *user) {
    char path[128], body[256];
    snprintf(path, sizeof path, "/channels/messaging/%s/message", channel);
    snprintf(body, sizeof body, "{\"message\":{\"text\":\"hello\",\"user_id\":\"%s\"}}", user);
    server_does("POST", path, body);
}

static void watch(struct friend *f, const char *channel, unsigned flags) {
    ends_well(
        f, pl_channel_get_or_create(f->client, "messaging", channel, NULL, flags, on_done, f));
}

static int set_up(void **state) {
    (void)state;
    static const char users[] = "{\"users\":{\"ana\":{\"id\":\"ana\"},\"bo\":{\"id\":\"bo\"},"
                                "\"cy\":{\"id\":\"cy\"},\"di\":{\"id\":\"di\"},"
                                "\"ed\":{\"id\":\"ed\"},\"fay\":{\"id\":\"fay\"}}}";
    char path[200];
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("linger_ms = 100\nrate_calls = 0\n", config);
    fclose(config);
    daemon_start(&daemon_);
    rest_begin(&rest, &daemon_);
    relay_start(&relay, daemon_.url, NULL, NULL);
    server_does("POST", "/users", users);
    make_channel("hall", "\"ana\",\"bo\",\"cy\",\"di\",\"ed\"");
    make_channel("den", "\"ana\",\"cy\"");
    make_channel("attic", "\"ana\"");
    make_channel("cellar", "\"ana\"");
    make_channel("elsewhere", "\"ana\"");
    say("hall", "cy");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    relay_end(&relay);
    rest_end(&rest);
    daemon_fini(&daemon_);
    return 0;
}

static void cut(struct friend *f) {
    f->lost = f->resynced = false;
    relay_bar(&relay);
    until(is_lost, f);
}

static void restore(struct friend *f) {
    relay_open(&relay);
    pl_client_reconnect_now(f->client);
    until(is_resynced, f);
    assert_int_equal(f->while_doubtful, 0);
    assert_int_equal(f->live_while_doubtful, 0);
    assert_true(f->resync.away_ms >= 0 && f->resync.away_ms < IN_TIME_MS);
}

/* Ana watches three channels and knows of a fourth; of `elsewhere` she never asked. */
static void all_that_was_missed_is_told_by_one_event(void **state) {
    (void)state;
    static struct friend ana, bo, di;
    come(&bo, daemon_.url, "bo");
    come(&ana, relay.url, "ana");
    watch(&ana, "hall", PL_WATCH | PL_PRESENCE);
    watch(&ana, "den", PL_WATCH);
    watch(&ana, "cellar", PL_WATCH);
    watch(&ana, "attic", PL_STATE);
    assert_true(pl_user_online(pl_client_find_user(ana.client, "bo")));
    cut(&ana);
    pl_client_destroy(bo.client);
    come(&di, daemon_.url, "di");
    server_does("PATCH", "/users", "{\"users\":[{\"id\":\"cy\",\"set\":{\"status\":\"away\"}}]}");
    server_does("POST", "/channels/messaging/hall", "{\"remove_members\":[\"ed\"]}");
    server_does("POST", "/channels/messaging/hall", "{\"add_members\":[\"fay\"]}");
    server_does("DELETE", "/channels/messaging/den", NULL);
    server_does("POST", "/channels/messaging/attic", "{\"remove_members\":[\"ana\"]}");
    make_channel("porch", "\"ana\",\"cy\"");
    for (int i = 0; i < 3; i++)
        say("hall", i == 1 ? "ana" : "cy");
    restore(&ana);
    SAME_TEXT(ana.changes, "added fay hall, came di, gone attic, gone den, left bo, "
                           "messages hall 2, new porch, removed ed hall, status cy");
    assert_int_equal(ana.resync.came, 1);
    assert_int_equal(ana.resync.left, 1);
    assert_int_equal(ana.missed.status_changed, 1);
    assert_int_equal(ana.missed.members_added, 1);
    assert_int_equal(ana.missed.members_removed, 1);
    assert_int_equal(ana.missed.channels_new, 1);
    assert_int_equal(ana.missed.channels_gone, 2);
    assert_int_equal(ana.missed.messages, 2);
    assert_false(pl_channel_is_mine(pl_client_find_channel(ana.client, "messaging:attic")));
    assert_true(pl_channel_is_mine(pl_client_find_channel(ana.client, "messaging:porch")));
    assert_null(pl_client_find_channel(ana.client, "messaging:elsewhere"));
    assert_true(pl_user_is_live(pl_client_find_user(ana.client, "di")));
    /* What was told once is not told again. */
    cut(&ana);
    restore(&ana);
    SAME_TEXT(ana.changes, "");
    assert_null(ana.missed.changes);
    pl_client_destroy(di.client);
    pl_client_destroy(ana.client);
}

static void a_channel_that_we_hide_is_still_ours(void **state) {
    (void)state;
    static struct friend ana;
    come(&ana, relay.url, "ana");
    watch(&ana, "cellar", PL_WATCH | PL_PRESENCE);
    pl_channel *channel = pl_client_find_channel(ana.client, "messaging:cellar");
    ends_well(&ana, pl_channel_hide(channel, false, on_done, &ana));
    cut(&ana);
    restore(&ana);
    SAME_TEXT(ana.changes, "");
    assert_true(pl_channel_is_watched(channel));
    assert_true(pl_channel_is_mine(channel));
    pl_client_destroy(ana.client);
}

/* The second loss comes before the first is mended, or after: all is told from the first one on. */
static void two_losses_in_a_row_are_told_as_one(void **state) {
    (void)state;
    static struct friend ana, bo;
    come(&bo, daemon_.url, "bo");
    come(&ana, relay.url, "ana");
    watch(&ana, "hall", PL_WATCH | PL_PRESENCE);
    cut(&ana);
    pl_client_destroy(bo.client);
    relay_open(&relay);
    relay_cut(&relay); /* somewhere on the way back, or before */
    restore(&ana);
    SAME_TEXT(ana.changes, "left bo");
    pl_client_destroy(ana.client);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(all_that_was_missed_is_told_by_one_event),
        CASE(a_channel_that_we_hide_is_still_ours),
        CASE(two_losses_in_a_row_are_told_as_one),
    };
    return cmocka_run_group_tests_name("whole-resync", cases, set_up, tear_down);
}
