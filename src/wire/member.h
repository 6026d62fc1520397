/* SPDX-License-Identifier: MIT */
/* A member: a user's place in a channel. Pure. */
#ifndef WIRE_MEMBER_H
#define WIRE_MEMBER_H

#include "wire/json.h"

struct member {
    const struct heap *heap; /* of the texts */
    char *user_id;           /* owned, never NULL after a decode */
    char *channel_role;      /* owned, or NULL: "channel_member" */
    char *role;              /* owned, or NULL: "member" ("owner", "moderator") */
    int64_t created_us;
    int64_t updated_us;
    bool banned;
    bool shadow_banned;
    bool notifications_muted;
    bool invited;               /* asked to join; a member in full once accepted */
    int64_t invite_accepted_us; /* 0: not */
    int64_t invite_rejected_us; /* 0: not */
    json *custom;               /* owned object, or NULL */
};

int member_decode(struct member *to, const struct heap *heap, const json *from, const char **error);
int member_copy(struct member *to, const struct member *from);
void member_fini(struct member *member);

/* `user` is taken, also on failure. NULL: out of memory. */
json *member_encode(const struct member *member, json *user);

/* Invited, and has not accepted (yet). */
bool member_is_invitee(const struct member *member);

bool member_field_is_built_in(const char *name);

#endif
