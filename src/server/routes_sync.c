/* SPDX-License-Identifier: MIT */
/*
 * What happened in channels while somebody was away, told from what is kept: messages that came,
 * changed and were deleted, reactions to them, members that came, changed and left, the channel
 * itself. Oldest first. Presence, typing and read marks are never told: they are state.
 */
#include "server/access.h"
#include "server/notes.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/event.h"
#include "wire/time.h"

#include <errno.h>
#include <stdlib.h>

struct told {
    int64_t at_us;
    size_t order; /* of two at one moment, as they were found */
    json *event;
};

struct telling {
    struct call *call;
    struct room *room;
    int64_t since_us;
    struct told *told;
    size_t count, cap;
    int rc;
};

/* An event to be filled, or NULL: there are enough, or no memory. */
static json *add(struct telling *telling, enum wire_event event, int64_t at_us) {
    if (telling->rc != 0)
        return NULL;
    if (telling->count == telling->cap) {
        size_t cap = telling->cap == 0 ? 32 : telling->cap * 2;
        struct told *told = realloc(telling->told, cap * sizeof *told);
        if (told == NULL) {
            telling->rc = -ENOMEM;
            return NULL;
        }
        telling->told = told;
        telling->cap = cap;
    }
    json *made = event_encode(event_name(event), at_us, telling->room->channel.cid);
    if (made == NULL) {
        telling->rc = -ENOMEM;
        return NULL;
    }
    telling->told[telling->count] = (struct told){at_us, telling->count, made};
    telling->count++;
    return made;
}

static void set(struct telling *telling, json *event, const char *key, json *value) {
    if (event == NULL)
        json_free(value);
    else if (json_set(event, key, value) != 0)
        telling->rc = -ENOMEM;
}

static void tell_note(struct telling *telling, const struct note *note) {
    const struct message *message = &note->message;
    struct view view = telling->call->view;
    bool is_new = message->created_us > telling->since_us, is_deleted = message->deleted_us != 0;
    enum wire_event event = is_deleted ? EVENT_MESSAGE_DELETED
                            : is_new   ? EVENT_MESSAGE_NEW
                                       : EVENT_MESSAGE_UPDATED;
    json *made = add(telling, event,
        is_deleted ? message->deleted_us
        : is_new   ? message->created_us
                   : message->updated_us);
    set(telling, made, "message", show_note(telling->call->world, note, view));
    if (note->author != NULL)
        set(telling, made, "user", show_user(note->author, view));
}

static void tell_nods(struct telling *telling, const struct note *note) {
    struct view view = telling->call->view;
    LIST_EACH(&note->nods, item) {
        const struct nod *nod = LIST_ITEM(item, struct nod, by_note);
        const struct reaction *reaction = &nod->reaction;
        if (reaction->updated_us <= telling->since_us)
            continue;
        bool is_new = reaction->created_us > telling->since_us;
        json *made = add(
            telling, is_new ? EVENT_REACTION_NEW : EVENT_REACTION_UPDATED, reaction->updated_us);
        set(telling, made, "message", show_note(telling->call->world, note, view));
        set(telling, made, "reaction", show_nod(nod, view));
        set(telling, made, "user", show_user(nod->person, view));
    }
}

/* What changed, from the disk or from memory; then reactions to what is at hand. */
static void tell_notes(struct telling *telling) {
    struct call *call = telling->call;
    struct room *room = telling->room;
    const struct regard *regard = regard_find(room, call->asker);
    struct store_page page = {.of = STORE_CHANGED,
        .cid = room->channel.cid,
        .after_us = telling->since_us,
        .before_us = INT64_MAX,
        .limit = LIMIT_SYNC_EVENTS,
        .oldest_first = true};
    struct note **found = calloc(LIMIT_SYNC_EVENTS, sizeof(struct note *));
    int count = found != NULL ? notes_page(call->world, room, &page, found) : -ENOMEM;
    if (count < 0)
        telling->rc = count;
    for (int i = 0; i < count; i++)
        if (regard == NULL || found[i]->message.created_us > regard->cleared_us)
            tell_note(telling, found[i]);
    free(found);
    LIST_EACH(&room->notes, item)
    tell_nods(telling, LIST_ITEM(item, struct note, in_list));
}

static void tell_seats(struct telling *telling) {
    struct view view = telling->call->view;
    LIST_EACH(&telling->room->seats, item) {
        const struct seat *seat = LIST_ITEM(item, struct seat, by_room);
        const struct member *member = &seat->member;
        bool is_new = member->created_us > telling->since_us;
        if (!is_new && member->updated_us <= telling->since_us)
            continue;
        json *made = add(telling, is_new ? EVENT_MEMBER_ADDED : EVENT_MEMBER_UPDATED,
            is_new ? member->created_us : member->updated_us);
        set(telling, made, "member", show_seat(seat, view));
        set(telling, made, "user", show_user(seat->person, view));
    }
}

static int tell_departed(void *context, const char *user_id, int64_t removed_us) {
    struct telling *telling = context;
    const struct person *person = table_find(&telling->call->world->persons, user_id);
    if (person == NULL || seat_find(telling->room, person) != NULL)
        return 0;
    struct view view = telling->call->view;
    json *made = add(telling, EVENT_MEMBER_REMOVED, removed_us), *member = json_object();
    if (json_set(member, "user_id", json_text(user_id)) != 0 ||
        json_set(member, "user", show_user(person, view)) != 0)
        telling->rc = -ENOMEM;
    set(telling, made, "member", member);
    set(telling, made, "user", show_user(person, view));
    return telling->rc;
}

static void tell_all_departed(struct telling *telling) {
    static const struct store_reader reader = {.departed = tell_departed};
    struct store *store = telling->call->world->store;
    const struct store_page page = {.of = STORE_DEPARTED,
        .cid = telling->room->channel.cid,
        .after_us = telling->since_us,
        .before_us = INT64_MAX,
        .limit = LIMIT_SYNC_EVENTS,
        .oldest_first = true};
    int rc = store->calls->read_page(store, &page, &reader, telling);
    if (rc != 0)
        telling->rc = rc;
}

static void tell_room(struct telling *telling) {
    const struct channel *channel = &telling->room->channel;
    const struct world *world = telling->call->world;
    struct view view = telling->call->view;
    if (channel->truncated_us > telling->since_us)
        set(telling, add(telling, EVENT_CHANNEL_TRUNCATED, channel->truncated_us), "channel",
            show_room(world, telling->room, view));
    if (channel->updated_us > telling->since_us && channel->created_us <= telling->since_us)
        set(telling, add(telling, EVENT_CHANNEL_UPDATED, channel->updated_us), "channel",
            show_room(world, telling->room, view));
}

static int by_moment(const void *a, const void *b) {
    const struct told *left = a, *right = b;
    if (left->at_us != right->at_us)
        return left->at_us < right->at_us ? -1 : 1;
    return left->order < right->order ? -1 : 1;
}

static int reply(struct telling *telling) {
    json *list = json_array();
    if (list == NULL)
        return -ENOMEM;
    if (telling->count > 0)
        qsort(telling->told, telling->count, sizeof *telling->told, by_moment);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < telling->count && i < LIMIT_SYNC_EVENTS; i++) {
        rc = json_append(list, telling->told[i].event);
        telling->told[i].event = NULL;
    }
    if (rc == 0)
        return call_reply(telling->call, "events", list);
    json_free(list);
    return rc;
}

/* ---- what is asked ---- */

static int read_since(struct call *call, int64_t *since_us) {
    const char *text = json_text_at(call->body, "last_sync_at");
    if (text == NULL || time_parse(text, since_us) != 0)
        return call_refuse_field(call, "last_sync_at", " must be a time");
    return 0;
}

static int tell_channel(struct telling *telling, const json *cid) {
    int rc = routes_room_of_cid(telling->call, cid, &telling->room);
    if (rc != 0)
        return rc;
    tell_room(telling);
    tell_seats(telling);
    tell_all_departed(telling);
    tell_notes(telling);
    return telling->rc;
}

int sync_events(struct call *call) {
    struct telling telling = {.call = call};
    const json *cids = json_get(call->body, "channel_cids");
    int rc = 0;
    if (!json_is_array(cids) || json_count(cids) == 0 || json_count(cids) > LIMIT_SYNC_CHANNELS)
        rc = call_refuse_field(
            call, "channel_cids", " must be a list of 1 to %d cids", LIMIT_SYNC_CHANNELS);
    if (rc == 0)
        rc = read_since(call, &telling.since_us);
    for (const json *cid = json_first(cids); rc == 0 && cid != NULL; cid = json_next(cid))
        rc = tell_channel(&telling, cid);
    if (rc == 0)
        rc = reply(&telling);
    for (size_t i = 0; i < telling.count; i++)
        json_free(telling.told[i].event);
    free(telling.told);
    return rc;
}
