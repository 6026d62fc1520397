/* SPDX-License-Identifier: MIT */
/*
 * People in the order of the screen: by state, then by name, then by id. Kept in order change by
 * change, never sorted anew: a change finds its place by halving. Pure.
 */
#ifndef DASHBOARD_MODEL_ROSTER_H
#define DASHBOARD_MODEL_ROSTER_H

#include "dashboard/model/person.h"
#include <stddef.h>

struct roster {
    struct person **people;
    size_t count, cap;
};

/* 0, or -ENOMEM. They must not be in it. */
int roster_add(struct roster *roster, struct person *person);
/* By the order as it was when they were added: take somebody out before what orders them changes.
 * False: they are not in it. */
bool roster_remove(struct roster *roster, const struct person *person);
/* What orders the one who stands there has changed: they go to their place. */
void roster_mend(struct roster *roster, size_t at);
/* Where somebody stands, or -1. */
ptrdiff_t roster_find(const struct roster *roster, const struct person *person);
/* How many come before the first of a state: so many are in an earlier one. */
size_t roster_before(const struct roster *roster, enum state state);
size_t roster_count_state(const struct roster *roster, enum state state);
void roster_fini(struct roster *roster);

#endif
