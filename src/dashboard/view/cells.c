/* SPDX-License-Identifier: MIT */
#include "dashboard/view/cells.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(struct cell) == 24, "a screen of 500x200 stays below 3 MiB");

static const struct cell blank = {.text = " ", .width = 1, .style = STYLE_TEXT};

static int bounded(int n) {
    return n < 1 ? 1 : n > 1000 ? 1000 : n;
}

int cells_resize(struct cells *cells, int rows, int cols) {
    rows = bounded(rows);
    cols = bounded(cols);
    if (cells->at == NULL || rows != cells->rows || cols != cells->cols) {
        struct cell *at = malloc((size_t)rows * (size_t)cols * sizeof *at);
        if (at == NULL)
            return -ENOMEM;
        free(cells->at);
        cells->at = at;
        cells->rows = rows;
        cells->cols = cols;
    }
    cells_clear(cells);
    return 0;
}

void cells_clear(struct cells *cells) {
    for (int i = 0; i < cells->rows * cells->cols; i++)
        cells->at[i] = blank;
    cells->cursor_row = cells->cursor_col = -1;
}

void cells_fini(struct cells *cells) {
    free(cells->at);
    *cells = (struct cells){0};
}

static struct cell *cell_at(const struct cells *cells, int row, int col) {
    if (row < 0 || col < 0 || row >= cells->rows || col >= cells->cols)
        return NULL;
    return &cells->at[(size_t)row * (size_t)cells->cols + (size_t)col];
}

const struct cell *cells_get(const struct cells *cells, int row, int col) {
    return cell_at(cells, row, col);
}

/* What is about to be written over leaves no half behind. */
static void blank_halves(struct cell *cell, int col) {
    if (cell->width == 2)
        cell[1] = blank;
    else if (cell->width == 0 && col > 0)
        cell[-1] = blank;
}

void cells_put(struct cells *cells, int row, int col, const char *text, size_t len, int width,
    enum style style) {
    struct cell *cell = cell_at(cells, row, col);
    if (cell == NULL || len == 0 || len >= CELL_BYTES)
        return;
    if (width == 2 && col + 1 >= cells->cols) {
        text = " ";
        len = 1;
        width = 1;
    }
    blank_halves(cell, col);
    if (width == 2) {
        blank_halves(cell + 1, col + 1);
        cell[1] = (struct cell){.text = "", .width = 0, .style = (uint8_t)style};
    }
    *cell = (struct cell){.width = (uint8_t)width, .style = (uint8_t)style};
    memcpy(cell->text, text, len);
}

void cells_select(struct cells *cells, int row, int col, int cols) {
    for (int i = 0; i < cols; i++) {
        struct cell *cell = cell_at(cells, row, col + i);
        if (cell != NULL)
            cell->selected = true;
    }
}

void cells_restyle(struct cells *cells, int row, int col, int cols, enum style style) {
    for (int i = 0; i < cols; i++) {
        struct cell *cell = cell_at(cells, row, col + i);
        if (cell != NULL)
            cell->style = (uint8_t)style;
    }
}
