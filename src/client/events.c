/* SPDX-License-Identifier: MIT */
/*
 * Events: taken into the state first, then told. What is told points into the state.
 */
#include "client/client.h"

#include "base/clock.h"
#include "client/marks.h"
#include "client/say.h"
#include "wire/time.h"

#include <stdio.h>
#include <string.h>

static const enum pl_event_type types[EVENT_COUNT] = {
    [EVENT_CUSTOM] = PL_EVENT_OTHER,
    [EVENT_HEALTH_CHECK] = PL_EVENT_HEALTH_CHECK,
    [EVENT_CONNECTION_ERROR] = PL_EVENT_OTHER,
    [EVENT_PRESENCE_CHANGED] = PL_EVENT_PRESENCE_CHANGED,
    [EVENT_USER_UPDATED] = PL_EVENT_USER_UPDATED,
    [EVENT_USER_DELETED] = PL_EVENT_USER_DELETED,
    [EVENT_WATCHING_START] = PL_EVENT_WATCHING_STARTED,
    [EVENT_WATCHING_STOP] = PL_EVENT_WATCHING_STOPPED,
    [EVENT_MESSAGE_NEW] = PL_EVENT_MESSAGE_NEW,
    [EVENT_MESSAGE_UPDATED] = PL_EVENT_MESSAGE_UPDATED,
    [EVENT_MESSAGE_DELETED] = PL_EVENT_MESSAGE_DELETED,
    [EVENT_MESSAGE_READ] = PL_EVENT_MESSAGE_READ,
    [EVENT_REACTION_NEW] = PL_EVENT_REACTION_NEW,
    [EVENT_REACTION_UPDATED] = PL_EVENT_REACTION_UPDATED,
    [EVENT_REACTION_DELETED] = PL_EVENT_REACTION_DELETED,
    [EVENT_TYPING_START] = PL_EVENT_TYPING_STARTED,
    [EVENT_TYPING_STOP] = PL_EVENT_TYPING_STOPPED,
    [EVENT_MEMBER_ADDED] = PL_EVENT_MEMBER_ADDED,
    [EVENT_MEMBER_UPDATED] = PL_EVENT_MEMBER_UPDATED,
    [EVENT_MEMBER_REMOVED] = PL_EVENT_MEMBER_REMOVED,
    [EVENT_CHANNEL_UPDATED] = PL_EVENT_CHANNEL_UPDATED,
    [EVENT_CHANNEL_DELETED] = PL_EVENT_CHANNEL_DELETED,
    [EVENT_CHANNEL_TRUNCATED] = PL_EVENT_CHANNEL_TRUNCATED,
    [EVENT_CHANNEL_HIDDEN] = PL_EVENT_CHANNEL_HIDDEN,
    [EVENT_CHANNEL_VISIBLE] = PL_EVENT_CHANNEL_VISIBLE,
    [EVENT_NOTIFICATION_MESSAGE_NEW] = PL_EVENT_MESSAGE_NEW,
    [EVENT_NOTIFICATION_MARK_READ] = PL_EVENT_MESSAGE_READ,
    [EVENT_NOTIFICATION_MARK_UNREAD] = PL_EVENT_MARKED_UNREAD,
    [EVENT_NOTIFICATION_ADDED] = PL_EVENT_ADDED_TO_CHANNEL,
    [EVENT_NOTIFICATION_REMOVED] = PL_EVENT_REMOVED_FROM_CHANNEL,
    [EVENT_NOTIFICATION_CHANNEL_DELETED] = PL_EVENT_CHANNEL_DELETED,
    [EVENT_NOTIFICATION_MUTES_UPDATED] = PL_EVENT_MUTES_UPDATED,
    [EVENT_NOTIFICATION_INVITED] = PL_EVENT_INVITED,
    [EVENT_NOTIFICATION_INVITE_ACCEPTED] = PL_EVENT_INVITE_ACCEPTED,
    [EVENT_NOTIFICATION_INVITE_REJECTED] = PL_EVENT_INVITE_REJECTED,
};

void events_emit(pl_client *client, struct pl_event *event) {
    if (event->created_unix_ms == 0)
        event->created_unix_ms = clock_unix_us() / 1000;
    if (event->type_name == NULL)
        event->type_name = "";
    if (event->cid == NULL)
        event->cid = "";
    if (event->json == NULL)
        event->json = "";
    if (event->reaction_type == NULL)
        event->reaction_type = "";
    handlers_call(client, event);
}

/* ---- the wire's events ---- */

static void take_presence(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    const json *from = json_get(body, "user");
    const char *id = json_text_at(from, "id");
    const pl_user *known = id != NULL ? state_find_user(&client->state, id) : NULL;
    const bool was_online = known != NULL && known->online;
    const char *status = json_text_at(from, "status");
    const bool status_changed = strcmp(known != NULL ? pl_user_status(known) : "",
                                    status != NULL ? status : "") != 0;
    pl_user *user = state_put_user(&client->state, from, moment);
    if (user != NULL) {
        user->event_seq = client->state.event_seq;
        event->user = user;
        event->presence.was_online = was_online;
        event->presence.status_changed = status_changed;
    }
}

static void take_removed(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    const char *id = json_text_at(json_get(body, "user"), "id");
    if (id == NULL)
        id = json_text_at(json_get(body, "member"), "user_id");
    if (id == NULL || event->channel == NULL)
        return;
    event->user = state_find_user(&client->state, id);
    if (event->user == NULL)
        event->user = state_put_user(&client->state, json_get(body, "user"), moment);
    state_note_departed(&client->state, event->channel, id);
    state_remove_member(event->channel, id);
    marks_forget(event->channel, event->user);
    event->channel->mine = event->channel->mine && !client_is_own(client, event->user);
}

static void take_member(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    if (event->channel == NULL)
        return;
    event->member = state_put_member(
        &client->state, event->channel, json_get(body, "member"), moment);
    if (event->member == NULL)
        return;
    event->user = event->member->user;
    if (client_is_own(client, event->user))
        event->channel->mine = !pl_member_is_invitee(event->member);
    else if (event->channel->listen_all)
        listening_want(client, event->user);
}

static void take_message(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    const json *from = json_get(body, "message");
    const char *id = json_text_at(from, "id");
    if (event->channel == NULL)
        return;
    const pl_message *known = id != NULL ? state_find_message(event->channel, id) : NULL;
    const bool was_there = known != NULL,
               was_deleted = known != NULL && known->wire.deleted_us != 0;
    event->message = state_put_message(&client->state, event->channel, from, moment);
    if (event->message == NULL)
        return;
    if (event->user == NULL)
        event->user = event->message->user;
    if (event->type == PL_EVENT_MESSAGE_NEW)
        marks_count_message(client, event->channel, event->message);
    else if (event->type == PL_EVENT_MESSAGE_DELETED && was_there && !was_deleted)
        marks_uncount_message(client, event->channel, event->message);
}

static void take_reaction(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    const json *reaction = json_get(body, "reaction");
    const char *type = json_text_at(reaction, "type");
    int64_t score = 0;
    take_message(client, body, moment, event);
    event->reaction_type = type != NULL ? type : "";
    if (json_as_integer(json_get(reaction, "score"), &score) && score >= INT32_MIN &&
        score <= INT32_MAX)
        event->reaction_score = (int)score;
}

/* Without a channel: of all of them. */
static void take_mark(pl_client *client, const json *body, const struct state_moment *moment,
    const struct pl_event *event) {
    if (event->channel != NULL)
        marks_take_one(event->channel, event->user, body, moment);
    else if (event->type == PL_EVENT_MESSAGE_READ)
        marks_read_all(client, moment);
}

static void take_truncation(const struct pl_event *event) {
    if (event->channel == NULL)
        return;
    if (event->channel->wire.truncated_us != 0)
        state_truncate(event->channel, event->channel->wire.truncated_us);
    else
        state_clear_messages(event->channel);
    marks_recount(event->channel);
}

static void take_hiding(const json *body, const struct pl_event *event) {
    if (event->channel == NULL)
        return;
    event->channel->hidden = event->type == PL_EVENT_CHANNEL_HIDDEN;
    if (!event->channel->hidden || !json_true_at(body, "clear_history"))
        return;
    state_clear_messages(event->channel);
    marks_recount(event->channel);
}

static void take_typing(const struct pl_event *event) {
    if (event->channel != NULL && event->user != NULL)
        marks_typing(event->channel, event->user, event->type == PL_EVENT_TYPING_STARTED);
}

static void take_watcher_count(const json *body, const struct pl_event *event) {
    int64_t count = 0;
    if (event->channel != NULL && json_as_integer(json_get(body, "watcher_count"), &count) &&
        count >= 0)
        event->channel->watcher_count = (size_t)count;
}

static void take_by_type(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    switch (event->type) {
    case PL_EVENT_PRESENCE_CHANGED: take_presence(client, body, moment, event); break;
    case PL_EVENT_MESSAGE_NEW:
    case PL_EVENT_MESSAGE_UPDATED:
    case PL_EVENT_MESSAGE_DELETED: take_message(client, body, moment, event); break;
    case PL_EVENT_MEMBER_ADDED:
    case PL_EVENT_MEMBER_UPDATED: take_member(client, body, moment, event); break;
    case PL_EVENT_MEMBER_REMOVED: take_removed(client, body, moment, event); break;
    case PL_EVENT_ADDED_TO_CHANNEL:
        if (event->channel != NULL)
            event->channel->mine = true;
        break;
    case PL_EVENT_REMOVED_FROM_CHANNEL:
        if (event->channel != NULL)
            event->channel->mine = false;
        break;
    case PL_EVENT_CHANNEL_DELETED:
        if (event->channel != NULL) {
            event->channel->deleted = true;
            event->channel->lost = true;
            event->channel->told_since = 0;
            listening_drop_channel(client, event->channel);
        }
        break;
    case PL_EVENT_CHANNEL_TRUNCATED: take_truncation(event); break;
    case PL_EVENT_REACTION_NEW:
    case PL_EVENT_REACTION_UPDATED:
    case PL_EVENT_REACTION_DELETED: take_reaction(client, body, moment, event); break;
    case PL_EVENT_MESSAGE_READ:
    case PL_EVENT_MARKED_UNREAD: take_mark(client, body, moment, event); break;
    case PL_EVENT_TYPING_STARTED:
    case PL_EVENT_TYPING_STOPPED: take_typing(event); break;
    case PL_EVENT_CHANNEL_HIDDEN:
    case PL_EVENT_CHANNEL_VISIBLE: take_hiding(body, event); break;
    case PL_EVENT_MUTES_UPDATED:
        marks_take_sums(client, json_get(body, "me"));
        marks_take_mutes(client, json_get(body, "me"), moment);
        client->mutes_seq = client->state.event_seq;
        break;
    case PL_EVENT_INVITED:
    case PL_EVENT_INVITE_ACCEPTED:
    case PL_EVENT_INVITE_REJECTED: take_member(client, body, moment, event); break;
    default: take_watcher_count(body, event); break;
    }
}

/* Whether it is ours or hidden is told to us wherever we are, watching or not. */
static void note_own(const pl_client *client, const struct pl_event *event) {
    const enum pl_event_type type = event->type;
    const bool own = type == PL_EVENT_ADDED_TO_CHANNEL || type == PL_EVENT_REMOVED_FROM_CHANNEL ||
                     type == PL_EVENT_CHANNEL_HIDDEN || type == PL_EVENT_CHANNEL_VISIBLE ||
                     (type == PL_EVENT_MEMBER_REMOVED && client_is_own(client, event->user)) ||
                     (event->member != NULL && client_is_own(client, event->member->user));
    if (own && event->channel != NULL)
        event->channel->own_seq = client->state.event_seq;
}

/* It is told to our connections because we are who we are, and not because we watch. */
static bool needs_no_watch(enum wire_event event, const char *name) {
    return event == EVENT_CHANNEL_HIDDEN || event == EVENT_CHANNEL_VISIBLE ||
           (name != NULL && strncmp(name, "notification.", strlen("notification.")) == 0);
}

/* Until a watch has begun it may be older than the picture which that brings, or younger. */
static bool is_aside(const pl_client *client, const struct note *note) {
    const char *cid = json_text_at(note->body, "cid");
    const pl_channel *channel = cid != NULL ? state_find_channel(&client->state, cid) : NULL;
    return needs_no_watch(note->event, json_text_at(note->body, "type")) &&
           (channel == NULL || !state_is_told(channel));
}

/* The channel that an event is about: named whole, or by cid. One never heard of is made known. */
static pl_channel *channel_of(
    pl_client *client, const json *body, const struct state_moment *moment) {
    const json *whole = json_get(body, "channel");
    const char *cid = json_text_at(body, "cid");
    if (json_is_object(whole)) {
        pl_channel *channel = state_put_channel(&client->state, whole, moment);
        if (channel != NULL)
            return channel;
    }
    if (cid == NULL || strcmp(cid, "*") == 0)
        return NULL;
    return state_get_channel(&client->state, cid);
}

/* Users on the way in an event about something else are a picture of them too; but presence is
 * taken from presence events alone where we are listening. */
static void take_user(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    if (event->type == PL_EVENT_PRESENCE_CHANGED || event->type == PL_EVENT_MEMBER_REMOVED)
        return;
    event->user = state_put_user(&client->state, json_get(body, "user"), moment);
    if (client_is_own(client, event->user))
        client->local = event->user;
}

static int64_t created_ms(const json *body) {
    const char *created = json_text_at(body, "created_at");
    int64_t created_us = 0;
    if (created == NULL || time_parse(created, &created_us) != 0)
        return 0;
    return created_us / 1000;
}

static bool is_about_a_message(enum pl_event_type type) {
    return type == PL_EVENT_MESSAGE_NEW || type == PL_EVENT_MESSAGE_UPDATED ||
           type == PL_EVENT_MESSAGE_DELETED || type == PL_EVENT_REACTION_NEW ||
           type == PL_EVENT_REACTION_UPDATED || type == PL_EVENT_REACTION_DELETED;
}

/* Whether it has what event.h says that one of its type has, so that a program may rely on it
 * whatever a server sends. */
static bool is_whole(const struct pl_event *event) {
    if (is_about_a_message(event->type))
        return event->channel != NULL && event->message != NULL;
    switch (event->type) {
    case PL_EVENT_PRESENCE_CHANGED:
    case PL_EVENT_USER_UPDATED:
    case PL_EVENT_USER_DELETED: return event->user != NULL;
    case PL_EVENT_MEMBER_ADDED:
    case PL_EVENT_MEMBER_UPDATED:
    case PL_EVENT_INVITED:
    case PL_EVENT_INVITE_ACCEPTED:
    case PL_EVENT_INVITE_REJECTED: return event->channel != NULL && event->member != NULL;
    case PL_EVENT_WATCHING_STARTED:
    case PL_EVENT_WATCHING_STOPPED:
    case PL_EVENT_TYPING_STARTED:
    case PL_EVENT_TYPING_STOPPED:
    case PL_EVENT_MEMBER_REMOVED: return event->channel != NULL && event->user != NULL;
    case PL_EVENT_ADDED_TO_CHANNEL:
    case PL_EVENT_REMOVED_FROM_CHANNEL:
    case PL_EVENT_CHANNEL_UPDATED:
    case PL_EVENT_CHANNEL_DELETED:
    case PL_EVENT_CHANNEL_TRUNCATED:
    case PL_EVENT_CHANNEL_HIDDEN:
    case PL_EVENT_CHANNEL_VISIBLE: return event->channel != NULL;
    default: return true;
    }
}

/* What is kept nowhere, for it is too old or there is no room, is there during the callbacks. */
static void tell(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    pl_message *loose = NULL;
    if (is_about_a_message(event->type) && event->channel != NULL && event->message == NULL) {
        loose = state_make_message(&client->state, json_get(body, "message"), moment);
        event->message = loose;
    }
    if (loose != NULL && event->user == NULL)
        event->user = loose->user;
    const bool whole = is_whole(event) && !client->state.torn;
    if (whole && event->type == PL_EVENT_PRESENCE_CHANGED)
        handlers_call_presence(client, event->user);
    if (whole && !client->ended)
        events_emit(client, event);
    if (loose != NULL)
        state_free_message(loose);
}

void events_take_frame(pl_client *client, const struct note *note) {
    const json *body = note->body;
    const enum pl_event_type type = types[note->event];
    const struct state_moment moment = {.now_ms = clock_unix_us() / 1000,
        .event_seq = UINT64_MAX,
        .beside = type != PL_EVENT_PRESENCE_CHANGED && type != PL_EVENT_USER_DELETED &&
                  client->link.state == PL_LINK_LIVE,
        .live_epoch = client->epoch,
        .aside = is_aside(client, note)};
    const char *name = json_text_at(body, "type");
    struct pl_event event = {.type = type,
        .type_name = name,
        .created_unix_ms = created_ms(body),
        .cid = json_text_at(body, "cid"),
        .json = note->text,
        .json_bytes = note->len};
    client->state.event_seq++;
    event.channel = channel_of(client, body, &moment);
    if (event.channel != NULL && !event.channel->wire.connect_events)
        listening_drop_channel(client, event.channel);
    take_user(client, body, &moment, &event);
    marks_take_sums(client, body);
    take_by_type(client, body, &moment, &event);
    note_own(client, &event);
    if (client->state.torn)
        return; /* half an event is none: what it brought is read again */
    tell(client, body, &moment, &event);
    if (client->ended || client->state.torn)
        return;
    const char *gone = json_text_at(json_get(body, "message"), "id");
    if (event.type == PL_EVENT_MESSAGE_DELETED && gone != NULL && event.channel != NULL &&
        json_true_at(body, "hard_delete"))
        state_lose_message(&client->state, event.channel, gone);
    listening_pump(client);
}

void events_read(pl_client *client, const json *body, const struct state_moment *moment,
    struct pl_event *event) {
    const json *reaction = json_get(body, "reaction");
    const char *name = json_text_at(body, "type"), *cid = json_text_at(body, "cid");
    const char *kind = json_text_at(reaction, "type");
    int64_t score = 0;
    json_as_integer(json_get(reaction, "score"), &score);
    *event = (struct pl_event){.type = types[event_from_name(name != NULL ? name : "")],
        .type_name = name != NULL ? name : "",
        .created_unix_ms = created_ms(body),
        .cid = cid != NULL ? cid : "",
        .user = state_put_user(&client->state, json_get(body, "user"), moment),
        .channel = cid != NULL ? state_find_channel(&client->state, cid) : NULL,
        .json = "",
        .reaction_type = kind != NULL ? kind : "",
        .reaction_score = score > INT32_MIN && score < INT32_MAX ? (int)score : 0};
}

/* ---- the link ---- */

static void take_me(pl_client *client, pl_user *me) {
    client->local = me;
    if (!client->anonymous)
        return;
    char *id = heap_copy(&client->heap, me->id); /* the server alone says who that is */
    client->state.torn |= id == NULL;
    if (id == NULL)
        return;
    heap_free(&client->heap, client->user_id);
    client->user_id = id;
}

void events_take_hello(pl_client *client, const struct note *note) {
    const struct state_moment moment = {
        .now_ms = clock_unix_us() / 1000, .event_seq = UINT64_MAX, .own = true};
    pl_user *me = state_put_user(&client->state, json_get(note->body, "me"), &moment);
    client->self_is_known = me != NULL && (client->anonymous || client_is_own(client, me));
    if (client->self_is_known) {
        take_me(client, me);
        marks_take_sums(client, json_get(note->body, "me"));
        marks_take_mutes(client, json_get(note->body, "me"), &moment);
    }
    client->hello_torn = client->state.torn;
}

static void became_live(pl_client *client, uint64_t epoch) {
    client->epoch = epoch;
    /* Nobody waits for what an older connection wanted to ask later. */
    client->pages = client->resyncing = 0;
    listening_restart(client);
    if (client->was_live)
        resync_begin(client);
    else
        resync_forget(client); /* whatever was before, we were not it */
    client->was_live = true;
}

void events_take_link(pl_client *client, const struct note *note) {
    if (note->link.state == PL_LINK_LIVE && note->epoch == client->given_up)
        return;
    if (note->link.state == PL_LINK_LIVE && client->hello_torn) {
        client->was_live = true; /* calls that waited may have brought what must be read again */
        resync_remember(client);
        return; /* another connection comes, with another welcome */
    }
    client->hello_torn = false;
    const enum pl_link_state before = client->link.state;
    const bool was = before == PL_LINK_LIVE;
    const bool is = note->link.state == PL_LINK_LIVE;
    client->link = note->link;
    snprintf(client->reason, sizeof client->reason, "%s", note_words(note));
    client->link.reason = client->reason;
    if (was && !is) {
        marks_end_typing(client);
        resync_remember(client);
        client->in_resync = client->self_is_known = false;
    }
    if (is && !was)
        became_live(client, note->epoch);
    client->link.resyncing = client->in_resync;
    if (client->link.state != before)
        say_link(client);
    struct pl_event event = {.type = PL_EVENT_LINK_CHANGED};
    events_emit(client, &event);
    if (client->ended)
        return;
    if (is && !was)
        client_answer_connect(client, PL_DONE);
    else if (note->link.state == PL_LINK_REFUSED) {
        client->wants_link = client->wants_link && !list_is_empty(&client->farewells);
        client_answer_connect(client, PL_REFUSED);
    }
    if (!client->ended)
        listening_pump(client);
}

/* What is known is not what was told. Only a new connection tells all of it, ourselves, mutes and
 * what is unread too; and the wait before it grows where memory stays short. The network says the
 * same in a moment; until then nothing must look live. */
void events_start_over(pl_client *client) {
    struct note note = {.heap = &client->heap,
        .kind = NOTE_LINK,
        .epoch = client->epoch,
        .wordless = true,
        .link = client->link};
    mailbox_say(client->mailbox, MAILBOX_AGAIN);
    if (client->link.state != PL_LINK_LIVE)
        return;
    client->given_up = client->epoch;
    client->losses++;
    note.link.state = PL_LINK_WAITING;
    note.link.since_unix_ms = note.link.stale_since_unix_ms = note.link.retry_at_unix_ms =
        clock_unix_us() / 1000;
    events_take_link(client, &note);
}
