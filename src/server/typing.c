/* SPDX-License-Identifier: MIT */
#include "server/typing.h"
#include "server/fanout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct typing {
    struct connection *connection;
    struct room *room;
    json *more; /* {"parent_id"}, or NULL */
    int64_t until_mono_us;
    struct list in_world, by_connection;
};

static void tell(
    struct world *world, struct post *post, const struct typing *typing, enum wire_event event) {
    const struct person *person = typing->connection->person;
    struct news news = {.event = event,
        .created_us = world_stamp(world),
        .user = person,
        .room = typing->room,
        .more = typing->more,
        .post = post,
        .owed = true};
    news_to_watchers(world, &news, typing->room, TO_ALL, NULL);
    news_fini(&news);
}

static struct typing *find(const struct connection *connection, const struct room *room) {
    LIST_EACH(&connection->typings, item) {
        struct typing *typing = LIST_ITEM(item, struct typing, by_connection);
        if (typing->room == room)
            return typing;
    }
    return NULL;
}

static void await_end(struct world *world, struct typing *typing) {
    typing->until_mono_us = world->now.mono_us + (int64_t)TYPING_LASTS_MS * 1000;
    list_remove(&typing->in_world);
    list_append(&world->typings, &typing->in_world);
}

static json *parent(const char *id) {
    json *more = json_object();
    if (json_set(more, "parent_id", json_text(id)) == 0)
        return more;
    json_free(more);
    return NULL;
}

int typing_begin(
    struct world *world, struct connection *connection, struct room *room, const char *parent_id) {
    if (connection->person->presence.hidden)
        return 0;
    struct typing *typing = find(connection, room);
    if (typing == NULL) {
        typing = calloc(1, sizeof *typing);
        if (typing == NULL)
            return -ENOMEM;
        typing->connection = connection;
        typing->room = room;
        typing->more = parent_id != NULL ? parent(parent_id) : NULL;
        list_init(&typing->in_world);
        list_append(&connection->typings, &typing->by_connection);
    }
    await_end(world, typing);
    tell(world, NULL, typing, EVENT_TYPING_START);
    return 0;
}

static void take_out(struct typing *typing) {
    list_remove(&typing->in_world);
    list_remove(&typing->by_connection);
}

static void destroy(struct typing *typing) {
    json_free(typing->more);
    free(typing);
}

static void end(struct world *world, struct post *post, struct typing *typing) {
    take_out(typing);
    tell(world, post, typing, EVENT_TYPING_STOP);
    destroy(typing);
}

void typing_fini(struct world *world) {
    while (world->typings.next != NULL && !list_is_empty(&world->typings)) {
        struct typing *first = LIST_ITEM(world->typings.next, struct typing, in_world);
        take_out(first);
        destroy(first);
    }
}

void typing_end(struct world *world, struct connection *connection, const struct room *room) {
    struct typing *typing = find(connection, room);
    if (typing != NULL)
        end(world, NULL, typing);
}

static void end_all(struct world *world, struct post *post, struct connection *connection) {
    LIST_EACH(&connection->typings, item)
    end(world, post, LIST_ITEM(item, struct typing, by_connection));
}

void typing_end_all(struct world *world, struct connection *connection) {
    end_all(world, NULL, connection);
}

void typing_end_person(struct world *world, struct post *post, struct person *person) {
    LIST_EACH(&person->connections, item)
    end_all(world, post, LIST_ITEM(item, struct connection, by_person));
}

void typing_tick(struct world *world) {
    while (!list_is_empty(&world->typings)) {
        struct typing *first = LIST_ITEM(world->typings.next, struct typing, in_world);
        if (first->until_mono_us > world->now.mono_us)
            return;
        end(world, NULL, first);
    }
}

int64_t typing_next_mono_us(const struct world *world) {
    if (list_is_empty(&world->typings))
        return INT64_MAX;
    return LIST_ITEM(world->typings.next, struct typing, in_world)->until_mono_us;
}
