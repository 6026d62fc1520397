/* SPDX-License-Identifier: MIT */
/* One table feeds keys and help. */
#include "support/case.h"

#include "dashboard/input/action.h"
#include "dashboard/input/key.h"

static void keys_are_read_as_the_table_writes_them(void **state) {
    (void)state;
    assert_int_equal(action_of_key('j', 'm'), ACTION_DOWN);
    assert_int_equal(action_of_key(KEY_CODE_DOWN, 'm'), ACTION_DOWN);
    assert_int_equal(action_of_key(KEY_CODE_CONTROL('L'), 'c'), ACTION_REDRAW);
    assert_int_equal(action_of_key(KEY_CODE_CONTROL('C'), 'h'), ACTION_QUIT_NOW);
    assert_int_equal(action_of_key(KEY_CODE_BACK_TAB, 'e'), ACTION_LAST_PANE);
    assert_int_equal(action_of_key(KEY_CODE_F1, 't'), ACTION_HELP);
    assert_int_equal(action_of_key('i', 't'), ACTION_INVISIBLE);
    assert_int_equal(action_of_key(KEY_CODE_NONE, 'm'), ACTION_NONE);
    assert_int_equal(action_of_key(0x9673, 'm'), ACTION_NONE);
}

static void a_key_means_something_only_in_its_panes(void **state) {
    (void)state;
    assert_int_equal(action_of_key(KEY_CODE_ENTER, 'm'), ACTION_OPEN);
    assert_int_equal(action_of_key(KEY_CODE_ENTER, 't'), ACTION_NONE);
    assert_int_equal(action_of_key(KEY_CODE_TAB, 'h'), ACTION_NONE);
}

static void every_action_has_a_name_a_key_and_a_sentence(void **state) {
    (void)state;
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        char key[16];
        action_key((enum action)action, key, sizeof key);
        assert_true(row->name[0] != '\0' && row->help[0] != '\0' && key[0] != '\0');
        for (int other = 1; other < action; other++)
            assert_string_not_equal(row->name, action_row((enum action)other)->name);
    }
    SAME_TEXT(action_row(ACTION_NONE)->keys, "");
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(keys_are_read_as_the_table_writes_them),
        CASE(a_key_means_something_only_in_its_panes),
        CASE(every_action_has_a_name_a_key_and_a_sentence)};
    return RUN_CASES("dashboard-action", cases);
}
