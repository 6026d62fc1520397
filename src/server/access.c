/* SPDX-License-Identifier: MIT */
#include "server/access.h"

#include <string.h>

bool access_is_open(const struct kind *kind) {
    return strcmp(kind->type.name, "livestream") == 0;
}

static bool is_role(const struct person *person, const char *role) {
    return person != NULL && person->user.role != NULL && strcmp(person->user.role, role) == 0;
}

static bool may_all(struct view view) {
    return view.server || is_role(view.asker, "admin");
}

static bool is_creator(const struct room *room, struct view view) {
    return view.asker != NULL && !view.asker->anonymous && room->channel.created_by != NULL &&
           strcmp(room->channel.created_by, view.asker->user.id) == 0;
}

static bool is_moderator(const struct room *room, struct view view) {
    const struct seat *seat = seat_find(room, view.asker);
    if (seat == NULL || seat->member.role == NULL)
        return false;
    return strcmp(seat->member.role, "moderator") == 0 || strcmp(seat->member.role, "owner") == 0;
}

bool access_read(const struct room *room, struct view view) {
    return may_all(view) || access_is_open(room->kind) || seat_find(room, view.asker) != NULL ||
           is_creator(room, view);
}

bool access_write(const struct room *room, struct view view) {
    if (may_all(view))
        return true;
    if (view.asker == NULL || view.asker->anonymous || room->channel.frozen)
        return false;
    return access_read(room, view);
}

bool access_own(const struct room *room, struct view view) {
    return may_all(view) || is_creator(room, view) || is_moderator(room, view);
}

bool access_create(const struct kind *kind, struct view view) {
    (void)kind;
    return may_all(view) || (view.asker != NULL && !view.asker->anonymous);
}

bool access_seat(const struct room *room, struct view view, const struct person *whom, bool add) {
    if (access_own(room, view))
        return true;
    bool self = view.asker != NULL && view.asker == whom && !view.asker->anonymous;
    return self && (!add || access_is_open(room->kind));
}

json *access_capabilities(const struct room *room, struct view view) {
    const struct {
        const char *name;
        bool has;
    } all[] = {
        {"read-events", access_read(room, view) && room->kind->type.read_events},
        {"connect-events", access_read(room, view) && room->kind->type.connect_events},
        {"typing-events", access_write(room, view) && room->kind->type.typing_events},
        {"send-message", access_write(room, view)},
        {"update-channel", access_own(room, view)},
        {"update-channel-members", access_own(room, view)},
        {"delete-channel", access_own(room, view)},
        {"leave-channel", seat_find(room, view.asker) != NULL},
    };
    json *to = json_array();
    bool bad = to == NULL;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i].has)
            bad |= json_append(to, json_text(all[i].name)) != 0;
    if (!bad)
        return to;
    json_free(to);
    return NULL;
}
