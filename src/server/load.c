/* SPDX-License-Identifier: MIT */
#include "server/load.h"
#include "server/details.h"
#include "server/home.h"
#include "server/notes.h"
#include "server/regards.h"

#include <errno.h>
#include <string.h>

/* A setting that means nothing to us is somebody else's, of a newer server: it is left alone. */
static int read_setting(void *context, const char *name, const char *value) {
    struct world *world = context;
    json *document;
    const char *field;
    if (strcmp(name, SETTINGS_NAME) != 0)
        return 0;
    int rc = json_parse(&document, value, strlen(value), &json_limits_stored, NULL);
    if (rc < 0)
        return rc;
    if (rc == 0 && settings_apply(&world->settings, document, &field) != 0)
        rc = 1;
    if (rc > 0)
        log_line(world->log, LOG_ERROR, "app-settings-unreadable");
    else
        json_free(document);
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

/* The types that come with the program are as old as it is, and so the same after a restart:
 * 2026-01-01T00:00:00Z. */
static const int64_t BUILT_IN_US = INT64_C(1767225600) * 1000000;

static int add_built_in_kinds(struct world *world) {
    static const char *const names[] = {"messaging", "team", "livestream", "gaming", "commerce"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct channel_type type;
        struct kind *kind;
        if (kind_find(world, names[i]) != NULL)
            continue;
        int rc = channel_type_init(&type, names[i], BUILT_IN_US);
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
    if (room == NULL || from->created_us < room->channel.created_us ||
        from->created_us <= room->channel.truncated_us)
        return 0;
    int rc = message_copy(&message, from);
    if (rc == 0)
        rc = note_put(world, room, &message, NULL);
    room->has_older = room->note_count >= ROOM_NOTES;
    return rc;
}

static int read_reaction(void *context, const struct reaction *from) {
    struct world *world = context;
    struct note *note = note_find(world, from->message_id);
    struct person *person = table_find(&world->persons, from->user_id);
    struct reaction reaction;
    note_stamp(world, from->updated_us);
    if (note == NULL || person == NULL)
        return 0;
    int rc = reaction_copy(&reaction, from);
    return rc != 0 ? rc : nod_put(note, person, &reaction, NULL);
}

static int read_regard(void *context, const struct store_regard *from) {
    struct world *world = context;
    struct room *room = room_find(world, from->cid);
    struct person *person = table_find(&world->persons, from->user_id);
    note_stamp(world, from->read_us);
    note_stamp(world, from->hidden_us);
    return room != NULL && person != NULL ? regard_put(world, room, person, from) : 0;
}

/* Whom they mute may be read after them. */
static int read_mute(void *context, const struct store_mute *from) {
    struct world *world = context;
    struct person *person = table_find(&world->persons, from->user_id);
    struct person *target = table_find(&world->persons, from->target_id);
    if (person == NULL || target == NULL)
        return 0;
    return mute_put(person, target, from->created_us, from->until_us) != NULL ? 0 : -ENOMEM;
}

static const struct store_reader reader = {.setting = read_setting,
    .type = read_type,
    .user = read_user,
    .mute = read_mute,
    .channel = read_channel,
    .member = read_member,
    .regard = read_regard,
    .message = read_message,
    .reaction = read_reaction};

int load_world(struct world *world) {
    world->loading = true;
    int rc = world->store->calls->read_all(world->store, &reader, world);
    world->loading = false;
    size_t i = 0;
    for (struct room *room; rc == 0 && (room = table_next(&world->rooms, &i)) != NULL;)
        regards_recount(room);
    return rc != 0 ? rc : add_built_in_kinds(world);
}

/* Whether they hid or showed in what is lost now: somebody may have seen it meanwhile. */
static bool has_turned(const struct gate *gate, const struct person *person) {
    return person->turned >= gate->settled && person->turned <= gate->lost && person->turned != 0;
}

/* Whoever was not told what came of it meanwhile is told how it is. Of somebody who hid all the
 * while there was nothing to tell but what they did in public: of that, as of somebody who is away.
 * `before`: as they were; NULL: not known. */
static void user_is_read(struct world *world, struct person *person, const struct user *before) {
    const bool was_shown = presence_is_shown(&person->presence),
               was_hidden = person->presence.hidden;
    home_hide(world, NULL, person, person->user.invisible == INVISIBLE_YES);
    if (was_shown != presence_is_shown(&person->presence) || person->absent)
        return;
    const bool turned = has_turned(&world->gate, person);
    person->turned = 0;
    if (was_hidden && person->presence.hidden && !turned && before != NULL &&
        (details_compare(before, &person->user) & DETAILS_SHOWN) == 0)
        return;
    home_tell_presence(world, NULL, person);
}

/* What was listened to while a switch was thought to be on. */
static void kind_is_read(struct world *world, const struct kind *kind) {
    size_t i = 0;
    if (kind->absent || kind->type.connect_events)
        return;
    for (struct room *room; (room = table_next(&world->rooms, &i)) != NULL;)
        if (room->kind == kind)
            home_cut_off_listeners(world, room);
}

void load_object(struct world *world, enum store_object object, const char *key) {
    if (world->down)
        return;
    struct person *person = object == STORE_USER ? table_find(&world->persons, key) : NULL;
    struct room *room = object == STORE_CHANNEL ? table_find(&world->rooms, key) : NULL;
    struct kind *kind = object == STORE_TYPE ? table_find(&world->kinds, key) : NULL;
    struct user before = {0};
    bool known = false;
    if (person != NULL) {
        known = user_copy(&before, &person->user) == 0;
        person->absent = true;
        mutes_forget(person);
    }
    if (kind != NULL)
        kind->absent = true;
    if (room != NULL) {
        room->absent = true;
        room_empty(world, room);
    }
    if (object == STORE_SETTING && strcmp(key, SETTINGS_NAME) == 0)
        world->settings = (struct settings){0};
    world->loading = true;
    int rc = world->store->calls->read_one(world->store, object, key, &reader, world);
    world->loading = false;
    if (room != NULL && !room->absent)
        regards_recount(room);
    if (rc == 0 && object == STORE_TYPE)
        rc = add_built_in_kinds(world);
    if (rc != 0)
        log_line(world->log, LOG_ERROR, "read-again-failed errno=%d", -rc);
    if (kind != NULL)
        kind_is_read(world, kind);
    if (room != NULL && !room->absent)
        home_cut_off_strangers(world, room);
    if (person != NULL)
        user_is_read(world, person, known ? &before : NULL);
    user_fini(&before);
}
