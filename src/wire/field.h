/* SPDX-License-Identifier: MIT */
/* What the objects of the wire have in common: typed built-in fields, and custom ones flat beside
 * them. Decoding passes over what is missing or of the wrong kind. Pure. */
#ifndef WIRE_FIELD_H
#define WIRE_FIELD_H

#include "wire/json.h"

typedef bool field_is_built_in(const char *name);

/* Whether the name stands in a list that ends with NULL. */
bool field_is_in(const char *name, const char *const *names);

/* An owned copy of a text, NULL where there is none. 0, or -ENOMEM. */
int field_take_text(const struct heap *heap, char **to, const json *from, const char *key);
/* The same of a text at hand; NULL stays NULL. */
int field_copy_text(const struct heap *heap, char **to, const char *from);
/* Microseconds of Unix time; 0 where there is none. */
int64_t field_time(const json *from, const char *key);
/* An owned object of all that is not built in, NULL where there is nothing. 0, or -ENOMEM. */
int field_take_custom(json **to, const json *from, field_is_built_in *is_built_in);
/* The same of custom fields at hand. */
int field_copy_custom(json **to, const json *from);

/* 0, or -ENOMEM. NULL texts and times of 0 are left out. */
int field_put_text(json *object, const char *key, const char *text);
int field_put_time(json *object, const char *key, int64_t unix_us);
int field_put_boolean(json *object, const char *key, bool boolean);
/* Custom fields, except those named as built-in ones. */
int field_put_custom(json *object, const json *custom, field_is_built_in *is_built_in);

/* The object, or, where making it went bad, NULL with the object freed. */
json *field_made(json *object, bool bad);

#endif
