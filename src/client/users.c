/* SPDX-License-Identifier: MIT */
/* What can be asked of a user. */
#include "client/client.h"

#include <stdlib.h>
#include <string.h>

PL_API const char *pl_user_id(const pl_user *user) {
    return user->id;
}

PL_API const char *pl_user_name(const pl_user *user) {
    const char *name = kept_text(user->texts, KEPT_NAME);
    return name != NULL && name[0] != '\0' ? name : user->id;
}

PL_API const char *pl_user_status(const pl_user *user) {
    const char *status = kept_text(user->texts, KEPT_STATUS);
    return status != NULL ? status : "";
}

PL_API const char *pl_user_role(const pl_user *user) {
    const char *role = kept_text(user->texts, KEPT_ROLE);
    return role != NULL ? role : "user";
}

PL_API bool pl_user_online(const pl_user *user) {
    return user->online;
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
    return user->last_active_us / 1000;
}

PL_API bool pl_user_invisible(const pl_user *user) {
    return user == user->client->local && user->invisible == INVISIBLE_YES;
}

PL_API bool pl_user_banned(const pl_user *user) {
    return user->banned;
}

PL_API bool pl_user_deactivated(const pl_user *user) {
    return user->rare != NULL && user->rare->deactivated_us != 0;
}

/* The tree of the custom fields, owned by the caller. NULL: none, or no memory. */
static json *custom_of(const pl_user *user) {
    const char *text = kept_text(user->texts, KEPT_CUSTOM);
    const char *status = kept_text(user->texts, KEPT_STATUS);
    json *custom = NULL;
    if (text != NULL) {
        json_parse(&custom, text, strlen(text), &json_limits_reply, NULL);
    } else if (status != NULL && (custom = json_object()) != NULL &&
               json_set(custom, "status", json_text(status)) < 0) {
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

/* It borrows all but the custom fields. */
static struct user whole(const pl_user *user) {
    const struct user_rare *rare = user->rare;
    return (struct user){.id = (char *)user->id,
        .name = (char *)kept_text(user->texts, KEPT_NAME),
        .image = (char *)kept_text(user->texts, KEPT_IMAGE),
        .role = (char *)kept_text(user->texts, KEPT_ROLE),
        .created_us = user->created_us,
        .updated_us = user->updated_us,
        .last_active_us = user->last_active_us,
        .deactivated_us = rare != NULL ? rare->deactivated_us : 0,
        .deleted_us = rare != NULL ? rare->deleted_us : 0,
        .revoke_before_us = rare != NULL ? rare->revoke_before_us : 0,
        .online = user->online,
        .banned = user->banned,
        .invisible = user->invisible,
        .custom = custom_of(user)};
}

PL_API char *pl_user_to_json(const pl_user *user) {
    const struct user_face face = {.online = user->online,
        .last_active_us = user->last_active_us,
        .show_invisible = user == user->client->local};
    const bool has_custom = kept_text(user->texts, KEPT_CUSTOM) != NULL ||
                            kept_text(user->texts, KEPT_STATUS) != NULL;
    struct user wire = whole(user);
    json *object = has_custom && wire.custom == NULL ? NULL : user_encode(&wire, &face);
    char *text = object != NULL ? json_to_text(object) : NULL;
    json_free(object);
    json_free(wire.custom);
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
