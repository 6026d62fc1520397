/* SPDX-License-Identifier: MIT */
/*
 * Who watches the channel that is shown: asked for once a channel and link, one question at a time,
 * so that running through the channels asks for those where somebody stops. Afterwards the events
 * tell it.
 */
#include "dashboard/feed_inner.h"

#include <stdlib.h>
#include <string.h>

enum { A_CALL = 100, CALLS_MOST = 11 /* the server pages no further */ };

/* A question that is being answered, page by page. */
struct answer {
    struct feed *feed;
    char *cid;
    char *ids[A_CALL * CALLS_MOST];
    size_t count;
    int calls;
};

static void free_answer(struct answer *answer) {
    if (answer == NULL)
        return;
    for (size_t i = 0; i < answer->count; i++)
        free(answer->ids[i]);
    free(answer->cid);
    free(answer);
}

/* The channel may be gone, and the link another than it was asked on: then nobody waits for it. */
static struct audience *asked_of(const struct answer *answer) {
    struct channel_shown *shown = model_find_channel(answer->feed->model, answer->cid);
    return shown != NULL && shown->audience.state == AUDIENCE_ASKED ? &shown->audience : NULL;
}

static void take_page(struct answer *answer, const struct pl_outcome *outcome) {
    const struct library *lib = answer->feed->lib;
    for (size_t i = 0; i < outcome->user_count; i++) {
        if (answer->count == A_CALL * CALLS_MOST)
            return;
        feed_tell_person(answer->feed, outcome->users[i]);
        char *id = strdup(lib->user_id(outcome->users[i]));
        if (id != NULL)
            answer->ids[answer->count++] = id;
    }
}

static int ask_page(struct answer *answer);

static void end_answer(struct answer *answer, bool known) {
    struct audience *audience = asked_of(answer);
    answer->feed->audience_calls--;
    answer->feed->changed = true;
    if (audience != NULL && known)
        feed_tell(answer->feed, (struct told){.kind = TOLD_WATCHERS,
                                    .cid = answer->cid,
                                    .ids = (const char **)answer->ids,
                                    .id_count = answer->count});
    else if (audience != NULL)
        audience->state = AUDIENCE_REFUSED;
    free_answer(answer);
}

static void on_watchers(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct answer *answer = context;
    (void)client;
    if (outcome->status == PL_DONE)
        take_page(answer, outcome);
    if (outcome->status == PL_DONE && outcome->user_count == A_CALL && answer->calls < CALLS_MOST &&
        asked_of(answer) != NULL && ask_page(answer) == 0)
        return;
    end_answer(answer, outcome->status == PL_DONE);
}

static int ask_page(struct answer *answer) {
    const struct feed *feed = answer->feed;
    pl_channel *channel = feed->lib->client_find_channel(feed->client, answer->cid);
    if (channel == NULL)
        return PL_E_ARGUMENT;
    return feed->lib->channel_query_watchers(
        channel, A_CALL, A_CALL * answer->calls++, on_watchers, answer);
}

/* Where channels of the type tell nothing about presence, nobody would say who ends. */
static bool is_wanted(const struct feed *feed, const struct channel_shown *shown) {
    const pl_channel *channel = feed->lib->client_find_channel(feed->client, shown->cid);
    return shown->audience.state == AUDIENCE_UNKNOWN && feed->audience_calls == 0 &&
           feed->model->link.state == LINK_LIVE && !feed->model->link.resyncing &&
           channel != NULL && feed->lib->channel_has_presence(channel);
}

void feed_ask_audience(struct feed *feed) {
    struct channel_shown *shown = model_current(feed->model);
    if (!is_wanted(feed, shown))
        return;
    struct answer *answer = calloc(1, sizeof *answer);
    if (answer == NULL)
        return;
    answer->feed = feed;
    answer->cid = strdup(shown->cid);
    audience_asked(&shown->audience);
    feed->audience_calls++;
    if (answer->cid == NULL || ask_page(answer) < 0)
        end_answer(answer, false);
}

void feed_audience_event(struct feed *feed, const struct pl_event *event) {
    if (event->user == NULL || model_find_channel(feed->model, event->cid) == NULL)
        return;
    feed_tell_person(feed, event->user);
    feed_tell(feed, (struct told){.kind = TOLD_WATCHES,
                        .cid = event->cid,
                        .id = feed->lib->user_id(event->user),
                        .flag = event->type == PL_EVENT_WATCHING_STARTED});
}
