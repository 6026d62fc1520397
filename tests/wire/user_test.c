/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/user.h"

static const char bob[] =
    "{'id':'bob','role':'admin','name':'Bob','image':'http://x/b.png','online':true,"
    "'last_active':'2026-11-24T10:42:07.123456Z','created_at':'2026-01-01T00:00:00.000000Z',"
    "'updated_at':'2026-01-02T00:00:00.000000Z','language':'','teams':[],'banned':true,"
    "'invisible':true,'status':'watching a movie','color':'green','nested':{'a':[1]}}";

static struct user decode(const char *text) {
    json *object = json_of(text);
    struct user user;
    const char *error = "";
    if (user_decode(&user, NULL, object, &error) != 0)
        fail_msg("%s: %s", text, error);
    json_free(object);
    return user;
}

static void a_whole_user_is_read(void **state) {
    (void)state;
    struct user user = decode(bob);
    SAME_TEXT(user.id, "bob");
    SAME_TEXT(user.name, "Bob");
    SAME_TEXT(user.image, "http://x/b.png");
    SAME_TEXT(user.role, "admin");
    assert_true(user.online && user.banned);
    assert_true(user.last_active_us == 1795516927123456);
    assert_true(user.created_us == 1767225600000000);
    assert_true(user.deactivated_us == 0);
    assert_int_equal(user.invisible, INVISIBLE_YES);
    SAME_TEXT(json_text_at(user.custom, "status"), "watching a movie");
    SAME_JSON(user.custom, "{'status':'watching a movie','color':'green','nested':{'a':[1]}}");
    user.custom = NULL;
    user_fini(&user);
}

static void a_bare_id_is_enough(void **state) {
    (void)state;
    struct user user = decode("{'id':'!anon-1'}");
    assert_null(user.name);
    assert_null(user.role);
    assert_null(user.custom);
    assert_int_equal(user.invisible, INVISIBLE_UNSAID);
    assert_null(json_text_at(user.custom, "status"));
    user_fini(&user);
    user_fini(&user);
    user_fini(NULL);
}

static void invisible_said_and_unsaid_are_three_things(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int invisible;
    } rows[] = {{"{'id':'a','invisible':true}", INVISIBLE_YES},
        {"{'id':'a','invisible':false}", INVISIBLE_NO}, {"{'id':'a'}", INVISIBLE_UNSAID},
        {"{'id':'a','invisible':'yes'}", INVISIBLE_UNSAID}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct user user = decode(rows[i].text);
        assert_int_equal(user.invisible, rows[i].invisible);
        user_fini(&user);
    }
}

static void mistyped_fields_are_passed_over(void **state) {
    (void)state;
    struct user user = decode("{'id':'a','name':5,'role':null,'online':'yes','created_at':1,"
                              "'last_active':'yesterday','status':7}");
    assert_null(user.name);
    assert_null(user.role);
    assert_false(user.online);
    assert_true(user.created_us == 0 && user.last_active_us == 0);
    assert_null(json_text_at(user.custom, "status"));
    user_fini(&user);
}

static void what_is_no_user_is_refused_with_a_reason(void **state) {
    (void)state;
    char longest[300];
    snprintf(longest, sizeof longest, "{'id':'%0256d'}", 1);
    const char *const bad[] = {
        "[]", "null", "'a'", "{}", "{'id':5}", "{'id':''}", "{'ID':'a'}", longest};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json *object = json_of(bad[i]);
        struct user user;
        const char *error = NULL;
        assert_true(user_decode(&user, NULL, object, &error) > 0);
        assert_non_null(error);
        assert_true(user_decode(&user, NULL, object, NULL) > 0);
        json_free(object);
    }
    struct user user;
    assert_true(user_decode(&user, NULL, NULL, NULL) > 0);
}

static void fields_of_oneself_are_not_custom(void **state) {
    (void)state;
    struct user user = decode(
        "{'id':'a','devices':[],'mutes':[],'channel_mutes':[],'unread_count':1,"
        "'total_unread_count':1,'unread_channels':1,'unread_threads':0}");
    assert_null(user.custom);
    user_fini(&user);
}

static void others_see_the_face_they_are_shown(void **state) {
    (void)state;
    struct user user = decode(bob);
    struct user_face face = {.online = false, .last_active_us = 1795516927000000};
    SAME_JSON(user_encode(&user, &face),
        "{'id':'bob','role':'admin','name':'Bob','image':'http://x/b.png','online':false,"
        "'last_active':'2026-11-24T10:42:07.000000Z','created_at':'2026-01-01T00:00:00.000000Z',"
        "'updated_at':'2026-01-02T00:00:00.000000Z','language':'','teams':[],'banned':true,"
        "'status':'watching a movie','color':'green','nested':{'a':[1]}}");
    user_fini(&user);
}

static void invisible_is_shown_only_where_it_may_be(void **state) {
    (void)state;
    for (int said = INVISIBLE_UNSAID; said <= INVISIBLE_YES; said++) {
        struct user user = decode("{'id':'a'}");
        user.invisible = said;
        struct user_face others = {.online = true};
        json *object = user_encode(&user, &others);
        assert_null(json_get(object, "invisible"));
        json_free(object);
        struct user_face own = {.show_invisible = true};
        object = user_encode(&user, &own);
        assert_true(json_is_boolean(json_get(object, "invisible")));
        assert_int_equal(json_true_at(object, "invisible"), said == INVISIBLE_YES);
        json_free(object);
        user_fini(&user);
    }
}

static void who_never_connected_has_no_last_active_but_is_offline(void **state) {
    (void)state;
    struct user user = decode("{'id':'a'}");
    struct user_face face = {0};
    SAME_JSON(user_encode(&user, &face), "{'id':'a','role':'user','online':false,'language':'',"
                                         "'teams':[],'banned':false}");
    user_fini(&user);
}

static void a_custom_field_never_stands_in_for_a_built_in_one(void **state) {
    (void)state;
    struct user user = decode("{'id':'a'}");
    user.custom = json_of("{'online':true,'invisible':true,'last_active':'x','role':'admin',"
                          "'teams':['red'],'created_at':'x','color':'red'}");
    struct user_face face = {0};
    SAME_JSON(user_encode(&user, &face), "{'id':'a','role':'user','online':false,'language':'',"
                                         "'teams':[],'banned':false,'color':'red'}");
    user_fini(&user);
}

static void a_copy_shares_nothing(void **state) {
    (void)state;
    struct user user = decode(bob), copy;
    assert_int_equal(user_copy(&copy, &user), 0);
    user_fini(&user);
    SAME_TEXT(copy.id, "bob");
    SAME_TEXT(json_text_at(copy.custom, "status"), "watching a movie");
    assert_true(copy.last_active_us == 1795516927123456);
    assert_int_equal(copy.invisible, INVISIBLE_YES);
    user_fini(&copy);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_whole_user_is_read),
        CASE(a_bare_id_is_enough),
        CASE(invisible_said_and_unsaid_are_three_things),
        CASE(mistyped_fields_are_passed_over),
        CASE(what_is_no_user_is_refused_with_a_reason),
        CASE(fields_of_oneself_are_not_custom),
        CASE(others_see_the_face_they_are_shown),
        CASE(invisible_is_shown_only_where_it_may_be),
        CASE(who_never_connected_has_no_last_active_but_is_offline),
        CASE(a_custom_field_never_stands_in_for_a_built_in_one),
        CASE(a_copy_shares_nothing),
    };
    return RUN_CASES("wire-user", cases);
}
