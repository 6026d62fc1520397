/* SPDX-License-Identifier: MIT */
/* The terminal of the tests, with small shell programs in it. */
#include "support/terminal.h"

#include "support/case.h"

#include <signal.h>

enum { IN_TIME_MS = 10 * 1000 };

static struct terminal *terminal;

static void runs(const char *script) {
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    const char *const environment[] = {"TERM=xterm", "LC_ALL=C.UTF-8", NULL};
    terminal = terminal_run(argv, 20, 4, environment);
}

static int tidy(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    return 0;
}

static void it_remembers_what_is_where_and_how_it_looks(void **state) {
    (void)state;
    runs("printf 'one\\r\\n\\033[1;31mr\\033[0;7mv\\033[m 陳a'; read x");
    SHOWS(terminal, "陳a", IN_TIME_MS);
    SAME_TEXT(terminal_text(terminal), "one\nrv 陳a\n\n\n");
    assert_int_equal(terminal_row_with(terminal, "rv"), 1);
    assert_int_equal(terminal_row_with(terminal, "two"), -1);
    const struct cell red = terminal_cell(terminal, 1, 0);
    assert_true(red.bold && red.coloured && !red.reverse);
    const struct cell reverse = terminal_cell(terminal, 1, 1);
    assert_true(reverse.reverse && !reverse.bold && !reverse.coloured);
    assert_int_equal(terminal_cell(terminal, 1, 3).width, 2);
    SAME_TEXT(terminal_cell(terminal, 1, 5).text, "a");
}

static void it_sends_keys_and_sees_their_echo_and_the_exit_code(void **state) {
    (void)state;
    runs("read word; echo got $word; exit 7");
    terminal_send(terminal, "abc\n");
    SHOWS(terminal, "got abc", IN_TIME_MS);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 7);
    SAME_TEXT(terminal_text(terminal), "abc\ngot abc\n\n\n");
}

static void it_tells_what_was_said_from_what_was_drawn(void **state) {
    (void)state;
    runs("echo drawn; echo said >&2");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    SAME_TEXT(terminal_text(terminal), "drawn\n\n\n\n");
    SAME_TEXT(terminal_said(terminal), "said\n");
}

static void it_knows_the_modes_that_are_on_and_those_left_on(void **state) {
    (void)state;
    runs("printf '\\033[?1049h\\033[?25l\\033[?2004;1004hin'; read x;"
         "printf '\\033[?1049l\\033[?25h\\033[?2004l'; stty -echo");
    SHOWS(terminal, "in", IN_TIME_MS);
    assert_true(terminal_is_alternate(terminal));
    assert_false(terminal_shows_cursor(terminal));
    assert_true(terminal_is_cooked(terminal));
    terminal_send(terminal, "\n");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    assert_false(terminal_is_alternate(terminal));
    assert_true(terminal_shows_cursor(terminal));
    SAME_TEXT(terminal_modes(terminal), "?1004 ");
    assert_false(terminal_is_cooked(terminal)); /* as the program left it, not as the system does */
}

static void it_tells_the_program_its_new_size(void **state) {
    (void)state;
    runs("trap 'stty size' WINCH; echo ready; while :; do read x; done");
    SHOWS(terminal, "ready", IN_TIME_MS);
    terminal_resize(terminal, 33, 5);
    SHOWS(terminal, "5 33", IN_TIME_MS);
}

static void it_counts_the_bytes_of_a_quiet_time(void **state) {
    (void)state;
    runs("echo ready; read x; printf 12345; read x");
    SHOWS(terminal, "ready", IN_TIME_MS);
    assert_int_equal(terminal_quiet(terminal, 50), 0);
    terminal_send(terminal, "\n");
    LOSES(terminal, "never there", IN_TIME_MS);
    SHOWS(terminal, "12345", IN_TIME_MS);
    size_t len;
    assert_non_null(strstr(terminal_bytes(terminal, &len), "12345"));
    terminal_bytes_clear(terminal);
    terminal_bytes(terminal, &len);
    assert_int_equal(len, 0);
}

static void it_gives_up_when_it_is_late_or_the_program_has_ended(void **state) {
    (void)state;
    runs("read x");
    assert_false(terminal_wait_for(terminal, "more", 20));
    assert_int_equal(terminal_end(terminal, 20), -1);
    terminal_send(terminal, "\n");
    assert_false(terminal_wait_for(terminal, "more", IN_TIME_MS));
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
}

static void taking_it_away_ends_the_program(void **state) {
    (void)state;
    runs("echo ready; read x; exit 3");
    SHOWS(terminal, "ready", IN_TIME_MS);
    terminal_close(terminal);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + SIGHUP);
}

static void a_signal_is_an_exit_code(void **state) {
    (void)state;
    runs("echo ready; read x");
    SHOWS(terminal, "ready", IN_TIME_MS);
    terminal_signal(terminal, SIGKILL);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + SIGKILL);
}

static const char *harm(const char *bytes) {
    const char *const forbidden[] = {"\033]0;", NULL};
    const char *found = terminal_harm(bytes, strlen(bytes), forbidden);
    return found != NULL ? found : "none";
}

static void the_oracle_finds_harm_and_only_harm(void **state) {
    (void)state;
    SAME_TEXT(harm("\033[1mbold\033[m ◉ é 陳 👩‍🚀 \r\n"), "none");
    SAME_TEXT(harm("a\x9b"
                   "31m"),
        "a C1 control");
    SAME_TEXT(harm("a\xc2\x9b"
                   "31m"),
        "a C1 control");
    SAME_TEXT(harm("a\u202eb"), "a bidi control");
    SAME_TEXT(harm("a\u2066b"), "a bidi control");
    SAME_TEXT(harm("a\033]0;title\a"), "\033]0;");
}

#define TERMINAL_CASE(function) cmocka_unit_test_teardown(function, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        TERMINAL_CASE(it_remembers_what_is_where_and_how_it_looks),
        TERMINAL_CASE(it_sends_keys_and_sees_their_echo_and_the_exit_code),
        TERMINAL_CASE(it_tells_what_was_said_from_what_was_drawn),
        TERMINAL_CASE(it_knows_the_modes_that_are_on_and_those_left_on),
        TERMINAL_CASE(it_tells_the_program_its_new_size),
        TERMINAL_CASE(it_counts_the_bytes_of_a_quiet_time),
        TERMINAL_CASE(it_gives_up_when_it_is_late_or_the_program_has_ended),
        TERMINAL_CASE(taking_it_away_ends_the_program),
        TERMINAL_CASE(a_signal_is_an_exit_code),
        CASE(the_oracle_finds_harm_and_only_harm),
    };
    return RUN_CASES("support-terminal", cases);
}
