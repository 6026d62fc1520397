/* SPDX-License-Identifier: MIT */
/* Whatever is painted over whatever, a terminal shows what was meant. */
#include "dashboard/term/brush.h"

#include "dashboard/view/theme.h"
#include "support/case.h"

#include <locale.h>
#include <vterm.h>

enum { ROWS = 6, COLS = 24, ROUNDS = 400 };

struct paper {
    VTerm *vterm;
    VTermScreen *screen;
    struct brush brush;
    struct cells from, to;
    struct bytes out;
    unsigned seed;
};

static unsigned chance(struct paper *paper, unsigned below) {
    paper->seed = paper->seed * 1103515245u + 12345u;
    return (paper->seed >> 16) % below;
}

static int set_up(void **state) {
    struct paper *paper = calloc(1, sizeof *paper);
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    assert_int_equal(cells_init(&paper->from, ROWS, COLS), 0);
    assert_int_equal(cells_init(&paper->to, ROWS, COLS), 0);
    paper->vterm = vterm_new(ROWS, COLS);
    vterm_set_utf8(paper->vterm, 1);
    paper->screen = vterm_obtain_screen(paper->vterm);
    vterm_screen_reset(paper->screen, 1);
    paper->seed = 7;
    for (int i = 0; i < STYLE_COUNT; i++) {
        paper->brush.pens[i].attributes = theme_look((enum style)i)->attributes;
        if (i % 3 != 0)
            snprintf(paper->brush.pens[i].ink, sizeof paper->brush.pens[i].ink, "%d", 31 + i % 6);
        paper->brush.chosen[i] = (struct pen){.ink = "30", .paper = "47"};
    }
    *state = paper;
    return 0;
}

static int tear_down(void **state) {
    struct paper *paper = *state;
    vterm_free(paper->vterm);
    cells_fini(&paper->from);
    cells_fini(&paper->to);
    bytes_fini(&paper->out);
    free(paper);
    return 0;
}

/* To the terminal, and it is what is there. */
static int paints(struct paper *paper) {
    bytes_clear(&paper->out);
    paper->brush.row = paper->brush.col = -1;
    const int count = brush_paint(&paper->brush, &paper->out, &paper->from, &paper->to);
    vterm_input_write(paper->vterm, bytes_text(&paper->out), paper->out.len);
    memcpy(paper->from.at, paper->to.at, ROWS * COLS * sizeof *paper->to.at);
    return count;
}

static void shows(struct paper *paper, int row, int col) {
    VTermScreenCell there;
    const struct cell *meant = cells_at(&paper->to, row, col);
    const struct pen *pen = meant->selected ? &paper->brush.chosen[meant->style]
                                            : &paper->brush.pens[meant->style];
    if (meant->cells == 0)
        return;
    vterm_screen_get_cell(paper->screen, (VTermPos){row, col}, &there);
    wchar_t first = L' ';
    mbtowc(&first, meant->text, strlen(meant->text));
    const uint32_t got = there.chars[0] != 0 ? there.chars[0] : ' ';
    if (got == ' ' && there.attrs.reverse == 0 && there.attrs.underline == 0 &&
        (pen->attributes & (LOOK_REVERSE | LOOK_UNDERLINE)) == 0 && first == L' ' &&
        VTERM_COLOR_IS_DEFAULT_BG(&there.bg) == (pen->paper[0] == '\0'))
        return; /* a blank has no ink */
    if (got != (uint32_t)first || there.width != meant->cells ||
        there.attrs.bold != ((pen->attributes & LOOK_BOLD) != 0) ||
        there.attrs.reverse != ((pen->attributes & LOOK_REVERSE) != 0) ||
        (there.attrs.underline != 0) != ((pen->attributes & LOOK_UNDERLINE) != 0) ||
        VTERM_COLOR_IS_DEFAULT_FG(&there.fg) != (pen->ink[0] == '\0') ||
        VTERM_COLOR_IS_DEFAULT_BG(&there.bg) != (pen->paper[0] == '\0') ||
        (pen->ink[0] != '\0' && there.fg.indexed.idx != atoi(pen->ink) - 30))
        fail_msg("at %d,%d '%s' is U+%04x, %d wide", row, col, meant->text, got, there.width);
}

static void put_some(struct paper *paper) {
    static const char *const texts[] = {"a", "Bo Peep", "17", "   ", "\xe2\x97\x8f",
        "\xe2\x94\x80\xe2\x94\x80", "\xe6\xbc\xa2\xe5\xad\x97", "e\xcc\x81t\xc3\xa9",
        "\xf0\x9f\x8f\xa0 home", "~"};
    const int row = (int)chance(paper, ROWS), col = (int)chance(paper, COLS);
    if (chance(paper, 40) == 0)
        cells_clear(&paper->to);
    if (chance(paper, 5) == 0)
        cells_select(&paper->to, row, 0, COLS);
    if (chance(paper, 5) == 0)
        cells_fill(&paper->to, row, col, 4 + (int)chance(paper, COLS),
            (enum style)chance(paper, STYLE_COUNT), " ");
    cells_put(&paper->to, row, col, 1 + (int)chance(paper, 9),
        (enum style)chance(paper, STYLE_COUNT), texts[chance(paper, 10)]);
}

/* A wide one whose other half was written over is nothing: no view leaves one, but what was put
 * at random may. */
static void mend_halves(struct cells *cells) {
    for (int row = 0; row < ROWS; row++)
        for (int col = 0; col < COLS; col++) {
            struct cell *cell = cells_at(cells, row, col), *left = cells_at(cells, row, col - 1);
            const bool orphan = cell->cells == 0 && (left == NULL || left->cells != 2);
            const bool widow = cell->cells == 2 &&
                               (col + 1 == COLS || cells_at(cells, row, col + 1)->cells != 0);
            if (orphan || widow)
                *cell = (struct cell){.text = " ", .cells = 1};
        }
}

static void whatever_is_painted_over_whatever_it_is_what_was_meant(void **state) {
    struct paper *paper = *state;
    for (int round = 0; round < ROUNDS; round++) {
        paper->brush.erases_in_colour = round % 2 == 0;
        for (unsigned i = chance(paper, 8); i > 0; i--)
            put_some(paper);
        mend_halves(&paper->to);
        paints(paper);
        for (int i = 0; i < ROWS * COLS; i++)
            shows(paper, i / COLS, i % COLS);
    }
}

static void what_stays_is_not_painted(void **state) {
    struct paper *paper = *state;
    cells_put(&paper->to, 2, 3, 10, STYLE_NAME, "Bo Peep");
    assert_int_equal(paints(paper), 6); /* a blank is in it, as before */
    assert_int_equal(paints(paper), 0);
    assert_int_equal(paper->out.len, 0);
    cells_put(&paper->to, 2, 3, 10, STYLE_NAME, "Bo Jeep");
    assert_int_equal(paints(paper), 1);
}

static void a_number_that_changes_costs_a_move_and_itself(void **state) {
    struct paper *paper = *state;
    cells_put(&paper->to, 1, 4, 5, STYLE_PLAIN, "12345");
    paints(paper);
    cells_put(&paper->to, 1, 4, 5, STYLE_PLAIN, "12945");
    paints(paper);
    SAME_TEXT(bytes_text(&paper->out), "\033[2;7H9");
    cells_put(&paper->to, 1, 4, 5, STYLE_PLAIN, "02940");
    paints(paper);
    SAME_TEXT(bytes_text(&paper->out), "\033[2;5H02940");
}

static void what_is_near_is_reached_by_control_characters(void **state) {
    struct paper *paper = *state;
    cells_put(&paper->to, 1, 20, 1, STYLE_PLAIN, "1");
    cells_put(&paper->to, 2, 20, 1, STYLE_PLAIN, "2");
    cells_put(&paper->to, 4, 0, 1, STYLE_PLAIN, "3");
    cells_put(&paper->to, 4, 12, 1, STYLE_PLAIN, "4");
    cells_put(&paper->to, 5, 2, 1, STYLE_PLAIN, "5");
    paints(paper);
    SAME_TEXT(bytes_text(&paper->out), "\033[2;21H1\n\b2\n\n\r3\033[11C4\n\033[3G5");
}

static void many_blanks_are_erased_on_the_terminals_own_paper(void **state) {
    struct paper *paper = *state;
    cells_fill(&paper->to, 1, 2, 20, STYLE_PLAIN, "x");
    paints(paper);
    cells_fill(&paper->to, 1, 4, 16, STYLE_PLAIN, " ");
    assert_int_equal(paints(paper), 16);
    SAME_TEXT(bytes_text(&paper->out), "\033[2;5H\033[16X");
    cells_fill(&paper->to, 1, 3, 18, STYLE_PLAIN, "x");
    paints(paper);
    cells_fill(&paper->to, 1, 4, 3, STYLE_PLAIN, " ");
    paints(paper);
    SAME_TEXT(bytes_text(&paper->out), "\033[2;5H   ");
}

static void on_another_paper_only_where_that_is_erased_with(void **state) {
    static const char *const bytes[] = {
        "\033[2;3H\033[30;47mx                   \033[m", "\033[2;3H\033[30;47mx\033[19X\033[m"};
    struct paper *paper = *state;
    for (int i = 0; i < 2; i++) {
        paper->brush.erases_in_colour = i == 1;
        cells_clear(&paper->to);
        cells_put(&paper->to, 1, 2, 1, STYLE_PLAIN, "x");
        paints(paper);
        cells_select(&paper->to, 1, 2, 20);
        paints(paper);
        SAME_TEXT(bytes_text(&paper->out), bytes[i]);
    }
}

static void a_pen_is_changed_in_the_shorter_way(void **state) {
    struct paper *paper = *state;
    paper->brush.pens[STYLE_GOOD] = (struct pen){.ink = "32", .paper = "44"};
    paper->brush.pens[STYLE_BAD] = (struct pen){.attributes = LOOK_BOLD, .ink = "31"};
    paper->brush.pens[STYLE_FAINT] = (struct pen){.attributes = LOOK_DIM};
    cells_put(&paper->to, 0, 0, 1, STYLE_GOOD, "a");
    cells_put(&paper->to, 0, 1, 1, STYLE_BAD, "b");
    cells_put(&paper->to, 0, 2, 1, STYLE_FAINT, "c");
    paints(paper);
    SAME_TEXT(bytes_text(&paper->out), "\033[H\033[32;44ma\033[;1;31mb\033[;2mc\033[m");
}

static void what_is_not_ascii_is_a_question_where_only_that_is_shown(void **state) {
    struct paper *paper = *state;
    paper->brush.ascii = true;
    cells_put(&paper->to, 0, 0, 9, STYLE_PLAIN, "\xe6\xbc\xa2\xe2\x97\x8f.");
    paints(paper);
    SAME_TEXT(bytes_text(&paper->out), "\033[H? ?.");
}

static void a_colour_is_taken_from_what_the_terminal_is_told(void **state) {
    char to[20];
    (void)state;
    assert_true(brush_colour(to, "\033[33m"));
    SAME_TEXT(to, "33");
    assert_true(brush_colour(to, "\033[38;5;208m"));
    SAME_TEXT(to, "38;5;208");
    assert_false(brush_colour(to, NULL));
    assert_false(brush_colour(to, ""));
    assert_false(brush_colour(to, "\033[m\017"));
    assert_false(brush_colour(to, "\033]4;1m"));
    assert_false(brush_colour(to, "\033[38:2::100:100:100:100m"));
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(whatever_is_painted_over_whatever_it_is_what_was_meant),
        WITH(what_stays_is_not_painted),
        WITH(a_number_that_changes_costs_a_move_and_itself),
        WITH(what_is_near_is_reached_by_control_characters),
        WITH(many_blanks_are_erased_on_the_terminals_own_paper),
        WITH(on_another_paper_only_where_that_is_erased_with),
        WITH(a_pen_is_changed_in_the_shorter_way),
        WITH(what_is_not_ascii_is_a_question_where_only_that_is_shown),
        WITH(a_colour_is_taken_from_what_the_terminal_is_told),
    };
    return RUN_CASES("dashboard-brush", cases);
}
