/* SPDX-License-Identifier: MIT */
/*
 * The session decides, the carriers carry, this file is the hand between: it turns what happened
 * into a word to the session, and the session's orders into deeds.
 *
 * Details (name, status, invisible) go with the connect for which the caller gave them, and only
 * until one has succeeded: the server keeps them, and a later reconnect must not undo what was
 * changed meanwhile. Those too long for the WebSocket's target go by PATCH before it is dialled.
 *
 * Where memory is lacking, nothing is passed over: a frame that cannot be handed on costs the
 * connection, and what was missed is read again on the next. So that this can be told, a connection
 * becomes live only with the two notes in hand that say so and that take it back.
 */
#include "client/line.h"

#include "base/clock.h"
#include "client/expiry.h"
#include "wire/error.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <stdio.h>
#include <string.h>

enum { MOST_TYPE = 63, GOODBYE_MS = 700, ASK_AGAIN_MS = 5 * 1000, OWED_MS = 100 };

static void obey(struct line *line, unsigned orders);
static void dial(struct line *line);
static void lose(struct line *line, const char *reason);

static int64_t now_ms(const struct line *line) {
    return loop_now_ms(line->carriers->loop);
}

/* ---- telling the caller ---- */

static int64_t to_unix_ms(const struct line *line, int64_t mono_ms) {
    return clock_unix_us() / 1000 - (now_ms(line) - mono_ms);
}

static enum pl_link_state link_state(const struct session *session) {
    switch (session->state) {
    case SESSION_OFF: return PL_LINK_OFF;
    case SESSION_LIVE: return PL_LINK_LIVE;
    case SESSION_WAITING: return PL_LINK_WAITING;
    case SESSION_REFUSED: return PL_LINK_REFUSED;
    default: return PL_LINK_CONNECTING;
    }
}

void line_tell(struct line *line, struct note *note) {
    mailbox_tell(line->mailbox, note);
    list_remove(&line->in_told);
    list_append(&line->carriers->told, &line->in_told);
}

void line_ring(struct line *line) {
    list_remove(&line->in_told);
    mailbox_ring(line->mailbox);
}

/* The two notes are in hand, and nothing is owed. */
static bool may_become_live(struct line *line) {
    for (int i = 0; i < 2; i++)
        if (line->news[i] == NULL && (line->news[i] = note_create(line->heap, NOTE_LINK)) == NULL)
            return false;
    return !line->owes_link;
}

/* NULL: no memory, and it is not worth one of those in hand. */
static struct note *link_note(struct line *line, bool live) {
    struct note *note = line->farewell;
    const bool is_news = live != line->is_told_live;
    line->farewell = NULL;
    if (note == NULL)
        note = note_create(line->heap, NOTE_LINK);
    if (note == NULL && is_news) {
        note = line->news[live ? 0 : 1];
        line->news[live ? 0 : 1] = NULL;
    }
    line->owes_link = note == NULL && !live;
    if (line->owes_link)
        loop_timer_start(line->pump, OWED_MS);
    return note;
}

static void tell_link(struct line *line) {
    const struct session *session = &line->session;
    const bool live = session->state == SESSION_LIVE;
    struct note *note = link_note(line, live);
    if (note == NULL)
        return;
    line->is_told_live = live;
    note_say(note, session->reason);
    note->epoch = line->epoch;
    note->link = (struct pl_link){.state = link_state(session),
        .since_unix_ms = to_unix_ms(line, session->since_ms),
        .stale_since_unix_ms = live ? 0 : line->last_heard_unix_ms,
        .retry_at_unix_ms = session->state == SESSION_WAITING ? to_unix_ms(line, session->due_ms)
                                                              : 0,
        .latency_ms = session->latency_ms,
        .clock_offset_ms = line->clock_offset_ms,
        .code = session->code};
    line_tell(line, note);
}

void line_want_token(struct line *line) {
    if (line->asked_token)
        return;
    struct note *note = note_create(line->heap, NOTE_WANT_TOKEN);
    line->owes_token = note == NULL;
    if (line->owes_token) {
        loop_timer_start(line->pump, OWED_MS);
        return;
    }
    line->asked_token = true;
    line_tell(line, note);
}

/* ---- what comes over the WebSocket ---- */

static void note_clock(struct line *line, const json *body) {
    const char *created = json_text_at(body, "created_at");
    int64_t created_us;
    if (created != NULL && time_parse(created, &created_us) == 0)
        line->clock_offset_ms = (created_us - clock_unix_us()) / 1000;
}

/* The text, and behind it the user whose presence it is. */
static bool keep_text(
    struct note *note, const char *text, size_t len, const struct json_piece *user) {
    note->text = heap_resize(note->heap, NULL, len + 1 + user->len + 1);
    if (note->text == NULL)
        return false;
    memcpy(note->text, text, len);
    note->text[len] = '\0';
    note->len = len;
    if (user->len == 0)
        return true;
    char *name = note->text + len + 1;
    memcpy(name, user->at, user->len);
    name[user->len] = '\0';
    note->coalesce = name;
    return true;
}

/* What is to be known here of most events is seen at a glance. The tree is for the caller: what is
 * made and freed on one thread costs half as much. false: only parsing tells. */
static bool glance_at(struct note *note, const char *text, struct json_piece *user) {
    struct json_piece type;
    char name[MOST_TYPE + 1];
    if (!json_glance(text, NULL, "type", &type) || type.len > MOST_TYPE)
        return false;
    memcpy(name, type.at, type.len);
    name[type.len] = '\0';
    note->event = event_from_name(name);
    return note->event != EVENT_HEALTH_CHECK && note->event != EVENT_CONNECTION_ERROR &&
           (note->event != EVENT_PRESENCE_CHANGED || json_glance(text, "user", "id", user));
}

/* false: no memory. */
static bool parse(struct note *note) {
    if (json_read(&note->body, note->text, note->len) < 0)
        return false;
    const char *type = json_text_at(note->body, "type");
    note->event = event_from_name(type != NULL ? type : "");
    note->weight = note_weight_of(note->text, note->len);
    if (note->event == EVENT_PRESENCE_CHANGED)
        note->coalesce = json_text_at(json_get(note->body, "user"), "id");
    return true;
}

/* A frame that has passed the gate, as it is handed on. NULL: no memory. */
static struct note *make_frame(struct line *line, const char *text, size_t len) {
    struct note *note = note_create(line->heap, NOTE_FRAME);
    struct json_piece user = {0};
    if (note == NULL)
        return NULL;
    const bool seen = glance_at(note, text, &user);
    if (!seen)
        user.len = 0;
    note->weight = sizeof *note + len;
    if (keep_text(note, text, len, &user) && (seen || parse(note)))
        return note;
    note_free(note);
    return NULL;
}

static void start_over(struct line *line) {
    obey(line, session_again(&line->session, "out of memory", now_ms(line)));
}

static void take_error(struct line *line, const json *body) {
    struct wire_error error;
    if (!error_decode(json_get(body, "error"), &error))
        return;
    obey(line, session_error(&line->session, error.code, error.message, now_ms(line)));
}

static void set_renewal(struct line *line) {
    const int64_t exp_s = line->token != NULL ? expiry_of_token(line->heap, line->token) : 0;
    if (exp_s == 0 || !line->has_provider)
        return;
    loop_timer_start(
        line->renew, expiry_renew_in_ms(exp_s, clock_unix_us() / 1000 + line->clock_offset_ms));
}

static void on_renew(void *context) {
    line_want_token(context);
}

/* It is sent back in our frames and URLs. */
static bool is_connection_id(const struct line *line, const char *id) {
    static const char of[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return id != NULL && id[0] != '\0' && id[strspn(id, of)] == '\0' &&
           strlen(id) < sizeof line->connection_id;
}

static void greet(struct line *line, const char *connection_id) {
    snprintf(line->connection_id, sizeof line->connection_id, "%s", connection_id);
    line->epoch++;
    line_begin_anew(line);
    heap_free(line->heap, line->details);
    line->details = NULL;
    set_renewal(line);
}

static void take_frame(struct line *line, struct note *note) {
    const char *connection_id = json_text_at(note->body, "connection_id");
    const bool health = note->event == EVENT_HEALTH_CHECK;
    const bool hello = health && line->session.state == SESSION_GREETING &&
                       is_connection_id(line, connection_id);
    if (hello && !may_become_live(line)) {
        note_free(note);
        start_over(line);
        return;
    }
    if (health)
        note_clock(line, note->body);
    if (hello)
        greet(line, connection_id);
    const bool counts = hello || (health && line->session.state == SESSION_LIVE);
    const unsigned orders = session_heard(&line->session, counts, now_ms(line));
    if (line->session.state == SESSION_LIVE)
        line->last_heard_unix_ms = clock_unix_us() / 1000;
    note->kind = hello ? NOTE_HELLO : NOTE_FRAME;
    line_tell(line, note);
    obey(line, orders);
}

static void on_message(void *owner, const char *text, size_t len) {
    struct line *line = owner;
    if (json_gate(text, len, &json_limits_reply_frame, NULL) != 0)
        return; /* not what the contract says: passed over, as an unknown type is */
    struct note *note = make_frame(line, text, len);
    if (note == NULL) {
        start_over(line);
    } else if (note->event == EVENT_CONNECTION_ERROR) {
        note_clock(line, note->body); /* a "no" is as good a clock as a welcome */
        take_error(line, note->body);
        note_free(note);
    } else {
        take_frame(line, note);
    }
}

static void on_opened(void *owner) {
    struct line *line = owner;
    line->ws_is_open = true;
    obey(line, session_opened(&line->session, now_ms(line)));
}

static void on_closed(void *owner, int code, const char *reason) {
    struct line *line = owner;
    (void)code;
    line->ws = NULL;
    line->ws_is_open = false;
    if (line->session.state == SESSION_DIALLING)
        line->address++;
    if (line->ending) {
        loop_ring(line->carriers->loop); /* the network looks who has ended */
        return;
    }
    if (line->dial_when_closed) { /* it was the last one's goodbye: nothing is lost */
        line->dial_when_closed = false;
        dial(line);
        return;
    }
    lose(line, reason);
}

static const struct ws_ears ears = {
    .opened = on_opened, .message = on_message, .closed = on_closed};

/* ---- dialling ---- */

static void lose(struct line *line, const char *reason) {
    obey(line, session_lost(&line->session, reason, now_ms(line)));
}

/* {"user_id","user_details","client_request_id"}. NULL: no memory; never without the details, for
 * they may say that nobody is to see us. */
static char *connect_json(const struct line *line, bool with_details) {
    char uuid[37] = "";
    json *details = NULL, *object = json_object();
    bool bad = false;
    if (with_details && line->details != NULL) {
        bad = json_parse(
                  &details, line->details, strlen(line->details), &json_limits_stored, NULL) != 0;
    } else {
        details = json_object();
        bad = json_set(details, "id", json_text(line->user_id)) < 0;
    }
    if (line->anonymous)
        bad |= json_set(details, "anon", json_boolean(true)) < 0;
    chance_uuid(uuid);
    bad |= json_set(object, "user_id", json_text(line->user_id)) < 0;
    bad |= json_set(object, "user_details", details) < 0;
    bad |= json_set(object, "client_request_id", json_text(uuid)) < 0;
    char *text = bad ? NULL : json_to_text_in(line->heap, object);
    json_free(object);
    return text;
}

static char *target(const struct line *line, bool with_details, bool token_in_query) {
    struct bytes to = BYTES_IN(line->heap);
    char *text = connect_json(line, with_details);
    if (text == NULL)
        return NULL;
    bytes_append_text(&to, "/connect?json=");
    http_escape(&to, text);
    heap_free(line->heap, text);
    bytes_append_text(&to, "&api_key=");
    http_escape(&to, line->api_key);
    if (token_in_query && line->token != NULL) {
        bytes_append_text(&to, "&authorization=");
        http_escape(&to, line->token);
    }
    bytes_append_text(
        &to, line->anonymous ? "&stream-auth-type=anonymous" : "&stream-auth-type=jwt");
    bytes_append_text(&to, "&X-Stream-Client=porchlight%2F" PORCHLIGHT_VERSION);
    return bytes_take(&to);
}

static void open_ws(struct line *line, const char *to, bool token_in_query) {
    const struct ws_options options = {
        .address = line->addresses.text[line->address % line->addresses.count],
        .port = line->port,
        .tls = line->tls,
        .host = line->host,
        .ca_file = line->ca_file,
        .target = to,
        .authorization = token_in_query ? NULL : line->token,
        .ears = &ears,
        .owner = line};
    line->ws_is_open = false;
    const char *why;
    line->ws = ws_open(line->carriers->ws, &options, &why);
    if (line->ws == NULL) {
        line->address++;
        lose(line, why);
    }
}

static void send_details(struct line *line);

static void dial_now(struct line *line) {
    bool in_query = true;
    char *to = target(line, true, true);
    if (to != NULL && strlen(to) > WS_TARGET) {
        heap_free(line->heap, to);
        in_query = false;
        to = target(line, true, false);
    }
    if (to == NULL)
        lose(line, "out of memory");
    else if (strlen(to) > WS_TARGET)
        send_details(line);
    else
        open_ws(line, to, in_query);
    heap_free(line->heap, to);
}

static void on_details(void *context, enum http_end end, int status, const char *body, size_t len,
    const char *why, bool sent, int64_t reset_unix_s) {
    struct line *line = context;
    (void)sent;
    (void)reset_unix_s;
    line->details_call = NULL;
    if (line->session.state != SESSION_DIALLING)
        return;
    if (end == HTTP_ANSWERED && status / 100 == 2) {
        heap_free(line->heap, line->details);
        line->details = NULL;
        dial_now(line);
        return;
    }
    json *object = NULL;
    struct wire_error error = {.code = 0, .message = why};
    if (end == HTTP_ANSWERED && json_parse(&object, body, len, &json_limits_reply, NULL) == 0)
        error_decode(object, &error);
    obey(line, error.code != 0
                   ? session_error(&line->session, error.code, error.message, now_ms(line))
                   : session_lost(&line->session, why, now_ms(line)));
    json_free(object);
}

/* PATCH /users {"users":[{"id":me,"set":{…}}]} */
static char *details_patch(const struct line *line) {
    json *set = NULL, *user = json_object(), *users = json_array(), *body = json_object();
    json_parse(&set, line->details, strlen(line->details), &json_limits_stored, NULL);
    json_remove(set, "id");
    bool bad = json_set(user, "id", json_text(line->user_id)) < 0;
    bad |= json_set(user, "set", set) < 0;
    bad |= json_append(users, user) < 0;
    bad |= json_set(body, "users", users) < 0;
    char *text = bad ? NULL : json_to_text_in(line->heap, body);
    json_free(body);
    return text;
}

static void send_details(struct line *line) {
    struct bytes url = BYTES_IN(line->heap);
    char uuid[37] = "", *body = details_patch(line);
    bytes_printf(&url, "%s/users?api_key=", line->base);
    http_escape(&url, line->api_key);
    bytes_append_text(&url, "&user_id=");
    http_escape(&url, line->user_id);
    chance_uuid(uuid);
    const struct http_options options = {.method = "PATCH",
        .url = bytes_text(&url),
        .address = line->addresses.text[line->address % line->addresses.count],
        .host = line->host,
        .port = line->port,
        .body = body,
        .authorization = line->token,
        .request_id = uuid,
        .ca_file = line->ca_file,
        .timeout_ms = 5000,
        .done = on_details,
        .context = line};
    if (body != NULL && !bytes_failed(&url))
        line->details_call = http_begin(line->carriers->http, &options);
    if (line->details_call == NULL)
        lose(line, "out of memory");
    heap_free(line->heap, body);
    bytes_fini(&url);
}

static void on_resolved(void *context, const struct addresses *found, const char *why) {
    struct line *line = context;
    line->resolving = NULL;
    line->addresses = *found;
    line->address = 0;
    snprintf(line->resolve_why, sizeof line->resolve_why, "%s", why != NULL ? why : "");
    if (line->resolving_for_dial && line->session.state == SESSION_DIALLING) {
        line->resolving_for_dial = false;
        if (why != NULL)
            lose(line, why);
        else
            dial_now(line);
    }
    loop_timer_start(line->pump, 0);
}

void line_resolve(struct line *line, bool for_dial) {
    line->resolving_for_dial |= for_dial;
    if (line->resolving == NULL)
        line->resolving = resolve(line->carriers->resolver, line->host, on_resolved, line);
}

static void dial(struct line *line) {
    if (line->ws != NULL) { /* the last one is still saying goodbye */
        line->dial_when_closed = true;
        return;
    }
    line->connection_id[0] = '\0';
    /* A name is looked up again once every address of it has failed. */
    if (line->addresses.count == 0 || line->address >= line->addresses.count)
        line_resolve(line, true);
    else
        dial_now(line);
}

/* ---- orders ---- */

static void hang_up(struct line *line) {
    http_cancel(line->details_call);
    line->details_call = NULL;
    line->resolving_for_dial = false;
    line->dial_when_closed = false;
    if (line->ws != NULL)
        ws_drop(line->ws);
    line->ws = NULL;
    line->ws_is_open = false;
}

static void say_goodbye(struct line *line) {
    if (line->ws != NULL && line->ws_is_open)
        ws_goodbye(line->ws);
    else
        hang_up(line);
    line_end_calls(line, false, PL_CANCELLED, "disconnected");
}

static void send_health_check(struct line *line) {
    char text[128];
    const int len = snprintf(text, sizeof text,
        "[{\"type\":\"health.check\",\"client_id\":\"%s\"}]", line->connection_id);
    if (line->ws != NULL)
        ws_send(line->ws, text, (size_t)len);
}

static void obey(struct line *line, unsigned orders) {
    if (orders & SESSION_HANG_UP)
        hang_up(line);
    if (orders & SESSION_GOODBYE)
        say_goodbye(line);
    if (orders & SESSION_TELL)
        tell_link(line);
    if (orders & SESSION_ASK_TOKEN) {
        line->token_is_bad = true;
        line_want_token(line);
    }
    if (orders & SESSION_HEALTH_CHECK)
        send_health_check(line);
    if (line->session.state == SESSION_REFUSED)
        line_end_calls(line, false, PL_OFFLINE, line->session.reason);
    if (line->session.due_ms == INT64_MAX)
        loop_timer_stop(line->due);
    else
        loop_timer_start(line->due, line->session.due_ms - now_ms(line));
    if (orders & SESSION_BECAME_LIVE)
        line_pump_calls(line);
    if (orders & SESSION_DIAL)
        dial(line);
}

static void on_due(void *context) {
    struct line *line = context;
    if (line->ending) {
        hang_up(line);
        loop_ring(line->carriers->loop);
        return;
    }
    obey(line, session_tick(&line->session, now_ms(line)));
}

static void on_pump(void *context) {
    struct line *line = context;
    if (line->owes_link)
        tell_link(line);
    if (line->owes_token)
        line_want_token(line);
    line_pump_calls(line);
}

/* ---- commands ---- */

static void take_identity(struct line *line, struct command *command) {
    heap_free(line->heap, line->user_id);
    heap_free(line->heap, line->token);
    heap_free(line->heap, line->details);
    line->user_id = command->user_id;
    line->token = command->token;
    line->details = command->text;
    line->anonymous = command->anonymous;
    line->token_is_bad = false;
    line->token_number++;
    line->asked_token = false; /* who was asked was asked for somebody who has gone */
    command->user_id = command->token = command->text = NULL;
}

static void take_token(struct line *line, struct command *command) {
    line->asked_token = false;
    if (command->token != NULL) {
        heap_free(line->heap, line->token);
        line->token = command->token;
        line->token_number++;
        line->token_is_bad = false;
        command->token = NULL;
        set_renewal(line);
    } else if (line->token_is_bad || line->token == NULL) {
        line_end_calls(line, false, PL_REFUSED, command->text);
    } else { /* ahead of time: the one there is serves yet */
        loop_timer_start(line->renew, ASK_AGAIN_MS);
    }
    obey(line, session_token(&line->session, command->text, now_ms(line)));
    line_pump_calls(line);
}

static void finish(struct line *line) {
    line->ending = true;
    line_end_calls(line, true, PL_CANCELLED, "the client is being destroyed");
    session_disconnect(&line->session, now_ms(line));
    if (line->ws != NULL && line->ws_is_open) {
        ws_goodbye(line->ws);
        loop_timer_start(line->due, GOODBYE_MS);
    } else {
        hang_up(line);
    }
}

static void take_command(struct line *line, struct command *command) {
    switch (command->kind) {
    case COMMAND_USER: take_identity(line, command); break;
    case COMMAND_CONNECT:
        take_identity(line, command);
        obey(line,
            session_connect(&line->session, line->token != NULL || line->anonymous, now_ms(line)));
        break;
    case COMMAND_DISCONNECT:
        line->farewell = command->reply;
        command->reply = NULL;
        obey(line, session_disconnect(&line->session, now_ms(line)));
        break;
    case COMMAND_TOKEN: take_token(line, command); break;
    case COMMAND_CALL:
        line_take_call(line, command->call);
        command->call = NULL;
        break;
    case COMMAND_CANCEL: line_cancel_call(line, command->number); break;
    }
    command_free(command);
}

bool line_has_ended(const struct line *line) {
    return line->ending && line->ws == NULL;
}

bool line_serve(struct line *line) {
    struct command *commands[16];
    size_t count;
    const unsigned words = mailbox_words(line->mailbox);
    mailbox_move_on(line->mailbox);
    while ((count = mailbox_asked(line->mailbox, commands, 16)) > 0)
        for (size_t i = 0; i < count; i++)
            take_command(line, commands[i]);
    if (words & MAILBOX_AGAIN)
        start_over(line);
    if (words & MAILBOX_HURRY)
        obey(line, session_hurry(&line->session, now_ms(line)));
    if (words & MAILBOX_END)
        finish(line);
    return line_has_ended(line);
}

/* ---- life ---- */

struct line *line_create(
    struct carriers *carriers, const struct line_options *options, struct mailbox *mailbox) {
    const struct heap *heap = mailbox_heap(mailbox);
    struct line *line = heap_make(heap, sizeof *line);
    if (line == NULL) {
        mailbox_unref(mailbox);
        return NULL;
    }
    line->heap = heap;
    line->carriers = carriers;
    line->mailbox = mailbox;
    line->tls = options->tls;
    line->port = options->port;
    line->has_provider = options->has_provider;
    line->host = heap_copy(heap, options->host);
    line->api_key = heap_copy(heap, options->api_key);
    line->ca_file = heap_copy(heap, options->ca_file);
    line->base = heap_copy(heap, options->base);
    list_init(&line->in_network);
    list_init(&line->in_told);
    list_init(&line->waiting);
    list_init(&line->under_way);
    struct chance chance;
    chance_seed_from_system(&chance);
    const int fault = pace_init(&line->pace, heap, options->requests_a_second);
    session_init(&line->session, options->has_provider,
        options->seed != 0 ? options->seed : chance_next(&chance));
    line->due = loop_timer_make(carriers->loop, on_due, line);
    line->pump = loop_timer_make(carriers->loop, on_pump, line);
    line->renew = loop_timer_make(carriers->loop, on_renew, line);
    if (fault < 0 || line->host == NULL || line->api_key == NULL || line->base == NULL ||
        line->due == NULL || line->pump == NULL || line->renew == NULL ||
        (options->ca_file != NULL && line->ca_file == NULL)) {
        line_destroy(line);
        return NULL;
    }
    return line;
}

void line_begin(struct line *line) {
    loop_timer_join(line->due, line->carriers->loop);
    loop_timer_join(line->pump, line->carriers->loop);
    loop_timer_join(line->renew, line->carriers->loop);
    line->begun = true;
}

void line_destroy(struct line *line) {
    if (line == NULL)
        return;
    if (line->begun) {
        hang_up(line);
        resolve_cancel(line->resolving);
        line_end_calls(line, true, PL_CANCELLED, "the client is being destroyed");
        line_ring(line);
        mailbox_end(line->mailbox);
    }
    note_free(line->news[0]);
    note_free(line->news[1]);
    note_free(line->farewell);
    loop_timer_destroy(line->due);
    loop_timer_destroy(line->pump);
    loop_timer_destroy(line->renew);
    const struct heap heap = *line->heap; /* the mailbox may be gone in a moment */
    pace_fini(&line->pace);
    mailbox_unref(line->mailbox);
    if (line->token != NULL)
        explicit_bzero(line->token, strlen(line->token));
    heap_free(&heap, line->host);
    heap_free(&heap, line->api_key);
    heap_free(&heap, line->ca_file);
    heap_free(&heap, line->base);
    heap_free(&heap, line->user_id);
    heap_free(&heap, line->token);
    heap_free(&heap, line->details);
    heap_free(&heap, line);
}
