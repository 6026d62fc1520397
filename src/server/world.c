/* SPDX-License-Identifier: MIT */
/*
 * Tables own what they hold; the rings that run through them own nothing. Keys lie inside the
 * values, so a value that replaces another goes into the table anew.
 *
 * Seats are kept by created_at, those of a room and those of a person, and sorted in from the back:
 * stamps only grow, so that one step is enough but for what the store tells in another order.
 */
#include "server/notes.h"
#include "server/regards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int64_t world_stamp(struct world *world) {
    if (world->now.unix_us > world->stamp_us)
        world->stamp_us = world->now.unix_us;
    else
        world->stamp_us++;
    return world->stamp_us;
}

/* Persons. */

static void person_init(struct world *world, struct person *person) {
    list_init(&person->connections);
    list_init(&person->seats);
    list_init(&person->watchers);
    list_init(&person->regards);
    list_init(&person->mutes);
    sighted_init(&person->sighted, person->user.id);
    presence_init(
        &person->presence, person->user.invisible == INVISIBLE_YES, person->user.last_active_us);
    person->serial = ++world->serials;
}

bool person_is_there(const struct person *person) {
    return person != NULL && !person->absent && person->user.deleted_us == 0;
}

struct person *person_find(const struct world *world, const char *id) {
    struct person *person = table_find(&world->persons, id);
    return person_is_there(person) ? person : NULL;
}

/* When they were last active others have been told before it was on disk, so it does not go back,
 * unless they are a new user; or hide: what is on disk is then what was frozen. */
static void presence_take(struct person *person, bool is_same) {
    const struct user *user = &person->user;
    const struct presence before = person->presence;
    const bool hides = user->invisible == INVISIBLE_YES;
    if (person->connection_count == 0)
        presence_take_back(&person->presence, hides, user->last_active_us);
    else if (hides)
        person->presence.shown_active_us = user->last_active_us;
    if (is_same && !hides && before.shown_active_us > person->presence.shown_active_us)
        person->presence.shown_active_us = before.shown_active_us;
    if (is_same && before.own_active_us > person->presence.own_active_us)
        person->presence.own_active_us = before.own_active_us;
}

/* The id, which is a key and is pointed at, stays the one it was. */
static void person_take(struct person *person, struct user *user) {
    bool is_same = person->user.created_us == user->created_us;
    char *id = person->user.id;
    person->user.id = NULL;
    user_fini(&person->user);
    free(user->id);
    user->id = id;
    person->user = *user;
    *user = (struct user){0};
    person->absent = false;
    presence_take(person, is_same);
}

int person_put(struct world *world, struct user *user, struct person **out) {
    struct person *person = table_find(&world->persons, user->id);
    if (person != NULL) {
        person_take(person, user);
        *out = person;
        return 0;
    }
    person = calloc(1, sizeof *person);
    if (person == NULL || table_put(&world->persons, user->id, person, NULL) != 0) {
        free(person);
        user_fini(user);
        return -ENOMEM;
    }
    person->user = *user;
    *user = (struct user){0};
    person_init(world, person);
    *out = person;
    return 0;
}

struct person *person_create_anonymous(struct world *world, const char *id) {
    struct person *person = calloc(1, sizeof *person);
    if (person == NULL)
        return NULL;
    person->user.id = strdup(id);
    person->user.role = strdup("anonymous");
    person->user.created_us = person->user.updated_us = world_stamp(world);
    if (person->user.id == NULL || person->user.role == NULL) {
        user_fini(&person->user);
        free(person);
        return NULL;
    }
    person_init(world, person);
    person->anonymous = true;
    return person;
}

void person_destroy(struct person *person) {
    if (person == NULL)
        return;
    mutes_forget(person);
    sighted_fini(&person->sighted);
    user_fini(&person->user);
    free(person);
}

/* Kinds. */

struct kind *kind_find(const struct world *world, const char *name) {
    struct kind *kind = table_find(&world->kinds, name);
    return kind != NULL && !kind->absent ? kind : NULL;
}

int kind_put(struct world *world, struct channel_type *type, struct kind **out) {
    struct kind *kind = table_find(&world->kinds, type->name);
    if (kind == NULL) {
        kind = calloc(1, sizeof *kind);
        if (kind == NULL || table_put(&world->kinds, type->name, kind, NULL) != 0) {
            free(kind);
            channel_type_fini(type);
            return -ENOMEM;
        }
    } else {
        char *name = kind->type.name;
        kind->type.name = NULL;
        channel_type_fini(&kind->type);
        free(type->name);
        type->name = name;
    }
    kind->type = *type;
    kind->absent = false;
    grants_compile(&kind->grants, kind->type.name, kind->type.grants);
    *type = (struct channel_type){0};
    *out = kind;
    return 0;
}

/* Rooms. */

struct room *room_find(const struct world *world, const char *cid) {
    struct room *room = table_find(&world->rooms, cid);
    return room != NULL && !room->absent ? room : NULL;
}

static struct room *room_create(struct world *world, const char *cid) {
    struct room *room = calloc(1, sizeof *room);
    if (room == NULL || table_put(&world->rooms, cid, room, NULL) != 0) {
        free(room);
        return NULL;
    }
    list_init(&room->seats);
    list_init(&room->watchings);
    list_init(&room->watchers);
    list_init(&room->notes);
    return room;
}

int room_put(struct world *world, struct channel *channel, struct room **out) {
    struct kind *kind = table_find(&world->kinds, channel->type);
    struct room *room = table_find(&world->rooms, channel->cid);
    if (kind == NULL || (room == NULL && (room = room_create(world, channel->cid)) == NULL)) {
        int rc = kind == NULL ? -EINVAL : -ENOMEM;
        channel_fini(channel);
        return rc;
    }
    if (room->channel.cid != NULL) {
        char *cid = room->channel.cid;
        room->channel.cid = NULL;
        channel_fini(&room->channel);
        free(channel->cid);
        channel->cid = cid;
    }
    room->channel = *channel;
    room->kind = kind;
    room->absent = false;
    *channel = (struct channel){0};
    *out = room;
    return 0;
}

void room_empty(struct world *world, struct room *room) {
    LIST_EACH(&room->seats, item)
    seat_remove(LIST_ITEM(item, struct seat, by_room));
    notes_drop(world, room);
    regards_forget(room);
}

/* Seats. */

struct seat *seat_find(const struct room *room, const struct person *person) {
    return person != NULL ? table_find(&room->seat_of, person->user.id) : NULL;
}

static void seat_sort_in(struct seat *seat) {
    const int64_t created_us = seat->member.created_us;
    struct list *after = seat->room->seats.prev;
    while (after != &seat->room->seats &&
           LIST_ITEM(after, struct seat, by_room)->member.created_us > created_us)
        after = after->prev;
    list_append(after->next, &seat->by_room);
    after = seat->person->seats.prev;
    while (after != &seat->person->seats &&
           LIST_ITEM(after, struct seat, by_person)->member.created_us > created_us)
        after = after->prev;
    list_append(after->next, &seat->by_person);
}

int seat_put(struct world *world, struct room *room, struct member *member, struct seat **out) {
    struct person *person = person_find(world, member->user_id);
    struct seat *old = seat_find(room, person);
    struct seat *seat = old != NULL ? old : calloc(1, sizeof *seat);
    struct regard *regard = person != NULL ? regard_need(room, person) : NULL;
    if (person == NULL || seat == NULL || regard == NULL ||
        (old == NULL && table_put(&room->seat_of, person->user.id, seat, NULL) != 0)) {
        int rc = person == NULL ? -EINVAL : -ENOMEM;
        if (old == NULL)
            free(seat);
        member_fini(member);
        return rc;
    }
    if (old != NULL) {
        member_fini(&seat->member);
        seat->member = *member;
    } else {
        *seat = (struct seat){.member = *member, .regard = regard, .person = person, .room = room};
        seat_sort_in(seat);
    }
    *member = (struct member){0};
    regard->seat = seat;
    if (!world->loading)
        regard_recount(seat);
    if (out != NULL)
        *out = seat;
    return 0;
}

void seat_detach(struct seat *seat) {
    table_remove(&seat->room->seat_of, seat->person->user.id);
    list_remove(&seat->by_room);
    list_remove(&seat->by_person);
    regard_leave(seat->regard);
}

void seat_free(struct seat *seat) {
    member_fini(&seat->member);
    free(seat);
}

void seat_remove(struct seat *seat) {
    seat_detach(seat);
    seat_free(seat);
}

/* Connections. */

void connection_unref(struct connection *connection) {
    if (connection == NULL || --connection->refs > 0)
        return;
    free(connection);
}

/* The world. */

int world_init(struct world *world, const struct world_mouth *mouth, const struct log *log,
    int64_t linger_us) {
    *world = (struct world){.mouth = mouth, .log = log, .listen_channel = LIMIT_LISTEN_CHANNEL};
    gate_init(&world->gate);
    list_init(&world->typings);
    list_init(&world->ending);
    list_init(&world->aside);
    list_init(&world->graves);
    guest_house_init(&world->guests);
    presence_house_init(&world->house, linger_us, (int64_t)LAST_ACTIVE_EVERY_MS * 1000);
    world->anyone.user.id = strdup("!anon");
    world->anyone.user.role = strdup("anonymous");
    world->anyone.anonymous = true;
    person_init(world, &world->anyone);
    return world->anyone.user.id != NULL && world->anyone.user.role != NULL ? 0 : -ENOMEM;
}

static void connections_fini(struct world *world) {
    size_t i = 0;
    for (struct connection *c; (c = table_next(&world->connections, &i)) != NULL;) {
        listener_fini(&c->listener);
        LIST_EACH(&c->watchings, item)
        free(LIST_ITEM(item, struct watching, by_connection));
        if (c->person->anonymous)
            person_destroy(c->person);
        connection_unref(c);
    }
    table_fini(&world->connections);
}

static void rooms_fini(struct world *world) {
    size_t i = 0;
    notes_fini(world);
    for (struct room *room; (room = table_next(&world->rooms, &i)) != NULL;) {
        room_empty(world, room);
        LIST_EACH(&room->watchers, item)
        free(LIST_ITEM(item, struct watcher, by_room));
        table_fini(&room->seat_of);
        regards_fini(room);
        channel_fini(&room->channel);
        free(room);
    }
    table_fini(&world->rooms);
    table_fini(&world->notes);
}

void world_fini(struct world *world) {
    if (world->gate.waiting.next == NULL)
        return;
    world->down = true;
    gate_fini(world, &world->gate);
    connections_fini(world);
    rooms_fini(world);
    size_t i = 0;
    for (struct person *person; (person = table_next(&world->persons, &i)) != NULL;)
        person_destroy(person);
    table_fini(&world->persons);
    i = 0;
    for (struct kind *kind; (kind = table_next(&world->kinds, &i)) != NULL;) {
        channel_type_fini(&kind->type);
        free(kind);
    }
    table_fini(&world->kinds);
    sighted_fini(&world->anyone.sighted);
    user_fini(&world->anyone.user);
}
