/* SPDX-License-Identifier: MIT */
/*
 * The JSON gate: it takes exactly what a slow reading of RFC 8259 and of our limits takes, however
 * the text lies in memory and whatever stands behind it. What is taken cJSON parses, and what is
 * printed of it is taken again, equal, and printed the same.
 */
#include "fuzz/target.h"

#include "base/utf8.h"
#include "wire/json.h"
#include "wire/limits.h"

#include <math.h>

/* ---- the slow reading ---- */

struct slow {
    const char *at, *end;
    unsigned values, depth;
    const struct json_limits *limits;
};

struct slow_keys {
    struct bytes all; /* each with a NUL behind it */
};

static void slow_space(struct slow *slow) {
    while (slow->at < slow->end && *slow->at != '\0' && strchr(" \t\r\n", *slow->at) != NULL)
        slow->at++;
}

static bool slow_is(struct slow *slow, const char *word) {
    const size_t len = strlen(word);
    if ((size_t)(slow->end - slow->at) < len || memcmp(slow->at, word, len) != 0)
        return false;
    slow->at += len;
    return true;
}

/* \uXXXX; -1: it is none. */
static long slow_unit(struct slow *slow) {
    char digits[5] = "";
    if (slow->end - slow->at < 6 || memcmp(slow->at, "\\u", 2) != 0)
        return -1;
    memcpy(digits, slow->at + 2, 4);
    if (digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0' || strlen(digits) != 4)
        return -1;
    slow->at += 6;
    return strtol(digits, NULL, 16);
}

static bool slow_escape(struct slow *slow, struct bytes *to) {
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    const char *name = slow->end - slow->at >= 2 && slow->at[1] != '\0' ? strchr(names, slow->at[1])
                                                                        : NULL;
    char point[4];
    if (name != NULL) {
        bytes_append_char(to, meant[name - names]);
        slow->at += 2;
        return true;
    }
    const long unit = slow_unit(slow);
    if (unit <= 0 || (unit >= 0xdc00 && unit <= 0xdfff))
        return false;
    if (unit < 0xd800 || unit > 0xdfff) {
        bytes_append(to, point, utf8_put(point, (uint32_t)unit));
        return true;
    }
    const long low = slow_unit(slow);
    if (low < 0xdc00 || low > 0xdfff)
        return false;
    bytes_append(
        to, point, utf8_put(point, (uint32_t)(0x10000 + (unit - 0xd800) * 0x400 + low - 0xdc00)));
    return true;
}

static bool slow_string(struct slow *slow, struct bytes *to) {
    if (!slow_is(slow, "\""))
        return false;
    while (slow->at < slow->end && *slow->at != '"') {
        if ((unsigned char)*slow->at < 0x20)
            return false;
        if (*slow->at != '\\')
            bytes_append_char(to, *slow->at++);
        else if (!slow_escape(slow, to))
            return false;
    }
    return slow_is(slow, "\"") && utf8_is_valid(bytes_text(to), to->len);
}

static size_t slow_digits(struct slow *slow) {
    const char *from = slow->at;
    while (slow->at < slow->end && *slow->at >= '0' && *slow->at <= '9')
        slow->at++;
    return (size_t)(slow->at - from);
}

static bool slow_number(struct slow *slow) {
    char text[LIMIT_NUMBER_CHARACTERS + 1] = "";
    const char *from = slow->at;
    bool whole = true;
    slow_is(slow, "-");
    const bool zero = slow->at < slow->end && *slow->at == '0';
    const size_t digits = slow_digits(slow);
    if (zero) /* what follows a 0 is no part of the number */
        slow->at -= digits - 1;
    if (digits == 0 || (zero && digits > 1))
        return false;
    if (slow_is(slow, ".")) {
        whole = false;
        if (slow_digits(slow) == 0)
            return false;
    }
    if (slow_is(slow, "e") || slow_is(slow, "E")) {
        whole = false;
        if (!slow_is(slow, "+"))
            slow_is(slow, "-");
        if (slow_digits(slow) == 0)
            return false;
    }
    const size_t len = (size_t)(slow->at - from);
    if (len > LIMIT_NUMBER_CHARACTERS)
        return false;
    memcpy(text, from, len);
    if (whole)
        return strtold(text, NULL) <= 9007199254740992.0L &&
               strtold(text, NULL) >= -9007199254740992.0L;
    return isfinite(strtod(text, NULL));
}

static bool slow_value(struct slow *slow);

static bool slow_member(struct slow *slow, struct slow_keys *keys) {
    struct bytes key = BYTES_EMPTY;
    bool good = slow_string(slow, &key);
    for (size_t at = 0; good && at < keys->all.len; at += strlen(keys->all.at + at) + 1)
        good = strcmp(keys->all.at + at, bytes_text(&key)) != 0;
    bytes_append(&keys->all, bytes_text(&key), key.len + 1);
    bytes_fini(&key);
    slow_space(slow);
    return good && slow_is(slow, ":") && slow_value(slow);
}

static bool slow_container(struct slow *slow, bool object) {
    const char *close = object ? "}" : "]";
    struct slow_keys keys = {0};
    bool good = true, done = false;
    if (++slow->depth > slow->limits->depth)
        return false;
    slow->at++;
    slow_space(slow);
    done = slow_is(slow, close);
    while (good && !done) {
        slow_space(slow);
        good = object ? slow_member(slow, &keys) : slow_value(slow);
        slow_space(slow);
        done = good && slow_is(slow, close);
        good = good && (done || slow_is(slow, ","));
    }
    slow->depth--;
    bytes_fini(&keys.all);
    return good;
}

static bool slow_value(struct slow *slow) {
    struct bytes text = BYTES_EMPTY;
    slow_space(slow);
    if (slow->at == slow->end || ++slow->values > slow->limits->values)
        return false;
    if (*slow->at == '{' || *slow->at == '[')
        return slow_container(slow, *slow->at == '{');
    if (*slow->at == '"') {
        const bool good = slow_string(slow, &text);
        bytes_fini(&text);
        return good;
    }
    return slow_is(slow, "true") || slow_is(slow, "false") || slow_is(slow, "null") ||
           slow_number(slow);
}

static bool slow_takes(const char *text, size_t len, const struct json_limits *limits) {
    struct slow slow = {.at = text, .end = text + len, .limits = limits};
    if (len > limits->bytes || !slow_value(&slow))
        return false;
    slow_space(&slow);
    return slow.at == slow.end;
}

/* ---- what holds ---- */

static unsigned count_values(const json *value) {
    unsigned count = 1;
    for (const json *item = json_first(value); item != NULL; item = json_next(item))
        count += count_values(item);
    return count;
}

static void check_taken(const char *text, size_t len, const struct json_limits *limits) {
    struct json_limits wide = *limits;
    json *first = NULL, *again = NULL;
    HOLDS(json_parse(&first, text, len, limits, NULL) == 0 && first != NULL);
    HOLDS(count_values(first) <= limits->values);
    char *printed = json_to_text(first);
    HOLDS(printed != NULL && utf8_is_valid(printed, strlen(printed)));
    wide.bytes = SIZE_MAX; /* an escape may be longer than what it stands for */
    HOLDS(json_parse(&again, printed, strlen(printed), &wide, NULL) == 0);
    HOLDS(json_equal(first, again) && json_equal(again, first));
    char *twice = json_to_text(again);
    HOLDS(twice != NULL && strcmp(printed, twice) == 0);
    json *copy = json_copy(first);
    HOLDS(copy != NULL && json_equal(copy, first));
    json_free(copy);
    free(twice);
    free(printed);
    json_free(again);
    json_free(first);
}

/* The same text elsewhere, with other bytes behind it. */
static void check_place(const char *text, size_t len, const struct json_limits *limits, int wanted,
    size_t offset, size_t before, char behind) {
    struct json_error error = {0};
    char *room = malloc(before + len + 16);
    HOLDS(room != NULL);
    memset(room, behind, before + len + 16);
    memcpy(room + before, text, len);
    HOLDS(json_gate(room + before, len, limits, &error) == wanted);
    HOLDS(wanted == 0 || error.offset == offset);
    free(room);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    static const struct json_limits narrow = {200, 20, 4};
    struct input input = input_of(bytes, len);
    const unsigned shape = input_byte(&input);
    const struct json_limits *limits = shape & 1 ? &narrow : &json_limits_frame;
    const char *text = (const char *)input.at;
    const size_t size = input_left(&input);
    struct json_error error = {0};
    const int refused = json_gate(text, size, limits, &error);
    HOLDS(refused >= 0 && refused <= JSON_TOO_DEEP);
    HOLDS((refused == 0) == slow_takes(text, size, limits));
    HOLDS(refused == 0 || (error.offset <= size && error.reason[0] != '\0'));
    check_place(text, size, limits, refused, error.offset, 1 + (shape >> 1) % 8, '"');
    check_place(text, size, limits, refused, error.offset, 8, '0');
    if (refused == 0)
        check_taken(text, size, limits);
    return 0;
}
