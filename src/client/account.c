/* SPDX-License-Identifier: MIT */
/*
 * Guests, the nameless, mutes of users, and calls that are not wanted any more.
 *
 * A guest is made by a call that belongs to nobody, and then connects like any user; the caller
 * sees one connect. Its details go with the connect, so that the guest's user is what they say.
 */
#include "client/ask.h"
#include "client/options.h"

#include "base/chance.h"
#include "wire/id.h"
#include <porchlight/account.h>

#include <string.h>

/* ---- guests ---- */

static int fill_guest(json *body, const struct pl_connect_options *options) {
    json *user = json_object();
    int fault = ask_put(user, "id", json_text(options->user_id), 0);
    if (options->name != NULL)
        fault = ask_put(user, "name", json_text(options->name), fault);
    if (options->status != NULL)
        fault = ask_put(user, "status", json_text(options->status), fault);
    if (options->invisible >= 0)
        fault = ask_put(user, "invisible", json_boolean(options->invisible > 0), fault);
    return ask_put(body, "user", user, fault);
}

PL_API int pl_client_connect_guest(
    pl_client *client, const struct pl_connect_options *options, pl_done_fn *done, void *context) {
    struct pl_connect_options wanted;
    if (client == NULL || !options_read(&wanted, sizeof wanted, sizeof wanted, options) ||
        wanted.user_id == NULL || !id_is_user(wanted.user_id) || wanted.token != NULL ||
        wanted.invisible < -1 || wanted.invisible > 1)
        return PL_E_ARGUMENT;
    if (client->ended || client->wants_link || client->joining)
        return PL_E_STATE;
    struct wish wish = {.purpose = FOR_GUEST, .method = "POST", .done = done, .context = context};
    json *body = json_object();
    int fault = ask_text(client, body, fill_guest(body, &wanted), &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/guest");
    fault = calls_send(client, &wish);
    client->joining = fault == 0;
    return fault;
}

static void end(
    pl_client *client, const struct pending *pending, enum pl_status status, const char *message) {
    const struct pl_outcome outcome = {.status = status, .message = message, .json = ""};
    if (pending->done != NULL)
        pending->done(client, &outcome, pending->context);
}

void account_take_guest(pl_client *client, const struct pending *pending, const json *body,
    const struct pl_outcome *outcome) {
    client->joining = false;
    if (outcome->status != PL_DONE) {
        if (pending->done != NULL)
            pending->done(client, outcome, pending->context);
        return;
    }
    const struct pl_connect_options options = {.size = sizeof options,
        .user_id = json_text_at(json_get(body, "user"), "id"),
        .token = json_text_at(body, "access_token"),
        .invisible = -1};
    if (options.user_id == NULL || !id_is_user(options.user_id) || options.token == NULL) {
        end(client, pending, PL_UNREADABLE, "the answer names no guest, or no token");
        return;
    }
    if (client_connect(client, &options, false, pending->done, pending->context) < 0)
        end(client, pending, PL_OFFLINE, "out of memory");
}

/* ---- the nameless ---- */

PL_API int pl_client_connect_anonymous(pl_client *client, pl_done_fn *done, void *context) {
    char uuid[37];
    if (client == NULL)
        return PL_E_ARGUMENT;
    if (chance_uuid(uuid) != 0)
        return PL_E_SYSTEM;
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = uuid, .invisible = -1};
    return client_connect(client, &options, true, done, context);
}

/* ---- users, and the server ---- */

PL_API int pl_client_upsert_users(
    pl_client *client, const char *users_json, pl_done_fn *done, void *context) {
    if (client == NULL || users_json == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_UPSERT,
        .method = "POST",
        .idempotent = true,
        .done = done,
        .context = context};
    json *users = NULL, *body = json_object();
    int fault = ask_object(&users, users_json);
    const size_t count = json_count(users);
    if (fault == 0 && (count == 0 || count > LIMIT_BATCH))
        fault = PL_E_ARGUMENT;
    if (users != NULL)
        fault = ask_put(body, "users", users, fault);
    fault = ask_text(client, body, fault, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/users");
    return calls_send(client, &wish);
}

PL_API int pl_client_query_app(pl_client *client, pl_done_fn *done, void *context) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {
        .purpose = FOR_APP, .method = "GET", .idempotent = true, .done = done, .context = context};
    return ask_bare(client, heap_copy(&client->heap, "/app"), &wish);
}

/* ---- mutes ---- */

static int change_mute(pl_client *client, const char *path, const char *user_id, int minutes,
    pl_done_fn *done, void *context) {
    if (client == NULL || user_id == NULL || !id_is_user(user_id) || minutes < 0)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_MUTES,
        .method = "POST",
        .idempotent = true,
        .done = done,
        .context = context};
    json *body = json_object();
    int fault = ask_put(body, "target_id", json_text(user_id), 0);
    if (minutes > 0)
        fault = ask_put(body, "timeout", json_integer(minutes), fault);
    fault = ask_text(client, body, fault, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, path);
    return calls_send(client, &wish);
}

PL_API int pl_client_mute_user(
    pl_client *client, const char *user_id, int minutes, pl_done_fn *done, void *context) {
    return change_mute(client, "/moderation/mute", user_id, minutes, done, context);
}

PL_API int pl_client_unmute_user(
    pl_client *client, const char *user_id, pl_done_fn *done, void *context) {
    return change_mute(client, "/moderation/unmute", user_id, 0, done, context);
}

/* ---- wanting a call no more ---- */

PL_API uint64_t pl_client_last_call(const pl_client *client) {
    return client->last_call;
}

/* The library's own: nobody else knows what hangs on them. */
static bool is_ours(const struct pending *pending) {
    return pending->purpose == FOR_RESYNC || pending->purpose == FOR_JOINED ||
           pending->purpose == FOR_SELF || pending->purpose == FOR_LISTENING ||
           pending->purpose == FOR_PAGE;
}

static struct pending *find(const pl_client *client, uint64_t number) {
    for (struct list *item = client->pending.next; item != &client->pending; item = item->next) {
        struct pending *pending = LIST_ITEM(item, struct pending, in_pending);
        if (pending->number == number && !is_ours(pending))
            return pending;
    }
    return NULL;
}

/* The id is the pending's address, which no later call has before this command is read: it stays
 * until its reply is dispatched, and commands are read in order. */
PL_API int pl_client_cancel(pl_client *client, uint64_t number) {
    if (client == NULL || number == 0 || number > client->last_call)
        return PL_E_ARGUMENT;
    const struct pending *pending = client->ended ? NULL : find(client, number);
    if (pending == NULL)
        return PL_E_STATE;
    struct command *command = command_create(mailbox_heap(client->mailbox), COMMAND_CANCEL);
    if (command == NULL)
        return PL_E_MEMORY;
    command->number = (uint64_t)(uintptr_t)pending;
    if (mailbox_ask(client->mailbox, command) == 0)
        return 0;
    command_free(command);
    return PL_E_FULL;
}
