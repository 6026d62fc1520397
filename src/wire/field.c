/* SPDX-License-Identifier: MIT */
#include "wire/field.h"
#include "wire/time.h"

#include <errno.h>
#include <string.h>

bool field_is_in(const char *name, const char *const *names) {
    /* Nearly all differ in the first letter, which costs no call. */
    for (; *names != NULL; names++)
        if (**names == *name && strcmp(*names, name) == 0)
            return true;
    return false;
}

int field_copy_text(const struct heap *heap, char **to, const char *from) {
    char *copy = NULL;
    if (from != NULL && (copy = heap_copy(heap, from)) == NULL)
        return -ENOMEM;
    *to = copy;
    return 0;
}

int field_take_text(const struct heap *heap, char **to, const json *from, const char *key) {
    return field_copy_text(heap, to, json_text_at(from, key));
}

int64_t field_time(const json *from, const char *key) {
    const char *text = json_text_at(from, key);
    int64_t unix_us;
    return text != NULL && time_parse(text, &unix_us) == 0 ? unix_us : 0;
}

/* Appends without looking for the key: those of one object are different from each other. */
static int put_unless_built_in(json *to, const json *from, field_is_built_in *is_built_in) {
    for (const json *item = json_first(from); item != NULL; item = json_next(item)) {
        if (is_built_in(json_key(item)))
            continue;
        int rc = json_add_new(to, json_key(item), json_copy(item));
        if (rc != 0)
            return rc;
    }
    return 0;
}

int field_take_custom(json **to, const json *from, field_is_built_in *is_built_in) {
    json *custom = json_object();
    if (custom == NULL || put_unless_built_in(custom, from, is_built_in) != 0) {
        json_free(custom);
        return -ENOMEM;
    }
    if (json_first(custom) == NULL) {
        json_free(custom);
        custom = NULL;
    }
    *to = custom;
    return 0;
}

int field_copy_custom(json **to, const json *from) {
    json *copy = NULL;
    if (from != NULL && (copy = json_copy(from)) == NULL)
        return -ENOMEM;
    *to = copy;
    return 0;
}

int field_put_text(json *object, const char *key, const char *text) {
    return text != NULL ? json_set(object, key, json_text(text)) : 0;
}

int field_put_time(json *object, const char *key, int64_t unix_us) {
    char text[TIME_TEXT_BYTES];
    if (unix_us == 0)
        return 0;
    time_print(text, unix_us);
    return json_set(object, key, json_text(text));
}

int field_put_boolean(json *object, const char *key, bool boolean) {
    return json_set(object, key, json_boolean(boolean));
}

int field_put_custom(json *object, const json *custom, field_is_built_in *is_built_in) {
    return put_unless_built_in(object, custom, is_built_in);
}

json *field_made(json *object, bool bad) {
    if (!bad)
        return object;
    json_free(object);
    return NULL;
}
