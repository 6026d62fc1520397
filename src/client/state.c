/* SPDX-License-Identifier: MIT */
#include "client/state.h"

#include "client/client.h"
#include "client/marks.h"
#include "client/weight.h"
#include "wire/field.h"
#include "wire/id.h"

#include <errno.h>
#include <string.h>

void state_init(struct state *state, pl_client *client, const struct heap *heap) {
    *state = (struct state){
        .client = client, .heap = heap, .users.heap = heap, .channels.heap = heap};
    list_init(&state->departed);
}

/* Something is left out for want of memory. */
static void *torn(struct state *state) {
    state->torn = true;
    return NULL;
}

/* Whether an object of the wire could not be decoded; a malformed one tears nothing. */
static bool is_bad(struct state *state, int decoded) {
    state->torn |= decoded < 0;
    return decoded != 0;
}

/* ---- users ---- */

pl_user *state_find_user(const struct state *state, const char *id) {
    return table_find(&state->users, id);
}

/* What is taken in of a user before it is known whose it is. */
struct picture {
    struct user wire;
    char *status, *custom;
};

static void picture_fini(struct picture *picture) {
    const struct heap *heap = picture->wire.heap;
    heap_free(heap, picture->status);
    heap_free(heap, picture->custom);
    user_fini(&picture->wire);
}

static bool has_more_than_a_status(const json *from) {
    for (const json *item = json_first(from); item != NULL; item = json_next(item)) {
        const char *name = json_key(item);
        if (!user_field_is_built_in(name) && (strcmp(name, "status") != 0 || !json_is_text(item)))
            return true;
    }
    return false;
}

/* false: no memory. */
static bool take_custom(struct picture *picture, const json *from) {
    const struct heap *heap = picture->wire.heap;
    const char *status = json_text_at(from, "status");
    json *custom = NULL;
    picture->status = heap_copy(heap, status);
    bool bad = status != NULL && picture->status == NULL;
    if (picture->wire.role != NULL && strcmp(picture->wire.role, "user") == 0) {
        heap_free(heap, picture->wire.role); /* as where none is told */
        picture->wire.role = NULL;
    }
    if (!bad && has_more_than_a_status(from)) {
        bad = field_take_custom(&custom, from, user_field_is_built_in) != 0;
        picture->custom = bad ? NULL : json_to_text_in(heap, custom);
        bad |= picture->custom == NULL;
        json_free(custom);
    }
    return !bad;
}

/* 0; > 0: not a user; < 0: no memory. */
static int take_picture(struct picture *picture, const struct heap *heap, const json *from) {
    *picture = (struct picture){0};
    const int bad = user_decode_built_in(&picture->wire, heap, from, NULL);
    if (bad != 0 || take_custom(picture, from))
        return bad;
    picture_fini(picture);
    return -ENOMEM;
}

static size_t weight_of(const struct picture *picture) {
    return weight_of_user(&picture->wire, picture->status, picture->custom);
}

static int pack(const struct picture *picture, char **out) {
    const char *const texts[KEPT_TEXTS] = {
        [KEPT_NAME] = picture->wire.name,
        [KEPT_IMAGE] = picture->wire.image,
        [KEPT_ROLE] = picture->wire.role,
        [KEPT_STATUS] = picture->status,
        [KEPT_CUSTOM] = picture->custom,
    };
    return kept_pack(picture->wire.heap, texts, out);
}

/* false: no memory. */
static bool take_rare(struct state *state, pl_user *user, const struct user *wire) {
    const bool any = wire->deactivated_us != 0 || wire->deleted_us != 0 ||
                     wire->revoke_before_us != 0;
    struct user_rare *rare = any ? user_rare(state, user) : user->rare;
    if (rare != NULL) {
        rare->deactivated_us = wire->deactivated_us;
        rare->deleted_us = wire->deleted_us;
        rare->revoke_before_us = wire->revoke_before_us;
    }
    return rare != NULL || !any;
}

/* All that takes no memory. */
static void take_fields(pl_user *user, const struct user *wire) {
    user->created_us = wire->created_us;
    user->updated_us = wire->updated_us;
    user->last_active_us = wire->last_active_us;
    user->online = wire->online;
    user->banned = wire->banned;
    user->invisible = (int16_t)wire->invisible;
}

/* There is room for ourselves, whatever else there is. */
static bool has_room(struct state *state, const struct picture *picture, size_t before,
    const struct state_moment *moment) {
    const char *own = state->client != NULL ? state->client->user_id : NULL;
    return moment->own || (own != NULL && strcmp(picture->wire.id, own) == 0) ||
           weight_fits(state, before, weight_of(picture), moment);
}

static void free_user(struct state *state, pl_user *user) {
    weight_set(state, &user->weight, 0);
    heap_free(state->heap, user->texts);
    heap_free(state->heap, user->rare);
    heap_free(state->heap, user);
}

static pl_user *add_user(
    struct state *state, const struct picture *picture, const struct state_moment *moment) {
    const size_t size = strlen(picture->wire.id) + 1;
    if (!has_room(state, picture, 0, moment))
        return NULL;
    pl_user *user = heap_make(state->heap, sizeof *user + size);
    if (user == NULL)
        return torn(state);
    user->client = state->client;
    memcpy(user->id, picture->wire.id, size);
    take_fields(user, &picture->wire);
    if (pack(picture, &user->texts) < 0 || !take_rare(state, user, &picture->wire) ||
        table_put(&state->users, user->id, user, NULL) < 0) {
        free_user(state, user);
        return torn(state);
    }
    weight_set(state, &user->weight, weight_of(picture) + weight_of_rare(user));
    return user;
}

/* Of one of whom events tell all: the picture is older than what they told. */
static bool is_old_picture(
    const pl_user *user, const struct picture *picture, const struct state_moment *moment) {
    const int64_t taken_us = picture->wire.updated_us, known_us = user->updated_us;
    const bool told_since = user->told_seq > moment->event_seq || moment->old_line;
    return taken_us < known_us || (taken_us == known_us && told_since);
}

/* What is true of them and takes no room. */
static void take_presence(struct state *state, pl_user *user, const struct user *wire) {
    user->online = wire->online;
    user->last_active_us = wire->last_active_us;
    user->banned = wire->banned;
    if (wire->deactivated_us != 0 || user->rare != NULL) {
        struct user_rare *rare = user_rare(state, user);
        if (rare != NULL)
            rare->deactivated_us = wire->deactivated_us;
        state->torn |= rare == NULL;
    }
}

/* The new picture takes the old one's place; what is younger than it stays. */
static void replace_user(
    struct state *state, pl_user *user, struct picture *picture, bool keep_presence) {
    struct user *wire = &picture->wire;
    char *texts = NULL;
    if (pack(picture, &texts) < 0 || !take_rare(state, user, wire)) {
        heap_free(state->heap, texts);
        state->torn = true;
        return;
    }
    if (keep_presence) {
        wire->online = user->online;
        wire->last_active_us = user->last_active_us;
    }
    if (wire->invisible == INVISIBLE_UNSAID)
        wire->invisible = user->invisible;
    heap_free(state->heap, user->texts);
    user->texts = texts;
    take_fields(user, wire);
    weight_set(state, &user->weight, weight_of(picture) + weight_of_rare(user));
}

/* We are, and since the first frame of this connection events tell of ourselves. */
static bool is_told_of_self(const struct state *state, const pl_user *user) {
    return state->client != NULL && state->client->self_is_known &&
           client_is_own(state->client, user);
}

static void take_user(struct state *state, pl_user *user, struct picture *picture,
    const struct state_moment *moment) {
    const bool listened = moment->beside && user->live_epoch == moment->live_epoch;
    const bool keep_presence = listened || user->event_seq > moment->event_seq;
    const bool keep = (keep_presence || (moment->beside && is_told_of_self(state, user))) &&
                      is_old_picture(user, picture, moment);
    if (!keep && has_room(state, picture, user->weight, moment))
        replace_user(state, user, picture, keep_presence);
    else if (!keep && !keep_presence)
        take_presence(state, user, &picture->wire);
}

pl_user *state_put_user(struct state *state, const json *from, const struct state_moment *moment) {
    struct picture picture;
    if (is_bad(state, take_picture(&picture, state->heap, from)))
        return NULL;
    pl_user *user = state_find_user(state, picture.wire.id);
    if (user == NULL)
        user = add_user(state, &picture, moment);
    else
        take_user(state, user, &picture, moment);
    picture_fini(&picture);
    if (user == NULL)
        return NULL;
    if (moment->event_seq == UINT64_MAX)
        user->told_seq = state->event_seq;
    user->known_ms = moment->now_ms;
    return user;
}

void state_drop_user(struct state *state, pl_user *user) {
    table_remove(&state->users, user->id);
    free_user(state, user);
}

/* ---- what a late reply must not undo ---- */

/* An event told since the call began: its reply has what was before. */
static bool is_younger(uint64_t event_seq, const struct state_moment *moment) {
    return event_seq > moment->event_seq;
}

static void note_event(
    const struct state *state, uint64_t *event_seq, const struct state_moment *moment) {
    if (moment->event_seq == UINT64_MAX && !moment->aside)
        *event_seq = state->event_seq;
}

bool state_is_told(const pl_channel *channel) {
    return channel->told_since != 0 && channel->client != NULL &&
           channel->client->link.state == PL_LINK_LIVE;
}

bool state_is_overtaken(const pl_channel *channel, const struct state_moment *moment) {
    return moment->event_seq != UINT64_MAX && state_is_told(channel) &&
           moment->sent < channel->told_since;
}

/* What a reply has of an object that is known is no younger than that. */
static bool is_old(const pl_channel *channel, const struct state_moment *moment, uint64_t event_seq,
    int64_t taken_us, int64_t known_us) {
    if (moment->event_seq == UINT64_MAX)
        return false;
    const bool may_be_old = is_younger(event_seq, moment) || state_is_overtaken(channel, moment);
    return taken_us == known_us ? may_be_old
                                : taken_us < known_us && (may_be_old || state_is_told(channel));
}

struct departed {
    struct list in_departed;
    const pl_channel *channel;
    uint64_t event_seq;
    char id[];
};

void state_note_departed(struct state *state, const pl_channel *channel, const char *id) {
    const size_t size = strlen(id) + 1;
    struct departed *departed = heap_make(state->heap, sizeof *departed + size);
    if (departed == NULL) {
        state->torn = true;
        return;
    }
    departed->channel = channel;
    departed->event_seq = ++state->event_seq;
    memcpy(departed->id, id, size);
    list_append(&state->departed, &departed->in_departed);
    state->departed_count++;
}

void state_forget_departed(struct state *state) {
    LIST_EACH(&state->departed, item) {
        list_remove(item);
        heap_free(state->heap, LIST_ITEM(item, struct departed, in_departed));
    }
    state->departed_count = 0;
}

static bool has_departed(const struct state *state, const pl_channel *channel, const char *id,
    const struct state_moment *moment) {
    if (moment->event_seq == UINT64_MAX)
        return false; /* nothing is younger than an event */
    LIST_EACH(&state->departed, item) {
        const struct departed *departed = LIST_ITEM(item, struct departed, in_departed);
        if (is_younger(departed->event_seq, moment) && departed->channel == channel &&
            strcmp(departed->id, id) == 0)
            return true;
    }
    return false;
}

/* ---- channels ---- */

pl_channel *state_find_channel(const struct state *state, const char *cid) {
    return table_find(&state->channels, cid);
}

int state_grow(const struct heap *heap, void *array, size_t *cap, size_t count, size_t item) {
    void **at = array;
    if (count < *cap)
        return 0;
    const size_t more = *cap != 0 ? *cap * 2 : 8;
    void *bigger = heap_resize(heap, *at, more * item);
    if (bigger == NULL)
        return -ENOMEM;
    *at = bigger;
    *cap = more;
    return 0;
}

static pl_channel *add_channel(
    struct state *state, struct channel *wire, const struct state_moment *moment) {
    const size_t weight = weight_of_channel(wire);
    if (!weight_fits(state, 0, weight, moment))
        return NULL;
    pl_channel *channel = heap_make(state->heap, sizeof *channel);
    if (channel == NULL)
        return torn(state);
    channel->client = state->client;
    channel->state = state;
    if (state_grow(state->heap, &state->order, &state->channel_cap, state->channel_count,
            sizeof *state->order) < 0 ||
        table_put(&state->channels, wire->cid, channel, NULL) < 0) {
        heap_free(state->heap, channel);
        return torn(state);
    }
    channel->wire = *wire;
    channel->by_user.heap = channel->by_reader.heap = state->heap;
    state->order[state->channel_count++] = channel;
    weight_set(state, &channel->weight, weight);
    return channel;
}

pl_channel *state_put_channel(
    struct state *state, const json *from, const struct state_moment *moment) {
    struct channel wire;
    if (is_bad(state, channel_decode(&wire, state->heap, from, NULL)))
        return NULL;
    pl_channel *channel = state_find_channel(state, wire.cid);
    if (channel == NULL) {
        channel = add_channel(state, &wire, moment);
        if (channel == NULL)
            channel_fini(&wire);
        else
            note_event(state, &channel->event_seq, moment);
        return channel;
    }
    const size_t weight = weight_of_channel(&wire);
    if (is_old(channel, moment, channel->event_seq, wire.updated_us, channel->wire.updated_us) ||
        !weight_fits(state, channel->weight, weight, moment)) {
        channel_fini(&wire);
        return channel;
    }
    weight_set(state, &channel->weight, weight);
    heap_free(state->heap, wire.cid);
    wire.cid = channel->wire.cid;
    channel->wire.cid = NULL;
    channel_fini(&channel->wire);
    channel->wire = wire;
    channel->deleted = wire.deleted_us != 0;
    note_event(state, &channel->event_seq, moment);
    return channel;
}

pl_channel *state_get_channel(struct state *state, const char *cid) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1];
    pl_channel *channel = state_find_channel(state, cid);
    if (channel != NULL || !id_split_cid(cid, type, id))
        return channel;
    struct channel wire = {.heap = state->heap,
        .type = heap_copy(state->heap, type),
        .id = heap_copy(state->heap, id),
        .cid = heap_copy(state->heap, cid),
        .connect_events = true};
    const struct state_moment now = {.event_seq = UINT64_MAX};
    if (wire.type != NULL && wire.id != NULL && wire.cid != NULL)
        channel = add_channel(state, &wire, &now);
    else
        torn(state);
    if (channel == NULL)
        channel_fini(&wire);
    return channel;
}

/* ---- members ---- */

static void free_member(pl_member *member) {
    const struct heap *heap = member->channel->wire.heap;
    weight_set(member->channel->state, &member->weight, 0);
    heap_free(heap, member->rare);
    heap_free(heap, member);
}

static void drop_member(pl_member *member) {
    pl_client *client = member->channel->client;
    if (member->heard)
        listening_drop_member(client, member);
    member->user->member_of--;
    if (client != NULL)
        listening_let_go(client, member->user);
    if (!member->before || !resync_keep_member(member->channel->client, member))
        free_member(member);
}

void state_forget_gone(pl_channel *channel) {
    for (pl_member *member; (member = channel->gone) != NULL;) {
        channel->gone = member->next_gone;
        member->rare = NULL;
        free_member(member);
    }
}

/* false: no memory, and all is as it was. */
static bool take_member(pl_member *member, const struct member *wire) {
    struct member_rare *rare;
    if (member_rare(wire->heap, wire, &rare) < 0)
        return false;
    heap_free(wire->heap, member->rare);
    member->rare = rare;
    member->created_us = wire->created_us;
    member->updated_us = wire->updated_us;
    member->invited = wire->invited;
    return true;
}

static pl_member *add_member(struct state *state, pl_channel *channel, const struct member *wire,
    pl_user *user, const struct state_moment *moment) {
    const size_t weight = weight_of_member(wire);
    if (!weight_fits(state, 0, weight, moment))
        return NULL;
    pl_member *member = heap_make(channel->wire.heap, sizeof *member);
    if (member == NULL)
        return torn(state);
    if (!take_member(member, wire) ||
        state_grow(channel->wire.heap, &channel->members, &channel->member_cap,
            channel->member_count, sizeof *channel->members) < 0 ||
        table_put(&channel->by_user, user->id, member, NULL) < 0) {
        heap_free(channel->wire.heap, member->rare);
        heap_free(channel->wire.heap, member);
        return torn(state);
    }
    member->channel = channel;
    member->user = user;
    user->member_of++;
    channel->members[channel->member_count++] = member;
    weight_set(state, &member->weight, weight);
    return member;
}

static void replace_member(struct state *state, pl_member *member, const struct member *wire,
    const struct state_moment *moment) {
    const size_t weight = weight_of_member(wire);
    if (is_old(member->channel, moment, member->event_seq, wire->updated_us, member->updated_us) ||
        !weight_fits(state, member->weight, weight, moment))
        return;
    if (take_member(member, wire))
        weight_set(state, &member->weight, weight);
    else
        state->torn = true;
}

/* A user as the wire has them in an object, or one known by the id alone. */
static pl_user *user_of(
    struct state *state, const json *from, const char *id, const struct state_moment *moment) {
    const char *told = json_text_at(json_get(from, "user"), "id");
    const size_t refused = state->refused;
    pl_user *user = told != NULL && strcmp(told, id) == 0
                        ? state_put_user(state, json_get(from, "user"), moment)
                        : NULL;
    if (user != NULL)
        return user;
    user = state_find_user(state, id);
    if (user != NULL || state->refused != refused)
        return user;
    struct picture picture = {
        .wire = {
            .heap = state->heap, .id = heap_copy(state->heap, id), .invisible = INVISIBLE_UNSAID}};
    if (picture.wire.id != NULL)
        user = add_user(state, &picture, moment);
    else
        torn(state);
    picture_fini(&picture);
    return user;
}

pl_member *state_put_member(
    struct state *state, pl_channel *channel, const json *from, const struct state_moment *moment) {
    struct member wire;
    if (is_bad(state, member_decode(&wire, state->heap, from, NULL)))
        return NULL;
    const bool departed = has_departed(state, channel, wire.user_id, moment);
    pl_user *user = user_of(state, from, wire.user_id, moment);
    pl_member *member = table_find(&channel->by_user, wire.user_id);
    /* Where all are known and told of, who is not among them has left, or is told in a moment. */
    const bool left = member == NULL && channel->whole && state_is_overtaken(channel, moment);
    if (user == NULL || departed || left)
        member = NULL;
    else if (member == NULL)
        member = add_member(state, channel, &wire, user, moment);
    else
        replace_member(state, member, &wire, moment);
    member_fini(&wire);
    if (member == NULL)
        return NULL;
    note_event(state, &member->event_seq, moment);
    if (moment->aside)
        channel->doubted_seq = state->event_seq;
    member->seen = true;
    return member;
}

void state_remove_member(pl_channel *channel, const char *user_id) {
    pl_member *member = table_remove(&channel->by_user, user_id);
    if (member == NULL)
        return;
    size_t at = 0;
    while (channel->members[at] != member)
        at++;
    channel->member_count--;
    memmove(&channel->members[at], &channel->members[at + 1],
        (channel->member_count - at) * sizeof *channel->members);
    drop_member(member);
}

void state_end_members(pl_channel *channel) {
    size_t kept = 0;
    for (size_t i = 0; i < channel->member_count; i++) {
        pl_member *member = channel->members[i];
        if (member->seen) {
            channel->members[kept++] = member;
        } else {
            table_remove(&channel->by_user, member->user->id);
            drop_member(member);
        }
    }
    channel->member_count = kept;
}

static void clear_members(pl_channel *channel) {
    for (size_t i = 0; i < channel->member_count; i++)
        drop_member(channel->members[i]);
    channel->member_count = 0;
    table_fini(&channel->by_user);
}

void state_forget_picture(pl_channel *channel) {
    clear_members(channel);
    state_forget_gone(channel);
    state_clear_messages(channel);
    marks_clear(channel);
    channel->whole = false;
}

/* ---- messages ---- */

void state_free_message(pl_message *message) {
    const struct heap *heap = message->wire.heap;
    if (message->state != NULL)
        weight_set(message->state, &message->weight, 0);
    message_fini(&message->wire);
    json_free(message->counts);
    json_free(message->own);
    json_free(message->attachments);
    heap_free(heap, message);
}

/* But for those that an event has told since then. */
static void clear_list(struct message_list *list, uint64_t event_seq) {
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i]->event_seq > event_seq)
            list->items[kept++] = list->items[i];
        else
            state_free_message(list->items[i]);
    }
    list->count = kept;
}

void state_clear_messages(pl_channel *channel) {
    clear_list(&channel->messages, UINT64_MAX);
    clear_list(&channel->replies, UINT64_MAX);
}

static void drop_at(struct message_list *list, size_t at) {
    state_free_message(list->items[at]);
    list->count--;
    memmove(&list->items[at], &list->items[at + 1], (list->count - at) * sizeof *list->items);
}

static pl_message *find_in(const struct message_list *list, const char *id) {
    for (size_t i = list->count; i > 0; i--)
        if (strcmp(list->items[i - 1]->wire.id, id) == 0)
            return list->items[i - 1];
    return NULL;
}

pl_message *state_find_message(const pl_channel *channel, const char *id) {
    pl_message *message = find_in(&channel->messages, id);
    return message != NULL ? message : find_in(&channel->replies, id);
}

void state_remove_message(pl_channel *channel, const char *id) {
    for (size_t i = channel->replies.count; i > 0; i--) {
        const struct message *reply = &channel->replies.items[i - 1]->wire;
        if (strcmp(reply->id, id) == 0 ||
            (reply->parent_id != NULL && strcmp(reply->parent_id, id) == 0))
            drop_at(&channel->replies, i - 1);
    }
    for (size_t i = channel->messages.count; i > 0; i--)
        if (strcmp(channel->messages.items[i - 1]->wire.id, id) == 0)
            drop_at(&channel->messages, i - 1);
}

void state_lose_message(struct state *state, pl_channel *channel, const char *id) {
    state_note_departed(state, channel, id);
    state_remove_message(channel, id);
}

void state_truncate(pl_channel *channel, int64_t until_us) {
    struct message_list *const lists[] = {&channel->messages, &channel->replies};
    for (int i = 0; i < 2; i++)
        while (lists[i]->count > 0 && lists[i]->items[0]->wire.created_us <= until_us)
            drop_at(lists[i], 0);
}

/* In the order of their times; nearly always at the end. */
static pl_message *add_message(
    struct state *state, struct message_list *list, struct message *wire, pl_user *user) {
    pl_message *message = heap_make(wire->heap, sizeof *message);
    if (message == NULL)
        return torn(state);
    if (list->count == STATE_MESSAGES) {
        if (wire->created_us < list->items[0]->wire.created_us) {
            heap_free(wire->heap, message); /* older than all that is kept */
            return NULL;
        }
        drop_at(list, 0);
    }
    if (state_grow(wire->heap, &list->items, &list->cap, list->count, sizeof *list->items) < 0) {
        heap_free(wire->heap, message);
        return torn(state);
    }
    message->wire = *wire;
    message->user = user;
    message->state = state;
    size_t at = list->count++;
    for (; at > 0 && list->items[at - 1]->wire.created_us > wire->created_us; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = message;
    return message;
}

/* Where it belongs, after it was told with another time. */
static void put_in_order(struct message_list *list, pl_message *message) {
    size_t at = 0;
    while (at < list->count && list->items[at] != message)
        at++;
    if (at == list->count)
        return;
    const int64_t us = message->wire.created_us;
    for (; at + 1 < list->count && list->items[at + 1]->wire.created_us < us; at++)
        list->items[at] = list->items[at + 1];
    for (; at > 0 && list->items[at - 1]->wire.created_us > us; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = message;
}

static const char *const beside[] = {"reaction_counts", "own_reactions", "attachments"};

static size_t weight_of_whole(const struct message *wire, const json *from) {
    size_t weight = weight_of_message(wire);
    for (int i = 0; i < 3; i++)
        weight += weight_of_json(json_get(from, beside[i]));
    return weight;
}

/* Without memory the old ones stay. */
static void take_beside(struct state *state, pl_message *message, const json *from) {
    json **const to[] = {&message->counts, &message->own, &message->attachments};
    for (int i = 0; i < 3; i++) {
        const json *given = json_get(from, beside[i]);
        json *taken = json_first(given) != NULL ? json_copy(given) : NULL;
        const bool lacks = taken == NULL && json_first(given) != NULL;
        state->torn |= lacks;
        if (given == NULL || lacks)
            continue;
        json_free(*to[i]);
        *to[i] = taken;
    }
}

/* One that is not known, of a channel of which all is told: deleted or truncated, or, if it is new,
 * told in a moment. */
static bool is_gone(
    const pl_channel *channel, const struct message *wire, const struct state_moment *moment) {
    const bool reply = moment->event_seq != UINT64_MAX;
    return state_is_overtaken(channel, moment) ||
           (reply && state_is_told(channel) && wire->created_us <= channel->wire.truncated_us);
}

pl_message *state_put_message(
    struct state *state, pl_channel *channel, const json *from, const struct state_moment *moment) {
    struct message wire;
    if (is_bad(state, message_decode(&wire, state->heap, from, NULL)))
        return NULL;
    const bool departed = has_departed(state, channel, wire.id, moment);
    pl_user *user = user_of(state, from, wire.user_id, moment);
    pl_message *message = state_find_message(channel, wire.id);
    const size_t weight = weight_of_whole(&wire, from);
    const bool is_told = message != NULL && is_old(channel, moment, message->event_seq,
                                                wire.updated_us, message->wire.updated_us);
    const size_t before = message != NULL ? message->weight : 0;
    if (is_told || user == NULL || /* who wrote it has no room, or is nobody */
        (!departed && !weight_fits(state, before, weight, moment))) {
        message_fini(&wire);
        return message; /* as it was, if it was */
    }
    if (message != NULL) {
        const bool moved = message->wire.created_us != wire.created_us;
        message_fini(&message->wire);
        message->wire = wire;
        message->user = user;
        if (moved) {
            put_in_order(&channel->messages, message);
            put_in_order(&channel->replies, message);
        }
        take_beside(state, message, from);
        weight_set(state, &message->weight, weight);
        note_event(state, &message->event_seq, moment);
        return message;
    }
    if (!departed && !is_gone(channel, &wire, moment))
        message = add_message(
            state, wire.parent_id != NULL ? &channel->replies : &channel->messages, &wire, user);
    if (message == NULL) {
        message_fini(&wire);
        return NULL;
    }
    take_beside(state, message, from);
    weight_set(state, &message->weight, weight);
    note_event(state, &message->event_seq, moment);
    return message;
}

static void trim(struct message_list *list, size_t newest) {
    const size_t gone = list->count > newest ? list->count - newest : 0;
    for (size_t i = 0; i < gone; i++)
        state_free_message(list->items[i]);
    list->count -= gone;
    if (gone > 0)
        memmove(list->items, &list->items[gone], list->count * sizeof *list->items);
}

void state_trim_messages(pl_channel *channel, size_t newest) {
    trim(&channel->messages, newest);
    trim(&channel->replies, newest);
}

pl_message *state_make_message(
    struct state *state, const json *from, const struct state_moment *moment) {
    struct message wire;
    if (is_bad(state, message_decode(&wire, state->heap, from, NULL)))
        return NULL;
    pl_user *user = user_of(state, from, wire.user_id, moment);
    pl_message *message = user != NULL ? heap_make(state->heap, sizeof *message) : NULL;
    state->torn |= user != NULL && message == NULL;
    if (message == NULL) {
        message_fini(&wire);
        return NULL;
    }
    message->wire = wire;
    message->user = user;
    take_beside(state, message, from);
    return message;
}

/* ---- whole channels ---- */

static void note_membership(
    pl_channel *channel, const json *from, const struct state_moment *moment) {
    const json *own = json_get(from, "membership");
    int64_t watchers = 0;
    if (!is_younger(channel->own_seq, moment)) {
        channel->mine = json_is_object(own) && (!json_true_at(own, "invited") ||
                                                   json_get(own, "invite_accepted_at") != NULL);
        channel->hidden = json_true_at(json_get(from, "channel"), "hidden");
        channel->seen_joined |= channel->mine && !moment->old_line;
    }
    json_as_integer(json_get(from, "watcher_count"), &watchers);
    channel->watcher_count = watchers > 0 ? (size_t)watchers : 0;
}

pl_channel *state_put_channel_state(
    struct state *state, const json *from, const struct state_moment *moment, bool replace) {
    const size_t refused = state->refused;
    pl_channel *channel = state_put_channel(state, json_get(from, "channel"), moment);
    if (channel == NULL || state_is_overtaken(channel, moment))
        return channel;
    note_membership(channel, from, moment);
    const json *members = json_get(from, "members");
    const bool all = (int64_t)json_count(members) >= channel->wire.member_count;
    const bool ends = replace && (all || !channel->listen_all); /* else pages tell who has left */
    if (replace) {
        clear_list(&channel->messages, moment->event_seq);
        clear_list(&channel->replies, moment->event_seq);
    }
    for (size_t i = 0; ends && i < channel->member_count; i++)
        channel->members[i]->seen = is_younger(channel->members[i]->event_seq, moment);
    for (const json *item = json_first(members); item != NULL; item = json_next(item))
        state_put_member(state, channel, item, moment);
    const json *messages = json_get(from, "messages");
    for (const json *item = json_first(messages); item != NULL; item = json_next(item))
        state_put_message(state, channel, item, moment);
    if (channel->wire.truncated_us != 0)
        state_truncate(channel, channel->wire.truncated_us);
    marks_take(state, channel, from, moment, replace);
    if (replace)
        channel->whole = all && state->refused == refused;
    if (ends)
        state_end_members(channel);
    return channel;
}

void state_lose_channel(pl_channel *channel) {
    clear_members(channel);
    state_forget_gone(channel);
    state_clear_messages(channel);
    marks_clear(channel);
    heap_free(channel->wire.heap, channel->page_after);
    channel->page_after = NULL;
    channel->page = 0;
    channel->wire.member_count = 0;
    channel->watcher_count = 0;
    channel->lost = true;
    channel->told_since = 0;
    channel->mine = channel->whole = false;
    if (++channel->misses < STATE_MISSES)
        return;
    channel->flags = 0;
    channel->listen_all = false;
}

static void free_channel(pl_channel *channel) {
    const struct heap *heap = channel->wire.heap;
    weight_set(channel->state, &channel->weight, 0);
    for (size_t i = 0; i < channel->member_count; i++)
        free_member(channel->members[i]);
    state_forget_gone(channel);
    table_fini(&channel->by_user);
    state_clear_messages(channel);
    marks_clear(channel);
    heap_free(heap, channel->marks);
    heap_free(heap, channel->typing);
    heap_free(heap, channel->members);
    heap_free(heap, channel->messages.items);
    heap_free(heap, channel->replies.items);
    heap_free(heap, channel->page_after);
    channel_fini(&channel->wire);
    heap_free(heap, channel);
}

size_t state_drop_channels(struct state *state) {
    size_t kept = 0, dropped = 0;
    for (size_t i = 0; i < state->channel_count; i++) {
        pl_channel *channel = state->order[i];
        if (channel->held) {
            state->order[kept++] = channel;
            continue;
        }
        clear_members(channel);
        table_remove(&state->channels, channel->wire.cid);
        free_channel(channel);
        dropped++;
    }
    state->channel_count = kept;
    return dropped;
}

void state_fini(struct state *state) {
    state_forget_departed(state);
    for (size_t i = 0; i < state->channel_count; i++)
        free_channel(state->order[i]);
    heap_free(state->heap, state->order);
    table_fini(&state->channels);
    size_t i = 0;
    for (pl_user *user; (user = table_next(&state->users, &i)) != NULL;)
        free_user(state, user);
    table_fini(&state->users);
    *state = (struct state){0};
}
