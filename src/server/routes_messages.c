/* SPDX-License-Identifier: MIT */
/* Messages: sent, read, changed, deleted. A message is a public act, of a hidden person too: it
 * shows, and moves nothing else. */
#include "base/chance.h"
#include "base/utf8.h"
#include "server/access.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/field.h"
#include "wire/id.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int check_text(struct call *call, const struct room *room, const json *from) {
    const char *text = json_text_at(from, "text");
    if (!json_is_object(from))
        return call_refuse(call, CODE_INPUT, "message must be an object");
    if (text == NULL || text[0] == '\0')
        return call_refuse(call, CODE_INPUT, "message.text is missing");
    if (utf8_count(text, strlen(text)) > (size_t)room->kind->type.max_message_length)
        return call_refuse(call, CODE_MESSAGE_TOO_LONG, "message.text is longer than %d characters",
            room->kind->type.max_message_length);
    return 0;
}

static int check_custom(struct call *call, const json *custom) {
    struct details_refusal why;
    int rc = details_check_size(custom, &why);
    return rc > 0 ? call_refuse(call, why.code, "%s", why.text) : rc;
}

static int find_author(struct call *call, const json *from, const char **out) {
    if (!call->caller.server) {
        *out = call->asker->user.id;
        return 0;
    }
    const char *id = json_text_at(from, "user_id");
    if (id == NULL)
        id = json_text_at(json_get(from, "user"), "id");
    if (id == NULL)
        return call_refuse(call, CODE_INPUT, "server-side, message.user_id must say whose it is");
    if (person_find(call->world, id) == NULL)
        return call_refuse(call, CODE_INPUT, "message.user_id: user %.255s does not exist", id);
    *out = id;
    return 0;
}

static int find_id(struct call *call, const json *from, char id[LIMIT_MESSAGE_ID + 1]) {
    const json *given = json_get(from, "id");
    const char *text = json_as_text(given);
    if (given == NULL)
        return chance_uuid(id) == 0 ? 0 : -EIO;
    if (text == NULL || !id_is_message(text))
        return call_refuse(call, CODE_INPUT, "message.id is not a message's id");
    /* One that is too old for memory, or deleted, is not free either: it would be written over. */
    struct store *store = call->world->store;
    const int taken = note_find(call->world, text) != NULL ? 1
                                                           : store->calls->has_message(store, text);
    if (taken > 0)
        return call_refuse(call, CODE_INPUT, "message.id %s is taken", text);
    if (taken == 0)
        strcpy(id, text);
    return taken;
}

int routes_draft_message(
    struct call *call, const struct room *room, const json *from, struct message *message) {
    char id[LIMIT_MESSAGE_ID + 1];
    const char *author = NULL;
    int rc = check_text(call, room, from);
    if (rc == 0)
        rc = find_author(call, from, &author);
    if (rc == 0)
        rc = find_id(call, from, id);
    if (rc != 0)
        return rc;
    *message = (struct message){.id = strdup(id),
        .cid = strdup(room->channel.cid),
        .text = strdup(json_text_at(from, "text")),
        .user_id = strdup(author),
        .silent = json_true_at(from, "silent")};
    message->created_us = message->updated_us = world_stamp(call->world);
    rc = message->id != NULL && message->cid != NULL && message->text != NULL &&
                 message->user_id != NULL
             ? field_take_text(&message->parent_id, from, "parent_id")
             : -ENOMEM;
    if (rc == 0)
        rc = field_take_custom(&message->custom, from, message_field_is_built_in);
    if (rc == 0)
        rc = check_custom(call, message->custom);
    if (rc != 0)
        message_fini(message);
    return rc;
}

static struct news note_news(struct call *call, enum wire_event event, const struct note *note) {
    return (struct news){.event = event,
        .created_us = world_stamp(call->world),
        .user = note->author,
        .room = note->room,
        .note = note,
        .with_count = true,
        .post = call_post(call)};
}

static void tell_new(struct call *call, const struct note *note) {
    struct news news = note_news(call, EVENT_MESSAGE_NEW, note);
    news_to_watchers(call->world, &news, note->room, TO_ALL, NULL);
    news_fini(&news);
    news.event = EVENT_NOTIFICATION_MESSAGE_NEW;
    news.with_channel = true;
    LIST_EACH(&note->room->seats, item)
    news_to_not_watching(call->world, &news, LIST_ITEM(item, struct seat, by_room)->person);
    news_fini(&news);
}

int routes_put_message(
    struct call *call, struct room *room, struct message *message, struct note **out) {
    struct note *note;
    if (call_change(call) == NULL) {
        message_fini(message);
        return -ENOMEM;
    }
    int rc = note_put(call->world, room, message, &note);
    if (rc != 0)
        return rc;
    room->channel.last_message_us = note->message.created_us;
    change_put_room(call->change, room);
    change_put_note(call->change, note);
    tell_new(call, note);
    if (out != NULL)
        *out = note;
    return 0;
}

static int show(struct call *call, const struct note *note) {
    return call_reply(call, "message", show_note(note, call->view));
}

int message_send(struct call *call) {
    struct room *room;
    struct note *note;
    struct message message;
    int rc = routes_room(call, &room);
    if (rc == 0 && !access_write(room, call->view))
        rc = call_refuse(
            call, CODE_NOT_ALLOWED, "channel %s is not for you to write to", room->channel.cid);
    if (rc == 0)
        rc = routes_draft_message(call, room, json_get(call->body, "message"), &message);
    if (rc == 0)
        rc = routes_put_message(call, room, &message, &note);
    return rc != 0 ? rc : show(call, note);
}

static int find_note(struct call *call, struct note **out) {
    *out = note_find(call->world, call->args[0]);
    if (*out == NULL || !access_read((*out)->room, call->view))
        return call_refuse(call, CODE_NOT_FOUND, "message %.255s does not exist", call->args[0]);
    return 0;
}

int message_get(struct call *call) {
    struct note *note;
    int rc = find_note(call, &note);
    return rc != 0 ? rc : show(call, note);
}

static int find_own(struct call *call, struct note **out) {
    int rc = find_note(call, out);
    if (rc == 0 && (*out)->author != call->asker && !access_own((*out)->room, call->view))
        rc = call_refuse(call, CODE_NOT_ALLOWED, "the message is not yours");
    return rc;
}

static int replace_text(struct call *call, struct note *note, const json *from) {
    json *custom = NULL;
    char *text = NULL;
    int rc = field_take_custom(&custom, from, message_field_is_built_in);
    if (rc == 0)
        rc = check_custom(call, custom);
    if (rc == 0)
        rc = field_take_text(&text, from, "text");
    if (rc != 0) {
        json_free(custom);
        return rc;
    }
    free(note->message.text);
    note->message.text = text;
    json_free(note->message.custom);
    note->message.custom = custom;
    note->message.updated_us = world_stamp(call->world);
    return 0;
}

static void put_and_tell(struct call *call, enum wire_event event, const struct note *note) {
    change_put_note(call->change, note);
    struct news news = note_news(call, event, note);
    news_to_watchers(call->world, &news, note->room, TO_ALL, NULL);
    news_fini(&news);
}

int message_update(struct call *call) {
    struct note *note;
    const json *from = json_get(call->body, "message");
    int rc = find_own(call, &note);
    if (rc == 0)
        rc = check_text(call, note->room, from);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    if (rc == 0)
        rc = replace_text(call, note, from);
    if (rc != 0)
        return rc;
    put_and_tell(call, EVENT_MESSAGE_UPDATED, note);
    return show(call, note);
}

int message_delete(struct call *call) {
    struct note *note;
    int rc = find_own(call, &note);
    if (rc != 0)
        return rc;
    if (call_change(call) == NULL)
        return -ENOMEM;
    note->message.deleted_us = note->message.updated_us = world_stamp(call->world);
    note->message.text[0] = '\0';
    put_and_tell(call, EVENT_MESSAGE_DELETED, note);
    return show(call, note);
}
