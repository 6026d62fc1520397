/* SPDX-License-Identifier: MIT */
#include "server/fanout.h"
#include "server/change.h"

struct frame *frame_of_event(json *event, uint64_t coalesce) {
    struct bytes text = BYTES_EMPTY;
    const char *type = json_text_at(event, "type");
    const unsigned kind = type != NULL ? event_from_name(type) : EVENT_CUSTOM;
    json_print(event, &text);
    json_free(event);
    struct frame *frame = NULL;
    if (event != NULL && !bytes_failed(&text))
        frame = frame_text(text.at, text.len, coalesce);
    if (frame != NULL)
        frame->kind = kind;
    bytes_fini(&text);
    return frame;
}

static json *encode(const struct world *world, const struct news *news, struct view view) {
    const char *type = news->event == EVENT_CUSTOM ? news->custom_type : event_name(news->event);
    json *event = event_encode(
        type, news->created_us, news->room != NULL ? news->room->channel.cid : NULL);
    bool bad = event == NULL;
    if (news->user != NULL)
        bad |= json_set(event, "user", show_user(news->user, view)) != 0;
    if (news->note != NULL)
        bad |= json_set(event, "message", show_note(world, news->note, view)) != 0;
    if (news->seat != NULL)
        bad |= json_set(event, "member", show_seat(news->seat, view)) != 0;
    if (news->with_channel)
        bad |= json_set(event, "channel", show_room(world, news->room, view)) != 0;
    if (news->with_count)
        bad |= json_set(
                   event, "watcher_count", json_integer(show_watcher_count(news->room, view))) != 0;
    if (news->nod != NULL)
        bad |= json_set(event, "reaction", show_nod(news->nod, view)) != 0;
    if (news->with_unread && view.asker != NULL)
        bad |= show_unread(view.asker, event) != 0;
    if (news->with_me)
        bad |= json_set(event, "me", show_me(world, view.asker)) != 0;
    if (news->more != NULL)
        bad |= json_merge_missing(event, news->more) != 0;
    if (!bad)
        return event;
    json_free(event);
    return NULL;
}

/* The common text without its last brace, then the counts of who hears it. */
static struct frame *frame_with_unread(
    const struct world *world, struct news *news, const struct person *viewer) {
    if (news->shared != NULL && news->unread == viewer->unread &&
        news->unread_rooms == viewer->unread_rooms)
        return news->shared;
    if (news->text.len == 0) {
        json *event = encode(world, news, (struct view){0});
        if (event == NULL)
            return NULL;
        json_print(event, &news->text);
        json_free(event);
    }
    struct bytes text = BYTES_EMPTY;
    bytes_append(&text, news->text.at, news->text.len > 0 ? news->text.len - 1 : 0);
    bytes_printf(&text, ",\"unread_count\":%u,\"total_unread_count\":%u,\"unread_channels\":%u}",
        viewer->unread, viewer->unread, viewer->unread_rooms);
    frame_unref(news->shared);
    news->shared = NULL;
    if (!bytes_failed(&text) && !bytes_failed(&news->text))
        news->shared = frame_text(text.at, text.len, news->coalesce);
    bytes_fini(&text);
    news->unread = viewer->unread;
    news->unread_rooms = viewer->unread_rooms;
    return news->shared;
}

/* The message shows each its own reactions: whoever has one gets their own text. */
static bool has_reacted(const struct note *note, const struct person *viewer) {
    LIST_EACH(&note->nods, item)
    if (LIST_ITEM(item, struct nod, by_note)->person == viewer)
        return true;
    return false;
}

/* They see the truth of themself, wherever in the news they are. */
static bool is_about(const struct news *news, const struct person *viewer) {
    return news->user == viewer || (news->seat != NULL && news->seat->person == viewer) ||
           (news->note != NULL &&
               (news->note->author == viewer || has_reacted(news->note, viewer))) ||
           (news->nod != NULL && news->nod->person == viewer);
}

static struct frame *frame_for(
    const struct world *world, struct news *news, const struct person *viewer) {
    if (!is_about(news, viewer) && !viewer->presence.hidden && !news->with_me) {
        if (news->with_unread)
            return frame_with_unread(world, news, viewer);
        if (news->shared == NULL)
            news->shared = frame_of_event(encode(world, news, (struct view){0}), news->coalesce);
        return news->shared;
    }
    if (news->own_of != viewer) {
        frame_unref(news->own);
        news->own_of = viewer;
        news->own = frame_of_event(
            encode(world, news, (struct view){.asker = viewer}), news->coalesce);
    }
    return news->own;
}

void news_fini(struct news *news) {
    frame_unref(news->shared);
    frame_unref(news->own);
    news->shared = news->own = NULL;
    news->own_of = NULL;
    bytes_fini(&news->text);
}

static uint64_t later(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

enum { SUBJECTS = 4 };

/* Whom it shows. They are the world's; here they are only looked at, but for their turn. */
static void subjects(const struct world *world, const struct news *news, struct person **to) {
    const struct person *shown[SUBJECTS] = {news->user,
        news->seat != NULL ? news->seat->person : NULL,
        news->note != NULL ? news->note->author : NULL,
        news->nod != NULL ? news->nod->person : NULL};
    for (size_t i = 0; i < SUBJECTS; i++)
        to[i] = shown[i] != NULL ? table_find(&world->persons, shown[i]->user.id) : NULL;
}

/* In a change's post: what is told of them later waits for it. */
static void take_turn_of(struct change *change, struct person **of, struct room *room) {
    for (size_t i = 0; i < SUBJECTS; i++)
        if (of[i] != NULL)
            change_await(change, &of[i]->told);
    if (room != NULL)
        change_await(change, &room->told);
}

static struct post *take_last_turn(struct gate *gate, struct person **of, struct room *room) {
    uint64_t number = room != NULL ? room->told : 0;
    for (size_t i = 0; i < SUBJECTS; i++)
        if (of[i] != NULL)
            number = later(number, later(of[i]->pending, of[i]->told));
    for (size_t i = 0; i < SUBJECTS; i++)
        if (of[i] != NULL)
            of[i]->told = number;
    if (room != NULL)
        room->told = number;
    return gate_post(gate, number);
}

void news_take_turn(struct world *world, struct news *news) {
    if (news->has_turn)
        return;
    struct person *of[SUBJECTS];
    struct room *room = news->with_count ? room_find(world, news->room->channel.cid) : NULL;
    subjects(world, news, of);
    if (news->post != NULL)
        take_turn_of(change_of(news->post), of, room);
    else if ((news->post = take_last_turn(&world->gate, of, room)) != NULL)
        news->owed = true;
    news->has_turn = true;
}

void news_to_connection(struct world *world, struct news *news, struct connection *to) {
    news_take_turn(world, news);
    if (!to->live || to->socket == NULL || world->down)
        return;
    struct frame *frame = frame_for(world, news, to->person);
    if (frame == NULL) {
        world->mouth->close(to->socket, 1011, "out of memory");
        return;
    }
    frame->born_us = world->now.mono_us;
    if (news->owed)
        post_add_owed(world, news->post, to, frame);
    else
        post_add(world, news->post, to, frame);
}

void news_to_own(struct world *world, struct news *news, const struct person *person) {
    news_take_turn(world, news);
    LIST_EACH(&person->connections, item)
    news_to_connection(world, news, LIST_ITEM(item, struct connection, by_person));
}

static bool watches(const struct connection *connection, const struct room *room) {
    LIST_EACH(&connection->watchings, item)
    if (LIST_ITEM(item, struct watching, by_connection)->watcher->room == room)
        return true;
    return false;
}

void news_to_not_watching(struct world *world, struct news *news, const struct person *person) {
    news_take_turn(world, news);
    LIST_EACH(&person->connections, item) {
        struct connection *connection = LIST_ITEM(item, struct connection, by_person);
        if (!watches(connection, news->room))
            news_to_connection(world, news, connection);
    }
}

void news_to_listeners(struct world *world, struct news *news, const struct person *person) {
    news_take_turn(world, news);
    for (struct listening *l = sighted_first(&person->sighted); l != NULL;
         l = sighted_next(&person->sighted, l)) {
        struct listener *listener = listening_by(l);
        struct connection *to = LIST_ITEM(listener, struct connection, listener);
        if (to->person != person)
            news_to_connection(world, news, to);
    }
}

void news_to_watchers(struct world *world, struct news *news, const struct room *room,
    enum news_reach reach, const struct person *whom) {
    news_take_turn(world, news);
    LIST_EACH(&room->watchings, item) {
        struct connection *to = LIST_ITEM(item, struct watching, by_room)->connection;
        if (reach == TO_ALL || (reach == TO_ONLY) == (to->person == whom))
            news_to_connection(world, news, to);
    }
}
