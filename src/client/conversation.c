/* SPDX-License-Identifier: MIT */
/* Calls about a channel: reading, typing, events, and the channel itself. */
#include "client/ask.h"

#include "wire/id.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <stdio.h>
#include <string.h>

enum { EVENT_NAME = 255 };

/* ---- reading ---- */

static int mark(pl_channel *channel, const char *last, enum purpose purpose, const char *id,
    pl_done_fn *done, void *context) {
    struct wish wish = {.purpose = purpose, .idempotent = true, .done = done, .context = context};
    json *body = json_object();
    const int fault = id != NULL ? ask_put(body, "message_id", json_text(id), 0) : 0;
    return ask_about(channel, last, body, fault, &wish);
}

PL_API int pl_channel_mark_read(
    pl_channel *channel, const char *message_id, pl_done_fn *done, void *context) {
    if (channel == NULL || (message_id != NULL && !id_is_message(message_id)))
        return PL_E_ARGUMENT;
    return mark(channel, "/read", FOR_READ, message_id, done, context);
}

PL_API int pl_channel_mark_unread(
    pl_channel *channel, const char *message_id, pl_done_fn *done, void *context) {
    if (channel == NULL || message_id == NULL || !id_is_message(message_id))
        return PL_E_ARGUMENT;
    return mark(channel, "/unread", FOR_UNREAD, message_id, done, context);
}

PL_API int pl_client_mark_all_read(pl_client *client, pl_done_fn *done, void *context) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_READ,
        .method = "POST",
        .idempotent = true,
        .path = heap_copy(&client->heap, "/channels/read"),
        .body = heap_copy(&client->heap, "{}"),
        .done = done,
        .context = context};
    return calls_send(client, &wish);
}

PL_API int pl_client_query_unread(pl_client *client, pl_done_fn *done, void *context) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_UNREAD_COUNTS,
        .method = "GET",
        .idempotent = true,
        .done = done,
        .context = context};
    return ask_bare(client, heap_copy(&client->heap, "/unread"), &wish);
}

/* ---- watching ---- */

PL_API int pl_channel_query_watchers(
    pl_channel *channel, int limit, int offset, pl_done_fn *done, void *context) {
    if (channel == NULL || limit < 0 || limit > LIMIT_MEMBERS || offset < 0 ||
        offset > LIMIT_OFFSET)
        return PL_E_ARGUMENT;
    struct wish wish = {
        .purpose = FOR_WATCHERS, .idempotent = true, .done = done, .context = context};
    json *body = json_object(), *page = json_object(), *none = json_object(),
         *nobody = json_object();
    int fault = ask_put(page, "limit", json_integer(limit != 0 ? limit : LIMIT_MEMBERS), 0);
    fault = ask_put(page, "offset", json_integer(offset), fault);
    fault = ask_put(none, "limit", json_integer(0), fault);
    fault = ask_put(nobody, "limit", json_integer(0), fault);
    fault = ask_put(body, "messages", none, fault);
    fault = ask_put(body, "members", nobody, fault);
    fault = ask_put(body, "watchers", page, fault);
    return ask_about(channel, "/query", body, fault, &wish);
}

/* ---- events ---- */

static int send_event(
    pl_channel *channel, json *event, int fault, pl_done_fn *done, void *context) {
    struct wish wish = {.purpose = FOR_EVENT, .done = done, .context = context};
    json *body = json_object();
    fault = ask_put(body, "event", event, fault);
    return ask_about(channel, "/event", body, fault, &wish);
}

static int type_now(
    pl_channel *channel, const char *name, const char *parent_id, pl_done_fn *done, void *context) {
    if (channel == NULL || (parent_id != NULL && !id_is_message(parent_id)))
        return PL_E_ARGUMENT;
    json *event = json_object();
    int fault = ask_put(event, "type", json_text(name), 0);
    if (parent_id != NULL)
        fault = ask_put(event, "parent_id", json_text(parent_id), fault);
    return send_event(channel, event, fault, done, context);
}

PL_API int pl_channel_start_typing(
    pl_channel *channel, const char *parent_id, pl_done_fn *done, void *context) {
    return type_now(channel, "typing.start", parent_id, done, context);
}

PL_API int pl_channel_stop_typing(
    pl_channel *channel, const char *parent_id, pl_done_fn *done, void *context) {
    return type_now(channel, "typing.stop", parent_id, done, context);
}

PL_API int pl_channel_send_event(pl_channel *channel, const char *type, const char *fields_json,
    pl_done_fn *done, void *context) {
    if (channel == NULL || type == NULL || type[0] == '\0' || strlen(type) > EVENT_NAME ||
        strchr(type, '.') != NULL)
        return PL_E_ARGUMENT;
    json *event = NULL;
    int fault = ask_object(&event, fields_json);
    if (fault < 0)
        return fault;
    fault = ask_put(event, "type", json_text(type), 0);
    return send_event(channel, event, fault, done, context);
}

/* ---- the channel itself ---- */

PL_API int pl_channel_update(pl_channel *channel, const char *set_json, const char *const *unset,
    size_t unset_count, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_CHANNEL_UPDATE,
        .method = "PATCH",
        .idempotent = true,
        .done = done,
        .context = context};
    json *body = json_object();
    return ask_about(channel, "", body, ask_changes(body, set_json, unset, unset_count), &wish);
}

PL_API int pl_channel_delete(pl_channel *channel, bool hard, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_CHANNEL_DELETION,
        .method = "DELETE",
        .channel = channel,
        .done = done,
        .context = context};
    return ask_bare(channel->client, ask_path(channel, hard ? "?hard_delete=true" : ""), &wish);
}

PL_API int pl_channel_truncate(pl_channel *channel, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_CHANNEL_UPDATE, .done = done, .context = context};
    return ask_about(channel, "/truncate", json_object(), 0, &wish);
}

PL_API int pl_channel_hide(
    pl_channel *channel, bool clear_history, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {
        .purpose = FOR_HIDING, .idempotent = !clear_history, .done = done, .context = context};
    json *body = json_object();
    const int fault = ask_put(body, "clear_history", json_boolean(clear_history), 0);
    return ask_about(channel, "/hide", body, fault, &wish);
}

PL_API int pl_channel_show(pl_channel *channel, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {
        .purpose = FOR_SHOWING, .idempotent = true, .done = done, .context = context};
    return ask_about(channel, "/show", json_object(), 0, &wish);
}

static int change_mute(
    pl_channel *channel, const char *path, int64_t for_ms, pl_done_fn *done, void *context) {
    struct wish wish = {.purpose = FOR_MUTES,
        .method = "POST",
        .idempotent = true,
        .channel = channel,
        .done = done,
        .context = context};
    json *body = json_object();
    int fault = ask_put(body, "channel_cid", json_text(channel->wire.cid), 0);
    if (for_ms > 0)
        fault = ask_put(body, "expiration", json_integer(for_ms), fault);
    fault = ask_text(channel->client, body, fault, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&channel->client->heap, path);
    return calls_send(channel->client, &wish);
}

PL_API int pl_channel_mute(pl_channel *channel, int64_t for_ms, pl_done_fn *done, void *context) {
    if (channel == NULL || for_ms < 0)
        return PL_E_ARGUMENT;
    return change_mute(channel, "/moderation/mute/channel", for_ms, done, context);
}

PL_API int pl_channel_unmute(pl_channel *channel, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    return change_mute(channel, "/moderation/unmute/channel", 0, done, context);
}

/* ---- who is in it ---- */

static int change_members(pl_channel *channel, const char *what, const char *const *ids,
    size_t count, bool idempotent, pl_done_fn *done, void *context) {
    if (channel == NULL || ids == NULL || count == 0 || count > LIMIT_BATCH)
        return PL_E_ARGUMENT;
    struct wish wish = {
        .purpose = FOR_MEMBERSHIP, .idempotent = idempotent, .done = done, .context = context};
    json *body = json_object();
    return ask_about(channel, "", body, ask_texts(body, what, ids, count), &wish);
}

PL_API int pl_channel_add_members(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    return change_members(channel, "add_members", ids, count, true, done, context);
}

PL_API int pl_channel_remove_members(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    return change_members(channel, "remove_members", ids, count, true, done, context);
}

PL_API int pl_channel_add_moderators(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    return change_members(channel, "add_moderators", ids, count, true, done, context);
}

PL_API int pl_channel_demote_moderators(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    return change_members(channel, "demote_moderators", ids, count, true, done, context);
}

PL_API int pl_channel_invite(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context) {
    return change_members(channel, "invites", ids, count, false, done, context);
}

static int answer_invite(pl_channel *channel, const char *answer, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_MEMBERSHIP, .done = done, .context = context};
    json *body = json_object();
    const int fault = ask_put(body, answer, json_boolean(true), 0);
    return ask_about(channel, "", body, fault, &wish);
}

PL_API int pl_channel_accept_invite(pl_channel *channel, pl_done_fn *done, void *context) {
    return answer_invite(channel, "accept_invite", done, context);
}

PL_API int pl_channel_reject_invite(pl_channel *channel, pl_done_fn *done, void *context) {
    return answer_invite(channel, "reject_invite", done, context);
}

PL_API bool pl_member_is_invitee(const pl_member *member) {
    const struct member wire = {.invited = member->invited,
        .invite_accepted_us = member->rare != NULL ? member->rare->invite_accepted_us : 0};
    return member_is_invitee(&wire);
}

PL_API int64_t pl_member_invite_accepted_unix_ms(const pl_member *member) {
    return member->rare != NULL ? member->rare->invite_accepted_us / 1000 : 0;
}

PL_API int64_t pl_member_invite_rejected_unix_ms(const pl_member *member) {
    return member->rare != NULL ? member->rare->invite_rejected_us / 1000 : 0;
}

/* ---- what happened meanwhile ---- */

static bool are_cids(const char *const *cids, size_t count) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1];
    for (size_t i = 0; i < count; i++)
        if (cids[i] == NULL || !id_split_cid(cids[i], type, id))
            return false;
    return count > 0 && count <= LIMIT_SYNC_CHANNELS;
}

PL_API int pl_client_sync(pl_client *client, const char *const *cids, size_t count,
    int64_t since_unix_ms, pl_done_fn *done, void *context) {
    if (client == NULL || cids == NULL || !are_cids(cids, count) || since_unix_ms < 0 ||
        since_unix_ms > INT64_MAX / 1000)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_SYNC,
        .method = "POST",
        .idempotent = true,
        .done = done,
        .context = context};
    char since[TIME_TEXT_BYTES];
    json *body = json_object();
    time_print(since, since_unix_ms * 1000);
    int fault = ask_texts(body, "channel_cids", cids, count);
    fault = ask_put(body, "last_sync_at", json_text(since), fault);
    fault = ask_text(client, body, fault, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/sync");
    return calls_send(client, &wish);
}
