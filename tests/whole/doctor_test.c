/* SPDX-License-Identifier: MIT */
/*
 * `porchlight doctor` with one thing wrong at a time: that it says which, and what to do, that all
 * else is well, and that nobody's light went on for it. PORCHLIGHT: the path of the program.
 */
#include "support/case.h"
#include "support/daemon.h"
#include "support/moved_clock.h"
#include "support/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { IN_TIME_MS = 30 * 1000 };
static const int64_t HOUR_US = INT64_C(3600) * 1000 * 1000;

static struct daemon daemon_;
static struct program ran;

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    setenv("HOME", daemon_.folder, 1);
    setenv("XDG_CONFIG_HOME", daemon_.folder, 1);
    unsetenv("PORCHLIGHT_URL");
    unsetenv("PORCHLIGHT_TOKEN");
    unsetenv("PORCHLIGHT_TOKEN_FILE");
    daemon_start(&daemon_);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    program_fini(&ran);
    daemon_fini(&daemon_);
    return 0;
}

static const char *beside(const char *name) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", daemon_.folder, name);
    return path;
}

static void writes(const char *name, const char *text) {
    FILE *file = fopen(beside(name), "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    chmod(beside(name), 0600);
}

/* Ana's profile at this URL, with this key and token. */
static void is_configured(const char *url, const char *key, const char *token) {
    char text[512];
    mkdir(beside("porchlight"), 0700);
    snprintf(text, sizeof text,
        "[profile default]\nurl = %s\napi_key = %s\nuser = ana\ntoken_file = default.token\n", url,
        key);
    writes("porchlight/config", text);
    writes("porchlight/default.token", token);
}

static void has_token(const char *expires) {
    char *token = daemon_token(&daemon_, "ana", expires);
    is_configured(daemon_.url, daemon_.api_key, token);
    free(token);
}

static void ends(int code) {
    const char *const argv[] = {PORCHLIGHT, "doctor", NULL};
    program_start(&ran, argv, NULL, NULL);
    const int got = program_end(&ran, IN_TIME_MS);
    if (got != code)
        fail_msg("it ended with %d, not %d: %s%s", got, code, bytes_text(&ran.out),
            bytes_text(&ran.err));
    SAME_TEXT(bytes_text(&ran.err), "");
}

static void finds(const char *part) {
    if (strstr(bytes_text(&ran.out), part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, bytes_text(&ran.out));
}

static size_t count_of(const char *part) {
    size_t count = 0;
    for (const char *at = bytes_text(&ran.out); (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* One part is wrong, with one advice, and what cannot be known is not guessed. */
static void finds_wrong(const char *line, const char *advice) {
    finds(line);
    finds(advice);
    assert_int_equal(count_of("WRONG"), 1);
    assert_int_equal(count_of("do: "), 1);
}

static void where_nothing_is_wrong_each_part_is_ok_and_no_light_went_on(void **state) {
    (void)state;
    has_token("24h");
    ends(0);
    finds("configuration  ok     ana at http://127.0.0.1:");
    finds("profile default");
    finds("terminal       note   none here");
    finds("network        ok     ");
    finds("server         ok     it answers, in ");
    finds("api key        ok     ");
    finds("token          ok     the server takes it; it ends 20");
    finds("live events    ok     ");
    finds("clock          ok     the server's is 0.");
    assert_int_equal(count_of("WRONG"), 0);
    has_token(NULL);
    ends(0);
    finds("it never ends");
    const char *const argv[] = {PORCHLIGHT, "is", "ana", NULL};
    program_start(&ran, argv, NULL, NULL);
    assert_int_equal(program_end(&ran, IN_TIME_MS), 1); /* she is offline */
}

static void without_a_profile_it_says_how_to_get_one(void **state) {
    (void)state;
    ends(2);
    finds_wrong("configuration  WRONG  not configured", "do: ask whoever runs the server");
    finds("server         -      not known");
}

static void a_line_of_the_configuration_is_named(void **state) {
    (void)state;
    mkdir(beside("porchlight"), 0700);
    writes("porchlight/config", "[ui]\ntheme = default\ncolour = red\n");
    ends(2);
    finds_wrong("porchlight/config:3: ", "do: mend that line");
}

static void a_name_that_is_not_found_is_a_matter_of_the_network(void **state) {
    (void)state;
    is_configured("http://nowhere.invalid:8750", "k", "a.b.c\n");
    ends(1);
    finds_wrong("network        WRONG  the name nowhere.invalid ", "do: is the URL right");
    finds("clock          -      not known");
}

static void a_server_that_is_not_there_is_said_not_to_be(void **state) {
    (void)state;
    has_token(NULL);
    daemon_stop(&daemon_, 15);
    ends(1);
    finds("network        ok     ");
    finds_wrong("server         WRONG  the server cannot be reached", "do: is it running there");
}

static void a_wrong_key_is_not_taken_for_a_wrong_token(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    is_configured(daemon_.url, "wrong", token);
    free(token);
    ends(3);
    finds_wrong("api key        WRONG  ", "do: ask for the api key");
    finds("live events    ok     ");
}

static void a_token_of_somebody_else_of_yesterday_or_none_is_told_apart(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "bo", NULL);
    is_configured(daemon_.url, daemon_.api_key, token);
    free(token);
    ends(3);
    finds("api key        ok     ");
    finds_wrong("token          WRONG  ", "do: get a token of this user");
    finds("clock          ok     ");
    is_configured(daemon_.url, daemon_.api_key, "<html>\n");
    ends(3);
    finds_wrong(
        "token          WRONG  what is configured as token is none", "do: `porchlight login");
    is_configured(daemon_.url, daemon_.api_key, "\n");
    ends(2);
    finds_wrong("token          WRONG  ", "do: ask for one");
    /* At most three seconds: until the server says so. */
    has_token("1s");
    const char *const argv[] = {PORCHLIGHT, "who", NULL};
    int code = 0;
    for (int i = 0; i < 60 && code == 0; i++) {
        program_start(&ran, argv, NULL, NULL);
        code = program_end(&ran, IN_TIME_MS);
        if (code == 0)
            (void)case_readable(daemon_.program.err_fd, 50);
    }
    ends(3);
    finds_wrong("token          WRONG  ", "do: get a new token");
}

static void a_clock_that_is_an_hour_off_is_noticed(void **state) {
    (void)state;
    const struct moved_clock moved = {.wall_us = HOUR_US};
    has_token(NULL);
    daemon_stop(&daemon_, 15);
    FILE *file = fopen(beside("clock"), "w");
    assert_non_null(file);
    assert_int_equal(fwrite(&moved, sizeof moved, 1, file), 1);
    fclose(file);
    char clock[300], preload[300], asan[300];
    const char *before = getenv("ASAN_OPTIONS");
    snprintf(clock, sizeof clock, "PORCHLIGHT_CLOCK=%s", beside("clock"));
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", MOVED_CLOCK);
    snprintf(asan, sizeof asan, "ASAN_OPTIONS=%s%sverify_asan_link_order=0",
        before != NULL ? before : "", before != NULL ? ":" : "");
    const char *const environment[] = {clock, preload, asan, NULL};
    daemon_start_with(&daemon_, environment);
    ends(1);
    finds("token          ok     ");
    finds_wrong("clock          WRONG  the server's is 3600 s", "do: set the one that is wrong");
    assert_int_equal(count_of(" s ahead of this one's"), 1);
}

static void in_a_terminal(const char *term, const char *wanted, int code) {
    const char *const argv[] = {PORCHLIGHT, "doctor", NULL};
    const char *const environment[] = {term, "LC_ALL=C.UTF-8", NULL};
    struct terminal *terminal = terminal_run(argv, 200, 40, environment);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), code);
    SHOWS(terminal, wanted, IN_TIME_MS);
    terminal_destroy(terminal);
}

static void a_terminal_is_looked_at_and_one_of_no_kind_is_wrong(void **state) {
    (void)state;
    has_token(NULL);
    in_a_terminal("TERM=xterm-256color",
        "terminal       ok     xterm-256color, 200x40, 256 colours, UTF-8", 0);
    in_a_terminal("TERM=dumb", "terminal       note   TERM=dumb places no cursor", 0);
    in_a_terminal("TERM=nonsense", "terminal       WRONG  TERM is nonsense", 2);
    in_a_terminal("TERM=nonsense", "do: set TERM to a kind", 2);
}

#define CASE_(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE_(where_nothing_is_wrong_each_part_is_ok_and_no_light_went_on),
        CASE_(without_a_profile_it_says_how_to_get_one),
        CASE_(a_line_of_the_configuration_is_named),
        CASE_(a_name_that_is_not_found_is_a_matter_of_the_network),
        CASE_(a_server_that_is_not_there_is_said_not_to_be),
        CASE_(a_wrong_key_is_not_taken_for_a_wrong_token),
        CASE_(a_token_of_somebody_else_of_yesterday_or_none_is_told_apart),
        CASE_(a_clock_that_is_an_hour_off_is_noticed),
        CASE_(a_terminal_is_looked_at_and_one_of_no_kind_is_wrong),
    };
    return RUN_CASES("whole-doctor", cases);
}
