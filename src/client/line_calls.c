/* SPDX-License-Identifier: MIT */
/*
 * Calls under way. Each is replied to exactly once.
 *
 * A call waits for: the server's address, a token, a live connection if it belongs to one, its
 * turn if it is paced. One whose answer was lost is tried again only if it is idempotent or is
 * known not to have been sent; never more than TRIES times, and none waits for more than
 * PATIENCE_MS, not counting what a server that is asked too much makes paced calls wait.
 */
#include "client/line.h"

#include "base/clock.h"
#include "client/words.h"
#include "wire/error.h"

#include <stdio.h>
#include <string.h>

enum {
    TRIES = 4,
    AGAIN_MS = 300,
    PATIENCE_MS = 30 * 1000,
    TIMEOUT_MS = 5 * 1000,
    LOOK_AGAIN_MS = 100,
    TOO_MANY = 429
};

static int64_t now_ms(const struct line *line) {
    return loop_now_ms(line->carriers->loop);
}

void line_reply(struct line *line, struct call *call, enum pl_status status, int code,
    int http_status, const char *message, json *body) {
    struct note *note = call->reply;
    char words[WORDS_BYTES] = "";
    if (status != PL_DONE)
        words_from(words, sizeof words, message, "the server gave no reason");
    call->reply = NULL;
    list_remove(&call->in_line);
    *note = (struct note){.heap = note->heap,
        .kind = NOTE_REPLY,
        .call = call->id,
        .epoch = call->epoch,
        .sent = call->sent,
        .came = ++line->turn,
        .status = status,
        .code = code,
        .http_status = http_status,
        .weight = note->weight,
        .body = body};
    note_say(note, words);
    line_tell(line, note);
    call_free(call);
}

static void wait_again(struct line *line, struct call *call, int64_t wait_ms) {
    list_remove(&call->in_line);
    call->under_way = NULL;
    call->not_before_ms = now_ms(line) + wait_ms;
    list_append(&line->waiting, &call->in_line);
    loop_timer_start(line->pump, LOOK_AGAIN_MS);
}

static void take_refusal(struct line *line, struct call *call, int status, json *body) {
    struct wire_error error;
    if (!error_decode(body, &error))
        error = (struct wire_error){.code = 0, .message = "the server refused, and gave no reason"};
    const bool expired = error.code == CODE_TOKEN_EXPIRED && line->has_provider;
    const bool connection_changed = call->needs_connection && error.code == CODE_INPUT &&
                                    strcmp(call->connection_id, line->connection_id) != 0;
    if (expired && call->token_number != line->token_number && call->tries < TRIES) {
        wait_again(line, call, 0); /* there is another one since */
    } else if (expired && !call->has_new_token) {
        call->has_new_token = line->token_is_bad = true;
        wait_again(line, call, 0);
    } else if (connection_changed && call->tries < TRIES) {
        wait_again(line, call, 0);
    } else {
        line_reply(line, call, PL_REFUSED, error.code, status, error.message, NULL);
    }
    json_free(body);
}

static void take_answer(
    struct line *line, struct call *call, int status, const char *text, size_t len) {
    json *body = NULL;
    const int bad = json_parse(&body, text, len, &json_limits_reply, NULL);
    if (bad < 0) {
        line_reply(line, call, PL_UNREADABLE, 0, status, "out of memory", NULL);
    } else if (bad > 0 || !json_is_object(body)) {
        json_free(body);
        line_reply(line, call, PL_UNREADABLE, 0, status,
            status / 100 == 3
                ? "the server sends us elsewhere, and we do not go: is this the right URL?"
                : "the answer is not what this API promises: is this the right URL?",
            NULL);
    } else if (status / 100 == 2) {
        call->reply->weight = note_weight_of(text, len);
        line_reply(line, call, PL_DONE, 0, status, "", body);
    } else {
        take_refusal(line, call, status, body);
    }
}

static void take_failure(
    struct line *line, struct call *call, enum http_end end, const char *why, bool sent) {
    const bool dialling = line->session.state != SESSION_OFF &&
                          line->session.state != SESSION_REFUSED;
    if (end == HTTP_TOO_LARGE)
        line_reply(line, call, PL_UNREADABLE, 0, 0, why, NULL);
    else if (end == HTTP_NO_MEMORY)
        line_reply(line, call, sent ? PL_UNREADABLE : PL_OFFLINE, 0, 0, why, NULL);
    else if (dialling && (call->idempotent || !sent) && call->tries < TRIES)
        wait_again(line, call, AGAIN_MS);
    else
        line_reply(
            line, call, end == HTTP_NO_ANSWER && sent ? PL_TIMED_OUT : PL_OFFLINE, 0, 0, why, NULL);
}

/* Nobody waits for this call but ourselves: it, and all like it, come when they are welcome. */
static void take_too_many(struct line *line, struct call *call, int64_t reset_unix_s) {
    const int64_t server_ms = clock_unix_us() / 1000 + line->clock_offset_ms;
    const int64_t wait_ms = pace_until_reset_ms(reset_unix_s, server_ms);
    pace_hold(&line->pace, now_ms(line) + wait_ms);
    call->tries--;
    wait_again(line, call, wait_ms);
}

static void drop(struct line *line, struct call *call, enum pl_status status, const char *why) {
    http_cancel(call->under_way);
    line_reply(line, call, status, 0, 0, why, NULL);
}

/* All that is paced is asked for anew on a new connection, in the order that is right then. What
 * an older one still waited for would only take its place, and what an older one was told to leave
 * alone is nothing to whoever is there now. */
void line_begin_anew(struct line *line) {
    struct list *const lists[] = {&line->waiting, &line->under_way};
    pace_begin(&line->pace, now_ms(line));
    for (int i = 0; i < 2; i++) {
        LIST_EACH(lists[i], item) {
            struct call *call = LIST_ITEM(item, struct call, in_line);
            if (call->paced)
                drop(line, call, PL_OFFLINE, "the connection that wanted it is gone");
        }
    }
}

static void on_done(void *context, enum http_end end, int status, const char *body, size_t len,
    const char *why, bool sent, int64_t reset_unix_s) {
    struct call *call = context;
    struct line *line = call->line;
    call->under_way = NULL;
    if (end == HTTP_ANSWERED && status == TOO_MANY && call->paced) {
        take_too_many(line, call, reset_unix_s);
        return;
    }
    if (end == HTTP_ANSWERED) {
        take_answer(line, call, status, body, len);
        return;
    }
    if (end != HTTP_NO_MEMORY)
        line->address++;
    take_failure(line, call, end, why, sent);
}

static void add_param(struct bytes *url, const char *name, const char *value) {
    if (value == NULL || value[0] == '\0')
        return;
    bytes_append_text(url, name);
    http_escape(url, value);
}

static void start(struct line *line, struct call *call) {
    struct bytes url = BYTES_IN(line->heap);
    char uuid[37] = "";
    bytes_printf(&url, "%s%s", line->base, call->path);
    add_param(&url, strchr(call->path, '?') == NULL ? "?api_key=" : "&api_key=", line->api_key);
    if (!call->no_token && !line->anonymous)
        add_param(&url, "&user_id=", line->user_id);
    add_param(&url, "&connection_id=", line->connection_id);
    add_param(&url, "&payload=", call->payload);
    chance_uuid(uuid);
    snprintf(call->connection_id, sizeof call->connection_id, "%s", line->connection_id);
    const char *address = line->addresses.text[line->address % line->addresses.count];
    const struct http_options options = {.method = call->method,
        .url = bytes_text(&url),
        .address = strcmp(address, line->host) == 0 ? NULL : address,
        .host = line->host,
        .port = line->port,
        .body = call->body,
        .authorization = call->no_token ? NULL : line->token,
        .request_id = uuid,
        .ca_file = line->ca_file,
        .timeout_ms = TIMEOUT_MS,
        .done = on_done,
        .context = call};
    call->tries++;
    call->token_number = line->token_number;
    call->epoch = line->epoch;
    call->sent = ++line->turn;
    list_remove(&call->in_line);
    list_append(&line->under_way, &call->in_line);
    if (!bytes_failed(&url))
        call->under_way = http_begin(line->carriers->http, &options);
    bytes_fini(&url);
    if (call->under_way == NULL)
        line_reply(line, call, PL_OFFLINE, 0, 0, "out of memory", NULL);
}

static bool may_go(struct line *line, const struct call *call) {
    if (call->not_before_ms > now_ms(line) || mailbox_is_heavy(line->mailbox))
        return false;
    if (call->no_token)
        return true;
    if (line->has_provider && !line->anonymous && (line->token == NULL || line->token_is_bad)) {
        line_want_token(line);
        return false;
    }
    if (call->needs_connection && line->session.state != SESSION_LIVE)
        return false;
    return !call->paced || pace_take(&line->pace, now_ms(line));
}

/* True: it has been replied to. */
static bool give_up(struct line *line, struct call *call) {
    if (line->resolve_why[0] != '\0' && line->session.state == SESSION_OFF) {
        line_reply(line, call, PL_OFFLINE, 0, 0, line->resolve_why, NULL);
        return true;
    }
    const bool waits_its_turn = call->paced && line->session.state == SESSION_LIVE;
    if (waits_its_turn || now_ms(line) - call->began_ms < PATIENCE_MS)
        return false;
    line_reply(line, call, PL_OFFLINE, 0, 0,
        line->session.reason[0] != '\0' ? line->session.reason : "the server is not reached", NULL);
    return true;
}

/* Nothing tells of the moments at which a call may go by the clock alone. */
static void look_again(struct line *line) {
    int64_t wait_ms = LOOK_AGAIN_MS;
    const int64_t turn_ms = pace_due_ms(&line->pace, now_ms(line)) - now_ms(line);
    if (list_is_empty(&line->waiting))
        return;
    if (turn_ms > 0 && turn_ms < wait_ms)
        wait_ms = turn_ms;
    loop_timer_start(line->pump, wait_ms);
}

void line_pump_calls(struct line *line) {
    if (list_is_empty(&line->waiting))
        return;
    const bool known = line->addresses.count > 0;
    if (!known && line->resolving == NULL && line->resolve_why[0] == '\0')
        line_resolve(line, false);
    LIST_EACH(&line->waiting, item) {
        struct call *call = LIST_ITEM(item, struct call, in_line);
        if (!give_up(line, call) && line->addresses.count > 0 && may_go(line, call))
            start(line, call);
    }
    look_again(line);
}

void line_take_call(struct line *line, struct call *call) {
    call->line = line;
    call->began_ms = now_ms(line);
    call->not_before_ms = call->began_ms + call->later_ms;
    list_append(&line->waiting, &call->in_line);
    line->resolve_why[0] = '\0';
    line_pump_calls(line);
}

void line_cancel_call(struct line *line, uint64_t id) {
    struct list *const lists[] = {&line->waiting, &line->under_way};
    for (int i = 0; i < 2; i++) {
        LIST_EACH(lists[i], item) {
            struct call *call = LIST_ITEM(item, struct call, in_line);
            if (call->id != id)
                continue;
            drop(line, call, PL_CANCELLED, "cancelled");
            return;
        }
    }
}

void line_end_calls(struct line *line, bool all, enum pl_status status, const char *why) {
    struct list *const lists[] = {&line->waiting, &line->under_way};
    for (int i = 0; i < 2; i++) {
        LIST_EACH(lists[i], item) {
            struct call *call = LIST_ITEM(item, struct call, in_line);
            if (!all && !call->needs_connection && status != PL_REFUSED)
                continue;
            drop(line, call, status, why);
        }
    }
}
