/* SPDX-License-Identifier: MIT */
/*
 * One thread plays all parts: it sleeps in poll() on the clients' descriptors until one has
 * something to say or the next act is due. All clients are created, used and destroyed on it;
 * the only thing shared with the starter is `stop`, a wake that is rung once.
 */
#include "demo/cast.h"

#include "base/clock.h"
#include "base/wake.h"
#include "demo/people.h"
#include "demo/schedule.h"
#include <porchlight/porchlight.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct actor {
    pl_client *client;
    char *token;
};

struct cast {
    pthread_t thread;
    struct wake stop;
    pl_network *network;
    struct schedule *schedule;
    struct actor *actors; /* demo_people_count of them */
    struct pollfd *polls; /* one an actor, and the stop */
    char *url, *api_key;
    int64_t began_ms;
};

static void come(const struct actor *actor, const struct person *person) {
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = person->id, .token = actor->token, .invisible = -1};
    pl_client_connect_user(actor->client, &options, NULL, NULL);
}

/* A place is known by its watch; the first word in it waits for that. */
struct word {
    const char *text;
};

static void speak(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    struct word *word = context;
    if (outcome->status == PL_DONE && outcome->channel != NULL)
        pl_channel_send_message(outcome->channel, word->text, NULL, NULL);
    free(word);
}

static void say(const struct actor *actor, const struct act *act) {
    char cid[80];
    snprintf(cid, sizeof cid, "messaging:%s", act->place->id);
    pl_channel *channel = pl_client_find_channel(actor->client, cid);
    if (channel != NULL) {
        pl_channel_send_message(channel, act->text, NULL, NULL);
        return;
    }
    struct word *word = malloc(sizeof *word);
    if (word == NULL)
        return;
    *word = (struct word){.text = act->text};
    if (pl_channel_get_or_create(
            actor->client, "messaging", act->place->id, NULL, PL_STATE, speak, word) < 0)
        free(word);
}

static void play(struct cast *cast, const struct act *act) {
    struct actor *actor = &cast->actors[act->person];
    switch (act->kind) {
    case ACT_COME: come(actor, &demo_people[act->person]); break;
    case ACT_GO: pl_client_disconnect(actor->client, NULL, NULL); break;
    case ACT_STATUS: pl_client_set_status(actor->client, act->text, NULL, NULL); break;
    case ACT_SAY: say(actor, act); break;
    }
}

static int hire(struct cast *cast, size_t i) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = cast->url,
        .api_key = cast->api_key,
        .network = cast->network,
        .seed = i + 1};
    const int made = pl_client_create(&cast->actors[i].client, &options);
    if (made == 0)
        cast->polls[i] = (struct pollfd){
            .fd = pl_client_fd(cast->actors[i].client), .events = POLLIN};
    return made;
}

static void *perform(void *context) {
    struct cast *cast = context;
    bool stopped = false;
    for (size_t i = 0; i < demo_people_count && !stopped; i++)
        stopped = hire(cast, i) < 0;
    while (!stopped) {
        struct act act;
        const int64_t now_ms = clock_mono_ms() - cast->began_ms;
        while (schedule_take(cast->schedule, now_ms, &act))
            play(cast, &act);
        int64_t wait_ms = schedule_next_ms(cast->schedule) - now_ms;
        if (wait_ms > 60 * 1000)
            wait_ms = 60 * 1000;
        if (poll(cast->polls, demo_people_count + 1, (int)wait_ms) < 0 && errno != EINTR)
            break;
        for (size_t i = 0; i < demo_people_count; i++)
            if (cast->polls[i].revents != 0)
                pl_client_dispatch(cast->actors[i].client);
        stopped = cast->polls[demo_people_count].revents != 0;
    }
    for (size_t i = 0; i < demo_people_count; i++)
        pl_client_destroy(cast->actors[i].client);
    return NULL;
}

static void cast_free(struct cast *cast) {
    pl_network_destroy(cast->network);
    schedule_destroy(cast->schedule);
    if (cast->actors != NULL)
        for (size_t i = 0; i < demo_people_count; i++)
            free(cast->actors[i].token);
    free(cast->actors);
    free(cast->polls);
    free(cast->url);
    free(cast->api_key);
    wake_fini(&cast->stop);
    free(cast);
}

static int rehearse(struct cast *cast, const struct cast_options *options) {
    cast->schedule = schedule_create(options->seed);
    cast->actors = calloc(demo_people_count, sizeof *cast->actors);
    cast->polls = calloc(demo_people_count + 1, sizeof *cast->polls);
    cast->url = strdup(options->url);
    cast->api_key = strdup(options->api_key);
    if (!cast->schedule || !cast->actors || !cast->polls || !cast->url || !cast->api_key)
        return -ENOMEM;
    for (size_t i = 0; i < demo_people_count; i++) {
        cast->polls[i].fd = -1;
        cast->actors[i].token = options->token(demo_people[i].id, options->context);
        if (cast->actors[i].token == NULL)
            return -ENOMEM;
    }
    const int woken = wake_init(&cast->stop);
    if (woken < 0)
        return woken;
    cast->polls[demo_people_count] = (struct pollfd){.fd = cast->stop.fd, .events = POLLIN};
    cast->began_ms = clock_mono_ms();
    return pl_network_create(&cast->network);
}

int cast_start(struct cast **out, const struct cast_options *options, const char **why) {
    struct cast *cast = calloc(1, sizeof *cast);
    *why = "out of memory";
    if (cast == NULL)
        return -ENOMEM;
    cast->stop.fd = -1;
    int fault = rehearse(cast, options);
    if (fault == 0) {
        fault = -pthread_create(&cast->thread, NULL, perform, cast);
        *why = "no thread for the demo's people";
    }
    if (fault < 0) {
        cast_free(cast);
        return fault;
    }
    *out = cast;
    return 0;
}

void cast_stop(struct cast *cast) {
    if (cast == NULL)
        return;
    wake_ring(&cast->stop);
    pthread_join(cast->thread, NULL);
    cast_free(cast);
}
