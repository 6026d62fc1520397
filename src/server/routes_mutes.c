/* SPDX-License-Identifier: MIT */
/* Whom and which channels somebody does not want to hear of. It is kept and told to their own
 * connections; what is done about it is their client's. */
#include "server/access.h"
#include "server/fanout.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"

#include <errno.h>
#include <stdlib.h>

enum { LONGEST_TIMEOUT_MIN = 60 * 24 * 366 };

static void tell(struct call *call, const struct person *person) {
    struct news news = {.event = EVENT_NOTIFICATION_MUTES_UPDATED,
        .created_us = world_stamp(call->world),
        .user = person,
        .with_me = true,
        .post = call_post(call)};
    news_to_own(call->world, &news, person);
    news_fini(&news);
}

static int show_own(struct call *call, const struct person *person) {
    return call_reply(call, "own_user", show_me(call->world, person));
}

/* One, or a list of them. */
static int find_targets(struct call *call, struct person ***targets, size_t *count) {
    const json *one = json_get(call->body, "target_id"), *many = json_get(call->body, "target_ids");
    json *list = json_array();
    int rc = one != NULL ? json_append(list, json_copy(one)) : list != NULL ? 0 : -ENOMEM;
    if (rc == 0)
        rc = one == NULL && many == NULL
                 ? call_refuse_field(call, "target_id", " is missing")
                 : routes_persons(call, one != NULL ? list : many,
                       one != NULL ? "target_id" : "target_ids", targets, count);
    json_free(list);
    return rc;
}

static int read_until(struct call *call, int64_t *until_us) {
    int minutes = 0;
    int rc = call_number(call, call->body, "timeout", 0, LONGEST_TIMEOUT_MIN, &minutes);
    *until_us = minutes > 0 ? call->world->now.unix_us + (int64_t)minutes * 60 * 1000000 : 0;
    return rc;
}

static int mute_all(struct call *call, struct person *person, struct person **targets, size_t count,
    int64_t until_us) {
    json *list = json_array();
    int rc = list != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        struct mute *mute = mute_put(person, targets[i], world_stamp(call->world), until_us);
        if (mute == NULL)
            rc = -ENOMEM;
        else
            change_put_mute(call->change, person, mute);
        if (rc == 0)
            rc = json_append(list, show_mute(person, mute));
    }
    if (rc == 0 && count == 1)
        rc = call_reply(call, "mute", json_copy(json_first(list)));
    if (rc == 0)
        return call_reply(call, "mutes", list);
    json_free(list);
    return rc;
}

static int unmute_all(
    struct call *call, struct person *person, struct person **targets, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct mute *mute = mute_find(person, targets[i]);
        if (mute != NULL)
            change_remove_mute(call->change, person, mute);
    }
    return 0;
}

static int change_mutes(struct call *call, bool mute) {
    struct person *person, **targets = NULL;
    size_t count = 0;
    int64_t until_us = 0;
    int rc = routes_actor(call, call->body, &person);
    if (rc == 0)
        rc = read_until(call, &until_us);
    if (rc == 0)
        rc = find_targets(call, &targets, &count);
    for (size_t i = 0; rc == 0 && i < count; i++)
        if (targets[i] == person)
            rc = call_refuse_field(call, "target_id", ": nobody mutes themself");
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    if (rc == 0)
        rc = mute ? mute_all(call, person, targets, count, until_us)
                  : unmute_all(call, person, targets, count);
    free(targets);
    if (rc != 0)
        return rc;
    tell(call, person);
    return show_own(call, person);
}

int mute_person(struct call *call) {
    return change_mutes(call, true);
}

int unmute_person(struct call *call) {
    return change_mutes(call, false);
}

/* ---- channels ---- */

static int find_room(struct call *call, const json *cid, struct room **out) {
    int rc = routes_room_of_cid(call, cid, out);
    if (rc == 0 && !(*out)->kind->type.mutes)
        rc = call_refuse(call, CODE_FEATURE_OFF, "mutes are off for %s", (*out)->kind->type.name);
    if (rc == 0 && !access_may(*out, call->view, GRANT_MUTE))
        rc = call_refuse(call, CODE_NOT_ALLOWED, "you may not mute %s", (*out)->channel.cid);
    return rc;
}

static int set_mute(
    struct call *call, struct person *person, struct room *room, bool mute, int64_t until_us) {
    struct regard *regard = regard_need(room, person);
    if (regard == NULL)
        return -ENOMEM;
    regard_mute(call->world, regard, mute ? world_stamp(call->world) : 0, until_us);
    change_put_regard(call->change, regard);
    if (!mute)
        return 0;
    json *shown = show_room_mute(call->world, regard);
    int rc = call_reply(call, "mute", json_copy(shown));
    if (rc == 0)
        return call_reply(call, "channel_mute", shown);
    json_free(shown);
    return rc;
}

/* `expiration` is in milliseconds. */
static int read_expiration(struct call *call, int64_t *until_us) {
    const json *given = json_get(call->body, "expiration");
    int64_t ms = 0;
    *until_us = 0;
    if (given == NULL || json_is_null(given))
        return 0;
    if (!json_as_integer(given, &ms) || ms < 1 || ms > (int64_t)LONGEST_TIMEOUT_MIN * 60 * 1000)
        return call_refuse_field(call, "expiration", " must be a number of milliseconds");
    *until_us = call->world->now.unix_us + ms * 1000;
    return 0;
}

static int change_room_mutes(struct call *call, bool mute) {
    const json *one = json_get(call->body, "channel_cid");
    const json *many = json_get(call->body, "channel_cids");
    struct room *rooms[LIMIT_BATCH];
    struct person *person;
    int64_t until_us = 0;
    size_t count = 0;
    int rc = routes_actor(call, call->body, &person);
    if (rc == 0)
        rc = read_expiration(call, &until_us);
    if (rc == 0 && one == NULL && json_first(many) == NULL)
        rc = call_refuse_field(call, "channel_cid", " is missing");
    if (rc == 0 && one == NULL && json_count(many) > LIMIT_BATCH)
        rc = call_refuse_field(call, "channel_cids", " must be at most %d", LIMIT_BATCH);
    if (rc == 0 && one != NULL)
        rc = find_room(call, one, &rooms[count++]);
    else
        for (const json *cid = json_first(many); rc == 0 && cid != NULL; cid = json_next(cid))
            rc = find_room(call, cid, &rooms[count++]);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = set_mute(call, person, rooms[i], mute, until_us);
    if (rc != 0)
        return rc;
    tell(call, person);
    return show_own(call, person);
}

int mute_room(struct call *call) {
    return change_room_mutes(call, true);
}

int unmute_room(struct call *call) {
    return change_room_mutes(call, false);
}
