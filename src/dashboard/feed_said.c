/* SPDX-License-Identifier: MIT */
/* What the library tells of conversations: lines, marks, who types. */
#include "dashboard/feed_inner.h"

#include "base/bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 5000 };

/* ---- calls under way ---- */

struct ask *feed_ask_create(struct feed *feed, const char *cid, const char *id) {
    struct ask *ask = calloc(1, sizeof *ask);
    if (ask == NULL)
        return NULL;
    ask->feed = feed;
    ask->cid = strdup(cid);
    ask->id = strdup(id);
    if (ask->cid != NULL && ask->id != NULL)
        return ask;
    free(ask->cid);
    free(ask->id);
    free(ask);
    return NULL;
}

void feed_ask_destroy(struct ask *ask) {
    if (ask == NULL)
        return;
    free(ask->cid);
    free(ask->id);
    free(ask->why);
    free(ask);
}

struct line *feed_find_line(const struct model *model, const char *cid, const char *id) {
    const struct channel_shown *channel = model_find_channel(model, cid);
    struct line *line = channel != NULL ? chat_find(&channel->chat, id) : NULL;
    return line == NULL && channel != NULL ? chat_find(&channel->replies, id) : line;
}

void feed_toast(struct feed *feed, const char *text) {
    feed_tell(feed,
        (struct told){.kind = TOLD_TOAST, .text = text, .until_ms = feed_now_ms() + TOAST_MS});
    feed->changed = true;
}

/* ---- what is said ---- */

/* {"like":2,"wow":1} as "[like 2], wow", mine in brackets. Types are words, counts are numbers:
 * nothing to unescape. */
static void print_reactions(
    const struct feed *feed, const pl_message *message, const char *json, struct bytes *to) {
    for (const char *at = json; (at = strchr(at, '"')) != NULL;) {
        const char *type = at + 1, *end = strchr(type, '"');
        char own[64];
        if (end == NULL || end[1] != ':')
            return;
        const long count = strtol(end + 2, NULL, 10);
        snprintf(own, sizeof own, "%.*s", (int)(end - type), type);
        const bool mine = feed->lib->message_has_my_reaction(message, own);
        if (count > 0)
            bytes_printf(to, "%s%s%s", to->len > 0 ? ", " : "", mine ? "[" : "", own);
        if (count > 1)
            bytes_printf(to, " %ld", count);
        if (count > 0 && mine)
            bytes_append_text(to, "]");
        at = end + 1;
    }
}

static void read_reactions(const struct feed *feed, const pl_message *message, struct bytes *to) {
    char *json = feed->lib->message_reactions_json(message);
    bytes_append_text(to, "");
    if (json != NULL)
        print_reactions(feed, message, json, to);
    feed->lib->free(json);
}

/* reactions: owned by the caller, and pointed to by what is returned. */
static struct line_told told_of(
    struct feed *feed, const pl_message *message, struct bytes *reactions) {
    const struct library *lib = feed->lib;
    pl_user *author = lib->message_user(message);
    const int64_t created_ms = lib->message_created_unix_ms(message);
    bytes_clear(reactions);
    read_reactions(feed, message, reactions);
    if (author != NULL)
        feed_tell_person(feed, author);
    return (struct line_told){.id = lib->message_id(message),
        .author = author != NULL ? lib->user_id(author) : "?",
        .text = lib->message_text(message),
        .reactions = bytes_text(reactions),
        .at_ms = created_ms,
        .replies = lib->message_reply_count(message),
        .edited = lib->message_updated_unix_ms(message) > created_ms,
        .deleted = lib->message_is_deleted(message)};
}

void feed_tell_line(struct feed *feed, pl_channel *channel, pl_message *message, bool is_news) {
    const struct library *lib = feed->lib;
    struct bytes reactions = BYTES_EMPTY;
    struct line_told told = told_of(feed, message, &reactions);
    const char *cid = lib->channel_cid(channel), *parent = lib->message_parent_id(message);
    told.is_news = is_news;
    if (parent[0] == '\0') {
        feed_tell(feed, (struct told){.kind = TOLD_LINE, .cid = cid, .line = told});
    } else {
        feed_tell(feed, (struct told){.kind = TOLD_REPLY, .cid = cid, .id = parent, .line = told});
    }
    bytes_fini(&reactions);
}

void feed_tell_unread(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const struct pl_read *mine = lib->channel_find_read(channel, feed->user);
    const int unread = lib->channel_unread(channel);
    if (unread >= 0)
        feed_tell(feed, (struct told){.kind = TOLD_UNREAD,
                            .cid = lib->channel_cid(channel),
                            .unread = unread,
                            .until_ms = mine != NULL ? mine->last_read_unix_ms : 0});
}

static void tell_typing(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const size_t count = lib->channel_typing_count(channel);
    const char **ids = calloc(count + 1, sizeof *ids);
    if (ids == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        pl_user *user = lib->channel_typing_at(channel, i);
        feed_tell_person(feed, user);
        ids[i] = lib->user_id(user);
    }
    feed_tell(feed,
        (struct told){
            .kind = TOLD_TYPING, .cid = lib->channel_cid(channel), .ids = ids, .id_count = count});
    free(ids);
}

static void tell_lines(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const size_t count = lib->channel_message_count(channel);
    struct line_told *told = calloc(count + 1, sizeof *told);
    struct bytes *reactions = calloc(count + 1, sizeof *reactions);
    for (size_t i = 0; told != NULL && reactions != NULL && i < count; i++)
        told[i] = told_of(feed, lib->channel_message_at(channel, i), &reactions[i]);
    if (told != NULL && reactions != NULL)
        feed_tell(feed, (struct told){.kind = TOLD_LINES,
                            .cid = lib->channel_cid(channel),
                            .lines = told,
                            .line_count = count});
    for (size_t i = 0; reactions != NULL && i < count; i++)
        bytes_fini(&reactions[i]);
    free(reactions);
    free(told);
}

void feed_said_tell(struct feed *feed, pl_channel *channel) {
    struct channel_shown *shown = model_find_channel(feed->model, feed->lib->channel_cid(channel));
    tell_lines(feed, channel);
    feed_tell_unread(feed, channel);
    tell_typing(feed, channel);
    if (shown == NULL)
        return;
    /* What failed with a link that was lost may be asked for again. */
    shown->chat.asked_ms = 0;
    if (shown->chat.older == OLDER_FAILED)
        shown->chat.older = OLDER_UNKNOWN;
    if (shown->replies_to != NULL)
        shown->replies.older = OLDER_WANTED;
}

static void on_parent(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (outcome->status == PL_DONE && outcome->message_object != NULL && channel != NULL)
        feed_tell_line(feed, channel, outcome->message_object, false);
    feed_ask_destroy(ask);
}

/* Nobody is told that a message has another count of replies: it is read again, where it shows. */
static void recount_replies(struct feed *feed, pl_channel *channel, const pl_message *reply) {
    const struct library *lib = feed->lib;
    const char *cid = lib->channel_cid(channel), *parent = lib->message_parent_id(reply);
    if (parent[0] == '\0' || feed_find_line(feed->model, cid, parent) == NULL)
        return;
    struct ask *ask = feed_ask_create(feed, cid, parent);
    if (ask != NULL && lib->channel_query_message(channel, parent, on_parent, ask) < 0)
        feed_ask_destroy(ask);
}

static void take_message(struct feed *feed, const struct pl_event *event) {
    if (event->channel == NULL || event->message == NULL)
        return;
    if (event->type == PL_EVENT_MESSAGE_DELETED &&
        strstr(event->json, "\"hard_delete\":true") != NULL)
        feed_tell(feed, (struct told){.kind = TOLD_LINE_GONE,
                            .cid = event->cid,
                            .id = feed->lib->message_id(event->message)});
    else
        feed_tell_line(feed, event->channel, event->message, event->type == PL_EVENT_MESSAGE_NEW);
    if (event->type == PL_EVENT_MESSAGE_NEW || event->type == PL_EVENT_MESSAGE_DELETED)
        recount_replies(feed, event->channel, event->message);
    feed_tell_unread(feed, event->channel);
}

static void take_read(struct feed *feed, const struct pl_event *event) {
    const struct library *lib = feed->lib;
    if (event->type == PL_EVENT_MARKED_UNREAD) {
        struct channel_shown *shown = model_find_channel(feed->model, event->cid);
        if (shown != NULL)
            shown->chat.seen_ms = 0; /* it is to be news again */
    }
    if (event->channel != NULL)
        feed_tell_unread(feed, event->channel);
    for (size_t i = 0; event->channel == NULL && i < lib->client_channel_count(feed->client); i++)
        feed_tell_unread(feed, lib->client_channel_at(feed->client, i));
}

void feed_said_event(struct feed *feed, const struct pl_event *event) {
    switch (event->type) {
    case PL_EVENT_MESSAGE_READ:
    case PL_EVENT_MARKED_UNREAD: take_read(feed, event); break;
    case PL_EVENT_TYPING_STARTED:
    case PL_EVENT_TYPING_STOPPED:
        if (event->channel != NULL)
            tell_typing(feed, event->channel);
        break;
    case PL_EVENT_CHANNEL_TRUNCATED:
        if (event->channel != NULL)
            feed_said_tell(feed, event->channel);
        break;
    default: take_message(feed, event); break;
    }
}
