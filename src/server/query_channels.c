/* SPDX-License-Identifier: MIT */
#include "server/access.h"
#include "server/home.h"
#include "server/query.h"
#include "server/regards.h"
#include "server/routes.h"

#include <string.h>

enum field {
    CID,
    ID,
    TYPE,
    MEMBERS,
    MEMBER_COUNT,
    CREATED,
    UPDATED,
    LAST_MESSAGE,
    LAST_UPDATED,
    CREATED_BY,
    FROZEN,
    DISABLED,
    HIDDEN,
    MUTED,
    JOINED,
    HAS_UNREAD,
    INVITE,
    TRUNCATED,
    COOLDOWN,
    MEMBER_NAMES
};

static const struct filter_field fields[] = {
    {"cid", FILTER_TEXT, CID},
    {"id", FILTER_TEXT, ID},
    {"type", FILTER_TEXT, TYPE},
    {"members", FILTER_LIST, MEMBERS},
    {"member_count", FILTER_NUMBER, MEMBER_COUNT},
    {"created_at", FILTER_TIME, CREATED},
    {"updated_at", FILTER_TIME, UPDATED},
    {"last_message_at", FILTER_TIME, LAST_MESSAGE},
    {"last_updated", FILTER_TIME, LAST_UPDATED},
    {"created_by_id", FILTER_TEXT, CREATED_BY},
    {"frozen", FILTER_BOOLEAN, FROZEN},
    {"disabled", FILTER_BOOLEAN, DISABLED},
    {"hidden", FILTER_BOOLEAN, HIDDEN},
    {"muted", FILTER_BOOLEAN, MUTED},
    {"joined", FILTER_BOOLEAN, JOINED},
    {"has_unread", FILTER_BOOLEAN, HAS_UNREAD},
    {"invite", FILTER_TEXT, INVITE},
    {"truncated_at", FILTER_TIME, TRUNCATED},
    {"cooldown", FILTER_NUMBER, COOLDOWN},
    {"member.user.name", FILTER_TEXTS, MEMBER_NAMES},
    {"members.user.name", FILTER_TEXTS, MEMBER_NAMES},
    {0},
};

static bool has_member(const void *list, const char *id) {
    const struct room *room = list;
    return table_find(&room->seat_of, id) != NULL;
}

/* Whether the name of any member is so. */
static bool any_name(
    const void *texts, bool (*is_so)(const char *text, const void *context), const void *context) {
    const struct room *room = texts;
    LIST_EACH(&room->seats, item)
    if (is_so(LIST_ITEM(item, struct seat, by_room)->person->user.name, context))
        return true;
    return false;
}

static int64_t last_updated(const struct room *room) {
    const struct channel *channel = &room->channel;
    return channel->last_message_us > channel->created_us ? channel->last_message_us
                                                          : channel->created_us;
}

const char *query_invite(const struct seat *seat) {
    if (seat == NULL || !seat->member.invited)
        return NULL;
    return seat->member.invite_accepted_us != 0   ? "accepted"
           : seat->member.invite_rejected_us != 0 ? "rejected"
                                                  : "pending";
}

/* Of the asker, and of nobody else. */
static struct filter_value get_own(const struct room *room, int tag, const struct person *asker) {
    const struct regard *regard = regard_find(room, asker);
    const struct seat *seat = seat_find(room, asker);
    switch (tag) {
    case HIDDEN: return filter_boolean(regard != NULL && regard->hidden_us != 0);
    case MUTED: return filter_boolean(regard != NULL && regard->muted_us != 0);
    case JOINED: return filter_boolean(seat != NULL && !member_is_invitee(&seat->member));
    case HAS_UNREAD:
        return filter_boolean(
            room->kind->type.read_events && seat != NULL && regard != NULL && regard->unread > 0);
    default: return filter_text(query_invite(seat));
    }
}

static struct filter_value get(const void *object, int tag, const char *name, const void *context) {
    const struct room *room = object;
    const struct channel *channel = &room->channel;
    const struct view *view = context;
    const json *custom;
    switch (tag) {
    case CID: return filter_text(channel->cid);
    case ID: return filter_text(channel->id);
    case TYPE: return filter_text(channel->type);
    case MEMBERS:
        return (struct filter_value){.kind = FILTER_LIST,
            .list = {.has = has_member, .list = room, .count = room->seat_of.count}};
    case MEMBER_COUNT:
        return (struct filter_value){.kind = FILTER_NUMBER, .number = (double)room->seat_of.count};
    case CREATED: return filter_time(channel->created_us);
    case UPDATED: return filter_time(channel->updated_us);
    case LAST_MESSAGE: return filter_time(channel->last_message_us);
    case LAST_UPDATED: return filter_time(last_updated(room));
    case CREATED_BY: return filter_text(channel->created_by);
    case FROZEN: return filter_boolean(channel->frozen);
    case DISABLED: return filter_boolean(channel->disabled);
    case HIDDEN:
    case MUTED:
    case JOINED:
    case HAS_UNREAD:
    case INVITE: return get_own(room, tag, view->asker);
    case TRUNCATED: return filter_time(channel->truncated_us);
    case COOLDOWN:
        return (struct filter_value){
            .kind = channel->cooldown_s > 0 ? FILTER_NUMBER : FILTER_MISSING,
            .number = (double)channel->cooldown_s};
    case MEMBER_NAMES:
        return (struct filter_value){.kind = FILTER_TEXTS, .texts = {any_name, room}};
    default:
        custom = json_path(channel->custom, name);
        return (struct filter_value){
            .kind = custom != NULL ? FILTER_JSON : FILTER_MISSING, .json = custom};
    }
}

static int by_last_updated_desc(const void *a, const void *b) {
    int64_t left = last_updated(a), right = last_updated(b);
    return left > right ? -1 : left < right ? 1 : 0;
}

static int by_cid(const void *a, const void *b) {
    const struct room *left = a, *right = b;
    return strcmp(left->channel.cid, right->channel.cid);
}

static const struct query_kind channels = {.fields = fields,
    .get = get,
    .otherwise = by_last_updated_desc,
    .ties = by_cid,
    .limit_default = LIMIT_CHANNELS_DEFAULT,
    .limit_most = LIMIT_CHANNELS};

/* What the asker has hidden is not found, unless they ask for just that. */
static void look_at(struct query *query, const struct room *room) {
    const struct regard *regard = regard_find(room, query->call->asker);
    if (room->absent || !access_read(room, query->call->view))
        return;
    if (regard != NULL && regard->hidden_us != 0 && !filter_mentions(query->filter, HIDDEN))
        return;
    query_look(query, room);
}

static void look_up(const char *cid, void *context) {
    struct query *query = context;
    struct room *room = room_find(query->call->world, cid);
    for (size_t i = 0; room != NULL && i < query->count; i++)
        if (query->found[i] == room)
            return;
    if (room != NULL)
        look_at(query, room);
}

/* Whether a filter asks for the asker's own channels: these are at hand. */
struct own_wish {
    const struct person *asker;
    bool others;
};

static void note_wish(const char *id, void *context) {
    struct own_wish *wish = context;
    if (wish->asker == NULL || strcmp(id, wish->asker->user.id) != 0)
        wish->others = true;
}

static void look(struct query *query) {
    struct call *call = query->call;
    struct own_wish wish = {.asker = call->asker};
    if (filter_demands(query->filter, CID, look_up, query))
        return;
    if (filter_demands(query->filter, MEMBERS, note_wish, &wish) && !wish.others && wish.asker) {
        LIST_EACH(&call->asker->seats, item)
        look_at(query, LIST_ITEM(item, struct seat, by_person)->room);
        return;
    }
    size_t i = 0;
    for (struct room *room; (room = table_next(&call->world->rooms, &i)) != NULL;)
        look_at(query, room);
}

struct channels_wish {
    struct state_wish state;
    bool watch, presence;
    struct connection *connection;
};

static int read_wish(struct call *call, struct channels_wish *wish) {
    struct state_wish *state = &wish->state;
    int rc = call_boolean(call, "state", true, &state->state);
    if (rc == 0)
        rc = call_boolean(call, "watch", false, &wish->watch);
    if (rc == 0)
        rc = call_boolean(call, "presence", false, &wish->presence);
    if (rc == 0)
        rc = call_number(call, call->body, "message_limit", LIMIT_MESSAGES_DEFAULT, LIMIT_MESSAGES,
            &state->messages.limit);
    state->messages.after_us = -1;
    state->messages.before_us = INT64_MAX;
    if (rc == 0)
        rc = call_number(call, call->body, "member_limit", LIMIT_MEMBERS_DEFAULT, LIMIT_MEMBERS,
            &state->members);
    if (rc == 0 && (wish->watch || wish->presence))
        rc = call_connection(call, &wish->connection);
    return rc;
}

static int watch_and_show(
    struct call *call, const struct room *found, struct channels_wish *wish, json *list) {
    struct room *room = room_find(call->world, found->channel.cid);
    int rc = wish->watch ? home_watch(call->world, NULL, wish->connection, room) : 0;
    if (rc == 0 && wish->presence)
        rc = home_listen(call->world, wish->connection, room);
    if (rc == 0)
        rc = json_append(list, show_state(call->world, room, call->view, &wish->state));
    return rc;
}

int channels_query(struct call *call) {
    struct channels_wish wish = {0};
    struct query query = {0};
    int rc = read_wish(call, &wish);
    if (rc == 0)
        rc = query_init(&query, call, &channels);
    if (rc == 0) {
        look(&query);
        rc = query_finish(&query);
    }
    json *list = json_array();
    for (size_t i = 0; rc == 0 && i < query.count; i++)
        rc = watch_and_show(call, query.found[i], &wish, list);
    query_fini(&query);
    if (rc == 0)
        return call_reply(call, "channels", list);
    json_free(list);
    return rc;
}
