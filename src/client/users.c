/* SPDX-License-Identifier: MIT */
/* What can be asked of a user. */
#include "client/client.h"

#include <stdlib.h>
#include <string.h>

PL_API const char *pl_user_id(const pl_user *user) {
    return user->wire.id;
}

PL_API const char *pl_user_name(const pl_user *user) {
    const char *name = user->wire.name;
    return name != NULL && name[0] != '\0' ? name : user->wire.id;
}

PL_API const char *pl_user_status(const pl_user *user) {
    return user->status != NULL ? user->status : "";
}

PL_API const char *pl_user_role(const pl_user *user) {
    return user->wire.role != NULL ? user->wire.role : "user";
}

PL_API bool pl_user_online(const pl_user *user) {
    return user->wire.online;
}

PL_API bool pl_user_is_live(const pl_user *user) {
    const pl_client *client = user->client;
    if (client->link.state != PL_LINK_LIVE)
        return false;
    return user->live_epoch == client->epoch || (user == client->local && client->self_is_known);
}

PL_API int64_t pl_user_known_unix_ms(const pl_user *user) {
    return user->known_ms;
}

PL_API int64_t pl_user_last_active_unix_ms(const pl_user *user) {
    return user->wire.last_active_us / 1000;
}

PL_API bool pl_user_invisible(const pl_user *user) {
    return user == user->client->local && user->wire.invisible == INVISIBLE_YES;
}

PL_API bool pl_user_banned(const pl_user *user) {
    return user->wire.banned;
}

PL_API bool pl_user_deactivated(const pl_user *user) {
    return user->wire.deactivated_us != 0;
}

/* The tree of the custom fields, owned by the caller. NULL: none, or no memory. */
static json *custom_of(const pl_user *user) {
    json *custom = NULL;
    if (user->custom != NULL) {
        json_parse(&custom, user->custom, strlen(user->custom), &json_limits_reply, NULL);
    } else if (user->status != NULL && (custom = json_object()) != NULL &&
               json_set(custom, "status", json_text(user->status)) < 0) {
        json_free(custom);
        custom = NULL;
    }
    return custom;
}

PL_API char *pl_user_custom_json(const pl_user *user, const char *field) {
    json *custom = field != NULL ? custom_of(user) : NULL;
    const json *value = json_get(custom, field);
    char *text = value != NULL ? json_to_text(value) : NULL;
    json_free(custom);
    return text;
}

PL_API char *pl_user_to_json(const pl_user *user) {
    const struct user_face face = {.online = user->wire.online,
        .last_active_us = user->wire.last_active_us,
        .show_invisible = user == user->client->local};
    struct user whole = user->wire; /* borrows all but the custom fields */
    whole.custom = custom_of(user);
    const bool bad = whole.custom == NULL && (user->custom != NULL || user->status != NULL);
    json *object = bad ? NULL : user_encode(&whole, &face);
    char *text = object != NULL ? json_to_text(object) : NULL;
    json_free(object);
    json_free(whole.custom);
    return text;
}

PL_API void pl_free(void *memory) {
    free(memory);
}

PL_API void pl_user_set_context(pl_user *user, void *context) {
    user->context = context;
}

PL_API void *pl_user_context(const pl_user *user) {
    return user->context;
}
