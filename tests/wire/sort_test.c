/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/filter.h"
#include "wire/time.h"

enum { NAME, ONLINE, SEEN, MEMBERS };

static const struct filter_field fields[] = {
    {"name", FILTER_TEXT, NAME},
    {"online", FILTER_BOOLEAN, ONLINE},
    {"seen", FILTER_TIME, SEEN},
    {"members", FILTER_LIST, MEMBERS},
    {NULL, FILTER_MISSING, 0},
};

static const char *const people[] = {
    "{'id':'a','name':'Zoe','online':true,'seen':'2026-11-24T10:00:00Z','level':2}",
    "{'id':'b','name':'Ada','online':false,'seen':'2026-11-24T12:00:00Z','level':10}",
    "{'id':'c','online':true,'seen':'2026-11-24T11:00:00Z','level':null}",
    "{'id':'d','name':'Ada','level':'x'}",
};
enum { PEOPLE = sizeof people / sizeof people[0] };

static struct filter_value get(const void *object, int tag, const char *name, const void *context) {
    (void)context;
    const json *value = tag < 0 ? json_path(object, name) : json_get(object, fields[tag].name);
    struct filter_value got = {.kind = FILTER_MISSING};
    if (value == NULL)
        return got;
    got.kind = tag < 0 ? FILTER_JSON : fields[tag].kind;
    if (got.kind == FILTER_TEXT)
        got.text = json_as_text(value);
    else if (got.kind == FILTER_BOOLEAN)
        got.boolean = json_is_true(value);
    else if (got.kind == FILTER_TIME)
        time_parse(json_as_text(value), &got.time_us);
    else
        got.json = value;
    return got;
}

struct by {
    const struct sort *sort;
};

static int compare(const void *a, const void *b, void *by) {
    const json *x = *(json *const *)a, *y = *(json *const *)b;
    int order = sort_compare(((struct by *)by)->sort, x, y, get, NULL);
    return order != 0 ? order : strcmp(json_text_at(x, "id"), json_text_at(y, "id"));
}

static int compile(struct sort **sort, const char *text, struct filter_error *error) {
    json *from = json_of(text);
    int rc = sort_compile(sort, from, fields, error);
    json_free(from);
    return rc;
}

static void same_order(const char *text, const char *wanted) {
    struct by by = {NULL};
    struct filter_error error = {"", ""};
    struct sort *sort = NULL;
    if (compile(&sort, text, &error) != 0)
        fail_msg("%s: %s", text, error.text);
    by.sort = sort;
    json *row[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++)
        row[i] = json_of(people[PEOPLE - 1 - i]);
    qsort_r(row, PEOPLE, sizeof row[0], compare, &by);
    char got[PEOPLE + 1] = "";
    for (size_t i = 0; i < PEOPLE; i++) {
        strcat(got, json_text_at(row[i], "id"));
        json_free(row[i]);
    }
    sort_free(sort);
    if (strcmp(got, wanted) != 0)
        fail_msg("%s gives %s, wanted %s", text, got, wanted);
}

static void fields_order_and_missing_comes_last_both_ways(void **state) {
    (void)state;
    same_order("[{'field':'name','direction':1}]", "bdac");
    same_order("[{'field':'name','direction':-1}]", "abdc");
    same_order("[{'field':'name'}]", "bdac");
    same_order("[{'field':'online','direction':1}]", "bacd");
    same_order("[{'field':'online','direction':-1}]", "acbd");
    same_order("[{'field':'seen','direction':1}]", "acbd");
    same_order("[{'field':'seen','direction':-1}]", "bcad");
}

static void custom_fields_order_by_kind_then_value(void **state) {
    (void)state;
    same_order("[{'field':'level','direction':1}]", "abdc");
    same_order("[{'field':'level','direction':-1}]", "dbac");
    same_order("[{'field':'nothing','direction':-1}]", "abcd");
}

static void the_second_field_decides_what_the_first_leaves_open(void **state) {
    (void)state;
    same_order("[{'field':'online','direction':-1},{'field':'seen','direction':-1}]", "cabd");
    same_order("[{'field':'name','direction':1},{'field':'seen','direction':1}]", "bdac");
}

static void no_sort_is_the_callers_default(void **state) {
    (void)state;
    struct sort *sort = (struct sort *)&sort;
    struct filter_error error;
    assert_int_equal(sort_compile(&sort, NULL, fields, &error), 0);
    assert_null(sort);
    sort = (struct sort *)&sort;
    assert_int_equal(compile(&sort, "[]", &error), 0);
    assert_null(sort);
    sort = (struct sort *)&sort;
    assert_int_equal(compile(&sort, "null", &error), 0);
    assert_null(sort);
    assert_int_equal(sort_compare(NULL, NULL, NULL, get, NULL), 0);
    sort_free(NULL);
}

static void a_wrong_sort_is_refused_by_name(void **state) {
    (void)state;
    static const struct {
        const char *sort, *field;
    } rows[] = {{"{}", ""}, {"'name'", ""}, {"[1]", ""}, {"[{}]", ""}, {"[{'direction':1}]", ""},
        {"[{'field':''}]", ""}, {"[{'field':5}]", ""}, {"[{'field':'name','direction':0}]", "name"},
        {"[{'field':'name','direction':2}]", "name"},
        {"[{'field':'name','direction':'desc'}]", "name"},
        {"[{'field':'name','direction':null}]", "name"},
        {"[{'field':'members','direction':1}]", "members"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sort *sort = NULL;
        struct filter_error error = {"", "?"};
        int rc = compile(&sort, rows[i].sort, &error);
        if (rc <= 0 || strcmp(error.field, rows[i].field) != 0 ||
            strstr(error.text, rows[i].field) == NULL)
            fail_msg("%s: %d %s", rows[i].sort, rc, error.text);
        assert_null(sort);
    }
}

static void a_sort_has_at_most_10_fields(void **state) {
    (void)state;
    for (int count = 10; count <= 11; count++) {
        struct bytes text = BYTES_EMPTY;
        for (int i = 0; i < count; i++)
            bytes_printf(&text, "%s{'field':'f%d'}", i == 0 ? "[" : ",", i);
        bytes_append_text(&text, "]");
        struct sort *sort = NULL;
        struct filter_error error;
        assert_int_equal(compile(&sort, bytes_text(&text), &error) > 0, count > 10);
        sort_free(sort);
        bytes_fini(&text);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(fields_order_and_missing_comes_last_both_ways),
        CASE(custom_fields_order_by_kind_then_value),
        CASE(the_second_field_decides_what_the_first_leaves_open),
        CASE(no_sort_is_the_callers_default),
        CASE(a_wrong_sort_is_refused_by_name),
        CASE(a_sort_has_at_most_10_fields),
    };
    return RUN_CASES("wire-sort", cases);
}
