/* SPDX-License-Identifier: MIT */
/*
 * What each role may do in channels of a type. A type has grants of its own, by role, or what is
 * usual for it; a grant that ends in "-owner" is for one's own channel, or one's own message. Pure.
 */
#ifndef SERVER_GRANTS_H
#define SERVER_GRANTS_H

#include "wire/json.h"
#include <stdint.h>

enum grant {
    GRANT_READ,
    GRANT_CREATE_CHANNEL,
    GRANT_SEND,
    GRANT_REPLY,
    GRANT_REACT,
    GRANT_CUSTOM_EVENT,
    GRANT_UPDATE_MESSAGE,
    GRANT_DELETE_MESSAGE,
    GRANT_UPDATE_CHANNEL,
    GRANT_UPDATE_MEMBERS,
    GRANT_DELETE_CHANNEL,
    GRANT_TRUNCATE,
    GRANT_JOIN,
    GRANT_LEAVE,
    GRANT_MUTE,
    GRANT_SKIP_COOLDOWN,
    GRANT_COUNT
};

/* The first four are of a user, the others of a member. */
enum grant_role {
    ROLE_ADMIN,
    ROLE_USER,
    ROLE_GUEST,
    ROLE_ANONYMOUS,
    ROLE_MEMBER,
    ROLE_MODERATOR,
    ROLE_COUNT
};

struct grants {
    struct {
        uint32_t any, own; /* a bit for each grant */
    } of[ROLE_COUNT];
};

/* What is usual for a type, and over it what is said ({role: [grant, …]}, or NULL). */
void grants_compile(struct grants *grants, const char *type, const json *said);

/* A role by its name; ROLE_COUNT: none of these. */
enum grant_role grants_role(const char *name);

bool grants_may(const struct grants *grants, enum grant_role role, enum grant grant, bool own);

/* The name under which a user is told that they may. */
const char *grants_capability(enum grant grant);

/* All that holds for a type, as it is told: {role: [grant, …]}. NULL: out of memory. */
json *grants_encode(const struct grants *grants);

/* The first name in {role: [grant, …]} that means nothing here, or NULL. */
const char *grants_unknown(const json *said);

#endif
