/* SPDX-License-Identifier: MIT */
/* Channels that a person makes, widens, leaves; and the one of two people. */
#include "dashboard/feed_inner.h"

#include "dashboard/model/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct opening {
    struct feed *feed;
    bool to_write;
};

/* Who has begun to write elsewhere meanwhile is not taken away: what they type would go here. */
static void show_opened(struct feed *feed, pl_channel *channel, bool to_write) {
    const char *cid = feed->lib->channel_cid(channel);
    feed_tell_channel(feed, channel);
    feed->lib->channel_listen_all(channel);
    if (compose_is_open(feed->model)) {
        feed_toast(feed, "The conversation is there now, among the channels");
        return;
    }
    feed_toast(feed, "");
    if (model_open_talk(feed->model, cid) && to_write)
        compose_open(feed->model);
}

static void on_opened(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct opening *opening = context;
    struct feed *feed = opening->feed;
    (void)client;
    feed->changed = true;
    if (outcome->status == PL_DONE && outcome->channel != NULL)
        show_opened(feed, outcome->channel, opening->to_write);
    else
        feed_toast(feed, feed_why(feed, outcome));
    feed->openings--;
    free(opening);
}

int feed_open_channel(struct feed *feed, const char *type, const char *id, const char *name,
    const char *const *ids, size_t count, bool to_write) {
    const struct pl_channel_options options = {
        .size = sizeof options, .name = name, .members = ids, .member_count = count};
    struct opening *opening = calloc(1, sizeof *opening);
    if (opening == NULL)
        return PL_E_MEMORY;
    *opening = (struct opening){feed, to_write};
    const int fault = feed->lib->channel_get_or_create(
        feed->client, type, id, &options, PL_WATCH | PL_PRESENCE, on_opened, opening);
    if (fault < 0)
        free(opening);
    else
        feed->openings++;
    return fault;
}

/* An id has fewer letters than a name. */
static void id_of_name(const char *name, char *to, size_t size) {
    size_t len = 0;
    for (; *name != '\0' && len + 1 < size; name++) {
        const char c = *name;
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (fits || (len > 0 && to[len - 1] != '-'))
            to[len++] = fits ? c : '-';
    }
    to[len] = '\0';
}

int feed_make_channel(struct feed *feed, const char *name, const char *const *ids, size_t count) {
    const char *colon = strchr(name, ':');
    char type[65] = "messaging", id[65];
    const char *all[101] = {feed->user};
    if (count > 99 || (colon != NULL && (size_t)(colon - name) >= sizeof type))
        return PL_E_ARGUMENT;
    if (colon != NULL)
        snprintf(type, sizeof type, "%.*s", (int)(colon - name), name);
    id_of_name(colon != NULL ? colon + 1 : name, id, sizeof id);
    for (size_t i = 0; i < count; i++)
        all[i + 1] = ids[i];
    return feed_open_channel(
        feed, type, id, colon != NULL ? colon + 1 : name, all, count + 1, false);
}

static void on_members(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    const struct channel_shown *shown = model_find_channel(feed->model, ask->cid);
    const bool left = strcmp(ask->id, feed->user) == 0;
    char text[300];
    (void)client;
    if (outcome->status != PL_DONE)
        snprintf(text, sizeof text, "%s", feed_why(feed, outcome));
    else
        snprintf(text, sizeof text, left ? "You left %s%s" : "Added to %s%s",
            shown != NULL ? channel_sign(shown) : "", shown != NULL ? shown->name : ask->cid);
    feed_toast(feed, text);
    if (outcome->status == PL_DONE && left)
        feed_tell(feed, (struct told){.kind = TOLD_GONE, .cid = ask->cid});
    feed_ask_destroy(ask);
}

static int change_members(struct feed *feed, const char *cid, const char *const *ids, size_t count,
    __typeof__(pl_channel_add_members) *change, const char *whom) {
    pl_channel *channel = feed->lib->client_find_channel(feed->client, cid);
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct ask *ask = feed_ask_create(feed, cid, whom);
    const int fault = ask != NULL ? change(channel, ids, count, on_members, ask) : PL_E_MEMORY;
    if (fault < 0)
        feed_ask_destroy(ask);
    return fault;
}

int feed_add_members(struct feed *feed, const char *cid, const char *const *ids, size_t count) {
    return change_members(feed, cid, ids, count, feed->lib->channel_add_members, "");
}

int feed_leave_channel(struct feed *feed, const char *cid) {
    const char *const me[] = {feed->user};
    return change_members(feed, cid, me, 1, feed->lib->channel_remove_members, feed->user);
}
