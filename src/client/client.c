/* SPDX-License-Identifier: MIT */
/*
 * A client's life on the caller's thread. Everything that comes from the network comes out of the
 * mailbox, in pl_client_dispatch(), one note after the other: taken into the state, then told.
 *
 * pl_client_destroy() may be called from a callback. Then all is ended at once, but what the
 * callbacks on the stack still look at is freed when dispatch unwinds.
 */
#include "client/client.h"

#include "base/clock.h"
#include "client/forget.h"
#include "client/net.h"
#include "client/options.h"
#include "client/pace.h"
#include "client/url.h"
#include "wire/id.h"
#include <porchlight/version.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A flood must not keep the caller from all else: what is left waits for the next dispatch. */
enum { BATCH = 64, DISPATCH_US = 20 * 1000, GOODBYE_MS = 1000 };

/* ---- making ---- */

static void free_client(pl_client *client) {
    const struct heap heap = client->heap;
    listening_fini(client);
    handlers_free_all(client);
    state_fini(&client->state);
    mailbox_unref(client->mailbox);
    if (client->holds_network)
        pl_network_destroy(client->network);
    heap_free(&heap, client->api_key);
    heap_free(&heap, client->user_id);
    heap_free(&heap, client);
}

static void take_options(pl_client *client, const struct pl_client_options *options) {
    client->network = options->network;
    client->token = options->token;
    client->token_context = options->token_context;
    client->log = options->log;
    client->log_context = options->log_context;
    client->link = (struct pl_link){
        .state = PL_LINK_OFF, .latency_ms = -1, .reason = client->reason};
    client->link.since_unix_ms = clock_unix_us() / 1000;
    list_init(&client->handlers);
    list_init(&client->farewells);
    list_init(&client->pending);
    client->unread_total = client->unread_channels = -1;
    state_init(&client->state, client, &client->heap);
    client->state.most = options->most_memory != 0 ? options->most_memory : FORGET_USUAL;
}

static int join(pl_client *client, const struct pl_client_options *options, const struct url *url) {
    const struct line_options line = {.heap = &client->heap,
        .tls = url->tls,
        .host = url->host,
        .port = url->port,
        .base = url->base,
        .api_key = options->api_key,
        .ca_file = options->ca_file,
        .has_provider = options->token != NULL,
        .seed = options->seed,
        .requests_a_second = options->requests_a_second > 0 ? (size_t)options->requests_a_second
                                                            : PACE_USUAL};
    int fault = 0;
    if (client->network == NULL)
        fault = network_create(&client->heap, NULL, &client->network);
    else
        network_hold(client->network);
    client->holds_network = fault == 0;
    return fault < 0 ? fault : network_join(client->network, &line, &client->mailbox);
}

PL_API int pl_client_create(pl_client **out, const struct pl_client_options *options) {
    struct url url;
    struct pl_client_options wanted;
    const size_t least = offsetof(struct pl_client_options, resize);
    if (out == NULL || !options_read(&wanted, sizeof wanted, least, options) ||
        wanted.url == NULL || wanted.api_key == NULL || !url_read(&url, wanted.url) ||
        wanted.requests_a_second < 0 || wanted.requests_a_second > PACE_MOST ||
        (wanted.most_memory != 0 && wanted.most_memory < FORGET_LEAST))
        return PL_E_ARGUMENT;
    options = &wanted;
    const struct heap heap = {.resize = options->resize, .context = options->resize_context};
    pl_client *client = heap_make(&heap, sizeof *client);
    if (client == NULL)
        return PL_E_MEMORY;
    client->heap = heap;
    take_options(client, options);
    client->api_key = heap_copy(&client->heap, options->api_key);
    const int fault = client->api_key != NULL ? join(client, options, &url) : PL_E_MEMORY;
    if (fault < 0) {
        free_client(client);
        return fault;
    }
    *out = client;
    return 0;
}

/* ---- commands ---- */

static struct command *make_command(const pl_client *client, enum command_kind kind) {
    return command_create(mailbox_heap(client->mailbox), kind);
}

static int ask(pl_client *client, struct command *command) {
    if (command == NULL)
        return PL_E_MEMORY;
    if (mailbox_ask(client->mailbox, command) == 0)
        return 0;
    command_free(command);
    return PL_E_FULL;
}

/* What of the options the server is told at connect; NULL: no memory. */
static char *details(const pl_client *client, const struct pl_connect_options *options) {
    json *object = json_object();
    bool bad = json_set(object, "id", json_text(options->user_id)) < 0;
    if (options->name != NULL)
        bad |= json_set(object, "name", json_text(options->name)) < 0;
    if (options->status != NULL)
        bad |= json_set(object, "status", json_text(options->status)) < 0;
    if (options->invisible >= 0)
        bad |= json_set(object, "invisible", json_boolean(options->invisible > 0)) < 0;
    char *text = bad ? NULL : json_to_text_in(&client->heap, object);
    json_free(object);
    return text;
}

static bool are_good(struct pl_connect_options *wanted, const struct pl_connect_options *options) {
    return options_read(wanted, sizeof *wanted, sizeof *wanted, options) &&
           wanted->user_id != NULL && id_is_user(wanted->user_id) && wanted->invisible >= -1 &&
           wanted->invisible <= 1;
}

static struct command *identify(
    const pl_client *client, enum command_kind kind, const struct pl_connect_options *options) {
    struct command *command = make_command(client, kind);
    if (command == NULL)
        return NULL;
    command->user_id = heap_copy(&client->heap, options->user_id);
    command->token = heap_copy(&client->heap, options->token);
    command->text = kind == COMMAND_CONNECT ? details(client, options) : NULL;
    if (command->user_id != NULL && (options->token == NULL || command->token != NULL) &&
        (kind != COMMAND_CONNECT || command->text != NULL))
        return command;
    command_free(command);
    return NULL;
}

static int begin(pl_client *client, enum command_kind kind,
    const struct pl_connect_options *options, bool anonymous) {
    struct pl_connect_options wanted;
    if (client == NULL || !are_good(&wanted, options) ||
        (wanted.token == NULL && client->token == NULL && !anonymous))
        return PL_E_ARGUMENT;
    options = &wanted;
    if (client->ended || client->wants_link || client->joining)
        return PL_E_STATE;
    char *user_id = heap_copy(&client->heap, options->user_id);
    struct command *command = user_id != NULL ? identify(client, kind, options) : NULL;
    if (command != NULL)
        command->anonymous = anonymous;
    const int fault = ask(client, command);
    if (fault < 0) {
        heap_free(&client->heap, user_id);
        return fault;
    }
    const bool is_new = client->user_id == NULL || strcmp(client->user_id, user_id) != 0;
    client->was_live = client->was_live && !is_new;
    heap_free(&client->heap, client->user_id);
    client->user_id = user_id;
    client->local = NULL;
    client->anonymous = anonymous;
    client->unread_total = client->unread_channels = -1;
    return 0;
}

PL_API int pl_client_set_user(pl_client *client, const struct pl_connect_options *options) {
    return begin(client, COMMAND_USER, options, false);
}

int client_connect(pl_client *client, const struct pl_connect_options *options, bool anonymous,
    pl_done_fn *done, void *context) {
    const int fault = begin(client, COMMAND_CONNECT, options, anonymous);
    if (fault < 0)
        return fault;
    client->wants_link = true;
    client->connecting = (struct answer_to){done, context};
    return 0;
}

PL_API int pl_client_connect_user(
    pl_client *client, const struct pl_connect_options *options, pl_done_fn *done, void *context) {
    return client_connect(client, options, false, done, context);
}

static void answer(pl_client *client, struct answer_to to, const struct pl_outcome *outcome) {
    if (to.done != NULL)
        to.done(client, outcome, to.context);
}

void client_answer_connect(pl_client *client, enum pl_status status) {
    struct answer_to *last = &client->connecting;
    if (!list_is_empty(&client->farewells))
        last = &LIST_ITEM(client->farewells.next, struct farewell, in_farewells)->connect;
    const struct answer_to to = *last;
    const struct pl_outcome outcome = {.status = status,
        .code = client->link.code,
        .message = status == PL_DONE ? "" : client->reason,
        .users = &client->local,
        .user_count = client->local != NULL && status == PL_DONE,
        .json = ""};
    *last = (struct answer_to){0};
    answer(client, to, &outcome);
}

/* The oldest goodbye has been said, or all ends before it is. */
static void end_farewell(pl_client *client) {
    struct farewell *first = LIST_ITEM(client->farewells.next, struct farewell, in_farewells);
    const struct farewell farewell = *first;
    list_remove(&first->in_farewells);
    heap_free(&client->heap, first);
    answer(client, farewell.connect,
        &(struct pl_outcome){.status = PL_CANCELLED, .message = "disconnected", .json = ""});
    answer(client, farewell.disconnect,
        client->ended ? &(struct pl_outcome){.status = PL_CANCELLED,
                            .message = "the client is being destroyed",
                            .json = ""}
                      : &(struct pl_outcome){.status = PL_DONE, .message = "", .json = ""});
}

static void cancel_link(pl_client *client) {
    while (!list_is_empty(&client->farewells))
        end_farewell(client);
    const struct answer_to to = client->connecting;
    client->connecting = (struct answer_to){0};
    answer(client, to,
        &(struct pl_outcome){.status = PL_CANCELLED, .message = "disconnected", .json = ""});
}

PL_API int pl_client_disconnect(pl_client *client, pl_done_fn *done, void *context) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    if (!client->wants_link || client->ended)
        return PL_E_STATE;
    struct farewell *farewell = heap_make(&client->heap, sizeof *farewell);
    if (farewell == NULL)
        return PL_E_MEMORY;
    struct command *command = make_command(client, COMMAND_DISCONNECT);
    if (command != NULL && (command->reply = note_create(command->heap, NOTE_LINK)) == NULL) {
        command_free(command);
        command = NULL;
    }
    const int fault = ask(client, command);
    if (fault < 0) {
        heap_free(&client->heap, farewell);
        return fault;
    }
    *farewell = (struct farewell){
        .connect = client->connecting, .disconnect = (struct answer_to){done, context}};
    list_append(&client->farewells, &farewell->in_farewells);
    client->connecting = (struct answer_to){0};
    client->wants_link = false;
    return 0;
}

PL_API void pl_client_reconnect_now(pl_client *client) {
    if (client != NULL && !client->ended)
        mailbox_say(client->mailbox, MAILBOX_HURRY);
}

PL_API int pl_client_give_token(pl_client *client, const char *token, const char *why) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    struct command *command = make_command(client, COMMAND_TOKEN);
    if (command == NULL)
        return PL_E_MEMORY;
    if (token != NULL)
        command->token = heap_copy(&client->heap, token);
    else
        command->text = heap_copy(
            &client->heap, why != NULL && why[0] != '\0' ? why : "no token is to be had");
    if (command->token == NULL && command->text == NULL) {
        command_free(command);
        return PL_E_MEMORY;
    }
    return ask(client, command);
}

/* ---- dispatch ---- */

static void take_frame(pl_client *client, struct note *note) {
    if (note->body != NULL || json_read(&note->body, note->text, note->len) == 0)
        events_take_frame(client, note);
    else
        client->state.torn = true;
}

static void take_note(pl_client *client, struct note *note) {
    switch (note->kind) {
    case NOTE_FRAME: take_frame(client, note); break;
    case NOTE_HELLO: events_take_hello(client, note); break;
    case NOTE_REPLY: calls_take_reply(client, note); break;
    case NOTE_LINK:
        events_take_link(client, note);
        if (!client->ended && note->link.state == PL_LINK_OFF && !list_is_empty(&client->farewells))
            end_farewell(client);
        break;
    case NOTE_WANT_TOKEN:
        if (client->token != NULL)
            client->token(client, client->token_context);
        break;
    case NOTE_LOST: resync_after_loss(client); break;
    }
}

static int take_batch(pl_client *client) {
    struct note *notes[BATCH];
    const size_t count = mailbox_take(client->mailbox, notes, BATCH);
    for (size_t i = 0; i < count; i++) {
        if (!client->ended)
            take_note(client, notes[i]);
        if (!client->ended && client_was_torn(client))
            events_start_over(client);
        if (!client->ended)
            forget_surplus(client);
        note_free(notes[i]);
    }
    return (int)count;
}

/* What could not be asked for when it was due has another chance, once. That may be the end of a
 * resync, which lets go of those whom it held: what had no room until then is read again now, for
 * nobody knows when the next note comes. */
static void catch_up(pl_client *client) {
    if (client->ended)
        return;
    listening_pump(client);
    resync_step_done(client);
    if (!client->ended && client_was_torn(client))
        events_start_over(client);
    if (!client->ended)
        forget_surplus(client);
}

PL_API int pl_client_dispatch(pl_client *client) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    if (client->dispatching || client->ended)
        return PL_E_STATE;
    int taken = 0, count;
    const int64_t until_us = clock_mono_us() + DISPATCH_US;
    bool in_time = true;
    client->dispatching = true;
    mailbox_wake(client->mailbox);
    do {
        while (!client->ended && in_time && (count = take_batch(client)) > 0) {
            taken += count;
            in_time = clock_mono_us() < until_us;
        }
        catch_up(client);
    } while (!client->ended && in_time && !mailbox_sleep(client->mailbox));
    if (!in_time)
        mailbox_leave(client->mailbox);
    client->dispatching = false;
    if (client->ended)
        free_client(client);
    else
        handlers_sweep(client);
    return taken;
}

PL_API int pl_client_wait(pl_client *client, int at_most_ms) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    if (client->dispatching || client->ended)
        return PL_E_STATE;
    struct pollfd readable = {.fd = mailbox_fd(client->mailbox), .events = POLLIN};
    return poll(&readable, 1, at_most_ms) > 0 ? pl_client_dispatch(client) : 0;
}

PL_API int pl_client_fd(const pl_client *client) {
    return mailbox_fd(client->mailbox);
}

/* ---- the end ---- */

/* Until the network thread has let go; it takes part of a second for a goodbye. */
static void await_gone(pl_client *client) {
    const int64_t until_ms = clock_mono_ms() + GOODBYE_MS;
    struct pollfd readable = {.fd = mailbox_fd(client->mailbox), .events = POLLIN};
    while (!mailbox_is_over(client->mailbox) && clock_mono_ms() < until_ms) {
        mailbox_wake(client->mailbox);
        while (take_batch(client) > 0)
            continue;
        if (!mailbox_is_over(client->mailbox) && mailbox_sleep(client->mailbox))
            poll(&readable, 1, (int)(until_ms - clock_mono_ms()));
    }
}

PL_API void pl_client_destroy(pl_client *client) {
    if (client == NULL || client->ended)
        return;
    const bool inside = client->dispatching;
    client->ended = true;
    cancel_link(client);
    calls_cancel_all(client);
    mailbox_say(client->mailbox, MAILBOX_END);
    await_gone(client);
    if (!inside)
        free_client(client);
}

/* ---- looking ---- */

PL_API struct pl_link pl_client_link(const pl_client *client) {
    return client->link;
}

PL_API pl_user *pl_local_user(const pl_client *client) {
    return client->local;
}

PL_API pl_user *pl_client_find_user(const pl_client *client, const char *id) {
    return id != NULL ? state_find_user(&client->state, id) : NULL;
}

PL_API size_t pl_client_channel_count(const pl_client *client) {
    return client->state.channel_count;
}

PL_API pl_channel *pl_client_channel_at(const pl_client *client, size_t i) {
    return i < client->state.channel_count ? client->state.order[i] : NULL;
}

PL_API pl_channel *pl_client_find_channel(const pl_client *client, const char *cid) {
    return cid != NULL ? state_find_channel(&client->state, cid) : NULL;
}

PL_API const char *pl_version(void) {
    return PORCHLIGHT_VERSION;
}

PL_API const char *pl_status_name(int status) {
    switch (status) {
    case PL_DONE: return "done";
    case PL_REFUSED: return "refused";
    case PL_OFFLINE: return "offline";
    case PL_CANCELLED: return "cancelled";
    case PL_TIMED_OUT: return "timed out";
    case PL_UNREADABLE: return "unreadable answer";
    case PL_E_MEMORY: return "out of memory";
    case PL_E_ARGUMENT: return "bad argument";
    case PL_E_STATE: return "not possible now";
    case PL_E_FULL: return "too many calls under way";
    case PL_E_SYSTEM: return "the system refused";
    default: return "unknown";
    }
}
