/* SPDX-License-Identifier: MIT */
/*
 * What has passed the gate is well-formed, so nothing is checked again: a string ends with a quote
 * that is not escaped, a value in an object with a comma or a bracket. Most texts that are glanced
 * at have what is looked for in front.
 */
#include "wire/json.h"

#include <string.h>

static const char *skip_space(const char *at) {
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
        at++;
    return at;
}

/* Behind the string that begins here. */
static const char *skip_string(const char *at) {
    for (at++; *at != '"'; at++)
        at += *at == '\\';
    return at + 1;
}

static const char *skip_container(const char *at) {
    size_t depth = 0;
    do {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    } while (depth > 0);
    return at;
}

static const char *skip_value(const char *at) {
    if (*at == '"')
        return skip_string(at);
    if (*at == '{' || *at == '[')
        return skip_container(at);
    return at + strcspn(at, ",}] \n\r\t");
}

/* The value of the object's member; NULL: it has none, or this is no object. */
static const char *find_member(const char *at, const char *key) {
    const size_t len = strlen(key);
    if (*at != '{')
        return NULL;
    for (at = skip_space(at + 1); *at == '"'; at = skip_space(at + 1)) {
        const char *name = at + 1;
        at = skip_string(at);
        const bool found = (size_t)(at - 1 - name) == len && memcmp(name, key, len) == 0;
        at = skip_space(skip_space(at) + 1); /* the colon */
        if (found)
            return at;
        at = skip_space(skip_value(at));
        if (*at == '}')
            return NULL;
    }
    return NULL;
}

bool json_glance(const char *text, const char *outer, const char *key, struct json_piece *found) {
    const char *at = skip_space(text);
    if (outer != NULL && (at = find_member(at, outer)) == NULL)
        return false;
    at = find_member(at, key);
    if (at == NULL || *at != '"')
        return false;
    found->at = at + 1;
    found->len = (size_t)(skip_string(at) - 1 - found->at);
    return memchr(found->at, '\\', found->len) == NULL;
}
