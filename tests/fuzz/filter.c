/* SPDX-License-Identifier: MIT */
/*
 * Filters and sorts from JSON: what is taken finds the same objects, in the same order, as a naive
 * reading of the page does; what is refused is refused by both. The input is a filter and a sort, a
 * line each.
 */
#include "fuzz/target.h"

#include "wire/filter_naive.h"
#include "wire/limits.h"
#include "wire/time.h"

enum { ID, NAME, ONLINE, COUNT, SEEN, MEMBERS, TEAMS, FRIENDS, OBJECTS = 12, LONGEST = 199 };

static const struct filter_field built_in[] = {
    {"id", FILTER_TEXT, ID},
    {"name", FILTER_TEXT, NAME},
    {"online", FILTER_BOOLEAN, ONLINE},
    {"count", FILTER_NUMBER, COUNT},
    {"seen", FILTER_TIME, SEEN},
    {"members", FILTER_LIST, MEMBERS},
    {"teams", FILTER_LIST, TEAMS},
    {"friends", FILTER_TEXTS, FRIENDS},
    {0},
};

static const char world[] =
    "[{\"id\":\"a\",\"name\":\"Ada Lovelace\",\"online\":true,\"count\":3,"
    "\"seen\":\"2026-11-24T10:00:00Z\",\"members\":[\"x\",\"y\"],\"color\":\"green\"},"
    "{\"id\":\"b\",\"name\":\"\xc3\x89lodie O\xe2\x80\x99"
    "Brien\",\"online\":false,\"count\":0.5,"
    "\"teams\":[\"red\"],\"friends\":[\"Ada\",\"Bob\"],\"level\":7},"
    "{\"id\":\"c\",\"seen\":\"1970-01-01T00:00:00.5Z\",\"members\":[],\"level\":\"7\"},"
    "{\"id\":\"d\",\"name\":\"ada\",\"count\":-1e3,\"deep\":{\"er\":{\"still\":\"yes\"}}},"
    "{\"id\":\"e\",\"name\":\"\",\"color\":null,\"tags\":[\"red\",5],\"online\":true},"
    "{\"id\":\"f\",\"color\":\"Green\",\"tags\":[],\"friends\":[],\"level\":[7]},"
    "{\"id\":\"g\",\"name\":\"\xd0\x96\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0\",\"deep\":{\"er\":1},"
    "\"level\":true},"
    "{\"id\":\"h\",\"members\":[\"y\",\"x\"],\"teams\":[\"red\",\"blue\"],\"count\":3},"
    "{\"id\":\"i\",\"seen\":\"2026-11-24T10:00:00.000001Z\",\"level\":{\"7\":7}},"
    "{\"id\":\"j\",\"name\":\"O'Brien-Smith\",\"friends\":[\"\xc3\x89lodie\"],\"deep\":{}}]";

static bool has(const void *list, const char *text) {
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (strcmp(json_as_text(item), text) == 0)
            return true;
    return false;
}

static bool any_of(
    const void *texts, bool (*is_so)(const char *text, const void *context), const void *context) {
    for (const json *item = json_first(texts); item != NULL; item = json_next(item))
        if (is_so(json_as_text(item), context))
            return true;
    return false;
}

static struct filter_value get(const void *object, int tag, const char *name, const void *context) {
    (void)context;
    const json *value = tag < 0 ? json_path(object, name) : json_get(object, built_in[tag].name);
    struct filter_value got = {.kind = FILTER_MISSING};
    if (value == NULL)
        return got;
    got.kind = tag < 0 ? FILTER_JSON : built_in[tag].kind;
    switch (got.kind) {
    case FILTER_TEXT: got.text = json_as_text(value); break;
    case FILTER_BOOLEAN: got.boolean = json_is_true(value); break;
    case FILTER_NUMBER: json_as_number(value, &got.number); break;
    case FILTER_TIME: time_parse(json_as_text(value), &got.time_us); break;
    case FILTER_LIST:
        got.list.has = has;
        got.list.list = value;
        got.list.count = json_count(value);
        break;
    case FILTER_TEXTS: got.texts = (struct filter_texts){any_of, value}; break;
    default: got.json = value; break;
    }
    return got;
}

static void check_refusal(const struct filter_error *error) {
    HOLDS(error->text[0] != '\0' && memchr(error->text, '\0', sizeof error->text) != NULL);
    HOLDS(memchr(error->field, '\0', sizeof error->field) != NULL);
}

static void see(const char *text, void *context) {
    (void)text;
    ++*(unsigned *)context;
}

static void check_filter(const json *from, const json *objects) {
    const struct naive naive = {.fields = built_in};
    struct filter *filter = NULL;
    struct filter_error error = {0};
    struct naive_faults faults = {0};
    naive_check(&naive, from, &faults);
    const bool good = faults.count == 0 && faults.conditions <= LIMIT_FILTER_NODES;
    const int refused = filter_compile(&filter, from, built_in, &error);
    HOLDS(refused >= 0 && (refused == 0) == good);
    if (refused != 0) {
        check_refusal(&error);
        return;
    }
    uint64_t wanted = naive_matches(&naive, from, objects), bit = 1;
    for (const json *object = json_first(objects); object != NULL; object = json_next(object)) {
        HOLDS(filter_matches(filter, object, get, NULL) == ((wanted & bit) != 0));
        bit <<= 1;
    }
    unsigned demanded = 0;
    if (filter_demands(filter, ID, see, &demanded))
        HOLDS(filter_mentions(filter, ID));
    filter_free(filter);
}

static void check_sort(const json *from, const json *objects) {
    const struct naive naive = {.fields = built_in};
    struct sort *sort = NULL;
    struct filter_error error = {0};
    const int refused = sort_compile(&sort, from, built_in, &error);
    HOLDS(refused >= 0);
    if (refused != 0) {
        check_refusal(&error);
        return;
    }
    size_t order[NAIVE_OBJECTS];
    naive_order(&naive, from, objects, "id", order);
    const json *all[OBJECTS];
    size_t count = 0;
    for (const json *object = json_first(objects); object != NULL; object = json_next(object))
        all[count++] = object;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++) {
            const int there = sort_compare(sort, all[order[i]], all[order[j]], get, NULL);
            const int back = sort_compare(sort, all[order[j]], all[order[i]], get, NULL);
            HOLDS(there <= 0 && back >= 0 && (there == 0) == (back == 0));
        }
    sort_free(sort);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    json *objects = NULL;
    if (len > LONGEST) /* the naive reading has room for no longer texts */
        return 0;
    HOLDS(json_parse(&objects, world, sizeof world - 1, &json_limits_rest, NULL) == 0);
    for (int line = 0; line < 2; line++) {
        json *from = NULL;
        char *text = input_text(&input, '\n');
        if (json_parse(&from, text, strlen(text), &json_limits_rest, NULL) == 0)
            line == 0 ? check_filter(from, objects) : check_sort(from, objects);
        json_free(from);
        free(text);
    }
    json_free(objects);
    return 0;
}
