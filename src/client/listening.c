/* SPDX-License-Identifier: MIT */
/*
 * Listening beyond what watching brings: the API listens to ten members of a watched channel; the
 * rest are queried with presence, thirty a call. Those on the screen come first. Two calls are
 * under way at most, and the network thread paces them (eight a second), so that ten thousand
 * members are a steady trickle and not a flood.
 *
 * The members themselves are paged in by user id, one call at a time a channel. Only the reply to
 * the page that is waited for moves the pages on: one that an older connection asked for would
 * leave a hole. Members that no page has are gone, but only where every page was taken in whole.
 *
 * A user is `wanted` for good, `queued` while nobody has asked for them on this connection, and
 * live once a reply has come on it. A new connection queues all who are wanted again.
 *
 * As the server has it, a user is listened to for as long as there is a reason: a query on this
 * connection, or a watched channel that counted them among its ten. When the last reason goes, they
 * are not live any more, and whoever is wanted is queued.
 */
#include "client/client.h"

#include "wire/limits.h"

#include <errno.h>
#include <string.h>

enum { BATCHES = 2, PAGE_AGAIN_MS = 2000, PARTS = 64 };

static bool is_live(const pl_client *client, const pl_user *user) {
    return user->live_epoch == client->epoch && client->link.state == PL_LINK_LIVE;
}

static int enqueue(pl_client *client, pl_user *user) {
    if (user->queued || is_live(client, user))
        return 0;
    if (client->plan_at > 0 && client->plan_at == client->plan_count)
        client->plan_at = client->plan_count = 0;
    if (client->plan_count == client->plan_cap) {
        const size_t cap = client->plan_cap != 0 ? client->plan_cap * 2 : 64;
        pl_user **plan = heap_resize(&client->heap, client->plan, cap * sizeof *plan);
        if (plan == NULL) {
            client->state.torn = true; /* nobody else remembers to ask for them */
            return -ENOMEM;
        }
        client->plan = plan;
        client->plan_cap = cap;
    }
    client->plan[client->plan_count++] = user;
    user->queued = true;
    client->queued_count++;
    return 0;
}

static void dequeue(pl_client *client, pl_user *user) {
    if (!user->queued)
        return;
    user->queued = false;
    client->queued_count--;
}

void listening_note_wanted(pl_client *client, pl_user *user) {
    if (user->wanted)
        return;
    user->wanted = true;
    client->wanted_count++;
    client->live_unwanted -= user->live_epoch == client->epoch;
}

int listening_want(pl_client *client, pl_user *user) {
    listening_note_wanted(client, user);
    return enqueue(client, user);
}

/* The program wants them, or a channel that they are in. */
static bool has_reason(const pl_user *user) {
    return user->named || user->queried || user->member_of > 0;
}

void listening_let_go(pl_client *client, pl_user *user) {
    if (!user->wanted || has_reason(user))
        return;
    dequeue(client, user);
    user->wanted = false;
    client->wanted_count--;
    client->live_unwanted += user->live_epoch == client->epoch;
}

/* ---- reasons ---- */

static void become_live(pl_client *client, pl_user *user) {
    dequeue(client, user);
    user->misses = 0;
    if (user->live_epoch == client->epoch)
        return;
    user->live_epoch = (uint32_t)client->epoch;
    client->live_count++;
    client->live_unwanted += !user->wanted;
}

static void perhaps_end_live(pl_client *client, pl_user *user) {
    if (user->heard_by_query || user->heard_in > 0 || user->live_epoch != client->epoch)
        return;
    user->live_epoch = 0;
    client->live_count--;
    client->live_unwanted -= !user->wanted;
    if (user->wanted)
        enqueue(client, user);
}

void listening_mark(pl_client *client, pl_user *user) {
    user->heard_by_query = true;
    become_live(client, user);
}

static void mark_member(pl_client *client, pl_member *member) {
    member->channel->heard += !member->heard;
    member->user->heard_in += !member->heard;
    member->heard = true;
    become_live(client, member->user);
}

void listening_drop_member(pl_client *client, pl_member *member) {
    if (!member->heard)
        return;
    member->heard = false;
    member->channel->heard--;
    member->user->heard_in--;
    perhaps_end_live(client, member->user);
}

void listening_drop_channel(pl_client *client, pl_channel *channel) {
    for (size_t i = 0; i < channel->member_count && channel->heard > 0; i++)
        listening_drop_member(client, channel->members[i]);
}

/* As the server counts: the oldest ten members, ourselves not among them. */
void listening_mark_channel(pl_client *client, pl_channel *channel) {
    size_t marked = 0;
    if (!channel->wire.connect_events)
        return;
    for (size_t i = 0; i < channel->member_count && marked < LIMIT_LISTEN_CHANNEL; i++) {
        pl_member *member = channel->members[i];
        if (member->user == client->local)
            continue;
        mark_member(client, member);
        marked++;
    }
}

/* ---- progress ---- */

PL_API void pl_client_listening(const pl_client *client, size_t *live, size_t *wanted) {
    const bool is = client->link.state == PL_LINK_LIVE;
    if (live != NULL)
        *live = is ? client->live_count : 0;
    if (wanted != NULL)
        *wanted = client->wanted_count + (is ? client->live_unwanted : 0);
}

/* Of those who cannot be listened to, nobody is waited for. */
PL_API void pl_channel_listening(const pl_channel *channel, size_t *live, size_t *wanted) {
    size_t are = 0, are_wanted = 0;
    for (size_t i = 0; i < channel->member_count; i++) {
        const pl_user *user = channel->members[i]->user;
        const bool is = pl_user_is_live(user);
        are += is;
        are_wanted += is || user->wanted || (channel->listen_all && user == channel->client->local);
    }
    if (channel->listen_all && !channel->whole)
        are_wanted += pl_channel_member_total(channel) - channel->member_count;
    if (live != NULL)
        *live = are;
    if (wanted != NULL)
        *wanted = are_wanted;
}

static void tell(pl_client *client) {
    struct pl_event event = {.type = PL_EVENT_LISTENING};
    pl_client_listening(client, &event.listening.live, &event.listening.wanted);
    events_emit(client, &event);
}

static void tell_of(pl_client *client, pl_channel *channel) {
    struct pl_event event = {
        .type = PL_EVENT_LISTENING, .channel = channel, .cid = channel->wire.cid};
    if (client->ended)
        return;
    channel->untold = 0;
    pl_channel_listening(channel, &event.listening.live, &event.listening.wanted);
    events_emit(client, &event);
}

/* To count costs a look at each member, here and in the program: so in a large channel many answers
 * are told in one, and all that is left with the last. */
static bool is_due(const pl_client *client, const pl_channel *channel) {
    return channel->untold > channel->member_count / PARTS || listening_is_done(client);
}

/* The channels whose members these are, and then all in all. */
static void tell_of_users(pl_client *client, const struct pending *pending) {
    for (size_t c = 0; c < client->state.channel_count; c++) {
        pl_channel *channel = client->state.order[c];
        bool theirs = false;
        for (size_t i = 0; i < pending->id_count && channel->listen_all && !theirs; i++)
            theirs = table_find(&channel->by_user, pending->ids[i]) != NULL;
        channel->untold += theirs ? pending->id_count : 0;
        if (channel->untold > 0 && is_due(client, channel))
            tell_of(client, channel);
    }
    if (!client->ended)
        tell(client);
}

/* ---- batches ---- */

/* Where all of a crowd have been asked for, nobody may be for days. */
static void forget_plan(pl_client *client) {
    heap_free(&client->heap, client->plan);
    client->plan = NULL;
    client->plan_at = client->plan_count = client->plan_cap = 0;
}

static size_t choose(pl_client *client, char **ids) {
    size_t count = 0;
    for (size_t i = 0; i < client->first_count && count < LIMIT_LISTEN_USERS; i++) {
        pl_user *user = client->first[i];
        if (!user->queued)
            continue;
        dequeue(client, user);
        ids[count++] = user->id;
    }
    while (client->plan_at < client->plan_count && count < LIMIT_LISTEN_USERS) {
        pl_user *user = client->plan[client->plan_at++];
        if (!user->queued)
            continue;
        dequeue(client, user);
        ids[count++] = user->id;
    }
    if (client->plan_at == client->plan_count)
        forget_plan(client);
    return count;
}

static char *query(const pl_client *client, char *const *ids, size_t count) {
    json *list = json_array(), *in = json_object(), *filter = json_object(), *body = json_object();
    bool bad = false;
    for (size_t i = 0; i < count; i++)
        bad |= json_append(list, json_text(ids[i])) < 0;
    bad |= json_set(in, "$in", list) < 0;
    bad |= json_set(filter, "id", in) < 0;
    bad |= json_set(body, "filter_conditions", filter) < 0;
    bad |= json_set(body, "presence", json_boolean(true)) < 0;
    bad |= json_set(body, "limit", json_integer(LIMIT_LISTEN_USERS)) < 0;
    char *text = bad ? NULL : json_to_text_in(&client->heap, body);
    json_free(body);
    return text;
}

static void put_back(pl_client *client, char *const *ids, size_t count) {
    for (size_t i = 0; i < count; i++)
        enqueue(client, state_find_user(&client->state, ids[i]));
}

static void ask(pl_client *client) {
    char *chosen[LIMIT_LISTEN_USERS];
    const size_t count = choose(client, chosen);
    char **ids = count > 0 ? heap_make_many(&client->heap, count, sizeof *ids) : NULL;
    if (ids == NULL) {
        put_back(client, chosen, count);
        return;
    }
    memcpy(ids, chosen, count * sizeof *ids); /* users live as long as the client */
    struct wish wish = {.purpose = FOR_LISTENING,
        .method = "GET",
        .path = heap_copy(&client->heap, "/users"),
        .payload = query(client, chosen, count),
        .needs_connection = true,
        .idempotent = true,
        .paced = true,
        .flags = PL_PRESENCE,
        .ids = ids,
        .id_count = count};
    if (calls_send(client, &wish) == 0)
        client->batches++;
    else
        put_back(client, chosen, count);
}

static char *page_query(const pl_channel *channel) {
    json *body = json_object(), *filter = json_object(), *after = json_object();
    json *sort = json_array(), *by = json_object();
    bool bad = json_set(body, "type", json_text(channel->wire.type)) < 0;
    bad |= json_set(body, "id", json_text(channel->wire.id)) < 0;
    if (channel->page_after[0] != '\0') {
        bad |= json_set(after, "$gt", json_text(channel->page_after)) < 0;
        bad |= json_set(filter, "user_id", after) < 0;
    } else {
        json_free(after);
    }
    bad |= json_set(body, "filter_conditions", filter) < 0;
    bad |= json_set(by, "field", json_text("user_id")) < 0;
    bad |= json_set(by, "direction", json_integer(1)) < 0;
    bad |= json_append(sort, by) < 0;
    bad |= json_set(body, "sort", sort) < 0;
    bad |= json_set(body, "limit", json_integer(LIMIT_MEMBERS)) < 0;
    char *text = bad ? NULL : json_to_text_in(channel->wire.heap, body);
    json_free(body);
    return text;
}

static void set_owed(pl_client *client, pl_channel *channel, bool owed) {
    client->pages_owed += owed && !channel->page_owed;
    client->pages_owed -= !owed && channel->page_owed;
    channel->page_owed = owed;
}

/* From the first page on, if page_after is NULL. */
static void ask_page(pl_client *client, pl_channel *channel, int64_t later_ms) {
    if (channel->page_after == NULL)
        channel->page_after = heap_copy(&client->heap, "");
    struct wish wish = {.purpose = FOR_PAGE,
        .method = "GET",
        .path = heap_copy(&client->heap, "/members"),
        .payload = channel->page_after != NULL ? page_query(channel) : NULL,
        .needs_connection = true,
        .idempotent = true,
        .paced = true,
        .later_ms = later_ms,
        .channel = channel};
    const bool asked = calls_send(client, &wish) == 0;
    set_owed(client, channel, !asked);
    channel->page = asked ? client->last_call : 0;
    client->pages += asked;
}

static void begin_pages(pl_client *client, pl_channel *channel) {
    for (size_t i = 0; i < channel->member_count; i++)
        channel->members[i]->seen = false;
    channel->whole = channel->page_torn = false;
    ask_page(client, channel, 0);
}

static void ask_owed_pages(pl_client *client) {
    for (size_t i = 0; i < client->state.channel_count && client->pages_owed > 0; i++) {
        pl_channel *channel = client->state.order[i];
        if (!channel->page_owed)
            continue;
        set_owed(client, channel, false);
        if (channel->listen_all)
            ask_page(client, channel, 0);
        if (channel->page_owed)
            return; /* there is no room yet for any */
    }
}

void listening_pump(pl_client *client) {
    if (client->link.state != PL_LINK_LIVE)
        return;
    ask_owed_pages(client);
    while (client->batches < BATCHES && client->queued_count > 0) {
        const unsigned before = client->batches;
        ask(client);
        if (client->batches == before)
            break;
    }
}

bool listening_is_done(const pl_client *client) {
    return client->queued_count == 0 && client->batches == 0 && client->pages == 0 &&
           client->pages_owed == 0;
}

void listening_take_reply(pl_client *client, const struct pending *pending, enum pl_status status) {
    client->batches--;
    if (!client_is_current(client, pending)) {
        listening_pump(client); /* all were queued again meanwhile */
        return;
    }
    for (size_t i = 0; i < pending->id_count; i++) {
        pl_user *user = state_find_user(&client->state, pending->ids[i]);
        if (user == NULL || is_live(client, user))
            continue;
        if (status == PL_DONE) { /* no such user, or not for us */
            client->wanted_count -= user->wanted;
            user->wanted = false;
            if (user->misses < STATE_MISSES)
                user->misses++;
        } else if (status != PL_REFUSED) { /* the answer was lost: ask again */
            enqueue(client, user);
        }
    }
    tell_of_users(client, pending);
    if (!client->ended)
        listening_pump(client);
}

/* ---- channels ---- */

static void want_members(pl_client *client, pl_channel *channel) {
    for (size_t i = 0; i < channel->member_count; i++)
        if (channel->members[i]->user != client->local)
            listening_want(client, channel->members[i]->user);
}

void listening_want_channel(pl_client *client, pl_channel *channel) {
    channel->listen_all = true;
    want_members(client, channel);
    if (!channel->whole && client->link.state == PL_LINK_LIVE && channel->page_after == NULL &&
        !channel->page_owed)
        begin_pages(client, channel);
    listening_pump(client);
}

static void end_pages(pl_channel *channel, bool whole) {
    heap_free(channel->wire.heap, channel->page_after);
    channel->page_after = NULL;
    channel->whole = whole;
    if (whole)
        state_end_members(channel);
}

static void want_one(pl_client *client, const pl_channel *channel, const char *id) {
    const pl_member *member = id != NULL ? table_find(&channel->by_user, id) : NULL;
    if (member != NULL && member->user != client->local)
        listening_want(client, member->user);
}

/* A page that brings nobody new is the last, whatever the server says. */
void listening_note_page(const struct pending *pending, const json *members, size_t taken) {
    pl_channel *channel = pending->channel;
    if (channel->page != pending->number)
        return;
    const char *last = NULL;
    for (const json *item = json_first(members); item != NULL; item = json_next(item)) {
        last = json_text_at(item, "user_id");
        want_one(channel->client, channel, last);
    }
    const bool onwards = last != NULL && strcmp(last, channel->page_after) > 0;
    char *after = onwards ? heap_copy(channel->wire.heap, last) : NULL;
    const bool more = after != NULL && json_count(members) >= LIMIT_MEMBERS;
    const bool room = !channel->client->state.full; /* else those are read once there is */
    channel->page_torn |= taken < json_count(members) || (onwards && after == NULL) ||
                          (more && !room);
    channel->page_ends = !more || !room;
    if (after == NULL)
        return;
    heap_free(channel->wire.heap, channel->page_after);
    channel->page_after = after;
}

static void go_on_with_pages(pl_client *client, pl_channel *channel, enum pl_status status) {
    channel->page = 0;
    if (status == PL_DONE && channel->page_ends)
        end_pages(channel, !channel->page_torn);
    else if (status == PL_DONE)
        ask_page(client, channel, 0);
    else if (status == PL_REFUSED || status == PL_CANCELLED)
        end_pages(channel, false);
    else if (client->link.state == PL_LINK_LIVE) /* else all is asked for anew once it is */
        ask_page(client, channel, PAGE_AGAIN_MS);
    if (channel->page_after == NULL) /* that was the last one */
        want_members(client, channel);
    channel->untold += LIMIT_MEMBERS;
    if (is_due(client, channel))
        tell_of(client, channel);
    if (!client->ended)
        tell(client);
}

void listening_take_page(pl_client *client, const struct pending *pending, enum pl_status status) {
    client->pages -= pending->made_epoch == client->epoch;
    if (pending->channel->page == pending->number)
        go_on_with_pages(client, pending->channel, status);
    if (!client->ended)
        listening_pump(client);
}

/* A watched channel is read again as a whole, and paged then. */
static void restart_channel(pl_client *client, pl_channel *channel) {
    for (size_t i = 0; i < channel->member_count && channel->heard > 0; i++) {
        channel->heard -= channel->members[i]->heard;
        channel->members[i]->heard = false;
    }
    heap_free(&client->heap, channel->page_after);
    channel->page_after = NULL;
    channel->page = 0;
    channel->told_since = channel->doubted_seq = 0;
    channel->counted_us = 0; /* by times of another connection */
    set_owed(client, channel, false);
    const bool read_again = client->was_live && (channel->flags & PL_WATCH);
    if (channel->listen_all && !channel->deleted && !read_again &&
        client->link.state == PL_LINK_LIVE)
        begin_pages(client, channel);
}

/* Behind those on the screen, whom choose() takes first: whom the program itself has named, whom
 * the last connection listened to, whoever else a server said is there, and whom nobody had heard
 * of, perhaps for once. */
enum turn { TURN_NAMED, TURN_WAS_LIVE, TURN_OTHERS, TURN_MISSED, TURNS };

static enum turn turn_of(const pl_user *user) {
    if (user->named)
        return TURN_NAMED;
    if (user->was_live)
        return TURN_WAS_LIVE;
    return user->misses == 0 ? TURN_OTHERS : TURN_MISSED;
}

static void want_again(pl_client *client, enum turn turn) {
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;)
        if (user->wanted && turn_of(user) == turn)
            enqueue(client, user);
}

void listening_restart(pl_client *client) {
    client->live_count = client->live_unwanted = 0;
    client->live_seq = client->state.event_seq;
    client->state.full = false; /* all is read again */
    client->state.refused_at = client->forget_at = 0;
    client->plan_at = client->plan_count = 0;
    client->queued_count = 0;
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;) {
        user->was_live = user->live_epoch != 0;
        user->queued = false;
        user->live_epoch = 0;
        user->heard_by_query = false;
        user->heard_in = 0;
        if (user->misses > 0 && user->misses < STATE_MISSES && has_reason(user))
            listening_note_wanted(client, user);
    }
    for (enum turn turn = 0; turn < TURNS; turn++)
        want_again(client, turn);
    for (size_t c = 0; c < client->state.channel_count; c++)
        restart_channel(client, client->state.order[c]);
}

PL_API void pl_client_listen_first(pl_client *client, pl_user *const *users, size_t count) {
    pl_user **first = count > 0 ? heap_make_many(&client->heap, count, sizeof *first) : NULL;
    if (first != NULL)
        memcpy(first, users, count * sizeof *first);
    heap_free(&client->heap, client->first);
    client->first = first;
    client->first_count = first != NULL ? count : 0;
}

PL_API int pl_client_listen_users(pl_client *client, const char *const *ids, size_t count) {
    if (ids == NULL && count > 0)
        return PL_E_ARGUMENT;
    const struct state_moment moment = {.now_ms = 0, .event_seq = 0};
    const size_t refused = client->state.refused;
    bool lacks = false;
    for (size_t i = 0; i < count; i++) {
        pl_user *user = state_find_user(&client->state, ids[i]);
        if (user == NULL) {
            json *known = json_object();
            const int bad = json_set(known, "id", json_text(ids[i]));
            user = bad == 0 ? state_put_user(&client->state, known, &moment) : NULL;
            json_free(known);
        }
        const bool no_room = user == NULL && client->state.refused != refused;
        lacks |= !no_room && (user == NULL || listening_want(client, user) < 0);
        if (user != NULL)
            user->named = true;
    }
    listening_pump(client);
    if (client_was_torn(client) || lacks)
        return PL_E_MEMORY;
    return client->state.refused == refused ? 0 : PL_E_FULL;
}

PL_API int pl_channel_listen_all(pl_channel *channel) {
    if (channel == NULL)
        return PL_E_ARGUMENT;
    listening_want_channel(channel->client, channel);
    return client_was_torn(channel->client) ? PL_E_MEMORY : 0;
}

void listening_fini(pl_client *client) {
    heap_free(&client->heap, client->first);
    heap_free(&client->heap, client->plan);
}
