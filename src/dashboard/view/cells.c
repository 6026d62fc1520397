/* SPDX-License-Identifier: MIT */
#include "dashboard/view/cells.h"

#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int cells_init(struct cells *cells, int rows, int cols) {
    cells->rows = rows < 1 ? 1 : rows;
    cells->cols = cols < 1 ? 1 : cols;
    cells->at = calloc((size_t)cells->rows * (size_t)cells->cols, sizeof *cells->at);
    if (cells->at == NULL) {
        *cells = (struct cells){0}; /* else it would seem to be of that size already */
        return -ENOMEM;
    }
    cells_clear(cells);
    return 0;
}

void cells_fini(struct cells *cells) {
    free(cells->at);
    *cells = (struct cells){0};
}

void cells_clear(struct cells *cells) {
    const struct cell blank = {.text = " ", .cells = 1, .style = STYLE_PLAIN};
    const size_t all = (size_t)cells->rows * (size_t)cells->cols;
    cells->at[0] = blank;
    for (size_t done = 1; done < all;) { /* each time twice as many */
        const size_t more = done <= all - done ? done : all - done;
        memcpy(cells->at + done, cells->at, more * sizeof blank);
        done += more;
    }
    cells->cursor_row = -1;
    cells->cursor_col = 0;
}

void cells_cursor(struct cells *cells, int row, int col) {
    if (cells_at(cells, row, col) == NULL)
        return;
    cells->cursor_row = row;
    cells->cursor_col = col;
}

struct cell *cells_at(const struct cells *cells, int row, int col) {
    if (row < 0 || col < 0 || row >= cells->rows || col >= cells->cols)
        return NULL;
    return &cells->at[row * cells->cols + col];
}

/* What is written over one half of a wide cluster takes the other with it: a blank stays there. */
static void break_wide(struct cells *cells, int row, int col) {
    struct cell *right = cells_at(cells, row, col);
    if (right == NULL || right->cells != 0)
        return;
    for (struct cell *half = right - 1; half <= right; half++) {
        half->cells = 1;
        memcpy(half->text, " ", 2);
    }
}

/* A letter, or a sign that the screen is drawn with, is seen to be whole at once. */
static bool is_whole(const char *text, size_t len) {
    const unsigned char *at = (const unsigned char *)text;
    return (len == 1 && at[0] < 0x80) ||
           (len == 3 && at[0] == 0xe2 && (at[1] & 0xc0) == 0x80 && (at[2] & 0xc0) == 0x80) ||
           utf8_is_valid(text, len);
}

static void set_text(struct cell *cell, const char *text, size_t len) {
    if (len > TEXT_CLUSTER_BYTES)
        len = TEXT_CLUSTER_BYTES;
    /* A text that was cut between the bytes of a character ends with a part of it. */
    if (!is_whole(text, len)) {
        text = "\xef\xbf\xbd";
        len = 3;
    }
    memcpy(cell->text, text, len);
    cell->text[len] = '\0';
}

static void put_one(struct cells *cells, int row, int col, enum style style, const char *text,
    size_t len, int width) {
    struct cell *cell = cells_at(cells, row, col);
    if (cell == NULL || col + width > cells->cols)
        return;
    break_wide(cells, row, col);
    break_wide(cells, row, col + width);
    *cell = (struct cell){.cells = (uint8_t)width, .style = (uint8_t)style};
    set_text(cell, text, len);
    if (width == 2)
        cell[1] = (struct cell){.style = (uint8_t)style};
}

/* How many cells a text of plain letters has; -1: it is another, or has more than so many. */
static int plain_cells(const char *text, int most) {
    int count = 0;
    while (count <= most && text[count] != '\0' && (unsigned char)text[count] < 0x80)
        count++;
    return count <= most && text[count] == '\0' ? count : -1;
}

int cells_put(struct cells *cells, int row, int col, int most, enum style style, const char *text) {
    if (most > cells->cols - col)
        most = cells->cols - col;
    if (most <= 0)
        return 0;
    const int plain = row >= 0 && row < cells->rows && col >= 0 ? plain_cells(text, most) : -1;
    if (plain > 0) {
        break_wide(cells, row, col);
        break_wide(cells, row, col + plain);
    }
    for (int i = 0; i < plain; i++)
        cells->at[row * cells->cols + col + i] = (struct cell){
            .text = {text[i]}, .cells = 1, .style = (uint8_t)style};
    if (plain >= 0)
        return plain;
    const bool fits = text_cells(text) <= most;
    const int room = fits ? most : most - 1;
    int used = 0, width;
    for (size_t len; (len = text_cluster(text, &width)) > 0 && used + width <= room; text += len) {
        put_one(cells, row, col + used, style, text, len, width);
        used += width;
    }
    if (fits)
        return used;
    while (used < room)
        put_one(cells, row, col + used++, style, " ", 1, 1);
    put_one(cells, row, col + used, style, "~", 1, 1);
    return used + 1;
}

int cells_put_right(
    struct cells *cells, int row, int col, int width, enum style style, const char *text) {
    const int need = text_cells(text);
    const int from = need < width ? col + width - need : col;
    return cells_put(cells, row, from, width, style, text);
}

void cells_fill(
    struct cells *cells, int row, int col, int count, enum style style, const char *text) {
    struct cell made = {.cells = 1, .style = (uint8_t)style};
    set_text(&made, text, strlen(text));
    if (count > 0) {
        break_wide(cells, row, col);
        break_wide(cells, row, col + count);
    }
    for (int i = 0; i < count; i++) {
        struct cell *cell = cells_at(cells, row, col + i);
        if (cell != NULL)
            *cell = made;
    }
}

void cells_select(struct cells *cells, int row, int col, int count) {
    for (int i = 0; i < count; i++) {
        struct cell *cell = cells_at(cells, row, col + i);
        if (cell != NULL)
            cell->selected = true;
    }
}

void cells_mark(struct cells *cells, int row, int col, int count, int action, int place) {
    for (int i = 0; i < count; i++) {
        struct cell *cell = cells_at(cells, row, col + i);
        if (cell != NULL) {
            cell->action = (uint8_t)action;
            cell->place = (uint8_t)place;
        }
    }
}

void cells_row_text(const struct cells *cells, int row, struct bytes *to) {
    int last = cells->cols;
    while (last > 0 && strcmp(cells_at(cells, row, last - 1)->text, " ") == 0)
        last--;
    for (int col = 0; col < last; col++)
        bytes_append_text(to, cells_at(cells, row, col)->text);
}
