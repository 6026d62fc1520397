/* SPDX-License-Identifier: MIT */
#include "wire/message.h"
#include "wire/field.h"
#include "wire/limits.h"

#include <errno.h>
#include <string.h>

bool message_field_is_built_in(const char *name) {
    static const char *const names[] = {"id", "text", "html", "type", "user", "user_id", "cid",
        "created_at", "updated_at", "deleted_at", "attachments", "mentioned_users",
        "latest_reactions", "own_reactions", "reaction_counts", "reaction_scores", "reply_count",
        "silent", "pinned", "pinned_at", "pinned_by", "parent_id", "quoted_message_id",
        "quoted_message", "thread_participants", "show_in_channel", NULL};
    return field_is_in(name, names);
}

static const char *or_empty(const char *text) {
    return text != NULL ? text : "";
}

static const char *author_of(const json *from) {
    const char *id = json_text_at(json_get(from, "user"), "id");
    return or_empty(id != NULL ? id : json_text_at(from, "user_id"));
}

static int take_texts(struct message *to, const json *from) {
    int rc = field_take_text(to->heap, &to->id, from, "id");
    if (rc == 0)
        rc = field_copy_text(to->heap, &to->cid, or_empty(json_text_at(from, "cid")));
    if (rc == 0)
        rc = field_copy_text(to->heap, &to->text, or_empty(json_text_at(from, "text")));
    if (rc == 0)
        rc = field_take_text(to->heap, &to->type, from, "type");
    if (rc == 0)
        rc = field_copy_text(to->heap, &to->user_id, author_of(from));
    if (rc == 0)
        rc = field_take_text(to->heap, &to->parent_id, from, "parent_id");
    if (rc == 0)
        rc = field_take_text(to->heap, &to->quoted_id, from, "quoted_message_id");
    if (rc == 0)
        rc = field_take_custom(&to->custom, from, message_field_is_built_in);
    return rc;
}

int message_decode(
    struct message *to, const struct heap *heap, const json *from, const char **error) {
    const char *id = json_text_at(from, "id");
    if (id == NULL || id[0] == '\0' || strlen(id) > LIMIT_MESSAGE_ID) {
        if (error != NULL)
            *error = "a message must have an id";
        return 1;
    }
    struct message message = {
        .heap = heap,
        .created_us = field_time(from, "created_at"),
        .updated_us = field_time(from, "updated_at"),
        .deleted_us = field_time(from, "deleted_at"),
        .silent = json_true_at(from, "silent"),
    };
    int64_t replies;
    if (json_as_integer(json_get(from, "reply_count"), &replies) && replies > 0 &&
        replies <= INT32_MAX)
        message.reply_count = (int)replies;
    int rc = take_texts(&message, from);
    if (rc != 0) {
        message_fini(&message);
        return rc;
    }
    *to = message;
    return 0;
}

int message_copy(struct message *to, const struct message *from) {
    struct message message = *from;
    message.id = message.cid = message.text = message.type = NULL;
    message.user_id = message.parent_id = message.quoted_id = NULL;
    message.custom = NULL;
    int rc = field_copy_text(message.heap, &message.id, from->id);
    if (rc == 0)
        rc = field_copy_text(message.heap, &message.cid, from->cid);
    if (rc == 0)
        rc = field_copy_text(message.heap, &message.text, from->text);
    if (rc == 0)
        rc = field_copy_text(message.heap, &message.type, from->type);
    if (rc == 0)
        rc = field_copy_text(message.heap, &message.user_id, from->user_id);
    if (rc == 0)
        rc = field_copy_text(message.heap, &message.parent_id, from->parent_id);
    if (rc == 0)
        rc = field_copy_text(message.heap, &message.quoted_id, from->quoted_id);
    if (rc == 0)
        rc = field_copy_custom(&message.custom, from->custom);
    if (rc != 0) {
        message_fini(&message);
        return rc;
    }
    *to = message;
    return 0;
}

void message_fini(struct message *message) {
    if (message == NULL)
        return;
    heap_free(message->heap, message->id);
    heap_free(message->heap, message->cid);
    heap_free(message->heap, message->text);
    heap_free(message->heap, message->type);
    heap_free(message->heap, message->user_id);
    heap_free(message->heap, message->parent_id);
    heap_free(message->heap, message->quoted_id);
    json_free(message->custom);
    *message = (struct message){0};
}

static bool put_others(json *to, const struct message_others *others) {
    const bool is_nothing = others->latest == NULL && others->own == NULL &&
                            others->counts == NULL && others->scores == NULL;
    json *mentioned = others->mentioned != NULL ? others->mentioned : json_array();
    bool bad = json_set(to, "mentioned_users", mentioned) != 0;
    bad |= json_set(to, "latest_reactions", is_nothing ? json_array() : others->latest) != 0;
    bad |= json_set(to, "own_reactions", is_nothing ? json_array() : others->own) != 0;
    bad |= json_set(to, "reaction_counts", is_nothing ? json_object() : others->counts) != 0;
    bad |= json_set(to, "reaction_scores", is_nothing ? json_object() : others->scores) != 0;
    return bad;
}

static bool put_attachments(json *to, const struct message *message) {
    const json *attachments = json_get(message->custom, "attachments");
    return json_set(to, "attachments",
               json_is_array(attachments) ? json_copy(attachments) : json_array()) != 0;
}

static const char *type_of(const struct message *message) {
    if (message->deleted_us != 0)
        return "deleted";
    return message->type != NULL ? message->type : "regular";
}

json *message_encode(const struct message *message, json *user, struct message_others others) {
    json *to = json_object();
    bool bad = json_set(to, "id", json_text(message->id)) != 0;
    bad |= json_set(to, "text", json_text(or_empty(message->text))) != 0;
    bad |= json_set(to, "html", json_text("")) != 0;
    bad |= json_set(to, "type", json_text(type_of(message))) != 0;
    bad |= json_set(to, "user", user) != 0;
    bad |= json_set(to, "cid", json_text(or_empty(message->cid))) != 0;
    bad |= field_put_time(to, "created_at", message->created_us) != 0;
    bad |= field_put_time(to, "updated_at", message->updated_us) != 0;
    bad |= field_put_time(to, "deleted_at", message->deleted_us) != 0;
    bad |= field_put_text(to, "parent_id", message->parent_id) != 0;
    bad |= field_put_text(to, "quoted_message_id", message->quoted_id) != 0;
    bad |= put_attachments(to, message);
    bad |= put_others(to, &others);
    bad |= json_set(to, "reply_count", json_integer(message->reply_count)) != 0;
    bad |= field_put_boolean(to, "silent", message->silent) != 0;
    bad |= field_put_boolean(to, "pinned", false) != 0;
    bad |= field_put_custom(to, message->custom, message_field_is_built_in) != 0;
    return field_made(to, bad);
}
