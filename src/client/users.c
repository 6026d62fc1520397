/* SPDX-License-Identifier: MIT */
/* What can be asked of a user. */
#include "client/client.h"

#include <stdlib.h>

PL_API const char *pl_user_id(const pl_user *user) {
    return user->wire.id;
}

PL_API const char *pl_user_name(const pl_user *user) {
    const char *name = user->wire.name;
    return name != NULL && name[0] != '\0' ? name : user->wire.id;
}

PL_API const char *pl_user_status(const pl_user *user) {
    return user_status(&user->wire);
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
    return user->live_epoch == client->epoch || user == client->local;
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

PL_API char *pl_user_custom_json(const pl_user *user, const char *field) {
    const json *value = json_get(user->wire.custom, field);
    return value != NULL ? json_to_text(value) : NULL;
}

PL_API char *pl_user_to_json(const pl_user *user) {
    const struct user_face face = {.online = user->wire.online,
        .last_active_us = user->wire.last_active_us,
        .show_invisible = user == user->client->local};
    json *object = user_encode(&user->wire, &face);
    char *text = object != NULL ? json_to_text(object) : NULL;
    json_free(object);
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
