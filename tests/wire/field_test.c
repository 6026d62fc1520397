/* SPDX-License-Identifier: MIT */
/* What the objects of the wire have in common. */
#include "support/wire_case.h"
#include "wire/field.h"

static bool is_built_in(const char *name) {
    static const char *const names[] = {"id", "name", "created_at", NULL};
    return field_is_in(name, names);
}

static void typed_fields_pass_over_what_is_of_another_kind(void **state) {
    (void)state;
    json *from = json_of(
        "{'name':'Ana','id':7,'created_at':'2026-11-24T10:42:07.5Z','bad':'then'}");
    char *name = NULL, *id = NULL;
    assert_int_equal(field_take_text(NULL, &name, from, "name"), 0);
    assert_int_equal(field_take_text(NULL, &id, from, "id"), 0);
    SAME_TEXT(name, "Ana");
    assert_null(id);
    assert_int_equal(field_time(from, "created_at"), INT64_C(1795516927500000));
    assert_int_equal(field_time(from, "bad"), 0);
    assert_int_equal(field_time(from, "missing"), 0);
    free(name);
    json_free(from);
}

static void custom_fields_are_all_that_is_not_built_in(void **state) {
    (void)state;
    json *from = json_of("{'id':'a','color':'green','name':'x','n':{'deep':[1,2]}}");
    json *custom = NULL, *copy = NULL;
    assert_int_equal(field_take_custom(&custom, from, is_built_in), 0);
    assert_int_equal(field_copy_custom(&copy, custom), 0);
    SAME_JSON(custom, "{'color':'green','n':{'deep':[1,2]}}");
    SAME_JSON(copy, "{'color':'green','n':{'deep':[1,2]}}");
    json_free(from);
    from = json_of("{'id':'a'}");
    custom = NULL;
    assert_int_equal(field_take_custom(&custom, from, is_built_in), 0);
    assert_null(custom);
    json_free(from);
}

static void what_is_missing_is_left_out_and_custom_never_overrides(void **state) {
    (void)state;
    json *to = json_object(), *custom = json_of("{'id':'forged','color':'red'}");
    assert_int_equal(field_put_text(to, "id", "true"), 0);
    assert_int_equal(field_put_text(to, "name", NULL), 0);
    assert_int_equal(field_put_time(to, "created_at", 0), 0);
    assert_int_equal(field_put_boolean(to, "online", false), 0);
    assert_int_equal(field_put_custom(to, custom, is_built_in), 0);
    SAME_JSON(field_made(to, false), "{'id':'true','online':false,'color':'red'}");
    assert_null(field_made(json_object(), true));
    json_free(custom);
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(typed_fields_pass_over_what_is_of_another_kind),
        CASE(custom_fields_are_all_that_is_not_built_in),
        CASE(what_is_missing_is_left_out_and_custom_never_overrides)};
    return RUN_CASES("wire-field", cases);
}
