/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/account.h"
#include "folder.h"

static struct account account;
static struct bytes why;

static int finds(struct options options) {
    account_fini(&account);
    bytes_clear(&why);
    return account_find(&account, &options, &why);
}

static void configured(void) {
    mkdir(folder_path("porchlight"), 0700);
    folder_write("porchlight/config",
        "[profile default]\nurl = http://profile\napi_key = kp\nuser = up\ntoken_file = /tp\n"
        "[profile ana]\nurl = http://ana\napi_key = ka\nuser = ana\ntoken_command = echo x\n",
        0600);
}

static int tidy(void **state) {
    account_fini(&account);
    bytes_fini(&why);
    return folder_remove(state);
}

static void with_nothing_there_is_nothing(void **state) {
    (void)state;
    assert_int_equal(finds((struct options){0}), ACCOUNT_NONE);
    SAME_TEXT(bytes_text(&why),
        "not configured; `porchlight login URL --api-key KEY --user ID` makes one");
}

static void the_default_profile_is_used(void **state) {
    (void)state;
    configured();
    assert_int_equal(finds((struct options){0}), 0);
    SAME_TEXT(account.url, "http://profile");
    SAME_TEXT(account.user, "up");
    assert_int_equal(account.source.kind, TOKEN_FILE);
    SAME_TEXT(account.source.at, "/tp");
}

static void a_profile_by_name_is_used(void **state) {
    (void)state;
    configured();
    assert_int_equal(finds((struct options){.profile = "ana"}), 0);
    SAME_TEXT(account.url, "http://ana");
    assert_int_equal(account.source.kind, TOKEN_COMMAND);
    SAME_TEXT(account.source.at, "echo x");
    assert_int_equal(finds((struct options){.profile = "bo"}), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "no profile bo"));
    assert_non_null(strstr(bytes_text(&why), "default, ana"));
}

static void an_option_wins_over_the_environment_and_that_over_the_profile(void **state) {
    (void)state;
    configured();
    setenv("PORCHLIGHT_URL", "http://env", 1);
    setenv("PORCHLIGHT_API_KEY", "ke", 1);
    setenv("PORCHLIGHT_USER", "ue", 1);
    setenv("PORCHLIGHT_TOKEN_FILE", "/te", 1);
    assert_int_equal(finds((struct options){0}), 0);
    SAME_TEXT(account.url, "http://env");
    SAME_TEXT(account.api_key, "ke");
    SAME_TEXT(account.user, "ue");
    SAME_TEXT(account.source.at, "/te");
    assert_int_equal(finds((struct options){
                         .url = "https://opt", .api_key = "ko", .user = "uo", .token_file = "/to"}),
        0);
    SAME_TEXT(account.url, "https://opt");
    SAME_TEXT(account.api_key, "ko");
    SAME_TEXT(account.user, "uo");
    SAME_TEXT(account.source.at, "/to");
    setenv("PORCHLIGHT_TOKEN", "text", 1);
    assert_int_equal(finds((struct options){0}), 0);
    assert_int_equal(account.source.kind, TOKEN_TEXT);
    setenv("PORCHLIGHT_TOKEN", "text", 1);
    assert_int_equal(finds((struct options){.token_file = "/to"}), 0);
    assert_int_equal(account.source.kind, TOKEN_FILE);
    setenv("PORCHLIGHT_USER", "", 1); /* as if it were not there */
    assert_int_equal(finds((struct options){0}), 0);
    SAME_TEXT(account.user, "up");
}

static void a_token_is_taken_out_of_the_environment(void **state) {
    (void)state;
    char *stood;
    configured();
    setenv("PORCHLIGHT_TOKEN", "text", 1);
    stood = getenv("PORCHLIGHT_TOKEN");
    assert_int_equal(finds((struct options){0}), 0);
    SAME_TEXT(account.source.at, "text");
    assert_null(getenv("PORCHLIGHT_TOKEN"));
    SAME_TEXT(stood, "");
    setenv("PORCHLIGHT_TOKEN", "text", 1);
    assert_int_equal(finds((struct options){.token_file = "/to"}), 0);
    assert_null(getenv("PORCHLIGHT_TOKEN"));
}

static void the_environment_alone_is_enough(void **state) {
    (void)state;
    setenv("PORCHLIGHT_URL", "http://env", 1);
    setenv("PORCHLIGHT_API_KEY", "ke", 1);
    setenv("PORCHLIGHT_USER", "ue", 1);
    setenv("PORCHLIGHT_TOKEN", "text", 1);
    assert_int_equal(finds((struct options){0}), 0);
}

static void a_url_without_the_rest_is_an_error_and_no_demo(void **state) {
    (void)state;
    assert_int_equal(finds((struct options){.url = "http://h"}), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "API key"));
    assert_int_equal(finds((struct options){.url = "http://h", .api_key = "k"}), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "PORCHLIGHT_USER"));
    assert_int_equal(
        finds((struct options){.url = "http://h", .api_key = "k", .user = "u"}), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "PORCHLIGHT_TOKEN"));
}

static void malformed_settings_are_refused(void **state) {
    (void)state;
    configured();
    assert_int_equal(finds((struct options){.url = "localhost:8750"}), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "http://"));
    assert_int_equal(finds((struct options){.user = "a b"}), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "letters, digits"));
}

static void login_takes_nothing_from_a_profile(void **state) {
    (void)state;
    configured();
    char *words[] = {(char[]){"http://new"}, NULL};
    const struct options options = {.words = words, .word_count = 1, .api_key = "k"};
    assert_int_equal(account_for_login(&account, &options, &why), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "user"));
    account_fini(&account);
    const struct options whole = {
        .words = words, .word_count = 1, .api_key = "k", .user = "u", .token_command = "c"};
    assert_int_equal(account_for_login(&account, &whole, &why), 0);
    SAME_TEXT(account.url, "http://new");
    assert_int_equal(account.source.kind, TOKEN_COMMAND);
}

#define HOME_CASE(function) cmocka_unit_test_setup_teardown(function, folder_make, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        HOME_CASE(with_nothing_there_is_nothing),
        HOME_CASE(the_default_profile_is_used),
        HOME_CASE(a_profile_by_name_is_used),
        HOME_CASE(an_option_wins_over_the_environment_and_that_over_the_profile),
        HOME_CASE(a_token_is_taken_out_of_the_environment),
        HOME_CASE(the_environment_alone_is_enough),
        HOME_CASE(a_url_without_the_rest_is_an_error_and_no_demo),
        HOME_CASE(malformed_settings_are_refused),
        HOME_CASE(login_takes_nothing_from_a_profile),
    };
    return RUN_CASES("dashboard-cli-account", cases);
}
