/* SPDX-License-Identifier: MIT */
/* A key has a name that reads back as itself. */
#include "support/case.h"

#include "dashboard/input/key.h"

static int reads(const char *text) {
    return key_read(text, strlen(text));
}

static void keys_are_read_as_a_person_writes_them(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int key;
    } wanted[] = {{"j", 'j'}, {"J", 'J'}, {"?", '?'}, {"^", '^'}, {"F", 'F'}, {"^D", 4}, {"^d", 4},
        {"Ctrl-D", 4}, {"ctrl-d", 4}, {"C-d", 4}, {"^I", KEY_CODE_TAB}, {"^M", KEY_CODE_ENTER},
        {"^[", KEY_CODE_ESCAPE}, {"Tab", KEY_CODE_TAB}, {"tab", KEY_CODE_TAB},
        {"S-Tab", KEY_CODE_BACK_TAB}, {"Shift-Tab", KEY_CODE_BACK_TAB}, {"Space", ' '},
        {"Comma", ','}, {"PgDn", KEY_CODE_PAGE_DOWN}, {"PageDown", KEY_CODE_PAGE_DOWN},
        {"F1", KEY_CODE_F1}, {"f9", KEY_CODE_F(9)}, {"F12", KEY_CODE_F(12)}, {"\xc3\xa9", 0xe9},
        {"\xe2\x97\x89", 0x25c9}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_int_equal(reads(wanted[i].text), wanted[i].key);
}

static void what_is_no_key_is_none(void **state) {
    (void)state;
    static const char *const none[] = {"", " ", "jj", "F0", "F01", "F13", "F1x", "Dowm", "^J", "^1",
        "Ctrl-", "C-", "\x1b", "\x7f", "\xc2\x9b", "\xff", "\xc3", "Alt-x"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(reads(none[i]), KEY_CODE_NONE);
    assert_int_equal(key_read("jk", 1), 'j');
}

static void what_is_printed_is_read_back(void **state) {
    (void)state;
    char text[KEY_BYTES];
    int named = 0;
    for (int key = 1; key <= KEY_CODE_F(12); key++) {
        key_print(key, text);
        if (text[0] == '\0' || key_read(text, strlen(text)) == KEY_CODE_NONE)
            continue;
        named++;
        assert_int_equal(key_read(text, strlen(text)), key);
    }
    assert_true(named > 100000);
    key_print('"', text);
    SAME_TEXT(text, "Quote");
    key_print(KEY_CODE_FOCUS_IN, text);
    SAME_TEXT(text, "");
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(keys_are_read_as_a_person_writes_them),
        CASE(what_is_no_key_is_none), CASE(what_is_printed_is_read_back)};
    return RUN_CASES("dashboard-key", cases);
}
