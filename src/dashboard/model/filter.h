/* SPDX-License-Identifier: MIT */
/*
 * Who is shown, in a little language; every term must be true of them:
 *
 *     ada            the name, the id or the status has it        "two words"
 *     is:online      online left offline unknown banned, home (online), away (left, offline),
 *                    watching (the channel that is shown), me, watched; several with commas
 *     last:<1h       last active less than so long ago (s m h d w); last:>2d  longer ago
 *     in:#dev        is in this channel of mine too
 *     name:ada id:ada role:admin status:lunch                     that part alone has it
 *     -is:online     not so: before any term
 *
 * Pure.
 */
#ifndef DASHBOARD_MODEL_FILTER_H
#define DASHBOARD_MODEL_FILTER_H

#include "dashboard/model/needle.h"
#include "dashboard/model/person.h"

#include <stddef.h>

enum { FILTER_TERMS = 12 };

enum term_kind {
    TERM_ANY,
    TERM_IS,
    TERM_LAST,
    TERM_IN,
    TERM_NAME,
    TERM_ID,
    TERM_ROLE,
    TERM_STATUS
};

struct term {
    enum term_kind kind;
    bool negated, older, me, watched, watches;
    unsigned states; /* of TERM_IS: bits 1 << state */
    int64_t ms;      /* of TERM_LAST */
    struct needle word;
};

struct filter {
    struct term terms[FILTER_TERMS];
    size_t count;
    bool by_time; /* who matches changes as time passes */
};

/* What is wrong with a text, and where: the bytes from..to. */
struct filter_fault {
    size_t from, to;
    char why[96];
};

/* 0; 1: it makes no sense, see `fault`; the filter is as it was. */
int filter_read(struct filter *filter, const char *text, struct filter_fault *fault);

bool filter_takes(const struct filter *filter, const struct person *person, int64_t now_ms);

/* When somebody was last there: INT64_MAX is now, 0 is not known. */
int64_t person_last_ms(const struct person *person);

#endif
