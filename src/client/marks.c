/* SPDX-License-Identifier: MIT */
#include "client/marks.h"

#include "base/clock.h"
#include "client/weight.h"
#include "wire/limits.h"
#include "wire/time.h"
#include <porchlight/account.h>

#include <string.h>

static int64_t time_at(const json *from, const char *key) {
    const char *text = json_text_at(from, key);
    int64_t us = 0;
    return text != NULL && time_parse(text, &us) == 0 ? us : 0;
}

/* ---- read marks ---- */

static struct mark *find(const pl_channel *channel, const pl_user *user) {
    return user != NULL ? table_find(&channel->by_reader, user->id) : NULL;
}

static struct mark *find_own(const pl_channel *channel) {
    const pl_client *client = channel->client;
    return client->user_id != NULL ? find(channel, state_find_user(&client->state, client->user_id))
                                   : NULL;
}

static const struct state_moment now = {.event_seq = UINT64_MAX};

static struct mark *need(pl_channel *channel, pl_user *user) {
    struct mark *mark = find(channel, user);
    const size_t weight = weight_of_mark(NULL);
    if (mark != NULL)
        return mark;
    if (!weight_fits(channel->state, 0, weight, &now))
        return NULL;
    mark = heap_make(channel->wire.heap, sizeof *mark);
    if (mark == NULL ||
        state_grow(channel->wire.heap, &channel->marks, &channel->mark_cap, channel->mark_count,
            sizeof *channel->marks) < 0 ||
        table_put(&channel->by_reader, user->id, mark, NULL) < 0) {
        heap_free(channel->wire.heap, mark);
        channel->client->state.torn = true;
        return NULL;
    }
    mark->read.user = user;
    mark->read.last_read_message_id = "";
    channel->marks[channel->mark_count++] = mark;
    weight_set(channel->state, &mark->weight, weight);
    return mark;
}

static void free_mark(const pl_channel *channel, struct mark *mark) {
    weight_set(channel->state, &mark->weight, 0);
    heap_free(channel->wire.heap, mark->message_id);
    heap_free(channel->wire.heap, mark);
}

static void set_message(const pl_channel *channel, struct mark *mark, const char *id) {
    const size_t weight = weight_of_mark(id);
    if (!weight_fits(channel->state, mark->weight, weight, &now))
        return;
    weight_set(channel->state, &mark->weight, weight);
    heap_free(channel->wire.heap, mark->message_id);
    mark->message_id = heap_copy(channel->wire.heap, id);
    channel->client->state.torn |= id != NULL && mark->message_id == NULL;
    mark->read.last_read_message_id = mark->message_id != NULL ? mark->message_id : "";
}

static void set_unread(struct mark *mark, const json *count) {
    int64_t unread = 0;
    if (json_as_integer(count, &unread) && unread >= 0)
        mark->read.unread_messages = unread < LIMIT_MESSAGES ? (int)unread : LIMIT_MESSAGES;
}

static void take_one(pl_channel *channel, struct mark *mark, const json *from) {
    mark->read.last_read_unix_ms = time_at(from, "last_read") / 1000;
    set_message(channel, mark, json_text_at(from, "last_read_message_id"));
    set_unread(mark, json_get(from, "unread_messages"));
}

/* A reply tells what events have told or will: it may be behind them, or before them. */
static bool is_told(const pl_channel *channel, const struct state_moment *moment) {
    return moment->event_seq != UINT64_MAX && state_is_told(channel);
}

/* An event notes itself; one that needs no watch is no answer to what a picture may be missing. */
static void note_event(pl_channel *channel, struct mark *mark, const struct state_moment *moment) {
    if (moment->event_seq != UINT64_MAX)
        return;
    if (mark == find_own(channel))
        channel->counted_us = 0; /* what comes behind it is not in it, whatever a picture had */
    if (moment->aside)
        channel->doubted_seq = channel->client->state.event_seq;
    else
        mark->event_seq = channel->client->state.event_seq;
}

void marks_take_one(
    pl_channel *channel, pl_user *user, const json *from, const struct state_moment *moment) {
    struct mark *mark = user != NULL ? need(channel, user) : NULL;
    if (mark == NULL || mark->event_seq > moment->event_seq || is_told(channel, moment))
        return;
    take_one(channel, mark, from);
    note_event(channel, mark, moment);
}

/* Of a picture, unless an event has told it since. */
static void take_old_one(
    struct state *state, pl_channel *channel, const json *from, const struct state_moment *moment) {
    pl_user *user = state_put_user(state, json_get(from, "user"), moment);
    struct mark *mark = user != NULL ? need(channel, user) : NULL;
    if (mark == NULL)
        return;
    mark->seen = true;
    if (mark->event_seq <= moment->event_seq)
        take_one(channel, mark, from);
}

/* The picture's youngest message; the channel's fields may be younger than the picture. */
static int64_t newest_of(const json *from) {
    int64_t newest_us = time_at(json_get(from, "channel"), "last_message_at");
    const json *list = json_get(from, "messages");
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (time_at(item, "created_at") > newest_us)
            newest_us = time_at(item, "created_at");
    return newest_us;
}

/* The messages that came since are not in the picture's count. */
static void count_since(pl_channel *channel, const json *from, const struct state_moment *moment) {
    const struct mark *own = channel->client != NULL ? find_own(channel) : NULL;
    if (own != NULL && own->event_seq > moment->event_seq)
        return;
    channel->counted_us = newest_of(from);
    for (size_t i = 0; own != NULL && i < channel->messages.count; i++)
        if (channel->messages.items[i]->event_seq > moment->event_seq)
            marks_count_message(channel->client, channel, channel->messages.items[i]);
}

static void end_marks(pl_channel *channel) {
    size_t kept = 0;
    for (size_t i = 0; i < channel->mark_count; i++) {
        struct mark *mark = channel->marks[i];
        if (mark->seen) {
            channel->marks[kept++] = mark;
        } else {
            table_remove(&channel->by_reader, mark->read.user->id);
            free_mark(channel, mark);
        }
    }
    channel->mark_count = kept;
}

void marks_take(struct state *state, pl_channel *channel, const json *from,
    const struct state_moment *moment, bool replace) {
    const json *list = json_get(from, "read");
    if (!json_is_array(list) || is_told(channel, moment))
        return;
    for (size_t i = 0; i < channel->mark_count; i++)
        channel->marks[i]->seen = !replace || channel->marks[i]->event_seq > moment->event_seq;
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        take_old_one(state, channel, item, moment);
    end_marks(channel);
    count_since(channel, from, moment);
}

void marks_forget(pl_channel *channel, const pl_user *user) {
    marks_typing(channel, (pl_user *)user, false);
    struct mark *mark = user != NULL ? table_remove(&channel->by_reader, user->id) : NULL;
    for (size_t i = 0; mark != NULL && i < channel->mark_count; i++) {
        if (channel->marks[i] != mark)
            continue;
        channel->marks[i] = channel->marks[--channel->mark_count];
        free_mark(channel, mark);
        return;
    }
}

void marks_clear(pl_channel *channel) {
    for (size_t i = 0; i < channel->mark_count; i++)
        free_mark(channel, channel->marks[i]);
    table_fini(&channel->by_reader);
    channel->mark_count = 0;
    channel->typing_count = 0;
    channel->counted_us = 0;
}

void marks_read_all(pl_client *client, const struct state_moment *moment) {
    for (size_t i = 0; i < client->state.channel_count; i++) {
        pl_channel *channel = client->state.order[i];
        struct mark *own = find_own(channel);
        struct state_moment here = *moment;
        here.aside = moment->aside && !state_is_told(channel);
        if (own == NULL || own->event_seq > here.event_seq || is_told(channel, &here))
            continue;
        note_event(channel, own, &here);
        if (own->read.unread_messages == 0)
            continue;
        own->read.unread_messages = 0;
        own->read.last_read_unix_ms = moment->now_ms;
    }
}

static bool counts(const pl_client *client, const pl_message *message) {
    return !message->wire.silent && message->wire.parent_id == NULL &&
           strcmp(message->user->id, client->user_id) != 0;
}

void marks_recount(pl_channel *channel) {
    const pl_client *client = channel->client;
    struct mark *own = find_own(channel);
    if (own == NULL)
        return;
    int unread = 0;
    for (size_t i = 0; i < channel->messages.count; i++) {
        const pl_message *message = channel->messages.items[i];
        unread += counts(client, message) && message->wire.deleted_us == 0 &&
                  message->wire.created_us / 1000 > own->read.last_read_unix_ms;
    }
    own->read.unread_messages = unread;
}

void marks_take_sums(pl_client *client, const json *body) {
    int64_t count = 0;
    if (json_as_integer(json_get(body, "total_unread_count"), &count) && count >= 0) {
        client->unread_total = count;
        client->sums_seq = client->state.event_seq;
    }
    if (json_as_integer(json_get(body, "unread_channels"), &count) && count >= 0)
        client->unread_channels = count;
}

/* The answer names the channels that have something unread, and no others. */
void marks_take_counts(pl_client *client, const json *body, bool sums) {
    const json *list = json_get(body, "channels");
    pl_user *me = state_find_user(&client->state, client->user_id);
    if (!json_is_array(list))
        return;
    if (sums) {
        marks_take_sums(client, body);
        client->unread_channels = (int64_t)json_count(list);
    }
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *cid = json_text_at(item, "channel_id");
        pl_channel *channel = cid != NULL ? state_get_channel(&client->state, cid) : NULL;
        struct mark *mark = channel != NULL && me != NULL ? need(channel, me) : NULL;
        if (mark == NULL || state_is_told(channel)) /* events count, and are not behind */
            continue;
        set_unread(mark, json_get(item, "unread_count"));
        mark->read.last_read_unix_ms = time_at(item, "last_read") / 1000;
    }
}

void marks_count_message(pl_client *client, pl_channel *channel, const pl_message *message) {
    struct mark *author = find(channel, message->user), *own = find_own(channel);
    if (message->wire.created_us <= channel->counted_us || client->user_id == NULL)
        return;
    channel->counted_us = message->wire.created_us;
    if (author != NULL && message->wire.parent_id == NULL) { /* they have read what is before */
        author->read.unread_messages = 0;
        author->read.last_read_unix_ms = message->wire.created_us / 1000;
    }
    if (own != NULL && counts(client, message) && own->read.unread_messages < LIMIT_MESSAGES)
        own->read.unread_messages++;
}

void marks_uncount_message(pl_client *client, pl_channel *channel, const pl_message *message) {
    struct mark *own = find_own(channel);
    if (own != NULL && counts(client, message) && own->read.unread_messages > 0 &&
        message->wire.created_us / 1000 > own->read.last_read_unix_ms)
        own->read.unread_messages--;
}

/* ---- typing ---- */

void marks_typing(pl_channel *channel, pl_user *user, bool typing) {
    size_t at = 0;
    while (at < channel->typing_count && channel->typing[at] != user)
        at++;
    if (user == NULL || typing == (at < channel->typing_count))
        return;
    if (!typing) {
        channel->typing_count--;
        memmove(&channel->typing[at], &channel->typing[at + 1],
            (channel->typing_count - at) * sizeof *channel->typing);
    } else if (state_grow(channel->wire.heap, &channel->typing, &channel->typing_cap,
                   channel->typing_count, sizeof *channel->typing) == 0) {
        channel->typing[channel->typing_count++] = user;
    } else {
        channel->client->state.torn = true;
    }
}

void marks_end_typing(pl_client *client) {
    for (size_t i = 0; i < client->state.channel_count; i++)
        client->state.order[i]->typing_count = 0;
}

/* ---- mutes ---- */

static int64_t until_ms(const json *mute) {
    const int64_t us = time_at(mute, "expires");
    return us != 0 ? us / 1000 : INT64_MAX;
}

static void take_user_mutes(
    pl_client *client, const json *list, const struct state_moment *moment) {
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;)
        if (user->rare != NULL)
            user->rare->muted_until_ms = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        pl_user *user = state_put_user(&client->state, json_get(item, "target"), moment);
        struct user_rare *rare = user != NULL ? user_rare(&client->state, user) : NULL;
        if (rare != NULL)
            rare->muted_until_ms = until_ms(item);
        client->state.torn |= user != NULL && rare == NULL;
    }
}

static void take_channel_mutes(pl_client *client, const json *list) {
    for (size_t i = 0; i < client->state.channel_count; i++)
        client->state.order[i]->muted_until_ms = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *cid = json_text_at(json_get(item, "channel"), "cid");
        pl_channel *channel = cid != NULL ? state_get_channel(&client->state, cid) : NULL;
        if (channel != NULL)
            channel->muted_until_ms = until_ms(item);
    }
}

void marks_take_mutes(pl_client *client, const json *me, const struct state_moment *moment) {
    if (json_is_array(json_get(me, "mutes")))
        take_user_mutes(client, json_get(me, "mutes"), moment);
    if (json_is_array(json_get(me, "channel_mutes")))
        take_channel_mutes(client, json_get(me, "channel_mutes"));
}

/* ---- what callers see of it ---- */

static bool holds(int64_t until) {
    return until == INT64_MAX || until > clock_unix_us() / 1000;
}

PL_API bool pl_channel_is_muted(const pl_channel *channel) {
    return holds(channel->muted_until_ms);
}

PL_API bool pl_user_is_muted(const pl_user *user) {
    return holds(user_muted_until_ms(user));
}

PL_API bool pl_channel_is_hidden(const pl_channel *channel) {
    return channel->hidden;
}

PL_API size_t pl_channel_read_count(const pl_channel *channel) {
    return channel->mark_count;
}

PL_API const struct pl_read *pl_channel_read_at(const pl_channel *channel, size_t i) {
    return i < channel->mark_count ? &channel->marks[i]->read : NULL;
}

PL_API const struct pl_read *pl_channel_find_read(const pl_channel *channel, const char *user_id) {
    if (user_id == NULL)
        return NULL;
    const struct mark *mark = find(channel, state_find_user(&channel->client->state, user_id));
    return mark != NULL ? &mark->read : NULL;
}

PL_API int pl_channel_unread(const pl_channel *channel) {
    const struct mark *own = find_own(channel);
    return own != NULL ? own->read.unread_messages : -1;
}

PL_API int64_t pl_client_unread_total(const pl_client *client) {
    return client->unread_total;
}

PL_API int64_t pl_client_unread_channels(const pl_client *client) {
    return client->unread_channels;
}

PL_API size_t pl_channel_typing_count(const pl_channel *channel) {
    return channel->typing_count;
}

PL_API pl_user *pl_channel_typing_at(const pl_channel *channel, size_t i) {
    return i < channel->typing_count ? channel->typing[i] : NULL;
}
