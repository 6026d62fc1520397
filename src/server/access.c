/* SPDX-License-Identifier: MIT */
#include "server/access.h"

#include <string.h>

static bool is_creator(const struct room *room, struct view view) {
    return view.asker != NULL && !view.asker->anonymous && room->channel.created_by != NULL &&
           strcmp(room->channel.created_by, view.asker->user.id) == 0;
}

/* Without one it is that of a user; a role that nobody knows grants what a user's does. */
static enum grant_role role_of(struct view view) {
    if (view.asker == NULL || view.asker->anonymous)
        return ROLE_ANONYMOUS;
    enum grant_role role = grants_role(view.asker->user.role);
    return role < ROLE_MEMBER ? role : ROLE_USER;
}

static bool is_ruler(const struct member *member) {
    return member->role != NULL &&
           (strcmp(member->role, "moderator") == 0 || strcmp(member->role, "owner") == 0);
}

static bool may(const struct room *room, struct view view, enum grant grant, bool own) {
    if (view.server)
        return true;
    const struct grants *grants = &room->kind->grants;
    const struct seat *seat = seat_find(room, view.asker);
    bool is_member = seat != NULL && !member_is_invitee(&seat->member);
    bool is_moderator = is_creator(room, view) || (is_member && is_ruler(&seat->member));
    return grants_may(grants, role_of(view), grant, own) ||
           (is_member && grants_may(grants, ROLE_MEMBER, grant, own)) ||
           (is_moderator && grants_may(grants, ROLE_MODERATOR, grant, own));
}

bool access_may(const struct room *room, struct view view, enum grant grant) {
    return may(room, view, grant, is_creator(room, view));
}

bool access_may_note(const struct note *note, struct view view, enum grant grant) {
    return may(note->room, view, grant, note->author != NULL && note->author == view.asker);
}

bool access_read(const struct room *room, struct view view) {
    return access_may(room, view, GRANT_READ);
}

bool access_write(const struct room *room, struct view view, enum grant grant) {
    if (room->channel.frozen && !view.server && role_of(view) != ROLE_ADMIN)
        return false;
    return access_read(room, view) && access_may(room, view, grant);
}

bool access_create(const struct kind *kind, struct view view) {
    return view.server || grants_may(&kind->grants, role_of(view), GRANT_CREATE_CHANNEL, true);
}

bool access_seat(const struct room *room, struct view view, const struct person *whom, bool add) {
    if (access_may(room, view, GRANT_UPDATE_MEMBERS))
        return true;
    bool self = view.asker != NULL && view.asker == whom && !view.asker->anonymous;
    return self && access_may(room, view, add ? GRANT_JOIN : GRANT_LEAVE);
}

/* What a type has switched off, and where the asker has no place, is no capability. */
static bool has_capability(const struct room *room, struct view view, enum grant grant) {
    const struct channel_type *type = &room->kind->type;
    switch (grant) {
    case GRANT_CREATE_CHANNEL: return false;
    case GRANT_SEND: return access_write(room, view, grant);
    case GRANT_REPLY: return type->replies && access_write(room, view, grant);
    case GRANT_REACT: return type->reactions && access_write(room, view, grant);
    case GRANT_CUSTOM_EVENT: return type->custom_events && access_write(room, view, grant);
    case GRANT_MUTE: return type->mutes && access_may(room, view, grant);
    case GRANT_LEAVE: return seat_find(room, view.asker) != NULL && access_may(room, view, grant);
    case GRANT_JOIN: return seat_find(room, view.asker) == NULL && access_may(room, view, grant);
    default: return access_may(room, view, grant);
    }
}

json *access_capabilities(const struct room *room, struct view view) {
    const struct channel_type *type = &room->kind->type;
    const struct {
        const char *name;
        bool has;
    } events[] = {
        {"read-events", type->read_events && access_read(room, view)},
        {"connect-events", type->connect_events && access_read(room, view)},
        {"typing-events", type->typing_events && access_write(room, view, GRANT_SEND)},
        {"update-own-message",
            access_read(room, view) && may(room, view, GRANT_UPDATE_MESSAGE, true)},
        {"delete-own-message",
            access_read(room, view) && may(room, view, GRANT_DELETE_MESSAGE, true)},
    };
    json *to = json_array();
    bool bad = to == NULL;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (events[i].has)
            bad |= json_append(to, json_text(events[i].name)) != 0;
    for (unsigned grant = 0; grant < GRANT_COUNT; grant++)
        if (has_capability(room, view, grant))
            bad |= json_append(to, json_text(grants_capability(grant))) != 0;
    if (!bad)
        return to;
    json_free(to);
    return NULL;
}
