/* SPDX-License-Identifier: MIT */
#include "server/load.h"
#include "server/home.h"

#include <errno.h>
#include <string.h>

static int read_setting(void *context, const char *name, const char *value) {
    (void)context;
    (void)name;
    (void)value;
    return 0;
}

/* Stamps go on from the last one that was given, whatever the clock says now. */
static void note_stamp(struct world *world, int64_t stamp_us) {
    if (stamp_us > world->stamp_us)
        world->stamp_us = stamp_us;
}

static int read_type(void *context, const struct channel_type *from) {
    struct channel_type type;
    struct kind *kind;
    int rc = channel_type_copy(&type, from);
    return rc != 0 ? rc : kind_put(context, &type, &kind);
}

static int read_user(void *context, const struct user *from) {
    struct user user;
    struct person *person;
    note_stamp(context, from->updated_us);
    int rc = user_copy(&user, from);
    return rc != 0 ? rc : person_put(context, &user, &person);
}

static int add_built_in_kinds(struct world *world) {
    static const char *const names[] = {"messaging", "team", "livestream", "gaming", "commerce"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct channel_type type;
        struct kind *kind;
        if (kind_find(world, names[i]) != NULL)
            continue;
        int rc = channel_type_init(&type, names[i], world_stamp(world));
        if (rc == 0)
            rc = kind_put(world, &type, &kind);
        if (rc != 0)
            return rc;
    }
    return 0;
}

/* A channel whose type is gone, or that was deleted, is passed over, with all that is in it. */
static int read_channel(void *context, const struct channel *from) {
    struct world *world = context;
    struct channel channel;
    struct room *room;
    note_stamp(world, from->updated_us);
    note_stamp(world, from->deleted_us);
    note_stamp(world, from->last_message_us);
    if (from->deleted_us != 0)
        return 0;
    int rc = kind_find(world, from->type) == NULL ? add_built_in_kinds(world) : 0;
    if (rc != 0 || kind_find(world, from->type) == NULL)
        return rc;
    rc = channel_copy(&channel, from);
    return rc != 0 ? rc : room_put(world, &channel, &room);
}

static int read_member(void *context, const char *cid, const struct member *from) {
    struct world *world = context;
    struct room *room = room_find(world, cid);
    struct member member;
    note_stamp(world, from->updated_us);
    if (room == NULL || person_find(world, from->user_id) == NULL)
        return 0;
    int rc = member_copy(&member, from);
    return rc != 0 ? rc : seat_put(world, room, &member, NULL);
}

/* What is older than its channel was written in one of the same name that is gone. */
static int read_message(void *context, const struct message *from) {
    struct world *world = context;
    struct room *room = room_find(world, from->cid);
    struct message message;
    note_stamp(world, from->updated_us);
    if (room == NULL || from->deleted_us != 0 || from->created_us < room->channel.created_us ||
        from->created_us <= room->channel.truncated_us)
        return 0;
    int rc = message_copy(&message, from);
    return rc != 0 ? rc : note_put(world, room, &message, NULL);
}

static const struct store_reader reader = {.setting = read_setting,
    .type = read_type,
    .user = read_user,
    .channel = read_channel,
    .member = read_member,
    .message = read_message};

int load_world(struct world *world) {
    int rc = world->store->calls->read_all(world->store, &reader, world);
    return rc != 0 ? rc : add_built_in_kinds(world);
}

static void user_is_read(struct world *world, struct person *person) {
    bool hidden = person->user.invisible == INVISIBLE_YES;
    if (!home_hide(world, NULL, person, hidden) && !person->absent)
        home_tell_presence(world, NULL, person);
}

void load_object(struct world *world, enum store_object object, const char *key) {
    if (world->down)
        return;
    struct person *person = object == STORE_USER ? table_find(&world->persons, key) : NULL;
    struct room *room = object == STORE_CHANNEL ? table_find(&world->rooms, key) : NULL;
    struct kind *kind = object == STORE_TYPE ? table_find(&world->kinds, key) : NULL;
    if (person != NULL)
        person->absent = true;
    if (kind != NULL)
        kind->absent = true;
    if (room != NULL) {
        room->absent = true;
        room_empty(world, room);
    }
    int rc = world->store->calls->read_one(world->store, object, key, &reader, world);
    if (rc == 0 && object == STORE_TYPE)
        rc = add_built_in_kinds(world);
    if (rc != 0)
        log_line(world->log, LOG_ERROR, "could not read again: errno=%d", -rc);
    if (person != NULL)
        user_is_read(world, person);
}
