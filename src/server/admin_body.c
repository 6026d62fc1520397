/* SPDX-License-Identifier: MIT */
#include "server/admin_body.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

json *body_pair(const char *key, json *value) {
    json *object = json_object();
    if (object == NULL) {
        json_free(value);
        return NULL;
    }
    if (json_set(object, key, value) == 0)
        return object;
    json_free(object);
    return NULL;
}

/* What is always text; anything else may be any JSON. */
static bool is_text_field(const char *name, size_t len) {
    static const char *const names[] = {"id", "name", "image", "role", "status", "language"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return true;
    return false;
}

static json *read_value(const char *field, size_t len, const char *value) {
    json *read = NULL;
    if (!is_text_field(field, len) &&
        json_parse(&read, value, strlen(value), &json_limits_rest, NULL) == 0)
        return read;
    return json_text(value);
}

int body_put_fields(json *into, const struct admin_words *words) {
    int rc = into != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; rc == 0 && i < words->set_count; i++) {
        size_t len = strcspn(words->set[i], "=");
        char *field = strndup(words->set[i], len);
        rc = field != NULL ? json_set(into, field, read_value(field, len, words->set[i] + len + 1))
                           : -ENOMEM;
        free(field);
    }
    return rc;
}

json *body_fields(const struct admin_words *words) {
    json *object = json_object();
    if (body_put_fields(object, words) == 0)
        return object;
    json_free(object);
    return NULL;
}

json *body_split(const char *list) {
    json *array = json_array();
    int rc = array != NULL ? 0 : -ENOMEM;
    while (rc == 0 && list != NULL && *list != '\0') {
        size_t len = strcspn(list, ",");
        rc = json_append(array, json_text_len(list, len));
        list += len + (list[len] == ',');
    }
    if (rc == 0)
        return array;
    json_free(array);
    return NULL;
}

static json *unset(const struct admin_words *words) {
    json *array = json_array();
    int rc = array != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; rc == 0 && i < words->unset_count; i++)
        rc = json_append(array, json_text(words->unset[i]));
    if (rc == 0)
        return array;
    json_free(array);
    return NULL;
}

int body_put_changes(json *into, const struct admin_words *words) {
    int rc = into != NULL ? 0 : -ENOMEM;
    if (rc == 0 && words->set_count > 0)
        rc = json_set(into, "set", body_fields(words));
    if (rc == 0 && words->unset_count > 0)
        rc = json_set(into, "unset", unset(words));
    return rc;
}

json *body_filter(const char *field, const char *how, const char *text) {
    return text != NULL ? body_pair(field, body_pair(how, json_text(text))) : json_object();
}

json *body_sort_by(const char *field) {
    json *sort = json_array();
    json *by = body_pair("field", json_text(field));
    if (sort == NULL || by == NULL || json_set(by, "direction", json_integer(1)) != 0) {
        json_free(by);
        json_free(sort);
        return NULL;
    }
    if (json_append(sort, by) == 0)
        return sort;
    json_free(sort);
    return NULL;
}
