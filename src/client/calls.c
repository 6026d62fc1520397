/* SPDX-License-Identifier: MIT */
/*
 * The calls of the API: each is a request that the network thread carries, and what its reply
 * means for the state. A call's id is the address of its pending: the network echoes it once.
 */
#include "client/client.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "client/ask.h"
#include "client/marks.h"
#include "client/options.h"
#include "client/say.h"
#include "wire/id.h"
#include "wire/limits.h"
#include "wire/time.h"
#include <porchlight/account.h>
#include <porchlight/message.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 1024, RESYNC_AGAIN_MS = 2000 };

/* ---- sending ---- */

static void free_pending(const pl_client *client, struct pending *pending) {
    heap_free(&client->heap, pending->ids);
    heap_free(&client->heap, pending->name);
    heap_free(&client->heap, pending);
}

static int refuse_wish(const pl_client *client, struct wish *wish, int fault) {
    heap_free(&client->heap, wish->path);
    heap_free(&client->heap, wish->payload);
    heap_free(&client->heap, wish->body);
    heap_free(&client->heap, wish->ids);
    heap_free(&client->heap, wish->name);
    return fault;
}

static struct call *make_call(
    const struct heap *heap, struct wish *wish, const struct pending *pending) {
    struct call *call = heap_make(heap, sizeof *call);
    struct note *reply = note_create(heap, NOTE_REPLY);
    if (call == NULL || reply == NULL) {
        heap_free(heap, call);
        note_free(reply);
        return NULL;
    }
    *call = (struct call){.heap = heap,
        .id = (uint64_t)(uintptr_t)pending,
        .reply = reply,
        .method = wish->method,
        .path = wish->path,
        .payload = wish->payload,
        .body = wish->body,
        .needs_connection = wish->needs_connection,
        .idempotent = wish->idempotent,
        .paced = wish->paced,
        .no_token = wish->purpose == FOR_GUEST,
        .later_ms = wish->later_ms};
    list_init(&call->in_line);
    return call;
}

/* The wish's texts go with it. */
static struct command *make_command(
    const pl_client *client, struct wish *wish, const struct pending *pending) {
    const struct heap *heap = mailbox_heap(client->mailbox);
    struct command *command = command_create(heap, COMMAND_CALL);
    if (command != NULL && (command->call = make_call(heap, wish, pending)) != NULL)
        return command;
    command_free(command);
    return NULL;
}

static int check_wish(const pl_client *client, const struct wish *wish) {
    if (client->ended || (client->user_id == NULL && wish->purpose != FOR_GUEST))
        return PL_E_STATE;
    if (wish->needs_connection && !client->wants_link)
        return PL_E_STATE;
    if (client->pending_count >= CALLS)
        return PL_E_FULL;
    const bool whole = wish->path != NULL &&
                       (wish->bare || wish->payload != NULL || wish->body != NULL);
    return whole ? 0 : PL_E_MEMORY;
}

int calls_send(pl_client *client, struct wish *wish) {
    const int fault = check_wish(client, wish);
    if (fault < 0)
        return refuse_wish(client, wish, fault);
    struct pending *pending = heap_make(&client->heap, sizeof *pending);
    struct command *command = pending != NULL ? make_command(client, wish, pending) : NULL;
    if (command == NULL) {
        heap_free(&client->heap, pending);
        return refuse_wish(client, wish, PL_E_MEMORY);
    }
    *pending = (struct pending){.purpose = wish->purpose,
        .flags = wish->flags,
        .channel = wish->channel,
        .done = wish->done,
        .context = wish->context,
        .name = wish->name,
        .number = client->last_call + 1,
        .event_seq = client->state.event_seq,
        .made_epoch = client->epoch,
        .losses = client->losses,
        .ids = wish->ids,
        .id_count = wish->id_count};
    if (mailbox_ask(client->mailbox, command) < 0) {
        command_free(command);
        free_pending(client, pending);
        return PL_E_FULL;
    }
    list_append(&client->pending, &pending->in_pending);
    client->pending_count++;
    client->last_call++;
    return 0;
}

/* ---- replies ---- */

/* What a reply brought, for the callback. */
struct brought {
    struct pl_outcome outcome;
    void **objects; /* channels, users, members or messages */
    size_t count;
    pl_message **loose; /* among the objects, and kept nowhere */
    size_t loose_count;
    struct pl_reaction *reactions;
    struct pl_event *events;
    size_t event_count;
    char *json;
    bool lacks; /* memory, for all this */
};

static void free_brought(const pl_client *client, struct brought *brought) {
    for (size_t i = 0; i < brought->loose_count; i++)
        state_free_message(brought->loose[i]);
    heap_free(&client->heap, brought->loose);
    for (size_t i = 0; i < brought->event_count; i++)
        if (brought->events[i].json_bytes > 0)
            heap_free(&client->heap, (char *)(uintptr_t)brought->events[i].json);
    heap_free(&client->heap, brought->events);
    heap_free(&client->heap, brought->json);
    heap_free(&client->heap, brought->reactions);
    heap_free(&client->heap, brought->objects);
}

struct state_moment calls_moment(const pl_client *client, const struct pending *pending) {
    const bool since = pending->event_seq > client->live_seq;
    return (struct state_moment){.now_ms = clock_unix_us() / 1000,
        .event_seq = since ? pending->event_seq : client->live_seq,
        .beside = client->link.state == PL_LINK_LIVE,
        .live_epoch = client->epoch,
        .sent = pending->sent,
        .old_line = pending->epoch != client->epoch};
}

/* Of what belongs to all channels together events tell from the first frame on. */
static bool is_behind(const pl_client *client, const struct pending *pending, uint64_t told_seq) {
    return client->link.state == PL_LINK_LIVE &&
           (pending->event_seq < told_seq || pending->epoch != client->epoch);
}

static void take_sums(pl_client *client, const struct pending *pending, const json *body) {
    if (!is_behind(client, pending, client->sums_seq))
        marks_take_sums(client, body);
}

static bool brings_state(const struct pending *pending) {
    return pending->flags & (PL_WATCH | PL_STATE);
}

/* Its picture is there, and events tell what changes. What else was told while it was on its way
 * may be older or younger than it; one that is asked for from now on is younger than that. */
static void begin_told(pl_client *client, const struct pending *pending, pl_channel *channel) {
    if (channel->doubted_seq > calls_moment(client, pending).event_seq)
        channel->again = client->again = true;
    else
        channel->told_since = pending->came;
}

/* What the call asked for holds for the channel from now on. */
static void note_channel(pl_client *client, const struct pending *pending, pl_channel *channel) {
    const bool current = client_is_current(client, pending);
    if (pending->flags & PL_WATCH)
        channel->flags = pending->flags;
    channel->lost = false;
    channel->misses = 0;
    if (current && (pending->flags & PL_WATCH) && channel->told_since < pending->came)
        begin_told(client, pending, channel);
    if (current && (pending->flags & PL_WATCH) && (pending->flags & PL_PRESENCE))
        listening_mark_channel(client, channel);
    /* Watched on a connection that is gone already: the resync did not know of it. */
    if (!current && (pending->flags & PL_WATCH) && client->link.state == PL_LINK_LIVE)
        channel->again = client->again = true;
    if (channel->listen_all)
        listening_want_channel(client, channel);
}

static pl_channel *take_channel(
    pl_client *client, const struct pending *pending, const json *from) {
    const struct state_moment moment = calls_moment(client, pending);
    pl_channel *channel = state_put_channel_state(
        &client->state, from, &moment, brings_state(pending));
    if (channel != NULL)
        note_channel(client, pending, channel);
    return channel;
}

/* By cid, where it was: else whatever a server names would be watched for good. */
static bool is_asked_for(const struct pending *pending, const json *from) {
    const char *cid = json_text_at(json_get(from, "channel"), "cid");
    bool found = pending->purpose != FOR_RESYNC;
    for (size_t i = 0; i < pending->id_count && cid != NULL && !found; i++)
        found = strcmp(pending->ids[i], cid) == 0;
    return found;
}

static void take_channels(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    const json *list = json_get(body, "channels");
    brought->objects = heap_make_many(&client->heap, json_count(list) + 1, sizeof(void *));
    brought->lacks |= brought->objects == NULL;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        if (brought->count == LIMIT_CHANNELS || !is_asked_for(pending, item))
            continue; /* nobody asked for so many, or for that one */
        pl_channel *channel = take_channel(client, pending, item);
        if (channel != NULL && brought->objects != NULL)
            brought->objects[brought->count++] = channel;
    }
    brought->outcome.channels = (pl_channel *const *)brought->objects;
    brought->outcome.channel_count = brought->count;
}

static bool names(const json *states, const char *cid) {
    for (const json *item = json_first(states); item != NULL; item = json_next(item)) {
        const char *named = json_text_at(json_get(item, "channel"), "cid");
        if (named != NULL && strcmp(named, cid) == 0)
            return true;
    }
    return false;
}

/* Asked for again after a reconnect and not in the answer: gone, or no longer for us. */
static void lose_channels(pl_client *client, const struct pending *pending, const json *states) {
    if (pending->epoch != client->epoch || states == NULL)
        return;
    for (size_t i = 0; i < pending->id_count; i++) {
        pl_channel *channel = state_find_channel(&client->state, pending->ids[i]);
        if (channel != NULL && !names(states, pending->ids[i]))
            state_lose_channel(channel);
    }
}

/* Who is in the answer to a query of the plan's own is wanted for the reasons that there are. */
static void note_wanted(pl_client *client, const struct pending *pending, pl_user *user) {
    user->queried |= pending->purpose != FOR_LISTENING;
    if (user->queried || user->named || user->member_of > 0)
        listening_note_wanted(client, user);
}

static void take_users(
    pl_client *client, const struct pending *pending, const json *list, struct brought *brought) {
    const struct state_moment moment = calls_moment(client, pending);
    const bool wants = pending->flags & PL_PRESENCE;
    const bool current = client_is_current(client, pending);
    brought->objects = heap_make_many(&client->heap, json_count(list) + 1, sizeof(void *));
    brought->lacks |= brought->objects == NULL;
    size_t heard = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        pl_user *user = state_put_user(&client->state, item, &moment);
        if (user == NULL)
            continue;
        if (client_is_own(client, user))
            client->local = user;
        if (wants && heard < LIMIT_USERS) /* and after a reconnect again */
            note_wanted(client, pending, user);
        if (wants && heard++ < LIMIT_LISTEN_USERS) {
            if (current)
                listening_mark(client, user);
            else if (pending->purpose != FOR_LISTENING) /* those are queued again already */
                listening_want(client, user);
        }
        if (brought->objects != NULL)
            brought->objects[brought->count++] = user;
    }
    brought->outcome.users = (pl_user *const *)brought->objects;
    brought->outcome.user_count = brought->count;
}

static void take_members(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *list = json_get(body, "members");
    pl_channel *channel = pending->channel;
    size_t taken = 0;
    if (pending->purpose == FOR_PAGE && channel->page != pending->number)
        return; /* older than what is being read: who has left since would be back */
    brought->objects = heap_make_many(&client->heap, json_count(list) + 1, sizeof(void *));
    brought->lacks |= brought->objects == NULL;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        pl_member *member = state_put_member(&client->state, channel, item, &moment);
        if (member == NULL)
            continue;
        if (brought->objects != NULL)
            brought->objects[brought->count++] = member;
        taken++;
    }
    if (pending->purpose == FOR_PAGE)
        listening_note_page(pending, list, taken);
    brought->outcome.members = (pl_member *const *)brought->objects;
    brought->outcome.member_count = brought->count;
}

/* {"channel","members"}: the members named are there now; who is gone, an event or this tells. */
static void take_membership(pl_client *client, const struct pending *pending, const json *body) {
    const struct state_moment moment = calls_moment(client, pending);
    pl_channel *channel = state_put_channel(&client->state, json_get(body, "channel"), &moment);
    if (channel == NULL)
        return;
    const json *list = json_get(body, "members");
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        state_put_member(&client->state, channel, item, &moment);
    if (channel->listen_all)
        listening_want_channel(client, channel);
}

static void take_own_user(pl_client *client, const struct pending *pending, const json *body) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *own = json_get(json_get(body, "users"), client->user_id);
    pl_user *user = state_put_user(&client->state, own, &moment);
    if (client_is_own(client, user))
        client->local = user;
}

/* Taken in first, and pointed to only then: what comes later may push out what came before. What
 * is too old to be kept is there during the callback. */
static void take_messages(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *list = json_get(body, "messages");
    brought->objects = heap_make_many(&client->heap, json_count(list) + 1, sizeof(void *));
    brought->lacks |= brought->objects == NULL;
    brought->loose = heap_make_many(&client->heap, json_count(list) + 1, sizeof(void *));
    brought->lacks |= brought->loose == NULL;
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        state_put_message(&client->state, pending->channel, item, &moment);
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *id = json_text_at(item, "id");
        pl_message *message = id != NULL ? state_find_message(pending->channel, id) : NULL;
        if (message == NULL && brought->loose != NULL &&
            (message = state_make_message(&client->state, item, &moment)) != NULL)
            brought->loose[brought->loose_count++] = message;
        if (message != NULL && brought->objects != NULL)
            brought->objects[brought->count++] = message;
    }
    brought->outcome.messages = (pl_message *const *)brought->objects;
    brought->outcome.message_count = brought->count;
}

static void take_reactions(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *list = json_get(body, "reactions");
    size_t count = 0;
    brought->reactions = heap_make_many(
        &client->heap, json_count(list) + 1, sizeof *brought->reactions);
    brought->lacks |= brought->reactions == NULL;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *type = json_text_at(item, "type"), *made = json_text_at(item, "created_at");
        pl_user *user = state_put_user(&client->state, json_get(item, "user"), &moment);
        int64_t score = 0, made_us = 0;
        if (type == NULL || user == NULL || brought->reactions == NULL)
            continue;
        json_as_integer(json_get(item, "score"), &score);
        if (made != NULL && time_parse(made, &made_us) != 0)
            made_us = 0;
        brought->reactions[count++] = (struct pl_reaction){.type = type,
            .user = user,
            .score = score > INT32_MIN && score < INT32_MAX ? (int)score : 0,
            .created_unix_ms = made_us / 1000};
    }
    brought->outcome.reactions = brought->reactions;
    brought->outcome.reaction_count = count;
}

static void take_events(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *list = json_get(body, "events");
    const size_t most = json_count(list);
    brought->events = heap_make_many(&client->heap, most + 1, sizeof *brought->events);
    brought->loose = heap_make_many(&client->heap, most + 1, sizeof(void *));
    brought->lacks |= brought->events == NULL || brought->loose == NULL;
    if (brought->lacks)
        return;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        struct pl_event *event = &brought->events[brought->event_count++];
        char *text = json_to_text_in(&client->heap, item);
        events_read(client, item, &moment, event);
        event->message = state_make_message(&client->state, json_get(item, "message"), &moment);
        if (event->message != NULL)
            brought->loose[brought->loose_count++] = event->message;
        brought->lacks |= text == NULL;
        if (text != NULL) {
            event->json = text;
            event->json_bytes = strlen(text);
        }
    }
    brought->outcome.events = brought->events;
    brought->outcome.event_count = brought->event_count;
}

static void be_unreadable(struct brought *brought, const char *why) {
    brought->outcome = (struct pl_outcome){.status = PL_UNREADABLE,
        .http_status = brought->outcome.http_status,
        .message = why,
        .json = ""};
}

static void take_app(pl_client *client, const json *body, struct brought *brought) {
    brought->json = json_to_text_in(&client->heap, json_get(body, "app"));
    brought->lacks |= brought->json == NULL;
    if (brought->json != NULL)
        brought->outcome.json = brought->json;
}

/* By ourselves, before the event tells it: it is unread no more. */
static void take_deletion(pl_client *client, const struct pending *pending, const json *body) {
    const char *id = json_text_at(json_get(body, "message"), "id");
    const pl_message *known = id != NULL ? state_find_message(pending->channel, id) : NULL;
    if (known != NULL && known->wire.deleted_us == 0)
        marks_uncount_message(client, pending->channel, known);
}

static void take_update(pl_client *client, const struct pending *pending, const json *body) {
    const struct state_moment moment = calls_moment(client, pending);
    pl_channel *channel = state_put_channel(&client->state, json_get(body, "channel"), &moment);
    if (channel == NULL)
        return;
    if (pending->purpose == FOR_CHANNEL_DELETION)
        channel->deleted = true;
    if (channel->wire.truncated_us != 0)
        state_truncate(channel, channel->wire.truncated_us);
}

static void take_read(pl_client *client, const struct pending *pending, const json *body) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *event = json_get(body, "event");
    take_sums(client, pending, event);
    if (pending->channel != NULL)
        marks_take_one(
            pending->channel, state_find_user(&client->state, client->user_id), event, &moment);
    else
        marks_read_all(client, &moment);
}

static void take_mutes(pl_client *client, const struct pending *pending, const json *body) {
    const struct state_moment moment = calls_moment(client, pending);
    const json *own = json_get(body, "own_user");
    take_sums(client, pending, own); /* muted channels are not in them */
    if (!is_behind(client, pending, client->mutes_seq))
        marks_take_mutes(client, own, &moment);
}

/* Nobody waits for the event that tells of it. */
static pl_message *take_message(
    pl_client *client, const struct pending *pending, const json *body) {
    struct state_moment moment = calls_moment(client, pending);
    const json *from = json_get(body, "message");
    const char *id = json_text_at(from, "id");
    if (id == NULL || state_find_message(pending->channel, id) == NULL)
        moment.sent = UINT64_MAX;
    return state_put_message(&client->state, pending->channel, from, &moment);
}

/* What is kept nowhere is there during the callback. */
static void need_message(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    const struct state_moment moment = calls_moment(client, pending);
    if (brought->outcome.message_object != NULL)
        return;
    brought->loose = heap_make(&client->heap, sizeof(void *));
    brought->lacks |= brought->loose == NULL;
    if (brought->loose == NULL)
        return;
    brought->loose[0] = state_make_message(&client->state, json_get(body, "message"), &moment);
    brought->loose_count = brought->loose[0] != NULL;
    brought->outcome.message_object = brought->loose[0];
    if (brought->loose[0] == NULL)
        be_unreadable(brought, "the answer has no message");
}

static void take_body(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    switch (pending->purpose) {
    case FOR_CHANNEL:
        brought->outcome.channel = take_channel(client, pending, body);
        if (brought->outcome.channel == NULL)
            be_unreadable(brought, "the answer names no channel");
        break;
    case FOR_CHANNELS: take_channels(client, pending, body, brought); break;
    case FOR_RESYNC:
        take_channels(client, pending, body, brought);
        lose_channels(client, pending, json_get(body, "channels"));
        break;
    case FOR_JOINED: resync_take_joined(client, pending, body); break;
    case FOR_APP: take_app(client, body, brought); break;
    case FOR_SYNC: take_events(client, pending, body, brought); break;
    case FOR_UPSERT:
    case FOR_SELF:
    case FOR_USERS:
    case FOR_LISTENING: take_users(client, pending, json_get(body, "users"), brought); break;
    case FOR_MEMBERS:
    case FOR_PAGE: take_members(client, pending, body, brought); break;
    case FOR_OWN_USER: take_own_user(client, pending, body); break;
    case FOR_MEMBERSHIP:
        take_membership(client, pending, body);
        brought->outcome.channel = pending->channel;
        break;
    case FOR_DELETION: take_deletion(client, pending, body); /* fall through */
    case FOR_SENDING:
    case FOR_MESSAGE:
        brought->outcome.message_object = take_message(client, pending, body);
        need_message(client, pending, body, brought);
        break;
    case FOR_STOP_WATCHING:
        pending->channel->flags = 0;
        pending->channel->told_since = 0;
        listening_drop_channel(client, pending->channel);
        break;
    case FOR_OLDER:
    case FOR_REPLIES: take_messages(client, pending, body, brought); break;
    case FOR_REACTIONS: take_reactions(client, pending, body, brought); break;
    case FOR_WATCHERS: take_users(client, pending, json_get(body, "watchers"), brought); break;
    case FOR_CHANNEL_DELETION:
        pending->channel->deleted = true;
        pending->channel->flags = 0;
        pending->channel->told_since = 0;
        listening_drop_channel(client, pending->channel); /* fall through */
    case FOR_CHANNEL_UPDATE:
        take_update(client, pending, body);
        brought->outcome.channel = pending->channel;
        break;
    case FOR_READ: take_read(client, pending, body); break;
    case FOR_UNREAD_COUNTS:
        marks_take_counts(client, body, !is_behind(client, pending, client->sums_seq));
        break;
    case FOR_HIDING:
    case FOR_SHOWING:
        if (!is_behind(client, pending, pending->channel->own_seq))
            pending->channel->hidden = pending->purpose == FOR_HIDING;
        break;
    case FOR_MUTES: take_mutes(client, pending, body); break;
    case FOR_UNREAD:
    case FOR_EVENT:
    case FOR_GUEST: break;
    }
}

/* Whether the answer has what was asked for, so that nothing in it means that there is nothing. */
static bool is_promised(const struct pending *pending, const json *body) {
    switch (pending->purpose) {
    case FOR_CHANNELS:
    case FOR_RESYNC:
    case FOR_JOINED:
    case FOR_UNREAD_COUNTS: return json_is_array(json_get(body, "channels"));
    case FOR_SELF:
    case FOR_USERS:
    case FOR_LISTENING: return json_is_array(json_get(body, "users"));
    case FOR_MEMBERS:
    case FOR_PAGE: return json_is_array(json_get(body, "members"));
    case FOR_OLDER:
    case FOR_REPLIES: return json_is_array(json_get(body, "messages"));
    case FOR_REACTIONS: return json_is_array(json_get(body, "reactions"));
    case FOR_UPSERT:
    case FOR_OWN_USER: return json_is_object(json_get(body, "users"));
    case FOR_APP: return json_is_object(json_get(body, "app"));
    case FOR_SYNC: return json_is_array(json_get(body, "events"));
    case FOR_DELETION:
    case FOR_SENDING:
    case FOR_MESSAGE: return json_text_at(json_get(body, "message"), "id") != NULL;
    case FOR_CHANNEL:
    case FOR_MEMBERSHIP:
    case FOR_WATCHERS: /* nobody is left out where nobody watches */
    case FOR_CHANNEL_DELETION:
    case FOR_CHANNEL_UPDATE: return json_is_object(json_get(body, "channel"));
    default: return true; /* that it is done is all that it says, or an event says the rest */
    }
}

/* Where something was done, that is so whether or not there is room for what it brought; what the
 * library asks for by itself, it asks for again when there is (forget.c). */
static bool only_brings(const struct pending *pending) {
    switch (pending->purpose) {
    case FOR_CHANNELS:
    case FOR_USERS:
    case FOR_MEMBERS:
    case FOR_REACTIONS: return true;
    default: return false;
    }
}

/* Done is only what has been taken in whole. */
static void take_done(
    pl_client *client, const struct pending *pending, const json *body, struct brought *brought) {
    if (!is_promised(pending, body)) {
        brought->outcome.status = PL_UNREADABLE;
        brought->outcome.message =
            "the answer is not what this API promises: is this the right URL?";
        return;
    }
    const size_t refused = client->state.refused;
    take_body(client, pending, body, brought);
    if (client->state.torn || brought->lacks)
        be_unreadable(brought, "out of memory");
    else if (client->state.refused != refused && only_brings(pending))
        be_unreadable(brought, "there is no room for all of the answer: most_memory is reached");
}

static void resync(pl_client *client, char *const *cids, size_t count, int64_t later_ms);

/* What was not read again is not true again: it is asked for until it is, or the link is lost,
 * after which all is asked for anew. */
static void end_resync(pl_client *client, const struct pending *pending, bool done) {
    if (pending->made_epoch != client->epoch)
        return;
    client->resyncing--;
    if (!done && client->link.state == PL_LINK_LIVE)
        resync(client, pending->ids, pending->id_count, RESYNC_AGAIN_MS);
}

/* What the library itself goes on with when a call has ended. */
static void go_on(pl_client *client, const struct pending *pending, const struct brought *brought) {
    const bool done = brought->outcome.status == PL_DONE;
    switch (pending->purpose) {
    case FOR_LISTENING: listening_take_reply(client, pending, brought->outcome.status); break;
    case FOR_PAGE: listening_take_page(client, pending, brought->outcome.status); break;
    case FOR_RESYNC: end_resync(client, pending, done); break;
    case FOR_JOINED: resync_joined_ended(client, pending, brought->outcome.status); break;
    case FOR_SELF: resync_self_ended(client, pending, brought->outcome.status); break;
    default: break;
    }
    if (client->ended)
        return;
    listening_pump(client);
    resync_step_done(client);
}

static void say_outcome(const pl_client *client, const struct pl_outcome *outcome) {
    static const char *const names[] = {[PL_REFUSED] = "refused",
        [PL_OFFLINE] = "offline",
        [PL_CANCELLED] = "cancelled",
        [PL_TIMED_OUT] = "timed-out",
        [PL_UNREADABLE] = "unreadable"};
    const size_t status = (size_t)outcome->status;
    char message[LOG_QUOTED];
    if (status < sizeof names / sizeof names[0] && names[status] != NULL)
        say(client, PL_LOG_WARNING, "call status=%s code=%d http=%d message=%s", names[status],
            outcome->code, outcome->http_status, log_quoted(message, outcome->message));
}

void calls_take_reply(pl_client *client, const struct note *note) {
    struct pending *pending = (struct pending *)(uintptr_t)note->call;
    struct brought brought = {.outcome = {.status = note->status,
                                  .code = note->code,
                                  .http_status = note->http_status,
                                  .message = note_words(note),
                                  .json = ""}};
    list_remove(&pending->in_pending);
    client->pending_count--;
    pending->epoch = note->epoch;
    pending->sent = note->sent;
    pending->came = note->came;
    if (note->status == PL_DONE)
        take_done(client, pending, note->body, &brought);
    say_outcome(client, &brought.outcome);
    if (pending->purpose == FOR_GUEST)
        account_take_guest(client, pending, note->body, &brought.outcome);
    else if (pending->done != NULL)
        pending->done(client, &brought.outcome, pending->context);
    if (!client->ended) {
        if (pending->name != NULL && brought.outcome.status == PL_DONE)
            state_lose_message(&client->state, pending->channel, pending->name);
        go_on(client, pending, &brought);
    }
    free_brought(client, &brought);
    free_pending(client, pending);
    if (client->pending_count == 0)
        state_forget_departed(&client->state);
}

void calls_cancel_all(pl_client *client) {
    const struct pl_outcome outcome = {
        .status = PL_CANCELLED, .message = "the client is being destroyed", .json = ""};
    while (!list_is_empty(&client->pending)) {
        struct pending *pending = LIST_ITEM(client->pending.next, struct pending, in_pending);
        list_remove(&pending->in_pending);
        client->pending_count--;
        if (pending->done != NULL)
            pending->done(client, &outcome, pending->context);
        free_pending(client, pending);
    }
}

/* ---- queries ---- */

static int set_count(json *body, const char *key, int count) {
    if (count == 0)
        return 0;
    if (count < 0)
        return PL_E_ARGUMENT;
    return json_set(body, key, json_integer(count)) < 0 ? PL_E_MEMORY : 0;
}

static int set_flag(json *body, const char *key, bool flag) {
    return json_set(body, key, json_boolean(flag)) < 0 ? PL_E_MEMORY : 0;
}

static int fill_query(json *body, const struct pl_query *query, bool of_channels) {
    int fault = ask_json(
        body, "filter_conditions", query->filter_json != NULL ? query->filter_json : "{}");
    if (fault == 0)
        fault = ask_json(body, "sort", query->sort_json);
    if (fault == 0)
        fault = set_count(body, "limit", query->limit);
    if (fault == 0)
        fault = set_count(body, "offset", query->offset);
    if (fault == 0 && (query->flags & PL_PRESENCE))
        fault = set_flag(body, "presence", true);
    if (fault != 0 || !of_channels)
        return fault;
    fault = set_flag(body, "state", query->flags & (PL_WATCH | PL_STATE));
    if (fault == 0)
        fault = set_flag(body, "watch", query->flags & PL_WATCH);
    if (fault == 0)
        fault = set_count(body, "message_limit", query->message_limit);
    if (fault == 0)
        fault = set_count(body, "member_limit", query->member_limit);
    return fault;
}

/* The caller's query, in a struct of this version's size. */
static bool read_query(struct pl_query *asked, const struct pl_query **query) {
    if (!options_read(asked, sizeof *asked, sizeof *asked, *query))
        return false;
    *query = asked;
    return true;
}

PL_API int pl_query_channels(
    pl_client *client, const struct pl_query *query, pl_done_fn *done, void *context) {
    struct pl_query asked;
    if (client == NULL || !read_query(&asked, &query))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_CHANNELS,
        .method = "POST",
        .needs_connection = query->flags & (PL_WATCH | PL_PRESENCE),
        .idempotent = true,
        .flags = query->flags,
        .done = done,
        .context = context};
    json *body = json_object();
    const int fault = ask_text(client, body, fill_query(body, query, true), &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/channels");
    return calls_send(client, &wish);
}

PL_API int pl_query_users(
    pl_client *client, const struct pl_query *query, pl_done_fn *done, void *context) {
    struct pl_query asked;
    if (client == NULL || !read_query(&asked, &query))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_USERS,
        .method = "GET",
        .needs_connection = query->flags & PL_PRESENCE,
        .idempotent = true,
        .flags = query->flags,
        .done = done,
        .context = context};
    json *body = json_object();
    const int fault = ask_text(client, body, fill_query(body, query, false), &wish.payload);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/users");
    return calls_send(client, &wish);
}

PL_API int pl_query_members(
    pl_channel *channel, const struct pl_query *query, pl_done_fn *done, void *context) {
    struct pl_query asked;
    if (channel == NULL || !read_query(&asked, &query))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_MEMBERS,
        .method = "GET",
        .idempotent = true,
        .channel = channel,
        .done = done,
        .context = context};
    json *body = json_object();
    int fault = fill_query(body, query, false);
    if (fault == 0 && (json_set(body, "type", json_text(channel->wire.type)) < 0 ||
                          json_set(body, "id", json_text(channel->wire.id)) < 0))
        fault = PL_E_MEMORY;
    fault = ask_text(channel->client, body, fault, &wish.payload);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&channel->client->heap, "/members");
    return calls_send(channel->client, &wish);
}

int calls_find_hidden(json *filter) {
    json *either = json_array(), *in = json_object();
    bool bad = json_append(either, json_boolean(true)) < 0;
    bad |= json_append(either, json_boolean(false)) < 0;
    bad |= json_set(in, "$in", either) < 0;
    bad |= json_set(filter, "hidden", in) < 0;
    return bad ? PL_E_MEMORY : 0;
}

static int ask_resync(pl_client *client, char *const *cids, size_t count, int64_t later_ms) {
    json *list = json_array(), *in = json_object(), *filter = json_object(), *body = json_object();
    char **ids = heap_make_many(&client->heap, count, sizeof *ids);
    bool bad = ids == NULL;
    for (size_t i = 0; i < count; i++)
        bad |= json_append(list, json_text(cids[i])) < 0;
    bad |= json_set(in, "$in", list) < 0;
    bad |= json_set(filter, "cid", in) < 0;
    bad |= calls_find_hidden(filter) < 0;
    bad |= json_set(body, "filter_conditions", filter) < 0;
    bad |= json_set(body, "state", json_boolean(true)) < 0;
    bad |= json_set(body, "watch", json_boolean(true)) < 0;
    bad |= json_set(body, "presence", json_boolean(true)) < 0;
    bad |= json_set(body, "limit", json_integer(LIMIT_CHANNELS)) < 0;
    bad |= json_set(body, "member_limit", json_integer(LIMIT_MEMBERS)) < 0;
    struct wish wish = {.purpose = FOR_RESYNC,
        .method = "POST",
        .needs_connection = true,
        .idempotent = true,
        .paced = true,
        .later_ms = later_ms,
        .flags = PL_WATCH | PL_PRESENCE | PL_STATE,
        .ids = ids,
        .id_count = count};
    const int fault = ask_text(client, body, bad ? PL_E_MEMORY : 0, &wish.body);
    if (fault < 0)
        return refuse_wish(client, &wish, fault);
    memcpy(ids, cids, count * sizeof *ids);
    wish.path = heap_copy(&client->heap, "/channels");
    return calls_send(client, &wish);
}

static void resync(pl_client *client, char *const *cids, size_t count, int64_t later_ms) {
    if (ask_resync(client, cids, count, later_ms) == 0)
        client->resyncing++;
    else
        client->resync_owed = true;
}

void calls_resync(pl_client *client, pl_channel *const *channels, size_t count) {
    char *cids[LIMIT_CHANNELS];
    for (size_t i = 0; i < count; i++)
        cids[i] = channels[i]->wire.cid;
    resync(client, cids, count, 0);
}

/* ---- channels ---- */

static int fill_new_channel(json *body, const struct pl_channel_options *options) {
    json *data = NULL;
    if (options == NULL)
        return 0;
    int fault = ask_object(&data, options->custom_json);
    if (fault < 0)
        return fault;
    if (options->name != NULL && json_set(data, "name", json_text(options->name)) < 0)
        fault = PL_E_MEMORY;
    if (fault == 0 && options->member_count > 0)
        fault = ask_texts(data, "members", options->members, options->member_count);
    if (fault == 0 && options->invite_count > 0)
        fault = ask_texts(data, "invites", options->invites, options->invite_count);
    if (json_set(body, "data", data) < 0)
        fault = PL_E_MEMORY;
    return fault;
}

static int fill_flags(json *body, unsigned flags) {
    int fault = set_flag(body, "state", flags & (PL_WATCH | PL_STATE));
    if (fault == 0)
        fault = set_flag(body, "watch", flags & PL_WATCH);
    if (fault == 0)
        fault = set_flag(body, "presence", flags & PL_PRESENCE);
    return fault;
}

static bool read_options(
    struct pl_channel_options *wanted, const struct pl_channel_options **options) {
    if (*options == NULL)
        return true;
    const size_t least = offsetof(struct pl_channel_options, invites);
    if (!options_read(wanted, sizeof *wanted, least, *options))
        return false;
    *options = wanted;
    return wanted->member_count <= LIMIT_BATCH && wanted->invite_count <= LIMIT_BATCH &&
           (wanted->members != NULL || wanted->member_count == 0) &&
           (wanted->invites != NULL || wanted->invite_count == 0);
}

PL_API int pl_channel_get_or_create(pl_client *client, const char *type, const char *id,
    const struct pl_channel_options *options, unsigned flags, pl_done_fn *done, void *context) {
    struct pl_channel_options wanted;
    if (client == NULL || type == NULL || !id_is_channel_type(type) ||
        (id != NULL && !id_is_channel(id)) || !read_options(&wanted, &options))
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_CHANNEL,
        .method = "POST",
        .needs_connection = flags & (PL_WATCH | PL_PRESENCE),
        .idempotent = true,
        .flags = flags,
        .done = done,
        .context = context};
    json *body = json_object();
    int fault = fill_flags(body, flags);
    if (fault == 0)
        fault = fill_new_channel(body, options);
    fault = ask_text(client, body, fault, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = id != NULL ? heap_print(&client->heap, "/channels/%s/%s/query", type, id)
                           : heap_print(&client->heap, "/channels/%s/query", type);
    return calls_send(client, &wish);
}

PL_API int pl_channel_watch(pl_channel *channel, unsigned flags, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    return pl_channel_get_or_create(channel->client, channel->wire.type, channel->wire.id, NULL,
        flags | PL_WATCH, done, context);
}

PL_API int pl_channel_stop_watching(pl_channel *channel, pl_done_fn *done, void *context) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct wish wish = {.purpose = FOR_STOP_WATCHING,
        .needs_connection = true,
        .idempotent = true,
        .done = done,
        .context = context};
    return ask_about(channel, "/stop-watching", json_object(), 0, &wish);
}

/* ---- oneself ---- */

static int update_own(
    pl_client *client, const char *set_key, json *value, pl_done_fn *done, void *context) {
    if (client == NULL || client->user_id == NULL) {
        json_free(value);
        return client == NULL ? PL_E_ARGUMENT : PL_E_STATE;
    }
    struct wish wish = {.purpose = FOR_OWN_USER,
        .method = "PATCH",
        .idempotent = true,
        .done = done,
        .context = context};
    json *user = json_object(), *users = json_array(), *body = json_object();
    bool bad = json_set(user, "id", json_text(client->user_id)) < 0;
    if (value != NULL) {
        json *set = json_object();
        bad |= json_set(set, set_key, value) < 0;
        bad |= json_set(user, "set", set) < 0;
    } else {
        json *unset = json_array();
        bad |= json_append(unset, json_text(set_key)) < 0;
        bad |= json_set(user, "unset", unset) < 0;
    }
    bad |= json_append(users, user) < 0;
    bad |= json_set(body, "users", users) < 0;
    const int fault = ask_text(client, body, bad ? PL_E_MEMORY : 0, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/users");
    return calls_send(client, &wish);
}

PL_API int pl_client_update_self(pl_client *client, const char *set_json, const char *const *unset,
    size_t unset_count, pl_done_fn *done, void *context) {
    if (client == NULL)
        return PL_E_ARGUMENT;
    if (client->user_id == NULL)
        return PL_E_STATE;
    struct wish wish = {.purpose = FOR_OWN_USER,
        .method = "PATCH",
        .idempotent = true,
        .done = done,
        .context = context};
    json *user = json_object(), *users = json_array(), *body = json_object();
    int fault = ask_changes(user, set_json, unset, unset_count);
    fault = ask_put(user, "id", json_text(client->user_id), fault);
    if (json_append(users, user) < 0 && fault == 0)
        fault = PL_E_MEMORY;
    fault = ask_put(body, "users", users, fault);
    fault = ask_text(client, body, fault, &wish.body);
    if (fault < 0)
        return fault;
    wish.path = heap_copy(&client->heap, "/users");
    return calls_send(client, &wish);
}

/* A value that could not be made is not one to be unset. */
static int set_invisible(pl_client *client, bool invisible, pl_done_fn *done, void *context) {
    json *value = json_boolean(invisible);
    return value != NULL ? update_own(client, "invisible", value, done, context) : PL_E_MEMORY;
}

PL_API int pl_client_mark_invisible(pl_client *client, pl_done_fn *done, void *context) {
    return set_invisible(client, true, done, context);
}

PL_API int pl_client_mark_visible(pl_client *client, pl_done_fn *done, void *context) {
    return set_invisible(client, false, done, context);
}

PL_API int pl_client_set_status(
    pl_client *client, const char *text, pl_done_fn *done, void *context) {
    if (text != NULL && !utf8_is_valid(text, strlen(text)))
        return PL_E_ARGUMENT;
    json *value = NULL;
    if (text != NULL && (value = json_text(text)) == NULL)
        return PL_E_MEMORY;
    return update_own(client, "status", value, done, context);
}
