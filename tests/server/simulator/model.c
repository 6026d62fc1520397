/* SPDX-License-Identifier: MIT */
#include "server/simulator/model.h"

#include <assert.h>
#include <string.h>

#define EACH_CONNECTION(model, i) for (unsigned i = 0; i < (model)->connection_count; i++)

/* ---- what is true ---- */

/* A lost connection counts until its linger is up. */
static unsigned connected(const struct model *model, unsigned user) {
    unsigned count = 0;
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        count += c->user == user && (c->line == LINE_LIVE || c->line == LINE_LINGERING);
    }
    return count;
}

bool model_shown(const struct model *model, unsigned user) {
    return connected(model, user) > 0 && !model->users[user].now.hidden;
}

bool model_waits(const struct model *model, unsigned user) {
    return model->users[user].pending > model->settled || model->users[user].told > model->settled;
}

struct face model_face(const struct model *model, unsigned user, int viewer, bool for_all) {
    const struct model_user *u = &model->users[user];
    bool own = for_all || viewer == (int)user;
    return (struct face){.user = (int)user,
        .online = own ? connected(model, user) > 0 : model_shown(model, user),
        .last_active_us = own ? u->own_us : u->shown_us,
        .status = u->now.status,
        .name = u->now.name,
        .invisible = own ? u->now.hidden : UNSAID,
        .version = u->now.version};
}

bool model_watches(const struct model *model, unsigned channel, unsigned user) {
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (c->user == user && (c->line == LINE_LIVE || c->line == LINE_LINGERING) &&
            c->watches & 1u << channel)
            return true;
    }
    return false;
}

/* Counts are per user. A hidden one is counted by themself alone. */
int model_watcher_count(const struct model *model, unsigned channel, int viewer) {
    int count = 0;
    for (unsigned user = 0; user < model->user_count; user++)
        if (model_watches(model, channel, user))
            count += !model->users[user].now.hidden || viewer == (int)user;
    return count;
}

bool model_is_member(const struct model *model, unsigned channel, unsigned user) {
    const struct model_channel *ch = &model->channels[channel];
    for (unsigned i = 0; i < ch->member_count; i++)
        if (ch->members[i] == user)
            return true;
    return false;
}

bool model_may_read(const struct model *model, unsigned user, unsigned channel) {
    return model->channels[channel].type == 2 || model->channels[channel].creator == user ||
           model_is_member(model, channel, user);
}

/* ---- telling ---- */

static void tell(
    struct model *model, unsigned batch, unsigned connection, const struct awaited *event) {
    struct model_connection *to = &model->connections[connection];
    if (to->line != LINE_LIVE)
        return;
    struct awaited *place;
    if (batch > model->settled) {
        assert(model->waiting_count < WAITING_MOST);
        struct waiting *waiting = &model->waiting[model->waiting_count++];
        waiting->batch = batch;
        waiting->connection = connection;
        place = &waiting->event;
    } else {
        assert(to->awaited_count < AWAITED_MOST);
        place = &to->awaited[to->awaited_count++];
    }
    *place = *event;
    place->group = model->group;
}

static unsigned later(unsigned a, unsigned b) {
    return a > b ? a : b;
}

/* Behind whatever of this user is not on disk yet, and behind what waits to be told of them. */
static unsigned behind(struct model *model, unsigned user) {
    struct model_user *u = &model->users[user];
    u->told = later(u->told, u->pending);
    return u->told;
}

/* Each seen with the hearer's eyes; a lower rank comes first. */
static void tell_of(struct model *model, unsigned connection, enum heard_type type, unsigned rank,
    unsigned user, int channel, unsigned batch) {
    int viewer = (int)model->connections[connection].user;
    struct awaited event = {.type = type,
        .rank = rank,
        .channel = channel,
        .has_face = true,
        .face = model_face(model, user, viewer, false)};
    if (type == HEARD_START || type == HEARD_STOP)
        event.count = model_watcher_count(model, (unsigned)channel, viewer);
    tell(model, batch, connection, &event);
}

static void tell_presence(struct model *model, unsigned user) {
    unsigned batch = behind(model, user);
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (c->user != user && c->listens[user] != 0)
            tell_of(model, i, HEARD_PRESENCE, 1, user, -1, batch);
    }
}

static void tell_updated(struct model *model, unsigned user, bool to_others) {
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (c->user == user || (to_others && c->listens[user] != 0))
            tell_of(model, i, HEARD_UPDATED, 0, user, -1, behind(model, user));
    }
}

enum whom { ALL, OWN, OTHERS };

static void tell_watching(struct model *model, enum heard_type type, unsigned rank, unsigned user,
    unsigned channel, enum whom whom, unsigned batch) {
    struct model_channel *ch = &model->channels[channel];
    if (!model->connect_events[ch->type])
        return;
    /* Counts come in their order, too. */
    batch = later(later(batch, ch->told), behind(model, user));
    ch->told = model->users[user].told = batch;
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (c->watches & 1u << channel && (whom == ALL || (c->user == user) == (whom == OWN)))
            tell_of(model, i, type, rank, user, (int)channel, batch);
    }
}

/* ---- typing ---- */

static void tell_typing(
    struct model *model, enum heard_type type, unsigned user, unsigned channel) {
    unsigned batch = behind(model, user);
    EACH_CONNECTION(model, i)
    if (model->connections[i].watches & 1u << channel)
        tell_of(model, i, type, 1, user, (int)channel, batch);
}

static void end_typing(struct model *model, unsigned connection, unsigned channel) {
    struct model_connection *c = &model->connections[connection];
    if (!(c->types & 1u << channel))
        return;
    c->types &= ~(1u << channel);
    tell_typing(model, HEARD_TYPING_STOP, c->user, channel);
}

/* Who hides does not type. */
void model_type(struct model *model, unsigned connection, unsigned channel, bool begin) {
    struct model_connection *c = &model->connections[connection];
    model->group++;
    if (!begin) {
        end_typing(model, connection, channel);
        return;
    }
    if (model->users[c->user].now.hidden)
        return;
    c->types |= 1u << channel;
    c->types_until_us[channel] = model->now_us + model->typing_lasts_us;
    tell_typing(model, HEARD_TYPING_START, c->user, channel);
}

/* The typing that ends first; false: nobody types. */
static bool next_typing(const struct model *model, unsigned *connection, unsigned *channel) {
    int64_t until = INT64_MAX;
    EACH_CONNECTION(model, i)
    for (unsigned k = 0; k < model->channel_count; k++)
        if (model->connections[i].types & 1u << k &&
            model->connections[i].types_until_us[k] < until) {
            until = model->connections[i].types_until_us[k];
            *connection = i;
            *channel = k;
        }
    return until != INT64_MAX;
}

/* ---- last_active ---- */

static void move_last_active(struct model *model, unsigned user) {
    struct model_user *u = &model->users[user];
    u->own_us = model->now_us;
    if (!u->now.hidden) {
        u->shown_us = u->own_us;
        u->is_written = false;
    }
    u->refresh_us = model->now_us + model->refresh_every_us;
}

/* ---- coming and going ---- */

static void come(struct model *model, unsigned connection) {
    struct model_connection *c = &model->connections[connection];
    bool was_shown = model_shown(model, c->user);
    model->group++;
    c->line = LINE_LIVE;
    move_last_active(model, c->user);
    tell_of(model, connection, HEARD_HELLO, 0, c->user, -1, 0);
    if (!was_shown && model_shown(model, c->user))
        tell_presence(model, c->user);
}

/* Of some channels the one watched longest, taken out of them; -1: none is left. */
static int take_first(unsigned *channels, const unsigned *since) {
    int first = -1;
    for (int i = 0; i < CHANNELS_MOST; i++)
        if (*channels & 1u << i && (first < 0 || since[i] < since[first]))
            first = i;
    if (first >= 0)
        *channels &= ~(1u << first);
    return first;
}

static void leave(struct model *model, unsigned connection) {
    struct model_connection *c = &model->connections[connection];
    unsigned watched = c->watches;
    bool counted = c->line == LINE_LIVE || c->line == LINE_LINGERING;
    bool was_shown = model_shown(model, c->user);
    model->group++;
    c->line = LINE_GONE;
    c->watches = 0;
    memset(c->listens, 0, sizeof c->listens);
    if (!counted)
        return;
    for (int channel; (channel = take_first(&watched, c->since)) >= 0;)
        if (!model_watches(model, (unsigned)channel, c->user) && !model->users[c->user].now.hidden)
            tell_watching(
                model, HEARD_STOP, 1, c->user, (unsigned)channel, OTHERS, behind(model, c->user));
    if (was_shown && !model_shown(model, c->user))
        tell_presence(model, c->user);
}

void model_go(struct model *model, unsigned connection, bool lost) {
    struct model_connection *c = &model->connections[connection];
    model->group++;
    for (unsigned channel = 0; channel < model->channel_count; channel++)
        end_typing(model, connection, channel);
    if (!lost || c->line != LINE_LIVE) {
        leave(model, connection);
        return;
    }
    c->line = LINE_LINGERING;
    c->until_us = model->now_us + model->linger_us;
}

/* ---- time ---- */

int64_t model_next_us(const struct model *model) {
    int64_t next = INT64_MAX;
    unsigned connection, channel;
    if (next_typing(model, &connection, &channel))
        next = model->connections[connection].types_until_us[channel];
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (c->line == LINE_LINGERING && c->until_us < next)
            next = c->until_us;
    }
    for (unsigned user = 0; user < model->user_count; user++)
        if (connected(model, user) > 0 && model->users[user].refresh_us < next)
            next = model->users[user].refresh_us;
    return next;
}

/* The first of those whose linger is up; -1: none. */
static int expired(const struct model *model) {
    int found = -1;
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (c->line == LINE_LINGERING && c->until_us <= model->now_us &&
            (found < 0 || c->until_us < model->connections[found].until_us))
            found = (int)i;
    }
    return found;
}

void model_pass(struct model *model, int64_t us) {
    unsigned connection, channel;
    model->now_us += us;
    while (next_typing(model, &connection, &channel) &&
           model->connections[connection].types_until_us[channel] <= model->now_us) {
        model->group++;
        end_typing(model, connection, channel);
    }
    for (int i; (i = expired(model)) >= 0;)
        leave(model, (unsigned)i);
    for (unsigned user = 0; user < model->user_count; user++)
        if (connected(model, user) > 0 && model->users[user].refresh_us <= model->now_us)
            move_last_active(model, user);
}

/* ---- what they say of themselves ---- */

static int said(int before, int saying) {
    return saying == UNSAID ? before : saying == CLEARED ? UNSAID : saying;
}

bool model_changes(const struct model *model, unsigned user, struct saying saying) {
    const struct row *now = &model->users[user].now;
    return said(now->status, saying.status) != now->status ||
           said(now->name, saying.name) != now->name ||
           said(now->hidden, saying.invisible) != now->hidden;
}

/* To others, hiding is a leaving and showing a coming. */
static void hide(struct model *model, unsigned user, bool hidden) {
    bool was_shown = model_shown(model, user);
    EACH_CONNECTION(model, i)
    for (unsigned channel = 0; channel < model->channel_count && hidden; channel++)
        if (model->connections[i].user == user)
            end_typing(model, i, channel);
    model->users[user].now.hidden = hidden;
    if (!hidden && connected(model, user) > 0)
        move_last_active(model, user);
    if (was_shown != model_shown(model, user))
        tell_presence(model, user);
    unsigned watched = 0;
    for (unsigned channel = 0; channel < model->channel_count; channel++)
        watched |= model_watches(model, channel, user) ? 1u << channel : 0;
    for (int channel; (channel = take_first(&watched, model->users[user].since)) >= 0;)
        tell_watching(model, hidden ? HEARD_STOP : HEARD_START, 1, user, (unsigned)channel, OTHERS,
            behind(model, user));
}

void model_say(struct model *model, unsigned user, struct saying saying) {
    if (!model_changes(model, user, saying))
        return;
    struct model_user *u = &model->users[user];
    struct row before = u->now;
    bool was_shown = model_shown(model, user);
    model->group++;
    u->pending = ++model->batches;
    u->is_written = false;
    u->now.status = said(before.status, saying.status);
    u->now.name = said(before.name, saying.name);
    bool seen = u->now.status != before.status || u->now.name != before.name;
    bool hidden = said(before.hidden, saying.invisible);
    if (seen)
        u->now.version = ++model->versions;
    /* The update goes before the presence: of that it shows what was. Their own copies have the new
     * word already. */
    unsigned mark[CONNECTIONS_MOST];
    EACH_CONNECTION(model, i) mark[i] = model->connections[i].awaited_count;
    unsigned waiting = model->waiting_count;
    tell_updated(model, user, seen);
    if (hidden != before.hidden)
        hide(model, user, hidden);
    else if (u->now.status != before.status && was_shown)
        tell_presence(model, user);
    EACH_CONNECTION(model, i)
    for (unsigned k = mark[i]; k < model->connections[i].awaited_count; k++)
        if (model->connections[i].user == user)
            model->connections[i].awaited[k].face.invisible = hidden;
    for (unsigned k = waiting; k < model->waiting_count; k++)
        if (model->connections[model->waiting[k].connection].user == user)
            model->waiting[k].event.face.invisible = hidden;
}

static void refuse(struct model *model, unsigned connection) {
    struct model_connection *c = &model->connections[connection];
    model->group++;
    assert(c->awaited_count < AWAITED_MOST);
    c->awaited[c->awaited_count++] = (struct awaited){
        .type = HEARD_REFUSED, .channel = -1, .group = model->group};
}

void model_shut(struct model *model, unsigned user, bool out) {
    struct model_user *u = &model->users[user];
    model->group++;
    u->pending = ++model->batches;
    u->is_written = false;
    u->now.shut_out = out;
    u->now.version = ++model->versions;
    tell_updated(model, user, true);
    model_settle(model, true);
    EACH_CONNECTION(model, i)
    if (out && model->connections[i].user == user && model->connections[i].line == LINE_LIVE)
        refuse(model, i);
}

void model_connect(struct model *model, unsigned user, struct saying saying) {
    unsigned number = model->connection_count++;
    assert(number < CONNECTIONS_MOST);
    struct model_connection *c = &model->connections[number];
    memset(c, 0, sizeof *c);
    c->user = user;
    if (model->users[user].now.shut_out) {
        refuse(model, number);
        c->line = LINE_GONE;
        return;
    }
    model_say(model, user, saying);
    c->line = LINE_OPENING;
    c->opens_after = model->users[user].pending;
    if (c->opens_after <= model->settled)
        come(model, number);
}

/* ---- watching and listening ---- */

void model_watch(struct model *model, unsigned connection, unsigned channel) {
    struct model_connection *c = &model->connections[connection];
    bool first = !model_watches(model, channel, c->user);
    model->group++;
    model->watchings++;
    if (!(c->watches & 1u << channel))
        c->since[channel] = model->watchings;
    if (first)
        model->users[c->user].since[channel] = model->watchings;
    c->watches |= 1u << channel;
    if (first)
        tell_watching(model, HEARD_START, 1, c->user, channel,
            model->users[c->user].now.hidden ? OWN : ALL, behind(model, c->user));
}

/* The oldest members, self not counted. */
void model_listen(struct model *model, unsigned connection, unsigned channel) {
    struct model_connection *c = &model->connections[connection];
    const struct model_channel *ch = &model->channels[channel];
    unsigned left = model->listen_channel;
    if (!model->connect_events[ch->type])
        return;
    for (unsigned i = 0; i < ch->member_count && left > 0; i++)
        if (ch->members[i] != c->user) {
            c->listens[ch->members[i]] |= 1u << channel;
            left--;
        }
}

void model_listen_to(
    struct model *model, unsigned connection, const unsigned *users, unsigned count) {
    struct model_connection *c = &model->connections[connection];
    unsigned left = model->listen_users;
    for (unsigned i = 0; i < count && left > 0; i++)
        if (users[i] != c->user) {
            c->listens[users[i]] |= REASON_QUERY;
            left--;
        }
}

static void stop(
    struct model *model, unsigned connection, unsigned channel, unsigned rank, unsigned batch) {
    struct model_connection *c = &model->connections[connection];
    bool watched = c->watches & 1u << channel;
    c->watches &= ~(1u << channel);
    for (unsigned user = 0; user < model->user_count; user++)
        c->listens[user] &= ~(1u << channel);
    if (watched && !model_watches(model, channel, c->user) && !model->users[c->user].now.hidden)
        tell_watching(model, HEARD_STOP, rank, c->user, channel, OTHERS, batch);
}

void model_stop(struct model *model, unsigned connection, unsigned channel) {
    model->group++;
    stop(model, connection, channel, 1, behind(model, model->connections[connection].user));
}

static void end_listening(
    struct model *model, unsigned connection, unsigned channel, unsigned user) {
    struct model_connection *c = &model->connections[connection];
    c->owed |= (c->listens[user] & 1u << channel) != 0;
    c->listens[user] &= ~(1u << channel);
}

static void nobody_listens(struct model *model, unsigned channel, unsigned user) {
    EACH_CONNECTION(model, i) end_listening(model, i, channel, user);
}

void model_switch(struct model *model, unsigned type, bool on) {
    model->connect_events[type] = on;
    model->batches++;
    for (unsigned channel = 0; channel < model->channel_count && !on; channel++)
        for (unsigned user = 0; user < model->user_count; user++)
            if (model->channels[channel].type == type)
                nobody_listens(model, channel, user);
}

/* ---- members ---- */

/* `user` of these is who did it, which is nobody where a server did: only the member's face. */
static void tell_member(struct model *model, enum heard_type type, unsigned rank, unsigned user,
    unsigned channel, bool to_watchers) {
    model->users[user].told = model->batches;
    EACH_CONNECTION(model, i) {
        const struct model_connection *c = &model->connections[i];
        if (to_watchers ? (c->watches & 1u << channel) != 0 : c->user == user)
            tell_of(model, i, type, rank, user, (int)channel, model->batches);
    }
}

/* In the batch of what was changed; where nothing was, at once. */
static void tell_channel_updated(struct model *model, unsigned channel, int by, bool changed) {
    const struct awaited event = {
        .type = HEARD_CHANNEL_UPDATED, .rank = 2, .channel = (int)channel};
    if (by >= 0 && changed)
        model->users[by].told = model->batches;
    EACH_CONNECTION(model, i)
    if (model->connections[i].watches & 1u << channel)
        tell(model, changed ? model->batches : 0, i, &event);
}

bool model_add(struct model *model, unsigned channel, unsigned user, int by) {
    struct model_channel *ch = &model->channels[channel];
    bool is_new = !model_is_member(model, channel, user);
    model->group++;
    if (is_new) {
        model->batches++;
        ch->members[ch->member_count++] = user;
        tell_member(model, HEARD_MEMBER_ADDED, 1, user, channel, true);
        tell_member(model, HEARD_NOTED_ADDED, 1, user, channel, false);
    }
    tell_channel_updated(model, channel, by, is_new);
    return is_new;
}

static void take_seat(struct model_channel *channel, unsigned user) {
    unsigned kept = 0;
    for (unsigned i = 0; i < channel->member_count; i++)
        if (channel->members[i] != user)
            channel->members[kept++] = channel->members[i];
    channel->member_count = kept;
}

/* Who may not read it any more watches it no more; nobody listens to them because of it. */
bool model_remove(struct model *model, unsigned channel, unsigned user, int by) {
    bool was_member = model_is_member(model, channel, user);
    model->group++;
    if (was_member) {
        model->batches++;
        tell_member(model, HEARD_MEMBER_REMOVED, 1, user, channel, true);
        tell_member(model, HEARD_NOTED_REMOVED, 1, user, channel, false);
        take_seat(&model->channels[channel], user);
        EACH_CONNECTION(model, i)
        if (model->connections[i].user == user && !model_may_read(model, user, channel)) {
            for (unsigned other = 0; other < model->user_count; other++)
                end_listening(model, i, channel, other);
            stop(model, i, channel, 1, model->batches);
        }
        nobody_listens(model, channel, user);
    }
    tell_channel_updated(model, channel, by, was_member);
    return was_member;
}

/* ---- the disk ---- */

/* What waited leaves, in the order of the batches; happenings that were apart stay apart. */
static void let_go(struct model *model, unsigned batch) {
    unsigned last = 0;
    model->group++;
    for (unsigned i = 0; i < model->waiting_count; i++) {
        struct waiting *waiting = &model->waiting[i];
        if (waiting->batch != batch)
            continue;
        if (last != 0 && waiting->event.group != last)
            model->group++;
        last = waiting->event.group;
        tell(model, 0, waiting->connection, &waiting->event);
    }
}

static void open_those_after(struct model *model, unsigned batch) {
    EACH_CONNECTION(model, i)
    if (model->connections[i].line == LINE_OPENING && model->connections[i].opens_after == batch)
        come(model, i);
}

static void note_channels(struct model *model) {
    memcpy(model->channels_on_disk, model->channels, sizeof model->channels);
    memcpy(model->connect_events_on_disk, model->connect_events, sizeof model->connect_events);
}

static void restore_channels(struct model *model) {
    memcpy(model->channels, model->channels_on_disk, sizeof model->channels);
    memcpy(model->connect_events, model->connect_events_on_disk, sizeof model->connect_events);
}

static void settle_well(struct model *model) {
    while (model->settled < model->batches) {
        model->settled++;
        let_go(model, model->settled);
        open_those_after(model, model->settled);
    }
    model->waiting_count = 0;
    note_channels(model);
    EACH_CONNECTION(model, i) model->connections[i].owed = false;
    for (unsigned user = 0; user < model->user_count; user++) {
        struct model_user *u = &model->users[user];
        u->on_disk = u->now;
        if (!u->is_written)
            u->written_us = u->shown_us;
        u->is_written = true;
    }
}

/* Who began to listen while a switch was thought to be on. */
static void end_listening_where_off(struct model *model) {
    for (unsigned channel = 0; channel < model->channel_count; channel++)
        for (unsigned user = 0; user < model->user_count; user++)
            if (!model->connect_events[model->channels[channel].type])
                nobody_listens(model, channel, user);
}

/* Who was let in by what never was. */
static void end_watching_of_strangers(struct model *model) {
    EACH_CONNECTION(model, i)
    for (unsigned channel = 0; channel < model->channel_count; channel++) {
        struct model_connection *c = &model->connections[i];
        bool counted = c->line == LINE_LIVE || c->line == LINE_LINGERING;
        if (!counted || model_may_read(model, c->user, channel))
            continue;
        c->owed |= (c->watches & 1u << channel) != 0;
        for (unsigned user = 0; user < model->user_count; user++)
            end_listening(model, i, channel, user);
        c->watches &= ~(1u << channel);
    }
}

/* Later counts build on those that are lost. */
static void owe_what_waits(struct model *model) {
    for (unsigned i = 0; i < model->waiting_count; i++) {
        enum heard_type type = model->waiting[i].event.type;
        if (type == HEARD_START || type == HEARD_STOP)
            model->connections[model->waiting[i].connection].owed = true;
    }
}

/* Nothing of it has happened: who was to be greeted is refused, who is not as on disk becomes so
 * again, and whoever listens is told. */
static void settle_badly(struct model *model) {
    owe_what_waits(model);
    model->settled = model->batches;
    model->waiting_count = 0;
    model->group++;
    restore_channels(model);
    end_listening_where_off(model);
    end_watching_of_strangers(model);
    EACH_CONNECTION(model, i)
    if (model->connections[i].line == LINE_OPENING)
        model->connections[i].line = LINE_GONE;
    for (unsigned user = 0; user < model->user_count; user++) {
        struct model_user *u = &model->users[user];
        bool hidden = u->on_disk.hidden, was_hidden = u->now.hidden;
        u->now = u->on_disk;
        if (hidden)
            u->shown_us = u->written_us; /* which is what was frozen */
        if (was_hidden && !hidden && connected(model, user) > 0)
            move_last_active(model, user);
        EACH_CONNECTION(model, i)
        if (hidden && !was_hidden && model->connections[i].user == user)
            model->connections[i].types = 0;
        u->is_written = true; /* what there was of it is lost, and not tried again */
    }
}

void model_settle(struct model *model, bool well) {
    if (well)
        settle_well(model);
    else
        settle_badly(model);
}

/* ---- all over ---- */

void model_open(struct model *model, const struct cast *cast, int64_t now_us) {
    memset(model, 0, sizeof *model);
    model->user_count = cast->users;
    model->channel_count = cast->channels;
    model->listen_channel = cast->listen_channel;
    model->listen_users = cast->listen_users;
    model->now_us = now_us;
    model->linger_us = 5 * INT64_C(1000000);
    model->typing_lasts_us = 10 * INT64_C(1000000);
    model->refresh_every_us = 15 * 60 * INT64_C(1000000);
    for (unsigned type = 0; type < TYPES; type++)
        model->connect_events[type] = true;
    for (unsigned user = 0; user < cast->users; user++) {
        struct row row = {.status = UNSAID, .name = (int)user, .version = ++model->versions};
        model->users[user] = (struct model_user){.now = row, .on_disk = row};
    }
    for (unsigned i = 0; i < cast->channels; i++) {
        struct model_channel *channel = &model->channels[i];
        *channel = (struct model_channel){.type = cast->type[i], .creator = cast->creator[i]};
        for (unsigned user = 0; user < cast->users; user++)
            if (cast->members[i] & 1u << user)
                channel->members[channel->member_count++] = user;
    }
    note_channels(model);
}

/* Only what others see of last_active is written down. */
void model_restart(struct model *model) {
    model->connection_count = 0;
    for (unsigned user = 0; user < model->user_count; user++)
        model->users[user].own_us = model->users[user].shown_us = model->users[user].written_us;
    model->batches = model->settled = model->waiting_count = 0;
    for (unsigned user = 0; user < model->user_count; user++)
        model->users[user].pending = model->users[user].told = 0;
    for (unsigned channel = 0; channel < model->channel_count; channel++)
        model->channels[channel].told = 0;
}

void model_crash(struct model *model) {
    for (unsigned user = 0; user < model->user_count; user++)
        model->users[user].now = model->users[user].on_disk;
    restore_channels(model);
    model_restart(model);
}
