/* SPDX-License-Identifier: MIT */
#include "server/query.h"
#include "wire/error.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static int compile(struct query *query) {
    struct filter_error error;
    const json *body = query->call->body;
    const json *conditions = json_get(body, "filter_conditions");
    int rc = filter_compile(
        &query->filter, json_is_null(conditions) ? NULL : conditions, query->kind->fields, &error);
    const json *sort = json_get(body, "sort");
    if (rc == 0)
        rc = sort_compile(
            &query->sort, json_is_null(sort) ? NULL : sort, query->kind->fields, &error);
    if (rc <= 0)
        return rc;
    snprintf(query->call->field, sizeof query->call->field, "%s", error.field);
    return call_refuse(query->call, CODE_INPUT, "%s", error.text);
}

int query_init(struct query *query, struct call *call, const struct query_kind *kind) {
    *query = (struct query){.call = call, .kind = kind};
    int rc = call_number(
        call, call->body, "limit", kind->limit_default, kind->limit_most, &query->limit);
    if (rc == 0)
        rc = call_number(call, call->body, "offset", 0, LIMIT_OFFSET, &query->offset);
    if (rc == 0)
        rc = compile(query);
    if (query->limit == 0)
        query->limit = kind->limit_default;
    return rc;
}

void query_look(struct query *query, const void *object) {
    if (!filter_matches(query->filter, object, query->kind->get, &query->call->view))
        return;
    if (query->count == query->cap) {
        size_t cap = query->cap == 0 ? 32 : query->cap * 2;
        const void **found = realloc(query->found, cap * sizeof *found);
        if (found == NULL) {
            query->failed = true;
            return;
        }
        query->found = found;
        query->cap = cap;
    }
    query->found[query->count++] = object;
}

static int compare(const void *a, const void *b, void *context) {
    const struct query *query = context;
    const void *left = *(const void *const *)a, *right = *(const void *const *)b;
    int order = query->sort != NULL
                    ? sort_compare(query->sort, left, right, query->kind->get, &query->call->view)
                    : query->kind->otherwise(left, right);
    return order != 0 ? order : query->kind->ties(left, right);
}

int query_finish(struct query *query) {
    if (query->failed)
        return -ENOMEM;
    if (query->count > 1)
        qsort_r(query->found, query->count, sizeof *query->found, compare, query);
    size_t from = (size_t)query->offset < query->count ? (size_t)query->offset : query->count;
    size_t left = query->count - from;
    query->count = left < (size_t)query->limit ? left : (size_t)query->limit;
    for (size_t i = 0; i < query->count; i++)
        query->found[i] = query->found[from + i];
    return 0;
}

void query_fini(struct query *query) {
    filter_free(query->filter);
    sort_free(query->sort);
    free(query->found);
}
