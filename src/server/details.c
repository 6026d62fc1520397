/* SPDX-License-Identifier: MIT */
/*
 * role, banned, teams, language are passed over where a person sends them, because clients send
 * back the whole user they were given; created_at and its like are refused, because whoever sends
 * them means something that will not happen. null means missing, as it does in filters.
 */
#include "server/details.h"
#include "wire/error.h"
#include "wire/field.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(struct details_refusal *why, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(struct details_refusal *why, int code, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    why->code = code;
    return 1;
}

static bool is_reserved(const char *name) {
    static const char *const names[] = {
        "created_at", "updated_at", "deleted_at", "last_active", "online", NULL};
    return field_is_in(name, names);
}

int details_check_size(const json *custom, struct details_refusal *why) {
    for (const json *item = json_first(custom); item != NULL; item = json_next(item))
        if (strlen(json_key(item)) > LIMIT_CUSTOM_KEY)
            return refuse(why, CODE_INPUT, "a custom key is longer than %s", "255 bytes");
    if (custom == NULL)
        return 0;
    struct bytes text = BYTES_EMPTY;
    json_print(custom, &text);
    int rc = bytes_failed(&text) ? -ENOMEM : 0;
    if (rc == 0 && text.len > LIMIT_CUSTOM_BYTES)
        rc = refuse(why, CODE_TOO_BIG, "custom data is over %s", "5 KB");
    if (rc == 0 && json_gate(text.at, text.len, &json_limits_rest, NULL) != 0)
        rc = refuse(why, CODE_INPUT, "custom data is too %s", "deep");
    bytes_fini(&text);
    return rc;
}

static int set_text(char **to, const char *name, const json *value, struct details_refusal *why) {
    const char *text = json_as_text(value);
    if (text == NULL && value != NULL && !json_is_null(value))
        return refuse(why, CODE_INPUT, "%s must be a string", name);
    if (text != NULL && strlen(text) > LIMIT_CUSTOM_BYTES)
        return refuse(why, CODE_TOO_BIG, "%s is over 5 KB", name);
    char *copy = NULL;
    int rc = field_copy_text(NULL, &copy, text);
    if (rc == 0) {
        free(*to);
        *to = copy;
    }
    return rc;
}

static int set_time(int64_t *to, const char *name, const json *value, struct details_refusal *why) {
    const char *text = json_as_text(value);
    if (value == NULL || json_is_null(value)) {
        *to = 0;
        return 0;
    }
    return text != NULL && time_parse(text, to) == 0
               ? 0
               : refuse(why, CODE_INPUT, "%s must be a time", name);
}

static int set_invisible(struct user *draft, const json *value, struct details_refusal *why) {
    if (value != NULL && !json_is_boolean(value))
        return refuse(why, CODE_INPUT, "%s must be a boolean", "invisible");
    draft->invisible = json_is_true(value) ? INVISIBLE_YES : INVISIBLE_NO;
    return 0;
}

/* A built-in field. `value` NULL: unset. */
static int set_built_in(struct user *draft, const char *name, const json *value, enum details_by by,
    struct details_refusal *why) {
    if (is_reserved(name))
        return refuse(why, CODE_INPUT, "%s is a reserved field", name);
    if (strcmp(name, "name") == 0)
        return set_text(&draft->name, name, value, why);
    if (strcmp(name, "image") == 0)
        return set_text(&draft->image, name, value, why);
    if (strcmp(name, "invisible") == 0)
        return set_invisible(draft, value, why);
    if (by == BY_SERVER && strcmp(name, "role") == 0)
        return set_text(&draft->role, name, value, why);
    if (by == BY_SERVER && strcmp(name, "banned") == 0)
        draft->banned = json_is_true(value);
    if (by == BY_SERVER && strcmp(name, "revoke_tokens_issued_before") == 0)
        return set_time(&draft->revoke_before_us, name, value, why);
    return 0;
}

static int custom_object(json **custom) {
    if (*custom == NULL)
        *custom = json_object();
    return *custom != NULL ? 0 : -ENOMEM;
}

static int set_field(
    struct user *draft, const json *item, enum details_by by, struct details_refusal *why) {
    const char *name = json_key(item);
    if (user_field_is_built_in(name))
        return set_built_in(draft, name, item, by, why);
    if (json_is_null(item)) {
        json_remove(draft->custom, name);
        return 0;
    }
    int rc = custom_object(&draft->custom);
    return rc != 0 ? rc : json_set(draft->custom, name, json_copy(item));
}

/* An empty object and none are the same thing. */
static int settle_custom(struct user *draft, struct details_refusal *why) {
    if (draft->custom != NULL && json_first(draft->custom) == NULL) {
        json_free(draft->custom);
        draft->custom = NULL;
    }
    return details_check_size(draft->custom, why);
}

static int set_fields(
    struct user *draft, const json *given, enum details_by by, struct details_refusal *why) {
    for (const json *item = json_first(given); item != NULL; item = json_next(item)) {
        int rc = set_field(draft, item, by, why);
        if (rc != 0)
            return rc;
    }
    return settle_custom(draft, why);
}

int details_merge(struct user *draft, const json *given, struct details_refusal *why) {
    return set_fields(draft, given, BY_THEMSELF, why);
}

int details_replace(
    struct user *draft, const json *given, enum details_by by, struct details_refusal *why) {
    json_free(draft->custom);
    draft->custom = NULL;
    free(draft->name);
    draft->name = NULL;
    free(draft->image);
    draft->image = NULL;
    return set_fields(draft, given, by, why);
}

/* Paths. A step that is not an object is replaced by one. */

static int set_step(json *object, const char *path, const json *value) {
    const char *dot = strchr(path, '.');
    if (dot == NULL)
        return json_set(object, path, json_copy(value));
    char *key = strndup(path, (size_t)(dot - path));
    if (key == NULL)
        return -ENOMEM;
    json *child = json_detach(object, key);
    if (!json_is_object(child)) {
        json_free(child);
        child = json_object();
    }
    int rc = child != NULL ? set_step(child, dot + 1, value) : -ENOMEM;
    if (json_set(object, key, child) != 0)
        rc = -ENOMEM;
    free(key);
    return rc;
}

int details_set_path(json **custom, const char *path, const json *value) {
    if (json_is_null(value))
        return details_unset_path(custom, path);
    int rc = custom_object(custom);
    return rc != 0 ? rc : set_step(*custom, path, value);
}

static int unset_step(json *object, const char *path) {
    const char *dot = strchr(path, '.');
    if (dot == NULL) {
        json_remove(object, path);
        return 0;
    }
    char *key = strndup(path, (size_t)(dot - path));
    if (key == NULL)
        return -ENOMEM;
    json *child = json_is_object(json_get(object, key)) ? json_detach(object, key) : NULL;
    int rc = 0;
    if (child != NULL) {
        rc = unset_step(child, dot + 1);
        if (json_set(object, key, child) != 0)
            rc = -ENOMEM;
    }
    free(key);
    return rc;
}

int details_unset_path(json **custom, const char *path) {
    return *custom != NULL ? unset_step(*custom, path) : 0;
}

/* Empty steps, and more of them than an object may be deep, are no paths. */
static bool is_path(const char *path) {
    size_t steps = 1;
    for (const char *at = path; *at != '\0'; at++)
        if (*at == '.' && (at == path || at[1] == '.' || at[1] == '\0' || ++steps > 16))
            return false;
    return *path != '\0';
}

static int patch_one(struct user *draft, const char *path, const json *value, enum details_by by,
    struct details_refusal *why) {
    if (!is_path(path))
        return refuse(why, CODE_INPUT, "\"%.60s\" is not a path", path);
    char first[LIMIT_CUSTOM_KEY + 1];
    snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "."), path);
    if (strcmp(first, "id") == 0)
        return refuse(why, CODE_INPUT, "%s cannot be changed", "id");
    if (!user_field_is_built_in(first))
        return value != NULL ? details_set_path(&draft->custom, path, value)
                             : details_unset_path(&draft->custom, path);
    if (strchr(path, '.') != NULL)
        return refuse(why, CODE_INPUT, "%.60s has no fields", path);
    if (by == BY_THEMSELF &&
        (strcmp(first, "role") == 0 || strcmp(first, "banned") == 0 ||
            strcmp(first, "teams") == 0 || strcmp(first, "revoke_tokens_issued_before") == 0))
        return refuse(why, CODE_NOT_ALLOWED, "%s is not yours to change", first);
    return set_built_in(draft, first, value, by, why);
}

int details_patch(struct user *draft, const json *set, const json *unset, enum details_by by,
    struct details_refusal *why) {
    if (set != NULL && !json_is_object(set))
        return refuse(why, CODE_INPUT, "%s must be an object", "set");
    if (unset != NULL && !json_is_array(unset))
        return refuse(why, CODE_INPUT, "%s must be an array", "unset");
    for (const json *item = json_first(set); item != NULL; item = json_next(item)) {
        int rc = patch_one(draft, json_key(item), item, by, why);
        if (rc != 0)
            return rc;
    }
    for (const json *item = json_first(unset); item != NULL; item = json_next(item)) {
        const char *path = json_as_text(item);
        int rc = path != NULL ? patch_one(draft, path, NULL, by, why)
                              : refuse(why, CODE_INPUT, "%s must hold strings", "unset");
        if (rc != 0)
            return rc;
    }
    return settle_custom(draft, why);
}

static bool same_text(const char *a, const char *b) {
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

unsigned details_compare(const struct user *before, const struct user *after) {
    unsigned differences = 0;
    bool same_custom = (before->custom == NULL) == (after->custom == NULL) &&
                       (before->custom == NULL || json_equal(before->custom, after->custom));
    if (!same_text(before->name, after->name) || !same_text(before->image, after->image) ||
        !same_text(before->role, after->role) || before->banned != after->banned || !same_custom ||
        before->deactivated_us != after->deactivated_us)
        differences |= DETAILS_SHOWN;
    if (!json_equal(json_get(before->custom, "status"), json_get(after->custom, "status")))
        differences |= DETAILS_STATUS;
    if ((before->invisible == INVISIBLE_YES) != (after->invisible == INVISIBLE_YES))
        differences |= DETAILS_HIDING;
    if (before->revoke_before_us != after->revoke_before_us)
        differences |= DETAILS_KEPT;
    return differences;
}
