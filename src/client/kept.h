/* SPDX-License-Identifier: MIT */
/*
 * How users and members are kept: a hundred thousand may be, and then what each of them takes is
 * all that matters. Texts stand in one block of memory, what is usual ("user", "member", never
 * muted, never invited) stands nowhere, and what few have is apart and made when it is needed.
 */
#ifndef CLIENT_KEPT_H
#define CLIENT_KEPT_H

#include "base/heap.h"
#include "base/list.h"
#include <porchlight/user.h>

#include <stdbool.h>
#include <stdint.h>

struct state;
struct member;

enum kept_text { KEPT_NAME, KEPT_IMAGE, KEPT_ROLE, KEPT_STATUS, KEPT_CUSTOM, KEPT_TEXTS };

/* One block for those texts that are not NULL; *out is NULL where none is. 0, or -ENOMEM. */
int kept_pack(const struct heap *heap, const char *const texts[KEPT_TEXTS], char **out);
/* NULL: it was. */
const char *kept_text(const char *block, enum kept_text which);

/* Of a user. */
struct user_rare {
    int64_t deactivated_us, deleted_us, revoke_before_us;
    int64_t muted_until_ms; /* by us. 0: not; INT64_MAX: until unmuted */
    struct list presence_handlers;
};

/* Made, and weighed, where there was none. NULL: no memory. */
struct user_rare *user_rare(struct state *state, pl_user *user);
int64_t user_muted_until_ms(const pl_user *user);

/* Of a member. */
struct member_rare {
    int64_t invite_accepted_us, invite_rejected_us; /* 0: not */
    char role[];                                    /* "" is one, too */
};

bool member_is_usual(const struct member *wire);
/* What of a member is not usual; *out is NULL where all is. 0, or -ENOMEM. */
int member_rare(const struct heap *heap, const struct member *wire, struct member_rare **out);

#endif
