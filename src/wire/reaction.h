/* SPDX-License-Identifier: MIT */
/* A reaction: what one user makes of one message, one of each type. Pure. */
#ifndef WIRE_REACTION_H
#define WIRE_REACTION_H

#include "wire/json.h"

struct reaction {
    char *message_id; /* owned, never NULL after a decode */
    char *user_id;    /* owned, never NULL after a decode */
    char *type;       /* owned, never NULL after a decode: "like", … */
    int score;        /* 1 unless said otherwise */
    int64_t created_us;
    int64_t updated_us;
    json *custom; /* owned object, or NULL */
};

/* 0; > 0: not a reaction, *error (may be NULL) says why; -ENOMEM. */
int reaction_decode(struct reaction *to, const json *from, const char **error);
int reaction_copy(struct reaction *to, const struct reaction *from);
void reaction_fini(struct reaction *reaction);

/* `user` is taken, also on failure. NULL: out of memory. */
json *reaction_encode(const struct reaction *reaction, json *user);

bool reaction_is_type(const char *text); /* letters, digits, '_' and '-', 1 to 30 */
bool reaction_field_is_built_in(const char *name);

#endif
