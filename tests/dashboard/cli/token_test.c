/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/token.h"
#include "folder.h"

static struct bytes why, warning;
static char *token;

static int reads(enum token_kind kind, const char *at) {
    struct token_source source = {kind, at != NULL ? strdup(at) : NULL};
    token_free(token);
    token = NULL;
    bytes_clear(&why);
    bytes_clear(&warning);
    const int result = token_read(&source, &token, &why, &warning);
    token_source_fini(&source);
    return result;
}

static int tidy(void **state) {
    token_free(token);
    token = NULL;
    bytes_fini(&why);
    bytes_fini(&warning);
    return folder_remove(state);
}

static void the_token_is_the_first_line_of_the_file_cut_at_its_end(void **state) {
    (void)state;
    folder_write("t", "abc.def \t\r\nsecond\n", 0600);
    assert_int_equal(reads(TOKEN_FILE, folder_path("t")), 0);
    SAME_TEXT(token, "abc.def");
    SAME_TEXT(bytes_text(&warning), "");
    folder_write("t", "no-line-end", 0600);
    assert_int_equal(reads(TOKEN_FILE, folder_path("t")), 0);
    SAME_TEXT(token, "no-line-end");
}

static void a_file_that_others_can_read_is_warned_about(void **state) {
    (void)state;
    folder_write("t", "abc\n", 0640);
    assert_int_equal(reads(TOKEN_FILE, folder_path("t")), 0);
    SAME_TEXT(token, "abc");
    assert_non_null(strstr(bytes_text(&warning), "others can read"));
    assert_null(strstr(bytes_text(&warning), "abc"));
}

static void the_token_is_the_first_line_that_a_command_prints(void **state) {
    (void)state;
    assert_int_equal(reads(TOKEN_COMMAND, "printf 'abc\\nmore\\n'"), 0);
    SAME_TEXT(token, "abc");
    assert_int_equal(reads(TOKEN_COMMAND, "x=ab; echo ${x}c"), 0);
    SAME_TEXT(token, "abc");
}

static void a_command_that_fails_gives_no_token(void **state) {
    (void)state;
    assert_int_equal(reads(TOKEN_COMMAND, "echo abc; exit 3"), -EINVAL);
    SAME_TEXT(bytes_text(&why), "the token command ended with exit code 3");
    assert_null(token);
    assert_int_equal(reads(TOKEN_COMMAND, "true"), -EINVAL);
    SAME_TEXT(bytes_text(&why), "the token command: the first line holds no token");
}

static void what_is_no_token_is_refused_and_not_repeated(void **state) {
    (void)state;
    folder_write("t", "\nabc\n", 0600);
    assert_int_equal(reads(TOKEN_FILE, folder_path("t")), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "holds no token"));
    folder_write("t", "two words\n", 0600);
    assert_int_equal(reads(TOKEN_FILE, folder_path("t")), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "is no token"));
    assert_null(strstr(bytes_text(&why), "two"));
    assert_int_equal(reads(TOKEN_FILE, folder_path("absent")), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "No such file"));
    assert_int_equal(reads(TOKEN_TEXT, "SECRET\x1b[2J"), -EINVAL);
    assert_null(strstr(bytes_text(&why), "SECRET"));
    assert_int_equal(reads(TOKEN_COMMAND, "head -c 9000 /dev/zero | tr '\\0' x"), -EINVAL);
    assert_int_equal(reads(TOKEN_NONE, NULL), -EINVAL);
}

static void the_token_is_the_first_line_of_standard_input(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "abc\nrest\n", 9), 9);
    close(ends[1]);
    const int old = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    const int result = reads(TOKEN_STDIN, NULL);
    dup2(old, STDIN_FILENO);
    close(old);
    close(ends[0]);
    assert_int_equal(result, 0);
    SAME_TEXT(token, "abc");
}

#define HOME_CASE(function) cmocka_unit_test_setup_teardown(function, folder_make, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        HOME_CASE(the_token_is_the_first_line_of_the_file_cut_at_its_end),
        HOME_CASE(a_file_that_others_can_read_is_warned_about),
        HOME_CASE(the_token_is_the_first_line_that_a_command_prints),
        HOME_CASE(a_command_that_fails_gives_no_token),
        HOME_CASE(what_is_no_token_is_refused_and_not_repeated),
        HOME_CASE(the_token_is_the_first_line_of_standard_input),
    };
    return RUN_CASES("dashboard-cli-token", cases);
}
