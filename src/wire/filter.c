/* SPDX-License-Identifier: MIT */
/*
 * A filter is compiled to a pool of nodes, which the limits keep small, that point into an own
 * copy of its JSON. An object is an AND of its keys; such an implied AND holds at least one node
 * that counts, so the pool is twice what may be asked for.
 *
 * $ne and $nin are the opposites of $eq and $in, so a missing field is unequal to any value;
 * the orders ($gt …), $autocomplete, $q and $contains are never true of a missing one.
 */
#include "wire/filter.h"
#include "wire/answer.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOT_A_FILTER = 1, POOL = 2 * LIMIT_FILTER_NODES + 1 };

enum op {
    OP_AND,
    OP_OR,
    OP_NOR,
    OP_EQ,
    OP_NE,
    OP_GT,
    OP_GTE,
    OP_LT,
    OP_LTE,
    OP_IN,
    OP_NIN,
    OP_EXISTS,
    OP_AUTOCOMPLETE,
    OP_Q,
    OP_CONTAINS
};

#define KIND(kind) (1u << (kind))
#define ORDERED (KIND(FILTER_NUMBER) | KIND(FILTER_TEXT) | KIND(FILTER_TIME) | KIND(FILTER_JSON))
#define WORDS (KIND(FILTER_TEXT) | KIND(FILTER_TEXTS) | KIND(FILTER_JSON))
#define ANY (~0u)

static const struct operation {
    const char *name;
    enum op op;
    unsigned kinds; /* that take it */
} operations[] = {
    {"$eq", OP_EQ, ANY},
    {"$ne", OP_NE, ANY},
    {"$gt", OP_GT, ORDERED},
    {"$gte", OP_GTE, ORDERED},
    {"$lt", OP_LT, ORDERED},
    {"$lte", OP_LTE, ORDERED},
    {"$in", OP_IN, ANY},
    {"$nin", OP_NIN, ANY},
    {"$exists", OP_EXISTS, ANY},
    {"$autocomplete", OP_AUTOCOMPLETE, WORDS},
    {"$q", OP_Q, WORDS},
    {"$contains", OP_CONTAINS, KIND(FILTER_LIST) | KIND(FILTER_JSON)},
};

struct node {
    enum op op;
    struct node *child; /* of AND, OR, NOR */
    struct node *next;  /* sibling */
    const char *field;  /* in the copy */
    int tag;            /* of the field's table; -1: a custom field */
    enum filter_kind kind;
    const json *want;  /* in the copy */
    size_t different;  /* how many texts an exact list asks for */
    int64_t *times_us; /* owned: want, or its items, where the kind is time */
};

struct filter {
    json *copy;
    size_t count;
    struct node nodes[POOL];
};

struct compiler {
    struct filter *filter;
    const struct filter_field *fields;
    struct filter_error *error;
    size_t asked; /* nodes that count */
};

/* Refusals. */

__attribute__((format(printf, 3, 4))) static int refuse(
    struct compiler *compiler, const char *field, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(compiler->error->text, sizeof compiler->error->text, format, args);
    va_end(args);
    snprintf(compiler->error->field, sizeof compiler->error->field, "%s", field);
    return NOT_A_FILTER;
}

static const char *name_of(enum op op) {
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (operations[i].op == op)
            return operations[i].name;
    return op == OP_AND ? "$and" : op == OP_OR ? "$or" : "$nor";
}

static int refuse_value(struct compiler *compiler, const struct node *node, const char *must) {
    return refuse(compiler, node->field, "field \"%.64s\" with operator %s must be %s", node->field,
        name_of(node->op), must);
}

static const char *noun_of(enum filter_kind kind) {
    switch (kind) {
    case FILTER_BOOLEAN: return "true or false";
    case FILTER_NUMBER: return "a number";
    case FILTER_TEXT:
    case FILTER_TEXTS: return "a string";
    case FILTER_TIME: return "an RFC 3339 date";
    case FILTER_LIST: return "a list of strings";
    default: return "a value";
    }
}

/* Values: whether they fit kind and operator. */

static int check_items(struct compiler *compiler, struct node *node);

/* One value to be equal to; null asks for a missing field. */
static bool is_of_kind(const json *want, enum filter_kind kind) {
    int64_t unused;
    switch (kind) {
    case FILTER_BOOLEAN: return json_is_boolean(want);
    case FILTER_NUMBER: return json_is_number(want);
    case FILTER_TEXT:
    case FILTER_TEXTS: return json_is_text(want);
    case FILTER_TIME: return json_is_text(want) && time_parse(json_as_text(want), &unused) == 0;
    default: return true;
    }
}

static int check_equal(struct compiler *compiler, struct node *node) {
    if (json_is_null(node->want))
        return 0;
    if (node->kind == FILTER_LIST)
        return check_items(compiler, node);
    if (!is_of_kind(node->want, node->kind))
        return refuse_value(compiler, node, noun_of(node->kind));
    return 0;
}

static int check_order(struct compiler *compiler, struct node *node) {
    bool fits = node->kind == FILTER_JSON ? json_is_number(node->want) || json_is_text(node->want)
                                          : is_of_kind(node->want, node->kind);
    if (!fits)
        return refuse_value(compiler, node,
            node->kind == FILTER_JSON ? "a number or a string" : noun_of(node->kind));
    return 0;
}

/* The items of $in, $nin and of an exact list. */
static int check_items(struct compiler *compiler, struct node *node) {
    bool list = node->kind == FILTER_LIST;
    if (!json_is_array(node->want))
        return refuse_value(compiler, node, list ? "a list of strings" : "a list");
    if (json_count(node->want) > LIMIT_FILTER_LIST)
        return refuse_value(compiler, node, "a list of at most 100");
    for (const json *item = json_first(node->want); item != NULL; item = json_next(item)) {
        bool fits = list ? json_is_text(item) : json_is_null(item) || is_of_kind(item, node->kind);
        if (fits)
            continue;
        char must[64];
        snprintf(
            must, sizeof must, "a list, each item %s", noun_of(list ? FILTER_TEXT : node->kind));
        return refuse_value(compiler, node, must);
    }
    return 0;
}

static int check_words(struct compiler *compiler, struct node *node) {
    const char *text = json_as_text(node->want);
    if (text == NULL || text[0] == '\0')
        return refuse_value(compiler, node, "a string that is not empty");
    return 0;
}

static int check_value(struct compiler *compiler, struct node *node) {
    switch (node->op) {
    case OP_EQ:
    case OP_NE: return check_equal(compiler, node);
    case OP_IN:
    case OP_NIN: return check_items(compiler, node);
    case OP_EXISTS:
        return json_is_boolean(node->want) ? 0 : refuse_value(compiler, node, "true or false");
    case OP_AUTOCOMPLETE:
    case OP_Q: return check_words(compiler, node);
    case OP_CONTAINS:
        if (node->kind == FILTER_LIST && !json_is_text(node->want))
            return refuse_value(compiler, node, "a string");
        return 0;
    default: return check_order(compiler, node);
    }
}

/* Dates are read once, when the filter is compiled. */
static int read_times(struct node *node) {
    bool many = node->op == OP_IN || node->op == OP_NIN;
    if (node->kind != FILTER_TIME || node->op == OP_EXISTS)
        return 0;
    node->times_us = calloc(many ? json_count(node->want) + 1 : 1, sizeof(int64_t));
    if (node->times_us == NULL)
        return -ENOMEM;
    size_t i = 0;
    for (const json *item = many ? json_first(node->want) : node->want; item != NULL;
         item = many ? json_next(item) : NULL, i++)
        if (json_is_text(item))
            time_parse(json_as_text(item), &node->times_us[i]);
    return 0;
}

static size_t count_different(const json *list) {
    size_t count = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const json *before = json_first(list);
        while (before != item && !json_equal(before, item))
            before = json_next(before);
        count += before == item;
    }
    return count;
}

/* Nodes. */

static struct node *add_node(struct compiler *compiler, struct node *parent, enum op op) {
    struct node *node = &compiler->filter->nodes[compiler->filter->count++];
    *node = (struct node){.op = op};
    if (parent != NULL) {
        struct node **last = &parent->child;
        while (*last != NULL)
            last = &(*last)->next;
        *last = node;
    }
    return node;
}

static int ask(struct compiler *compiler, const char *field) {
    if (++compiler->asked <= LIMIT_FILTER_NODES)
        return 0;
    return refuse(compiler, field, "a filter may have at most %d conditions, \"%.64s\" is one more",
        LIMIT_FILTER_NODES, field);
}

static int add_leaf(struct compiler *compiler, struct node *parent, const char *field,
    const struct operation *operation, const json *want) {
    const struct filter_field *known = compiler->fields;
    while (known->name != NULL && strcmp(known->name, field) != 0)
        known++;
    enum filter_kind kind = known->name != NULL ? known->kind : FILTER_JSON;
    if (!(operation->kinds & KIND(kind)))
        return refuse(
            compiler, field, "field \"%.64s\" does not take operator %s", field, operation->name);
    int rc = ask(compiler, field);
    if (rc != 0)
        return rc;
    struct node *node = add_node(compiler, parent, operation->op);
    node->field = field;
    node->tag = known->name != NULL ? known->tag : -1;
    node->kind = kind;
    node->want = want;
    rc = check_value(compiler, node);
    if (rc != 0)
        return rc;
    if (kind == FILTER_LIST && (node->op == OP_EQ || node->op == OP_NE))
        node->different = count_different(want);
    return read_times(node);
}

static const struct operation *find_operation(const char *name) {
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
        if (strcmp(operations[i].name, name) == 0)
            return &operations[i];
    return NULL;
}

static bool names_operators(const json *value) {
    const json *first = json_is_object(value) ? json_first(value) : NULL;
    return first != NULL && json_key(first)[0] == '$';
}

/* {field: value} or {field: {operator: value, …}}. */
static int compile_field(
    struct compiler *compiler, struct node *parent, const char *field, const json *value) {
    if (field[0] == '\0' || strlen(field) > LIMIT_CUSTOM_KEY)
        return refuse(compiler, field, "the name of a field must have 1 to %d bytes, \"%.64s\"",
            LIMIT_CUSTOM_KEY, field);
    if (!names_operators(value))
        return add_leaf(compiler, parent, field, &operations[0], value);
    int rc = 0;
    for (const json *item = json_first(value); item != NULL && rc == 0; item = json_next(item)) {
        const struct operation *operation = find_operation(json_key(item));
        if (operation == NULL)
            return refuse(compiler, field, "field \"%.64s\": %.32s is not an operator", field,
                json_key(item));
        rc = add_leaf(compiler, parent, field, operation, item);
    }
    return rc;
}

static int compile_object(
    struct compiler *compiler, struct node *parent, const json *object, int depth);

/* {"$and": [filter, …]}. */
static int compile_logic(
    struct compiler *compiler, struct node *parent, const json *list, enum op op, int depth) {
    const char *name = name_of(op);
    if (depth > LIMIT_FILTER_DEPTH)
        return refuse(
            compiler, name, "operator %s is nested more than %d deep", name, LIMIT_FILTER_DEPTH);
    if (!json_is_array(list) || json_first(list) == NULL)
        return refuse(compiler, name, "operator %s must have a list of filters", name);
    int rc = ask(compiler, name);
    if (rc != 0)
        return rc;
    struct node *node = add_node(compiler, parent, op);
    for (const json *item = json_first(list); item != NULL && rc == 0; item = json_next(item)) {
        if (!json_is_object(item))
            return refuse(compiler, name, "operator %s must have a list of filters", name);
        if (json_first(item) == NULL)
            rc = ask(compiler, name);
        if (rc == 0)
            rc = compile_object(compiler, node, item, depth);
    }
    return rc;
}

static int compile_key(
    struct compiler *compiler, struct node *parent, const char *key, const json *value, int depth) {
    if (strcmp(key, "$and") == 0)
        return compile_logic(compiler, parent, value, OP_AND, depth + 1);
    if (strcmp(key, "$or") == 0)
        return compile_logic(compiler, parent, value, OP_OR, depth + 1);
    if (strcmp(key, "$nor") == 0)
        return compile_logic(compiler, parent, value, OP_NOR, depth + 1);
    if (key[0] == '$')
        return refuse(compiler, key, "%.32s is not an operator that stands without a field", key);
    return compile_field(compiler, parent, key, value);
}

static int compile_object(
    struct compiler *compiler, struct node *parent, const json *object, int depth) {
    struct node *node = add_node(compiler, parent, OP_AND);
    int rc = 0;
    for (const json *item = json_first(object); item != NULL && rc == 0; item = json_next(item))
        rc = compile_key(compiler, node, json_key(item), item, depth);
    return rc;
}

int filter_compile(struct filter **out, const json *from, const struct filter_field *fields,
    struct filter_error *error) {
    struct filter *filter = calloc(1, sizeof *filter);
    if (filter == NULL)
        return -ENOMEM;
    struct compiler compiler = {filter, fields, error, 0};
    int rc = 0;
    if (from == NULL || json_is_null(from))
        filter->copy = json_object();
    else if (json_is_object(from))
        filter->copy = json_copy(from);
    else
        rc = refuse(&compiler, "", "a filter must be an object");
    if (rc == 0)
        rc = filter->copy != NULL ? compile_object(&compiler, NULL, filter->copy, 0) : -ENOMEM;
    if (rc != 0) {
        filter_free(filter);
        return rc;
    }
    *out = filter;
    return 0;
}

void filter_free(struct filter *filter) {
    if (filter == NULL)
        return;
    for (size_t i = 0; i < filter->count; i++)
        free(filter->nodes[i].times_us);
    json_free(filter->copy);
    free(filter);
}

/* Evaluate. */

/* want is node->want, or the item of it that has this index. */
static bool is_equal(
    const struct node *node, const struct filter_value *got, const json *want, size_t index) {
    if (json_is_null(want))
        return got->kind == FILTER_MISSING;
    if (got->kind == FILTER_TIME)
        return node->times_us != NULL && got->time_us == node->times_us[index];
    return answer_equals(got, want);
}

static bool is_exactly(const struct node *node, const struct filter_value *got) {
    if (node->different == 0) /* null, or the empty list */
        return got->kind == FILTER_MISSING;
    if (got->kind != FILTER_LIST || got->list.count != node->different)
        return false;
    for (const json *item = json_first(node->want); item != NULL; item = json_next(item))
        if (!got->list.has(got->list.list, json_as_text(item)))
            return false;
    return true;
}

static bool is_any(const struct node *node, const struct filter_value *got) {
    size_t i = 0;
    for (const json *item = json_first(node->want); item != NULL; item = json_next(item), i++) {
        bool hit = got->kind == FILTER_LIST ? got->list.has(got->list.list, json_as_text(item))
                                            : is_equal(node, got, item, i);
        if (hit)
            return true;
    }
    return false;
}

static bool equals_want(const struct node *node, const struct filter_value *got) {
    return node->kind == FILTER_LIST ? is_exactly(node, got) : is_equal(node, got, node->want, 0);
}

static bool is_in_order(const struct node *node, const struct filter_value *got) {
    int order;
    if (got->kind == FILTER_TIME && node->times_us != NULL)
        order = (got->time_us > node->times_us[0]) - (got->time_us < node->times_us[0]);
    else if (!answer_order(got, node->want, &order))
        return false;
    switch (node->op) {
    case OP_GT: return order > 0;
    case OP_GTE: return order >= 0;
    case OP_LT: return order < 0;
    default: return order <= 0;
    }
}

static bool leaf_matches(const struct node *node, const struct filter_value *got);

static bool text_matches(const char *text, const void *node) {
    const struct filter_value got = filter_text(text);
    return got.kind == FILTER_TEXT && leaf_matches(node, &got);
}

/* As ever, $ne and $nin are the opposites of $eq and $in: of what any of the texts is. */
static bool texts_match(const struct node *node, const struct filter_texts *texts) {
    bool opposite = node->op == OP_NE || node->op == OP_NIN;
    struct node positive = *node;
    if (opposite)
        positive.op = node->op == OP_NE ? OP_EQ : OP_IN;
    return texts->any(texts->texts, text_matches, &positive) != opposite;
}

static bool leaf_matches(const struct node *node, const struct filter_value *got) {
    if (got->kind == FILTER_TEXTS && node->op != OP_EXISTS)
        return texts_match(node, &got->texts);
    switch (node->op) {
    case OP_EQ: return equals_want(node, got);
    case OP_NE: return !equals_want(node, got);
    case OP_IN: return is_any(node, got);
    case OP_NIN: return !is_any(node, got);
    case OP_EXISTS: return (got->kind != FILTER_MISSING) == json_is_true(node->want);
    case OP_AUTOCOMPLETE: return answer_has_words(got, json_as_text(node->want), true);
    case OP_Q: return answer_has_words(got, json_as_text(node->want), false);
    case OP_CONTAINS: return answer_contains(got, node->want);
    default: return is_in_order(node, got);
    }
}

static bool node_matches(
    const struct node *node, const void *object, filter_getter *get, const void *context) {
    if (node->op > OP_NOR) {
        struct filter_value got = answer_get(get, object, node->tag, node->field, context);
        return leaf_matches(node, &got);
    }
    /* AND ends at the first that does not match, OR and NOR at the first that does. */
    bool ends_at = node->op != OP_AND;
    for (const struct node *child = node->child; child != NULL; child = child->next)
        if (node_matches(child, object, get, context) == ends_at)
            return node->op == OP_OR;
    return node->op != OP_OR;
}

bool filter_matches(
    const struct filter *filter, const void *object, filter_getter *get, const void *context) {
    return filter == NULL || node_matches(&filter->nodes[0], object, get, context);
}

/* Demands. */

static bool is_demand(const struct node *node, int tag) {
    bool list = node->kind == FILTER_LIST;
    if (node->tag != tag || (!list && node->kind != FILTER_TEXT))
        return false;
    if (node->op == OP_EQ)
        return list ? node->different > 0 : json_is_text(node->want);
    if (node->op == OP_CONTAINS)
        return true;
    if (node->op != OP_IN)
        return false;
    for (const json *item = json_first(node->want); item != NULL; item = json_next(item))
        if (!json_is_text(item))
            return false;
    return true;
}

static const struct node *find_demand(const struct node *node, int tag) {
    if (node->op > OP_NOR)
        return is_demand(node, tag) ? node : NULL;
    const struct node *found = NULL;
    if (node->op == OP_AND)
        for (const struct node *child = node->child; child != NULL && found == NULL;
             child = child->next)
            found = find_demand(child, tag);
    return found;
}

bool filter_demands(const struct filter *filter, int tag,
    void (*each)(const char *text, void *context), void *context) {
    const struct node *node = filter != NULL && tag >= 0 ? find_demand(&filter->nodes[0], tag)
                                                         : NULL;
    if (node == NULL)
        return false;
    if (json_is_text(node->want))
        each(json_as_text(node->want), context);
    for (const json *item = json_first(node->want); item != NULL; item = json_next(item))
        each(json_as_text(item), context);
    return true;
}

bool filter_mentions(const struct filter *filter, int tag) {
    for (size_t i = 0; filter != NULL && i < filter->count; i++)
        if (filter->nodes[i].field != NULL && filter->nodes[i].tag == tag)
            return true;
    return false;
}
