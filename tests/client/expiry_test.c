/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "client/expiry.h"

/* The claims in base64url are written out, so that nothing of ours has made them. */
static void a_token_says_when_it_expires(void **state) {
    (void)state;
    /* {"user_id":"bob","exp":1800000000} */
    assert_int_equal(
        expiry_of_token(NULL, "x.eyJ1c2VyX2lkIjoiYm9iIiwiZXhwIjoxODAwMDAwMDAwfQ.y"), 1800000000);
    /* {"exp":1} */
    assert_int_equal(expiry_of_token(NULL, ".eyJleHAiOjF9."), 1);
}

static void what_names_no_time_never_expires(void **state) {
    (void)state;
    static const char *const tokens[] = {"", ".", "..", "a.b", "x.eyJleHAiOjF9",
        "x.eyJ1c2VyX2lkIjoiYm9iIn0.y", /* {"user_id":"bob"} */
        "x.eyJleHAiOiIxIn0.y",         /* {"exp":"1"} */
        "x.eyJleHAiOjEuNX0.y",         /* {"exp":1.5} */
        "x.eyJleHAiOi01fQ.y",          /* {"exp":-5} */
        "x.eyJleHAiOm51bGx9.y",        /* {"exp":null} */
        "x.WzFd.y",                    /* [1] */
        "x.eyJleHAiOjF.y", "x.eyJleHAi+jF9.y", "x.!!!!.y", "x.=.y"};
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++)
        if (expiry_of_token(NULL, tokens[i]) != 0)
            fail_msg("%s: %lld", tokens[i], (long long)expiry_of_token(NULL, tokens[i]));
}

static void a_huge_token_is_only_read(void **state) {
    (void)state;
    char *token = malloc(1000001);
    memset(token, 'e', 1000000);
    token[10] = token[999990] = '.';
    token[1000000] = '\0';
    assert_int_equal(expiry_of_token(NULL, token), 0);
    free(token);
}

static void a_token_is_renewed_before_it_expires_and_a_short_one_not_at_once(void **state) {
    (void)state;
    const int64_t now_ms = 1000 * 1000;
    assert_int_equal(expiry_renew_in_ms(1000 + 3600, now_ms), 3570 * 1000);
    assert_int_equal(expiry_renew_in_ms(1000 + 120, now_ms), 90 * 1000);
    assert_int_equal(expiry_renew_in_ms(1000 + 40, now_ms), 30 * 1000);
    assert_int_equal(expiry_renew_in_ms(1000 + 2, now_ms), 1500);
    assert_int_equal(expiry_renew_in_ms(1000, now_ms), 500);
    assert_int_equal(expiry_renew_in_ms(1, now_ms), 500);
    assert_int_equal(expiry_renew_in_ms(INT64_MAX, now_ms), INT32_MAX);
    assert_int_equal(expiry_renew_in_ms(1000 + 100 * 86400, now_ms), INT32_MAX);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_token_says_when_it_expires),
        CASE(what_names_no_time_never_expires),
        CASE(a_huge_token_is_only_read),
        CASE(a_token_is_renewed_before_it_expires_and_a_short_one_not_at_once),
    };
    return RUN_CASES("client-expiry", cases);
}
