/* SPDX-License-Identifier: MIT */
/* Help in which one chooses, copies, and what is asked about the unknown. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/command.h"
#include "dashboard/model/finding.h"
#include "picture.h"

static struct model model;

static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    return 0;
}

static int clear(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static unsigned type(const char *text) {
    unsigned effects = 0;
    for (; *text != '\0'; text++)
        effects = update_key(&model, (unsigned char)*text, PICTURE_NOW);
    return effects;
}

static void help_lists_what_is_looked_for_and_enter_does_it(void **state) {
    (void)state;
    enum action listed[ACTION_COUNT];
    type("?");
    assert_int_equal(finding_help(&model, listed), ACTION_COUNT - 1);
    type("/offline");
    assert_int_equal(finding_help(&model, listed), 2); /* hide them, show only them */
    type("\r");
    assert_true(model.help_open);
    type("\r");
    assert_false(model.help_open);
    assert_true(model.list.hide_offline);
    type("?/get or\r\r"); /* it takes a word: the command line is opened for it */
    assert_int_equal(model.prompt.kind, PROMPT_COMMAND);
    SAME_TEXT(editor_text(&model.prompt.editor), "channel ");
}

static void what_would_do_nothing_says_why(void **state) {
    (void)state;
    type("1k"); /* everybody */
    assert_non_null(command_denied(&model, ACTION_OPEN));
    type("?/conversation\r\r");
    assert_true(model.help_open);
    assert_non_null(strstr(model.toast, "Choose one channel"));
    type("q");
    assert_false(model.help_open);
}

static void a_row_is_copied_and_said(void **state) {
    (void)state;
    assert_int_equal(type("Y"), EFFECT_COPY);
    SAME_TEXT(model.copied, "Ada Lovelace (ada) online reviewing");
    assert_int_equal(type("1Y"), EFFECT_COPY);
    SAME_TEXT(model.copied, "support 4/9");
}

static void the_unknown_are_asked_about_when_there_are_any(void **state) {
    (void)state;
    assert_int_equal(type("u"), EFFECT_QUERY);
    assert_non_null(strstr(model.toast, "about 1"));
    picture_person(&model, "kim", "Kim", "", false, true, 0, PICTURE_NOW);
    assert_int_equal(type("u"), 0);
    assert_non_null(strstr(model.toast, "Nobody here is unknown"));
}

#define IN_WORLD(function) cmocka_unit_test_setup_teardown(function, furnish, clear)

int main(void) {
    const struct CMUnitTest cases[] = {
        IN_WORLD(help_lists_what_is_looked_for_and_enter_does_it),
        IN_WORLD(what_would_do_nothing_says_why),
        IN_WORLD(a_row_is_copied_and_said),
        IN_WORLD(the_unknown_are_asked_about_when_there_are_any),
    };
    return RUN_CASES("dashboard-finding", cases);
}
