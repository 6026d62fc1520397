/* SPDX-License-Identifier: MIT */
/*
 * A name server that never answers: whoever needs it is told after 5 s in words for a person, and
 * nobody else waits for it. The library's inside is linked, to be given a name server at all.
 */
#include "support/case.h"
#include "support/daemon.h"
#include "support/name_server.h"

#include "base/clock.h"
#include "client/net.h"
#include <porchlight/porchlight.h>

enum {
    STATED_MS = 5 * 1000,
    LENIENT_MS = 2 * 1000,
    AT_ONCE_MS = 3 * 1000,
    IN_TIME_MS = 15 * 1000,
    NOT_BLOCKED_MS = 500
};

static const char silence[] =
    "the name silent.example could not be found: no name server answered within 5 s";

static struct daemon daemon_;
static struct name_server server;
static char *token;
static pl_network *network;
static char home_url[64], silent_url[64];

struct caller {
    pl_client *client;
    unsigned done, lost;
    bool live;
    int status;
    char words[256];
};

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    token = daemon_token(&daemon_, "ana", NULL);
    name_server_start(&server);
    const char *port = strrchr(daemon_.url, ':');
    snprintf(home_url, sizeof home_url, "http://home.example%s", port);
    snprintf(silent_url, sizeof silent_url, "http://silent.example%s", port);
    return network_create(&(struct heap){0}, server.at, &network);
}

static int tear_down(void **state) {
    (void)state;
    pl_network_destroy(network);
    name_server_stop(&server);
    free(token);
    daemon_fini(&daemon_);
    return 0;
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct caller *caller = context;
    (void)client;
    caller->done++;
    caller->status = (int)outcome->status;
    snprintf(caller->words, sizeof caller->words, "%s", outcome->message);
}

static void on_link(pl_client *client, const struct pl_event *event, void *context) {
    struct caller *caller = context;
    const struct pl_link link = pl_client_link(client);
    (void)event;
    caller->live = link.state == PL_LINK_LIVE;
    if (link.state != PL_LINK_WAITING)
        return;
    caller->lost++;
    snprintf(caller->words, sizeof caller->words, "%s", link.reason);
}

static void begin(struct caller *caller, const char *url) {
    *caller = (struct caller){0};
    const struct pl_client_options options = {.size = sizeof options,
        .url = url,
        .api_key = daemon_.api_key,
        .network = network,
        .seed = 7};
    assert_int_equal(pl_client_create(&caller->client, &options), 0);
    assert_true(pl_client_on(caller->client, PL_EVENT_LINK_CHANGED, on_link, caller) > 0);
}

static const struct pl_connect_options *ana(void) {
    static struct pl_connect_options me;
    me = (struct pl_connect_options){
        .size = sizeof me, .user_id = "ana", .token = token, .invisible = -1};
    return &me;
}

static void query(struct caller *caller) {
    const struct pl_query all = {.size = sizeof all};
    assert_int_equal(pl_query_users(caller->client, &all, on_done, caller), 0);
}

/* How long it took until as many were counted; dispatch is looked at, too: it never waits. */
static int64_t until(struct caller *caller, const unsigned *counted, unsigned wanted) {
    const int64_t began_ms = clock_mono_ms();
    while (*counted < wanted) {
        if (clock_mono_ms() - began_ms > IN_TIME_MS)
            fail_msg("nothing within %d ms", IN_TIME_MS);
        pl_client_wait(caller->client, 50);
        const int64_t at_ms = clock_mono_ms();
        pl_client_dispatch(caller->client);
        assert_in_range(clock_mono_ms() - at_ms, 0, NOT_BLOCKED_MS);
    }
    return clock_mono_ms() - began_ms;
}

static void another_client_gets_its_answer(const char *url) {
    struct caller other;
    begin(&other, url);
    assert_int_equal(pl_client_set_user(other.client, ana()), 0);
    query(&other);
    assert_in_range(until(&other, &other.done, 1), 0, AT_ONCE_MS);
    assert_int_equal(other.status, PL_DONE);
    pl_client_destroy(other.client);
}

static void a_call_ends_after_five_seconds_and_holds_up_nobody(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, silent_url);
    assert_int_equal(pl_client_set_user(caller.client, ana()), 0);
    const int64_t began_ms = clock_mono_ms();
    query(&caller);
    another_client_gets_its_answer(daemon_.url); /* needs no name server */
    another_client_gets_its_answer(home_url);    /* needs the one that is silent for others */
    until(&caller, &caller.done, 1);
    assert_in_range(clock_mono_ms() - began_ms, STATED_MS - 100, STATED_MS + LENIENT_MS);
    assert_int_equal(caller.status, PL_OFFLINE);
    SAME_TEXT(caller.words, silence);
    pl_client_destroy(caller.client);
}

static void a_dial_ends_after_five_seconds_and_is_made_again(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, silent_url);
    assert_int_equal(pl_client_connect_user(caller.client, ana(), NULL, NULL), 0);
    for (unsigned i = 1; i <= 2; i++) {
        const int64_t began_ms = clock_mono_ms();
        if (i > 1)
            pl_client_reconnect_now(caller.client);
        another_client_gets_its_answer(home_url);
        until(&caller, &caller.lost, i);
        assert_in_range(clock_mono_ms() - began_ms, STATED_MS - 100, STATED_MS + LENIENT_MS);
        SAME_TEXT(caller.words, silence);
        assert_true(pl_client_link(caller.client).retry_at_unix_ms > 0);
    }
    pl_client_destroy(caller.client);
}

static void a_name_that_is_not_known_is_told_at_once(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, "http://nobody.example:1");
    assert_int_equal(pl_client_set_user(caller.client, ana()), 0);
    query(&caller);
    assert_in_range(until(&caller, &caller.done, 1), 0, AT_ONCE_MS);
    SAME_TEXT(caller.words, "the name nobody.example is not known");
    pl_client_destroy(caller.client);
}

/* What is known of a name is enough for all further calls. */
static void a_client_that_knows_its_server_waits_for_no_name_server(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, home_url);
    assert_int_equal(pl_client_connect_user(caller.client, ana(), on_done, &caller), 0);
    until(&caller, &caller.done, 1);
    assert_int_equal(caller.status, PL_DONE);
    atomic_store(&server.silent, true);
    query(&caller);
    assert_in_range(until(&caller, &caller.done, 2), 0, AT_ONCE_MS);
    assert_int_equal(caller.status, PL_DONE);
    atomic_store(&server.silent, false);
    pl_client_destroy(caller.client);
}

static void a_client_goes_while_its_server_is_looked_up(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, silent_url);
    assert_int_equal(pl_client_connect_user(caller.client, ana(), on_done, &caller), 0);
    query(&caller);
    const int64_t began_ms = clock_mono_ms();
    pl_client_destroy(caller.client);
    assert_in_range(clock_mono_ms() - began_ms, 0, 1000);
    assert_int_equal(caller.done, 2);
    assert_int_equal(caller.status, PL_CANCELLED);
    another_client_gets_its_answer(home_url);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_call_ends_after_five_seconds_and_holds_up_nobody),
        CASE(a_dial_ends_after_five_seconds_and_is_made_again),
        CASE(a_name_that_is_not_known_is_told_at_once),
        CASE(a_client_that_knows_its_server_waits_for_no_name_server),
        CASE(a_client_goes_while_its_server_is_looked_up),
    };
    return cmocka_run_group_tests_name("whole-names", cases, set_up, tear_down);
}
