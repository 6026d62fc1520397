/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/channel.h"

#define SWITCHES(typing, read, connect)                                                            \
    "'typing_events':" typing ",'read_events':" read ",'connect_events':" connect                  \
    ",'custom_events':true,'search':true,'reactions':true,'replies':true,'quotes':true,"           \
    "'mutes':true,'uploads':true,'url_enrichment':true,'push_notifications':true,"                 \
    "'delivery_events':false,"
#define REST                                                                                       \
    "'message_retention':'infinite','automod':'disabled','automod_behavior':'flag','commands':[],"

static const char created[] =
    "'created_at':'2026-11-24T10:42:07.000000Z','updated_at':'2026-11-24T10:42:07.000000Z',";

static struct channel_type make(const char *name) {
    struct channel_type type;
    assert_int_equal(channel_type_init(&type, name, 1795516927000000), 0);
    return type;
}

static void same_type(const struct channel_type *type, const char *rest) {
    char wanted[2048];
    snprintf(wanted, sizeof wanted, "{'name':'%s',%s%s}", type->name, created, rest);
    SAME_JSON(channel_type_encode(type), wanted);
}

static void a_built_in_type_has_everything_on(void **state) {
    (void)state;
    const char *const names[] = {"messaging", "team", "gaming", "commerce", "of_my_own"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct channel_type type = make(names[i]);
        same_type(&type,
            SWITCHES("true", "true", "true") "'max_message_length':5000," REST "'grants':{}");
        channel_type_fini(&type);
    }
    channel_type_fini(NULL);
}

static void a_livestream_has_typing_and_read_off(void **state) {
    (void)state;
    struct channel_type type = make("livestream");
    same_type(
        &type, SWITCHES("false", "false", "true") "'max_message_length':5000," REST "'grants':{}");
    channel_type_fini(&type);
}

static void a_change_touches_only_what_it_names(void **state) {
    (void)state;
    struct channel_type type = make("messaging");
    json *changes = json_of("{'connect_events':false,'max_message_length':10,'unknown':1,"
                            "'grants':{'user':['read-channel']}}");
    const char *field = NULL;
    assert_int_equal(channel_type_apply(&type, changes, &field), 0);
    assert_null(field);
    same_type(&type, SWITCHES("true", "true", "false") "'max_message_length':10," REST
                                                       "'grants':{'user':['read-channel']}");
    json_free(changes);
    changes = json_of("{'grants':null}");
    assert_int_equal(channel_type_apply(&type, changes, &field), 0);
    assert_null(type.grants);
    json_free(changes);
    channel_type_fini(&type);
}

static void a_wrong_change_is_named_and_changes_nothing(void **state) {
    (void)state;
    static const struct {
        const char *changes, *field;
    } rows[] = {
        {"{'typing_events':false,'connect_events':'no'}", "connect_events"},
        {"{'typing_events':false,'read_events':null}", "read_events"},
        {"{'typing_events':false,'max_message_length':0}", "max_message_length"},
        {"{'typing_events':false,'max_message_length':5001}", "max_message_length"},
        {"{'typing_events':false,'max_message_length':1.5}", "max_message_length"},
        {"{'typing_events':false,'max_message_length':'10'}", "max_message_length"},
        {"{'typing_events':false,'grants':[]}", "grants"},
        {"{'typing_events':false,'grants':{'user':'all'}}", "grants"},
        {"{'typing_events':false,'grants':{'user':[1]}}", "grants"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct channel_type type = make("messaging");
        json *changes = json_of(rows[i].changes);
        const char *field = NULL;
        assert_true(channel_type_apply(&type, changes, &field) > 0);
        SAME_TEXT(field, rows[i].field);
        assert_true(type.typing_events);
        json_free(changes);
        channel_type_fini(&type);
    }
}

static void what_is_written_is_read_again(void **state) {
    (void)state;
    struct channel_type type = make("livestream"), again, copy;
    type.connect_events = false;
    type.updated_us++;
    type.grants = json_of("{'user':['a','b']}");
    json *object = channel_type_encode(&type);
    assert_int_equal(channel_type_decode(&again, object, NULL), 0);
    assert_int_equal(channel_type_copy(&copy, &again), 0);
    channel_type_fini(&again);
    json *second = channel_type_encode(&copy);
    assert_true(json_equal(object, second));
    json_free(object);
    json_free(second);
    channel_type_fini(&type);
    channel_type_fini(&copy);
}

static void what_has_no_name_is_no_type(void **state) {
    (void)state;
    const char *const bad[] = {
        "{}", "[]", "{'name':''}", "{'name':'a b'}", "{'name':1}", "{'name':'a','mutes':1}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json *object = json_of(bad[i]);
        struct channel_type type;
        const char *error = NULL;
        assert_true(channel_type_decode(&type, object, &error) > 0);
        assert_non_null(error);
        json_free(object);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_built_in_type_has_everything_on),
        CASE(a_livestream_has_typing_and_read_off),
        CASE(a_change_touches_only_what_it_names),
        CASE(a_wrong_change_is_named_and_changes_nothing),
        CASE(what_is_written_is_read_again),
        CASE(what_has_no_name_is_no_type),
    };
    return RUN_CASES("wire-channel_type", cases);
}
