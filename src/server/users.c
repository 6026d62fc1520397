/* SPDX-License-Identifier: MIT */
/*
 * What is told, in this order: user.updated to those who listen and to the own connections (theirs
 * with `invisible`), then user.presence.changed. Hiding by itself moves no updated_at and is told
 * as user.updated to the own connections alone. One change is one user.presence.changed, whether
 * the status or the hiding or both are its cause.
 */
#include "server/users.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/home.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int users_new(struct world *world, struct user *to, const char *id) {
    *to = (struct user){.invisible = INVISIBLE_NO};
    to->id = strdup(id);
    if (to->id == NULL)
        return -ENOMEM;
    to->created_us = to->updated_us = world_stamp(world);
    return 0;
}

static void tell_updated(struct change *change, struct person *person, unsigned differences) {
    struct news news = {.event = EVENT_USER_UPDATED,
        .created_us = world_stamp(change->world),
        .user = person,
        .post = &change->held.post};
    if (differences & DETAILS_SHOWN)
        news_to_listeners(change->world, &news, person);
    news_to_own(change->world, &news, person);
    news_fini(&news);
}

/* The presence is what hides; the user only remembers it. So the own copy of user.updated has the
 * new word already, before others see anything of it. */
static void take(
    struct change *change, struct person *person, struct user *draft, unsigned differences) {
    struct world *world = change->world;
    bool was_shown = presence_is_shown(&person->presence);
    if (differences & DETAILS_SHOWN)
        draft->updated_us = world_stamp(world);
    char *id = person->user.id;
    person->user.id = NULL;
    user_fini(&person->user);
    free(draft->id);
    person->user = *draft;
    person->user.id = id;
    *draft = (struct user){0};
    if (differences != DETAILS_KEPT)
        tell_updated(change, person, differences);
    if (differences & DETAILS_HIDING)
        home_hide(world, &change->held.post, person, person->user.invisible == INVISIBLE_YES);
    if ((differences & DETAILS_STATUS) && was_shown && presence_is_shown(&person->presence) &&
        !person->presence.hidden)
        home_tell_presence(world, &change->held.post, person);
}

int users_apply(struct change *change, struct user *draft, struct person **out) {
    struct person *person = person_find(change->world, draft->id);
    if (person == NULL) {
        int rc = person_put(change->world, draft, &person);
        if (rc != 0)
            return rc;
    } else {
        unsigned differences = details_compare(&person->user, draft);
        if (differences == 0) {
            user_fini(draft);
            *out = person;
            return 0;
        }
        take(change, person, draft, differences);
    }
    change_put_person(change, person);
    *out = person;
    return 0;
}

int users_need(struct world *world, const char *id, struct person **out) {
    struct person *person = table_find(&world->persons, id);
    if (person != NULL && !person->absent) {
        *out = person;
        return 0;
    }
    struct user user;
    int rc = users_new(world, &user, id);
    if (rc != 0)
        return rc;
    struct change *change = change_begin(world);
    if (change == NULL) {
        user_fini(&user);
        return -ENOMEM;
    }
    rc = users_apply(change, &user, &person);
    if (rc != 0) {
        user_fini(&user);
        change_undo(change);
        return rc;
    }
    change_commit(change, NULL, NULL);
    *out = person;
    return person->absent ? -EAGAIN : 0;
}
