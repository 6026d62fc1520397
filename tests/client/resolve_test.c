/* SPDX-License-Identifier: MIT */
/* Names and addresses, with a name server of the test's own. */
#include "client/resolve.h"
#include "support/case.h"
#include "support/name_server.h"

#include "base/clock.h"

enum { LENIENT_MS = 1500 };

static struct name_server server;
static const struct heap heap = {0};
static struct loop *loop;
static struct resolver *resolver;
static struct loop_timer *too_long;

static struct answer {
    unsigned times;
    struct addresses found;
    char why[RESOLVE_WORDS];
} answer;
static unsigned wanted;

static void never(void *context) {
    (void)context;
}

static void on_too_long(void *context) {
    (void)context;
    loop_stop(loop);
}

static int set_up(void **state) {
    (void)state;
    name_server_start(&server);
    loop = loop_create(&heap, never, NULL);
    resolver = resolver_create(loop, server.at);
    too_long = loop_timer_create(loop, on_too_long, NULL);
    memset(&answer, 0, sizeof answer);
    wanted = 1;
    return loop != NULL && resolver != NULL && too_long != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    resolver_destroy(resolver);
    loop_timer_destroy(too_long);
    loop_settle(loop);
    loop_destroy(loop);
    name_server_stop(&server);
    return 0;
}

static void take(void *context, const struct addresses *found, const char *why) {
    struct answer *to = context;
    to->times++;
    to->found = *found;
    snprintf(to->why, sizeof to->why, "%s", why != NULL ? why : "");
    if (answer.times >= wanted)
        loop_stop(loop);
}

/* Runs the loop until as many answers as wanted have come; how long it took. */
static int64_t until_told(void) {
    const int64_t began_ms = clock_mono_ms();
    loop_timer_start(too_long, 15000);
    if (answer.times < wanted)
        loop_run(loop);
    loop_timer_stop(too_long);
    assert_int_equal(answer.times, wanted);
    return clock_mono_ms() - began_ms;
}

static int64_t look_up(const char *host) {
    resolve(resolver, host, take, &answer);
    return until_told();
}

static void an_address_needs_nobody(void **state) {
    (void)state;
    assert_null(resolve(resolver, "127.0.0.1", take, &answer));
    assert_int_equal(answer.times, 1);
    SAME_TEXT(answer.found.text[0], "127.0.0.1");
    wanted = 2;
    assert_null(resolve(resolver, "::1", take, &answer));
    SAME_TEXT(answer.found.text[0], "::1");
    assert_int_equal(atomic_load(&server.asked), 0);
}

static void a_name_is_found(void **state) {
    (void)state;
    look_up("home.example");
    assert_int_equal(answer.found.count, 1);
    SAME_TEXT(answer.found.text[0], "127.0.0.1");
    SAME_TEXT(answer.why, "");
}

static void the_older_family_comes_first(void **state) {
    (void)state;
    look_up("both.example");
    assert_int_equal(answer.found.count, 2);
    SAME_TEXT(answer.found.text[0], "127.0.0.1");
    SAME_TEXT(answer.found.text[1], "::1");
}

static void one_family_does_not_wait_for_the_other(void **state) {
    (void)state;
    assert_in_range(look_up("four.example"), 0, LENIENT_MS);
    assert_int_equal(answer.found.count, 1);
    SAME_TEXT(answer.found.text[0], "127.0.0.1");
}

static void silence_ends_after_five_seconds_in_plain_words(void **state) {
    (void)state;
    assert_in_range(look_up("silent.example"), 4900, 5000 + LENIENT_MS);
    assert_int_equal(answer.found.count, 0);
    SAME_TEXT(answer.why,
        "the name silent.example could not be found: no name server answered within 5 s");
}

static void a_silent_name_holds_up_no_other(void **state) {
    (void)state;
    struct answer other = {0};
    struct resolving *silent = resolve(resolver, "silent.example", take, &other);
    assert_non_null(silent);
    assert_in_range(look_up("home.example"), 0, LENIENT_MS);
    assert_int_equal(other.times, 0);
    resolve_cancel(silent);
}

static void who_is_not_known_is_told_at_once(void **state) {
    (void)state;
    assert_in_range(look_up("nobody.example"), 0, LENIENT_MS);
    SAME_TEXT(answer.why, "the name nobody.example is not known");
}

static void a_refusal_is_told_at_once(void **state) {
    (void)state;
    assert_in_range(look_up("refused.example"), 0, LENIENT_MS);
    SAME_TEXT(
        answer.why, "the name refused.example could not be found: no name server would answer");
}

static void a_name_that_is_none_is_not_known(void **state) {
    (void)state;
    look_up("a..b");
    SAME_TEXT(answer.why, "the name a..b is not known");
}

/* Nothing is told after a cancel, neither by the answer nor by the patience. */
static void what_is_cancelled_is_told_to_nobody(void **state) {
    (void)state;
    struct answer cancelled = {0};
    resolve_cancel(resolve(resolver, "home.example", take, &cancelled));
    resolve_cancel(resolve(resolver, "silent.example", take, &cancelled));
    wanted = 1;
    look_up("silent.two.example");
    assert_int_equal(cancelled.times, 0);
    resolve_cancel(NULL);
}

/* The server of before is asked no more: what was left of the first look-up is dropped. */
static void servers_are_read_again_after_a_failure(void **state) {
    (void)state;
    atomic_store(&server.silent, true);
    look_up("home.example");
    atomic_store(&server.silent, false);
    wanted = 2;
    assert_in_range(look_up("home.example"), 0, LENIENT_MS);
    assert_int_equal(answer.found.count, 1);
}

static void an_end_in_the_middle_tells_nobody(void **state) {
    (void)state;
    assert_non_null(resolve(resolver, "silent.example", take, &answer));
    wanted = 0;
    resolver_destroy(resolver);
    resolver = NULL;
    assert_int_equal(answer.times, 0);
}

static void servers_that_are_none_are_refused(void **state) {
    (void)state;
    assert_null(resolver_create(loop, "not an address"));
}

#define LOOKUP(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        LOOKUP(an_address_needs_nobody),
        LOOKUP(a_name_is_found),
        LOOKUP(the_older_family_comes_first),
        LOOKUP(one_family_does_not_wait_for_the_other),
        LOOKUP(silence_ends_after_five_seconds_in_plain_words),
        LOOKUP(a_silent_name_holds_up_no_other),
        LOOKUP(who_is_not_known_is_told_at_once),
        LOOKUP(a_refusal_is_told_at_once),
        LOOKUP(a_name_that_is_none_is_not_known),
        LOOKUP(what_is_cancelled_is_told_to_nobody),
        LOOKUP(servers_are_read_again_after_a_failure),
        LOOKUP(an_end_in_the_middle_tells_nobody),
        LOOKUP(servers_that_are_none_are_refused),
    };
    return RUN_CASES("client-resolve", cases);
}
