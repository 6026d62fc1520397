/* SPDX-License-Identifier: MIT */
/* A user as both ends know one. Pure. */
#ifndef WIRE_USER_H
#define WIRE_USER_H

#include "wire/json.h"

enum { INVISIBLE_UNSAID = -1, INVISIBLE_NO = 0, INVISIBLE_YES = 1 };

struct user {
    const struct heap *heap; /* of the texts */
    char *id;                /* owned, never NULL after a decode */
    char *name;              /* owned, or NULL */
    char *image;             /* owned, or NULL */
    char *role;              /* owned, or NULL: "user" */
    int64_t created_us;      /* times: microseconds of Unix time, 0: never or not told */
    int64_t updated_us;
    int64_t last_active_us;
    int64_t deactivated_us;
    int64_t deleted_us;
    int64_t revoke_before_us; /* tokens issued before are no longer good; told server-side alone */
    bool online;
    bool banned;
    int invisible; /* INVISIBLE_… */
    json *custom;  /* owned object of all other fields, or NULL: none */
};

/* 0; > 0: not a user, *error (may be NULL) says why, static text; -ENOMEM. `to` need not be
 * initialised and is set only on 0. Unknown and mistyped built-in fields other than the id are
 * passed over: a client must live with any server. */
int user_decode(struct user *to, const struct heap *heap, const json *from, const char **error);

/* The same for who keeps custom fields otherwise: `custom` is NULL. */
int user_decode_built_in(
    struct user *to, const struct heap *heap, const json *from, const char **error);

/* A copy that shares nothing. 0, or -ENOMEM with `to` untouched. */
int user_copy(struct user *to, const struct user *from);
void user_fini(struct user *user);

/* How a user looks to somebody: the same person has a different face for others. */
struct user_face {
    bool online;
    int64_t last_active_us;
    bool show_invisible; /* to themself and to server-side calls */
};

/* NULL: out of memory. All fields of protocol §3, custom ones beside them. */
json *user_encode(const struct user *user, const struct user_face *face);

/* Whether the name is a built-in field of users (so not custom). */
bool user_field_is_built_in(const char *name);

#endif
