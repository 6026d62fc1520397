/* SPDX-License-Identifier: MIT */
/* `porchlight check-terminal` in a terminal that answers, in one that is dumb, and in none. */
#include "support/case.h"
#include "support/program.h"
#include "support/terminal.h"

#include <string.h>

enum { IN_TIME_MS = 20 * 1000 };

static struct terminal *terminal;

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    return 0;
}

static void runs(const char *term, const char *locale) {
    const char *const argv[] = {PORCHLIGHT, "check-terminal", NULL};
    const char *const environment[] = {term, locale, "NO_COLOR", "COLORTERM", NULL};
    terminal = terminal_run(argv, 90, 60, environment);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    assert_true(terminal_is_cooked(terminal));
    SAME_TEXT(terminal_modes(terminal), "");
}

static void a_terminal_that_answers_is_told_what_it_can_do(void **state) {
    (void)state;
    runs("TERM=xterm-256color", "LC_ALL=C.UTF-8");
    SHOWS(terminal, "TERM                  xterm-256color, 256 colours", IN_TIME_MS);
    SHOWS(terminal, "Characters            UTF-8", IN_TIME_MS);
    SHOWS(terminal, "Focus events          yes", IN_TIME_MS);
    SHOWS(terminal, "Dots, neutral         ◉ ◒ ◦ ◌ ⊘  as wide as they must be", IN_TIME_MS);
    SHOWS(terminal, "What to set", IN_TIME_MS);
    const int top = terminal_row_with(terminal, "|1234567890123456|");
    assert_true(top >= 0);
    for (int row = top; row < top + 6; row++) /* the rulers are right where widths are */
        SAME_TEXT(terminal_cell(terminal, row, 19).text, "|");
    /* No question is left standing on the screen. */
    assert_int_equal(terminal_row_with(terminal, "TERM "), 0);
}

static void one_without_answers_or_utf8_is_not_asked_what_it_cannot(void **state) {
    (void)state;
    size_t len;
    runs("TERM=dumb", "LC_ALL=C");
    SHOWS(terminal, "it answers no questions", IN_TIME_MS);
    SHOWS(terminal, "LC_ALL=C.UTF-8", IN_TIME_MS);
    const char *bytes = terminal_bytes(terminal, &len);
    for (size_t i = 0; i < len; i++)
        assert_true((unsigned char)bytes[i] < 0x80 && bytes[i] != '\033');
    terminal_destroy(terminal);
    runs("TERM=nonsense", "LC_ALL=C.UTF-8");
    SHOWS(terminal, "nonsense, which is not known here", IN_TIME_MS);
    SHOWS(terminal, "TERM, to a kind that is known here", IN_TIME_MS);
}

static void without_a_terminal_there_is_nothing_to_check(void **state) {
    (void)state;
    struct program program = {0};
    const char *const argv[] = {PORCHLIGHT, "check-terminal", NULL};
    program_start(&program, argv, NULL, NULL);
    assert_int_equal(program_end(&program, IN_TIME_MS), 2);
    SAME_TEXT(bytes_text(&program.out), "");
    assert_non_null(strstr(bytes_text(&program.err), "no terminal"));
    program_fini(&program);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, NULL, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_terminal_that_answers_is_told_what_it_can_do),
        WITH(one_without_answers_or_utf8_is_not_asked_what_it_cannot),
        WITH(without_a_terminal_there_is_nothing_to_check),
    };
    return RUN_CASES("pty-check", cases);
}
