/* SPDX-License-Identifier: MIT */
/*
 * What a server-side caller does with a user: shuts them out, lets them in again, deletes them, and
 * tells them something. A deleted user's id is not used again; what they wrote stays, unless asked
 * otherwise.
 */
#include "server/details.h"
#include "server/fanout.h"
#include "server/notes.h"
#include "server/routes.h"
#include "server/users.h"
#include "wire/error.h"
#include "wire/event.h"

#include <errno.h>
#include <string.h>

static int find(struct call *call, struct person **out) {
    *out = person_find(call->world, call->args[0]);
    return *out != NULL && !(*out)->anonymous
               ? 0
               : call_refuse(call, CODE_NOT_FOUND, "user %.255s does not exist", call->args[0]);
}

static int show(struct call *call, const struct person *person) {
    return call_reply(call, "user", show_user(person, call->view));
}

/* A draft of them with another word on whether they are let in. */
static int set_deactivated(struct call *call, struct person *person, int64_t since_us) {
    struct user draft;
    struct change *change = call_change(call);
    int rc = change != NULL ? user_copy(&draft, &person->user) : -ENOMEM;
    if (rc != 0)
        return rc;
    draft.deactivated_us = since_us;
    rc = users_apply(change, &draft, &person);
    if (rc != 0)
        user_fini(&draft);
    return rc != 0 ? rc : show(call, person);
}

int person_deactivate(struct call *call) {
    struct person *person;
    int rc = find(call, &person);
    if (rc == 0 && person->user.deactivated_us != 0)
        rc = call_refuse(call, CODE_INPUT, "user %.255s is deactivated already", call->args[0]);
    if (rc != 0)
        return rc;
    call_dismiss(call, person, CODE_NOT_ALLOWED, "this user is deactivated");
    return set_deactivated(call, person, world_stamp(call->world));
}

int person_reactivate(struct call *call) {
    struct person *person;
    int rc = find(call, &person);
    if (rc == 0 && person->user.deactivated_us == 0)
        rc = call_refuse(call, CODE_INPUT, "user %.255s is not deactivated", call->args[0]);
    return rc != 0 ? rc : set_deactivated(call, person, 0);
}

static void tell_deleted(struct call *call, struct person *person) {
    struct news news = {.event = EVENT_USER_DELETED,
        .created_us = world_stamp(call->world),
        .user = person,
        .post = call_post(call)};
    news_to_listeners(call->world, &news, person);
    news_to_own(call->world, &news, person);
    news_fini(&news);
}

static int leave_all(struct call *call, struct person *person) {
    int rc = 0;
    while (rc == 0 && !list_is_empty(&person->seats)) {
        struct seat *seat = LIST_ITEM(person->seats.next, struct seat, by_person);
        struct room *room = seat->room;
        rc = routes_drop_member(call, room, person);
        routes_tell_watchers(call, EVENT_CHANNEL_UPDATED, room);
    }
    return rc;
}

int person_delete(struct call *call) {
    struct person *person;
    int rc = find(call, &person);
    if (rc != 0)
        return rc;
    struct change *change = call_change(call);
    if (change == NULL)
        return -ENOMEM;
    person->user.deleted_us = person->user.updated_us = world_stamp(call->world);
    change_put_person(change, person);
    tell_deleted(call, person); /* before nobody listens to them any more */
    rc = leave_all(call, person);
    if (rc != 0)
        return rc;
    call_dismiss(call, person, CODE_NOT_ALLOWED, "this user was deleted");
    return show(call, person);
}

/* The reply before it is told: that cannot be taken back. */
static int show_event(struct call *call, const char *name, const json *more) {
    json *told = event_encode(name, world_stamp(call->world), NULL);
    const int rc = told != NULL ? json_merge_missing(told, more) : -ENOMEM;
    if (rc == 0)
        return call_reply(call, "event", told);
    json_free(told);
    return rc;
}

/* A custom event to their own connections. */
int person_event(struct call *call) {
    struct person *person;
    struct details_refusal why;
    const json *event = json_get(call->body, "event");
    const char *name = json_text_at(event, "type");
    int rc = find(call, &person);
    if (rc == 0 && (name == NULL || name[0] == '\0'))
        rc = call_refuse_field(call, "event.type", " is missing");
    if (rc == 0 && (strchr(name, '.') != NULL || event_from_name(name) != EVENT_CUSTOM))
        rc = call_refuse(call, CODE_INPUT, "event.type %.100s is not yours to send", name);
    if (rc == 0 && (rc = details_check_size(event, &why)) > 0)
        rc = call_refuse(call, why.code, "%s", why.text);
    if (rc != 0)
        return rc;
    json *more = json_copy(event);
    if (more == NULL)
        return -ENOMEM;
    events_remove_fixed(more);
    struct news news = {.event = EVENT_CUSTOM,
        .custom_type = name,
        .created_us = world_stamp(call->world),
        .user = call->asker,
        .more = more};
    if ((rc = show_event(call, name, more)) == 0)
        news_to_own(call->world, &news, person);
    news_fini(&news);
    json_free(more);
    return rc;
}
