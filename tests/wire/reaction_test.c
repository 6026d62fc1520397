/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/reaction.h"

static const char like[] =
    "{'message_id':'m-1','user_id':'ana','user':{'id':'ana'},'type':'like','score':3,"
    "'created_at':'2026-01-01T00:00:00.000000Z','updated_at':'2026-01-02T00:00:00.000000Z',"
    "'with':'both hands'}";

static void what_is_read_is_written_again(void **state) {
    (void)state;
    json *object = json_of(like);
    struct reaction reaction, copy;
    assert_int_equal(reaction_decode(&reaction, object, NULL), 0);
    json_free(object);
    assert_int_equal(reaction_copy(&copy, &reaction), 0);
    reaction_fini(&reaction);
    SAME_JSON(reaction_encode(&copy, json_of("{'id':'ana'}")), like);
    reaction_fini(&copy);
    reaction_fini(NULL);
}

static void the_score_is_one_unless_it_is_said(void **state) {
    (void)state;
    const char *const scores[] = {"{'message_id':'m','user':{'id':'a'},'type':'x'}",
        "{'message_id':'m','user_id':'a','type':'x','score':1e99}",
        "{'message_id':'m','user_id':'a','type':'x','score':'9'}"};
    for (size_t i = 0; i < sizeof scores / sizeof scores[0]; i++) {
        json *object = json_of(scores[i]);
        struct reaction reaction;
        assert_int_equal(reaction_decode(&reaction, object, NULL), 0);
        assert_int_equal(reaction.score, 1);
        SAME_TEXT(reaction.user_id, "a");
        reaction_fini(&reaction);
        json_free(object);
    }
}

static void without_message_user_or_type_there_is_no_reaction(void **state) {
    (void)state;
    const char *const bad[] = {"{}", "[]", "null", "{'user_id':'a','type':'x'}",
        "{'message_id':'m','type':'x'}", "{'message_id':'m','user_id':'a'}",
        "{'message_id':'m','user_id':'a','type':4}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json *object = json_of(bad[i]);
        struct reaction reaction;
        const char *error = NULL;
        assert_true(reaction_decode(&reaction, object, &error) > 0);
        assert_non_null(error);
        json_free(object);
    }
    struct reaction reaction = {0};
    assert_null(reaction_encode(&reaction, json_of("{}")));
    assert_null(reaction_encode(&reaction, NULL));
}

static void a_type_is_a_short_word(void **state) {
    (void)state;
    assert_true(reaction_is_type("like"));
    assert_true(reaction_is_type("A-1_b"));
    assert_false(reaction_is_type(NULL));
    assert_false(reaction_is_type(""));
    assert_false(reaction_is_type("a b"));
    assert_false(reaction_is_type("\xe2\x9d\xa4"));
    assert_true(reaction_is_type("123456789012345678901234567890"));
    assert_false(reaction_is_type("1234567890123456789012345678901"));
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(what_is_read_is_written_again),
        CASE(the_score_is_one_unless_it_is_said),
        CASE(without_message_user_or_type_there_is_no_reaction), CASE(a_type_is_a_short_word)};
    return RUN_CASES("wire-reaction", cases);
}
