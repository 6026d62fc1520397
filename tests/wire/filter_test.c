/* SPDX-License-Identifier: MIT */
/* Filters are asked of a row of people, each an object of JSON; the table says who must match. */
#include "support/wire_case.h"

#include "wire/filter.h"
#include "wire/limits.h"
#include "wire/time.h"

#include <errno.h>

enum { ID, NAME, ONLINE, COUNT, SEEN, MEMBERS };

static const struct filter_field fields[] = {
    {"id", FILTER_TEXT, ID},
    {"name", FILTER_TEXT, NAME},
    {"online", FILTER_BOOLEAN, ONLINE},
    {"count", FILTER_NUMBER, COUNT},
    {"seen", FILTER_TIME, SEEN},
    {"members", FILTER_LIST, MEMBERS},
    {NULL, FILTER_MISSING, 0},
};

/* a: all of it. b: other values. c: nothing but an id. */
static const char *const people[] = {
    "{'id':'a','name':'Ada Lovelace','online':true,'count':3,'seen':'2026-11-24T10:00:00Z',"
    "'members':['x','y'],'color':'green','level':7,'tags':['red',5],'deep':{'er':{'still':'yes'}},"
    "'odd':null,'ok':true}",
    "{'id':'b','name':'Élodie O\\u2019Brien-Smith','online':false,'count':5.5,"
    "'seen':'2026-11-24T11:00:00Z','members':['y'],'color':'blue','level':'7','tags':[],"
    "'deep':{'er':1},'ok':false}",
    "{'id':'c'}",
};
enum { PEOPLE = sizeof people / sizeof people[0] };

static bool has(const void *list, const char *text) {
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (strcmp(json_as_text(item), text) == 0)
            return true;
    return false;
}

static struct filter_value get(const void *object, int tag, const char *name, const void *context) {
    (void)context;
    const json *value = tag < 0 ? json_path(object, name) : json_get(object, fields[tag].name);
    struct filter_value got = {.kind = FILTER_MISSING};
    if (value == NULL)
        return got;
    got.kind = tag < 0 ? FILTER_JSON : fields[tag].kind;
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
    default: got.json = value; break;
    }
    return got;
}

static struct filter *compile(const char *text) {
    json *from = json_of(text);
    struct filter *filter = NULL;
    struct filter_error error = {"", ""};
    int rc = filter_compile(&filter, from, fields, &error);
    json_free(from);
    if (rc != 0)
        fail_msg("%s: %s", text, error.text);
    return filter;
}

static void same_matches(const char *text, const char *wanted) {
    struct filter *filter = compile(text);
    char got[PEOPLE + 1] = "";
    for (size_t i = 0; i < PEOPLE; i++) {
        json *person = json_of(people[i]);
        if (filter_matches(filter, person, get, NULL))
            strcat(got, json_text_at(person, "id"));
        json_free(person);
    }
    filter_free(filter);
    if (strcmp(got, wanted) != 0)
        fail_msg("%s matches \"%s\", wanted \"%s\"", text, got, wanted);
}

static void each_operator_on_each_kind_matches_whom_it_should(void **state) {
    (void)state;
    static const struct {
        const char *filter, *matches;
    } rows[] = {
        {"{}", "abc"},
        /* text */
        {"{'id':'a'}", "a"},
        {"{'id':{'$eq':'a'}}", "a"},
        {"{'id':{'$ne':'a'}}", "bc"},
        {"{'id':{'$gt':'a'}}", "bc"},
        {"{'id':{'$gte':'a'}}", "abc"},
        {"{'id':{'$lt':'b'}}", "a"},
        {"{'id':{'$lte':'b'}}", "ab"},
        {"{'id':{'$in':['a','c','z']}}", "ac"},
        {"{'id':{'$in':[]}}", ""},
        {"{'id':{'$nin':['a','c']}}", "b"},
        {"{'id':{'$nin':[]}}", "abc"},
        {"{'name':{'$exists':true}}", "ab"},
        {"{'name':{'$exists':false}}", "c"},
        {"{'name':null}", "c"},
        {"{'name':{'$ne':null}}", "ab"},
        {"{'name':{'$in':[null,'Ada Lovelace']}}", "ac"},
        {"{'name':{'$ne':'Ada Lovelace'}}", "bc"},
        {"{'name':{'$gt':''}}", "ab"},
        {"{'name':{'$nin':['x']}}", "abc"},
        /* words */
        {"{'name':{'$autocomplete':'ada'}}", "a"},
        {"{'name':{'$autocomplete':'LOVE'}}", "a"},
        {"{'name':{'$autocomplete':'ada lo'}}", "a"},
        {"{'name':{'$autocomplete':'ovelace'}}", ""},
        {"{'name':{'$autocomplete':'élo'}}", "b"},
        {"{'name':{'$autocomplete':'\\u00c9LODIE'}}", "b"},
        {"{'name':{'$autocomplete':'smith'}}", "b"},
        {"{'name':{'$autocomplete':'brien'}}", "b"},
        {"{'name':{'$autocomplete':'adam'}}", ""},
        {"{'name':{'$q':'OVELACE'}}", "a"},
        {"{'name':{'$q':'lod'}}", "b"},
        {"{'name':{'$q':'a l'}}", "a"},
        {"{'name':{'$q':'zz'}}", ""},
        {"{'name':{'$q':'Smith and more than there is'}}", ""},
        /* boolean */
        {"{'online':true}", "a"},
        {"{'online':false}", "b"},
        {"{'online':{'$ne':true}}", "bc"},
        {"{'online':{'$in':[true,false]}}", "ab"},
        {"{'online':{'$nin':[true]}}", "bc"},
        {"{'online':null}", "c"},
        {"{'online':{'$exists':true}}", "ab"},
        /* number */
        {"{'count':3}", "a"},
        {"{'count':3.0}", "a"},
        {"{'count':{'$ne':3}}", "bc"},
        {"{'count':{'$gt':3}}", "b"},
        {"{'count':{'$gte':3}}", "ab"},
        {"{'count':{'$lt':5.5}}", "a"},
        {"{'count':{'$lte':5.5}}", "ab"},
        {"{'count':{'$in':[3,4]}}", "a"},
        {"{'count':{'$nin':[3]}}", "bc"},
        {"{'count':{'$exists':false}}", "c"},
        {"{'count':{'$gte':3,'$lt':4}}", "a"},
        /* time, whatever the offset it is written in */
        {"{'seen':'2026-11-24T10:00:00Z'}", "a"},
        {"{'seen':'2026-11-24T12:00:00+02:00'}", "a"},
        {"{'seen':{'$ne':'2026-11-24T10:00:00Z'}}", "bc"},
        {"{'seen':{'$gt':'2026-11-24T10:00:00.000Z'}}", "b"},
        {"{'seen':{'$gte':'2026-11-24T10:00:00Z'}}", "ab"},
        {"{'seen':{'$lt':'2026-11-24T10:00:00.000001Z'}}", "a"},
        {"{'seen':{'$lte':'2026-11-24T09:59:59.999999Z'}}", ""},
        {"{'seen':{'$in':['2026-11-24T11:00:00Z',null,'1970-01-01T00:00:00Z']}}", "bc"},
        {"{'seen':{'$nin':['2026-11-24T11:00:00Z']}}", "ac"},
        {"{'seen':null}", "c"},
        {"{'seen':{'$exists':true}}", "ab"},
        /* list */
        {"{'members':['x','y']}", "a"},
        {"{'members':['y','x']}", "a"},
        {"{'members':['y','x','y']}", "a"},
        {"{'members':['y']}", "b"},
        {"{'members':['x','z']}", ""},
        {"{'members':[]}", "c"},
        {"{'members':null}", "c"},
        {"{'members':{'$eq':['y']}}", "b"},
        {"{'members':{'$ne':['y']}}", "ac"},
        {"{'members':{'$in':['x']}}", "a"},
        {"{'members':{'$in':['y','z']}}", "ab"},
        {"{'members':{'$in':[]}}", ""},
        {"{'members':{'$nin':['x']}}", "bc"},
        {"{'members':{'$contains':'y'}}", "ab"},
        {"{'members':{'$exists':true}}", "ab"},
        /* custom fields: whatever they are */
        {"{'color':'green'}", "a"},
        {"{'color':{'$in':['green','blue']}}", "ab"},
        {"{'color':{'$gt':'blue'}}", "a"},
        {"{'level':7}", "a"},
        {"{'level':'7'}", "b"},
        {"{'level':{'$gte':7}}", "a"},
        {"{'level':{'$lte':'8'}}", "b"},
        {"{'level':{'$ne':7}}", "bc"},
        {"{'ok':true}", "a"},
        {"{'ok':{'$ne':true}}", "bc"},
        {"{'tags':['red',5]}", "a"},
        {"{'tags':['red']}", ""},
        {"{'tags':{'$contains':'red'}}", "a"},
        {"{'tags':{'$contains':5}}", "a"},
        {"{'tags':{'$contains':'blue'}}", ""},
        {"{'tags':{'$exists':true}}", "ab"},
        {"{'deep':{'er':1}}", "b"},
        {"{'deep.er.still':'yes'}", "a"},
        {"{'deep.er':{'$exists':true}}", "ab"},
        {"{'odd':{'$exists':true}}", ""},
        {"{'odd':null}", "abc"},
        {"{'color':{'$autocomplete':'GR'}}", "a"},
        {"{'color':{'$q':'lu'}}", "b"},
        {"{'level':{'$q':'7'}}", "b"},
        {"{'color':{'$in':[null]}}", "c"},
        {"{'color':{}}", ""},
        {"{'tags':{'$in':[['red',5]]}}", "a"},
        {"{'nothing':{'$contains':1}}", ""},
        /* logic */
        {"{'id':'a','online':true}", "a"},
        {"{'id':'a','online':false}", ""},
        {"{'$and':[{'id':{'$ne':'a'}},{'id':{'$ne':'b'}}]}", "c"},
        {"{'$or':[{'id':'a'},{'online':false}]}", "ab"},
        {"{'$nor':[{'id':'a'},{'online':false}]}", "c"},
        {"{'$nor':[{}]}", ""},
        {"{'$or':[{}]}", "abc"},
        {"{'$or':[{'id':'a','online':false},{'id':'b'}]}", "b"},
        {"{'$or':[{'id':'a'},{'id':'b'}],'online':true}", "a"},
        {"{'$and':[{'$or':[{'id':'a'},{'id':'c'}]},{'$nor':[{'online':true}]}]}", "c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        same_matches(rows[i].filter, rows[i].matches);
}

static int refusal(const char *text, struct filter_error *error) {
    json *from = json_of(text);
    struct filter *filter = NULL;
    *error = (struct filter_error){"", ""};
    int rc = filter_compile(&filter, from, fields, error);
    json_free(from);
    assert_null(rc == 0 ? NULL : filter);
    filter_free(filter);
    return rc;
}

static void a_wrong_type_or_operator_is_refused_with_field_and_operator(void **state) {
    (void)state;
    static const struct {
        const char *filter, *field, *operation;
    } rows[] = {
        {"{'online':'yes'}", "online", "$eq"},
        {"{'online':1}", "online", "$eq"},
        {"{'online':{'$gt':true}}", "online", "$gt"},
        {"{'online':{'$q':'x'}}", "online", "$q"},
        {"{'online':{'$contains':true}}", "online", "$contains"},
        {"{'online':{'$in':true}}", "online", "$in"},
        {"{'online':{'$in':['x']}}", "online", "$in"},
        {"{'online':{'$exists':1}}", "online", "$exists"},
        {"{'online':{'$foo':1}}", "online", "$foo"},
        {"{'online':{'$eq':true,'plain':1}}", "online", "plain"},
        {"{'online':{}}", "online", "$eq"},
        {"{'online':{'x':1}}", "online", "$eq"},
        {"{'count':'3'}", "count", "$eq"},
        {"{'count':{'$gt':null}}", "count", "$gt"},
        {"{'count':{'$lt':'3'}}", "count", "$lt"},
        {"{'count':{'$autocomplete':'3'}}", "count", "$autocomplete"},
        {"{'count':{'$nin':[1,'2']}}", "count", "$nin"},
        {"{'id':5}", "id", "$eq"},
        {"{'id':['a']}", "id", "$eq"},
        {"{'id':{'$in':'a'}}", "id", "$in"},
        {"{'id':{'$ne':true}}", "id", "$ne"},
        {"{'id':{'$contains':'a'}}", "id", "$contains"},
        {"{'id':{'$q':5}}", "id", "$q"},
        {"{'id':{'$q':''}}", "id", "$q"},
        {"{'id':{'$autocomplete':''}}", "id", "$autocomplete"},
        {"{'id':{'$lte':[]}}", "id", "$lte"},
        {"{'seen':'yesterday'}", "seen", "$eq"},
        {"{'seen':1795516927}", "seen", "$eq"},
        {"{'seen':{'$gt':'2026-11-24'}}", "seen", "$gt"},
        {"{'seen':{'$in':['x']}}", "seen", "$in"},
        {"{'seen':{'$q':'2026'}}", "seen", "$q"},
        {"{'members':'a'}", "members", "$eq"},
        {"{'members':[1]}", "members", "$eq"},
        {"{'members':{'$in':[null]}}", "members", "$in"},
        {"{'members':{'$in':'a'}}", "members", "$in"},
        {"{'members':{'$gt':['a']}}", "members", "$gt"},
        {"{'members':{'$contains':['a']}}", "members", "$contains"},
        {"{'members':{'$autocomplete':'a'}}", "members", "$autocomplete"},
        {"{'color':{'$gt':true}}", "color", "$gt"},
        {"{'color':{'$in':{}}}", "color", "$in"},
        {"{'color':{'$q':1}}", "color", "$q"},
        {"{'$eq':1}", "$eq", "$eq"},
        {"{'$where':1}", "$where", "$where"},
        {"{'$and':{}}", "$and", "$and"},
        {"{'$or':[]}", "$or", "$or"},
        {"{'$nor':[1]}", "$nor", "$nor"},
        {"{'id':{'$and':[]}}", "id", "$and"},
        {"{'$or':[{'online':1}]}", "online", "$eq"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter_error error;
        int rc = refusal(rows[i].filter, &error);
        if (rc <= 0 || strcmp(error.field, rows[i].field) != 0 ||
            strstr(error.text, rows[i].field) == NULL ||
            strstr(error.text, rows[i].operation) == NULL)
            fail_msg("%s: %d \"%s\" (%s)", rows[i].filter, rc, error.text, error.field);
    }
}

static void only_an_object_is_a_filter(void **state) {
    (void)state;
    struct filter_error error;
    const char *const bad[] = {"[]", "1", "'a'", "true", "{'':1}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_true(refusal(bad[i], &error) > 0);
    assert_int_equal(refusal("null", &error), 0);
}

static void no_filter_matches_everything(void **state) {
    (void)state;
    struct filter *filter = NULL;
    struct filter_error error;
    json *person = json_of(people[0]);
    assert_int_equal(filter_compile(&filter, NULL, fields, &error), 0);
    assert_true(filter_matches(filter, person, get, NULL));
    assert_true(filter_matches(NULL, person, get, NULL));
    filter_free(filter);
    filter_free(NULL);
    json_free(person);
}

/* `head`, then the part so often with commas between, then `tail`. */
static int compile_many(const char *head, const char *part, int times, const char *tail) {
    struct bytes text = BYTES_EMPTY;
    bytes_append_text(&text, head);
    for (int i = 0; i < times; i++) {
        bytes_append_text(&text, i > 0 ? "," : "");
        for (const char *at = part; *at != '\0'; at++) {
            if (*at == '#')
                bytes_printf(&text, "%d", i);
            else
                bytes_append_char(&text, *at);
        }
    }
    bytes_append_text(&text, tail);
    struct filter_error error;
    int rc = refusal(bytes_text(&text), &error);
    bytes_fini(&text);
    return rc;
}

static void a_filter_has_at_most_64_conditions(void **state) {
    (void)state;
    assert_int_equal(compile_many("{", "'f#':1", 64, "}"), 0);
    assert_true(compile_many("{", "'f#':1", 65, "}") > 0);
    assert_int_equal(compile_many("{'$or':[", "{'a':#}", 63, "]}"), 0);
    assert_true(compile_many("{'$or':[", "{'a':#}", 64, "]}") > 0);
    assert_int_equal(compile_many("{'$or':[", "{}", 63, "]}"), 0);
    assert_true(compile_many("{'$or':[", "{}", 64, "]}") > 0);
    assert_true(compile_many("{'$or':[", "{'$and':[{},{}]}", 500, "]}") > 0);
    assert_true(compile_many("{'$or':[", "{'a':1,'b':{'$gt':1,'$lt':2}}", 22, "]}") > 0);
}

static void a_list_has_at_most_100_items(void **state) {
    (void)state;
    assert_int_equal(compile_many("{'id':{'$in':[", "'u#'", 100, "]}}"), 0);
    assert_true(compile_many("{'id':{'$in':[", "'u#'", 101, "]}}") > 0);
    assert_true(compile_many("{'id':{'$nin':[", "'u#'", 101, "]}}") > 0);
    assert_true(compile_many("{'color':{'$in':[", "#", 101, "]}}") > 0);
    assert_true(compile_many("{'members':[", "'u#'", 101, "]}") > 0);
}

static void logic_is_at_most_5_deep(void **state) {
    (void)state;
    for (int depth = 1; depth <= 6; depth++) {
        struct bytes text = BYTES_EMPTY;
        for (int i = 0; i < depth; i++)
            bytes_append_text(&text, i % 2 ? "{'$or':[" : "{'$and':[");
        bytes_append_text(&text, "{'id':'a'}");
        for (int i = 0; i < depth; i++)
            bytes_append_text(&text, "]}");
        struct filter_error error;
        int rc = refusal(bytes_text(&text), &error);
        assert_int_equal(rc > 0, depth > LIMIT_FILTER_DEPTH);
        bytes_fini(&text);
    }
}

static void a_field_of_any_length_is_named_within_bounds(void **state) {
    (void)state;
    char text[1000];
    struct filter_error error;
    snprintf(text, sizeof text, "{'%0255d':{'$foo':1}}", 1);
    assert_true(refusal(text, &error) > 0);
    assert_int_equal(strlen(error.field), sizeof error.field - 1);
    snprintf(text, sizeof text, "{'%0256d':1}", 1);
    assert_true(refusal(text, &error) > 0);
}

static void collect(const char *text, void *context) {
    strcat(context, text);
    strcat(context, " ");
}

static void a_demand_is_found_where_it_cannot_be_evaded(void **state) {
    (void)state;
    static const struct {
        const char *filter;
        int tag;
        const char *texts; /* NULL: no demand */
    } rows[] = {
        {"{'id':'a'}", ID, "a "},
        {"{'id':{'$in':['a','b']},'online':true}", ID, "a b "},
        {"{'id':{'$in':[]}}", ID, ""},
        {"{'online':true,'$and':[{'name':'x'},{'$and':[{'id':'a'}]}]}", ID, "a "},
        {"{'members':{'$in':['x','y']}}", MEMBERS, "x y "},
        {"{'members':['x','y']}", MEMBERS, "x y "},
        {"{'members':{'$contains':'x'}}", MEMBERS, "x "},
        {"{}", ID, NULL},
        {"{'name':'a'}", ID, NULL},
        {"{'id':null}", ID, NULL},
        {"{'id':{'$in':['a',null]}}", ID, NULL},
        {"{'id':{'$ne':'a'}}", ID, NULL},
        {"{'id':{'$gt':'a'}}", ID, NULL},
        {"{'$or':[{'id':'a'}]}", ID, NULL},
        {"{'$nor':[{'id':'a'}]}", ID, NULL},
        {"{'members':[]}", MEMBERS, NULL},
        {"{'members':null}", MEMBERS, NULL},
        {"{'members':{'$nin':['x']}}", MEMBERS, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct filter *filter = compile(rows[i].filter);
        char got[64] = "";
        bool demands = filter_demands(filter, rows[i].tag, collect, got);
        if (demands != (rows[i].texts != NULL) ||
            strcmp(got, rows[i].texts != NULL ? rows[i].texts : "") != 0)
            fail_msg("%s: %d \"%s\"", rows[i].filter, demands, got);
        filter_free(filter);
    }
    assert_false(filter_demands(NULL, ID, collect, NULL));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_operator_on_each_kind_matches_whom_it_should),
        CASE(a_wrong_type_or_operator_is_refused_with_field_and_operator),
        CASE(only_an_object_is_a_filter),
        CASE(no_filter_matches_everything),
        CASE(a_filter_has_at_most_64_conditions),
        CASE(a_list_has_at_most_100_items),
        CASE(logic_is_at_most_5_deep),
        CASE(a_field_of_any_length_is_named_within_bounds),
        CASE(a_demand_is_found_where_it_cannot_be_evaded),
    };
    return RUN_CASES("wire-filter", cases);
}
