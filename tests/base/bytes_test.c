/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/bytes.h"

static void an_empty_buffer_is_an_empty_text(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    SAME_TEXT(bytes_text(&bytes), "");
    bytes_append(&bytes, NULL, 0);
    assert_non_null(bytes.at);
    SAME_TEXT(bytes_text(&bytes), "");
    bytes_fini(&bytes);
    bytes_fini(&bytes);
}

static void what_is_appended_stands_in_order_and_ends_with_a_nul(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    bytes_append_text(&bytes, "one");
    bytes_append_char(&bytes, ',');
    bytes_printf(&bytes, "%d,%s", 2, "three");
    SAME_TEXT(bytes_text(&bytes), "one,2,three");
    assert_int_equal(bytes.len, 11);
    bytes_fini(&bytes);
}

static void it_grows_over_every_boundary_of_its_size(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    for (size_t i = 0; i < 1000; i++) {
        bytes_append_char(&bytes, (char)('a' + i % 26));
        assert_int_equal(bytes.at[bytes.len], 0);
        assert_true(bytes.cap > bytes.len);
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(bytes.at[i], 'a' + i % 26);
    bytes_fini(&bytes);
}

static void a_formatted_line_longer_than_the_buffer_is_whole(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    bytes_printf(&bytes, "%0500d", 7);
    assert_int_equal(bytes.len, 500);
    assert_int_equal(bytes.at[499], '7');
    bytes_fini(&bytes);
}

static void dropping_keeps_the_rest(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    bytes_drop(&bytes, 3);
    bytes_append_text(&bytes, "abcdef");
    bytes_drop(&bytes, 2);
    SAME_TEXT(bytes_text(&bytes), "cdef");
    bytes_drop(&bytes, 100);
    SAME_TEXT(bytes_text(&bytes), "");
    bytes_fini(&bytes);
}

static void a_failure_is_remembered_until_cleared(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    bytes_append_text(&bytes, "kept");
    assert_false(bytes_reserve(&bytes, SIZE_MAX / 2));
    assert_true(bytes_failed(&bytes));
    bytes_append_text(&bytes, "lost");
    SAME_TEXT(bytes_text(&bytes), "kept");
    bytes_clear(&bytes);
    assert_false(bytes_failed(&bytes));
    bytes_append_text(&bytes, "new");
    SAME_TEXT(bytes_text(&bytes), "new");
    bytes_fini(&bytes);
}

static void taking_gives_the_memory_away(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    char *empty = bytes_take(&bytes);
    SAME_TEXT(empty, "");
    free(empty);
    bytes_append_text(&bytes, "mine");
    char *taken = bytes_take(&bytes);
    SAME_TEXT(taken, "mine");
    assert_null(bytes.at);
    free(taken);
}

static void taking_after_a_failure_gives_nothing(void **state) {
    (void)state;
    struct bytes bytes = BYTES_EMPTY;
    bytes_append_text(&bytes, "half");
    bytes_reserve(&bytes, SIZE_MAX / 2);
    assert_null(bytes_take(&bytes));
    assert_null(bytes.at);
    assert_false(bytes_failed(&bytes));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(an_empty_buffer_is_an_empty_text),
        CASE(what_is_appended_stands_in_order_and_ends_with_a_nul),
        CASE(it_grows_over_every_boundary_of_its_size),
        CASE(a_formatted_line_longer_than_the_buffer_is_whole),
        CASE(dropping_keeps_the_rest),
        CASE(a_failure_is_remembered_until_cleared),
        CASE(taking_gives_the_memory_away),
        CASE(taking_after_a_failure_gives_nothing),
    };
    return RUN_CASES("base-bytes", cases);
}
