/* SPDX-License-Identifier: MIT */
#include "wire/reaction.h"
#include "wire/field.h"
#include "wire/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool reaction_field_is_built_in(const char *name) {
    static const char *const names[] = {
        "message_id", "user_id", "user", "type", "score", "created_at", "updated_at", NULL};
    return field_is_in(name, names);
}

bool reaction_is_type(const char *text) {
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    size_t len = text != NULL ? strlen(text) : 0;
    return len >= 1 && len <= LIMIT_REACTION_TYPE && strspn(text, allowed) == len;
}

static int take_texts(struct reaction *to, const json *from, const char *user_id) {
    int rc = field_take_text(NULL, &to->message_id, from, "message_id");
    if (rc == 0)
        rc = field_copy_text(NULL, &to->user_id, user_id);
    if (rc == 0)
        rc = field_take_text(NULL, &to->type, from, "type");
    if (rc == 0)
        rc = field_take_custom(&to->custom, from, reaction_field_is_built_in);
    return rc;
}

int reaction_decode(struct reaction *to, const json *from, const char **error) {
    const char *user_id = json_text_at(from, "user_id");
    if (user_id == NULL)
        user_id = json_text_at(json_get(from, "user"), "id");
    if (user_id == NULL || json_text_at(from, "message_id") == NULL ||
        json_text_at(from, "type") == NULL) {
        if (error != NULL)
            *error = "a reaction must have a message_id, a user and a type";
        return 1;
    }
    struct reaction reaction = {.score = 1,
        .created_us = field_time(from, "created_at"),
        .updated_us = field_time(from, "updated_at")};
    int64_t score;
    if (json_as_integer(json_get(from, "score"), &score) && score >= INT32_MIN &&
        score <= INT32_MAX)
        reaction.score = (int)score;
    int rc = take_texts(&reaction, from, user_id);
    if (rc != 0) {
        reaction_fini(&reaction);
        return rc;
    }
    *to = reaction;
    return 0;
}

int reaction_copy(struct reaction *to, const struct reaction *from) {
    struct reaction reaction = *from;
    reaction.message_id = reaction.user_id = reaction.type = NULL;
    reaction.custom = NULL;
    int rc = field_copy_text(NULL, &reaction.message_id, from->message_id);
    if (rc == 0)
        rc = field_copy_text(NULL, &reaction.user_id, from->user_id);
    if (rc == 0)
        rc = field_copy_text(NULL, &reaction.type, from->type);
    if (rc == 0)
        rc = field_copy_custom(&reaction.custom, from->custom);
    if (rc != 0) {
        reaction_fini(&reaction);
        return rc;
    }
    *to = reaction;
    return 0;
}

void reaction_fini(struct reaction *reaction) {
    if (reaction == NULL)
        return;
    free(reaction->message_id);
    free(reaction->user_id);
    free(reaction->type);
    json_free(reaction->custom);
    *reaction = (struct reaction){0};
}

json *reaction_encode(const struct reaction *reaction, json *user) {
    json *to = json_object();
    bool bad = json_set(to, "message_id", json_text(reaction->message_id)) != 0;
    bad |= json_set(to, "user_id", json_text(reaction->user_id)) != 0;
    bad |= json_set(to, "user", user) != 0;
    bad |= json_set(to, "type", json_text(reaction->type)) != 0;
    bad |= json_set(to, "score", json_integer(reaction->score)) != 0;
    bad |= field_put_time(to, "created_at", reaction->created_us) != 0;
    bad |= field_put_time(to, "updated_at", reaction->updated_us) != 0;
    bad |= field_put_custom(to, reaction->custom, reaction_field_is_built_in) != 0;
    return field_made(to, bad);
}
