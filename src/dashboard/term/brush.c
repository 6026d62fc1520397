/* SPDX-License-Identifier: MIT */
/*
 * A short way over cells that stay as they are is to write them again, where they are in the pen
 * that is in hand: three cells cost less than a move.
 *
 * An attribute cannot be taken back alone everywhere; so what is to go costs a reset, and what is
 * to come is added to it in the same sequence.
 */
#include "dashboard/term/brush.h"

#include "dashboard/view/theme.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { SHORT_WAY = 3 };

static const struct pen plain;

bool brush_colour(char to[20], const char *sequence) {
    const size_t len = sequence != NULL ? strlen(sequence) : 0;
    if (len < 4 || len > 20 || memcmp(sequence, "\033[", 2) != 0 || sequence[len - 1] != 'm' ||
        strspn(sequence + 2, "0123456789;:") != len - 3)
        return false;
    memcpy(to, sequence + 2, len - 3);
    to[len - 3] = '\0';
    return true;
}

/* ---- the pen ---- */

static void append_part(struct bytes *bytes, bool *begun, const char *part) {
    bytes_append_text(bytes, *begun ? ";" : "\033[");
    bytes_append_text(bytes, part);
    *begun = true;
}

static void append_attributes(struct bytes *bytes, bool *begun, unsigned attributes) {
    static const struct {
        unsigned attribute;
        const char *part;
    } parts[] = {{LOOK_BOLD, "1"}, {LOOK_DIM, "2"}, {LOOK_UNDERLINE, "4"}, {LOOK_REVERSE, "7"}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (attributes & parts[i].attribute)
            append_part(bytes, begun, parts[i].part);
}

static bool is_same(const struct pen *a, const struct pen *b) {
    return a == b || (a->attributes == b->attributes && strcmp(a->ink, b->ink) == 0 &&
                         strcmp(a->paper, b->paper) == 0);
}

/* Whether a blank looks the same in both: it has no ink. */
static bool is_same_blank(const struct pen *a, const struct pen *b) {
    return ((a->attributes | b->attributes) & (LOOK_REVERSE | LOOK_UNDERLINE)) == 0 &&
           strcmp(a->paper, b->paper) == 0;
}

static void take_pen(struct brush *brush, struct bytes *bytes, const struct pen *pen) {
    const struct pen *before = brush->pen;
    bool begun = false;
    brush->pen = pen;
    if (is_same(before, pen))
        return;
    if (is_same(&plain, pen)) {
        bytes_append_text(bytes, "\033[m");
        return;
    }
    /* What is to go, goes all at once. */
    if (before->attributes & ~pen->attributes) {
        append_part(bytes, &begun, "0");
        before = &plain;
    }
    append_attributes(bytes, &begun, pen->attributes & ~before->attributes);
    if (strcmp(before->ink, pen->ink) != 0)
        append_part(bytes, &begun, pen->ink[0] != '\0' ? pen->ink : "39");
    if (strcmp(before->paper, pen->paper) != 0)
        append_part(bytes, &begun, pen->paper[0] != '\0' ? pen->paper : "49");
    bytes_append_char(bytes, 'm');
}

static const struct pen *pen_of(const struct brush *brush, const struct cell *cell) {
    return cell->selected ? &brush->chosen[cell->style] : &brush->pens[cell->style];
}

/* ---- cells ---- */

/* printf() costs more than all the rest of a move. */
static void append_number(struct bytes *bytes, int number) {
    char digits[12];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    bytes_append(bytes, digits + at, sizeof digits - at);
}

static void append_control(struct bytes *bytes, int number, char control) {
    bytes_append(bytes, "\033[", 2);
    if (number != 1)
        append_number(bytes, number);
    bytes_append_char(bytes, control);
}

static int digits_of(int number) {
    return number < 10 ? 1 : number < 100 ? 2 : 3;
}

static int control_len(int number) {
    return number == 0 ? 0 : number == 1 ? 3 : 3 + digits_of(number);
}

enum { FEW_BACK = 3 /* so many backspaces are no longer than a control */ };

/* Down and aside from where the cursor is; false: that is not known, or longer than to say where.
 */
static bool step(const struct brush *brush, struct bytes *bytes, int row, int col) {
    const int down = row - brush->row, right = col - brush->col;
    const int aside = right >= -FEW_BACK && right < 0 ? -right : control_len(abs(right));
    if (brush->row < 0 || brush->col < 0 || down < 0 ||
        control_len(down) + aside > 3 + digits_of(row + 1) + (col > 0 ? 1 + digits_of(col + 1) : 0))
        return false;
    if (down > 0)
        append_control(bytes, down, 'B');
    if (right > 0)
        append_control(bytes, right, 'C');
    else if (right < -FEW_BACK)
        append_control(bytes, -right, 'D');
    else
        bytes_append(bytes, "\b\b\b", (size_t)-right);
    return true;
}

void brush_move(struct brush *brush, struct bytes *bytes, int row, int col) {
    if (row == brush->row && col == brush->col)
        return;
    if (!step(brush, bytes, row, col)) {
        bytes_append(bytes, "\033[", 2);
        append_number(bytes, row + 1);
        if (col > 0) {
            bytes_append_char(bytes, ';');
            append_number(bytes, col + 1);
        }
        bytes_append_char(bytes, 'H');
    }
    brush->row = row;
    brush->col = col;
}

static bool is_blank(const struct cell *cell) {
    return cell->text[0] == ' ' && cell->text[1] == '\0';
}

static bool is_ascii(const struct cell *cell) {
    return (unsigned char)cell->text[0] < 0x80 && cell->text[0] != '\0' && cell->text[1] == '\0';
}

/* As wide here as it is to us. */
static bool is_as_wide(const struct cell *cell) {
    wchar_t wide[TEXT_CLUSTER_BYTES + 1];
    const size_t len = mbstowcs(wide, cell->text, TEXT_CLUSTER_BYTES);
    if (len == (size_t)-1)
        return false;
    wide[len] = L'\0';
    return wcswidth(wide, len) == cell->cells;
}

/* At the end of a row there is no room for a mistake: it would go on in the next one. */
static bool is_doubtful(const struct brush *brush, const struct cell *cell, int col, int cols) {
    return !brush->ascii && cell->cells > 0 && !is_ascii(cell) && !text_is_certain(cell->text) &&
           col + cell->cells < cols;
}

int brush_overflow(const struct cells *cells, int row, int col) {
    const struct cell *cell = cells_at(cells, row, col);
    int most = -1;
    for (const char *at = cell->text; *at != '\0'; at++)
        most += ((unsigned char)*at & 0xc0) != 0x80 ? 2 : 0;
    const int next = col + cell->cells, room = cells->cols - next;
    if (most >= room)
        return room;
    /* no half of a wide one */
    return cells_at(cells, row, next + most)->cells == 0 ? most + 1 : most;
}

static void put(struct brush *brush, struct bytes *bytes, const struct cell *cell, int cols) {
    const struct pen *pen = pen_of(brush, cell);
    if (!is_blank(cell) || !is_same_blank(brush->pen, pen))
        take_pen(brush, bytes, pen);
    if (is_ascii(cell))
        bytes_append_char(bytes, cell->text[0]);
    else if (!brush->ascii && is_as_wide(cell))
        bytes_append_text(bytes, cell->text);
    else
        bytes_append_text(bytes, cell->cells == 2 ? "? " : "?");
    brush->col += cell->cells;
    if (brush->col >= cols)
        brush->col = -1;
}

/* Its place is blank before, in case that it is narrower. */
static void put_doubtful(
    struct brush *brush, struct bytes *bytes, const struct cell *cell, int row, int col) {
    take_pen(brush, bytes, pen_of(brush, cell));
    bytes_append_text(bytes, cell->cells == 2 ? "  " : " ");
    brush->col += cell->cells;
    brush_move(brush, bytes, row, col);
    put(brush, bytes, cell, INT_MAX);
    brush->col = -1;
}

static bool differs(const struct cell *a, const struct cell *b) {
    if (memcmp(a, b, sizeof *a) == 0) /* most do not */
        return false;
    return a->style != b->style || a->selected != b->selected || a->cells != b->cells ||
           strcmp(a->text, b->text) != 0;
}

static bool is_to_be_put(
    const struct brush *brush, const struct cell *from, const struct cell *to) {
    if (to->cells == 0)
        return false;
    if (is_blank(from) && is_blank(to))
        return (from->style != to->style || from->selected != to->selected) &&
               !is_same_blank(pen_of(brush, from), pen_of(brush, to));
    return differs(from, to) || (to->cells == 2 && differs(from + 1, to + 1));
}

/* Whether the cells from where the cursor is are few and simple enough to be written again. */
static bool is_short_way(const struct brush *brush, const struct cells *to, int row, int col) {
    if (row != brush->row || brush->col < 0 || col <= brush->col || col - brush->col > SHORT_WAY)
        return false;
    for (int at = brush->col; at < col; at++) {
        const struct cell *cell = cells_at(to, row, at);
        const struct pen *pen = pen_of(brush, cell);
        if (!is_ascii(cell) ||
            !(is_blank(cell) ? is_same_blank(pen, brush->pen) : is_same(pen, brush->pen)))
            return false;
    }
    return true;
}

static void go_to(
    struct brush *brush, struct bytes *bytes, const struct cells *to, int row, int col) {
    if (is_short_way(brush, to, row, col))
        while (brush->col < col)
            put(brush, bytes, cells_at(to, row, brush->col), to->cols);
    brush_move(brush, bytes, row, col);
}

/* Cells up to `reach` may have been written over by a doubtful one before them. */
static int paint_row(struct brush *brush, struct bytes *bytes, const struct cells *from,
    const struct cells *to, int row) {
    const struct cell *before = cells_at(from, row, 0), *now = cells_at(to, row, 0);
    int count = 0, reach = 0;
    for (int col = 0; col < to->cols; col++) {
        if (now[col].cells == 0 || (col >= reach && !is_to_be_put(brush, &before[col], &now[col])))
            continue;
        go_to(brush, bytes, to, row, col);
        count++;
        if (!is_doubtful(brush, &now[col], col, to->cols)) {
            put(brush, bytes, &now[col], to->cols);
            continue;
        }
        put_doubtful(brush, bytes, &now[col], row, col);
        const int last = col + now[col].cells + brush_overflow(to, row, col);
        reach = last > reach ? last : reach;
    }
    return count;
}

int brush_paint(
    struct brush *brush, struct bytes *bytes, const struct cells *from, const struct cells *to) {
    const size_t len = (size_t)to->cols * sizeof *to->at;
    int count = 0;
    brush->pen = &plain;
    for (int row = 0; row < to->rows; row++)
        if (memcmp(cells_at(from, row, 0), cells_at(to, row, 0), len) != 0)
            count += paint_row(brush, bytes, from, to, row);
    take_pen(brush, bytes, &plain);
    return count;
}
