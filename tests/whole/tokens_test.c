/* SPDX-License-Identifier: MIT */
/*
 * Tokens that expire, and providers of all kinds: one that answers at once, one that has none, one
 * that takes its time. Several clients share a network thread, each with a provider of its own.
 */
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>

enum { IN_TIME_MS = 20 * 1000, SEVERAL = 3, LATE_MS = 700 };

static struct daemon daemon_;
static pl_network *network;

enum manner { GIVES, HAS_NONE, IS_LATE };

struct friend {
    pl_client *client;
    char id[16], words[128];
    enum manner manner;
    const char *expires; /* of the tokens that the provider gives */
    unsigned asked, ended;
    int status, code;
    bool lost;
};

static void give(struct friend *f) {
    char *token = daemon_token(&daemon_, f->id, f->expires);
    assert_int_equal(pl_client_give_token(f->client, token, NULL), 0);
    free(token);
}

static void on_wanted(pl_client *client, void *context) {
    struct friend *f = context;
    f->asked++;
    if (f->manner == GIVES)
        give(f);
    else if (f->manner == HAS_NONE)
        assert_int_equal(pl_client_give_token(client, NULL, "the purse is empty"), 0);
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct friend *f = context;
    (void)client;
    f->ended++;
    f->status = (int)outcome->status;
    f->code = outcome->code;
    snprintf(f->words, sizeof f->words, "%s", outcome->message);
}

static void on_link(pl_client *client, const struct pl_event *event, void *context) {
    struct friend *f = context;
    (void)event;
    f->lost |= pl_client_link(client).state == PL_LINK_WAITING;
}

static void until_line(bool (*is_so)(const struct friend *), struct friend *f, const char *what) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!is_so(f)) {
        if (clock_mono_ms() > end_ms)
            fail_msg("%s: not within %d ms; asked %u, ended %u: %s %s", what, IN_TIME_MS, f->asked,
                f->ended, pl_status_name(f->status), pl_client_link(f->client).reason);
        pl_client_wait(f->client, 50);
    }
}
#define until(is_so, whom) until_line(is_so, whom, #is_so)

static bool has_ended(const struct friend *f) {
    return f->ended > 0;
}

static bool is_asked(const struct friend *f) {
    return f->asked > 0;
}

static bool is_asked_twice(const struct friend *f) {
    return f->asked >= 2;
}

static bool is_live(const struct friend *f) {
    return pl_client_link(f->client).state == PL_LINK_LIVE;
}

static bool is_lost(const struct friend *f) {
    return f->lost;
}

static int query(struct friend *f, unsigned flags) {
    const struct pl_query one = {.size = sizeof one, .limit = 1, .flags = flags};
    return pl_query_users(f->client, &one, on_done, f);
}

static void ends(struct friend *f, int accepted, enum pl_status status) {
    assert_int_equal(accepted, 0);
    until(has_ended, f);
    if (f->status != (int)status || f->ended != 1)
        fail_msg("%s: ended %u times, %s: %d %s", f->id, f->ended, pl_status_name(f->status),
            f->code, f->words);
    f->ended = 0;
}

static void make(struct friend *f, const char *id, enum manner manner, const char *expires) {
    *f = (struct friend){.manner = manner, .expires = expires};
    snprintf(f->id, sizeof f->id, "%s", id);
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .network = network,
        .token = on_wanted,
        .token_context = f,
        .seed = 7};
    assert_int_equal(pl_client_create(&f->client, &options), 0);
    assert_true(pl_client_on(f->client, PL_EVENT_LINK_CHANGED, on_link, f) > 0);
}

static int connect_with(struct friend *f, const char *token) {
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = f->id, .token = token, .invisible = -1};
    return pl_client_connect_user(f->client, &who, on_done, f);
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    return pl_network_create(&network);
}

static int tear_down(void **state) {
    (void)state;
    pl_network_destroy(network);
    daemon_fini(&daemon_);
    return 0;
}

/* Four lives of two seconds: whoever calls all the while is never refused, and nobody is asked
 * twice for the token that they gave in good time. */
static void a_short_token_is_renewed_in_good_time(void **state) {
    (void)state;
    static struct friend ana;
    make(&ana, "ana", GIVES, "2s");
    const int64_t from_ms = clock_mono_ms();
    ends(&ana, connect_with(&ana, NULL), PL_DONE);
    while (ana.asked < 4) {
        ends(&ana, query(&ana, PL_PRESENCE), PL_DONE);
        pl_client_wait(ana.client, 20);
    }
    const int64_t lived_ms = clock_mono_ms() - from_ms;
    assert_in_range(lived_ms, 3 * 750, IN_TIME_MS); /* seconds are cut off, so a life may be one */
    assert_in_range(ana.asked, 4, 1 + (unsigned)(lived_ms / 700));
    assert_false(ana.lost);
    until(is_live, &ana);
    pl_client_destroy(ana.client);
}

static void where_none_is_to_be_had_ahead_of_time_the_old_one_serves_yet(void **state) {
    (void)state;
    static struct friend ana;
    char *token = daemon_token(&daemon_, "ana", "4s");
    make(&ana, "ana", HAS_NONE, NULL);
    ends(&ana, connect_with(&ana, token), PL_DONE);
    until(is_asked, &ana);
    ends(&ana, query(&ana, 0), PL_DONE);
    assert_true(is_live(&ana));
    assert_false(ana.lost);
    /* It expires: asked again, and still none. */
    until(is_asked_twice, &ana);
    until(is_lost, &ana);
    assert_string_equal(pl_client_link(ana.client).reason, "the purse is empty");
    ends(&ana, query(&ana, 0), PL_REFUSED);
    assert_string_equal(ana.words, "the purse is empty");
    ana.manner = GIVES;
    ana.lost = false;
    pl_client_reconnect_now(ana.client);
    until(is_live, &ana);
    ends(&ana, query(&ana, 0), PL_DONE);
    pl_client_destroy(ana.client);
    free(token);
}

static void a_call_with_an_expired_token_waits_for_another(void **state) {
    (void)state;
    static struct friend ana;
    char *token = daemon_token(&daemon_, "ana", "1s");
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = "ana", .token = token, .invisible = -1};
    make(&ana, "ana", GIVES, NULL);
    poll(NULL, 0, 2100); /* the token's own clock, which nothing else tells */
    assert_int_equal(pl_client_set_user(ana.client, &who), 0);
    ends(&ana, query(&ana, 0), PL_DONE);
    assert_int_equal(ana.asked, 1);
    ends(&ana, query(&ana, 0), PL_DONE);
    assert_int_equal(ana.asked, 1);
    /* One that has no other than the expired is asked once a call. */
    assert_int_equal(pl_client_set_user(ana.client, &who), 0);
    ana.manner = IS_LATE;
    assert_int_equal(query(&ana, 0), 0);
    until(is_asked_twice, &ana);
    assert_int_equal(pl_client_give_token(ana.client, token, NULL), 0);
    until(has_ended, &ana);
    assert_int_equal(ana.status, PL_REFUSED);
    assert_int_equal(ana.code, 40);
    assert_int_equal(ana.asked, 2);
    pl_client_destroy(ana.client);
    free(token);
}

static void one_who_takes_their_time_is_asked_once_and_others_do_not_wait(void **state) {
    (void)state;
    static struct friend ana, bo;
    make(&ana, "ana", IS_LATE, NULL);
    make(&bo, "bo", GIVES, NULL);
    assert_int_equal(connect_with(&ana, NULL), 0);
    until(is_asked, &ana);
    const int64_t end_ms = clock_mono_ms() + LATE_MS;
    ends(&bo, connect_with(&bo, NULL), PL_DONE);
    while (clock_mono_ms() < end_ms) {
        ends(&bo, query(&bo, 0), PL_DONE);
        pl_client_wait(ana.client, 20);
    }
    assert_int_equal(ana.asked, 1);
    assert_int_equal(ana.ended, 0);
    give(&ana);
    until(has_ended, &ana);
    assert_int_equal(ana.status, PL_DONE);
    pl_client_destroy(ana.client);
    pl_client_destroy(bo.client);
}

/* Asked ahead of time, and answered late: meanwhile calls go on with the old one. */
static void a_late_renewal_holds_up_no_call(void **state) {
    (void)state;
    static struct friend ana;
    char *token = daemon_token(&daemon_, "ana", "3s");
    make(&ana, "ana", IS_LATE, NULL);
    ends(&ana, connect_with(&ana, token), PL_DONE);
    until(is_asked, &ana);
    ends(&ana, query(&ana, 0), PL_DONE);
    give(&ana);
    ends(&ana, query(&ana, 0), PL_DONE);
    assert_int_equal(ana.asked, 1);
    pl_client_destroy(ana.client);
    free(token);
}

static void each_of_several_clients_has_a_provider_of_its_own(void **state) {
    (void)state;
    static struct friend several[SEVERAL];
    for (int i = 0; i < SEVERAL; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%d", i);
        make(&several[i], id, GIVES, NULL);
        assert_int_equal(connect_with(&several[i], NULL), 0);
    }
    for (int i = 0; i < SEVERAL; i++) {
        ends(&several[i], 0, PL_DONE);
        assert_int_equal(several[i].asked, 1);
        assert_string_equal(pl_user_id(pl_local_user(several[i].client)), several[i].id);
    }
    for (int i = 0; i < SEVERAL; i++)
        pl_client_destroy(several[i].client);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_short_token_is_renewed_in_good_time),
        CASE(where_none_is_to_be_had_ahead_of_time_the_old_one_serves_yet),
        CASE(a_call_with_an_expired_token_waits_for_another),
        CASE(one_who_takes_their_time_is_asked_once_and_others_do_not_wait),
        CASE(a_late_renewal_holds_up_no_call),
        CASE(each_of_several_clients_has_a_provider_of_its_own),
    };
    return cmocka_run_group_tests_name("whole-tokens", cases, set_up, tear_down);
}
