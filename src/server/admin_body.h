/* SPDX-License-Identifier: MIT */
/* The bodies of an operator's calls, made of words. Pure. NULL: out of memory; what is taken is
 * taken also then. */
#ifndef SERVER_ADMIN_BODY_H
#define SERVER_ADMIN_BODY_H

#include "server/admin_words.h"
#include "wire/json.h"

/* {key: value}; takes the value. */
json *body_pair(const char *key, json *value);
/* {field: {how: text}}, or {} without a text. */
json *body_filter(const char *field, const char *operator, const char * text);
/* Sorted by a field, upwards. */
json *body_sort_by(const char *field);
/* "ana,bo" as an array. */
json *body_split(const char *list);

/* The fields of --set, as an object or into one; a NULL object is -ENOMEM. */
json *body_fields(const struct admin_words *words);
int body_put_fields(json *into, const struct admin_words *words);
/* {"set":…,"unset":…} into an object. */
int body_put_changes(json *into, const struct admin_words *words);

#endif
