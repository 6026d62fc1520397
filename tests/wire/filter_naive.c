/* SPDX-License-Identifier: MIT */
/*
 * Everything here is done in another way than in src/wire: sets instead of a walk, texts instead
 * of numbers for times, a list of pairs of letters instead of ranges of code points.
 */
#include "wire/filter_naive.h"
#include "support/case.h"
#include "wire/limits.h"

#include <fnmatch.h>
#include <math.h>
#include <time.h>

const char *const naive_operators[NAIVE_OPERATORS] = {"$eq", "$ne", "$gt", "$gte", "$lt", "$lte",
    "$in", "$nin", "$exists", "$autocomplete", "$q", "$contains"};
const char *const naive_sorts_of_value[NAIVE_SORTS_OF_VALUE] = {
    "missing", "boolean", "number", "text", "time", "list", "array", "object"};

enum sort_of { MISSING, BOOLEAN, NUMBER, TEXT, TIME, LIST, ARRAY, OBJECT };

static size_t operator_of(const char *name) {
    size_t i = 0;
    while (i < NAIVE_OPERATORS && strcmp(naive_operators[i], name) != 0)
        i++;
    return i;
}

static bool is_one_of(const char *name, const char *names) {
    size_t len = strlen(name);
    if (len == 0)
        return false;
    for (const char *at = strstr(names, name); at != NULL; at = strstr(at + 1, name))
        if ((at == names || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static enum filter_kind kind_of(const struct naive *naive, const char *field) {
    for (const struct filter_field *known = naive->fields; known->name != NULL; known++)
        if (strcmp(known->name, field) == 0)
            return known->kind;
    return FILTER_JSON;
}

/* ---- times, as texts that sort ---- */

struct instant {
    char text[40]; /* "" where it is none */
};

static bool looks_like_a_time(const char *text) {
    char start[20];
    snprintf(start, sizeof start, "%s", text);
    if (strlen(start) < 19 ||
        fnmatch("[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9][Tt][0-2][0-9]:[0-5][0-9]:[0-6][0-9]",
            start, 0) != 0)
        return false;
    if (strncmp(start + 11, "23", 2) > 0 || strncmp(start + 17, "60", 2) > 0)
        return false;
    text += 19;
    if (*text == '.') {
        size_t digits = strspn(++text, "0123456789");
        if (digits < 1 || digits > 9)
            return false;
        text += digits;
    }
    return fnmatch("[Zz]", text, 0) == 0 ||
           (fnmatch("[+-][0-2][0-9]:[0-5][0-9]", text, 0) == 0 && strncmp(text + 1, "23", 2) <= 0);
}

/* Six digits of a fraction, the rest is cut. */
static void take_fraction(const char *text, char digits[7]) {
    memcpy(digits, "000000", 7);
    if (text[19] == '.')
        for (size_t i = 0; i < 6 && text[20 + i] >= '0' && text[20 + i] <= '9'; i++)
            digits[i] = text[20 + i];
}

static struct instant instant_of(const char *text) {
    struct instant none = {""}, to;
    struct tm tm = {0};
    if (text == NULL || !looks_like_a_time(text))
        return none;
    int hours = 0, minutes = 0, day;
    if (strchr("zZ", text[strlen(text) - 1]) == NULL)
        assert_int_equal(sscanf(text + strlen(text) - 5, "%2d:%2d", &hours, &minutes), 2);
    int sign = text[strlen(text) - 6] == '-' ? 1 : -1;
    assert_int_equal(sscanf(text, "%4d-%2d-%2d%*c%2d:%2d:%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
                         &tm.tm_hour, &tm.tm_min, &tm.tm_sec),
        6);
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    struct tm date = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday};
    bool leap = tm.tm_sec == 60;
    day = tm.tm_mday;
    time_t seconds = timegm(&date);
    gmtime_r(&seconds, &date);
    if (date.tm_mday != day || date.tm_mon != tm.tm_mon) /* no such day, no such month */
        return none;
    seconds = timegm(&tm) + sign * (hours * 3600 + minutes * 60);
    gmtime_r(&seconds, &tm);
    if (tm.tm_year + 1900 < 0 || tm.tm_year + 1900 > 9999 ||
        (leap && (tm.tm_hour != 0 || tm.tm_min != 0 || tm.tm_sec != 0)))
        return none;
    char fraction[7];
    take_fraction(text, fraction);
    snprintf(to.text, sizeof to.text, "%04d %03d %05d %s", (tm.tm_year + 1900) % 10000, tm.tm_yday,
        tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec, fraction);
    return to;
}

/* ---- fields of an object ---- */

struct found {
    enum sort_of sort;
    bool list;  /* a built-in list: an empty one is a missing one */
    bool texts; /* of which any may be it */
    const json *value;
};

static const json *walk(const json *object, const char *field) {
    char path[300], *rest = path, *key;
    snprintf(path, sizeof path, "%s", field);
    while (object != NULL && (key = strsep(&rest, ".")) != NULL)
        object = json_get(object, key);
    return object;
}

static enum sort_of sort_of_json(const json *value) {
    return value == NULL || json_is_null(value) ? MISSING
           : json_is_boolean(value)             ? BOOLEAN
           : json_is_number(value)              ? NUMBER
           : json_is_text(value)                ? TEXT
           : json_is_array(value)               ? ARRAY
                                                : OBJECT;
}

static struct found find(const struct naive *naive, const json *object, const char *field) {
    enum filter_kind kind = kind_of(naive, field);
    struct found found = {.list = kind == FILTER_LIST, .texts = kind == FILTER_TEXTS};
    found.value = kind == FILTER_JSON ? walk(object, field) : json_get(object, field);
    found.sort = sort_of_json(found.value);
    if (kind == FILTER_TIME && found.sort == TEXT)
        found.sort = TIME;
    if (kind == FILTER_LIST || kind == FILTER_TEXTS)
        found.sort = json_first(found.value) == NULL ? MISSING : LIST;
    return found;
}

/* ---- operators on one value ---- */

static double number_of(const json *value) {
    double number = NAN;
    json_as_number(value, &number);
    return number;
}

static bool same_json(const json *a, const json *b) {
    if (sort_of_json(a) != sort_of_json(b) || json_count(a) != json_count(b))
        return false;
    switch (sort_of_json(a)) {
    case BOOLEAN: return json_is_true(a) == json_is_true(b);
    case NUMBER: return !(number_of(a) < number_of(b)) && !(number_of(a) > number_of(b));
    case TEXT: return strcmp(json_as_text(a), json_as_text(b)) == 0;
    case ARRAY:
        for (a = json_first(a), b = json_first(b); a != NULL; a = json_next(a), b = json_next(b))
            if (!same_json(a, b))
                return false;
        return true;
    case OBJECT:
        for (a = json_first(a); a != NULL; a = json_next(a)) {
            const json *other = json_get(b, json_key(a));
            if (other == NULL || !same_json(a, other))
                return false;
        }
        return true;
    default: return true;
    }
}

static bool holds(const json *array, const json *item) {
    bool has = false;
    for (const json *each = json_first(array); each != NULL; each = json_next(each))
        has |= same_json(each, item);
    return has;
}

static bool is_subset(const json *of, const json *in) {
    bool all = true;
    for (const json *each = json_first(of); each != NULL; each = json_next(each))
        all &= holds(in, each);
    return all;
}

static bool same(struct found found, const json *want) {
    if (json_is_null(want))
        return found.sort == MISSING;
    switch (found.sort) {
    case MISSING: return found.list && json_is_array(want) && json_count(want) == 0;
    case LIST: return is_subset(found.value, want) && is_subset(want, found.value);
    case TIME:
        return strcmp(instant_of(json_as_text(found.value)).text,
                   instant_of(json_as_text(want)).text) == 0;
    default: return same_json(found.value, want);
    }
}

/* -1, 0, 1; 2 where the two have no order. */
static int compare(struct found found, const json *want) {
    int order = 2;
    if (found.sort == NUMBER && json_is_number(want)) {
        double a = number_of(found.value), b = number_of(want);
        order = a < b ? -1 : a > b ? 1 : 0;
    } else if (found.sort == TEXT && json_is_text(want))
        order = strcmp(json_as_text(found.value), json_as_text(want));
    else if (found.sort == TIME)
        order = strcmp(
            instant_of(json_as_text(found.value)).text, instant_of(json_as_text(want)).text);
    else
        return order;
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

/* The letters that the random texts are made of; all else has no case. */
static const char *const letters[][2] = {{"É", "é"}, {"Ñ", "ñ"}, {"Ø", "ø"}, {"Ü", "ü"}, {"Š", "š"},
    {"Ż", "ż"}, {"Œ", "œ"}, {"Σ", "σ"}, {"Ω", "ω"}, {"Ж", "ж"}, {"Ё", "ё"}, {"Я", "я"}, {"А", "а"},
    {"Н", "н"}};
static const char *const between[] = {
    " ", "-", "_", ".", ",", ":", "'", "/", "\xc2\xa0", "’", "–", "、"};

static void fold(const char *text, char *to) {
    while (*text != '\0') {
        size_t i = 0;
        while (i < sizeof letters / sizeof letters[0] &&
               strncmp(text, letters[i][0], strlen(letters[i][0])) != 0)
            i++;
        if (i < sizeof letters / sizeof letters[0]) {
            to = stpcpy(to, letters[i][1]);
            text += strlen(letters[i][0]);
        } else {
            *to++ = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
            text++;
        }
    }
    *to = '\0';
}

static bool ends_between_words(const char *from, const char *to) {
    if (from == to)
        return true;
    for (size_t i = 0; i < sizeof between / sizeof between[0]; i++) {
        size_t len = strlen(between[i]);
        if ((size_t)(to - from) >= len && memcmp(to - len, between[i], len) == 0)
            return true;
    }
    return false;
}

static bool has_words(struct found found, const char *want, bool at_word) {
    char text[512], words[512];
    if (found.sort != TEXT)
        return false;
    assert_true(strlen(json_as_text(found.value)) < 200 && strlen(want) < 200);
    fold(json_as_text(found.value), text);
    fold(want, words);
    for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words))
        if (!at_word || ends_between_words(text, at))
            return true;
    return false;
}

static bool any_is(struct found found, const json *list) {
    bool any = false;
    for (const json *want = json_first(list); want != NULL; want = json_next(want))
        any |= found.sort == LIST ? holds(found.value, want) : same(found, want);
    return any;
}

static bool any_text_is_so(const json *texts, const char *op, const json *want);

static bool is_so(struct found found, const char *op, const json *want) {
    if (found.texts && found.sort == LIST && strcmp(op, "$exists") != 0)
        return any_text_is_so(found.value, op, want);
    int order = compare(found, want);
    switch (operator_of(op)) {
    case 0: return same(found, want);
    case 1: return !same(found, want);
    case 2: return order == 1;
    case 3: return order == 0 || order == 1;
    case 4: return order == -1;
    case 5: return order == 0 || order == -1;
    case 6: return any_is(found, want);
    case 7: return !any_is(found, want);
    case 8: return json_is_true(want) ? found.sort != MISSING : found.sort == MISSING;
    case 9: return has_words(found, json_as_text(want), true);
    case 10: return has_words(found, json_as_text(want), false);
    default: return (found.sort == LIST || found.sort == ARRAY) && holds(found.value, want);
    }
}

static bool any_text_is_so(const json *texts, const char *op, const json *want) {
    bool any = false;
    const char *yes = op[1] != 'n' ? op : strcmp(op, "$ne") == 0 ? "$eq" : "$in";
    for (const json *text = json_first(texts); text != NULL; text = json_next(text))
        any |= is_so((struct found){.sort = TEXT, .value = text}, yes, want);
    return op[1] != 'n' ? any : !any;
}

/* ---- sets ---- */

static uint64_t all_of(const json *objects) {
    size_t count = json_count(objects);
    assert_true(count > 0 && count <= NAIVE_OBJECTS);
    return UINT64_MAX >> (NAIVE_OBJECTS - count);
}

static uint64_t where(const struct naive *naive, const char *field, const char *op,
    const json *want, const json *objects) {
    uint64_t set = 0, bit = 1;
    for (const json *object = json_first(objects); object != NULL;
         object = json_next(object), bit <<= 1) {
        struct found found = find(naive, object, field);
        bool so = is_so(found, op, want);
        if (naive->tally != NULL)
            naive->tally->times[operator_of(op)][found.sort][so]++;
        if (so)
            set |= bit;
    }
    return set;
}

/* What the filters of a list match together: what all do, or (any) what one does. */
static uint64_t together(
    const struct naive *naive, const json *list, const json *objects, bool any) {
    uint64_t all = all_of(objects), none = 0;
    for (const json *filter = json_first(list); filter != NULL; filter = json_next(filter)) {
        uint64_t set = naive_matches(naive, filter, objects);
        all &= set;
        none |= set;
    }
    return any ? none : all;
}

static bool has_operators(const json *value) {
    return json_is_object(value) && json_first(value) != NULL &&
           json_key(json_first(value))[0] == '$';
}

static uint64_t of_key(const struct naive *naive, const json *item, const json *objects) {
    const char *key = json_key(item);
    uint64_t all = all_of(objects);
    if (strcmp(key, "$and") == 0)
        return together(naive, item, objects, false);
    if (strcmp(key, "$or") == 0)
        return together(naive, item, objects, true);
    if (strcmp(key, "$nor") == 0)
        return all & ~together(naive, item, objects, true);
    if (!has_operators(item))
        return where(naive, key, "$eq", item, objects);
    for (const json *asked = json_first(item); asked != NULL; asked = json_next(asked))
        all &= where(naive, key, json_key(asked), asked, objects);
    return all;
}

uint64_t naive_matches(const struct naive *naive, const json *filter, const json *objects) {
    uint64_t set = all_of(objects);
    for (const json *item = json_first(filter); item != NULL; item = json_next(item))
        set &= of_key(naive, item, objects);
    return set;
}

/* ---- what is wrong ---- */

static void wrong(struct naive_faults *faults, const char *field, const char *op) {
    if (faults->count < NAIVE_FAULTS)
        faults->all[faults->count++] = (struct naive_fault){field, op};
}

/* The operators that a kind takes, as a line. */
static const char *operators_for(enum filter_kind kind) {
    switch (kind) {
    case FILTER_BOOLEAN: return "$eq $ne $in $nin $exists";
    case FILTER_NUMBER:
    case FILTER_TIME: return "$eq $ne $gt $gte $lt $lte $in $nin $exists";
    case FILTER_TEXT: return "$eq $ne $gt $gte $lt $lte $in $nin $exists $autocomplete $q";
    case FILTER_LIST: return "$eq $ne $in $nin $exists $contains";
    case FILTER_TEXTS: return "$eq $ne $in $nin $exists $autocomplete $q";
    default: return "$eq $ne $gt $gte $lt $lte $in $nin $exists $autocomplete $q $contains";
    }
}

static bool fits_kind(enum filter_kind kind, const json *want) {
    return kind == FILTER_BOOLEAN  ? json_is_boolean(want)
           : kind == FILTER_NUMBER ? json_is_number(want)
           : kind == FILTER_TEXT || kind == FILTER_LIST || kind == FILTER_TEXTS ? json_is_text(want)
           : kind == FILTER_TIME ? instant_of(json_as_text(want)).text[0] != '\0'
                                 : true;
}

static bool fits_list(enum filter_kind kind, const json *list) {
    if (!json_is_array(list) || json_count(list) > 100)
        return false;
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (!fits_kind(kind, item) && !(json_is_null(item) && kind != FILTER_LIST))
            return false;
    return true;
}

static bool fits(enum filter_kind kind, const char *op, const json *want) {
    if (is_one_of(op, "$in $nin"))
        return fits_list(kind, want);
    if (is_one_of(op, "$eq $ne"))
        return json_is_null(want) ||
               (kind == FILTER_LIST ? fits_list(kind, want) : fits_kind(kind, want));
    if (strcmp(op, "$exists") == 0)
        return json_is_boolean(want);
    if (is_one_of(op, "$autocomplete $q"))
        return json_is_text(want) && json_as_text(want)[0] != '\0';
    if (strcmp(op, "$contains") == 0)
        return fits_kind(kind, want);
    return kind == FILTER_JSON ? json_is_number(want) || json_is_text(want) : fits_kind(kind, want);
}

static void check_one(const struct naive *naive, const char *field, const char *op,
    const json *want, struct naive_faults *faults) {
    enum filter_kind kind = kind_of(naive, field);
    faults->conditions++;
    if (!is_one_of(op, operators_for(kind)) || !fits(kind, op, want))
        wrong(faults, field, op);
}

static void check(
    const struct naive *naive, const json *filter, int depth, struct naive_faults *faults);

static void check_logic(
    const struct naive *naive, const json *list, int depth, struct naive_faults *faults) {
    if (!json_is_array(list) || json_count(list) == 0 || depth > 5)
        wrong(faults, "", json_key(list));
    faults->conditions++;
    for (const json *each = json_is_array(list) ? json_first(list) : NULL; each != NULL;
         each = json_next(each)) {
        if (!json_is_object(each))
            wrong(faults, "", json_key(list));
        else
            check(naive, each, depth, faults);
        faults->conditions += json_is_object(each) && json_count(each) == 0;
    }
}

static void check(
    const struct naive *naive, const json *filter, int depth, struct naive_faults *faults) {
    for (const json *item = json_first(filter); item != NULL; item = json_next(item)) {
        const char *key = json_key(item);
        if (is_one_of(key, "$and $or $nor"))
            check_logic(naive, item, depth + 1, faults);
        else if (key[0] == '$')
            wrong(faults, "", key);
        else if (key[0] == '\0' || strlen(key) > LIMIT_CUSTOM_KEY)
            wrong(faults, key, "");
        else if (!has_operators(item))
            check_one(naive, key, "$eq", item, faults);
        else
            for (const json *asked = json_first(item); asked != NULL; asked = json_next(asked))
                check_one(naive, key, json_key(asked), asked, faults);
    }
}

void naive_check(const struct naive *naive, const json *filter, struct naive_faults *faults) {
    *faults = (struct naive_faults){0};
    if (!json_is_object(filter) && !json_is_null(filter))
        wrong(faults, "", "");
    else
        check(naive, filter, 0, faults);
}

/* ---- order ---- */

/* Whether a stands before b by one key: 1, 0 neither, -1 after. Values of different sorts stand
 * in the order of their sorts, arrays and objects in none. */
static int stands_before(struct found a, struct found b, bool down) {
    int order = 0;
    if (a.sort == MISSING || b.sort == MISSING)
        return (b.sort == MISSING) - (a.sort == MISSING);
    if (a.sort >= ARRAY && b.sort >= ARRAY)
        return 0;
    if (a.sort != b.sort)
        order = a.sort < b.sort ? 1 : -1;
    else if (a.sort == BOOLEAN)
        order = json_is_true(b.value) - json_is_true(a.value);
    else if (a.sort == NUMBER || a.sort == TEXT || a.sort == TIME)
        order = -compare(a, b.value);
    return down ? -order : order;
}

static bool is_before(
    const struct naive *naive, const json *sort, const json *a, const json *b, const char *ties) {
    for (const json *key = json_first(sort); key != NULL; key = json_next(key)) {
        double direction = json_get(key, "direction") != NULL
                               ? number_of(json_get(key, "direction"))
                               : 1;
        const char *field = json_text_at(key, "field");
        int before = stands_before(find(naive, a, field), find(naive, b, field), direction < 0);
        if (before != 0)
            return before > 0;
    }
    return strcmp(json_text_at(a, ties), json_text_at(b, ties)) < 0;
}

/* By counting how many stand before each. */
void naive_order(const struct naive *naive, const json *sort, const json *objects, const char *ties,
    size_t order[NAIVE_OBJECTS]) {
    size_t i = 0;
    for (const json *a = json_first(objects); a != NULL; a = json_next(a), i++) {
        size_t before = 0;
        for (const json *b = json_first(objects); b != NULL; b = json_next(b))
            before += b != a && is_before(naive, sort, b, a, ties);
        order[before] = i;
    }
}
