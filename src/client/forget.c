/* SPDX-License-Identifier: MIT */
/*
 * Who points to a user is found by looking: at all that points to users. So nothing is counted
 * along, and nothing can be miscounted. That costs a walk over all that is known, so it is done
 * only when three quarters of the room are taken, and not again before they are more; or when what
 * held has let go: on a new connection, and when all has been read again.
 *
 * The program is told of each before they go; what it then holds stays.
 */
#include "client/forget.h"

#include "base/clock.h"
#include "client/say.h"

enum { DEPARTED_MOST = 4096, NEWEST = 25 };

/* ---- what is held ---- */

static void hold(pl_user *user) {
    if (user != NULL)
        user->held = true;
}

static bool is_muted(int64_t until_ms) {
    return until_ms == INT64_MAX || until_ms > clock_unix_us() / 1000;
}

/* By itself, whoever else points to them. */
static bool holds_itself(const pl_client *client, const pl_user *user) {
    return user->named || user->wanted || user->queued || user->context != NULL ||
           (user->rare != NULL && !list_is_empty(&user->rare->presence_handlers)) ||
           is_muted(user_muted_until_ms(user)) || client_is_own(client, user);
}

static void hold_messages(const struct message_list *list) {
    for (size_t i = 0; i < list->count; i++)
        hold(list->items[i]->user);
}

static void hold_users_of(const pl_channel *channel) {
    for (size_t i = 0; i < channel->member_count; i++)
        hold(channel->members[i]->user);
    for (const pl_member *member = channel->gone; member != NULL; member = member->next_gone)
        hold(member->user);
    hold_messages(&channel->messages);
    hold_messages(&channel->replies);
    for (size_t i = 0; i < channel->mark_count; i++)
        hold((pl_user *)channel->marks[i]->read.user);
    for (size_t i = 0; i < channel->typing_count; i++)
        hold(channel->typing[i]);
}

static void hold_users(pl_client *client) {
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;)
        user->held = holds_itself(client, user);
    hold(client->local);
    for (size_t f = 0; f < client->first_count; f++)
        hold(client->first[f]);
    for (size_t c = 0; c < client->state.channel_count; c++)
        hold_users_of(client->state.order[c]);
    LIST_EACH(&client->pending, item) {
        const struct pending *pending = LIST_ITEM(item, struct pending, in_pending);
        for (size_t n = 0; n < pending->id_count; n++)
            hold(state_find_user(&client->state, pending->ids[n]));
    }
}

/* Ours, as far as is known: when the walk over ours is done, a late answer of an older connection
 * is no word for it. */
static bool is_ours(const pl_client *client, const pl_channel *channel) {
    return channel->mine && (client->in_resync || resync_has_named(client, channel));
}

static void hold_channels(pl_client *client) {
    for (size_t c = 0; c < client->state.channel_count; c++) {
        pl_channel *channel = client->state.order[c];
        channel->held = channel->flags != 0 || is_ours(client, channel) || channel->listen_all ||
                        channel->page_owed || is_muted(channel->muted_until_ms);
    }
    LIST_EACH(&client->pending, item) {
        const struct pending *pending = LIST_ITEM(item, struct pending, in_pending);
        if (pending->channel != NULL)
            pending->channel->held = true;
        for (size_t n = 0; n < pending->id_count; n++) {
            pl_channel *channel = state_find_channel(&client->state, pending->ids[n]);
            if (channel != NULL)
                channel->held = true;
        }
    }
}

/* ---- letting go ---- */

/* Who was asked for already still stands in the plan. */
static void tidy_plan(pl_client *client) {
    size_t kept = 0;
    for (size_t i = client->plan_at; i < client->plan_count; i++)
        if (client->plan[i]->queued)
            client->plan[kept++] = client->plan[i];
    client->plan_at = 0;
    client->plan_count = kept;
}

static void tell(pl_client *client, pl_user *user, pl_channel *channel) {
    struct pl_event event = {.type = PL_EVENT_FORGETTING,
        .user = user,
        .channel = channel,
        .cid = channel != NULL ? channel->wire.cid : NULL};
    events_emit(client, &event);
}

static void drop_user(pl_client *client, pl_user *user) {
    const bool live = user->live_epoch == client->epoch;
    client->live_count -= live;
    client->live_unwanted -= live; /* who is wanted is held */
    state_drop_user(&client->state, user);
}

/* All are told before one is dropped: a callback may look at any of them, and hold it. */
static void drop_users(pl_client *client, pl_user **users, size_t count) {
    size_t dropped = 0;
    for (size_t i = 0; i < count && !client->ended; i++)
        tell(client, users[i], NULL);
    if (client->ended)
        return;
    for (size_t i = 0; i < client->first_count; i++)
        hold(client->first[i]);
    for (size_t i = 0; i < count; i++) {
        if (users[i]->held || holds_itself(client, users[i]))
            continue;
        drop_user(client, users[i]);
        dropped++;
    }
    say(client, PL_LOG_INFO, "forgot users=%zu bytes=%zu", dropped, client->state.weight);
}

/* Whom an answer alone has named is wanted, and so held; a server that named thousands who never
 * were could fill all the room. On the connection that tells who there is, those whom it does not
 * tell of are wanted only as long as there is room. */
static void let_go_of_the_unheard(pl_client *client) {
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;) {
        if (!user->queried || user->live_epoch == client->epoch)
            continue;
        user->queried = false;
        listening_let_go(client, user);
    }
}

/* Callbacks may make users known, which moves the table: first all are found, then told. */
static void forget_users(pl_client *client) {
    struct state *state = &client->state;
    hold_users(client);
    tidy_plan(client);
    size_t count = 0, i = 0;
    for (pl_user *user; (user = table_next(&state->users, &i)) != NULL;)
        count += !user->held;
    pl_user **users = count > 0 ? heap_make_many(&client->heap, count, sizeof *users) : NULL;
    if (users == NULL)
        return;
    const struct heap heap = client->heap;
    i = count = 0;
    for (pl_user *user; (user = table_next(&state->users, &i)) != NULL;)
        if (!user->held)
            users[count++] = user;
    drop_users(client, users, count);
    heap_free(&heap, users);
}

static void forget_channels(pl_client *client) {
    struct state *state = &client->state;
    hold_channels(client);
    for (size_t c = 0; c < state->channel_count && !client->ended; c++)
        if (!state->order[c]->held)
            tell(client, NULL, state->order[c]);
    if (client->ended)
        return;
    hold_channels(client);
    for (size_t c = 0; c < state->channel_count; c++)
        if (!state->order[c]->held)
            listening_drop_channel(client, state->order[c]);
    const size_t dropped = state_drop_channels(state);
    if (dropped > 0)
        say(client, PL_LOG_INFO, "forgot channels=%zu bytes=%zu", dropped, state->weight);
}

static size_t near(const struct state *state) {
    return state->most - state->most / 4;
}

/* Of a channel that is ours and not watched no event tells: what an answer had of its members may
 * never have been, and nothing will say so. */
static void forget_pictures(pl_client *client) {
    for (size_t c = 0; c < client->state.channel_count; c++) {
        pl_channel *channel = client->state.order[c];
        if (!(channel->flags & PL_WATCH) && !channel->listen_all)
            state_forget_picture(channel);
    }
    forget_users(client); /* whom those held */
}

/* Each step only where the one before has not made room. */
static void make_room(pl_client *client) {
    struct state *state = &client->state;
    forget_users(client);
    if (!client->ended && state->weight > near(state))
        forget_channels(client);
    if (!client->ended && state->weight > near(state))
        forget_pictures(client);
    for (size_t c = 0; !client->ended && c < state->channel_count && state->weight > near(state);
         c++)
        state_trim_messages(state->order[c], NEWEST);
    if (!client->ended && state->weight > near(state)) {
        let_go_of_the_unheard(client);
        forget_users(client); /* whom those held, too */
    }
    client->forget_at = state->weight + state->most / 32;
}

/* ---- telling ---- */

static void tell_full(pl_client *client) {
    const struct state *state = &client->state;
    client->told_full = state->full;
    if (state->full)
        say(client, PL_LOG_WARNING, "full bytes=%zu most_memory=%zu", state->weight, state->most);
    else
        say(client, PL_LOG_INFO, "room-again bytes=%zu most_memory=%zu", state->weight,
            state->most);
    struct pl_event event = {.type = PL_EVENT_MEMORY};
    events_emit(client, &event);
}

void forget_surplus(pl_client *client) {
    struct state *state = &client->state;
    if (state->departed_count > DEPARTED_MOST) {
        state_forget_departed(state);
        resync_after_loss(client);
    }
    if (client->ended || state->most == 0)
        return;
    if (state->weight > near(state) && state->weight >= client->forget_at)
        make_room(client);
    if (client->ended)
        return;
    /* That there is room is no news to what was refused although there was: it is too large. */
    const bool room_again = state->full && state->weight <= near(state) &&
                            state->weight + state->most / 8 <= state->refused_at;
    if (room_again)
        state->full = false;
    if (state->full != client->told_full)
        tell_full(client);
    if (room_again && !client->ended)
        resync_after_loss(client);
}

PL_API bool pl_client_memory(const pl_client *client, size_t *bytes, size_t *most) {
    if (bytes != NULL)
        *bytes = client->state.weight;
    if (most != NULL)
        *most = client->state.most;
    return client->state.full;
}
