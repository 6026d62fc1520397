/* SPDX-License-Identifier: MIT */
/* What is said to a terminal beside ncurses, and what it says of its mouse. */
#include "support/case.h"

#include "dashboard/term/sequences.h"

static void copies(const char *text, const char *wanted) {
    struct bytes bytes = BYTES_EMPTY;
    char whole[200];
    snprintf(whole, sizeof whole, "\033]52;c;%s\033\\", wanted);
    sequence_copy(&bytes, text);
    SAME_TEXT(bytes_text(&bytes), whole);
    bytes_fini(&bytes);
}

static void a_text_is_copied_as_base64(void **state) {
    (void)state;
    copies("", "");
    copies("f", "Zg==");
    copies("fo", "Zm8=");
    copies("foo", "Zm9v");
    copies("foob", "Zm9vYg==");
    copies("\xe9\x99\xb3\xff", "6Zmz/w==");
}

static void a_title_is_one_sequence(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    sequence_title(&bytes, "porchlight demo: 3 of 9 home");
    SAME_TEXT(bytes_text(&bytes), "\033]2;porchlight demo: 3 of 9 home\033\\");
    bytes_fini(&bytes);
}

static void reads(const char *numbers, bool pressed, enum mouse_kind kind, int row, int col) {
    const struct mouse_event event = sequence_mouse(numbers, pressed);
    assert_int_equal(event.kind, kind);
    if (kind == MOUSE_NONE)
        return;
    assert_int_equal(event.row, row);
    assert_int_equal(event.col, col);
}

static void the_mouse_is_read_from_its_numbers(void **state) {
    (void)state;
    reads("0;12;3", true, MOUSE_CLICK, 2, 11);
    reads("0;300;120", true, MOUSE_CLICK, 119, 299);
    reads("64;1;1", true, MOUSE_WHEEL_UP, 0, 0);
    reads("65;1;1", true, MOUSE_WHEEL_DOWN, 0, 0);
    reads("16;2;2", true, MOUSE_CLICK, 1, 1); /* with Ctrl */
    reads("0;12;3", false, MOUSE_NONE, 0, 0); /* let go */
    reads("1;12;3", true, MOUSE_NONE, 0, 0);  /* the middle one */
    reads("35;12;3", true, MOUSE_NONE, 0, 0); /* moved */
}

static void what_is_no_report_is_nothing(void **state) {
    (void)state;
    static const char *const broken[] = {"", "0", "0;1", ";1;1", "0;;1", "0;1;", "0;0;1", "0;1;0",
        "0;1;1;1", "99999999999999999999;1;1", "0;99999999999999999999;1", "0;1;1x", "-1;1;1"};
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
        reads(broken[i], true, MOUSE_NONE, 0, 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_text_is_copied_as_base64),
        CASE(a_title_is_one_sequence),
        CASE(the_mouse_is_read_from_its_numbers),
        CASE(what_is_no_report_is_nothing),
    };
    return RUN_CASES("dashboard-sequences", cases);
}
