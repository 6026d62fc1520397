/* SPDX-License-Identifier: MIT */
/* What terminals answer, and what a person is told of it. */
#include "dashboard/term/answers.h"
#include "support/case.h"

static struct answers answers;
static struct bytes bytes;

static int set_up(void **state) {
    (void)state;
    answers = (struct answers){.term = "xterm-256color", .colors = 256, .utf8 = true};
    bytes = BYTES_EMPTY;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    bytes_fini(&bytes);
    return 0;
}

/* The answers of a terminal that draws a group so wide, and all others rightly. */
static void answers_of(enum sign_group group, int cells) {
    bytes_append_text(&bytes, "\033P>|XTerm(370)\033\\\033[?1004;2$y\033[?2026;0$y\033[?1006;1$y");
    for (size_t i = 0; i < answers_sign_count; i++)
        bytes_printf(&bytes, "\033[7;%dR",
            1 + (answers_signs[i].group == group ? cells : answers_signs[i].cells));
    bytes_append_text(&bytes, "\033[?64;22;52c");
}

static bool reads(void) {
    bool ended;
    answers_read(&answers, bytes.at, bytes.len, &ended);
    return ended;
}

static void says(const char *part, bool wanted) {
    struct bytes text = BYTES_EMPTY;
    answers_print(&answers, &text);
    if ((strstr(bytes_text(&text), part) != NULL) != wanted)
        fail_msg("'%s' %s in:\n%s", part, wanted ? "is not" : "is", bytes_text(&text));
    bytes_fini(&text);
}

static void a_terminal_that_does_all_rightly_needs_nothing(void **state) {
    (void)state;
    answers_of(SIGN_GROUPS, 0);
    assert_true(reads());
    SAME_TEXT(answers.name, "XTerm(370)");
    assert_int_equal(answers.focus, CAN);
    assert_int_equal(answers.frames, CAN_NOT);
    assert_int_equal(answers.mouse, CAN);
    assert_int_equal(answers.paste, CAN_UNKNOWN);
    assert_int_equal(answers.clipboard, CAN);
    says("nothing: all is as it should be", true);
    says("NOT as wide", false);
    says("glyphs =", false);
    says("XTerm(370)", true);
}

static void signs_of_another_width_have_their_setting(void **state) {
    (void)state;
    answers_of(SIGN_NEUTRAL, 2);
    assert_true(reads());
    says("glyphs = classic", true);
    says("nothing: all is", false);
    tear_down(state);
    set_up(state);
    answers_of(SIGN_LINE, 2); /* auto asks for that itself */
    assert_true(reads());
    says("glyphs =", false);
    says("Lines                 ─ │ ┌ ┘ ▾  NOT as wide", true);
    tear_down(state);
    set_up(state);
    answers_of(SIGN_WIDE, 1);
    assert_true(reads());
    says("names in wide signs", true);
}

static void one_that_answers_nothing_is_judged_by_the_eye(void **state) {
    (void)state;
    bytes_append_text(&bytes, "");
    assert_false(reads());
    says("it answers no questions", true);
    says("if the rulers do\n  not agree", true);
    says("  |1234567890123456|\n", true);
    answers.utf8 = false;
    says("LC_ALL=C.UTF-8", true);
    says("|1234567890123456|", false);
    answers.colors = -1;
    says("which is not known here", true);
    says("TERM, to a kind that is known", true);
}

static void what_is_no_answer_is_left_out(void **state) {
    (void)state;
    bytes_append_text(
        &bytes, "q\033[Aj\033[200~\033[;R\033[9999999999;99999999999R\033[?9;1$y\033P");
    bytes_append_text(&bytes, "\033[7;3R\033[7");
    assert_false(reads());
    assert_int_equal(answers.drawn[0], 2);
    assert_int_equal(answers.drawn[1], 0);
    /* Cut anywhere, it is not read past its end. */
    bytes_clear(&bytes);
    answers_of(SIGN_GROUPS, 0);
    for (size_t len = 0; len < bytes.len; len++) {
        bool ended;
        struct answers some = {.utf8 = true};
        char *exact = malloc(len + 1);
        memcpy(exact, bytes.at, len);
        answers_read(&some, exact, len, &ended);
        assert_false(ended);
        free(exact);
    }
}

static void the_environment_is_made_harmless(void **state) {
    (void)state;
    answers.term = "x\033]0;evil\007";
    answers.color_term = "\033[2J";
    answers.no_color = true;
    says("\033", false);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_terminal_that_does_all_rightly_needs_nothing),
        WITH(signs_of_another_width_have_their_setting),
        WITH(one_that_answers_nothing_is_judged_by_the_eye),
        WITH(what_is_no_answer_is_left_out),
        WITH(the_environment_is_made_harmless),
    };
    return RUN_CASES("dashboard-answers", cases);
}
