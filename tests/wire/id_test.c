/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "wire/id.h"

/* `count` times 'a', then the rest. */
static char *long_id(char to[600], size_t count, const char *rest) {
    memset(to, 'a', count);
    strcpy(to + count, rest);
    return to;
}

static void a_user_is_letters_digits_and_three_signs(void **state) {
    (void)state;
    char text[600];
    assert_true(id_is_user("a"));
    assert_true(id_is_user("Ana_1-2@home"));
    assert_true(id_is_user(long_id(text, 255, "")));
    assert_false(id_is_user(long_id(text, 256, "")));
    const char *const bad[] = {"", " ", "a b", "a.b", "a:b", "a/b", "../etc", "!members-x", "é",
        "a\n", "a%20", "*", "a+b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (id_is_user(bad[i]))
            fail_msg("%s", bad[i]);
    assert_false(id_is_user(NULL));
}

static void a_channel_may_be_one_of_members(void **state) {
    (void)state;
    char text[600];
    assert_true(id_is_channel("hall"));
    assert_true(id_is_channel("a@b-c_D9"));
    assert_true(id_is_channel("!members-abc_-09"));
    assert_true(id_is_channel(long_id(text, 64, "")));
    assert_false(id_is_channel(long_id(text, 65, "")));
    memcpy(long_id(text, 64, ""), "!members-", 9);
    assert_true(id_is_channel(text));
    memcpy(long_id(text, 65, ""), "!members-", 9);
    assert_false(id_is_channel(text));
    const char *const bad[] = {"", "!", "!members-", "!members", "!member-a", "a!b", "!members-a!",
        "x!members-a", "a:b", "a b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (id_is_channel(bad[i]))
            fail_msg("%s", bad[i]);
    assert_false(id_is_channel(NULL));
}

static void a_type_has_no_at_sign(void **state) {
    (void)state;
    char text[600];
    assert_true(id_is_channel_type("messaging"));
    assert_true(id_is_channel_type("My_type-2"));
    assert_true(id_is_channel_type(long_id(text, 64, "")));
    assert_false(id_is_channel_type(long_id(text, 65, "")));
    assert_false(id_is_channel_type("a@b"));
    assert_false(id_is_channel_type(""));
    assert_false(id_is_channel_type(NULL));
}

static void a_message_is_named_as_a_user(void **state) {
    (void)state;
    char text[600];
    assert_true(id_is_message("3f2504e0-4f89-41d3-9a0c-0305e82c3301"));
    assert_true(id_is_message(long_id(text, 255, "")));
    assert_false(id_is_message(long_id(text, 256, "")));
    assert_false(id_is_message("a b"));
    assert_false(id_is_message(""));
}

static void a_cid_comes_apart_at_its_colon(void **state) {
    (void)state;
    char type[LIMIT_CHANNEL_TYPE + 1] = "", id[LIMIT_CHANNEL_ID + 1] = "";
    assert_true(id_split_cid("messaging:hall", type, id));
    SAME_TEXT(type, "messaging");
    SAME_TEXT(id, "hall");
    assert_true(id_split_cid("team:!members-x", type, id));
    SAME_TEXT(id, "!members-x");
    char text[600];
    assert_true(id_split_cid(long_id(text, 64, ":b"), type, id));
    assert_int_equal(strlen(type), 64);
}

static void what_is_no_cid_leaves_the_parts_alone(void **state) {
    (void)state;
    char text[600];
    char type[LIMIT_CHANNEL_TYPE + 1] = "t", id[LIMIT_CHANNEL_ID + 1] = "i";
    const char *const bad[] = {"", ":", "a", "a:", ":b", "a:b:c", "a b:c", "a:b c", "a@b:c", "*"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (id_split_cid(bad[i], type, id))
            fail_msg("%s", bad[i]);
    assert_false(id_split_cid(NULL, type, id));
    assert_false(id_split_cid(long_id(text, 65, ":b"), type, id));
    assert_false(id_split_cid(long_id(text, 500, ""), type, id));
    SAME_TEXT(type, "t");
    SAME_TEXT(id, "i");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_user_is_letters_digits_and_three_signs),
        CASE(a_channel_may_be_one_of_members),
        CASE(a_type_has_no_at_sign),
        CASE(a_message_is_named_as_a_user),
        CASE(a_cid_comes_apart_at_its_colon),
        CASE(what_is_no_cid_leaves_the_parts_alone),
    };
    return RUN_CASES("wire-id", cases);
}
