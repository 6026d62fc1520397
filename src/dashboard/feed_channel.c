/* SPDX-License-Identifier: MIT */
/* Channels that a person makes, widens, leaves; and the one of two people. */
#include "dashboard/feed_inner.h"

#include "dashboard/model/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_MOST = 100 }; /* of a call */

struct opening {
    struct feed *feed;
    bool to_write;
    pl_channel *channel; /* it is there, and those who were not in it are being added */
    size_t count;        /* of those who are to be in it */
    char *ids[MEMBERS_MOST];
};

static void opening_destroy(struct opening *opening) {
    if (opening == NULL)
        return;
    for (size_t i = 0; i < opening->count; i++)
        free(opening->ids[i]);
    free(opening);
}

/* NULL: out of memory. */
static struct opening *opening_create(
    struct feed *feed, bool to_write, const char *const *ids, size_t count) {
    struct opening *opening = calloc(1, sizeof *opening);
    if (opening == NULL || count > MEMBERS_MOST) {
        free(opening);
        return NULL;
    }
    opening->feed = feed;
    opening->to_write = to_write;
    for (; opening->count < count; opening->count++) {
        opening->ids[opening->count] = strdup(ids[opening->count]);
        if (opening->ids[opening->count] == NULL) {
            opening_destroy(opening);
            return NULL;
        }
    }
    return opening;
}

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

static void opened(struct opening *opening, const struct pl_outcome *outcome) {
    struct feed *feed = opening->feed;
    feed->changed = true;
    if (outcome->status == PL_DONE && opening->channel != NULL)
        show_opened(feed, opening->channel, opening->to_write);
    else
        feed_toast(feed, feed_why(feed, outcome));
    feed->openings--;
    opening_destroy(opening);
}

static void on_added(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    opened(context, outcome);
}

/* A channel that was there already knows nothing of whom we wanted in it. 0: all of them are;
 * > 0: they are being added. */
static int add_missing(struct opening *opening) {
    const struct library *lib = opening->feed->lib;
    const char *missing[MEMBERS_MOST];
    size_t count = 0;
    for (size_t i = 0; i < opening->count; i++)
        if (lib->channel_find_member(opening->channel, opening->ids[i]) == NULL)
            missing[count++] = opening->ids[i];
    if (count == 0)
        return 0;
    const int fault = lib->channel_add_members(opening->channel, missing, count, on_added, opening);
    return fault < 0 ? fault : 1;
}

static void on_opened(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct opening *opening = context;
    (void)client;
    opening->channel = outcome->channel;
    if (outcome->status != PL_DONE || outcome->channel == NULL || add_missing(opening) <= 0)
        opened(opening, outcome);
}

int feed_open_channel(struct feed *feed, const char *type, const char *id, const char *name,
    const char *const *ids, size_t count, bool to_write) {
    const struct pl_channel_options options = {
        .size = sizeof options, .name = name, .members = ids, .member_count = count};
    /* Of the one of two people, its members are what it is. */
    struct opening *opening = opening_create(feed, to_write, ids, id != NULL ? count : 0);
    if (opening == NULL)
        return PL_E_MEMORY;
    const int fault = feed->lib->channel_get_or_create(
        feed->client, type, id, &options, PL_WATCH | PL_PRESENCE, on_opened, opening);
    if (fault < 0)
        opening_destroy(opening);
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
    const char *all[MEMBERS_MOST] = {feed->user};
    if (count >= MEMBERS_MOST || (colon != NULL && (size_t)(colon - name) >= sizeof type))
        return PL_E_ARGUMENT;
    if (colon != NULL)
        snprintf(type, sizeof type, "%.*s", (int)(colon - name), name);
    id_of_name(colon != NULL ? colon + 1 : name, id, sizeof id);
    for (size_t i = 0; i < count; i++)
        all[i + 1] = ids[i];
    return feed_open_channel(
        feed, type, id, colon != NULL ? colon + 1 : name, all, count + 1, false);
}

/* What it is called is kept with the question: when it is answered, the channel may be gone. */
static void members_changed(struct ask *ask, const struct pl_outcome *outcome, const char *what) {
    struct feed *feed = ask->feed;
    char text[300];
    if (outcome->status != PL_DONE)
        snprintf(text, sizeof text, "%s", feed_why(feed, outcome));
    else
        snprintf(text, sizeof text, "%s %s", what, ask->id);
    feed_toast(feed, text);
}

static void on_widened(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    members_changed(context, outcome, "Added to");
    feed_ask_destroy(context);
}

static void on_left(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    (void)client;
    members_changed(ask, outcome, "You left");
    if (outcome->status == PL_DONE)
        feed_tell(ask->feed, (struct told){.kind = TOLD_GONE, .cid = ask->cid});
    feed_ask_destroy(ask);
}

static int change_members(struct feed *feed, const char *cid, const char *const *ids, size_t count,
    __typeof__(pl_channel_add_members) *change, pl_done_fn *done) {
    pl_channel *channel = feed->lib->client_find_channel(feed->client, cid);
    const struct channel_shown *shown = model_find_channel(feed->model, cid);
    char called[300];
    if (channel == NULL)
        return PL_E_ARGUMENT;
    snprintf(called, sizeof called, "%s%s", shown != NULL ? channel_sign(shown) : "",
        shown != NULL ? shown->name : cid);
    struct ask *ask = feed_ask_create(feed, cid, called);
    const int fault = ask != NULL ? change(channel, ids, count, done, ask) : PL_E_MEMORY;
    if (fault < 0)
        feed_ask_destroy(ask);
    return fault;
}

int feed_add_members(struct feed *feed, const char *cid, const char *const *ids, size_t count) {
    return change_members(feed, cid, ids, count, feed->lib->channel_add_members, on_widened);
}

int feed_leave_channel(struct feed *feed, const char *cid) {
    const char *const me[] = {feed->user};
    return change_members(feed, cid, me, 1, feed->lib->channel_remove_members, on_left);
}
