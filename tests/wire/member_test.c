/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/member.h"

static const char ana[] =
    "{'user_id':'ana','user':{'id':'ana'},'created_at':'2026-01-01T00:00:00.000000Z',"
    "'updated_at':'2026-01-02T00:00:00.000000Z','banned':true,'shadow_banned':true,"
    "'channel_role':'channel_moderator','role':'moderator','notifications_muted':true,"
    "'invited':true,'invite_accepted_at':'2026-01-03T00:00:00.000000Z',"
    "'invite_rejected_at':'2026-01-04T00:00:00.000000Z','seat':4}";

static void what_is_read_is_written_again(void **state) {
    (void)state;
    json *object = json_of(ana);
    struct member member, copy;
    assert_int_equal(member_decode(&member, NULL, object, NULL), 0);
    json_free(object);
    assert_int_equal(member_copy(&copy, &member), 0);
    member_fini(&member);
    SAME_TEXT(copy.user_id, "ana");
    SAME_JSON(member_encode(&copy, json_of("{'id':'ana'}")), ana);
    member_fini(&copy);
}

static void the_id_may_come_from_the_user_in_it(void **state) {
    (void)state;
    json *object = json_of("{'user':{'id':'bo'}}");
    struct member member;
    assert_int_equal(member_decode(&member, NULL, object, NULL), 0);
    json_free(object);
    SAME_JSON(member_encode(&member, json_of("{'id':'bo'}")),
        "{'user_id':'bo','user':{'id':'bo'},'banned':false,'shadow_banned':false,"
        "'channel_role':'channel_member','role':'member','notifications_muted':false}");
    member_fini(&member);
    member_fini(NULL);
}

static void without_an_id_or_a_user_there_is_no_member(void **state) {
    (void)state;
    const char *const bad[] = {
        "{}", "[]", "null", "{'user':{}}", "{'user_id':''}", "{'user_id':1}", "{'user':'ana'}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json *object = json_of(bad[i]);
        struct member member;
        const char *error = NULL;
        assert_true(member_decode(&member, NULL, object, &error) > 0);
        assert_non_null(error);
        json_free(object);
    }
    struct member member = {.user_id = strdup("a")};
    assert_null(member_encode(&member, NULL));
    member_fini(&member);
}

static void a_custom_field_never_stands_in_for_a_built_in_one(void **state) {
    (void)state;
    struct member member = {.user_id = strdup("a"), .custom = json_of("{'role':'owner','x':1}")};
    json *object = member_encode(&member, json_of("{}"));
    SAME_TEXT(json_text_at(object, "role"), "member");
    assert_non_null(json_get(object, "x"));
    json_free(object);
    member_fini(&member);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_is_read_is_written_again),
        CASE(the_id_may_come_from_the_user_in_it),
        CASE(without_an_id_or_a_user_there_is_no_member),
        CASE(a_custom_field_never_stands_in_for_a_built_in_one),
    };
    return RUN_CASES("wire-member", cases);
}
