/* SPDX-License-Identifier: MIT */
/*
 * What others wrote, made fit for a line: clean text is valid UTF-8 without controls, marks that
 * reorder or hide, or tags; cleaned again it is the same; its clusters are whole, one or two cells
 * wide, with few marks; and drawn into a grid it keeps within its cells, however few they are.
 * What must never be in it is listed once more here, from the threats.
 */
#include "fuzz/target.h"

#include "base/utf8.h"
#include "dashboard/view/cells.h"
#include "dashboard/view/wrap.h"

static bool is_harmless(int32_t c) {
    static const int32_t never[][2] = {{0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x61c, 0x61c},
        {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0xd800, 0xdfff},
        {0xe000, 0xf8ff}, {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb},
        {0x1f1e6, 0x1f1ff}, {0x1f3fb, 0x1f3ff}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
        if (c >= never[i][0] && c <= never[i][1])
            return false;
    return (c & 0xfffe) != 0xfffe;
}

static void check_clean(const char *clean) {
    const char *at = clean, *end = clean + strlen(clean);
    HOLDS(utf8_is_valid(clean, strlen(clean)));
    while (at < end)
        HOLDS(is_harmless(utf8_next(&at, end)));
    char *again = text_cleaned(clean);
    HOLDS(again != NULL && strcmp(clean, again) == 0);
    free(again);
}

static void check_clusters(const char *clean) {
    int all = 0, cells;
    const char *end = clean + strlen(clean), *at = clean;
    for (size_t len; (len = text_cluster(at, &cells)) > 0; at += len) {
        HOLDS(len <= TEXT_CLUSTER_BYTES && at + len <= end);
        HOLDS(utf8_is_valid(at, len));
        HOLDS(utf8_count(at, len) <= 1 + TEXT_MARKS);
        HOLDS(cells == 1 || cells == 2);
        all += cells;
    }
    HOLDS(at == end && cells == 0);
    HOLDS(text_cells(clean) == all);
    for (at = clean; at < end;) {
        const size_t len = text_grapheme(at);
        HOLDS(len > 0 && at + len <= end && utf8_is_valid(at, len));
        at += len;
    }
}

/* What is wide has two halves. */
static void check_halves(const struct cells *cells) {
    for (int col = 0; col < cells->cols; col++) {
        const struct cell *cell = cells_at(cells, 0, col);
        HOLDS(utf8_is_valid(cell->text, strlen(cell->text)));
        HOLDS(cell->cells <= 2);
        HOLDS((cell->cells == 0) == (cell->text[0] == '\0'));
        if (cell->cells == 2)
            HOLDS(col + 1 < cells->cols && cells_at(cells, 0, col + 1)->cells == 0);
        if (cell->cells == 0)
            HOLDS(col > 0 && cells_at(cells, 0, col - 1)->cells == 2);
    }
}

/* A row as it is drawn: what is not ours is as it was. */
static void check_row(const struct cells *cells, int from, int most, int written) {
    HOLDS(written >= 0 && written <= (most > 0 ? most : 0));
    for (int col = 0; col < cells->cols; col++) {
        const struct cell *cell = cells_at(cells, 0, col);
        if (col < from || col >= from + most)
            HOLDS(strcmp(cell->text, "#") == 0 && cell->cells == 1);
    }
    check_halves(cells);
}

static void check_drawn(const char *clean, unsigned shape) {
    struct cells cells;
    const int cols = 1 + (int)(shape & 31), from = (int)(shape >> 3) % cols;
    const int most = (int)(shape >> 1) % (cols - from + 1), all = text_cells(clean);
    HOLDS(cells_init(&cells, 1, cols) == 0);
    cells_fill(&cells, 0, 0, cols, STYLE_PLAIN, "#");
    const int written = cells_put(&cells, 0, from, most, STYLE_NAME, clean);
    check_row(&cells, from, most, written);
    HOLDS(all > most || written == all);
    cells_fill(&cells, 0, 0, cols, STYLE_PLAIN, "#");
    check_row(&cells, from, most, cells_put_right(&cells, 0, from, most, STYLE_NAME, clean));
    /* Something is drawn over it, and cuts what is wide. */
    cells_put(&cells, 0, 0, cols, STYLE_NAME, clean);
    cells_fill(&cells, 0, from, most, STYLE_FRAME, "#");
    check_halves(&cells);
    cells_fini(&cells);
}

/* Broken into rows, nothing is lost and no row is too wide. */
static void check_wrapped(const char *clean, int cells) {
    const char *at = clean;
    for (size_t next, len; (len = wrap_row(at, cells, &next)) > 0 || next > 0; at += next) {
        char *row = strndup(at, len);
        int first;
        HOLDS(row != NULL && len <= next && at + next <= clean + strlen(clean));
        HOLDS(text_cells(row) <= cells || text_cluster(row, &first) == len);
        free(row);
    }
    HOLDS(*at == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    const unsigned shape = input_byte(&input);
    char *text = input_text(&input, -1);
    char *clean = text_cleaned(text);
    HOLDS(clean != NULL);
    check_clean(clean);
    check_clusters(clean);
    check_drawn(clean, shape);
    check_wrapped(clean, 1 + (int)(shape & 15));
    char *folded = text_fold(clean);
    HOLDS(folded != NULL && utf8_is_valid(folded, strlen(folded)));
    text_has_capital(clean);
    free(folded);
    free(clean);
    free(text);
    return 0;
}
