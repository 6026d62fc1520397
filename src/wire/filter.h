/* SPDX-License-Identifier: MIT */
/*
 * The filter and sort language of the wire, compiled to a tree of our own and evaluated against
 * whatever can answer for a field. Pure.
 *
 * $eq $ne $gt $gte $lt $lte $in $nin $and $or $nor $exists $autocomplete $q $contains; null means
 * missing; several keys mean AND. Which fields exist and of which kind they are, and which
 * operators a kind takes, is checked when it is compiled, and the error names field and operator.
 */
#ifndef WIRE_FILTER_H
#define WIRE_FILTER_H

#include "wire/json.h"

enum filter_kind {
    FILTER_MISSING,
    FILTER_BOOLEAN,
    FILTER_NUMBER,
    FILTER_TEXT,
    FILTER_TIME,  /* microseconds of Unix time */
    FILTER_LIST,  /* of texts: members, teams */
    FILTER_TEXTS, /* several, any of which may be what is asked for: names of members */
    FILTER_JSON   /* a custom field: whatever it is */
};

/* A built-in field; the last of a table has name NULL. A name not in the table is a custom field,
 * dotted paths included. */
struct filter_field {
    const char *name;
    enum filter_kind kind;
    int tag; /* the owner's, handed back to the getter */
};

/* What a field is, for one object. */
struct filter_value {
    enum filter_kind kind;
    union {
        bool boolean;
        double number;
        const char *text;
        int64_t time_us;
        const json *json;
        struct filter_list {
            /* Whether the list has this text. */
            bool (*has)(const void *list, const char *text);
            const void *list;
            size_t count;
        } list;
        struct filter_texts {
            /* Whether it is so for any of them. */
            bool (*any)(const void *texts, bool (*is_so)(const char *text, const void *context),
                const void *context);
            const void *texts;
        } texts;
    };
};

/* What a getter answers with: NULL and 0 are missing. */
static inline struct filter_value filter_text(const char *text) {
    return (struct filter_value){.kind = text != NULL ? FILTER_TEXT : FILTER_MISSING, .text = text};
}

static inline struct filter_value filter_time(int64_t us) {
    return (struct filter_value){.kind = us != 0 ? FILTER_TIME : FILTER_MISSING, .time_us = us};
}

static inline struct filter_value filter_boolean(bool boolean) {
    return (struct filter_value){.kind = FILTER_BOOLEAN, .boolean = boolean};
}

/* The value of a built-in field (tag from the table), or of a custom one (tag -1, by its name). */
typedef struct filter_value filter_getter(
    const void *object, int tag, const char *name, const void *context);

struct filter;
struct sort;

struct filter_error {
    char text[256]; /* a sentence that names field and operator */
    char field[64];
};

/* 0; > 0: not a filter, *error says why; -ENOMEM. from NULL: everything matches. */
int filter_compile(struct filter **out, const json *from, const struct filter_field *fields,
    struct filter_error *error);
void filter_free(struct filter *filter);
bool filter_matches(
    const struct filter *filter, const void *object, filter_getter *get, const void *context);

/* If the filter demands that a built-in text field be one of a few values ($eq or $in at the top
 * level or under $and), hand each to `each` and return true: so the caller can look these up
 * instead of walking all. For FILTER_LIST ($in, $eq, $contains): the texts any of which it must
 * have. */
bool filter_demands(const struct filter *filter, int tag,
    void (*each)(const char *text, void *context), void *context);

/* Whether the filter has a condition on a built-in field, anywhere. */
bool filter_mentions(const struct filter *filter, int tag);

/* [{"field":…,"direction":1|-1}]; from NULL: *out is NULL, the caller's default applies. */
int sort_compile(struct sort **out, const json *from, const struct filter_field *fields,
    struct filter_error *error);
void sort_free(struct sort *sort);
/* < 0, 0, > 0 as for qsort; missing last whatever the direction. Ties are the caller's (by id). */
int sort_compare(
    const struct sort *sort, const void *a, const void *b, filter_getter *get, const void *context);

#endif
