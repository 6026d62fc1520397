/* SPDX-License-Identifier: MIT */
/* The switches stand in one table, so that what is set, applied, told and read is the same list. */
#include "wire/channel.h"
#include "wire/field.h"
#include "wire/id.h"
#include "wire/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct type_switch {
    const char *name;
    size_t offset;
} switches[] = {
#define SWITCH(name)                                                                               \
    { #name, offsetof(struct channel_type, name) }
    SWITCH(typing_events),
    SWITCH(read_events),
    SWITCH(connect_events),
    SWITCH(custom_events),
    SWITCH(search),
    SWITCH(reactions),
    SWITCH(replies),
    SWITCH(quotes),
    SWITCH(mutes),
    SWITCH(uploads),
    SWITCH(url_enrichment),
    SWITCH(push_notifications),
#undef SWITCH
};
enum { SWITCHES = sizeof switches / sizeof switches[0] };

static bool *switch_of(struct channel_type *type, size_t i) {
    return (bool *)((char *)type + switches[i].offset);
}

int channel_type_init(struct channel_type *type, const char *name, int64_t now_us) {
    struct channel_type made = {
        .created_us = now_us,
        .updated_us = now_us,
        .max_message_length = LIMIT_MESSAGE_CHARACTERS,
    };
    for (size_t i = 0; i < SWITCHES; i++)
        *switch_of(&made, i) = true;
    if (strcmp(name, "livestream") == 0)
        made.typing_events = made.read_events = false;
    int rc = field_copy_text(NULL, &made.name, name);
    if (rc == 0)
        *type = made;
    return rc;
}

int channel_type_copy(struct channel_type *to, const struct channel_type *from) {
    struct channel_type type = *from;
    type.name = NULL;
    type.grants = NULL;
    int rc = field_copy_text(NULL, &type.name, from->name);
    if (rc == 0)
        rc = field_copy_custom(&type.grants, from->grants);
    if (rc != 0) {
        channel_type_fini(&type);
        return rc;
    }
    *to = type;
    return 0;
}

void channel_type_fini(struct channel_type *type) {
    if (type == NULL)
        return;
    free(type->name);
    json_free(type->grants);
    *type = (struct channel_type){0};
}

/* {role: [grant, …]}. */
static bool are_grants(const json *grants) {
    if (!json_is_object(grants))
        return false;
    for (const json *role = json_first(grants); role != NULL; role = json_next(role)) {
        if (!json_is_array(role))
            return false;
        for (const json *grant = json_first(role); grant != NULL; grant = json_next(grant))
            if (!json_is_text(grant))
                return false;
    }
    return true;
}

/* The key that is wrong, or NULL. */
static const char *find_fault(const json *changes) {
    for (size_t i = 0; i < SWITCHES; i++) {
        const json *value = json_get(changes, switches[i].name);
        if (value != NULL && !json_is_boolean(value))
            return switches[i].name;
    }
    const json *most = json_get(changes, "max_message_length");
    int64_t length;
    if (most != NULL &&
        (!json_as_integer(most, &length) || length < 1 || length > LIMIT_MESSAGE_CHARACTERS))
        return "max_message_length";
    const json *grants = json_get(changes, "grants");
    return grants != NULL && !json_is_null(grants) && !are_grants(grants) ? "grants" : NULL;
}

int channel_type_apply(struct channel_type *type, const json *changes, const char **field) {
    const char *fault = find_fault(changes);
    if (fault != NULL) {
        *field = fault;
        return 1;
    }
    const json *grants = json_get(changes, "grants");
    if (grants != NULL) {
        json *copy = json_is_null(grants) ? NULL : json_copy(grants);
        if (copy == NULL && !json_is_null(grants))
            return -ENOMEM;
        json_free(type->grants);
        type->grants = copy;
    }
    for (size_t i = 0; i < SWITCHES; i++) {
        const json *value = json_get(changes, switches[i].name);
        if (value != NULL)
            *switch_of(type, i) = json_is_true(value);
    }
    int64_t length;
    if (json_as_integer(json_get(changes, "max_message_length"), &length))
        type->max_message_length = (int)length;
    return 0;
}

json *channel_type_encode(const struct channel_type *type) {
    json *to = json_object();
    bool bad = json_set(to, "name", json_text(type->name)) != 0;
    bad |= field_put_time(to, "created_at", type->created_us) != 0;
    bad |= field_put_time(to, "updated_at", type->updated_us) != 0;
    for (size_t i = 0; i < SWITCHES; i++) {
        const bool *value = (const bool *)((const char *)type + switches[i].offset);
        bad |= field_put_boolean(to, switches[i].name, *value) != 0;
    }
    bad |= field_put_boolean(to, "delivery_events", false) != 0;
    bad |= json_set(to, "max_message_length", json_integer(type->max_message_length)) != 0;
    bad |= json_set(to, "message_retention", json_text("infinite")) != 0;
    bad |= json_set(to, "automod", json_text("disabled")) != 0;
    bad |= json_set(to, "automod_behavior", json_text("flag")) != 0;
    bad |= json_set(to, "commands", json_array()) != 0;
    json *grants = type->grants != NULL ? json_copy(type->grants) : json_object();
    bad |= json_set(to, "grants", grants) != 0;
    return field_made(to, bad);
}

int channel_type_decode(struct channel_type *to, const json *from, const char **error) {
    const char *name = json_text_at(from, "name");
    const char *fault = id_is_channel_type(name) ? NULL : "a channel type must have a name";
    struct channel_type type;
    int rc = fault != NULL ? 1 : channel_type_init(&type, name, 0);
    if (rc == 0) {
        type.created_us = field_time(from, "created_at");
        type.updated_us = field_time(from, "updated_at");
        rc = channel_type_apply(&type, from, &fault);
        if (rc != 0)
            channel_type_fini(&type);
    }
    if (rc == 0)
        *to = type;
    else if (rc > 0 && error != NULL)
        *error = fault;
    return rc;
}
