/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/message.h"

static const char hello[] =
    "{'id':'m1','text':'hello','html':'','type':'system','user':{'id':'ana'},'cid':'messaging:hall'"
    ","
    "'created_at':'2026-01-01T00:00:00.000000Z','updated_at':'2026-01-02T00:00:00.000000Z',"
    "'parent_id':'m0','attachments':[],'mentioned_users':[],'latest_reactions':[],"
    "'own_reactions':[],'reaction_counts':{},'reaction_scores':{},'reply_count':0,'silent':true,"
    "'pinned':false,'mood':'fine'}";

static void what_is_read_is_written_again(void **state) {
    (void)state;
    json *object = json_of(hello);
    struct message message, copy;
    assert_int_equal(message_decode(&message, NULL, object, NULL), 0);
    json_free(object);
    SAME_TEXT(message.user_id, "ana");
    assert_int_equal(message_copy(&copy, &message), 0);
    message_fini(&message);
    SAME_JSON(message_encode(&copy, json_of("{'id':'ana'}"), (struct message_others){0}), hello);
    message_fini(&copy);
}

static void a_bare_id_gets_the_defaults(void **state) {
    (void)state;
    json *object = json_of("{'id':'m'}");
    struct message message;
    assert_int_equal(message_decode(&message, NULL, object, NULL), 0);
    json_free(object);
    SAME_TEXT(message.text, "");
    SAME_TEXT(message.cid, "");
    SAME_TEXT(message.user_id, "");
    assert_null(message.custom);
    SAME_JSON(message_encode(&message, json_of("{}"), (struct message_others){0}),
        "{'id':'m','text':'','html':'','type':'regular','user':{},'cid':'','attachments':[],"
        "'mentioned_users':[],'latest_reactions':[],'own_reactions':[],'reaction_counts':{},"
        "'reaction_scores':{},'reply_count':0,'silent':false,'pinned':false}");
    message_fini(&message);
    message_fini(NULL);
}

static void a_deleted_message_says_so_and_when(void **state) {
    (void)state;
    struct message message = {.id = strdup("m"), .deleted_us = 1795516927000000};
    json *object = message_encode(&message, json_of("{}"), (struct message_others){0});
    SAME_TEXT(json_text_at(object, "type"), "deleted");
    SAME_TEXT(json_text_at(object, "deleted_at"), "2026-11-24T10:42:07.000000Z");
    json_free(object);
    message_fini(&message);
}

static void without_an_id_or_an_author_there_is_no_message(void **state) {
    (void)state;
    const char *const bad[] = {"{}", "[]", "{'id':1}", "{'id':''}", "{'text':'a'}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json *object = json_of(bad[i]);
        struct message message;
        const char *error = NULL;
        assert_true(message_decode(&message, NULL, object, &error) > 0);
        assert_non_null(error);
        json_free(object);
    }
    struct message message = {.id = strdup("m")};
    assert_null(message_encode(&message, NULL, (struct message_others){0}));
    message_fini(&message);
}

static void a_custom_field_never_stands_in_for_a_built_in_one(void **state) {
    (void)state;
    struct message message = {
        .id = strdup("m"), .custom = json_of("{'pinned':true,'own_reactions':1}")};
    json *object = message_encode(&message, json_of("{}"), (struct message_others){0});
    assert_false(json_true_at(object, "pinned"));
    assert_true(json_is_array(json_get(object, "own_reactions")));
    json_free(object);
    message_fini(&message);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_is_read_is_written_again),
        CASE(a_bare_id_gets_the_defaults),
        CASE(a_deleted_message_says_so_and_when),
        CASE(without_an_id_or_an_author_there_is_no_message),
        CASE(a_custom_field_never_stands_in_for_a_built_in_one),
    };
    return RUN_CASES("wire-message", cases);
}
