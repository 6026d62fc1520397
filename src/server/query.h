/* SPDX-License-Identifier: MIT */
/* What the three queries share: conditions, sort, paging, over whatever a getter answers for. */
#ifndef SERVER_QUERY_H
#define SERVER_QUERY_H

#include "server/call.h"
#include "wire/filter.h"

/* One kind of thing that is asked for. */
struct query_kind {
    const struct filter_field *fields;
    filter_getter *get;
    /* The order where none is asked for, and of ties. */
    int (*otherwise)(const void *a, const void *b);
    int (*ties)(const void *a, const void *b);
    int limit_default, limit_most;
};

struct query {
    struct call *call;
    const struct query_kind *kind;
    struct filter *filter;
    struct sort *sort;
    int limit, offset;
    const void **found; /* owned; after query_finish() those of the page */
    size_t count, cap;
    bool failed;
};

/* Read filter_conditions, sort, limit, offset of the call's body. 0; > 0: refused; < 0. */
int query_init(struct query *query, struct call *call, const struct query_kind *kind);
/* Look at one; it is found where it matches. */
void query_look(struct query *query, const void *object);
/* Sort what was found, keep the page. 0, or -ENOMEM. */
int query_finish(struct query *query);
void query_fini(struct query *query);

/* "pending", "accepted", "rejected"; NULL: not invited. */
const char *query_invite(const struct seat *seat);

/* The fields of users, as the asker sees them: context is a struct view. */
extern const struct filter_field query_user_fields[];
struct filter_value query_user_get(const void *person, int tag, const char *name, const void *view);

#endif
