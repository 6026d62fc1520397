/* SPDX-License-Identifier: MIT */
/*
 * Who is watched and shares a channel with me is listened to anyway. Others are asked for by id and
 * listened to by that query, which the library renews after a reconnect.
 */
#include "dashboard/feed_inner.h"

#include <stdio.h>
#include <string.h>

enum { IDS_A_CALL = 30, TOAST_MS = 6000 };

/* An id as the API has them, and so one that needs no escape in JSON. */
static bool is_id(const char *id) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789@_-.!";
    const size_t len = strlen(id);
    return len > 0 && len < 256 && strspn(id, allowed) == len;
}

static void say_unknown(struct feed *feed, const char *id) {
    char text[300];
    snprintf(text, sizeof text, "There is no %.200s here, or not for you", id);
    feed_tell(feed,
        (struct told){.kind = TOLD_TOAST, .text = text, .until_ms = feed_now_ms() + TOAST_MS});
}

static void on_users(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct feed *feed = context;
    const struct watching *watching = &feed->model->watching;
    feed->changed = true;
    feed->watched_asked--;
    if (outcome->status != PL_DONE) {
        feed_tell(feed, (struct told){.kind = TOLD_TOAST,
                            .text = feed_why(feed, outcome),
                            .until_ms = feed_now_ms() + TOAST_MS});
        return;
    }
    for (size_t i = 0; i < outcome->user_count; i++)
        feed_tell_person(feed, outcome->users[i]);
    /* Whoever was added meanwhile was not asked for yet. */
    const bool all = feed->watched_asked == 0 && feed->watched_changes == watching->changes;
    for (size_t i = 0; i < watching->count && all; i++)
        if (feed->lib->client_find_user(client, watching->of[i].id) == NULL)
            say_unknown(feed, watching->of[i].id);
}

/* Whoever is in no channel of mine. */
static bool is_apart(const struct watched *watched) {
    return watched->person == NULL || watched->person->channel_count == 0;
}

static void ask(struct feed *feed, const struct bytes *ids) {
    struct bytes filter = BYTES_EMPTY;
    bytes_printf(&filter, "{\"id\":{\"$in\":[%s]}}", bytes_text(ids));
    const struct pl_query query = {.size = sizeof query,
        .filter_json = bytes_text(&filter),
        .flags = PL_PRESENCE,
        .limit = IDS_A_CALL};
    if (!bytes_failed(&filter) && feed->lib->query_users(feed->client, &query, on_users, feed) == 0)
        feed->watched_asked++;
    bytes_fini(&filter);
}

static void ask_all(struct feed *feed) {
    const struct watching *watching = &feed->model->watching;
    struct bytes ids = BYTES_EMPTY;
    int count = 0;
    for (size_t i = 0; i < watching->count; i++) {
        const struct watched *watched = &watching->of[i];
        if (!is_apart(watched) || (watched->person != NULL && watched->person->live))
            continue;
        if (!is_id(watched->id)) {
            say_unknown(feed, watched->id);
            continue;
        }
        bytes_printf(&ids, "%s\"%s\"", count > 0 ? "," : "", watched->id);
        if (++count < IDS_A_CALL)
            continue;
        ask(feed, &ids);
        bytes_clear(&ids);
        count = 0;
    }
    if (count > 0)
        ask(feed, &ids);
    bytes_fini(&ids);
}

/* Whether they are live is no event of theirs: it is looked at. */
static void tell_apart(struct feed *feed) {
    const struct watching *watching = &feed->model->watching;
    for (size_t i = 0; i < watching->count; i++) {
        const struct watched *watched = &watching->of[i];
        pl_user *user = is_apart(watched) ? feed->lib->client_find_user(feed->client, watched->id)
                                          : NULL;
        if (user == NULL ||
            (watched->person != NULL && watched->person->live == feed->lib->user_is_live(user)))
            continue;
        feed_tell_person(feed, user);
        feed->changed = true;
    }
}

void feed_watch(struct feed *feed) {
    struct model *model = feed->model;
    if (!model->channels_known || model->link.state != LINK_LIVE)
        return;
    tell_apart(feed);
    if (feed->watched_changes == model->watching.changes)
        return;
    feed->watched_changes = model->watching.changes;
    ask_all(feed);
}

static void on_status(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct feed *feed = context;
    pl_user *me = feed->lib->local_user(client);
    feed->changed = true;
    if (outcome->status == PL_DONE && me != NULL)
        feed_tell_person(feed, me);
    mine_status_done(
        feed->model, outcome->status == PL_DONE ? NULL : feed_why(feed, outcome), feed_now_ms());
}

void feed_set_status(struct feed *feed) {
    const char *text = feed->model->mine.status;
    const int fault = feed->lib->client_set_status(
        feed->client, text[0] != '\0' ? text : NULL, on_status, feed);
    if (fault < 0)
        mine_status_done(feed->model, feed->lib->status_name(fault), feed_now_ms());
}
