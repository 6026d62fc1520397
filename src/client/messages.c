/* SPDX-License-Identifier: MIT */
/* Calls about messages, and what can be asked of one. */
#include "client/ask.h"
#include "client/attachments.h"
#include "client/options.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "wire/id.h"
#include "wire/limits.h"
#include <porchlight/message.h>

#include <stdio.h>
#include <string.h>

static bool is_text(const char *text) {
    return text != NULL && utf8_is_valid(text, strlen(text)) &&
           utf8_count(text, strlen(text)) <= LIMIT_MESSAGE_CHARACTERS;
}

static bool is_id(const char *id) {
    return id != NULL && id_is_message(id);
}

static bool is_reaction(const char *type) {
    const size_t len = type != NULL ? strlen(type) : 0;
    return len > 0 && len <= LIMIT_REACTION_TYPE && id_is_message(type);
}

/* "/messages/ID" and what comes behind it. NULL: no memory. */
static char *path_of(const pl_channel *channel, const char *id, const char *last) {
    return heap_print(&channel->client->heap, "/messages/%s%s", id, last);
}

static int send_body(pl_channel *channel, char *path, json *body, int fault, struct wish *wish) {
    fault = ask_text(channel->client, body, fault, &wish->body);
    if (fault < 0) {
        heap_free(&channel->client->heap, path);
        return fault;
    }
    wish->path = path;
    wish->channel = channel;
    return calls_send(channel->client, wish);
}

static bool are_good(struct pl_message_options *wanted, const struct pl_message_options **options) {
    static const struct pl_message_options none = {.size = sizeof none};
    if (*options == NULL)
        *options = &none;
    const size_t least = offsetof(struct pl_message_options, attachments);
    if (!options_read(wanted, sizeof *wanted, least, *options))
        return false;
    *options = wanted;
    return (wanted->id == NULL || is_id(wanted->id)) &&
           (wanted->parent_id == NULL || is_id(wanted->parent_id)) &&
           (wanted->quoted_id == NULL || is_id(wanted->quoted_id)) &&
           (wanted->mentioned != NULL || wanted->mentioned_count == 0) &&
           (wanted->attachments != NULL || wanted->attachment_count == 0) &&
           wanted->attachment_count <= LIMIT_ATTACHMENTS;
}

static int fill_message(json *message, const char *text, const struct pl_message_options *options) {
    int fault = ask_put(message, "text", json_text(text), 0);
    if (options->id != NULL)
        fault = ask_put(message, "id", json_text(options->id), fault);
    if (options->parent_id != NULL)
        fault = ask_put(message, "parent_id", json_text(options->parent_id), fault);
    if (options->quoted_id != NULL)
        fault = ask_put(message, "quoted_message_id", json_text(options->quoted_id), fault);
    if (options->silent)
        fault = ask_put(message, "silent", json_boolean(true), fault);
    if (fault == 0 && options->mentioned_count > 0)
        fault = ask_texts(message, "mentioned_users", options->mentioned, options->mentioned_count);
    if (fault == 0 && options->attachment_count > 0)
        fault = attachments_fill(message, options->attachments, options->attachment_count);
    return fault;
}

PL_API int pl_channel_send_message_with(pl_channel *channel, const char *text,
    const struct pl_message_options *options, pl_done_fn *done, void *context) {
    struct pl_message_options wanted;
    if (channel == NULL || !is_text(text) || !are_good(&wanted, &options))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_SENDING, .done = done, .context = context};
    json *message = NULL, *body = json_object();
    int fault = ask_object(&message, options->custom_json);
    if (fault == 0)
        fault = fill_message(message, text, options);
    if (message != NULL)
        fault = ask_put(body, "message", message, fault);
    return ask_about(channel, "/message", body, fault, &wish);
}

PL_API int pl_channel_send_message(
    pl_channel *channel, const char *text, pl_done_fn *done, void *context) {
    return pl_channel_send_message_with(channel, text, NULL, done, context);
}

static int put(
    pl_channel *channel, const char *id, json *body, int fault, pl_done_fn *done, void *context) {
    struct wish wish = {.purpose = FOR_MESSAGE,
        .method = "PUT",
        .idempotent = true,
        .done = done,
        .context = context};
    return send_body(channel, path_of(channel, id, ""), body, fault, &wish);
}

PL_API int pl_channel_edit_message(pl_channel *channel, const char *message_id, const char *text,
    pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(message_id) || !is_text(text))
        return PL_E_ARGUMENT;
    json *body = json_object(), *set = json_object();
    int fault = ask_put(set, "text", json_text(text), 0);
    fault = ask_put(body, "set", set, fault);
    return put(channel, message_id, body, fault, done, context);
}

PL_API int pl_channel_update_message(pl_channel *channel, const char *message_id,
    const char *set_json, const char *const *unset, size_t unset_count, pl_done_fn *done,
    void *context) {
    if (channel == NULL || !is_id(message_id))
        return PL_E_ARGUMENT;
    json *body = json_object();
    const int fault = ask_changes(body, set_json, unset, unset_count);
    return put(channel, message_id, body, fault, done, context);
}

PL_API int pl_channel_delete_message(
    pl_channel *channel, const char *message_id, bool hard, pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(message_id))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_DELETION,
        .method = "DELETE",
        .channel = channel,
        .done = done,
        .context = context};
    if (hard && (wish.name = heap_copy(&channel->client->heap, message_id)) == NULL)
        return PL_E_MEMORY;
    return ask_bare(channel->client, path_of(channel, message_id, hard ? "?hard=true" : ""), &wish);
}

PL_API int pl_channel_query_message(
    pl_channel *channel, const char *message_id, pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(message_id))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_MESSAGE,
        .method = "GET",
        .idempotent = true,
        .channel = channel,
        .done = done,
        .context = context};
    return ask_bare(channel->client, path_of(channel, message_id, ""), &wish);
}

PL_API int pl_channel_query_replies(pl_channel *channel, const char *parent_id, int limit,
    const char *before_id, pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(parent_id) || (before_id != NULL && !is_id(before_id)) ||
        limit < 0)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_REPLIES,
        .method = "GET",
        .idempotent = true,
        .channel = channel,
        .done = done,
        .context = context};
    char last[LIMIT_MESSAGE_ID + 64];
    snprintf(last, sizeof last, "/replies?limit=%d%s%s",
        limit != 0 ? limit : LIMIT_MESSAGES_DEFAULT, before_id != NULL ? "&id_lt=" : "",
        before_id != NULL ? before_id : "");
    return ask_bare(channel->client, path_of(channel, parent_id, last), &wish);
}

PL_API int pl_channel_query_messages(
    pl_channel *channel, int limit, const char *before_id, pl_done_fn *done, void *context) {
    if (channel == NULL || (before_id != NULL && !is_id(before_id)) || limit < 0)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_OLDER, .idempotent = true, .done = done, .context = context};
    json *body = json_object(), *page = json_object(), *nobody = json_object();
    int fault = ask_put(
        page, "limit", json_integer(limit != 0 ? limit : LIMIT_MESSAGES_DEFAULT), 0);
    if (before_id != NULL)
        fault = ask_put(page, "id_lt", json_text(before_id), fault);
    fault = ask_put(nobody, "limit", json_integer(0), fault);
    fault = ask_put(body, "messages", page, fault);
    fault = ask_put(body, "members", nobody, fault);
    return ask_about(channel, "/query", body, fault, &wish);
}

PL_API int pl_channel_query_reactions(pl_channel *channel, const char *message_id, int limit,
    int offset, pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(message_id) || limit < 0 || offset < 0)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_REACTIONS,
        .method = "GET",
        .idempotent = true,
        .channel = channel,
        .done = done,
        .context = context};
    char last[80];
    snprintf(last, sizeof last, "/reactions?limit=%d&offset=%d", limit != 0 ? limit : 10, offset);
    return ask_bare(channel->client, path_of(channel, message_id, last), &wish);
}

PL_API int pl_channel_add_reaction(pl_channel *channel, const char *message_id, const char *type,
    int score, bool alone, pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(message_id) || !is_reaction(type))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_MESSAGE,
        .method = "POST",
        .idempotent = true,
        .done = done,
        .context = context};
    json *body = json_object(), *reaction = json_object();
    int fault = ask_put(reaction, "type", json_text(type), 0);
    fault = ask_put(reaction, "score", json_integer(score), fault);
    fault = ask_put(body, "reaction", reaction, fault);
    if (alone)
        fault = ask_put(body, "enforce_unique", json_boolean(true), fault);
    return send_body(channel, path_of(channel, message_id, "/reaction"), body, fault, &wish);
}

PL_API int pl_channel_remove_reaction(pl_channel *channel, const char *message_id, const char *type,
    pl_done_fn *done, void *context) {
    if (channel == NULL || !is_id(message_id) || !is_reaction(type))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_MESSAGE,
        .method = "DELETE",
        .channel = channel,
        .done = done,
        .context = context};
    char last[LIMIT_REACTION_TYPE + 16];
    snprintf(last, sizeof last, "/reaction/%s", type);
    return ask_bare(channel->client, path_of(channel, message_id, last), &wish);
}

/* ---- what is known of one ---- */

PL_API pl_message *pl_channel_find_message(const pl_channel *channel, const char *message_id) {
    return message_id != NULL ? state_find_message(channel, message_id) : NULL;
}

PL_API size_t pl_channel_reply_count(const pl_channel *channel) {
    return channel->replies.count;
}

PL_API pl_message *pl_channel_reply_at(const pl_channel *channel, size_t i) {
    return i < channel->replies.count ? channel->replies.items[i] : NULL;
}

PL_API const char *pl_message_parent_id(const pl_message *message) {
    return message->wire.parent_id != NULL ? message->wire.parent_id : "";
}

PL_API const char *pl_message_quoted_id(const pl_message *message) {
    return message->wire.quoted_id != NULL ? message->wire.quoted_id : "";
}

PL_API bool pl_message_is_silent(const pl_message *message) {
    return message->wire.silent;
}

PL_API int pl_message_reply_count(const pl_message *message) {
    return message->wire.reply_count;
}

PL_API int64_t pl_message_updated_unix_ms(const pl_message *message) {
    return message->wire.updated_us / 1000;
}

PL_API char *pl_message_custom_json(const pl_message *message, const char *field) {
    if (field != NULL && strcmp(field, "attachments") == 0)
        return message->attachments != NULL ? json_to_text(message->attachments) : NULL;
    const json *value = field != NULL ? json_get(message->wire.custom, field) : NULL;
    return value != NULL ? json_to_text(value) : NULL;
}

static int64_t whole(const json *value) {
    int64_t number = 0;
    return json_as_integer(value, &number) && number > 0 && number < INT32_MAX ? number : 0;
}

PL_API int pl_message_reaction_count(const pl_message *message, const char *type) {
    int64_t count = 0;
    if (type != NULL)
        return (int)whole(json_get(message->counts, type));
    for (const json *of = json_first(message->counts); of != NULL; of = json_next(of))
        count += whole(of);
    return count < INT32_MAX ? (int)count : INT32_MAX;
}

PL_API bool pl_message_has_my_reaction(const pl_message *message, const char *type) {
    for (const json *one = json_first(message->own); one != NULL; one = json_next(one)) {
        const char *its = json_text_at(one, "type");
        if (type != NULL && its != NULL && strcmp(its, type) == 0)
            return true;
    }
    return false;
}

PL_API char *pl_message_reactions_json(const pl_message *message) {
    return message->counts != NULL ? json_to_text(message->counts) : strdup("{}");
}
