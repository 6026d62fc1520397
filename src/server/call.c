/* SPDX-License-Identifier: MIT */
#include "server/call.h"
#include "base/clock.h"
#include "server/notes.h"
#include "server/users.h"
#include "server/welcome.h"
#include "wire/error.h"
#include "wire/id.h"
#include "wire/time.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOW_US = 1000 * 1000 };

int call_refuse(struct call *call, int code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(call->why, sizeof call->why, format, args);
    va_end(args);
    return code;
}

struct change *call_change(struct call *call) {
    if (call->change == NULL)
        call->change = change_begin(call->world);
    return call->change;
}

struct post *call_post(struct call *call) {
    return call->change != NULL ? &call->change->held.post : NULL;
}

int call_reply(struct call *call, const char *key, json *value) {
    if (call->reply == NULL)
        call->reply = json_object();
    return json_set(call->reply, key, value);
}

int call_refuse_field(struct call *call, const char *field, const char *format, ...) {
    char text[280];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(call->field, sizeof call->field, "%s", field);
    return call_refuse(call, CODE_INPUT, "%s%s", field, text);
}

void call_dismiss(struct call *call, struct person *person, int code, const char *why) {
    call->dismissal.person = person;
    call->dismissal.code = code;
    call->dismissal.why = why;
}

int call_number(
    struct call *call, const json *from, const char *key, int otherwise, int most, int *out) {
    const json *value = json_get(from, key);
    int64_t number;
    *out = otherwise;
    if (value == NULL || json_is_null(value))
        return 0;
    if (!json_as_integer(value, &number) || number < 0 || number > most)
        return call_refuse_field(call, key, " must be a whole number between 0 and %d", most);
    *out = (int)number;
    return 0;
}

int call_boolean(struct call *call, const char *key, bool otherwise, bool *out) {
    const json *value = json_get(call->body, key);
    *out = value != NULL ? json_is_true(value) : otherwise;
    if (value != NULL && !json_is_boolean(value))
        return call_refuse_field(call, key, " must be a boolean");
    return 0;
}

int call_connection(struct call *call, struct connection **out) {
    const char *id = http_param(call->request, "connection_id");
    if (id == NULL || id[0] == '\0')
        id = json_text_at(call->body, "connection_id");
    if (id == NULL || id[0] == '\0')
        return call_refuse(call, CODE_INPUT, "watch and presence need a connection_id");
    struct connection *connection = table_find(&call->world->connections, id);
    if (connection == NULL || connection->socket == NULL || connection->person != call->asker)
        return call_refuse(call, CODE_INPUT, "connection_id is not a live connection of this user");
    *out = connection;
    return 0;
}

/* ---- who asks ---- */

static const char *first_given(const char *a, const char *b) {
    return a != NULL && a[0] != '\0' ? a : b;
}

static int refuse_caller(struct call *call, int code, const char *why) {
    struct call_house *house = call->house;
    struct rate_state state;
    if (caller_may_be_told(&house->refusals, house->peer, call->world->now.unix_us, &state))
        return call_refuse(call, code, "%s", why);
    call->rate = state;
    return call_refuse(call, CODE_RATE_LIMIT, CALLER_TOLD_ENOUGH);
}

static int read_caller(struct call *call) {
    const struct http_request *request = call->request;
    const char *why = "";
    if (call->route != NULL && (call->route->flags & ROUTE_OPEN)) {
        call->caller.anonymous = true;
        const char *key = http_param(request, "api_key");
        return key != NULL && strcmp(key, call->house->keys.api_key) == 0
                   ? 0
                   : call_refuse(call, CODE_API_KEY, "api_key is missing or not known here");
    }
    struct caller_words words = {
        .api_key = http_param(request, "api_key"),
        .auth_type = first_given(
            request->stream_auth_type, http_param(request, "stream-auth-type")),
        .token = first_given(request->authorization, http_param(request, "authorization")),
        .user_id = http_param(request, "user_id"),
    };
    int code = caller_check(
        &call->caller, &words, &call->house->keys, call->world->now.unix_us, &why);
    return code > 0 ? refuse_caller(call, code, why) : code;
}

/* An anonymous caller is the person of their connection, if they name one. */
static struct person *anonymous_asker(struct call *call) {
    const char *id = http_param(call->request, "connection_id");
    struct connection *connection = id != NULL ? table_find(&call->world->connections, id) : NULL;
    return connection != NULL && connection->socket != NULL && connection->person->anonymous
               ? connection->person
               : &call->world->anyone;
}

static int read_asker(struct call *call) {
    call->view.server = call->caller.server;
    if (call->caller.server) { /* for whom they name */
        const char *id = first_given(
            http_param(call->request, "user_id"), json_text_at(call->body, "user_id"));
        call->asker = id != NULL ? person_find(call->world, id) : NULL;
    } else if (call->caller.anonymous) {
        if (call->route->flags & ROUTE_NAMED)
            return call_refuse(call, CODE_NOT_ALLOWED, "not for anonymous users");
        call->asker = anonymous_asker(call);
    } else {
        int rc = users_need(call->world, call->caller.user_id, &call->asker);
        if (rc != 0)
            return rc;
        const struct user *user = &call->asker->user;
        if (user->deactivated_us != 0 || user->deleted_us != 0)
            return call_refuse(call, CODE_NOT_ALLOWED, "this user %s",
                user->deleted_us != 0 ? "was deleted" : "is deactivated");
        if (caller_is_revoked(call->caller.iat_unix_s, user->revoke_before_us))
            return call_refuse(call, CODE_TOKEN_EXPIRED, "the token was revoked");
    }
    call->view.asker = call->asker;
    return 0;
}

static int count_call(struct call *call) {
    if (call->caller.server)
        return 0;
    char key[400];
    snprintf(key, sizeof key, "%s %s %s", call->caller.user_id,
        http_method_name(call->request->method), call->route->path);
    if (rate_take(&call->house->rate, key, call->world->now.unix_us, &call->rate))
        return 0;
    return call_refuse(call, CODE_RATE_LIMIT, "too many calls, try again after the reset");
}

void call_warn_of_dev_tokens(const struct call_house *house) {
    const bool taken = house->keys.dev_tokens;
    log_line(house->world->log, LOG_WARNING, "development-tokens taken=%s advice=\"%s\"",
        taken ? "yes" : "no",
        taken ? "everybody who can reach this server may be any user: switch "
                "disable_auth_checks off before it serves people"
              : "others can reach this server, so they are refused: listen on the loopback, or set "
                "dev_tokens = anywhere");
}

/* ---- what they say ---- */

static int read_body(struct call *call) {
    bool in_query = call->request->method == HTTP_GET || call->request->method == HTTP_DELETE;
    const char *text = in_query ? http_param(call->request, "payload") : call->request->body;
    size_t len = in_query && text != NULL ? strlen(text) : call->request->body_len;
    if (text == NULL || len == 0)
        return call->route->flags & ROUTE_BODY ? call_refuse(call, CODE_INPUT, "a body is missing")
                                               : 0;
    struct json_error error = {0};
    int rc = json_parse(&call->parsed, text, len, &json_limits_rest, &error);
    if (rc < 0)
        return rc;
    if (rc > 0)
        return call_refuse(call, rc == JSON_TOO_BIG ? CODE_TOO_BIG : CODE_INPUT,
            "the %s is not JSON we take: %s at byte %zu", in_query ? "payload" : "body",
            error.reason != NULL ? error.reason : "malformed", error.offset);
    if (!json_is_object(call->parsed))
        return call_refuse(call, CODE_INPUT, "the body must be an object");
    call->body = call->parsed;
    return 0;
}

/* ---- the reply ---- */

/* What is left of a call once its route is done. */
struct answer {
    struct call_house *house;
    const struct route *route; /* NULL: there was none */
    void *exchange;
    json *reply;
    int status;
    int code;                        /* 0: done */
    char user_id[LIMIT_USER_ID + 1]; /* "": server-side, or nobody */
    int64_t began_mono_us;
    struct rate_state rate;
    struct call_dismissal dismissal;
};

static void print_headers(char *to, size_t size, const struct answer *answer) {
    snprintf(to, size,
        "X-RateLimit-Limit: %u\r\nX-RateLimit-Remaining: %u\r\nX-RateLimit-Reset: %lld\r\n",
        answer->rate.limit, answer->rate.remaining, (long long)answer->rate.reset_unix_s);
}

/* One line for who was slow, and for who was refused; who fails is a fault of ours. */
static void note(const struct world *world, const struct answer *answer, int64_t took_us) {
    const bool slow = took_us > SLOW_US;
    unsigned left_out = 0;
    if (answer->code == 0 && !slow)
        return;
    if ((slow || answer->code < 0) &&
        !log_may_say(&answer->house->failures, world->now.mono_us, &left_out))
        return;
    char quoted[LOG_QUOTED];
    log_line(world->log,
        answer->code < 0 ? LOG_ERROR
        : slow           ? LOG_WARNING
                         : LOG_DEBUG,
        "%s call=%s code=%d user=%s duration_ms=%lld left_out=%u",
        answer->code != 0 ? "call-refused" : "call-slow",
        answer->route != NULL ? answer->route->operation : "none", answer->code,
        log_quoted(quoted, answer->user_id), (long long)(took_us / 1000), left_out);
}

static void count(const struct world *world, const struct answer *answer, int64_t took_us) {
    struct call_house *house = answer->house;
    histogram_add(&house->durations, took_us);
    if (house->endpoints != NULL)
        house->endpoints[route_number(answer->route)].answers[metrics_code_slot(answer->code)]++;
    note(world, answer, took_us);
}

static void give(struct world *world, struct answer *answer) {
    char headers[200], duration[TIME_DURATION_BYTES];
    const int64_t took_us = clock_mono_us() - answer->began_mono_us;
    count(world, answer, took_us);
    print_headers(headers, sizeof headers, answer);
    time_print_duration(duration, took_us);
    struct bytes text = BYTES_EMPTY;
    bool bad = json_set(answer->reply, "duration", json_text(duration)) != 0;
    if (!bad)
        json_print(answer->reply, &text);
    if ((bad || bytes_failed(&text)) && answer->code == 0) {
        /* It is done, so it is not refused: whoever asked is cut off, and looks again. */
        world->mouth->reply(answer->exchange, 0, headers, "", 0);
    } else if (bad || bytes_failed(&text)) {
        static const char none[] = "{\"code\":-1,\"message\":\"out of memory\",\"StatusCode\":500,"
                                   "\"duration\":\"0.00ms\",\"more_info\":\"\",\"details\":[]}";
        world->mouth->reply(answer->exchange, 500, headers, none, sizeof none - 1);
    } else {
        world->mouth->reply(answer->exchange, answer->status, headers, text.at, text.len);
    }
    bytes_fini(&text);
    json_free(answer->reply);
}

static json *error_of(const char *operation, int code, const char *why, const char *field) {
    char message[400];
    snprintf(message, sizeof message, "%s failed with error: \"%s\"", operation, why);
    return error_encode(code, message, field[0] != '\0' ? field : NULL, why, 0);
}

static void settled(struct world *world, void *owner, int status) {
    struct answer *answer = owner;
    if (status != 0) {
        json_free(answer->reply);
        answer->reply = error_of("Write", CODE_INTERNAL, "it could not be stored", "");
        answer->status = 500;
        answer->code = CODE_INTERNAL;
    }
    give(world, answer);
    if (status == 0 && answer->dismissal.person != NULL)
        welcome_dismiss(
            world, answer->dismissal.person, answer->dismissal.code, answer->dismissal.why);
    if (status == 0 && answer->dismissal.sweep)
        welcome_sweep(world);
    free(answer);
}

static void answer_now(struct call *call, void *exchange, int rc) {
    struct answer answer = {.house = call->house,
        .route = call->route,
        .exchange = exchange,
        .reply = call->reply,
        .began_mono_us = call->began_mono_us,
        .rate = call->rate,
        .dismissal = call->dismissal};
    enum http_method method = call->request->method;
    strcpy(answer.user_id, call->caller.user_id);
    answer.status = method == HTTP_POST || method == HTTP_PUT ? 201 : 200;
    if (rc != 0) {
        int code = rc > 0 ? rc : CODE_INTERNAL;
        json_free(call->reply);
        answer.reply = error_of(call->route != NULL ? call->route->operation : "Call", code,
            rc > 0 ? call->why : "internal error", call->field);
        answer.status = code_http_status(code);
        answer.code = code;
        change_undo(call->change);
    } else if (call->change != NULL) {
        struct answer *later = malloc(sizeof *later);
        if (later != NULL) {
            *later = answer;
            change_commit(call->change, settled, later);
            return;
        }
        change_undo(call->change);
        json_free(answer.reply);
        answer.reply = NULL;
        answer.code = CODE_INTERNAL;
    }
    give(call->world, &answer);
}

static int answer_route(struct call *call) {
    int rc = read_caller(call);
    if (rc == 0 && call->route == NULL)
        rc = call_refuse(call, CODE_NOT_FOUND, "%s", route_missing(call->request));
    if (rc == 0)
        rc = count_call(call);
    if (rc == 0 && (call->route->flags & ROUTE_SERVER) && !call->caller.server)
        rc = call_refuse(call, CODE_NOT_ALLOWED, "only for server-side callers");
    if (rc == 0)
        rc = read_body(call);
    if (rc == 0)
        rc = read_asker(call);
    if (rc == 0)
        rc = call->route->call(call);
    if (rc == 0 && call->reply == NULL && (call->reply = json_object()) == NULL)
        rc = -ENOMEM;
    return rc;
}

void call_answer(struct call_house *house, void *exchange, const struct http_request *request,
    int64_t began_mono_us) {
    notes_tidy(house->world);
    struct call call = {.house = house,
        .world = house->world,
        .request = request,
        .began_mono_us = began_mono_us,
        .rate = {.limit = house->rate.per_minute,
            .remaining = house->rate.per_minute,
            .reset_unix_s = house->world->now.unix_us / 1000000 + 60}};
    call.route = route_find(request, call.args);
    int rc = answer_route(&call);
    answer_now(&call, exchange, rc);
    json_free(call.parsed);
}
