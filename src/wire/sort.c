/* SPDX-License-Identifier: MIT */
#include "wire/answer.h"
#include "wire/filter.h"
#include "wire/limits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_A_SORT = 1 };

struct sort {
    json *copy;
    size_t count;
    struct sort_key {
        const char *field; /* in the copy */
        int tag;
        int direction;
    } keys[LIMIT_SORT_FIELDS];
};

static int refuse(struct filter_error *error, const char *field, const char *why) {
    snprintf(error->text, sizeof error->text, "sort%s%.64s%s %s",
        field[0] != '\0' ? " field \"" : "", field, field[0] != '\0' ? "\"" : "", why);
    snprintf(error->field, sizeof error->field, "%s", field);
    return NOT_A_SORT;
}

static int compile_key(struct sort *sort, const json *item, const struct filter_field *fields,
    struct filter_error *error) {
    const char *field = json_text_at(item, "field");
    if (field == NULL || field[0] == '\0' || strlen(field) > LIMIT_CUSTOM_KEY)
        return refuse(error, "", "must be a list of {\"field\", \"direction\"}");
    const json *given = json_get(item, "direction");
    int64_t direction = 1;
    if (given != NULL &&
        (!json_as_integer(given, &direction) || (direction != 1 && direction != -1)))
        return refuse(error, field, "must have direction 1 or -1");
    if (sort->count == LIMIT_SORT_FIELDS)
        return refuse(error, field, "is one too many");
    while (fields->name != NULL && strcmp(fields->name, field) != 0)
        fields++;
    if (fields->name != NULL && (fields->kind == FILTER_LIST || fields->kind == FILTER_TEXTS))
        return refuse(error, field, "has no order");
    sort->keys[sort->count++] = (struct sort_key){
        field, fields->name != NULL ? fields->tag : -1, (int)direction};
    return 0;
}

int sort_compile(struct sort **out, const json *from, const struct filter_field *fields,
    struct filter_error *error) {
    if (from != NULL && !json_is_null(from) && !json_is_array(from))
        return refuse(error, "", "must be a list of {\"field\", \"direction\"}");
    if (json_first(from) == NULL) {
        *out = NULL;
        return 0;
    }
    struct sort *sort = calloc(1, sizeof *sort);
    if (sort == NULL || (sort->copy = json_copy(from)) == NULL) {
        sort_free(sort);
        return -ENOMEM;
    }
    int rc = 0;
    for (const json *item = json_first(sort->copy); item != NULL && rc == 0; item = json_next(item))
        rc = compile_key(sort, item, fields, error);
    if (rc != 0) {
        sort_free(sort);
        return rc;
    }
    *out = sort;
    return 0;
}

void sort_free(struct sort *sort) {
    if (sort == NULL)
        return;
    json_free(sort->copy);
    free(sort);
}

int sort_compare(const struct sort *sort, const void *a, const void *b, filter_getter *get,
    const void *context) {
    for (size_t i = 0; sort != NULL && i < sort->count; i++) {
        const struct sort_key *key = &sort->keys[i];
        struct filter_value x = answer_get(get, a, key->tag, key->field, context);
        struct filter_value y = answer_get(get, b, key->tag, key->field, context);
        bool no_x = x.kind == FILTER_MISSING, no_y = y.kind == FILTER_MISSING;
        int order = no_x || no_y ? no_x - no_y : answer_compare(&x, &y) * key->direction;
        if (order != 0)
            return order;
    }
    return 0;
}
