/* SPDX-License-Identifier: MIT */
/*
 * JSON, strictly. The keeper of cJSON, behind a gate.
 *
 * The gate is one pass without allocation that refuses what RFC 8259 refuses and more: invalid
 * UTF-8, lone surrogates, \u0000, duplicate keys, numbers that are not finite or whole ones beyond
 * 2^53, more depth or values than the limits say. So what gets past it has one reading.
 *
 * Look-ups are case-sensitive. Functions that make a value return NULL without memory; those that
 * take a value take it even when they fail, and fail on NULL, so that
 * json_set(o, "id", json_text(id)) is checked once.
 */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include "base/bytes.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cJSON json;

struct json_limits {
    size_t bytes;
    unsigned values;
    unsigned depth;
};

extern const struct json_limits json_limits_rest;  /* a request body */
extern const struct json_limits json_limits_frame; /* a client's frame */
extern const struct json_limits json_limits_reply; /* a server's reply, as a client takes it */
extern const struct json_limits json_limits_reply_frame; /* a server's frame */
extern const struct json_limits json_limits_stored;      /* what we stored ourselves */

enum json_refusal {
    JSON_MALFORMED = 1, /* 400: not RFC 8259, or ambiguous */
    JSON_TOO_BIG,       /* 413: too many bytes or values */
    JSON_TOO_DEEP       /* 400 */
};

struct json_error {
    size_t offset;      /* where in the text */
    const char *reason; /* static, "duplicate key", … */
};

/* 0; > 0: enum json_refusal, and *error is set. error may be NULL. */
int json_gate(
    const char *text, size_t len, const struct json_limits *limits, struct json_error *error);

struct json_piece {
    const char *at;
    size_t len;
};

/* Of a text that has passed the gate: the text that the object at the top
 * has as `key`, or that the object which it has as `outer` has, where `outer` is not NULL. It is
 * not copied. false: there is none, it is no text, or it or the way to it is written with escapes;
 * only parsing it tells. */
bool json_glance(const char *text, const char *outer, const char *key, struct json_piece *found);

/* Parse what has passed the gate. 0; -ENOMEM. *out is set only on 0. */
int json_read(json **out, const char *text, size_t len);

/* Gate and parse. 0; > 0 as json_gate(); -ENOMEM. *out is set only on 0. */
int json_parse(json **out, const char *text, size_t len, const struct json_limits *limits,
    struct json_error *error);

void json_free(json *value); /* NULL is fine */

/* Append the text of a value. A failure is in the buffer. */
void json_print(const json *value, struct bytes *to);
/* The text of a value, freed with free(), or from a heap; NULL: out of memory. */
char *json_to_text(const json *value);
char *json_to_text_in(const struct heap *heap, const json *value);

/* Make. */
json *json_object(void);
json *json_array(void);
json *json_text(const char *text); /* NULL text: NULL */
json *json_text_len(const char *text, size_t len);
json *json_number(double number);
json *json_integer(int64_t number);
json *json_boolean(bool boolean);
json *json_null(void);
json *json_copy(const json *value);

/* Build. 0, or -ENOMEM (the value is freed). json_set replaces. */
int json_set(json *object, const char *key, json *value);
int json_append(json *array, json *value);
/* As json_set(), where the object surely has no such key: it is not looked for. */
int json_add_new(json *object, const char *key, json *value);
/* Copy all members of `from` into `into`, except where `into` has the key already. */
int json_merge_missing(json *into, const json *from);

/* Take out: owned by the caller, or NULL. */
json *json_detach(json *object, const char *key);
void json_remove(json *object, const char *key);

/* Look. All take NULL as "missing". */
const json *json_get(const json *object, const char *key);     /* NULL: missing or not an object */
const json *json_path(const json *object, const char *dotted); /* "a.b.c" */
bool json_is_object(const json *value);
bool json_is_array(const json *value);
bool json_is_text(const json *value);
bool json_is_number(const json *value);
bool json_is_boolean(const json *value);
bool json_is_null(const json *value);
const char *json_as_text(const json *value);                   /* NULL: not a text */
const char *json_text_at(const json *object, const char *key); /* NULL: missing or not a text */
bool json_as_number(const json *value, double *number);        /* false: not a number */
bool json_as_integer(const json *value, int64_t *number);      /* false: not a whole number */
bool json_is_true(const json *value);
bool json_true_at(const json *object, const char *key);

/* Walk objects and arrays: for (v = json_first(c); v; v = json_next(v)). */
const json *json_first(const json *container);
const json *json_next(const json *value);
const char *json_key(const json *value); /* of a member of an object; else NULL */
size_t json_count(const json *container);

bool json_equal(const json *a, const json *b);

#endif
