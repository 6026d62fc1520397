/* SPDX-License-Identifier: MIT */
/*
 * After a loss all that is known is a picture of the past. How it was is remembered in the objects
 * themselves, at the moment of the loss, so that it needs no memory that might not be there.
 *
 * After a reconnect the old watches and the old listening are gone: every watched channel is
 * queried again, thirty a call, everybody wanted is listened to again, and the channels that we are
 * in are walked over by name, for those we were added to. Of ourselves the first frame tells, or,
 * where frames were lost and the connection is the same, a query. Only when all of that is in is
 * PL_EVENT_RESYNCED told, with what is other than it was. A link that is lost again before that
 * changes nothing in what was remembered: it is told once, from the first loss on.
 */
#include "client/client.h"

#include "base/clock.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <string.h>

enum { AGAIN_MS = 2000 };

/* ---- how it was ---- */

/* FNV-1a: a text that differs and has the same hash is not told, which nobody will see. */
static uint64_t hash_of(const char *text) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text != '\0'; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return hash;
}

static bool is_ours(const pl_channel *channel) {
    return !channel->deleted && (channel->mine || pl_channel_is_watched(channel));
}

static void remember_channel(pl_channel *channel) {
    const struct message_list *messages = &channel->messages;
    state_forget_gone(channel);
    channel->known_before = true;
    channel->mine_before = channel->mine && !channel->deleted;
    channel->ours_before = is_ours(channel);
    channel->whole_before = channel->whole;
    channel->newest_before_us = channel->wire.last_message_us;
    if (messages->count > 0 &&
        messages->items[messages->count - 1]->wire.created_us > channel->newest_before_us)
        channel->newest_before_us = messages->items[messages->count - 1]->wire.created_us;
    for (size_t i = 0; i < channel->member_count; i++)
        channel->members[i]->before = true;
}

void resync_remember(pl_client *client) {
    if (client->remembers)
        return;
    client->remembers = true;
    client->away_since_ms = clock_unix_us() / 1000;
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;) {
        user->known_before = true;
        user->online_before = user->online;
        user->status_before = (uint32_t)hash_of(pl_user_status(user));
    }
    for (size_t c = 0; c < client->state.channel_count; c++)
        remember_channel(client->state.order[c]);
}

static void forget_channel(pl_channel *channel) {
    state_forget_gone(channel);
    channel->known_before = channel->mine_before = channel->ours_before = false;
    for (size_t i = 0; i < channel->member_count; i++)
        channel->members[i]->before = false;
}

void resync_forget(pl_client *client) {
    client->remembers = false;
    client->away_since_ms = 0;
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;)
        user->known_before = false;
    for (size_t c = 0; c < client->state.channel_count; c++)
        forget_channel(client->state.order[c]);
}

bool resync_keep_member(pl_client *client, pl_member *member) {
    if (client == NULL || !client->remembers)
        return false;
    heap_free(member->channel->wire.heap, member->rare);
    member->next_gone = member->channel->gone;
    member->channel->gone = member;
    return true;
}

/* ---- the channels that we are in ---- */

static char *joined_query(const pl_client *client) {
    const struct heap *heap = &client->heap;
    json *filter = json_object(), *body = json_object();
    json *sort = json_array(), *by = json_object(), *after = json_object();
    bool bad = json_set(filter, "joined", json_boolean(true)) < 0;
    bad |= calls_find_hidden(filter) < 0;
    bad |= json_set(after, "$gt", json_text(client->joined_after)) < 0;
    if (client->joined_after[0] != '\0')
        bad |= json_set(filter, "cid", after) < 0;
    else
        json_free(after);
    bad |= json_set(by, "field", json_text("cid")) < 0;
    bad |= json_set(by, "direction", json_integer(1)) < 0;
    bad |= json_append(sort, by) < 0;
    bad |= json_set(body, "filter_conditions", filter) < 0;
    bad |= json_set(body, "sort", sort) < 0;
    bad |= json_set(body, "state", json_boolean(false)) < 0;
    bad |= json_set(body, "limit", json_integer(LIMIT_CHANNELS)) < 0;
    char *text = bad ? NULL : json_to_text_in(heap, body);
    json_free(body);
    return text;
}

static void ask_joined(pl_client *client, int64_t later_ms) {
    struct wish wish = {.purpose = FOR_JOINED,
        .method = "POST",
        .path = heap_copy(&client->heap, "/channels"),
        .body = joined_query(client),
        .needs_connection = true,
        .idempotent = true,
        .paced = true,
        .later_ms = later_ms};
    client->joined_owed = calls_send(client, &wish) < 0;
    client->joined_call = client->joined_owed ? 0 : client->last_call;
}

static void begin_joined(pl_client *client) {
    client->joined_owed = false;
    client->joined_call = 0;
    client->joined_after[0] = '\0';
    client->joined_seq = client->state.event_seq;
    if (client->local == NULL || client->anonymous || client->state.channel_count == 0)
        return;
    for (size_t c = 0; c < client->state.channel_count; c++)
        client->state.order[c]->seen_joined = false;
    ask_joined(client, 0);
}

/* By the server's clock. */
static bool is_since(const pl_client *client, int64_t made_us) {
    return made_us > (client->away_since_ms + client->link.clock_offset_ms) * 1000;
}

static bool joined_since(const pl_client *client, const json *membership) {
    const char *made = json_text_at(membership, "created_at");
    int64_t made_us = 0;
    return made != NULL && time_parse(made, &made_us) == 0 && is_since(client, made_us);
}

static void take_one_joined(
    pl_client *client, const json *from, const struct state_moment *moment) {
    const char *cid = json_text_at(json_get(from, "channel"), "cid");
    const bool news = joined_since(client, json_get(from, "membership"));
    if (cid == NULL || (!news && state_find_channel(&client->state, cid) == NULL))
        return; /* nobody asked for it, and it is no news */
    pl_channel *channel = state_put_channel(&client->state, json_get(from, "channel"), moment);
    if (channel == NULL)
        return;
    channel->seen_joined = channel->mine = true;
    channel->known_before |= !news;
    channel->mine_before |= !news; /* it was, but we had not been told */
}

void resync_take_joined(pl_client *client, const struct pending *pending, const json *body) {
    const json *list = json_get(body, "channels");
    if (pending->number != client->joined_call)
        return;
    const struct state_moment moment = calls_moment(client, pending);
    const char *last = NULL;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        take_one_joined(client, item, &moment);
        last = json_text_at(json_get(item, "channel"), "cid");
    }
    /* A page that brings nothing new is the last, whatever the server says. */
    const bool onwards = last != NULL && strcmp(last, client->joined_after) > 0 &&
                         strlen(last) < sizeof client->joined_after;
    client->joined_ends = !onwards || json_count(list) < LIMIT_CHANNELS;
    if (onwards)
        strcpy(client->joined_after, last);
}

bool resync_has_named(const pl_client *client, const pl_channel *channel) {
    return channel->seen_joined || channel->own_seq > client->joined_seq;
}

/* Of those that a whole walk did not name, nor anybody since it began, we are no member. */
static void lose_unnamed(pl_client *client) {
    for (size_t c = 0; c < client->state.channel_count; c++) {
        pl_channel *channel = client->state.order[c];
        channel->mine = channel->mine && resync_has_named(client, channel);
    }
}

void resync_joined_ended(pl_client *client, const struct pending *pending, enum pl_status status) {
    if (pending->number != client->joined_call)
        return;
    client->joined_call = 0;
    if (status == PL_DONE && client->joined_ends)
        lose_unnamed(client);
    else if (status == PL_DONE)
        ask_joined(client, 0);
    else if (status != PL_DONE && status != PL_REFUSED && client->link.state == PL_LINK_LIVE)
        ask_joined(client, AGAIN_MS);
}

/* ---- ourselves ---- */

static char *self_query(const pl_client *client) {
    json *filter = json_object(), *body = json_object();
    bool bad = json_set(filter, "id", json_text(client->user_id)) < 0;
    bad |= json_set(body, "filter_conditions", filter) < 0;
    char *text = bad ? NULL : json_to_text_in(&client->heap, body);
    json_free(body);
    return text;
}

static void ask_self(pl_client *client, int64_t later_ms) {
    client->self_owed = false;
    client->self_call = 0;
    if (client->self_is_known || client->local == NULL)
        return;
    struct wish wish = {.purpose = FOR_SELF,
        .method = "GET",
        .path = heap_copy(&client->heap, "/users"),
        .payload = self_query(client),
        .needs_connection = true,
        .idempotent = true,
        .paced = true,
        .later_ms = later_ms};
    client->self_owed = calls_send(client, &wish) < 0;
    client->self_call = client->self_owed ? 0 : client->last_call;
}

void resync_self_ended(pl_client *client, const struct pending *pending, enum pl_status status) {
    if (pending->number != client->self_call)
        return;
    client->self_call = 0;
    if (status == PL_DONE && client_is_current(client, pending))
        client->self_is_known = true;
    else if (status != PL_REFUSED && client->link.state == PL_LINK_LIVE)
        ask_self(client, AGAIN_MS);
}

/* ---- reading again ---- */

/* All that are watched, or those that are to be read once more. */
static void resync_channels(pl_client *client, bool all) {
    client->resync_owed = client->resync_owed && !all;
    client->again = false;
    pl_channel *batch[LIMIT_CHANNELS];
    size_t count = 0;
    for (size_t i = 0; i <= client->state.channel_count; i++) {
        const bool end = i == client->state.channel_count;
        pl_channel *channel = end ? NULL : client->state.order[i];
        if (!end && (channel->flags & PL_WATCH) && (all || channel->again))
            batch[count++] = channel;
        if (!end)
            channel->again = false;
        if (count == LIMIT_CHANNELS || (end && count > 0)) {
            calls_resync(client, batch, count);
            count = 0;
        }
    }
}

void resync_begin(pl_client *client) {
    client->in_resync = true;
    client->link.resyncing = true;
    resync_channels(client, true);
    ask_self(client, 0);
    listening_pump(client);
    begin_joined(client);
    resync_step_done(client);
}

/* The link is as it was, but what came over it is not all here: nothing is live until it was read
 * again, and answers to what was asked for before do not make it so. */
void resync_after_loss(pl_client *client) {
    client->losses++;
    if (client->link.state != PL_LINK_LIVE)
        return; /* all is stale already, and read again once it is live */
    resync_remember(client);
    listening_restart(client);
    client->self_is_known = false;
    client->in_resync = client->link.resyncing = true;
    struct pl_event event = {.type = PL_EVENT_LINK_CHANGED};
    events_emit(client, &event);
    if (!client->ended)
        resync_begin(client);
}

/* ---- what is other than it was ---- */

/* Each change is counted, and noted where there is room. */
struct changes {
    struct pl_change *items;
    size_t count, cap;
    struct pl_event *event;
};

static void note_change(struct changes *changes, size_t *counter, struct pl_change change) {
    if (counter != NULL)
        ++*counter;
    if (changes->count < changes->cap)
        changes->items[changes->count] = change;
    changes->count++;
}

static void compare_user(struct changes *changes, pl_user *user) {
    struct pl_event *event = changes->event;
    if (!user->known_before)
        return;
    if (user->online != user->online_before) {
        const bool came = user->online;
        event->resync.came += came;
        event->resync.left += !came;
        note_change(changes, NULL,
            (struct pl_change){.kind = came ? PL_CHANGE_CAME : PL_CHANGE_LEFT, .user = user});
    }
    if ((uint32_t)hash_of(pl_user_status(user)) != user->status_before)
        note_change(changes, &event->missed.status_changed,
            (struct pl_change){.kind = PL_CHANGE_STATUS, .user = user});
}

/* Of a channel whose members are not all known, who is not among them may still be one; and who is
 * may have been one before. */
static void compare_members(struct changes *changes, pl_channel *channel) {
    struct pl_event_missed *missed = &changes->event->missed;
    for (pl_member *member = channel->gone; member != NULL; member = member->next_gone) {
        pl_member *again = table_find(&channel->by_user, member->user->id);
        if (again != NULL)
            again->before = true; /* removed and added: as before */
        else if (channel->whole)
            note_change(changes, &missed->members_removed,
                (struct pl_change){
                    .kind = PL_CHANGE_MEMBER_REMOVED, .user = member->user, .channel = channel});
    }
    for (size_t i = 0; i < channel->member_count; i++) {
        const pl_member *member = channel->members[i];
        if (!member->before &&
            (channel->whole_before || is_since(channel->client, member->created_us)))
            note_change(changes, &missed->members_added,
                (struct pl_change){
                    .kind = PL_CHANGE_MEMBER_ADDED, .user = member->user, .channel = channel});
    }
}

static void compare_messages(struct changes *changes, pl_channel *channel) {
    size_t count = 0;
    for (size_t i = channel->messages.count; i > 0; i--) {
        const pl_message *message = channel->messages.items[i - 1];
        if (message->wire.created_us <= channel->newest_before_us)
            break;
        count += message->wire.deleted_us == 0 && message->user != channel->client->local;
    }
    changes->event->missed.messages += count;
    if (count > 0)
        note_change(changes, NULL,
            (struct pl_change){.kind = PL_CHANGE_MESSAGES, .channel = channel, .messages = count});
}

static void compare_channel(struct changes *changes, pl_channel *channel) {
    struct pl_event_missed *missed = &changes->event->missed;
    const bool is = is_ours(channel), was = channel->known_before && channel->ours_before;
    if (was && !is) {
        note_change(changes, &missed->channels_gone,
            (struct pl_change){.kind = PL_CHANGE_CHANNEL_GONE, .channel = channel});
        return;
    }
    if (channel->mine && is && !(channel->known_before && channel->mine_before))
        note_change(changes, &missed->channels_new,
            (struct pl_change){.kind = PL_CHANGE_CHANNEL_NEW, .channel = channel});
    if (was) {
        compare_members(changes, channel);
        compare_messages(changes, channel);
    }
}

static void compare_all(pl_client *client, struct changes *changes) {
    struct pl_event *event = changes->event;
    event->resync.came = event->resync.left = 0;
    event->missed = (struct pl_event_missed){0};
    changes->count = 0;
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;)
        compare_user(changes, user);
    for (size_t c = 0; c < client->state.channel_count; c++)
        compare_channel(changes, client->state.order[c]);
}

/* Twice: to know how much room they want, and into it. */
static void tell_resynced(pl_client *client) {
    struct pl_event event = {.type = PL_EVENT_RESYNCED,
        .resync = {.away_ms = clock_unix_us() / 1000 - client->away_since_ms}};
    struct changes changes = {.event = &event};
    compare_all(client, &changes);
    if (changes.count > 0)
        changes.items = heap_make_many(&client->heap, changes.count, sizeof *changes.items);
    if (changes.items != NULL) {
        changes.cap = changes.count;
        compare_all(client, &changes);
        event.missed.changes = changes.items;
        event.missed.change_count = changes.count;
    }
    client->in_resync = client->link.resyncing = false;
    client->forget_at = 0; /* what is not true any more holds nobody */
    events_emit(client, &event);
    if (!client->ended)
        resync_forget(client);
    heap_free(&client->heap, changes.items);
}

void resync_step_done(pl_client *client) {
    const bool live = client->link.state == PL_LINK_LIVE;
    if (live && (client->resync_owed || client->again))
        resync_channels(client, client->resync_owed);
    if (client->in_resync && client->joined_owed && live)
        ask_joined(client, 0);
    if (client->in_resync && client->self_owed && live)
        ask_self(client, 0);
    if (!client->in_resync || client->resync_owed || client->resyncing > 0 || !live ||
        client->joined_owed || client->joined_call != 0 || client->self_owed ||
        client->self_call != 0 || !listening_is_done(client))
        return;
    tell_resynced(client);
}
