/* SPDX-License-Identifier: MIT */
/* Events that a person sends: typing, and kinds of their own. */
#include "server/access.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/routes.h"
#include "server/typing.h"
#include "wire/error.h"

#include <errno.h>
#include <string.h>

/* A person types through a connection: the one they name, or any that is live. */
static struct connection *typist(struct call *call) {
    const char *id = http_param(call->request, "connection_id");
    struct connection *named = id != NULL ? table_find(&call->world->connections, id) : NULL;
    if (named != NULL && named->person == call->asker && named->socket != NULL)
        return named;
    if (call->asker != NULL)
        LIST_EACH(&call->asker->connections, item) {
            struct connection *connection = LIST_ITEM(item, struct connection, by_person);
            if (connection->live && connection->socket != NULL)
                return connection;
        }
    return NULL;
}

static int type(struct call *call, struct room *room, const json *event, bool begin) {
    if (!room->kind->type.typing_events)
        return call_refuse(
            call, CODE_EVENT_OFF, "typing events are off for %s", room->kind->type.name);
    struct connection *connection = typist(call);
    if (connection == NULL)
        return 0;
    if (begin)
        return typing_begin(call->world, connection, room, json_text_at(event, "parent_id"));
    typing_end(call->world, connection, room);
    return 0;
}

void events_remove_fixed(json *event) {
    static const char *const names[] = {"type", "created_at", "cid", "channel_id", "channel_type",
        "user", "user_id", "connection_id"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        json_remove(event, names[i]);
}

static int send_custom(struct call *call, struct room *room, const json *event) {
    struct details_refusal why;
    if (!room->kind->type.custom_events)
        return call_refuse(
            call, CODE_EVENT_OFF, "custom events are off for %s", room->kind->type.name);
    int rc = details_check_size(event, &why);
    if (rc != 0)
        return rc > 0 ? call_refuse(call, why.code, "%s", why.text) : rc;
    json *more = json_copy(event);
    if (more == NULL)
        return -ENOMEM;
    events_remove_fixed(more);
    struct news news = {.event = EVENT_CUSTOM,
        .custom_type = json_text_at(event, "type"),
        .created_us = world_stamp(call->world),
        .user = call->asker,
        .room = room,
        .more = more};
    news_to_watchers(call->world, &news, room, TO_ALL, NULL);
    news_fini(&news);
    json_free(more);
    return 0;
}

static int show(struct call *call, const struct room *room, const json *event) {
    json *to = event_encode(
        json_text_at(event, "type"), world_stamp(call->world), room->channel.cid);
    int rc = to != NULL ? json_merge_missing(to, event) : -ENOMEM;
    if (rc == 0 && call->asker != NULL)
        rc = json_set(to, "user", show_user(call->asker, call->view));
    if (rc == 0)
        return call_reply(call, "event", to);
    json_free(to);
    return rc;
}

int event_send(struct call *call) {
    struct room *room;
    const json *event = json_get(call->body, "event");
    const char *name = json_text_at(event, "type");
    int rc = routes_room(call, &room);
    if (rc == 0 && json_get(event, "user_id") != NULL)
        rc = routes_actor(call, event, &call->asker);
    if (rc != 0)
        return rc;
    if (name == NULL || name[0] == '\0')
        return call_refuse_field(call, "event.type", " is missing");
    bool begin = strcmp(name, "typing.start") == 0;
    bool typing = begin || strcmp(name, "typing.stop") == 0;
    if (!access_write(room, call->view, typing ? GRANT_SEND : GRANT_CUSTOM_EVENT))
        return call_refuse(
            call, CODE_NOT_ALLOWED, "channel %s is not for you to write to", room->channel.cid);
    /* The reply first: what is told cannot be taken back. */
    if ((rc = show(call, room, event)) != 0)
        return rc;
    if (typing)
        rc = type(call, room, event, begin);
    else if (strchr(name, '.') != NULL || event_from_name(name) != EVENT_CUSTOM)
        rc = call_refuse(call, CODE_INPUT, "event.type %.100s is not yours to send", name);
    else
        rc = send_custom(call, room, event);
    return rc;
}
