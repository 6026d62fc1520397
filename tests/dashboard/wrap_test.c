/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "dashboard/view/text.h"
#include "dashboard/view/wrap.h"

static void expect(const char *text, int cells, const char *expected, int last) {
    struct bytes rows = BYTES_EMPTY;
    size_t len, next;
    const char *at = text;
    int last_cells, count = 0;
    do {
        len = wrap_row(at, cells, &next);
        bytes_printf(&rows, "%s%.*s", count > 0 ? "|" : "", (int)len, at);
        at += next;
        count++;
    } while (*at != '\0' || (next > len && next > 0));
    SAME_TEXT(bytes_text(&rows), expected);
    assert_int_equal(wrap_rows(text, cells, &last_cells), count);
    assert_int_equal(last_cells, last);
    bytes_fini(&rows);
}

static void texts_are_broken_at_line_ends_then_spaces_then_anywhere(void **state) {
    (void)state;
    expect("", 10, "", 0);
    expect("short", 10, "short", 5);
    expect("one two three", 8, "one two |three", 5);
    expect("abcdefghij", 4, "abcd|efgh|ij", 2);
    expect("a\nb", 10, "a|b", 1);
    expect("a\n", 10, "a|", 0);
    expect("\n\na", 10, "||a", 1);
    expect("one two\nthree", 100, "one two|three", 5);
}

static void wide_clusters_are_never_split(void **state) {
    (void)state;
    expect("\xe9\x99\xb3\xe5\xa4\xa7\xe6\x96\x87", 3, "\xe9\x99\xb3|\xe5\xa4\xa7|\xe6\x96\x87", 2);
    expect("ae\xcc\x81z", 2, "ae\xcc\x81|z", 1);
    /* Marks on a space stay with it: at the head of a row they would have no base. */
    expect("ab \xcc\x81"
           "cd",
        4, "ab \xcc\x81|cd", 2);
    expect("\xe9\x99\xb3", 1, "\xe9\x99\xb3", 2); /* it has to stand somewhere */
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(texts_are_broken_at_line_ends_then_spaces_then_anywhere),
        CASE(wide_clusters_are_never_split),
    };
    return RUN_CASES("dashboard-wrap", cases);
}
