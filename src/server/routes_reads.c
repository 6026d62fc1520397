/* SPDX-License-Identifier: MIT */
/*
 * How far people have read. Told, in this order: message.read to those who watch the channel, and
 * notification.mark_read, with the counts, to the own connections. Where the reader hides, those
 * who watch are the own connections alone; others are told of the mark that they see.
 */
#include "server/fanout.h"
#include "server/notes.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/event.h"
#include "wire/field.h"
#include "wire/id.h"

#include <errno.h>
#include <string.h>

/* What a mark says of itself, in events and in the reply. */
static json *mark(const struct seat *seat, const struct person *asker) {
    json *more = show_read(seat, (struct view){.asker = asker});
    json_remove(more, "user");
    const json *last_read = json_get(more, "last_read");
    if (more == NULL || json_set(more, "last_read_at", json_copy(last_read)) == 0)
        return more;
    json_free(more);
    return NULL;
}

/* `own`: the mark as they see it themself. */
static int tell(struct call *call, const struct seat *seat, const json *own, bool seen) {
    const struct person *person = seat->person;
    json *shown = mark(seat, NULL);
    if (shown == NULL)
        return -ENOMEM;
    struct news news = {.event = EVENT_MESSAGE_READ,
        .created_us = world_stamp(call->world),
        .user = person,
        .room = seat->room,
        .more = own,
        .post = call_post(call)};
    news_to_watchers(call->world, &news, seat->room, TO_ONLY, person);
    news_fini(&news);
    news.more = shown;
    if (seen && !person->presence.hidden)
        news_to_watchers(call->world, &news, seat->room, TO_OTHERS, person);
    news_fini(&news);
    json_free(shown);
    return 0;
}

/* With the counts that there are now. */
static void tell_own(struct call *call, enum wire_event event, const struct person *person,
    const struct room *room, const json *more) {
    struct news news = {.event = event,
        .created_us = world_stamp(call->world),
        .user = person,
        .room = room,
        .more = more,
        .with_channel = room != NULL,
        .with_unread = true,
        .post = call_post(call)};
    news_to_own(call->world, &news, person);
    news_fini(&news);
}

static int show(
    struct call *call, const struct person *person, const struct room *room, const json *more) {
    json *event = event_encode(event_name(EVENT_MESSAGE_READ), world_stamp(call->world),
        room != NULL ? room->channel.cid : NULL);
    int rc = json_set(event, "user", show_user(person, (struct view){.asker = person}));
    if (rc == 0 && more != NULL)
        rc = json_merge_missing(event, more);
    if (rc == 0)
        rc = show_unread(person, event);
    if (rc == 0)
        return call_reply(call, "event", event);
    json_free(event);
    return rc;
}

/* The member whose mark it is, where marks are kept. */
static int find_reader(struct call *call, struct room **room, struct seat **seat) {
    struct person *person;
    int rc = routes_room(call, room);
    if (rc == 0 && !(*room)->kind->type.read_events)
        rc = call_refuse(
            call, CODE_EVENT_OFF, "read events are off for %s", (*room)->kind->type.name);
    if (rc == 0)
        rc = routes_actor_seat(call, *room, &person, seat);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    return rc;
}

/* The message that the mark is put at; NULL: none is named. */
static int find_mark(struct call *call, const struct room *room, struct note **out) {
    const json *id = json_get(call->body, "message_id");
    *out = NULL;
    if (id == NULL || json_is_null(id))
        return 0;
    const char *text = json_as_text(id);
    int rc = text != NULL && id_is_message(text) ? note_recall(call->world, text, out) : 1;
    if (rc > 0 || (rc == 0 && (*out)->room != room))
        return call_refuse_field(call, "message_id", ": message %.255s does not exist here",
            text != NULL ? text : "without an id");
    return rc;
}

int channel_read(struct call *call) {
    struct room *room;
    struct seat *seat;
    struct note *note;
    int rc = find_reader(call, &room, &seat);
    if (rc == 0)
        rc = find_mark(call, room, &note);
    if (rc != 0)
        return rc;
    regard_read(seat, note != NULL ? note->message.created_us : world_stamp(call->world), true);
    change_put_regard(call->change, seat->regard);
    json *more = mark(seat, seat->person);
    if (more == NULL)
        return -ENOMEM;
    rc = tell(call, seat, more, true);
    tell_own(call, EVENT_NOTIFICATION_MARK_READ, seat->person, room, more);
    if (rc == 0)
        rc = show(call, seat->person, room, more);
    json_free(more);
    return rc;
}

int channel_unread(struct call *call) {
    struct room *room;
    struct seat *seat;
    struct note *note;
    int rc = find_reader(call, &room, &seat);
    if (rc == 0)
        rc = find_mark(call, room, &note);
    if (rc == 0 && note == NULL)
        rc = call_refuse_field(call, "message_id", " is missing");
    if (rc != 0)
        return rc;
    regard_unread_from(seat, note->message.created_us);
    change_put_regard(call->change, seat->regard);
    json *more = mark(seat, seat->person);
    if (more == NULL)
        return -ENOMEM;
    tell_own(call, EVENT_NOTIFICATION_MARK_UNREAD, seat->person, room, more);
    json_free(more);
    return 0;
}

/* Whether there is anything of this channel to be marked. */
static bool is_marked(const struct seat *seat) {
    return seat->room->kind->type.read_events && !member_is_invitee(&seat->member) &&
           regard_unread(seat, true) + regard_unread(seat, false) > 0;
}

int channels_read(struct call *call) {
    struct person *person;
    int rc = routes_actor(call, call->body, &person);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    if (rc != 0)
        return rc;
    LIST_EACH(&person->seats, item) {
        struct seat *seat = LIST_ITEM(item, struct seat, by_person);
        if (!is_marked(seat))
            continue;
        bool seen = regard_unread(seat, false) > 0;
        regard_read(seat, world_stamp(call->world), seen);
        change_put_regard(call->change, seat->regard);
        json *more = mark(seat, person);
        rc = more != NULL ? tell(call, seat, more, seen) : -ENOMEM;
        json_free(more);
        if (rc != 0)
            return rc;
    }
    tell_own(call, EVENT_NOTIFICATION_MARK_READ, person, NULL, NULL);
    return show(call, person, NULL, NULL);
}

/* ---- how much is left ---- */

static json *show_channel(const struct seat *seat) {
    json *to = json_object();
    bool bad = json_set(to, "channel_id", json_text(seat->room->channel.cid)) != 0;
    bad |= json_set(to, "unread_count", json_integer(seat->regard->counted)) != 0;
    bad |= field_put_time(to, "last_read", regard_read_us(seat, true)) != 0;
    return field_made(to, bad);
}

/* What a type's channels have together; as many look-ups as there are types. */
static json *show_type(const struct person *person, const struct kind *kind) {
    unsigned channels = 0, unread = 0;
    LIST_EACH(&person->seats, item) {
        const struct seat *seat = LIST_ITEM(item, struct seat, by_person);
        if (seat->room->kind != kind || seat->regard->counted == 0)
            continue;
        channels++;
        unread += seat->regard->counted;
    }
    if (channels == 0)
        return NULL;
    json *to = json_object();
    bool bad = json_set(to, "channel_type", json_text(kind->type.name)) != 0;
    bad |= json_set(to, "channel_count", json_integer(channels)) != 0;
    bad |= json_set(to, "unread_count", json_integer(unread)) != 0;
    return field_made(to, bad);
}

static int show_channels(struct call *call, const struct person *person) {
    json *list = json_array();
    int rc = list != NULL ? 0 : -ENOMEM;
    LIST_EACH(&person->seats, item) {
        const struct seat *seat = LIST_ITEM(item, struct seat, by_person);
        if (rc == 0 && seat->regard->counted > 0)
            rc = json_append(list, show_channel(seat));
    }
    if (rc == 0)
        return call_reply(call, "channels", list);
    json_free(list);
    return rc;
}

static int show_types(struct call *call, const struct person *person) {
    json *list = json_array();
    size_t i = 0;
    int rc = list != NULL ? 0 : -ENOMEM;
    for (struct kind *kind; rc == 0 && (kind = table_next(&call->world->kinds, &i)) != NULL;) {
        json *type = show_type(person, kind);
        if (type != NULL)
            rc = json_append(list, type);
    }
    if (rc == 0)
        return call_reply(call, "channel_type", list);
    json_free(list);
    return rc;
}

int unread_get(struct call *call) {
    struct person *person;
    int rc = routes_actor(call, call->body, &person);
    if (rc == 0)
        rc = show_channels(call, person);
    if (rc == 0)
        rc = show_types(call, person);
    if (rc == 0)
        rc = call_reply(call, "threads", json_array());
    if (rc == 0)
        rc = call_reply(call, "total_unread_count", json_integer(person->unread));
    if (rc == 0)
        rc = call_reply(call, "total_unread_threads_count", json_integer(0));
    return rc;
}
