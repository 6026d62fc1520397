/* SPDX-License-Identifier: MIT */
/* What a person's [keys] change, and what they may not. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/input/keymap.h"

#include <errno.h>

static struct keymap map;
static struct bytes why;

static int set_up(void **state) {
    (void)state;
    keymap_init(&map);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    bytes_fini(&why);
    return 0;
}

static void binds(const char *action, const char *keys, int line) {
    assert_int_equal(keymap_bind(&map, action, keys, line, &why), 0);
    SAME_TEXT(bytes_text(&why), "");
}

static void refuses(const char *action, const char *keys, int line, const char *said) {
    assert_int_equal(keymap_bind(&map, action, keys, line, &why), -EINVAL);
    SAME_TEXT(bytes_text(&why), said);
    bytes_clear(&why);
}

static void keys_mean_what_the_table_says(void **state) {
    (void)state;
    assert_int_equal(keymap_action(&map, 'j', 'm'), ACTION_DOWN);
    assert_int_equal(keymap_action(&map, KEY_CODE_DOWN, 'm'), ACTION_DOWN);
    assert_int_equal(keymap_action(&map, KEY_CODE_CONTROL('L'), 'c'), ACTION_REDRAW);
    assert_int_equal(keymap_action(&map, KEY_CODE_CONTROL('C'), 'h'), ACTION_QUIT_NOW);
    assert_int_equal(keymap_action(&map, KEY_CODE_BACK_TAB, 'e'), ACTION_LAST_PANE);
    assert_int_equal(keymap_action(&map, KEY_CODE_F1, 't'), ACTION_HELP);
    assert_int_equal(keymap_action(&map, 'i', 't'), ACTION_INVISIBLE);
    assert_int_equal(keymap_action(&map, KEY_CODE_NONE, 'm'), ACTION_NONE);
    assert_int_equal(keymap_action(&map, 0x9673, 'm'), ACTION_NONE);
}

static void a_key_means_something_only_in_its_panes(void **state) {
    (void)state;
    assert_int_equal(keymap_action(&map, KEY_CODE_ENTER, 'm'), ACTION_OPEN);
    assert_int_equal(keymap_action(&map, '\n', 'm'), ACTION_OPEN);
    assert_int_equal(keymap_action(&map, 'e', 't'), ACTION_EDIT);
    assert_int_equal(keymap_action(&map, 'e', 'm'), ACTION_EVENT_LEVEL);
    assert_int_equal(keymap_action(&map, 'D', 'm'), ACTION_NONE);
    assert_int_equal(keymap_action(&map, KEY_CODE_TAB, 'h'), ACTION_NONE);
}

static void an_action_has_the_keys_it_is_given_and_no_others(void **state) {
    (void)state;
    char first[16];
    binds("invisible", "\"F9,  Ctrl-e\"", 3);
    assert_int_equal(keymap_action(&map, KEY_CODE_F(9), 'm'), ACTION_INVISIBLE);
    assert_int_equal(keymap_action(&map, KEY_CODE_CONTROL('E'), 'm'), ACTION_INVISIBLE);
    assert_int_equal(keymap_action(&map, 'i', 'm'), ACTION_NONE);
    SAME_TEXT(keymap_text(&map, ACTION_INVISIBLE), "F9 ^E");
    keymap_first(&map, ACTION_INVISIBLE, first, sizeof first);
    SAME_TEXT(first, "F9");
    binds("redraw", "", 4);
    SAME_TEXT(keymap_text(&map, ACTION_REDRAW), "");
    assert_int_equal(keymap_action(&map, KEY_CODE_CONTROL('L'), 'm'), ACTION_NONE);
}

static void what_is_no_action_or_key_is_refused(void **state) {
    (void)state;
    refuses("invisibel", "i", 3,
        "there is nothing called 'invisibel' to give a key to; did you mean "
        "'invisible'?");
    refuses("frobnicate", "i", 3,
        "there is nothing called 'frobnicate' to give a key to; `porchlight --dump-keys` lists "
        "all names");
    refuses("redraw", "F5, Dowm", 3,
        "there is no key 'Dowm'; keys are written j, Down, Ctrl-d, F9, Space, Comma");
    SAME_TEXT(keymap_text(&map, ACTION_REDRAW), "^L");
    refuses("redraw", "F2 F3 F4 F5 F6 F7 F8", 3, "at most 6 keys may mean the same");
    binds("redraw", "F5", 3);
    refuses("redraw", "F6", 9, "redraw has its keys in line 3 already");
}

static void conflicts(int line, const char *said) {
    struct keymap_walk walk = {0};
    int at;
    assert_true(keymap_conflict(&map, &walk, &at, &why));
    SAME_TEXT(bytes_text(&why), said);
    assert_int_equal(at, line);
    bytes_clear(&why);
    assert_false(keymap_conflict(&map, &walk, &at, &why));
}

static void a_key_that_does_two_things_is_told_with_both_lines(void **state) {
    (void)state;
    binds("redraw", "F5", 3);
    binds("reconnect", "r, F5", 7);
    conflicts(7, "reconnect: the key F5 means redraw in line 3");
}

static void the_later_line_is_told_whatever_the_order_of_the_table(void **state) {
    (void)state;
    binds("redraw", "F5", 9);
    binds("reconnect", "r, F5", 7);
    conflicts(9, "redraw: the key F5 means reconnect in line 7");
}

static void a_key_that_the_table_has_given_is_told_too(void **state) {
    (void)state;
    binds("redraw", "j", 3);
    conflicts(3, "redraw: the key j means down already: give that other keys too");
    binds("down", "Down", 4);
    struct keymap_walk walk = {0};
    int at;
    assert_false(keymap_conflict(&map, &walk, &at, &why));
}

static void somebody_without_a_way_out_is_told(void **state) {
    (void)state;
    binds("quit", "", 3);
    assert_true(keymap_has_exit(&map));
    binds("quit-now", "", 4);
    assert_false(keymap_has_exit(&map));
}

static void what_is_printed_can_be_configured(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY;
    binds("invisible", "Comma, F9", 3);
    keymap_print(&map, &text);
    assert_non_null(strstr(bytes_text(&text), "[keys]\n"));
    assert_non_null(strstr(bytes_text(&text), "\ninvisible = \"Comma, F9\"\n"));
    assert_non_null(strstr(bytes_text(&text), "\n# Move down.\ndown = \"j, Down\"\n"));
    bytes_fini(&text);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(keys_mean_what_the_table_says),
        WITH(a_key_means_something_only_in_its_panes),
        WITH(an_action_has_the_keys_it_is_given_and_no_others),
        WITH(what_is_no_action_or_key_is_refused),
        WITH(a_key_that_does_two_things_is_told_with_both_lines),
        WITH(the_later_line_is_told_whatever_the_order_of_the_table),
        WITH(a_key_that_the_table_has_given_is_told_too),
        WITH(somebody_without_a_way_out_is_told),
        WITH(what_is_printed_can_be_configured),
    };
    return RUN_CASES("dashboard-keymap", cases);
}
