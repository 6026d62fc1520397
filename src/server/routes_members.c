/* SPDX-License-Identifier: MIT */
/*
 * Members coming and going. Everything is checked before the first is changed. Told, in this order:
 * member.added or .removed to those who watch, the notification to the connections of whom it
 * concerns, and channel.updated once at the end.
 */
#include "server/access.h"
#include "server/fanout.h"
#include "server/home.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/field.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_creator(const struct room *room, const struct person *person) {
    return room->channel.created_by != NULL &&
           strcmp(room->channel.created_by, person->user.id) == 0;
}

int routes_add_member(
    struct call *call, struct room *room, struct person *person, struct seat **out) {
    int64_t stamp = world_stamp(call->world);
    struct member member = {
        .user_id = strdup(person->user.id), .created_us = stamp, .updated_us = stamp};
    bool owner = is_creator(room, person);
    member.role = owner ? strdup("owner") : NULL;
    if (member.user_id == NULL || (owner && member.role == NULL)) {
        member_fini(&member);
        return -ENOMEM;
    }
    int rc = seat_put(call->world, room, &member, out);
    if (rc == 0)
        change_put_seat(call->change, *out);
    return rc;
}

static struct news member_news(
    struct call *call, enum wire_event event, const struct seat *seat, const struct person *user) {
    return (struct news){.event = event,
        .created_us = world_stamp(call->world),
        .user = user,
        .room = seat->room,
        .seat = seat,
        .with_channel = true,
        .post = call_post(call)};
}

void routes_tell_added(struct call *call, struct seat *seat) {
    struct news news = member_news(call, EVENT_NOTIFICATION_ADDED, seat, call->asker);
    news_to_own(call->world, &news, seat->person);
    news_fini(&news);
}

static void tell_watchers(struct call *call, enum wire_event event, const struct seat *seat) {
    struct news news = member_news(call, event, seat, seat->person);
    news_to_watchers(call->world, &news, seat->room, TO_ALL, NULL);
    news_fini(&news);
}

/* Whoever was asked in is in: the marks of the invite stay. */
static int take_in(struct call *call, struct seat *seat) {
    seat->member.invite_accepted_us = seat->member.updated_us = world_stamp(call->world);
    seat->member.invite_rejected_us = 0;
    change_put_seat(call->change, seat);
    regard_weigh(seat->regard);
    tell_watchers(call, EVENT_MEMBER_UPDATED, seat);
    return 0;
}

static int add(struct call *call, struct room *room, struct person *person) {
    struct seat *seat = seat_find(room, person);
    if (seat != NULL)
        return member_is_invitee(&seat->member) ? take_in(call, seat) : 0;
    int rc = routes_add_member(call, room, person, &seat);
    if (rc != 0)
        return rc;
    tell_watchers(call, EVENT_MEMBER_ADDED, seat);
    routes_tell_added(call, seat);
    return 0;
}

/* Who may not read it any more watches it no more; nobody listens to them because of it. */
int routes_drop_member(struct call *call, struct room *room, struct person *person) {
    struct seat *seat = seat_find(room, person);
    if (seat == NULL)
        return 0;
    change_remove_seat(call->change, seat);
    tell_watchers(call, EVENT_MEMBER_REMOVED, seat);
    struct news news = member_news(call, EVENT_NOTIFICATION_REMOVED, seat, call->asker);
    news_to_own(call->world, &news, person);
    news_fini(&news);
    seat_free(seat);
    if (!access_read(room, (struct view){.asker = person}))
        home_unwatch_all(call->world, call_post(call), person, room);
    home_stop_listening_to(call->world, call_post(call), person, room);
    return 0;
}

static int set_role(struct call *call, struct room *room, struct person *person, const char *role) {
    struct seat *seat = seat_find(room, person);
    if (seat == NULL && role != NULL) {
        int rc = add(call, room, person);
        if (rc != 0)
            return rc;
        seat = seat_find(room, person);
    }
    if (seat == NULL)
        return 0;
    char *copy = NULL;
    if (field_copy_text(NULL, &copy, role) != 0)
        return -ENOMEM;
    free(seat->member.role);
    seat->member.role = copy;
    seat->member.updated_us = world_stamp(call->world);
    change_put_seat(call->change, seat);
    tell_watchers(call, EVENT_MEMBER_UPDATED, seat);
    return 0;
}

static int promote(struct call *call, struct room *room, struct person *person) {
    return set_role(call, room, person, "moderator");
}

static int demote(struct call *call, struct room *room, struct person *person) {
    return set_role(call, room, person, NULL);
}

/* ---- invites ---- */

/* To the invitee and to those who watch. */
static void tell_invite(
    struct call *call, enum wire_event event, const struct seat *seat, const struct person *user) {
    struct news news = member_news(call, event, seat, user);
    news_to_watchers(call->world, &news, seat->room, TO_OTHERS, seat->person);
    news_to_own(call->world, &news, seat->person);
    news_fini(&news);
}

int members_invite(struct call *call, struct room *room, struct person *person) {
    struct seat *seat = seat_find(room, person);
    if (seat != NULL && !member_is_invitee(&seat->member))
        return 0;
    int rc = seat == NULL ? routes_add_member(call, room, person, &seat) : 0;
    if (rc != 0)
        return rc;
    seat->member.invited = true;
    seat->member.invite_rejected_us = 0;
    seat->member.updated_us = world_stamp(call->world);
    change_put_seat(call->change, seat);
    regard_weigh(seat->regard);
    tell_invite(call, EVENT_NOTIFICATION_INVITED, seat, call->asker);
    return 0;
}

int members_answer_invite(struct call *call, struct room *room, bool accept) {
    struct person *person;
    int rc = routes_actor(call, call->body, &person);
    struct seat *seat = rc == 0 ? seat_find(room, person) : NULL;
    if (rc == 0 && (seat == NULL || !member_is_invitee(&seat->member)))
        return call_refuse(
            call, CODE_INPUT, "there is no invite to %s to answer", room->channel.cid);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    if (rc != 0)
        return rc;
    if (accept) {
        take_in(call, seat);
    } else {
        seat->member.invite_rejected_us = seat->member.updated_us = world_stamp(call->world);
        change_put_seat(call->change, seat);
        tell_watchers(call, EVENT_MEMBER_UPDATED, seat);
    }
    tell_invite(call,
        accept ? EVENT_NOTIFICATION_INVITE_ACCEPTED : EVENT_NOTIFICATION_INVITE_REJECTED, seat,
        person);
    routes_tell_watchers(call, EVENT_CHANNEL_UPDATED, room);
    return 0;
}

/* ---- the lists of one call ---- */

enum { LISTS = 5 };

static const struct member_list {
    const char *name;
    int (*act)(struct call *call, struct room *room, struct person *person);
    bool add, own_alone; /* only for the owner */
} lists[LISTS] = {
    {"add_members", add, true, false},
    {"remove_members", routes_drop_member, false, false},
    {"add_moderators", promote, true, true},
    {"demote_moderators", demote, false, true},
    {"invites", members_invite, true, true},
};

struct listed {
    struct person **persons;
    size_t count;
};

static int read_list(
    struct call *call, struct room *room, const struct member_list *list, struct listed *to) {
    int rc = routes_persons(
        call, json_get(call->body, list->name), list->name, &to->persons, &to->count);
    for (size_t i = 0; rc == 0 && i < to->count; i++)
        if (list->own_alone ? !access_may(room, call->view, GRANT_UPDATE_MEMBERS)
                            : !access_seat(room, call->view, to->persons[i], list->add))
            rc = call_refuse(call, CODE_NOT_ALLOWED,
                "%s: the members of %s are not yours to change", list->name, room->channel.cid);
    return rc;
}

int members_update(struct call *call, struct room *room) {
    struct listed listed[LISTS] = {0};
    size_t all = 0;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < LISTS; i++) {
        rc = read_list(call, room, &lists[i], &listed[i]);
        all += listed[i].count;
    }
    if (rc == 0 && all > 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    for (size_t i = 0; rc == 0 && i < LISTS; i++)
        for (size_t j = 0; rc == 0 && j < listed[i].count; j++)
            rc = lists[i].act(call, room, listed[i].persons[j]);
    if (rc == 0 && all > 0)
        routes_tell_watchers(call, EVENT_CHANNEL_UPDATED, room);
    for (size_t i = 0; i < LISTS; i++)
        free(listed[i].persons);
    return rc;
}
