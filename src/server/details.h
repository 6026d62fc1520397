/* SPDX-License-Identifier: MIT */
/*
 * What a person may say about themself, in its three forms: merged at connect, replaced by an
 * upsert, changed path by path. Pure.
 *
 * Each works on a draft, a copy of the user as they are; what came of it is told by comparing the
 * two. A refusal leaves a draft that is good only for user_fini().
 */
#ifndef SERVER_DETAILS_H
#define SERVER_DETAILS_H

#include "wire/user.h"

struct details_refusal {
    int code; /* CODE_INPUT, CODE_NOT_ALLOWED, CODE_TOO_BIG */
    char text[200];
};

/* Whose word it is: a server-side caller may also set what is not a person's own to set. */
enum details_by { BY_THEMSELF, BY_SERVER };

/* All: 0; > 0: refused, and why; -ENOMEM. */
int details_merge(struct user *draft, const json *given, struct details_refusal *why);
int details_replace(
    struct user *draft, const json *given, enum details_by by, struct details_refusal *why);
int details_patch(struct user *draft, const json *set, const json *unset, enum details_by by,
    struct details_refusal *why);

/* The same dotted paths, for any object's custom data; *custom may be NULL at first. */
int details_set_path(json **custom, const char *path, const json *value);
int details_unset_path(json **custom, const char *path);
/* 0; > 0: over 5 KB, or a key that is too long. */
int details_check_size(const json *custom, struct details_refusal *why);

enum details_difference {
    DETAILS_SHOWN = 1,  /* something that others see */
    DETAILS_STATUS = 2, /* the status is among it */
    DETAILS_HIDING = 4, /* invisible */
    DETAILS_KEPT = 8    /* something that is told to nobody */
};
unsigned details_compare(const struct user *before, const struct user *after);

#endif
