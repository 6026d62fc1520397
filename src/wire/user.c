/* SPDX-License-Identifier: MIT */
#include "wire/user.h"
#include "wire/field.h"
#include "wire/limits.h"

#include <errno.h>
#include <string.h>

bool user_field_is_built_in(const char *name) {
    static const char *const names[] = {"id", "name", "image", "role", "language", "teams",
        "created_at", "updated_at", "deleted_at", "deactivated_at", "last_active", "online",
        "banned", "invisible", "anon", "revoke_tokens_issued_before",
        /* of oneself alone, in the first health check */
        "devices", "mutes", "channel_mutes", "unread_count", "total_unread_count",
        "unread_channels", "unread_threads", NULL};
    return field_is_in(name, names);
}

static int take_texts(struct user *to, const json *from) {
    int rc = field_take_text(to->heap, &to->id, from, "id");
    if (rc == 0)
        rc = field_take_text(to->heap, &to->name, from, "name");
    if (rc == 0)
        rc = field_take_text(to->heap, &to->image, from, "image");
    if (rc == 0)
        rc = field_take_text(to->heap, &to->role, from, "role");
    return rc;
}

int user_decode(struct user *to, const struct heap *heap, const json *from, const char **error) {
    struct user user;
    int rc = user_decode_built_in(&user, heap, from, error);
    if (rc != 0)
        return rc;
    rc = field_take_custom(&user.custom, from, user_field_is_built_in);
    if (rc != 0) {
        user_fini(&user);
        return rc;
    }
    *to = user;
    return 0;
}

int user_decode_built_in(
    struct user *to, const struct heap *heap, const json *from, const char **error) {
    const char *id = json_text_at(from, "id");
    const char *why = !json_is_object(from)         ? "a user must be an object"
                      : id == NULL || id[0] == '\0' ? "a user must have an id"
                      : strlen(id) > LIMIT_USER_ID  ? "the user id is too long"
                                                    : NULL;
    if (why != NULL) {
        if (error != NULL)
            *error = why;
        return 1;
    }
    struct user user = {
        .heap = heap,
        .created_us = field_time(from, "created_at"),
        .updated_us = field_time(from, "updated_at"),
        .last_active_us = field_time(from, "last_active"),
        .deactivated_us = field_time(from, "deactivated_at"),
        .deleted_us = field_time(from, "deleted_at"),
        .revoke_before_us = field_time(from, "revoke_tokens_issued_before"),
        .online = json_true_at(from, "online"),
        .banned = json_true_at(from, "banned"),
        .invisible = INVISIBLE_UNSAID,
    };
    if (json_is_boolean(json_get(from, "invisible")))
        user.invisible = json_true_at(from, "invisible") ? INVISIBLE_YES : INVISIBLE_NO;
    int rc = take_texts(&user, from);
    if (rc != 0) {
        user_fini(&user);
        return rc;
    }
    *to = user;
    return 0;
}

int user_copy(struct user *to, const struct user *from) {
    struct user user = *from;
    user.id = user.name = user.image = user.role = NULL;
    user.custom = NULL;
    int rc = field_copy_text(user.heap, &user.id, from->id);
    if (rc == 0)
        rc = field_copy_text(user.heap, &user.name, from->name);
    if (rc == 0)
        rc = field_copy_text(user.heap, &user.image, from->image);
    if (rc == 0)
        rc = field_copy_text(user.heap, &user.role, from->role);
    if (rc == 0)
        rc = field_copy_custom(&user.custom, from->custom);
    if (rc != 0) {
        user_fini(&user);
        return rc;
    }
    *to = user;
    return 0;
}

void user_fini(struct user *user) {
    if (user == NULL)
        return;
    heap_free(user->heap, user->id);
    heap_free(user->heap, user->name);
    heap_free(user->heap, user->image);
    heap_free(user->heap, user->role);
    json_free(user->custom);
    *user = (struct user){0};
}

json *user_encode(const struct user *user, const struct user_face *face) {
    json *to = json_object();
    bool bad = json_set(to, "id", json_text(user->id)) != 0;
    bad |= json_set(to, "role", json_text(user->role != NULL ? user->role : "user")) != 0;
    bad |= field_put_text(to, "name", user->name) != 0;
    bad |= field_put_text(to, "image", user->image) != 0;
    bad |= field_put_boolean(to, "online", face->online) != 0;
    bad |= field_put_time(to, "last_active", face->last_active_us) != 0;
    bad |= field_put_time(to, "created_at", user->created_us) != 0;
    bad |= field_put_time(to, "updated_at", user->updated_us) != 0;
    bad |= field_put_time(to, "deactivated_at", user->deactivated_us) != 0;
    bad |= field_put_time(to, "deleted_at", user->deleted_us) != 0;
    bad |= json_set(to, "language", json_text("")) != 0;
    bad |= json_set(to, "teams", json_array()) != 0;
    bad |= field_put_boolean(to, "banned", user->banned) != 0;
    if (face->show_invisible) {
        bad |= field_put_boolean(to, "invisible", user->invisible == INVISIBLE_YES) != 0;
        bad |= field_put_time(to, "revoke_tokens_issued_before", user->revoke_before_us) != 0;
    }
    bad |= field_put_custom(to, user->custom, user_field_is_built_in) != 0;
    return field_made(to, bad);
}
