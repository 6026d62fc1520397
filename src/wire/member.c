/* SPDX-License-Identifier: MIT */
#include "wire/member.h"
#include "wire/field.h"
#include "wire/limits.h"

#include <errno.h>
#include <string.h>

bool member_field_is_built_in(const char *name) {
    static const char *const names[] = {"user_id", "user", "created_at", "updated_at", "deleted_at",
        "banned", "shadow_banned", "channel_role", "role", "is_moderator", "notifications_muted",
        "invited", "invite_accepted_at", "invite_rejected_at", NULL};
    return field_is_in(name, names);
}

static const char *user_id_of(const json *from) {
    const char *id = json_text_at(from, "user_id");
    return id != NULL ? id : json_text_at(json_get(from, "user"), "id");
}

int member_decode(
    struct member *to, const struct heap *heap, const json *from, const char **error) {
    const char *id = user_id_of(from);
    if (id == NULL || id[0] == '\0' || strlen(id) > LIMIT_USER_ID) {
        if (error != NULL)
            *error = "a member must have a user id";
        return 1;
    }
    struct member member = {
        .heap = heap,
        .created_us = field_time(from, "created_at"),
        .updated_us = field_time(from, "updated_at"),
        .banned = json_true_at(from, "banned"),
        .shadow_banned = json_true_at(from, "shadow_banned"),
        .notifications_muted = json_true_at(from, "notifications_muted"),
        .invited = json_true_at(from, "invited"),
        .invite_accepted_us = field_time(from, "invite_accepted_at"),
        .invite_rejected_us = field_time(from, "invite_rejected_at"),
    };
    int rc = field_copy_text(member.heap, &member.user_id, id);
    if (rc == 0)
        rc = field_take_text(member.heap, &member.channel_role, from, "channel_role");
    if (rc == 0)
        rc = field_take_text(member.heap, &member.role, from, "role");
    if (rc == 0)
        rc = field_take_custom(&member.custom, from, member_field_is_built_in);
    if (rc != 0) {
        member_fini(&member);
        return rc;
    }
    *to = member;
    return 0;
}

int member_copy(struct member *to, const struct member *from) {
    struct member member = *from;
    member.user_id = member.channel_role = member.role = NULL;
    member.custom = NULL;
    int rc = field_copy_text(member.heap, &member.user_id, from->user_id);
    if (rc == 0)
        rc = field_copy_text(member.heap, &member.channel_role, from->channel_role);
    if (rc == 0)
        rc = field_copy_text(member.heap, &member.role, from->role);
    if (rc == 0)
        rc = field_copy_custom(&member.custom, from->custom);
    if (rc != 0) {
        member_fini(&member);
        return rc;
    }
    *to = member;
    return 0;
}

void member_fini(struct member *member) {
    if (member == NULL)
        return;
    heap_free(member->heap, member->user_id);
    heap_free(member->heap, member->channel_role);
    heap_free(member->heap, member->role);
    json_free(member->custom);
    *member = (struct member){0};
}

bool member_is_invitee(const struct member *member) {
    return member->invited && member->invite_accepted_us == 0;
}

json *member_encode(const struct member *member, json *user) {
    const char *channel_role = member->channel_role != NULL ? member->channel_role
                                                            : "channel_member";
    json *to = json_object();
    bool bad = json_set(to, "user_id", json_text(member->user_id)) != 0;
    bad |= json_set(to, "user", user) != 0;
    bad |= field_put_time(to, "created_at", member->created_us) != 0;
    bad |= field_put_time(to, "updated_at", member->updated_us) != 0;
    bad |= field_put_boolean(to, "banned", member->banned) != 0;
    bad |= field_put_boolean(to, "shadow_banned", member->shadow_banned) != 0;
    bad |= json_set(to, "channel_role", json_text(channel_role)) != 0;
    bad |= json_set(to, "role", json_text(member->role != NULL ? member->role : "member")) != 0;
    bad |= field_put_boolean(to, "notifications_muted", member->notifications_muted) != 0;
    if (member->invited)
        bad |= field_put_boolean(to, "invited", true) != 0;
    bad |= field_put_time(to, "invite_accepted_at", member->invite_accepted_us) != 0;
    bad |= field_put_time(to, "invite_rejected_at", member->invite_rejected_us) != 0;
    bad |= field_put_custom(to, member->custom, member_field_is_built_in) != 0;
    return field_made(to, bad);
}
