/* SPDX-License-Identifier: MIT */
#include "wire/filter_random.h"

#include <string.h>

enum { DEEPEST = 3 };

const char *const random_values[] = {"null", "true", "false", "0", "-0", "1", "3", "3.0", "5.5",
    "0.1", "0.30000000000000004", "1e308", "-1e308", "5e-324", "9007199254740991",
    "-9007199254740991", "\"\"", "\"red\"", "\"3\"", "\"Ada Lovelace\"", "\"2026-11-24T10:00:00Z\"",
    "[]", "[\"red\"]", "[\"red\",5]", "[5,\"red\"]", "[[],{}]", "{}", "{\"er\":1}",
    "{\"er\":{\"still\":\"yes\"}}", "{\"a\":1,\"b\":[2]}", "{\"b\":[2],\"a\":1}", NULL};

unsigned dice_roll(struct dice *dice, unsigned sides) {
    uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return (unsigned)((z >> 32) * sides >> 32);
}

static const char *pick(struct dice *dice, const char *const *values) {
    size_t count = 0;
    while (values[count] != NULL)
        count++;
    return values[dice_roll(dice, (unsigned)count)];
}

static const struct random_field *pick_field(struct dice *dice, const struct random_field *fields) {
    unsigned count = 0;
    while (fields[count].name != NULL)
        count++;
    return &fields[dice_roll(dice, count)];
}

/* ---- objects ---- */

/* A list of some values of the table, each at most once where `once`. */
static void some_of(struct dice *dice, const char *const *values, bool once, struct bytes *to) {
    bytes_append_char(to, '[');
    const char *comma = "";
    unsigned percent = dice_roll(dice, 100);
    for (size_t i = 0; values[i] != NULL; i++)
        for (int again = 0; again < (once ? 1 : 2); again++)
            if (dice_percent(dice, once ? percent : percent / 2)) {
                bytes_printf(to, "%s%s", comma, values[i]);
                comma = ",";
            }
    bytes_append_char(to, ']');
}

void random_object(
    struct dice *dice, const struct random_field *fields, const char *id, struct bytes *to) {
    bytes_printf(to, "{\"id\":\"%s\"", id);
    for (const struct random_field *field = fields; field->name != NULL; field++) {
        if (strchr(field->name, '.') != NULL || strcmp(field->name, "id") == 0 ||
            dice_percent(dice, 25))
            continue;
        bytes_printf(to, ",\"%s\":", field->name);
        if (field->kind == FILTER_LIST || field->kind == FILTER_TEXTS)
            some_of(dice, field->values, true, to);
        else
            bytes_append_text(to, pick(dice, field->values));
    }
    bytes_append_char(to, '}');
}

/* ---- filters ---- */

static const char *const equalities[] = {"$eq", "$eq", "$ne", "$in", "$nin", "$exists", NULL};
static const char *const orders[] = {"$gt", "$gte", "$lt", "$lte", NULL};
static const char *const words[] = {"$autocomplete", "$q", NULL};
static const char *const all_operators[] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in",
    "$nin", "$exists", "$autocomplete", "$q", "$contains", NULL};
static const char *const not_operators[] = {"$regex", "$", "$EQ", "$and", "$size", "$where", NULL};
static const char *const not_times[] = {"\"2026-02-30T10:00:00Z\"", "\"2026-11-24\"", "\"\"",
    "\"2026-11-24T10:00:00\"", "\"2026-11-24T25:00:00Z\"", "\"2026-13-01T00:00:00Z\"",
    "\"2026-11-24T10:00:60Z\"", "\"2026-11-24T10:00:00.Z\"", "\"2026-11-24 10:00:00Z\"", "1", NULL};

static const char *operator_for(struct dice *dice, enum filter_kind kind) {
    bool orderly = kind != FILTER_BOOLEAN && kind != FILTER_LIST && kind != FILTER_TEXTS;
    bool wordy = kind == FILTER_TEXT || kind == FILTER_TEXTS || kind == FILTER_JSON;
    bool listy = kind == FILTER_LIST || kind == FILTER_JSON;
    unsigned roll = dice_roll(dice, 10);
    if (orderly && roll < 3)
        return pick(dice, orders);
    if (wordy && roll < (listy ? 5 : 8))
        return pick(dice, words);
    if (listy && roll < 6)
        return "$contains";
    return pick(dice, equalities);
}

/* What may be asked of a field: mostly what it may be. */
static const char *value_for(struct dice *dice, const struct random_field *field) {
    if (field->kind == FILTER_JSON && dice_percent(dice, 30))
        return pick(dice, random_values);
    return pick(dice, field->values);
}

static const char *orderly_value_for(struct dice *dice, const struct random_field *field) {
    for (int tries = 0;; tries++) {
        const char *value = value_for(dice, field);
        if (tries == 20 || strchr("-\"0123456789", value[0]) != NULL)
            return value;
    }
}

static bool begins_a_character(char c) {
    return (c & 0xc0) != 0x80;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A piece of a text that the field may be, here and there in the other case. */
static void some_words(struct dice *dice, const struct random_field *field, struct bytes *to) {
    const char *text = "\"re\"";
    for (int tries = 0; tries < 5; tries++) {
        const char *value = value_for(dice, field);
        if (value[0] == '"' && strlen(value) > 2) {
            text = value;
            break;
        }
    }
    unsigned len = (unsigned)strlen(text) - 2;
    unsigned from = dice_percent(dice, 40) ? 0 : dice_roll(dice, len),
             count = 1 + dice_roll(dice, 6);
    text++;
    while (!begins_a_character(text[from]))
        from--;
    if (dice_percent(dice, 75)) /* where another word may begin */
        while (from > 0 && is_letter(text[from - 1]))
            from--;
    bytes_append_char(to, '"');
    for (unsigned at = from; at < len; at++) {
        char c = text[at];
        if (begins_a_character(c) && count-- == 0)
            break;
        bytes_append_char(to, (char)(is_letter(c) && dice_percent(dice, 30) ? c ^ 0x20 : c));
    }
    bytes_append_char(to, '"');
}

static void want_for(
    struct dice *dice, const struct random_field *field, const char *op, struct bytes *to) {
    bool list = field->kind == FILTER_LIST;
    bool equal = strcmp(op, "$eq") == 0 || strcmp(op, "$ne") == 0;
    if (equal && dice_percent(dice, 15))
        bytes_append_text(to, "null");
    else if (strcmp(op, "$in") == 0 || strcmp(op, "$nin") == 0 || (equal && list))
        some_of(dice,
            field->kind == FILTER_JSON && dice_percent(dice, 30) ? random_values : field->values,
            dice_percent(dice, 80), to);
    else if (strcmp(op, "$exists") == 0)
        bytes_append_text(to, dice_percent(dice, 50) ? "true" : "false");
    else if (op[1] == 'q' || op[1] == 'a')
        some_words(dice, field, to);
    else if (op[1] == 'g' || op[1] == 'l')
        bytes_append_text(to, orderly_value_for(dice, field));
    else
        bytes_append_text(to, value_for(dice, field));
}

/* Something that may be wrong here, or not: that is for others to say. */
static void maybe_wrong(struct dice *dice, const struct random_field *field, struct bytes *to) {
    const char *op = pick(dice, dice_percent(dice, 80) ? all_operators : not_operators);
    bytes_printf(to, "\"%s\":", op);
    switch (dice_roll(dice, 8)) {
    case 0:
    case 1:
    case 2: want_for(dice, field, op, to); break;
    case 3:
        bytes_append_char(to, '[');
        for (unsigned i = 0, count = 99 + dice_roll(dice, 4); i < count; i++)
            bytes_printf(to, "%s%s", i > 0 ? "," : "", field->values[0]);
        bytes_append_char(to, ']');
        break;
    case 4: bytes_append_text(to, pick(dice, not_times)); break;
    default: bytes_append_text(to, pick(dice, random_values)); break;
    }
}

static void operators(
    struct dice *dice, const struct random_field *field, bool wrong, struct bytes *to) {
    const char *first = operator_for(dice, field->kind);
    bytes_append_char(to, '{');
    if (wrong && dice_percent(dice, 35))
        maybe_wrong(dice, field, to);
    else {
        bytes_printf(to, "\"%s\":", first);
        want_for(dice, field, first, to);
        const char *second = operator_for(dice, field->kind);
        if (strcmp(first, second) != 0 && dice_percent(dice, 25)) {
            bytes_printf(to, ",\"%s\":", second);
            want_for(dice, field, second, to);
        }
    }
    bytes_append_char(to, '}');
}

static void some_filter(
    struct dice *dice, const struct random_field *fields, bool wrong, int depth, struct bytes *to);

static void logic(struct dice *dice, const struct random_field *fields, bool wrong, const char *op,
    int depth, struct bytes *to) {
    bytes_printf(to, "\"%s\":[", op);
    unsigned count = 1 + dice_roll(dice, 3);
    if (wrong && dice_percent(dice, 3))
        count = 0;
    for (unsigned i = 0; i < count; i++) {
        bytes_append_text(to, i > 0 ? "," : "");
        if (wrong && dice_percent(dice, 2))
            bytes_append_text(to, pick(dice, random_values));
        else
            some_filter(dice, fields, wrong, depth + 1, to);
    }
    bytes_append_char(to, ']');
}

/* One key of a filter, and its value. `name` is what stands before the colon. */
static void some_key(
    struct dice *dice, const struct random_field *field, bool wrong, struct bytes *to) {
    bytes_printf(to, "\"%s\":", field->name);
    if (dice_percent(dice, 30) && !(field->kind == FILTER_LIST && dice_percent(dice, 50)))
        want_for(dice, field, "$eq", to);
    else
        operators(dice, field, wrong, to);
}

static void some_filter(
    struct dice *dice, const struct random_field *fields, bool wrong, int depth, struct bytes *to) {
    static const char *const logics[] = {"$and", "$or", "$nor"};
    unsigned conditions = dice_percent(dice, 5) ? 0 : 1 + dice_roll(dice, 2);
    unsigned from = dice_roll(dice, 2);
    bytes_append_char(to, '{');
    const char *comma = "";
    const struct random_field *before = NULL;
    for (unsigned i = 0; i < conditions; i++) {
        const struct random_field *field = pick_field(dice, fields);
        if (field == before)
            continue;
        before = field;
        bytes_append_text(to, comma);
        some_key(dice, field, wrong, to);
        comma = ",";
    }
    for (unsigned i = 0; i < 3; i++)
        if (depth < DEEPEST + (wrong ? 3 : 0) && dice_percent(dice, depth == 0 ? 25 : 15)) {
            bytes_append_text(to, comma);
            logic(dice, fields, wrong, logics[(from + i) % 3], depth, to);
            comma = ",";
        }
    if (wrong && dice_percent(dice, 1))
        bytes_printf(to, "%s\"%s\":1", comma, dice_percent(dice, 50) ? "$not" : "$eq");
    bytes_append_char(to, '}');
}

void random_filter(
    struct dice *dice, const struct random_field *fields, bool wrong, struct bytes *to) {
    if (wrong && dice_percent(dice, 1))
        bytes_append_text(to, pick(dice, random_values));
    else
        some_filter(dice, fields, wrong, 0, to);
}

void random_sort(struct dice *dice, const struct random_field *fields, struct bytes *to) {
    static const char *const directions[] = {
        ",\"direction\":1", ",\"direction\":-1", ",\"direction\":-1", "", NULL};
    bytes_append_char(to, '[');
    const char *comma = "";
    for (unsigned i = 0, count = 1 + dice_roll(dice, 3); i < count; i++) {
        const struct random_field *field = pick_field(dice, fields);
        if (field->kind == FILTER_LIST || field->kind == FILTER_TEXTS)
            continue;
        bytes_printf(to, "%s{\"field\":\"%s\"%s}", comma, field->name, pick(dice, directions));
        comma = ",";
    }
    bytes_append_char(to, ']');
}
