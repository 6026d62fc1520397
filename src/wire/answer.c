/* SPDX-License-Identifier: MIT */
/*
 * Case is folded for the alphabets that have one in two aligned rows (Latin, Greek, Cyrillic):
 * enough to find a name, without tables and without the locale's word in it.
 */
#include "wire/answer.h"
#include "base/utf8.h"

#include <string.h>

static bool is_text(const char *text, const void *context) {
    (void)context;
    return text != NULL;
}

struct filter_value answer_get(
    filter_getter *get, const void *object, int tag, const char *name, const void *context) {
    struct filter_value got = get(object, tag, name, context);
    if (got.kind == FILTER_JSON) {
        const json *value = got.json;
        if (value == NULL || json_is_null(value))
            got.kind = FILTER_MISSING;
        else if (json_is_boolean(value))
            got = (struct filter_value){.kind = FILTER_BOOLEAN, .boolean = json_is_true(value)};
        else if (json_is_text(value))
            got = (struct filter_value){.kind = FILTER_TEXT, .text = json_as_text(value)};
        else if (json_is_number(value)) {
            got.kind = FILTER_NUMBER;
            json_as_number(value, &got.number);
        }
    }
    if (got.kind == FILTER_TEXTS && !got.texts.any(got.texts.texts, is_text, NULL))
        got.kind = FILTER_MISSING;
    if ((got.kind == FILTER_TEXT && got.text == NULL) ||
        (got.kind == FILTER_LIST && got.list.count == 0))
        got.kind = FILTER_MISSING;
    return got;
}

bool answer_equals(const struct filter_value *got, const json *want) {
    double number;
    switch (got->kind) {
    case FILTER_BOOLEAN: return json_is_boolean(want) && json_is_true(want) == got->boolean;
    case FILTER_NUMBER: return json_as_number(want, &number) && number == got->number;
    case FILTER_TEXT: return json_is_text(want) && strcmp(json_as_text(want), got->text) == 0;
    case FILTER_JSON: return json_equal(got->json, want);
    default: return false;
    }
}

static int order_of_numbers(double a, double b) {
    return (a > b) - (a < b);
}

bool answer_order(const struct filter_value *got, const json *want, int *order) {
    double number;
    if (got->kind == FILTER_NUMBER && json_as_number(want, &number)) {
        *order = order_of_numbers(got->number, number);
        return true;
    }
    if (got->kind == FILTER_TEXT && json_is_text(want)) {
        *order = strcmp(got->text, json_as_text(want));
        return true;
    }
    return false;
}

static int32_t folded(int32_t c) {
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
        (c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    bool even = (c >= 0x100 && c <= 0x137) || (c >= 0x14a && c <= 0x177) ||
                (c >= 0x460 && c <= 0x481) || (c >= 0x48a && c <= 0x4bf) ||
                (c >= 0x1e00 && c <= 0x1eff);
    bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    return (even && c % 2 == 0) || (odd && c % 2 == 1) ? c + 1 : c;
}

/* Whether text begins with want, but for case. */
static bool begins_with(const char *text, const char *text_end, const char *want) {
    const char *want_end = want + strlen(want);
    while (want < want_end) {
        if (text == text_end ||
            folded(utf8_next(&text, text_end)) != folded(utf8_next(&want, want_end)))
            return false;
    }
    return true;
}

static bool is_of_word(int32_t c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= 0xc0 && !(c >= 0x2000 && c <= 0x206f) && !(c >= 0x3000 && c <= 0x303f));
}

bool answer_has_words(const struct filter_value *got, const char *want, bool at_word) {
    if (got->kind != FILTER_TEXT)
        return false;
    const char *at = got->text, *end = at + strlen(at);
    bool in_word = false;
    while (at < end) {
        if ((!at_word || !in_word) && begins_with(at, end, want))
            return true;
        in_word = is_of_word(utf8_next(&at, end));
    }
    return false;
}

bool answer_contains(const struct filter_value *got, const json *want) {
    if (got->kind == FILTER_LIST)
        return json_is_text(want) && got->list.has(got->list.list, json_as_text(want));
    if (got->kind != FILTER_JSON || !json_is_array(got->json))
        return false;
    for (const json *item = json_first(got->json); item != NULL; item = json_next(item))
        if (json_equal(item, want))
            return true;
    return false;
}

int answer_compare(const struct filter_value *a, const struct filter_value *b) {
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    switch (a->kind) {
    case FILTER_BOOLEAN: return a->boolean - b->boolean;
    case FILTER_NUMBER: return order_of_numbers(a->number, b->number);
    case FILTER_TEXT: return strcmp(a->text, b->text);
    case FILTER_TIME: return (a->time_us > b->time_us) - (a->time_us < b->time_us);
    default: return 0;
    }
}
