/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/caller.h"
#include "server/token.h"

static const char secret[] = "a secret of thirty-two bytes, or more";
static struct settings settings;
static struct caller_keys keys;
static const int64_t now_us = 1800000000000000;

static int begin(void **state) {
    (void)state;
    settings = (struct settings){0};
    keys = (struct caller_keys){"key", secret, sizeof secret - 1, &settings, .dev_tokens = true};
    return 0;
}

static int check(const char *api_key, const char *auth_type, const char *token, const char *user_id,
    struct caller *caller) {
    const struct caller_words words = {api_key, auth_type, token, user_id};
    const char *why = NULL;
    int code = caller_check(caller, &words, &keys, now_us, &why);
    assert_true((code == 0) == (why == NULL));
    return code;
}

static int check_token(const struct token *token, struct caller *caller) {
    char *text = token_make(token, secret, sizeof secret - 1);
    int code = check("key", "jwt", text, NULL, caller);
    free(text);
    return code;
}

static void the_key_comes_first_then_the_token_then_the_user(void **state) {
    (void)state;
    struct caller caller;
    assert_int_equal(check(NULL, "jwt", "x", NULL, &caller), 2);
    assert_int_equal(check("other", "jwt", "x", NULL, &caller), 2);
    assert_int_equal(check("key", "jwt", NULL, NULL, &caller), 5);
    assert_int_equal(check("key", "jwt", "", NULL, &caller), 5);
    assert_int_equal(check("key", "anonymous", NULL, NULL, &caller), 0);
    assert_true(caller.anonymous);
    assert_int_equal(check("key", "anonymous", "x.y.z", NULL, &caller), 5);
    char *text = token_make(&(struct token){.user_id = "ana"}, secret, sizeof secret - 1);
    assert_int_equal(check("key", "jwt", text, "bo", &caller), 5);
    assert_int_equal(check("key", "jwt", text, "ana", &caller), 0);
    SAME_TEXT(caller.user_id, "ana");
    free(text);
}

/* {"alg":"HS256","typ":"JWT"} and {"user_id":"alice"}, {"server":true}. */
static const char dev_user[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiYWxpY2UifQ.devtoken";
static const char dev_server[] =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzZXJ2ZXIiOnRydWV9.devtoken";

static void development_tokens_are_taken_only_while_the_app_says_so(void **state) {
    (void)state;
    struct caller caller;
    assert_int_equal(check("key", "jwt", dev_user, NULL, &caller), 43);
    settings.disable_auth_checks = true;
    assert_int_equal(check("key", "jwt", dev_user, "alice", &caller), 0);
    SAME_TEXT(caller.user_id, "alice");
    assert_int_equal(check("key", "jwt", dev_user, "bob", &caller), 5);
    assert_int_equal(check("key", "jwt", dev_server, NULL, &caller), 5);
    settings.disable_auth_checks = false;
    assert_int_equal(check("key", "jwt", dev_user, "alice", &caller), 43);
}

static void development_tokens_are_refused_where_others_can_reach_us(void **state) {
    (void)state;
    struct caller caller;
    keys.dev_tokens = false;
    assert_int_equal(check("key", "jwt", dev_user, "alice", &caller), 43);
    settings.disable_auth_checks = true;
    assert_int_equal(check("key", "jwt", dev_user, "alice", &caller), 43);
    assert_int_equal(check_token(&(struct token){.user_id = "alice"}, &caller), 0);
}

static void a_revoked_token_asks_for_a_new_one(void **state) {
    (void)state;
    struct caller caller;
    const int64_t now_s = now_us / 1000000;
    settings.revoke_before_us = now_us - 500000;
    assert_int_equal(check_token(&(struct token){.user_id = "a"}, &caller), 40);
    assert_int_equal(
        check_token(&(struct token){.user_id = "a", .iat_unix_s = now_s - 1}, &caller), 40);
    assert_int_equal(check_token(&(struct token){.user_id = "a", .iat_unix_s = now_s}, &caller), 0);
    assert_int_equal(caller.iat_unix_s, now_s);
    assert_int_equal(check_token(&(struct token){.server = true}, &caller), 0);
    assert_false(caller_is_revoked(0, 0));
    assert_true(caller_is_revoked(0, 1));
}

#define WITH(function) cmocka_unit_test_setup(function, begin)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(the_key_comes_first_then_the_token_then_the_user),
        WITH(development_tokens_are_taken_only_while_the_app_says_so),
        WITH(development_tokens_are_refused_where_others_can_reach_us),
        WITH(a_revoked_token_asks_for_a_new_one)};
    return RUN_CASES("server-caller", cases);
}
