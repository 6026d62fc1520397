/* SPDX-License-Identifier: MIT */
/* Channel types. Switching connect_events off acts at once: what was listened to only because of a
 * channel of the type ends. */
#include "server/home.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/id.h"

#include <errno.h>
#include <string.h>

static int find(struct call *call, struct kind **out) {
    *out = kind_find(call->world, call->args[0]);
    return *out != NULL ? 0
                        : call_refuse(call, CODE_NOT_FOUND, "channel type %.70s does not exist",
                              call->args[0]);
}

static int show(struct call *call, const struct kind *kind) {
    call->reply = show_kind(kind);
    return call->reply != NULL ? 0 : -ENOMEM;
}

int types_list(struct call *call) {
    json *list = json_object();
    size_t i = 0;
    int rc = list != NULL ? 0 : -ENOMEM;
    for (struct kind *kind; rc == 0 && (kind = table_next(&call->world->kinds, &i)) != NULL;)
        if (!kind->absent)
            rc = json_set(list, kind->type.name, show_kind(kind));
    if (rc == 0)
        return call_reply(call, "channel_types", list);
    json_free(list);
    return rc;
}

int type_get(struct call *call) {
    struct kind *kind;
    int rc = find(call, &kind);
    return rc != 0 ? rc : show(call, kind);
}

static int apply(struct call *call, struct channel_type *type) {
    const char *field;
    const char *unknown = grants_unknown(json_get(call->body, "grants"));
    if (unknown != NULL)
        return call_refuse_field(call, "grants", ": there is no %.70s", unknown);
    int rc = channel_type_apply(type, call->body, &field);
    return rc > 0 ? call_refuse(call, CODE_INPUT, "%.70s cannot be set to that", field) : rc;
}

static int put(struct call *call, struct channel_type *type) {
    struct kind *kind;
    struct change *change = call_change(call);
    if (change == NULL) {
        channel_type_fini(type);
        return -ENOMEM;
    }
    int rc = kind_put(call->world, type, &kind);
    if (rc != 0)
        return rc;
    change_put_kind(change, kind);
    return show(call, kind);
}

int type_create(struct call *call) {
    const char *name = json_text_at(call->body, "name");
    struct channel_type type;
    if (name == NULL || !id_is_channel_type(name))
        return call_refuse_field(call, "name", " must be a channel type's name");
    if (kind_find(call->world, name) != NULL)
        return call_refuse(call, CODE_INPUT, "channel type %s exists already", name);
    int rc = channel_type_init(&type, name, world_stamp(call->world));
    if (rc != 0)
        return rc;
    rc = apply(call, &type);
    if (rc != 0) {
        channel_type_fini(&type);
        return rc;
    }
    return put(call, &type);
}

/* A switch acts at once, in every channel of the type. */
static void act(struct call *call, const struct kind *kind, bool listening_ended) {
    size_t i = 0;
    for (struct room *room; (room = table_next(&call->world->rooms, &i)) != NULL;) {
        if (room->kind != kind || room->absent)
            continue;
        if (listening_ended)
            home_stop_listening(call->world, call_post(call), room);
        routes_check_watchers(call, room);
        regards_recount(room);
    }
}

int type_update(struct call *call) {
    struct kind *kind;
    struct channel_type type;
    int rc = find(call, &kind);
    if (rc == 0)
        rc = channel_type_copy(&type, &kind->type);
    if (rc != 0)
        return rc;
    rc = apply(call, &type);
    if (rc != 0) {
        channel_type_fini(&type);
        return rc;
    }
    bool off = kind->type.connect_events && !type.connect_events;
    type.updated_us = world_stamp(call->world);
    rc = put(call, &type);
    if (rc == 0)
        act(call, kind, off);
    return rc;
}

static bool is_in_use(const struct world *world, const struct kind *kind) {
    size_t i = 0;
    for (struct room *room; (room = table_next(&world->rooms, &i)) != NULL;)
        if (room->kind == kind && !room->absent)
            return true;
    return false;
}

static bool is_built_in(const char *name) {
    static const char *const names[] = {"messaging", "team", "livestream", "gaming", "commerce"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

int type_delete(struct call *call) {
    struct kind *kind;
    int rc = find(call, &kind);
    if (rc != 0)
        return rc;
    if (is_built_in(kind->type.name))
        return call_refuse(call, CODE_INPUT, "%s is built in", kind->type.name);
    if (is_in_use(call->world, kind))
        return call_refuse(call, CODE_INPUT, "%s has channels", kind->type.name);
    struct change *change = call_change(call);
    if (change == NULL)
        return -ENOMEM;
    change_remove_kind(change, kind);
    return 0;
}
