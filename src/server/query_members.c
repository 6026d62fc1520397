/* SPDX-License-Identifier: MIT */
#include "server/query.h"
#include "server/access.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/id.h"

#include <stdio.h>
#include <string.h>

enum field {
    USER_ID,
    NAME,
    CREATED,
    UPDATED,
    BANNED,
    SHADOW_BANNED,
    CHANNEL_ROLE,
    ROLE,
    NOTIFICATIONS_MUTED,
    INVITED,
    ACCEPTED,
    REJECTED,
    INVITE,
    JOINED,
    ONLINE,
    LAST_ACTIVE
};

static const struct filter_field fields[] = {
    {"id", FILTER_TEXT, USER_ID},
    {"user_id", FILTER_TEXT, USER_ID},
    {"name", FILTER_TEXT, NAME},
    {"created_at", FILTER_TIME, CREATED},
    {"updated_at", FILTER_TIME, UPDATED},
    {"banned", FILTER_BOOLEAN, BANNED},
    {"shadow_banned", FILTER_BOOLEAN, SHADOW_BANNED},
    {"channel_role", FILTER_TEXT, CHANNEL_ROLE},
    {"role", FILTER_TEXT, ROLE},
    {"notifications_muted", FILTER_BOOLEAN, NOTIFICATIONS_MUTED},
    {"invited", FILTER_BOOLEAN, INVITED},
    {"invite_accepted_at", FILTER_TIME, ACCEPTED},
    {"invite_rejected_at", FILTER_TIME, REJECTED},
    {"invite", FILTER_TEXT, INVITE},
    {"joined", FILTER_BOOLEAN, JOINED},
    {"online", FILTER_BOOLEAN, ONLINE},
    {"last_active", FILTER_TIME, LAST_ACTIVE},
    {0},
};

/* Only where it is asked for: it costs more than all the others. */
static struct user_face face_of(const struct seat *seat, const void *context) {
    return show_face(seat->person, *(const struct view *)context);
}

static struct filter_value get(const void *object, int tag, const char *name, const void *context) {
    const struct seat *seat = object;
    const struct member *member = &seat->member;
    const json *custom;
    switch (tag) {
    case USER_ID: return filter_text(member->user_id);
    case NAME: return filter_text(seat->person->user.name);
    case CREATED: return filter_time(member->created_us);
    case UPDATED: return filter_time(member->updated_us);
    case BANNED: return filter_boolean(member->banned);
    case SHADOW_BANNED: return filter_boolean(member->shadow_banned);
    case CHANNEL_ROLE:
        return filter_text(member->channel_role != NULL ? member->channel_role : "channel_member");
    case ROLE: return filter_text(member->role != NULL ? member->role : "member");
    case NOTIFICATIONS_MUTED: return filter_boolean(member->notifications_muted);
    case INVITED:
        return member->invited ? filter_boolean(true)
                               : (struct filter_value){.kind = FILTER_MISSING};
    case ACCEPTED: return filter_time(member->invite_accepted_us);
    case REJECTED: return filter_time(member->invite_rejected_us);
    case INVITE: return filter_text(query_invite(seat));
    case JOINED: return filter_boolean(!member_is_invitee(member));
    case ONLINE: return filter_boolean(face_of(seat, context).online);
    case LAST_ACTIVE: return filter_time(face_of(seat, context).last_active_us);
    default:
        custom = json_path(member->custom, name);
        return (struct filter_value){
            .kind = custom != NULL ? FILTER_JSON : FILTER_MISSING, .json = custom};
    }
}

static int by_created(const void *a, const void *b) {
    const struct seat *left = a, *right = b;
    return left->member.created_us < right->member.created_us   ? -1
           : left->member.created_us > right->member.created_us ? 1
                                                                : 0;
}

static int by_id(const void *a, const void *b) {
    const struct seat *left = a, *right = b;
    return strcmp(left->member.user_id, right->member.user_id);
}

static const struct query_kind members = {.fields = fields,
    .get = get,
    .otherwise = by_created,
    .ties = by_id,
    .limit_default = LIMIT_MEMBERS_DEFAULT,
    .limit_most = LIMIT_MEMBERS};

static int find_room(struct call *call, struct room **out) {
    const char *type = json_text_at(call->body, "type"), *id = json_text_at(call->body, "id");
    if (type == NULL || id == NULL || !id_is_channel_type(type) || !id_is_channel(id))
        return call_refuse(call, CODE_INPUT, "type and id must name a channel");
    call->args[0] = type;
    call->args[1] = id;
    return routes_room(call, out);
}

int members_query(struct call *call) {
    struct room *room;
    struct query query = {0};
    int rc = find_room(call, &room);
    if (rc == 0)
        rc = query_init(&query, call, &members);
    if (rc == 0) {
        LIST_EACH(&room->seats, item)
        query_look(&query, LIST_ITEM(item, struct seat, by_room));
        rc = query_finish(&query);
    }
    json *list = json_array();
    for (size_t i = 0; rc == 0 && i < query.count; i++)
        rc = json_append(list, show_seat(query.found[i], call->view));
    query_fini(&query);
    if (rc == 0)
        return call_reply(call, "members", list);
    json_free(list);
    return rc;
}
