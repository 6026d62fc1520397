/* SPDX-License-Identifier: MIT */
/*
 * A grid of cells: what a screen shows, before any terminal. Each cell has one cluster of text, its
 * width and its meaning. Writing outside the grid does nothing, so a view need not know whether it
 * fits. A wide cluster owns the cell on its right, which is empty and has width 0; overwriting
 * either half blanks the other, so that rows keep their width whatever is drawn over them.
 */
#ifndef DASHBOARD_VIEW_CELLS_H
#define DASHBOARD_VIEW_CELLS_H

#include "dashboard/view/style.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One base and at most four marks of four bytes, and the NUL. */
enum { CELL_BYTES = 21 };

struct cell {
    char text[CELL_BYTES]; /* one cluster; " " where nothing stands; "" in the right half of one */
    uint8_t width;         /* 1, 2; 0 in the right half of a wide cluster */
    uint8_t style;         /* enum style */
    bool selected;         /* shown reversed, on top of its style */
};

struct cells {
    int rows, cols;
    struct cell *at;            /* rows * cols, row by row */
    int cursor_row, cursor_col; /* where a person writes; -1: nowhere, the cursor is hidden */
};

/* Zeroes are a valid empty grid. 0, or -ENOMEM with the grid as it was. All cells are blank then.
 * Sizes below 1 count as 1, above 1,000 as 1,000. */
int cells_resize(struct cells *cells, int rows, int cols);
void cells_clear(struct cells *cells);
void cells_fini(struct cells *cells);

/* NULL outside. */
const struct cell *cells_get(const struct cells *cells, int row, int col);

/* One cluster of `width` cells (1 or 2), at most CELL_BYTES - 1 bytes. A wide one that would hang
 * over the right edge becomes a blank. */
void cells_put(struct cells *cells, int row, int col, const char *text, size_t len, int width,
    enum style style);

/* Mark a stretch of a row as selected, or give it one style. */
void cells_select(struct cells *cells, int row, int col, int cols);
void cells_restyle(struct cells *cells, int row, int col, int cols, enum style style);

#endif
