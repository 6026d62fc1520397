/* SPDX-License-Identifier: MIT */
/*
 * cJSON holds the tree and parses what has passed the gate. Printing is ours: cJSON 1.7.15 prints
 * 2^53-1 as 9.00719925474099e+15, takes the locale's decimal point, copies invalid UTF-8 through
 * and cannot append to a buffer that exists. Comparing is ours too: its numbers are equal when
 * they are near.
 */
#include "wire/json.h"
#include "base/utf8.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_EXACT 9007199254740992.0 /* 2^53 */

int json_parse(json **out, const char *text, size_t len, const struct json_limits *limits,
    struct json_error *error) {
    int rc = json_gate(text, len, limits, error);
    return rc != 0 ? rc : json_read(out, text, len);
}

int json_read(json **out, const char *text, size_t len) {
    json *value = cJSON_ParseWithLengthOpts(text, len, NULL, false);
    if (value == NULL)
        return -ENOMEM;
    *out = value;
    return 0;
}

void json_free(json *value) {
    cJSON_Delete(value);
}

/* Print. */

static bool is_whole(double number) {
    return fabs(number) <= MOST_EXACT && floor(number) == number;
}

/* The shortest that reads back the same, with a point whatever the locale has. Beyond 2^53 it has
 * an exponent: as a whole number of digits the gate would refuse what it had taken. */
static void print_number(double number, struct bytes *to) {
    char text[64];
    if (is_whole(number)) {
        bytes_printf(to, "%lld", (long long)number);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    if (fabs(number) > MOST_EXACT && strchr(text, 'e') == NULL)
        snprintf(text, sizeof text, "%.16e", number);
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr("0123456789+-e", *at) != NULL)
            bytes_append_char(to, *at);
        else if (strchr("0123456789", at[1]) != NULL) /* the last byte of a point */
            bytes_append_char(to, '.');
    }
}

static void print_escaped(uint8_t byte, struct bytes *to) {
    static const char meant[] = "\"\\\b\f\n\r\t", names[] = "\"\\bfnrt";
    const char *found = strchr(meant, byte);
    if (byte != 0 && found != NULL) {
        bytes_append_char(to, '\\');
        bytes_append_char(to, names[found - meant]);
    } else {
        bytes_printf(to, "\\u%04x", byte);
    }
}

static bool is_plain(char c) {
    return (uint8_t)c >= 0x20 && (uint8_t)c < 0x80 && c != '"' && c != '\\';
}

static void print_text(const char *text, struct bytes *to) {
    const char *end = text + strlen(text);
    bytes_append_char(to, '"');
    while (text < end) {
        const char *from = text;
        while (text < end && is_plain(*text))
            text++;
        bytes_append(to, from, (size_t)(text - from));
        if (text == end)
            break;
        from = text;
        if ((uint8_t)*text < 0x80)
            print_escaped((uint8_t)*text++, to);
        else if (utf8_next(&text, end) >= 0)
            bytes_append(to, from, (size_t)(text - from));
        else
            bytes_append_text(to, "\xef\xbf\xbd");
    }
    bytes_append_char(to, '"');
}

static void print_container(const json *container, struct bytes *to, const char marks[2]) {
    bytes_append_char(to, marks[0]);
    for (const json *item = container->child; item != NULL; item = item->next) {
        if (marks[0] == '{') {
            print_text(item->string != NULL ? item->string : "", to);
            bytes_append_char(to, ':');
        }
        json_print(item, to);
        if (item->next != NULL)
            bytes_append_char(to, ',');
    }
    bytes_append_char(to, marks[1]);
}

void json_print(const json *value, struct bytes *to) {
    if (cJSON_IsObject(value))
        print_container(value, to, "{}");
    else if (cJSON_IsArray(value))
        print_container(value, to, "[]");
    else if (cJSON_IsString(value))
        print_text(value->valuestring, to);
    else if (cJSON_IsNumber(value))
        print_number(value->valuedouble, to);
    else if (cJSON_IsBool(value))
        bytes_append_text(to, cJSON_IsTrue(value) ? "true" : "false");
    else
        bytes_append_text(to, "null");
}

char *json_to_text_in(const struct heap *heap, const json *value) {
    struct bytes text = BYTES_IN(heap);
    json_print(value, &text);
    return bytes_take(&text);
}

char *json_to_text(const json *value) {
    return json_to_text_in(NULL, value);
}

/* Make. */

json *json_object(void) {
    return cJSON_CreateObject();
}

json *json_array(void) {
    return cJSON_CreateArray();
}

json *json_text(const char *text) {
    return text != NULL ? cJSON_CreateString(text) : NULL;
}

json *json_text_len(const char *text, size_t len) {
    if (memchr(text, '\0', len) != NULL)
        return NULL;
    char *copy = cJSON_malloc(len + 1);
    json *value = copy != NULL ? cJSON_CreateNull() : NULL;
    if (value == NULL) {
        cJSON_free(copy);
        return NULL;
    }
    memcpy(copy, text, len);
    copy[len] = '\0';
    value->type = cJSON_String;
    value->valuestring = copy;
    return value;
}

json *json_number(double number) {
    return isfinite(number) ? cJSON_CreateNumber(number) : NULL;
}

json *json_integer(int64_t number) {
    bool exact = number >= -(int64_t)MOST_EXACT && number <= (int64_t)MOST_EXACT;
    return exact ? cJSON_CreateNumber((double)number) : NULL;
}

json *json_boolean(bool boolean) {
    return cJSON_CreateBool(boolean);
}

json *json_null(void) {
    return cJSON_CreateNull();
}

json *json_copy(const json *value) {
    return cJSON_Duplicate(value, true);
}

/* Build. */

/* As cJSON_GetObjectItemCaseSensitive() does, which calls strcmp() for every key; nearly all differ
 * in the first letter. */
static json *find(const json *object, const char *key) {
    if (!json_is_object(object))
        return NULL;
    for (json *item = object->child; item != NULL; item = item->next)
        if (item->string != NULL && *item->string == *key && strcmp(item->string, key) == 0)
            return item;
    return NULL;
}

static void forget_key(json *value) {
    if (!(value->type & cJSON_StringIsConst))
        cJSON_free(value->string);
    value->type &= ~cJSON_StringIsConst;
    value->string = NULL;
}

/* Where the old value stood. */
static int replace(json *object, json *old, json *value) {
    forget_key(value);
    value->string = old->string;
    value->type |= old->type & cJSON_StringIsConst;
    old->string = NULL;
    old->type &= ~cJSON_StringIsConst;
    cJSON_ReplaceItemViaPointer(object, old, value);
    return 0;
}

int json_add_new(json *object, const char *key, json *value) {
    if (value == NULL || !json_is_object(object) || !cJSON_AddItemToObject(object, key, value)) {
        json_free(value);
        return -ENOMEM;
    }
    return 0;
}

int json_set(json *object, const char *key, json *value) {
    json *old = value != NULL ? find(object, key) : NULL;
    return old != NULL ? replace(object, old, value) : json_add_new(object, key, value);
}

int json_append(json *array, json *value) {
    if (value == NULL || !json_is_array(array) || !cJSON_AddItemToArray(array, value)) {
        json_free(value);
        return -ENOMEM;
    }
    return 0;
}

/* Keys of `from` are different from each other, so only what stood in `into` before is looked at:
 * many custom fields cost no square. */
int json_merge_missing(json *into, const json *from) {
    if (!json_is_object(into))
        return -ENOMEM;
    size_t before = json_count(into);
    for (const json *item = json_first(from); item != NULL; item = item->next) {
        if (item->string == NULL)
            continue;
        const json *has = json_first(into);
        size_t left = before;
        while (left > 0 && strcmp(has->string, item->string) != 0) {
            has = has->next;
            left--;
        }
        if (left > 0)
            continue;
        if (json_add_new(into, item->string, json_copy(item)) != 0)
            return -ENOMEM;
    }
    return 0;
}

json *json_detach(json *object, const char *key) {
    json *value = find(object, key);
    if (value == NULL)
        return NULL;
    cJSON_DetachItemViaPointer(object, value);
    forget_key(value);
    return value;
}

void json_remove(json *object, const char *key) {
    json_free(json_detach(object, key));
}

/* Look. */

const json *json_get(const json *object, const char *key) {
    return find(object, key);
}

const json *json_path(const json *object, const char *dotted) {
    for (;;) {
        size_t len = strcspn(dotted, ".");
        const json *item = json_is_object(object) ? object->child : NULL;
        while (
            item != NULL && (strncmp(item->string, dotted, len) != 0 || item->string[len] != '\0'))
            item = item->next;
        if (item == NULL || dotted[len] == '\0')
            return item;
        object = item;
        dotted += len + 1;
    }
}

bool json_is_object(const json *value) {
    return cJSON_IsObject(value);
}

bool json_is_array(const json *value) {
    return cJSON_IsArray(value);
}

bool json_is_text(const json *value) {
    return cJSON_IsString(value);
}

bool json_is_number(const json *value) {
    return cJSON_IsNumber(value);
}

bool json_is_boolean(const json *value) {
    return cJSON_IsBool(value);
}

bool json_is_null(const json *value) {
    return cJSON_IsNull(value);
}

const char *json_as_text(const json *value) {
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

const char *json_text_at(const json *object, const char *key) {
    return json_as_text(json_get(object, key));
}

bool json_as_number(const json *value, double *number) {
    if (!cJSON_IsNumber(value))
        return false;
    *number = value->valuedouble;
    return true;
}

bool json_as_integer(const json *value, int64_t *number) {
    if (!cJSON_IsNumber(value) || !is_whole(value->valuedouble))
        return false;
    *number = (int64_t)value->valuedouble;
    return true;
}

bool json_is_true(const json *value) {
    return cJSON_IsTrue(value);
}

bool json_true_at(const json *object, const char *key) {
    return json_is_true(json_get(object, key));
}

const json *json_first(const json *container) {
    return json_is_object(container) || json_is_array(container) ? container->child : NULL;
}

const json *json_next(const json *value) {
    return value->next;
}

const char *json_key(const json *value) {
    return value->string;
}

size_t json_count(const json *container) {
    size_t count = 0;
    for (const json *item = json_first(container); item != NULL; item = item->next)
        count++;
    return count;
}

static bool children_are_equal(const json *a, const json *b) {
    bool named = json_is_object(a);
    if (json_count(a) != json_count(b))
        return false;
    const json *y = b->child;
    for (const json *x = a->child; x != NULL; x = x->next) {
        if (!json_equal(x, named ? find(b, x->string) : y))
            return false;
        y = y->next;
    }
    return true;
}

bool json_equal(const json *a, const json *b) {
    if (a == NULL || b == NULL)
        return a == b;
    if ((a->type & 0xff) != (b->type & 0xff))
        return false;
    if (cJSON_IsNumber(a))
        return a->valuedouble == b->valuedouble;
    if (cJSON_IsString(a))
        return strcmp(a->valuestring, b->valuestring) == 0;
    return json_first(a) == NULL && json_first(b) == NULL ? true : children_are_equal(a, b);
}
