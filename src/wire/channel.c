/* SPDX-License-Identifier: MIT */
#include "wire/channel.h"
#include "wire/field.h"
#include "wire/id.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool channel_field_is_built_in(const char *name) {
    static const char *const names[] = {"type", "id", "cid", "created_at", "updated_at",
        "deleted_at", "created_by", "created_by_id", "frozen", "disabled", "members",
        "member_count", "config", "own_capabilities", "last_message_at", "hidden", "truncated_at",
        "truncated_by", "cooldown", "invites", NULL};
    return field_is_in(name, names);
}

/* Type and id, from where they stand: apart, or together in the cid. */
static bool find_names(
    const json *from, char type[LIMIT_CHANNEL_TYPE + 1], char id[LIMIT_CHANNEL_ID + 1]) {
    const char *cid = json_text_at(from, "cid");
    if (cid != NULL)
        return id_split_cid(cid, type, id);
    const char *given_type = json_text_at(from, "type"), *given_id = json_text_at(from, "id");
    if (!id_is_channel_type(given_type) || !id_is_channel(given_id))
        return false;
    strcpy(type, given_type);
    strcpy(id, given_id);
    return true;
}

static int take_texts(struct channel *to, const json *from, const char *type, const char *id) {
    char cid[LIMIT_CID + 1];
    snprintf(cid, sizeof cid, "%s:%s", type, id);
    const char *creator = json_text_at(json_get(from, "created_by"), "id");
    int rc = field_copy_text(to->heap, &to->type, type);
    if (rc == 0)
        rc = field_copy_text(to->heap, &to->id, id);
    if (rc == 0)
        rc = field_copy_text(to->heap, &to->cid, cid);
    if (rc == 0)
        rc = field_copy_text(to->heap, &to->created_by,
            creator != NULL ? creator : json_text_at(from, "created_by_id"));
    if (rc == 0)
        rc = field_take_custom(&to->custom, from, channel_field_is_built_in);
    return rc;
}

int channel_decode(
    struct channel *to, const struct heap *heap, const json *from, const char **error) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1];
    if (!find_names(from, type, id)) {
        if (error != NULL)
            *error = "a channel must have a type and an id";
        return 1;
    }
    const json *connect_events = json_path(from, "config.connect_events");
    struct channel channel = {
        .heap = heap,
        .created_us = field_time(from, "created_at"),
        .updated_us = field_time(from, "updated_at"),
        .last_message_us = field_time(from, "last_message_at"),
        .truncated_us = field_time(from, "truncated_at"),
        .deleted_us = field_time(from, "deleted_at"),
        .frozen = json_true_at(from, "frozen"),
        .disabled = json_true_at(from, "disabled"),
        .connect_events = !json_is_boolean(connect_events) || json_is_true(connect_events),
    };
    if (!json_as_integer(json_get(from, "member_count"), &channel.member_count) ||
        channel.member_count < 0)
        channel.member_count = 0;
    int64_t cooldown;
    if (json_as_integer(json_get(from, "cooldown"), &cooldown) && cooldown > 0 &&
        cooldown <= LIMIT_COOLDOWN_S)
        channel.cooldown_s = (int)cooldown;
    int rc = take_texts(&channel, from, type, id);
    if (rc != 0) {
        channel_fini(&channel);
        return rc;
    }
    *to = channel;
    return 0;
}

int channel_copy(struct channel *to, const struct channel *from) {
    struct channel channel = *from;
    channel.type = channel.id = channel.cid = channel.created_by = NULL;
    channel.custom = NULL;
    int rc = field_copy_text(channel.heap, &channel.type, from->type);
    if (rc == 0)
        rc = field_copy_text(channel.heap, &channel.id, from->id);
    if (rc == 0)
        rc = field_copy_text(channel.heap, &channel.cid, from->cid);
    if (rc == 0)
        rc = field_copy_text(channel.heap, &channel.created_by, from->created_by);
    if (rc == 0)
        rc = field_copy_custom(&channel.custom, from->custom);
    if (rc != 0) {
        channel_fini(&channel);
        return rc;
    }
    *to = channel;
    return 0;
}

void channel_fini(struct channel *channel) {
    if (channel == NULL)
        return;
    heap_free(channel->heap, channel->type);
    heap_free(channel->heap, channel->id);
    heap_free(channel->heap, channel->cid);
    heap_free(channel->heap, channel->created_by);
    json_free(channel->custom);
    *channel = (struct channel){0};
}

json *channel_encode(const struct channel *channel, int64_t member_count, json *created_by,
    json *config, json *capabilities) {
    json *to = json_object();
    bool bad = json_set(to, "id", json_text(channel->id)) != 0;
    bad |= json_set(to, "type", json_text(channel->type)) != 0;
    bad |= json_set(to, "cid", json_text(channel->cid)) != 0;
    bad |= field_put_time(to, "created_at", channel->created_us) != 0;
    bad |= field_put_time(to, "updated_at", channel->updated_us) != 0;
    bad |= field_put_time(to, "last_message_at", channel->last_message_us) != 0;
    bad |= field_put_time(to, "truncated_at", channel->truncated_us) != 0;
    bad |= field_put_time(to, "deleted_at", channel->deleted_us) != 0;
    bad |= json_set(to, "created_by", created_by) != 0;
    bad |= field_put_boolean(to, "frozen", channel->frozen) != 0;
    bad |= field_put_boolean(to, "disabled", channel->disabled) != 0;
    if (channel->cooldown_s > 0)
        bad |= json_set(to, "cooldown", json_integer(channel->cooldown_s)) != 0;
    bad |= json_set(to, "member_count", json_integer(member_count)) != 0;
    bad |= json_set(to, "config", config) != 0;
    bad |= json_set(to, "own_capabilities", capabilities) != 0;
    bad |= field_put_custom(to, channel->custom, channel_field_is_built_in) != 0;
    return field_made(to, bad);
}

const char *channel_name(const struct channel *channel) {
    return json_text_at(channel->custom, "name");
}
