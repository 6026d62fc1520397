/* SPDX-License-Identifier: MIT */
/*
 * The real filters and sorts agree with those read from the page (filter_naive), over random
 * filters (filter_random) and random objects; and what is refused by one is refused by the other,
 * with a sentence that names field and operator.
 *
 *     wire-filter_property [cases [seed [first]]]
 *
 * `./run filters` asks 100,000 cases of a release build. A failure says how it is told again, and
 * shows the smallest filter and the fewest objects that still fail.
 *
 * Each of these was planted once and caught within 10,000 cases: $gte is $gt; $lt is $lte; $nin is
 * false of a missing one; $ne is; $nor is a $nand; an exact list may be longer, or counts what is
 * said twice; only the first time of an $in counts; null finds no missing one in $in; $exists:false
 * is $exists:true; an empty list exists; JSON null is there; numbers are whole; $autocomplete
 * matches inside of words; Cyrillic is not folded; ’ is of a word; a text is in order with a
 * number; $contains finds a part of an item; missing sorts first when down; only the first field
 * of a sort counts; $gt takes any value; a boolean takes $gt; an unknown operator is passed over; a
 * refusal names no operator; depth is not looked at; an $or demands what one of it asks; an offset
 * is added to a date; a fraction is rounded up.
 */
#include "support/wire_case.h"
#include "wire/filter_naive.h"
#include "wire/filter_random.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <inttypes.h>

enum { OBJECTS = 12, SEED = 20261124 };

enum { ID, NAME, ONLINE, COUNT, SEEN, MEMBERS, TEAMS, FRIENDS };

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

static const char *const ids[] = {"\"a\"", "\"c\"", "\"e\"", "\"nobody\"", NULL};
static const char *const names[] = {"\"Ada Lovelace\"", "\"ada\"", "\"Élodie O’Brien-Smith\"",
    "\"ÉLODIE\"", "\"o’bri’en\"", "\"Ñandú Øre\"", "\"Σωκράτης ΩΣ\"", "\"Жанна Ёлкина\"",
    "\"жанна ёлкина\"", "\"李小龙、Bruce:Lee\"", "\"😀 smile\"",
    "\"A\xc2\xa0"
    "b_c.d,e/f\"",
    "\"Šárka Żuk Œuvre\"", "\"e\xcc\x81lan\"", "\"\"", NULL};
static const char *const booleans[] = {"true", "false", NULL};
static const char *const numbers[] = {"0", "-0.0", "1", "3", "3.0", "30e-1", "5.5", "0.1",
    "0.30000000000000004", "0.3", "1e308", "-1e308", "5e-324", "1e-400", "9007199254740991",
    "-9007199254740991", NULL};
static const char *const times[] = {"\"2026-11-24T10:00:00Z\"", "\"2026-11-24T12:00:00+02:00\"",
    "\"2026-11-24t10:00:00.000z\"", "\"2026-11-24T10:00:00.000000999Z\"",
    "\"2026-11-24T10:00:00.000001Z\"", "\"2026-11-24T09:59:59.999999Z\"",
    "\"2026-11-23T22:30:00-11:30\"", "\"1970-01-01T00:00:00Z\"", "\"1969-12-31T23:59:59.5Z\"",
    "\"2026-12-31T23:59:60Z\"", "\"2027-01-01T00:00:00Z\"", "\"0000-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:59.999999Z\"", "\"2024-02-29T00:00:00-00:01\"", NULL};
static const char *const people[] = {"\"x\"", "\"y\"", "\"z\"", NULL};
static const char *const teams[] = {"\"red\"", "\"blue\"", NULL};
static const char *const colours[] = {"\"green\"", "\"Green\"", "\"blue\"", "\"\"", "null", NULL};
static const char *const levels[] = {
    "7", "\"7\"", "7.5", "-7", "null", "true", "false", "[7]", "{\"7\":7}", NULL};
static const char *const tags[] = {"[]", "[\"red\"]", "[\"red\",5]", "[5,\"red\"]", "[[],{}]",
    "[null]", "\"red\"", "[{\"a\":1,\"b\":[2]}]", NULL};
static const char *const deeps[] = {"{\"er\":{\"still\":\"yes\"}}", "{\"er\":{\"still\":null}}",
    "{\"er\":1}", "{}", "{\"er\":[{\"still\":\"yes\"}]}", "{\"er\":{\"still\":\"Yes, no\"}}", NULL};

static const struct random_field fields[] = {
    {"id", FILTER_TEXT, ids},
    {"name", FILTER_TEXT, names},
    {"online", FILTER_BOOLEAN, booleans},
    {"count", FILTER_NUMBER, numbers},
    {"seen", FILTER_TIME, times},
    {"members", FILTER_LIST, people},
    {"teams", FILTER_LIST, teams},
    {"friends", FILTER_TEXTS, names},
    {"color", FILTER_JSON, colours},
    {"level", FILTER_JSON, levels},
    {"score", FILTER_JSON, numbers},
    {"tags", FILTER_JSON, tags},
    {"größe", FILTER_JSON, names},
    {"deep", FILTER_JSON, deeps},
    {"deep.er", FILTER_JSON, random_values},
    {"deep.er.still", FILTER_JSON, random_values},
    {"no.such", FILTER_JSON, random_values},
    {0},
};

/* ---- the real one ---- */

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

static uint64_t real_matches(const struct filter *filter, const json *objects) {
    uint64_t set = 0, bit = 1;
    for (const json *object = json_first(objects); object != NULL;
         object = json_next(object), bit <<= 1)
        if (filter_matches(filter, object, get, NULL))
            set |= bit;
    return set;
}

/* ---- one against the other ---- */

static const struct naive untallied = {built_in, NULL};

/* NULL: they agree; else what one says and the other does not, in `said`. */
static const char *disagree_on_refusal(
    const struct filter_error *error, const struct naive_faults *faults, char said[600]) {
    if (faults->conditions > LIMIT_FILTER_NODES && strstr(error->text, "at most 64 conditions"))
        return NULL;
    for (size_t i = 0; i < faults->count; i++)
        if (strcmp(error->field,
                faults->all[i].field[0] != '\0' ? faults->all[i].field : faults->all[i].op) == 0 &&
            strstr(error->text, faults->all[i].field) != NULL &&
            strstr(error->text, faults->all[i].op) != NULL)
            return NULL;
    snprintf(said, 600, "refused with \"%s\" (field \"%s\"), but of %zu faults the first is %s %s",
        error->text, error->field, faults->count, faults->count > 0 ? faults->all[0].field : "",
        faults->count > 0 ? faults->all[0].op : "");
    return said;
}

static const char *disagree(
    const struct naive *naive, const json *filter, const json *objects, char said[600]) {
    struct filter *real = NULL;
    struct filter_error error = {"", ""};
    struct naive_faults faults;
    naive_check(naive, filter, &faults);
    int rc = filter_compile(&real, filter, built_in, &error);
    assert_true(rc >= 0);
    if (rc > 0)
        return disagree_on_refusal(&error, &faults, said);
    if (faults.count > 0 || faults.conditions > LIMIT_FILTER_NODES) {
        filter_free(real);
        snprintf(said, 600, "taken, but of %zu faults the first is %s %s", faults.count,
            faults.all[0].field, faults.all[0].op);
        return said;
    }
    uint64_t got = real_matches(real, objects);
    filter_free(real);
    uint64_t wanted = naive_matches(naive, filter, objects);
    if (got == wanted)
        return NULL;
    snprintf(said, 600, "matches %02" PRIx64 ", wanted %02" PRIx64, got, wanted);
    return said;
}

/* ---- smaller ---- */

/* A copy without the *at-th value below it, counted as they are met; *at is less by those met. */
static json *without(const json *from, size_t *at) {
    if (!json_is_array(from) && !json_is_object(from))
        return json_copy(from);
    json *to = json_is_array(from) ? json_array() : json_object();
    for (const json *item = json_first(from); item != NULL; item = json_next(item)) {
        if ((*at)-- == 0)
            continue;
        json *copy = without(item, at);
        int rc = json_is_array(from) ? json_append(to, copy) : json_set(to, json_key(item), copy);
        assert_int_equal(rc, 0);
    }
    return to;
}

/* Leave out what can be left out; frees what it was given. */
static json *shrink(
    json *from, bool (*still)(const json *candidate, void *context), void *context) {
    for (size_t at = 0;;) {
        size_t met = at;
        json *candidate = without(from, &met);
        bool none = met <= at; /* nothing was left out: `at` is past the last */
        bool good = !none && still(candidate, context);
        json_free(good ? from : candidate);
        if (good)
            from = candidate;
        else if (none)
            return from;
        else
            at++;
    }
}

static void say(const char *what, const json *value) {
    char *text = json_to_text(value);
    fprintf(stderr, "# %s: %s\n", what, text);
    free(text);
}

struct failing {
    const json *filter, *objects;
    char how; /* the first letter of what is said */
};

static bool fails(const struct failing *failing, const json *filter, const json *objects) {
    char said[600];
    const char *how = disagree(&untallied, filter, objects, said);
    return how != NULL && how[0] == failing->how;
}

static bool fails_with_filter(const json *candidate, void *context) {
    const struct failing *failing = context;
    return fails(failing, candidate, failing->objects);
}

static bool fails_with_objects(const json *candidate, void *context) {
    const struct failing *failing = context;
    for (const json *object = json_first(candidate); object != NULL; object = json_next(object))
        if (!json_is_object(object))
            return false;
    return json_count(candidate) > 0 && fails(failing, failing->filter, candidate);
}

static void report(json *filter, json *objects, uint64_t seed, uint64_t number) {
    struct failing failing = {filter, objects, '\0'};
    char said[600] = "";
    failing.how = disagree(&untallied, filter, objects, said)[0];
    filter = shrink(filter, fails_with_filter, &failing);
    failing.filter = filter;
    objects = shrink(objects, fails_with_objects, &failing);
    disagree(&untallied, filter, objects, said);
    say("objects", objects);
    say("filter", filter);
    fail_msg("wire-filter_property 1 %" PRIu64 " %" PRIu64 ": %s", seed, number, said);
}

/* ---- cases ---- */

struct run {
    uint64_t cases, seed, first;
    struct naive_tally tally;
    unsigned long refused, sorted, demanded;
};

static json *made(struct bytes *text) {
    json *value = NULL;
    struct json_error error = {0, ""};
    if (json_parse(&value, text->at, text->len, &json_limits_reply, &error) != 0)
        fail_msg("%s: %s at %zu", bytes_text(text), error.reason, error.offset);
    bytes_clear(text);
    return value;
}

static json *some_objects(struct dice *dice, struct bytes *text) {
    bytes_append_char(text, '[');
    for (int i = 0; i < OBJECTS; i++) {
        char id[] = {(char)('a' + (i * 5) % OBJECTS), '\0'};
        bytes_append_text(text, i > 0 ? "," : "");
        random_object(dice, fields, id, text);
    }
    bytes_append_char(text, ']');
    return made(text);
}

static int by_sort(const void *a, const void *b, void *sort) {
    const json *left = *(const json *const *)a, *right = *(const json *const *)b;
    int order = sort_compare(sort, left, right, get, NULL);
    return order != 0 ? order : strcmp(json_text_at(left, "id"), json_text_at(right, "id"));
}

static void same_order(
    const struct naive *naive, const json *sort, const json *objects, const char *again) {
    struct sort *real = NULL;
    struct filter_error error;
    assert_int_equal(sort_compile(&real, sort, built_in, &error), 0);
    const json *sorted[OBJECTS], *at = json_first(objects), *wanted[OBJECTS];
    size_t order[NAIVE_OBJECTS];
    for (size_t i = 0; i < OBJECTS; i++, at = json_next(at))
        sorted[i] = wanted[i] = at;
    qsort_r(sorted, OBJECTS, sizeof sorted[0], by_sort, real);
    sort_free(real);
    naive_order(naive, sort, objects, "id", order);
    for (size_t i = 0; i < OBJECTS; i++)
        if (sorted[i] != wanted[order[i]]) {
            say("objects", objects);
            say("sort", sort);
            fail_msg("%s: place %zu is %s, wanted %s", again, i, json_text_at(sorted[i], "id"),
                json_text_at(wanted[order[i]], "id"));
        }
}

/* The texts that a filter demands of a field: whoever matches has one of them. */
struct demand {
    const json *object;
    int tag;
    bool met;
};

static void meet(const char *text, void *context) {
    struct demand *demand = context;
    const json *value = json_get(demand->object, built_in[demand->tag].name);
    demand->met |= json_is_array(value) ? has(value, text)
                                        : value != NULL && strcmp(json_as_text(value), text) == 0;
}

static unsigned long keeps_its_demands(const json *filter, const json *objects, const char *again) {
    static const int tags_of_texts[] = {ID, NAME, MEMBERS};
    struct filter *real = NULL;
    struct filter_error error;
    unsigned long demanded = 0;
    if (filter_compile(&real, filter, built_in, &error) != 0)
        return 0;
    for (size_t i = 0; i < sizeof tags_of_texts / sizeof tags_of_texts[0]; i++)
        for (const json *object = json_first(objects); object != NULL; object = json_next(object)) {
            struct demand demand = {object, tags_of_texts[i], false};
            bool demands = filter_demands(real, demand.tag, meet, &demand);
            demanded += demands;
            if (demands && !demand.met && filter_matches(real, object, get, NULL))
                fail_msg("%s: matches one who has not what the filter demands", again);
        }
    filter_free(real);
    return demanded;
}

static void try_one(struct run *run, uint64_t number) {
    struct dice dice = dice_of(run->seed, number);
    struct naive naive = {built_in, &run->tally};
    struct bytes text = BYTES_EMPTY;
    char said[600], again[100];
    snprintf(again, sizeof again, "wire-filter_property 1 %" PRIu64 " %" PRIu64, run->seed, number);
    json *objects = some_objects(&dice, &text);
    random_filter(&dice, fields, number % 2 == 0, &text);
    json *filter = made(&text);
    if (disagree(&naive, filter, objects, said) != NULL)
        report(filter, objects, run->seed, number);
    struct naive_faults faults;
    naive_check(&naive, filter, &faults);
    run->refused += faults.count > 0;
    run->demanded += keeps_its_demands(filter, objects, again);
    random_sort(&dice, fields, &text);
    json *sort = made(&text);
    same_order(&naive, sort, objects, again);
    run->sorted += json_count(sort) > 0;
    json_free(sort);
    json_free(filter);
    json_free(objects);
    bytes_fini(&text);
}

static void print_tally(const struct run *run) {
    fprintf(stderr, "# %" PRIu64 " cases of seed %" PRIu64 ": %lu refused, %lu sorts\n", run->cases,
        run->seed, run->refused, run->sorted);
    fprintf(stderr, "# %-14s", "true/false");
    for (size_t value = 0; value < NAIVE_SORTS_OF_VALUE; value++)
        fprintf(stderr, "%15s", naive_sorts_of_value[value]);
    for (size_t op = 0; op < NAIVE_OPERATORS; op++) {
        fprintf(stderr, "\n# %-14s", naive_operators[op]);
        for (size_t value = 0; value < NAIVE_SORTS_OF_VALUE; value++)
            fprintf(stderr, "%8lu/%-6lu", run->tally.times[op][value][1],
                run->tally.times[op][value][0]);
    }
    fprintf(stderr, "\n");
}

/* What an operator may meet, and whether it can be true of it, and false. */
static void everything_was_met(const struct run *run) {
    for (size_t op = 0; op < NAIVE_OPERATORS; op++)
        for (size_t value = 0; value < NAIVE_SORTS_OF_VALUE; value++) {
            const unsigned long *met = run->tally.times[op][value];
            bool order = op >= 2 && op <= 5, words = op == 9 || op == 10;
            bool list = value == 5, array = value >= 6, missing = value == 0;
            bool may_be_true = !(missing && (order || words || op == 11)) &&
                               !(order && (value == 1 || list || array)) &&
                               !(words && value != 3 && !list) &&
                               !(op == 11 && value != 5 && value != 6);
            bool may_meet = !(order && list) && !(words && value == 4) && !(op == 11 && value == 4);
            if ((may_be_true && met[1] == 0) || (may_meet && met[0] == 0))
                fail_msg("%s of %s: %lu times true, %lu false", naive_operators[op],
                    naive_sorts_of_value[value], met[1], met[0]);
        }
}

static void real_filters_agree_with_those_read_from_the_page(void **state) {
    struct run *run = *state;
    for (uint64_t i = 0; i < run->cases; i++)
        try_one(run, run->first + i);
    print_tally(run);
    if (run->cases < 5000)
        return;
    everything_was_met(run);
    assert_true(run->refused > run->cases / 50 && run->sorted > run->cases / 2);
    assert_true(run->demanded > run->cases / 10);
}

int main(int argc, char **argv) {
    struct run run = {.cases = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000,
        .seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SEED,
        .first = argc > 3 ? strtoull(argv[3], NULL, 10) : 0};
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_prestate(real_filters_agree_with_those_read_from_the_page, &run)};
    return RUN_CASES("wire-filter_property", cases);
}
