/* SPDX-License-Identifier: MIT */
/*
 * The rules:
 *
 * - Live from the first health check on. A health check goes out 25 s after each that came in, and
 *   one at once when live, which measures the latency.
 * - 35 s without any frame: the link is dead, whatever the kernel says.
 * - A lost link is dialled again after a wait that grows with the failures in a row (retry.c). The
 *   count goes back only after 30 s of a healthy link, so that a server which takes us and drops
 *   us is not dialled ever faster.
 * - An expired token (40) is not a failure of the link: another token is asked for, if there is
 *   somebody to ask, once; one that is expired as it comes is a failure, lest a provider that has
 *   no other keeps us dialling without a pause. Nobody is asked where one came in good time. What
 * no repetition can mend (a wrong key, a wrong token, a banned user) is final: REFUSED.
 * - One WebSocket at a time: DIAL comes only where the last one is known to be gone.
 */
#include "client/session.h"

#include "client/retry.h"
#include "client/words.h"
#include "wire/error.h"
#include "wire/limits.h"

#include <stdio.h>
#include <string.h>

static const char NO_REASON[] = "the server ended the connection, and gave no reason";

enum {
    DIAL_PATIENCE_MS = 10 * 1000,
    HEALTHY_MS = 30 * 1000,
    HURRIED_SILENCE_MS = 5 * 1000,
    TOKEN_PATIENCE_MS = 30 * 1000
};

static int64_t earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

void session_init(struct session *session, bool has_provider, uint64_t seed) {
    *session = (struct session){
        .has_provider = has_provider, .due_ms = INT64_MAX, .latency_ms = -1};
    chance_seed(&session->chance, seed);
}

static void enter(struct session *session, enum session_state state, int64_t now_ms) {
    session->state = state;
    session->since_ms = now_ms;
    session->due_ms = INT64_MAX;
}

static void say(struct session *session, int code, const char *reason) {
    session->code = code;
    words_from(session->reason, sizeof session->reason, reason, reason[0] != '\0' ? NO_REASON : "");
}

static unsigned dial(struct session *session, int64_t now_ms) {
    enter(session, SESSION_DIALLING, now_ms);
    session->fresh = false;
    session->due_ms = now_ms + DIAL_PATIENCE_MS;
    return SESSION_DIAL | SESSION_TELL;
}

static unsigned await_token(struct session *session, int64_t now_ms) {
    session->has_token = false;
    enter(session, SESSION_AWAITING_TOKEN, now_ms);
    session->due_ms = now_ms + TOKEN_PATIENCE_MS;
    return SESSION_ASK_TOKEN | SESSION_TELL;
}

/* With a token, or for one. */
static unsigned try_again(struct session *session, int64_t now_ms) {
    return session->has_token || !session->has_provider ? dial(session, now_ms)
                                                        : await_token(session, now_ms);
}

static unsigned wait_again(struct session *session, int code, const char *reason, int64_t now_ms) {
    session->failures++;
    say(session, code, reason);
    enter(session, SESSION_WAITING, now_ms);
    session->due_ms = now_ms + retry_wait_ms(session->failures, &session->chance);
    return SESSION_TELL;
}

static bool has_socket(const struct session *session) {
    return session->state == SESSION_DIALLING || session->state == SESSION_GREETING ||
           session->state == SESSION_LIVE;
}

unsigned session_connect(struct session *session, bool has_token, int64_t now_ms) {
    session->failures = 0;
    session->renewed = false;
    session->has_token = has_token;
    say(session, 0, "");
    return has_token ? dial(session, now_ms) : await_token(session, now_ms);
}

unsigned session_disconnect(struct session *session, int64_t now_ms) {
    const unsigned goodbye = has_socket(session) ? SESSION_GOODBYE : 0;
    enter(session, SESSION_OFF, now_ms);
    say(session, 0, "");
    return goodbye | SESSION_TELL;
}

unsigned session_again(struct session *session, const char *reason, int64_t now_ms) {
    return has_socket(session) ? SESSION_HANG_UP | wait_again(session, 0, reason, now_ms) : 0;
}

static void set_live_due(struct session *session) {
    session->due_ms = earlier(session->send_ms, session->heard_ms + session->silence_ms);
    if (session->failures > 0)
        session->due_ms = earlier(session->due_ms, session->since_ms + HEALTHY_MS);
}

static unsigned send_health_check(struct session *session, int64_t now_ms) {
    session->sent_ms = now_ms;
    session->send_ms = INT64_MAX;
    set_live_due(session);
    return SESSION_HEALTH_CHECK;
}

unsigned session_hurry(struct session *session, int64_t now_ms) {
    if (session->state == SESSION_WAITING)
        return try_again(session, now_ms);
    if (session->state != SESSION_LIVE)
        return 0;
    /* What was heard before the hurry says nothing about now. */
    session->heard_ms = now_ms;
    session->silence_ms = HURRIED_SILENCE_MS;
    return send_health_check(session, now_ms);
}

unsigned session_token(struct session *session, const char *none_because, int64_t now_ms) {
    /* One that was asked for ahead of time and is not to be had leaves the one there is. */
    if (none_because == NULL || session->state == SESSION_AWAITING_TOKEN)
        session->has_token = session->fresh = none_because == NULL;
    if (session->state != SESSION_AWAITING_TOKEN)
        return 0;
    if (none_because == NULL)
        return dial(session, now_ms);
    return wait_again(session, 0, none_because, now_ms);
}

unsigned session_opened(struct session *session, int64_t now_ms) {
    if (session->state != SESSION_DIALLING)
        return 0;
    enter(session, SESSION_GREETING, now_ms);
    session->due_ms = now_ms + DIAL_PATIENCE_MS;
    return 0;
}

static unsigned become_live(struct session *session, int64_t now_ms) {
    enter(session, SESSION_LIVE, now_ms);
    say(session, 0, "");
    session->renewed = false;
    session->silence_ms = CLIENT_SILENCE_MS;
    session->latency_ms = -1;
    return send_health_check(session, now_ms) | SESSION_TELL | SESSION_BECAME_LIVE;
}

unsigned session_heard(struct session *session, bool health, int64_t now_ms) {
    session->heard_ms = now_ms;
    if (session->state == SESSION_GREETING && health)
        return become_live(session, now_ms);
    if (session->state != SESSION_LIVE)
        return 0;
    session->silence_ms = CLIENT_SILENCE_MS;
    unsigned orders = 0;
    if (health) {
        if (session->sent_ms != 0) {
            session->latency_ms = (int)(now_ms - session->sent_ms);
            orders = SESSION_TELL;
        }
        session->sent_ms = 0;
        session->send_ms = now_ms + HEALTH_CHECK_EVERY_MS;
    }
    set_live_due(session);
    return orders;
}

static bool is_final(int code) {
    return code == CODE_API_KEY || code == CODE_INPUT || code == CODE_TOKEN ||
           code == CODE_NOT_ALLOWED || code == CODE_TOO_BIG ||
           (code >= CODE_TOKEN_EXPIRED && code <= CODE_TOKEN_SIGNATURE);
}

unsigned session_error(struct session *session, int code, const char *message, int64_t now_ms) {
    if (!has_socket(session))
        return 0;
    message = message[0] != '\0' ? message : NO_REASON;
    say(session, code, message);
    if (code == CODE_TOKEN_EXPIRED && session->fresh)
        return SESSION_HANG_UP | dial(session, now_ms);
    if (code == CODE_TOKEN_EXPIRED && session->has_provider) {
        const bool again = session->renewed;
        session->renewed = true;
        session->has_token = false;
        return SESSION_HANG_UP |
               (again ? wait_again(session, code, message, now_ms) : await_token(session, now_ms));
    }
    if (!is_final(code))
        return SESSION_HANG_UP | wait_again(session, code, message, now_ms);
    enter(session, SESSION_REFUSED, now_ms);
    return SESSION_HANG_UP | SESSION_TELL;
}

unsigned session_lost(struct session *session, const char *reason, int64_t now_ms) {
    return has_socket(session) ? wait_again(session, 0, reason, now_ms) : 0;
}

static unsigned tick_live(struct session *session, int64_t now_ms) {
    if (now_ms >= session->heard_ms + session->silence_ms)
        return SESSION_HANG_UP | wait_again(session, 0, "no word from the server", now_ms);
    if (now_ms >= session->since_ms + HEALTHY_MS)
        session->failures = 0;
    if (now_ms >= session->send_ms)
        return send_health_check(session, now_ms);
    set_live_due(session);
    return 0;
}

unsigned session_tick(struct session *session, int64_t now_ms) {
    if (now_ms < session->due_ms)
        return 0;
    switch (session->state) {
    case SESSION_WAITING: return try_again(session, now_ms);
    case SESSION_DIALLING:
        return SESSION_HANG_UP | wait_again(session, 0, "the server does not answer", now_ms);
    case SESSION_GREETING:
        return SESSION_HANG_UP |
               wait_again(session, 0, "the server accepts and says nothing", now_ms);
    case SESSION_AWAITING_TOKEN: return wait_again(session, 0, "no token came in time", now_ms);
    case SESSION_LIVE: return tick_live(session, now_ms);
    default: session->due_ms = INT64_MAX; return 0;
    }
}
