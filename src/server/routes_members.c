/* SPDX-License-Identifier: MIT */
/*
 * Members coming and going. Everything is checked before the first is changed. Told, in this order:
 * member.added or .removed to those who watch, the notification to the connections of whom it
 * concerns, and channel.updated once at the end.
 */
#include "server/access.h"
#include "server/fanout.h"
#include "server/home.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/field.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int routes_persons(
    struct call *call, const json *list, const char *name, struct person ***out, size_t *count) {
    if (list == NULL || json_is_null(list))
        return 0;
    if (!json_is_array(list) || json_count(list) > LIMIT_BATCH)
        return call_refuse(
            call, CODE_INPUT, "%s must be a list of at most %d users", name, LIMIT_BATCH);
    struct person **persons = calloc(json_count(list) + 1, sizeof(struct person *));
    if (persons == NULL)
        return -ENOMEM;
    size_t n = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *id = json_as_text(item);
        if (id == NULL)
            id = json_text_at(item, "user_id");
        struct person *person = id != NULL ? person_find(call->world, id) : NULL;
        if (person == NULL) {
            free(persons);
            return call_refuse(call, CODE_INPUT, "%s: user %.255s does not exist", name,
                id != NULL ? id : "without an id");
        }
        persons[n++] = person;
    }
    *out = persons;
    *count = n;
    return 0;
}

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

static int add(struct call *call, struct room *room, struct person *person) {
    struct seat *seat;
    if (seat_find(room, person) != NULL)
        return 0;
    int rc = routes_add_member(call, room, person, &seat);
    if (rc != 0)
        return rc;
    tell_watchers(call, EVENT_MEMBER_ADDED, seat);
    routes_tell_added(call, seat);
    return 0;
}

/* Who may not read it any more watches it no more; nobody listens to them because of it. */
static int drop(struct call *call, struct room *room, struct person *person) {
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
    LIST_EACH(&room->watchings, item)
    listen_end_one(
        &LIST_ITEM(item, struct watching, by_room)->connection->listener, &person->sighted, room);
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
    if (field_copy_text(&copy, role) != 0)
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

enum { LISTS = 4 };

static const struct member_list {
    const char *name;
    int (*act)(struct call *call, struct room *room, struct person *person);
    bool add, own_alone; /* only for the owner */
} lists[LISTS] = {
    {"add_members", add, true, false},
    {"remove_members", drop, false, false},
    {"add_moderators", promote, true, true},
    {"demote_moderators", demote, false, true},
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
        if (list->own_alone ? !access_own(room, call->view)
                            : !access_seat(room, call->view, to->persons[i], list->add))
            rc = call_refuse(call, CODE_NOT_ALLOWED,
                "%s: the members of %s are not yours to change", list->name, room->channel.cid);
    return rc;
}

static void tell_updated(struct call *call, struct room *room) {
    struct news news = {.event = EVENT_CHANNEL_UPDATED,
        .created_us = world_stamp(call->world),
        .user = call->asker,
        .room = room,
        .with_channel = true,
        .post = call_post(call)};
    news_to_watchers(call->world, &news, room, TO_ALL, NULL);
    news_fini(&news);
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
        tell_updated(call, room);
    for (size_t i = 0; i < LISTS; i++)
        free(listed[i].persons);
    return rc;
}
