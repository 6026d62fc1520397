/* SPDX-License-Identifier: MIT */
/* Writing: every key, by what the person sees as one sign. The cursor is shown as "|". */
#include "support/case.h"

#include "base/chance.h"
#include "base/utf8.h"
#include "dashboard/input/editor.h"
#include "dashboard/input/key.h"
#include "dashboard/view/text.h"

#include <string.h>

#define C(letter) KEY_CODE_CONTROL(letter)
#define FAMILY "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"

static void shows(const struct editor *editor, const char *wanted) {
    char text[400];
    snprintf(text, sizeof text, "%.*s|%s", (int)editor->at, editor_text(editor),
        editor_text(editor) + editor->at);
    SAME_TEXT(text, wanted);
}

static enum editor_answer press(struct editor *editor, int key) {
    return editor_key(editor, key, NULL);
}

static void type(struct editor *editor, const char *text) {
    for (const char *end = text + strlen(text); text < end;)
        press(editor, utf8_next(&text, end));
}

static void letters_come_in_at_the_cursor(void **state) {
    (void)state;
    struct editor e;
    editor_init(&e, 100, false);
    type(&e, "held");
    press(&e, KEY_CODE_LEFT);
    assert_int_equal(press(&e, 'l'), EDITOR_CHANGED);
    shows(&e, "hell|d");
    assert_int_equal(press(&e, KEY_CODE_HOME), EDITOR_MOVED);
    shows(&e, "|helld");
    press(&e, KEY_CODE_LEFT);
    shows(&e, "|helld");
    press(&e, C('E'));
    shows(&e, "helld|");
    press(&e, KEY_CODE_RIGHT);
    shows(&e, "helld|");
    assert_int_equal(press(&e, KEY_CODE_ENTER), EDITOR_DONE);
    assert_int_equal(press(&e, KEY_CODE_ESCAPE), EDITOR_ENDED);
    assert_int_equal(press(&e, KEY_CODE_TAB), EDITOR_NOT_MINE);
    assert_int_equal(press(&e, KEY_CODE_F1), EDITOR_NOT_MINE);
    editor_fini(&e);
}

static void a_sign_is_one_whatever_its_bytes(void **state) {
    (void)state;
    struct editor e;
    editor_init(&e, 100, false);
    type(&e, "a" FAMILY "陳e\xcc\x81");
    press(&e, KEY_CODE_LEFT);
    shows(&e, "a" FAMILY "陳|e\xcc\x81");
    press(&e, KEY_CODE_LEFT);
    press(&e, KEY_CODE_LEFT);
    shows(&e, "a|" FAMILY "陳e\xcc\x81");
    press(&e, KEY_CODE_DELETE);
    shows(&e, "a|陳e\xcc\x81");
    press(&e, KEY_CODE_END);
    press(&e, KEY_CODE_BACKSPACE);
    shows(&e, "a陳|");
    /* A mark that is put between them belongs to the first. */
    press(&e, KEY_CODE_HOME);
    press(&e, KEY_CODE_RIGHT);
    press(&e, 0x301);
    shows(&e, "a\xcc\x81|陳");
    press(&e, KEY_CODE_LEFT);
    shows(&e, "|a\xcc\x81陳");
    editor_fini(&e);
}

static void words_and_ends_are_taken_and_put_back(void **state) {
    (void)state;
    struct editor e;
    editor_init(&e, 100, false);
    type(&e, "when the  cat");
    press(&e, KEY_CODE_WORD_LEFT);
    shows(&e, "when the  |cat");
    press(&e, C('W'));
    shows(&e, "when |cat");
    press(&e, C('K'));
    shows(&e, "when |");
    press(&e, C('Y'));
    shows(&e, "when cat|");
    press(&e, C('U'));
    shows(&e, "|");
    press(&e, C('Y'));
    press(&e, C('Y'));
    shows(&e, "when catwhen cat|");
    press(&e, C('A'));
    press(&e, KEY_CODE_WORD_RIGHT);
    shows(&e, "when| catwhen cat");
    assert_int_equal(press(&e, C('A')), EDITOR_MOVED);
    assert_int_equal(press(&e, C('W')), EDITOR_MOVED);
    editor_fini(&e);
}

static void lines_are_walked_and_kept_where_they_may_be(void **state) {
    (void)state;
    struct editor e;
    editor_init(&e, 100, true);
    type(&e, "one");
    assert_int_equal(press(&e, C('J')), EDITOR_CHANGED);
    type(&e, "three");
    shows(&e, "one\nthree|");
    press(&e, KEY_CODE_UP);
    shows(&e, "one|\nthree");
    press(&e, KEY_CODE_LEFT);
    press(&e, KEY_CODE_DOWN);
    shows(&e, "one\nth|ree");
    press(&e, C('U'));
    press(&e, KEY_CODE_BACKSPACE);
    shows(&e, "one|ree");
    editor_set(&e, "");
    editor_insert(&e, "a\r\nb\rc\td\x1b[2J\x07", 14);
    shows(&e, "a\nb\nc d[2J|");
    editor_fini(&e);
    editor_init(&e, 100, false);
    editor_insert(&e, "a\r\nb\nc", 6);
    shows(&e, "a b c|");
    assert_int_equal(press(&e, C('J')), EDITOR_DONE);
    editor_fini(&e);
}

static void what_was_written_before_comes_back_and_the_draft_too(void **state) {
    (void)state;
    struct editor e;
    struct past past = {0};
    past_add(&past, "first");
    past_add(&past, "second");
    editor_init(&e, 100, false);
    type(&e, "dra");
    assert_int_equal(editor_key(&e, KEY_CODE_UP, &past), EDITOR_CHANGED);
    shows(&e, "second|");
    editor_key(&e, C('P'), &past);
    assert_int_equal(editor_key(&e, KEY_CODE_UP, &past), EDITOR_MOVED);
    shows(&e, "first|");
    editor_key(&e, KEY_CODE_DOWN, &past);
    editor_key(&e, C('N'), &past);
    shows(&e, "dra|");
    assert_int_equal(editor_key(&e, KEY_CODE_DOWN, &past), EDITOR_MOVED);
    shows(&e, "dra|");
    past_fini(&past);
    editor_fini(&e);
}

static void it_is_never_longer_than_it_may_be(void **state) {
    (void)state;
    struct editor e;
    editor_init(&e, 5, false);
    assert_false(editor_insert(&e, "a陳陳", 7));
    shows(&e, "a陳|");
    assert_int_equal(press(&e, 0x9673), EDITOR_MOVED);
    assert_int_equal(press(&e, 'b'), EDITOR_CHANGED);
    assert_int_equal(press(&e, 'c'), EDITOR_MOVED);
    assert_false(editor_replace(&e, 0, 0, "x"));
    assert_true(editor_replace(&e, 1, 4, "xyz"));
    shows(&e, "axyz|b");
    assert_false(editor_replace(&e, 3, 9, ""));
    editor_fini(&e);
}

static void any_keys_leave_valid_text_and_a_cursor_between_signs(void **state) {
    (void)state;
    static const int keys[] = {'a', ' ', 0x301, 0x200d, 0x1f468, 0x1f1e9, 0x1f1ea, 0x1100, 0x1161,
        0x9673, C('J'), KEY_CODE_LEFT, KEY_CODE_RIGHT, KEY_CODE_BACKSPACE, KEY_CODE_DELETE,
        KEY_CODE_UP, KEY_CODE_DOWN, KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_WORD_LEFT,
        KEY_CODE_WORD_RIGHT, C('W'), C('K'), C('Y'), 0x7f, 0x9b, 0x110005};
    struct chance chance;
    struct editor e;
    chance_seed(&chance, 11);
    editor_init(&e, 120, true);
    for (int step = 0; step < 30000; step++) {
        press(&e, keys[chance_between(&chance, 0, sizeof keys / sizeof keys[0] - 1)]);
        assert_true(e.text.len <= 120 && e.at <= e.text.len);
        assert_true(utf8_is_valid(editor_text(&e), e.text.len));
        size_t border = 0;
        while (border < e.at)
            border += text_grapheme(editor_text(&e) + border);
        assert_int_equal(border, e.at);
    }
    editor_fini(&e);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(letters_come_in_at_the_cursor),
        CASE(a_sign_is_one_whatever_its_bytes),
        CASE(words_and_ends_are_taken_and_put_back),
        CASE(lines_are_walked_and_kept_where_they_may_be),
        CASE(what_was_written_before_comes_back_and_the_draft_too),
        CASE(it_is_never_longer_than_it_may_be),
        CASE(any_keys_leave_valid_text_and_a_cursor_between_signs),
    };
    return RUN_CASES("dashboard-editor", cases);
}
