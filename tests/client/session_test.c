/* SPDX-License-Identifier: MIT */
/*
 * Conversations with the session. What is said to it, and all that it must answer; anything it
 * does that is not written down is a failure.
 *
 *     @ 0                 the time is 0 ms            @ +2500   2500 ms later
 *     @ due               whatever it waits for, and a tick then; a plain @ ticks too
 *     < connect           the caller wants to be connected, and has a token
 *     < connect tokenless
 *     < token             the provider's answer       < no token
 *     < opened, < hello, < health, < frame, < closed, < error CODE, < hurry, < disconnect
 *     > dial, hang up, goodbye, health check, ask token, live, link STATE [retry in LOW..HIGH]
 */
#include "support/case.h"

#include "client/session.h"

static const char *const states[] = {
    "off", "awaiting token", "dialling", "greeting", "live", "down", "refused"};

struct talk {
    struct session session;
    int64_t now_ms;
    const char *name, *at; /* the script */
};

static unsigned hear(struct talk *talk, const char *line) {
    struct session *session = &talk->session;
    if (strcmp(line, "connect") == 0)
        return session_connect(session, true, talk->now_ms);
    if (strcmp(line, "connect tokenless") == 0)
        return session_connect(session, false, talk->now_ms);
    if (strcmp(line, "token") == 0)
        return session_token(session, NULL, talk->now_ms);
    if (strcmp(line, "no token") == 0)
        return session_token(session, "nobody knows one", talk->now_ms);
    if (strcmp(line, "opened") == 0)
        return session_opened(session, talk->now_ms);
    if (strcmp(line, "hello") == 0 || strcmp(line, "health") == 0)
        return session_heard(session, true, talk->now_ms);
    if (strcmp(line, "frame") == 0)
        return session_heard(session, false, talk->now_ms);
    if (strcmp(line, "closed") == 0)
        return session_lost(session, "closed", talk->now_ms);
    if (strncmp(line, "error ", 6) == 0)
        return session_error(session, atoi(line + 6), "because", talk->now_ms);
    if (strcmp(line, "hurry") == 0)
        return session_hurry(session, talk->now_ms);
    if (strcmp(line, "disconnect") == 0)
        return session_disconnect(session, talk->now_ms);
    fail_msg("%s: what is < %s?", talk->name, line);
    return 0;
}

static unsigned pass(struct talk *talk, const char *to) {
    if (strcmp(to, "due") == 0)
        talk->now_ms = talk->session.due_ms;
    else
        talk->now_ms = to[0] == '+' ? talk->now_ms + atoi(to + 1) : atoi(to);
    return session_tick(&talk->session, talk->now_ms);
}

/* One answer that is expected: its order, or 0 where the line is none. */
static unsigned order_of(const struct talk *talk, const char *line) {
    static const struct {
        const char *name;
        unsigned order;
    } orders[] = {{"dial", SESSION_DIAL}, {"hang up", SESSION_HANG_UP},
        {"goodbye", SESSION_GOODBYE}, {"health check", SESSION_HEALTH_CHECK},
        {"ask token", SESSION_ASK_TOKEN}, {"live", SESSION_BECAME_LIVE}};
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
        if (strcmp(line, orders[i].name) == 0)
            return orders[i].order;
    if (strncmp(line, "link ", 5) != 0)
        fail_msg("%s: what is > %s?", talk->name, line);
    const char *state = states[talk->session.state];
    int low, high;
    if (strncmp(line + 5, state, strlen(state)) != 0)
        fail_msg(
            "%s: > %s, but it is %s (at %lld)", talk->name, line, state, (long long)talk->now_ms);
    const char *retry = strstr(line, "retry in ");
    if (retry != NULL) {
        assert_int_equal(sscanf(retry, "retry in %d..%d", &low, &high), 2);
        const int64_t wait = talk->session.due_ms - talk->now_ms;
        if (wait < low || wait > high)
            fail_msg("%s: > %s, but it is %lld", talk->name, line, (long long)wait);
    }
    return SESSION_TELL;
}

static void act_with(bool has_provider, const char *name, const char *script) {
    struct talk talk = {.name = name};
    session_init(&talk.session, has_provider, 7);
    unsigned said = 0;
    char *copy = strdup(script), *rest = NULL;
    for (char *line = strtok_r(copy, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] == '>') {
            const unsigned order = order_of(&talk, line + 2);
            if ((said & order) == 0)
                fail_msg("%s: > %s is not said (at %lld)", name, line + 2, (long long)talk.now_ms);
            said &= ~order;
            continue;
        }
        if (said != 0)
            fail_msg("%s: before \"%s\" it also said %#x", name, line, said);
        said = line[0] == '@' ? pass(&talk, line + 2) : hear(&talk, line + 2);
    }
    if (said != 0)
        fail_msg("%s: at the end it also said %#x", name, said);
    free(copy);
}

#define act(name, script) act_with(false, name, script)

#define LIVE                                                                                       \
    "@ 1000\n< connect\n> dial\n> link dialling\n< opened\n< hello\n> live\n> health check\n"      \
    "> link live\n"

static void a_connection_is_made_and_kept_alive(void **state) {
    (void)state;
    act("it is made, kept alive and ended", LIVE "@ +40\n< health\n> link live\n"
                                                 "@ +24999\n"
                                                 "@ +1\n> health check\n"
                                                 "@ +30\n< health\n> link live\n"
                                                 "@ +25000\n> health check\n"
                                                 "< disconnect\n> goodbye\n> link off\n"
                                                 "@ +100000\n");
    act("what is not health says nothing but that it lives",
        LIVE "@ +10\n< frame\n@ +10\n< health\n> link live\n< frame\n");
    act("a health check of the server's own tells no latency",
        LIVE "@ +10\n< health\n> link live\n@ +1000\n< health\n@ +24999\n@ +1\n> health check\n");
}

static void a_dropped_line_is_redialled_with_growing_patience(void **state) {
    (void)state;
    act("never reached", "@ 0\n< connect\n> dial\n> link dialling\n"
                         "< closed\n> link down, retry in 250..2500\n"
                         "@ due\n> dial\n> link dialling\n"
                         "< closed\n> link down, retry in 2000..4500\n"
                         "@ due\n> dial\n> link dialling\n"
                         "< closed\n> link down, retry in 4000..6500\n"
                         "@ due\n> dial\n> link dialling\n"
                         "< closed\n> link down, retry in 6000..8500\n");
    act("not before it is time",
        "@ 0\n< connect\n> dial\n> link dialling\n< closed\n> link down\n@ 249\n");
    act("taken and dropped is not healthy: the patience grows on",
        LIVE "@ +10\n< closed\n> link down, retry in 250..2500\n"
             "@ due\n> dial\n> link dialling\n< opened\n< hello\n> live\n> health check\n"
             "> link live\n@ +29999\n< frame\n"
             "< closed\n> link down, retry in 2000..4500\n");
    act("thirty seconds of health, and all is forgotten",
        LIVE "@ +10\n< closed\n> link down, retry in 250..2500\n"
             "@ due\n> dial\n> link dialling\n< opened\n< hello\n> live\n> health check\n"
             "> link live\n< health\n> link live\n@ +25000\n> health check\n< health\n> link live\n"
             "@ +5000\n< closed\n> link down, retry in 250..2500\n");
}

static void silence_is_the_end_of_a_link(void **state) {
    (void)state;
    act("35 s without a frame",
        LIVE "@ +34999\n@ +1\n> hang up\n> link down, retry in 250..2500\n");
    act("any frame will do", LIVE "@ +34999\n< frame\n@ +34999\n@ +1\n> hang up\n> link down\n");
    act("no answer to the dial", "@ 0\n< connect\n> dial\n> link dialling\n"
                                 "@ 9999\n@ 10000\n> hang up\n> link down, retry in 250..2500\n");
    act("open, and nothing said", "@ 0\n< connect\n> dial\n> link dialling\n@ 100\n< opened\n"
                                  "@ 10099\n@ 10100\n> hang up\n> link down, retry in 250..2500\n");
    act("frames before the hello do not make it live",
        "@ 0\n< connect\n> dial\n> link dialling\n< opened\n< frame\n@ 10000\n> hang up\n"
        "> link down\n");
}

static void who_is_impatient_is_served(void **state) {
    (void)state;
    act("while it waits", "@ 0\n< connect\n> dial\n> link dialling\n< closed\n> link down\n"
                          "< hurry\n> dial\n> link dialling\n");
    act("while it is live: an answer in 5 s, or it is dead",
        LIVE "@ +30000\n< hurry\n> health check\n@ +4999\n@ +1\n> hang up\n> link down\n");
    act("and with an answer all is as before",
        LIVE "@ +30000\n< hurry\n> health check\n@ +10\n< health\n> link live\n@ +24999\n@ +1\n"
             "> health check\n");
    act("nothing to hurry", "@ 0\n< hurry\n< connect\n> dial\n> link dialling\n< hurry\n");
}

static void a_refusal_is_final_where_repeating_cannot_mend_it(void **state) {
    (void)state;
    static const int finals[] = {2, 4, 5, 17, 22, 41, 42, 43, 40};
    for (size_t i = 0; i < sizeof finals / sizeof finals[0]; i++) {
        char script[256];
        snprintf(script, sizeof script,
            "@ 0\n< connect\n> dial\n> link dialling\n< opened\n< error %d\n> hang up\n"
            "> link refused\n< closed\n@ +100000\n< hurry\n",
            finals[i]);
        act(script, script);
    }
    static const int passing[] = {-1, 9, 71, 23};
    for (size_t i = 0; i < sizeof passing / sizeof passing[0]; i++) {
        char script[256];
        snprintf(script, sizeof script,
            "@ 0\n< connect\n> dial\n> link dialling\n< opened\n< error %d\n> hang up\n"
            "> link down, retry in 250..2500\n< closed\n",
            passing[i]);
        act(script, script);
    }
    act("and may be tried again by the caller",
        "@ 0\n< connect\n> dial\n> link dialling\n< error 5\n> hang up\n> link refused\n"
        "< connect\n> dial\n> link dialling\n");
}

static void a_token_is_asked_for_when_there_is_somebody_to_ask(void **state) {
    (void)state;
    act_with(true, "first",
        "@ 0\n< connect tokenless\n> ask token\n> link awaiting token\n"
        "@ +100\n< token\n> dial\n> link dialling\n");
    act_with(true, "expired",
        LIVE "< error 40\n> hang up\n> ask token\n> link awaiting token\n< closed\n"
             "< token\n> dial\n> link dialling\n< opened\n< hello\n> live\n> health check\n"
             "> link live\n");
    act_with(true, "expired, and another had come in good time",
        LIVE "< token\n< error 40\n> hang up\n> dial\n> link dialling\n< opened\n"
             "< error 40\n> hang up\n> ask token\n> link awaiting token\n");
    act_with(true, "none ahead of time: the one there is stays",
        LIVE "< no token\n< closed\n> link down, retry in 250..2500\n"
             "@ due\n> dial\n> link dialling\n");
    act_with(true, "none",
        "@ 0\n< connect tokenless\n> ask token\n> link awaiting token\n"
        "< no token\n> link down, retry in 250..2500\n"
        "@ due\n> ask token\n> link awaiting token\n");
    act_with(true, "in a hurry, and still none",
        "@ 0\n< connect tokenless\n> ask token\n> link awaiting token\n"
        "< no token\n> link down\n< hurry\n> ask token\n> link awaiting token\n");
    act_with(true, "no answer",
        "@ 0\n< connect tokenless\n> ask token\n> link awaiting token\n"
        "@ 29999\n@ 30000\n> link down, retry in 250..2500\n"
        "< token\n@ due\n> dial\n> link dialling\n");
    act_with(true, "a provider that knows only the expired one does not make us race",
        "@ 0\n< connect\n> dial\n> link dialling\n< opened\n"
        "< error 40\n> hang up\n> ask token\n> link awaiting token\n"
        "< token\n> dial\n> link dialling\n< opened\n"
        "< error 40\n> hang up\n> link down, retry in 250..2500\n"
        "@ due\n> ask token\n> link awaiting token\n"
        "< token\n> dial\n> link dialling\n< opened\n"
        "< error 40\n> hang up\n> link down, retry in 2000..4500\n");
}

static void gone_means_gone(void **state) {
    (void)state;
    act("while it waits", "@ 0\n< connect\n> dial\n> link dialling\n< closed\n> link down\n"
                          "< disconnect\n> link off\n@ +100000\n");
    act("while it dials", "@ 0\n< connect\n> dial\n> link dialling\n"
                          "< disconnect\n> goodbye\n> link off\n< opened\n< hello\n< closed\n");
    act_with(true, "while it asks",
        "@ 0\n< connect tokenless\n> ask token\n"
        "> link awaiting token\n< disconnect\n> link off\n< token\n");
}

static void the_reason_is_of_the_last_thing_that_happened(void **state) {
    (void)state;
    struct session session;
    session_init(&session, false, 1);
    session_connect(&session, true, 0);
    session_error(&session, 71, "too many connections", 1);
    assert_int_equal(session.code, 71);
    SAME_TEXT(session.reason, "too many connections");
    session_tick(&session, session.due_ms);
    session_lost(&session, "connection refused", session.since_ms + 1);
    assert_int_equal(session.code, 0);
    SAME_TEXT(session.reason, "connection refused");
    session_tick(&session, session.due_ms);
    session_opened(&session, session.since_ms);
    session_heard(&session, true, session.since_ms);
    SAME_TEXT(session.reason, "");
    assert_int_equal(session.latency_ms, -1);
    session_heard(&session, true, session.since_ms + 42);
    assert_int_equal(session.latency_ms, 42);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_connection_is_made_and_kept_alive),
        CASE(a_dropped_line_is_redialled_with_growing_patience),
        CASE(silence_is_the_end_of_a_link),
        CASE(who_is_impatient_is_served),
        CASE(a_refusal_is_final_where_repeating_cannot_mend_it),
        CASE(a_token_is_asked_for_when_there_is_somebody_to_ask),
        CASE(gone_means_gone),
        CASE(the_reason_is_of_the_last_thing_that_happened),
    };
    return RUN_CASES("client-session", cases);
}
