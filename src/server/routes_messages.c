/* SPDX-License-Identifier: MIT */
/* Messages: sent, read, changed, deleted. A message is a public act, of a hidden person too: it
 * shows, and moves nothing else. Who sends one has read what is before it, and a channel that
 * somebody has hidden comes back to them. */
#include "base/chance.h"
#include "base/utf8.h"
#include "server/access.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/notes.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/field.h"
#include "wire/id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where something is attached there need be no words. */
static int check_length(
    struct call *call, const struct room *room, const char *text, const json *attachments) {
    if ((text == NULL || text[0] == '\0') && json_first(attachments) == NULL)
        return call_refuse_field(call, "message.text", " is missing");
    if (text == NULL)
        return 0;
    if (utf8_count(text, strlen(text)) > (size_t)room->kind->type.max_message_length)
        return call_refuse(call, CODE_MESSAGE_TOO_LONG, "message.text is longer than %d characters",
            room->kind->type.max_message_length);
    return 0;
}

static int check_text(struct call *call, const struct room *room, const json *from) {
    if (!json_is_object(from))
        return call_refuse_field(call, "message", " must be an object");
    if (json_get(from, "text") != NULL && json_text_at(from, "text") == NULL)
        return call_refuse_field(call, "message.text", " must be a string");
    return check_length(call, room, json_text_at(from, "text"), json_get(from, "attachments"));
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
        return call_refuse_field(call, "message.user_id", ": user %.255s does not exist", id);
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
    struct store *store = call->world->store;
    const int taken = note_find(call->world, text) != NULL ? 1
                                                           : store->calls->has_message(store, text);
    if (taken > 0)
        return call_refuse(call, CODE_INPUT, "message.id %s is taken", text);
    if (taken == 0)
        strcpy(id, text);
    return taken;
}

/* The message that another one is about: there, and in the same channel. */
static int find_related(struct call *call, const struct room *room, const json *from,
    const char *key, bool is_on, struct note **out) {
    const json *value = json_get(from, key);
    const char *id = json_as_text(value);
    *out = NULL;
    if (value == NULL || json_is_null(value))
        return 0;
    if (!is_on)
        return call_refuse(
            call, CODE_FEATURE_OFF, "message.%s: this is off for %s", key, room->kind->type.name);
    int rc = id != NULL && id_is_message(id) ? note_recall(call->world, id, out) : 1;
    if (rc > 0 || (rc == 0 && ((*out)->room != room || (*out)->message.deleted_us != 0)))
        return call_refuse(call, CODE_INPUT, "message.%s: message %.255s does not exist here", key,
            id != NULL ? id : "without an id");
    return rc;
}

static int check_related(struct call *call, const struct room *room, const json *from) {
    const struct channel_type *type = &room->kind->type;
    struct note *parent, *quoted;
    int rc = find_related(call, room, from, "parent_id", type->replies, &parent);
    if (rc == 0 && parent != NULL && parent->message.parent_id != NULL)
        rc = call_refuse_field(call, "message.parent_id", ": a reply has no replies");
    if (rc == 0 && parent != NULL && !access_may(room, call->view, GRANT_REPLY))
        rc = call_refuse(call, CODE_NOT_ALLOWED, "you may not reply here");
    return rc != 0 ? rc
                   : find_related(call, room, from, "quoted_message_id", type->quotes, &quoted);
}

static int check_cooldown(struct call *call, const struct room *room) {
    const struct regard *regard = regard_find(room, call->asker);
    int64_t pause_us = (int64_t)room->channel.cooldown_s * 1000000;
    if (pause_us == 0 || regard == NULL || access_may(room, call->view, GRANT_SKIP_COOLDOWN) ||
        regard->said_us + pause_us <= call->world->now.unix_us)
        return 0;
    return call_refuse(call, CODE_COOLDOWN, "one message in %d s here", room->channel.cooldown_s);
}

static int keep(json **custom, const char *key, json *value) {
    if (*custom == NULL)
        *custom = json_object();
    return json_set(*custom, key, value);
}

static int take_attachments(struct call *call, const json *from, json **custom) {
    const json *list = json_get(from, "attachments");
    bool good = list == NULL || json_is_null(list) || json_is_array(list);
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        good &= json_is_object(item);
    if (!good || json_count(list) > LIMIT_ATTACHMENTS)
        return call_refuse_field(call, "message.attachments",
            " must be an array of at most %d objects", LIMIT_ATTACHMENTS);
    return json_first(list) != NULL ? keep(custom, "attachments", json_copy(list)) : 0;
}

/* Kept by id: they are shown as they are then. */
static int take_mentioned(struct call *call, const json *from, json **custom) {
    struct person **persons = NULL;
    size_t count = 0;
    int rc = routes_persons(
        call, json_get(from, "mentioned_users"), "message.mentioned_users", &persons, &count);
    json *ids = rc == 0 && count > 0 ? json_array() : NULL;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = json_append(ids, json_text(persons[i]->user.id));
    free(persons);
    if (rc == 0 && count > 0)
        return keep(custom, "mentioned_users", ids);
    json_free(ids);
    return rc;
}

/* All that an author may say beside the text. */
static int take_custom(struct call *call, const json *from, json **custom) {
    int rc = field_take_custom(custom, from, message_field_is_built_in);
    if (rc == 0)
        rc = take_attachments(call, from, custom);
    if (rc == 0)
        rc = take_mentioned(call, from, custom);
    return rc != 0 ? rc : check_custom(call, *custom);
}

int routes_draft_message(
    struct call *call, const struct room *room, const json *from, struct message *message) {
    char id[LIMIT_MESSAGE_ID + 1];
    const char *author = NULL;
    int rc = check_text(call, room, from);
    if (rc == 0)
        rc = find_author(call, from, &author);
    if (rc == 0)
        rc = check_related(call, room, from);
    if (rc == 0)
        rc = check_cooldown(call, room);
    if (rc == 0)
        rc = find_id(call, from, id);
    if (rc != 0)
        return rc;
    *message = (struct message){.id = strdup(id),
        .cid = strdup(room->channel.cid),
        .text = strdup(json_get(from, "text") != NULL ? json_text_at(from, "text") : ""),
        .user_id = strdup(author),
        .silent = json_true_at(from, "silent")};
    message->created_us = message->updated_us = world_stamp(call->world);
    rc = message->id != NULL && message->cid != NULL && message->text != NULL &&
                 message->user_id != NULL
             ? field_take_text(NULL, &message->parent_id, from, "parent_id")
             : -ENOMEM;
    if (rc == 0)
        rc = field_take_text(NULL, &message->quoted_id, from, "quoted_message_id");
    if (rc == 0)
        rc = take_custom(call, from, &message->custom);
    if (rc != 0)
        message_fini(message);
    return rc;
}

/* ---- told ---- */

static struct news note_news(struct call *call, enum wire_event event, const struct note *note) {
    return (struct news){.event = event,
        .created_us = world_stamp(call->world),
        .user = call->asker != NULL ? call->asker : note->author,
        .room = note->room,
        .note = note,
        .with_count = true,
        .with_unread = true,
        .post = call_post(call)};
}

static void tell(
    struct call *call, enum wire_event event, const struct note *note, const json *more) {
    struct news news = note_news(call, event, note);
    news.more = more;
    news_to_watchers(call->world, &news, note->room, TO_ALL, NULL);
    news_fini(&news);
}

static void tell_new(struct call *call, const struct note *note) {
    tell(call, EVENT_MESSAGE_NEW, note, NULL);
    struct news news = note_news(call, EVENT_NOTIFICATION_MESSAGE_NEW, note);
    news.with_channel = true;
    LIST_EACH(&note->room->seats, item) {
        const struct seat *seat = LIST_ITEM(item, struct seat, by_room);
        if (!member_is_invitee(&seat->member) &&
            access_read(note->room, (struct view){.asker = seat->person}))
            news_to_not_watching(call->world, &news, seat->person);
    }
    news_fini(&news);
}

/* ---- put ---- */

/* Who writes has read. A message of somebody who is away moves no mark for others, so that one of
 * somebody who hides need not either to look the same. */
static void said(struct call *call, const struct note *note) {
    struct regard *regard = note->author != NULL ? regard_need(note->room, note->author) : NULL;
    if (regard == NULL)
        return;
    regard->said_us = call->world->now.unix_us;
    if (regard->seat == NULL || note->message.parent_id != NULL)
        return;
    regard_read(regard->seat, note->message.created_us, presence_is_shown(&note->author->presence));
    change_put_regard(call->change, regard);
}

/* Whoever has hidden the room sees it again, as of the message: a stamp of its own would show in
 * those that others get after it. */
static void bring_back(struct call *call, struct room *room, const struct note *note) {
    size_t i = 0;
    for (struct regard *regard;
         room->hiders > 0 && (regard = table_next(&room->regard_of, &i)) != NULL;) {
        if (regard->hidden_us == 0)
            continue;
        regard_hide(regard, 0);
        change_put_regard(call->change, regard);
        struct news news = {.event = EVENT_CHANNEL_VISIBLE,
            .created_us = note->message.created_us,
            .user = regard->person,
            .room = room,
            .with_channel = true,
            .post = call_post(call)};
        news_to_own(call->world, &news, regard->person);
        news_fini(&news);
    }
}

/* A reply more, or one less. */
static void count_reply(struct call *call, const struct note *reply, int by) {
    struct note *parent;
    if (reply->message.parent_id == NULL ||
        note_recall(call->world, reply->message.parent_id, &parent) != 0)
        return;
    parent->message.reply_count += by;
    if (parent->message.reply_count < 0)
        parent->message.reply_count = 0;
    change_put_note(call->change, parent);
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
    if (note->message.parent_id == NULL) {
        room->channel.last_message_us = note->message.created_us;
        change_put_room(call->change, room);
    }
    change_put_note(call->change, note);
    count_reply(call, note, 1);
    said(call, note);
    bring_back(call, room, note);
    tell_new(call, note);
    if (out != NULL)
        *out = note;
    return 0;
}

/* ---- the calls ---- */

static int show(struct call *call, const struct note *note) {
    return call_reply(call, "message", show_note(call->world, note, call->view));
}

int message_send(struct call *call) {
    struct room *room;
    struct note *note;
    struct message message;
    int rc = routes_room(call, &room);
    if (rc == 0 && !access_write(room, call->view, GRANT_SEND))
        rc = call_refuse(
            call, CODE_NOT_ALLOWED, "channel %s is not for you to write to", room->channel.cid);
    if (rc == 0)
        rc = routes_draft_message(call, room, json_get(call->body, "message"), &message);
    if (rc == 0)
        rc = routes_put_message(call, room, &message, &note);
    return rc != 0 ? rc : show(call, note);
}

/* What is cleared away for the asker, and what they may not read, does not exist. */
int routes_note(struct call *call, struct note **out) {
    const bool is_known = note_find(call->world, call->args[0]) != NULL;
    int rc = id_is_message(call->args[0]) ? note_recall(call->world, call->args[0], out) : 1;
    if (rc < 0)
        return rc;
    const struct regard *regard = rc == 0 ? regard_find((*out)->room, call->asker) : NULL;
    if (rc > 0 || !access_read((*out)->room, call->view) ||
        (regard != NULL && (*out)->message.created_us <= regard->cleared_us)) {
        if (is_known)
            note_recall_nothing(call->world);
        return call_refuse(call, CODE_NOT_FOUND, "message %.255s does not exist", call->args[0]);
    }
    return 0;
}

int message_get(struct call *call) {
    struct note *note;
    int rc = routes_note(call, &note);
    return rc != 0 ? rc : show(call, note);
}

static int find_mine(struct call *call, enum grant grant, struct note **out) {
    int rc = routes_note(call, out);
    if (rc == 0 && !access_may_note(*out, call->view, grant))
        rc = call_refuse(call, CODE_NOT_ALLOWED, "the message is not yours");
    return rc;
}

static int find_living(struct call *call, enum grant grant, struct note **out) {
    int rc = find_mine(call, grant, out);
    if (rc == 0 && (*out)->message.deleted_us != 0)
        rc = call_refuse(call, CODE_INPUT, "message %.255s is deleted", call->args[0]);
    return rc;
}

/* A draft of the message with another text and other custom fields. */
static int replace(struct call *call, const struct note *note, struct message *draft) {
    const json *from = json_get(call->body, "message");
    int rc = check_text(call, note->room, from);
    if (rc == 0)
        rc = message_copy(draft, &note->message);
    if (rc != 0)
        return rc;
    json_free(draft->custom);
    free(draft->text);
    draft->custom = NULL;
    draft->text = NULL;
    draft->text = strdup(json_get(from, "text") != NULL ? json_text_at(from, "text") : "");
    if (draft->text == NULL)
        return -ENOMEM;
    return take_custom(call, from, &draft->custom);
}

static int set_path(struct call *call, struct message *draft, const char *path, const json *value) {
    char first[64];
    if (path == NULL)
        return call_refuse_field(call, "unset", " must be an array of names");
    snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "."), path);
    if (strcmp(path, "text") == 0 && json_as_text(value) != NULL) {
        free(draft->text);
        draft->text = strdup(json_as_text(value));
        return draft->text != NULL ? 0 : -ENOMEM;
    }
    if (message_field_is_built_in(first))
        return call_refuse(call, CODE_INPUT, "%.60s cannot be set", path);
    return value != NULL ? details_set_path(&draft->custom, path, value)
                         : details_unset_path(&draft->custom, path);
}

/* The same, path by path: {set, unset}. */
static int patch(struct call *call, const struct note *note, struct message *draft) {
    const json *set = json_get(call->body, "set"), *unset = json_get(call->body, "unset");
    if ((set != NULL && !json_is_object(set)) || (unset != NULL && !json_is_array(unset)))
        return call_refuse_field(call, "set", " must be an object, unset an array");
    int rc = message_copy(draft, &note->message);
    for (const json *item = json_first(set); rc == 0 && item != NULL; item = json_next(item))
        rc = set_path(call, draft, json_key(item), item);
    for (const json *item = json_first(unset); rc == 0 && item != NULL; item = json_next(item))
        rc = set_path(call, draft, json_as_text(item), NULL);
    return rc != 0 ? rc
                   : check_length(
                         call, note->room, draft->text, json_get(draft->custom, "attachments"));
}

int message_update(struct call *call) {
    struct note *note;
    struct message draft = {0};
    int rc = find_living(call, GRANT_UPDATE_MESSAGE, &note);
    bool by_path = json_get(call->body, "set") != NULL || json_get(call->body, "unset") != NULL;
    if (rc == 0)
        rc = by_path ? patch(call, note, &draft) : replace(call, note, &draft);
    if (rc == 0)
        rc = check_custom(call, draft.custom);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    if (rc != 0) {
        message_fini(&draft);
        return rc;
    }
    draft.updated_us = world_stamp(call->world);
    rc = note_put(call->world, note->room, &draft, &note);
    if (rc != 0)
        return rc;
    change_put_note(call->change, note);
    tell(call, EVENT_MESSAGE_UPDATED, note, NULL);
    return show(call, note);
}

static void mark_deleted(struct call *call, struct note *note) {
    if (note->message.deleted_us != 0)
        return;
    if (!note->aside)
        regards_uncount(note);
    count_reply(call, note, -1);
    note->message.deleted_us = note->message.updated_us = world_stamp(call->world);
    note->message.text[0] = '\0';
    json_free(note->message.custom);
    note->message.custom = NULL;
}

/* Its replies go with it. */
static void remove_for_good(struct call *call, struct note *note) {
    change_remove_note(call->change, note);
    LIST_EACH(&call->world->aside, item) {
        struct note *reply = LIST_ITEM(item, struct note, in_list);
        if (reply->message.parent_id != NULL &&
            strcmp(reply->message.parent_id, note->message.id) == 0)
            note_remove(call->world, reply);
    }
    note_remove(call->world, note);
}

int message_delete(struct call *call) {
    struct note *note;
    bool for_good = routes_switched_on(call, "hard");
    int rc = find_mine(call, GRANT_DELETE_MESSAGE, &note);
    json *more = rc == 0 ? json_object() : NULL;
    if (rc == 0 &&
        (call_change(call) == NULL || json_set(more, "hard_delete", json_boolean(for_good)) != 0))
        rc = -ENOMEM;
    if (rc == 0) {
        /* Either way something of the channel is in the batch before it changes. */
        if (for_good)
            change_put_room(call->change, note->room);
        mark_deleted(call, note);
        if (!for_good)
            change_put_note(call->change, note);
        tell(call, EVENT_MESSAGE_DELETED, note, for_good ? more : NULL);
        rc = show(call, note);
    }
    if (rc == 0 && for_good)
        remove_for_good(call, note);
    json_free(more);
    return rc;
}

/* ---- replies ---- */

int message_replies(struct call *call) {
    struct note *parent, *found[LIMIT_MESSAGES];
    struct store_page page = {.of = STORE_REPLIES};
    int rc = routes_note(call, &parent);
    if (rc == 0)
        rc = routes_page(call, call->body, LIMIT_MESSAGES_DEFAULT, &page);
    if (rc != 0)
        return rc;
    page.parent_id = parent->message.id;
    int count = page.limit > 0 ? notes_page(call->world, parent->room, &page, found) : 0;
    json *list = json_array();
    rc = count < 0 ? count : list == NULL ? -ENOMEM : 0;
    for (int i = 0; rc == 0 && i < count; i++)
        rc = json_append(list, show_note(call->world, found[i], call->view));
    if (rc == 0)
        return call_reply(call, "messages", list);
    json_free(list);
    return rc;
}
