/* SPDX-License-Identifier: MIT */
/*
 * Watching is per connection, counts are per person: a struct watcher stands between, one for each
 * person and room. What a hidden person does is told to nobody but their own connections.
 *
 * last_active is written down without anybody waiting for it.
 */
#include "server/home.h"
#include "base/chance.h"
#include "server/access.h"
#include "server/change.h"
#include "server/fanout.h"
#include "server/typing.h"

#include <errno.h>
#include <stdlib.h>

static void tell_presence(struct world *world, struct post *post, struct person *person) {
    struct news news = {.event = EVENT_PRESENCE_CHANGED,
        .created_us = world_stamp(world),
        .user = person,
        .coalesce = person->serial,
        .post = post};
    news_take_turn(world, &news);
    /* A person whose own batch fails is told of again; somebody else's takes their word with it. */
    news.owed &= person->told > person->pending;
    news_to_listeners(world, &news, person);
    news_fini(&news);
}

static bool is_by_call(struct post *post) {
    return post != NULL && !change_of(post)->by_connect;
}

/* Calls are counted where they come in; connects are not, so what is said at them is told of as
 * often as is good for who listens. */
void home_tell_presence(struct world *world, struct post *post, struct person *person) {
    if (post == NULL || is_by_call(post) ||
        presence_may_tell(&world->house, &person->presence, world->now))
        tell_presence(world, post, person);
}

static void touch(struct world *world, const struct person *person) {
    if (person->anonymous || person->presence.hidden || world->store == NULL)
        return;
    struct store_batch *batch = store_batch_create();
    if (batch == NULL)
        return;
    store_touch_user(batch, person->user.id, person->presence.shown_active_us);
    uint64_t number = world->store->calls->submit(world->store, batch);
    if (number != 0)
        world->gate.submitted = number;
    else
        log_line(world->log, LOG_WARNING, "touch-refused");
}

/* Watching. */

static void tell_watching(struct world *world, struct post *post, const struct watcher *watcher,
    enum wire_event event, enum news_reach reach) {
    /* Of a deleted channel channel.deleted has said all; else who watched it last would hear of the
     * others one by one. */
    if (!watcher->room->kind->type.connect_events || watcher->room->absent)
        return;
    struct news news = {.event = event,
        .created_us = world_stamp(world),
        .user = watcher->person,
        .room = watcher->room,
        .with_count = true,
        .post = post,
        .owed = true};
    news_take_turn(world, &news);
    news_to_watchers(world, &news, watcher->room, reach, watcher->person);
    news_fini(&news);
}

static struct watcher *watcher_find(const struct person *person, const struct room *room) {
    LIST_EACH(&person->watchers, item) {
        struct watcher *watcher = LIST_ITEM(item, struct watcher, by_person);
        if (watcher->room == room)
            return watcher;
    }
    return NULL;
}

static struct watching *watching_find(
    const struct connection *connection, const struct room *room) {
    LIST_EACH(&connection->watchings, item) {
        struct watching *watching = LIST_ITEM(item, struct watching, by_connection);
        if (watching->watcher->room == room)
            return watching;
    }
    return NULL;
}

static struct watcher *watcher_create(struct person *person, struct room *room) {
    struct watcher *watcher = malloc(sizeof *watcher);
    if (watcher == NULL)
        return NULL;
    *watcher = (struct watcher){.person = person, .room = room, .hidden = person->presence.hidden};
    list_append(&room->watchers, &watcher->by_room);
    list_append(&person->watchers, &watcher->by_person);
    room->watcher_count++;
    room->hidden_watchers += watcher->hidden;
    return watcher;
}

int home_watch(
    struct world *world, struct post *post, struct connection *connection, struct room *room) {
    if (watching_find(connection, room) != NULL)
        return 0;
    struct watching *watching = malloc(sizeof *watching);
    struct watcher *watcher = watcher_find(connection->person, room);
    bool first = watcher == NULL;
    if (watching == NULL ||
        (first && (watcher = watcher_create(connection->person, room)) == NULL)) {
        free(watching);
        return -ENOMEM;
    }
    *watching = (struct watching){.connection = connection, .watcher = watcher};
    list_append(&room->watchings, &watching->by_room);
    list_append(&connection->watchings, &watching->by_connection);
    watcher->connections++;
    if (first)
        tell_watching(
            world, post, watcher, EVENT_WATCHING_START, watcher->hidden ? TO_ONLY : TO_ALL);
    return 0;
}

/* Self is not counted among the oldest. */
int home_listen(struct world *world, struct connection *connection, struct room *room) {
    if (!room->kind->type.connect_events)
        return 0;
    unsigned left = world->listen_channel;
    LIST_EACH(&room->seats, item) {
        struct person *person = LIST_ITEM(item, struct seat, by_room)->person;
        if (person == connection->person)
            continue;
        if (left-- == 0)
            break;
        int rc = listen_to(&connection->listener, &person->sighted, room);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static void watching_end(struct world *world, struct post *post, struct watching *watching) {
    struct watcher *watcher = watching->watcher;
    list_remove(&watching->by_room);
    list_remove(&watching->by_connection);
    free(watching);
    if (--watcher->connections > 0)
        return;
    list_remove(&watcher->by_room);
    list_remove(&watcher->by_person);
    watcher->room->watcher_count--;
    watcher->room->hidden_watchers -= watcher->hidden;
    if (!watcher->hidden)
        tell_watching(world, post, watcher, EVENT_WATCHING_STOP, TO_OTHERS);
    free(watcher);
}

void home_unwatch(
    struct world *world, struct post *post, struct connection *connection, struct room *room) {
    struct watching *watching = watching_find(connection, room);
    post_owe(world, post, connection);
    if (watching != NULL)
        watching_end(world, post, watching);
    listen_end_reason(&connection->listener, room);
}

void home_unwatch_all(
    struct world *world, struct post *post, struct person *person, struct room *room) {
    LIST_EACH(&person->connections, item)
    home_unwatch(world, post, LIST_ITEM(item, struct connection, by_person), room);
}

/* Listening that ended does not come back with an undoing: who listened is owed it. */
void home_stop_listening(struct world *world, struct post *post, const struct room *room) {
    size_t i = 0;
    for (struct connection *c; (c = table_next(&world->connections, &i)) != NULL;) {
        if (post != NULL && listens_because(&c->listener, room))
            post_owe(world, post, c);
        listen_end_reason(&c->listener, room);
    }
}

void home_cut_off_listeners(struct world *world, const struct room *room) {
    size_t i = 0;
    for (struct connection *c; (c = table_next(&world->connections, &i)) != NULL;) {
        if (!listens_because(&c->listener, room))
            continue;
        listen_end_reason(&c->listener, room);
        if (c->socket != NULL)
            world->mouth->close(c->socket, 1011, "something was undone");
    }
}

void home_cut_off_strangers(struct world *world, struct room *room) {
    size_t i = 0;
    for (struct connection *c; (c = table_next(&world->connections, &i)) != NULL;) {
        const bool is_there = watching_find(c, room) != NULL || listens_because(&c->listener, room);
        if (!is_there || access_read(room, (struct view){.asker = c->person}))
            continue;
        home_unwatch(world, NULL, c, room);
        if (c->socket != NULL)
            world->mouth->close(c->socket, 1011, "something was undone");
    }
}

void home_stop_listening_to(
    struct world *world, struct post *post, struct person *person, const struct room *room) {
    for (struct listening *l = sighted_first(&person->sighted); l != NULL;
         l = sighted_next(&person->sighted, l))
        post_owe(world, post, LIST_ITEM(listening_by(l), struct connection, listener));
    sighted_end_reason(&person->sighted, room);
}

/* Hiding looks like leaving, showing like coming, to others alone: so who shows is the last of
 * those who watch. */
static void hide_watching(
    struct world *world, struct post *post, struct person *person, bool hide) {
    LIST_EACH(&person->watchers, item) {
        struct watcher *watcher = LIST_ITEM(item, struct watcher, by_person);
        watcher->hidden = hide;
        if (hide)
            watcher->room->hidden_watchers++;
        else {
            watcher->room->hidden_watchers--;
            list_remove(&watcher->by_room);
            list_append(&watcher->room->watchers, &watcher->by_room);
        }
        tell_watching(
            world, post, watcher, hide ? EVENT_WATCHING_STOP : EVENT_WATCHING_START, TO_OTHERS);
    }
}

/* In the order of leaving: they watch no more, then they are away. */
static void hide_from_others(struct world *world, struct post *post, struct person *person) {
    typing_end_person(world, post, person);
    enum presence_change change = presence_hide(
        &world->house, &person->presence, world->now, is_by_call(post));
    hide_watching(world, post, person, true);
    if (change != PRESENCE_SAME)
        tell_presence(world, post, person);
}

/* In the order of coming. */
static void show_to_others(struct world *world, struct post *post, struct person *person) {
    enum presence_change change = presence_show(
        &world->house, &person->presence, world->now, is_by_call(post));
    if (change != PRESENCE_SAME)
        tell_presence(world, post, person);
    hide_watching(world, post, person, false);
}

bool home_hide(struct world *world, struct post *post, struct person *person, bool hide) {
    if (person->presence.hidden == hide)
        return false;
    person->user.invisible = hide ? INVISIBLE_YES : INVISIBLE_NO;
    if (post != NULL)
        change_await(change_of(post), &person->turned);
    if (hide)
        hide_from_others(world, post, person);
    else
        show_to_others(world, post, person);
    return true;
}

/* Connections. */

struct connection *home_open(
    struct world *world, struct person *person, void *socket, int64_t exp_unix_s) {
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL || chance_uuid(connection->id) != 0) {
        free(connection);
        return NULL;
    }
    connection->person = person;
    connection->socket = socket;
    world->mouth->attach(socket, connection);
    connection->refs = 1;
    guest_init(&connection->guest, exp_unix_s);
    listener_init(&connection->listener);
    list_init(&connection->watchings);
    list_init(&connection->typings);
    list_append(&person->connections, &connection->by_person);
    person->connection_count++;
    return connection;
}

static struct frame *first_frame(struct world *world, const struct connection *connection) {
    return frame_of_event(guest_health_check(connection->id, show_me(world, connection->person),
                              true, world_stamp(world)),
        0);
}

int home_come(struct world *world, struct connection *connection) {
    struct person *person = connection->person;
    if (table_put(&world->connections, connection->id, connection, NULL) != 0)
        return -ENOMEM;
    enum presence_change change = PRESENCE_SAME;
    if (!person->anonymous)
        change = presence_connect(&world->house, &person->presence, &connection->hold, world->now);
    connection->live = true;
    guest_greet(&world->guests, &connection->guest, world->now);
    struct frame *frame = first_frame(world, connection);
    if (frame != NULL)
        post_add(world, NULL, connection, frame);
    else
        world->mouth->close(connection->socket, 1011, "out of memory");
    frame_unref(frame);
    if (change == PRESENCE_CAME)
        tell_presence(world, NULL, person);
    touch(world, person);
    return 0;
}

/* Counted no more. */
static void leave(struct world *world, struct connection *connection) {
    struct person *person = connection->person;
    enum presence_change change = PRESENCE_SAME;
    if (connection->live) {
        table_remove(&world->connections, connection->id);
        connection->live = false;
        if (!person->anonymous)
            change = presence_leave(&world->house, &connection->hold, world->now);
    }
    listener_fini(&connection->listener);
    LIST_EACH(&connection->watchings, item)
    watching_end(world, NULL, LIST_ITEM(item, struct watching, by_connection));
    list_remove(&connection->by_person);
    person->connection_count--;
    if (change == PRESENCE_LEFT)
        tell_presence(world, NULL, person);
    connection->person = NULL;
    if (person->anonymous)
        person_destroy(person);
    connection_unref(connection);
}

void home_go(struct world *world, struct connection *connection, bool lost) {
    connection->socket = NULL;
    guest_end(&connection->guest);
    if (lost && !connection->dismissed && connection->live &&
        presence_lose(&world->house, &connection->hold, world->now))
        return;
    leave(world, connection);
}

void home_tick(struct world *world) {
    for (struct presence_hold *hold; (hold = presence_expire(&world->house, world->now)) != NULL;)
        leave(world, LIST_ITEM(hold, struct connection, hold));
    for (struct presence *presence;
         (presence = presence_refresh(&world->house, world->now)) != NULL;)
        touch(world, LIST_ITEM(presence, struct person, presence));
    for (struct presence *presence; (presence = presence_owed(&world->house, world->now)) != NULL;)
        tell_presence(world, NULL, LIST_ITEM(presence, struct person, presence));
}
