/* SPDX-License-Identifier: MIT */
/* The grid: cuts, wide ones, what lies outside. */
#include "support/case.h"

#include "dashboard/view/cells.h"

static struct cells grid;

static void shows(int row, const char *wanted) {
    struct bytes text = BYTES_EMPTY;
    cells_row_text(&grid, row, &text);
    SAME_TEXT(bytes_text(&text), wanted);
    bytes_fini(&text);
}

static int begin(void **state) {
    (void)state;
    return cells_init(&grid, 2, 10);
}

static int end(void **state) {
    (void)state;
    cells_fini(&grid);
    return 0;
}

static void what_does_not_fit_is_cut_with_a_mark(void **state) {
    (void)state;
    assert_int_equal(cells_put(&grid, 0, 0, 5, STYLE_NAME, "Ana"), 3);
    assert_int_equal(cells_put(&grid, 1, 0, 5, STYLE_NAME, "Ada Lovelace"), 5);
    shows(0, "Ana");
    shows(1, "Ada ~");
    assert_int_equal(cells_at(&grid, 1, 4)->style, STYLE_NAME);
}

static void a_wide_one_is_never_halved(void **state) {
    (void)state;
    assert_int_equal(cells_put(&grid, 0, 0, 4, STYLE_PLAIN, "陳大文"), 4);
    shows(0, "陳 ~");
    assert_int_equal(cells_at(&grid, 0, 0)->cells, 2);
    assert_int_equal(cells_at(&grid, 0, 1)->cells, 0);
    cells_put(&grid, 1, 9, 5, STYLE_PLAIN, "陳");
    shows(1, "         ~");
}

/* As a box that is laid over names. */
static void what_is_written_over_a_half_leaves_no_other_half(void **state) {
    (void)state;
    cells_put(&grid, 0, 0, 10, STYLE_PLAIN, "陳大文");
    cells_put(&grid, 0, 1, 1, STYLE_FRAME, "|");
    cells_put(&grid, 0, 4, 1, STYLE_FRAME, "|");
    shows(0, " |大|");
    for (int col = 0; col < 6; col++)
        assert_int_equal(cells_at(&grid, 0, col)->cells, col == 2 ? 2 : col == 3 ? 0 : 1);
}

static void a_part_of_a_character_is_no_byte_of_a_cell(void **state) {
    (void)state;
    cells_put(&grid, 0, 0, 10, STYLE_PLAIN, "a\xe9\x99");
    shows(0, "a\xef\xbf\xbd\xef\xbf\xbd");
}

static void what_lies_outside_is_left_out(void **state) {
    (void)state;
    assert_int_equal(cells_put(&grid, 5, 0, 5, STYLE_PLAIN, "x"), 1);
    assert_int_equal(cells_put(&grid, 0, 12, 5, STYLE_PLAIN, "x"), 0);
    assert_null(cells_at(&grid, 2, 0));
    assert_null(cells_at(&grid, 0, -1));
    cells_fill(&grid, 0, 8, 5, STYLE_FRAME, "-");
    shows(0, "        --");
}

static void the_right_end_and_the_selection(void **state) {
    (void)state;
    cells_put_right(&grid, 0, 2, 6, STYLE_PLAIN, "~9m");
    shows(0, "     ~9m");
    cells_select(&grid, 0, 2, 3);
    assert_false(cells_at(&grid, 0, 1)->selected);
    assert_true(cells_at(&grid, 0, 4)->selected);
    cells_clear(&grid);
    shows(0, "");
    assert_false(cells_at(&grid, 0, 4)->selected);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(what_does_not_fit_is_cut_with_a_mark),
        WITH(a_wide_one_is_never_halved), WITH(what_is_written_over_a_half_leaves_no_other_half),
        WITH(a_part_of_a_character_is_no_byte_of_a_cell), WITH(what_lies_outside_is_left_out),
        WITH(the_right_end_and_the_selection)};
    return RUN_CASES("dashboard-cells", cases);
}
