/* SPDX-License-Identifier: MIT */
/*
 * A short way over cells that stay as they are is to write them again, where they are in the pen
 * that is in hand: three cells cost less than a move. Of all moves the shortest is taken: a line
 * feed goes down and stays in its column, because the terminal's line translates nothing
 * (screen.c); it never is in the last row, so nothing scrolls.
 *
 * An attribute cannot be taken back alone everywhere; so what is to go costs a reset, and what is
 * to come is added to it in the same sequence. A number that is left out is the first there is:
 * row 1, or in SGR 0.
 *
 * Many blanks are erased: where a terminal does not erase in colour, only on its own paper.
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

static const struct {
    unsigned attribute;
    const char *part;
} parts[] = {{LOOK_BOLD, "1"}, {LOOK_DIM, "2"}, {LOOK_UNDERLINE, "4"}, {LOOK_REVERSE, "7"}};
enum { PARTS = sizeof parts / sizeof parts[0] };

static bool is_same(const struct pen *a, const struct pen *b) {
    return a == b || (a->attributes == b->attributes && strcmp(a->ink, b->ink) == 0 &&
                         strcmp(a->paper, b->paper) == 0);
}

/* Whether a blank looks the same in both: it has no ink. */
static bool is_same_blank(const struct pen *a, const struct pen *b) {
    return ((a->attributes | b->attributes) & (LOOK_REVERSE | LOOK_UNDERLINE)) == 0 &&
           strcmp(a->paper, b->paper) == 0;
}

static const char *part_of(const char *colour, const char *own) {
    return colour[0] != '\0' ? colour : own;
}

/* Bytes that the change costs, with the ';' before each part. */
static size_t change_len(const struct pen *before, const struct pen *pen) {
    size_t len = 0;
    for (size_t i = 0; i < PARTS; i++)
        len += pen->attributes & ~before->attributes & parts[i].attribute ? 2 : 0;
    if (strcmp(before->ink, pen->ink) != 0)
        len += 1 + strlen(part_of(pen->ink, "39"));
    if (strcmp(before->paper, pen->paper) != 0)
        len += 1 + strlen(part_of(pen->paper, "49"));
    return len;
}

/* A reset, which costs the first ';', before all that is to come. */
static bool is_reset_better(const struct pen *before, const struct pen *pen) {
    return (before->attributes & ~pen->attributes) != 0 ||
           change_len(&plain, pen) < change_len(before, pen) - 1;
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
    if (is_reset_better(before, pen)) {
        append_part(bytes, &begun, "");
        before = &plain;
    }
    for (size_t i = 0; i < PARTS; i++)
        if (pen->attributes & ~before->attributes & parts[i].attribute)
            append_part(bytes, &begun, parts[i].part);
    if (strcmp(before->ink, pen->ink) != 0)
        append_part(bytes, &begun, part_of(pen->ink, "39"));
    if (strcmp(before->paper, pen->paper) != 0)
        append_part(bytes, &begun, part_of(pen->paper, "49"));
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

enum { FEW = 3 /* so many control characters are no longer than a control sequence */ };

static void append_down(struct bytes *bytes, int rows) {
    if (rows > FEW)
        append_control(bytes, rows, 'B');
    else
        bytes_append(bytes, "\n\n\n", (size_t)rows);
}

static int down_len(int rows) {
    return rows <= FEW ? rows : control_len(rows);
}

/* Ways to another column of the same row. */
enum way { WAY_RIGHT, WAY_BACK, WAY_LEFT, WAY_FROM_START, WAY_COLUMN, WAYS };

static enum way shortest_way(int from, int to, int *len) {
    const int right = to - from;
    const int lens[WAYS] = {[WAY_RIGHT] = right >= 0 ? control_len(right) : INT_MAX,
        [WAY_BACK] = right < 0 && right >= -FEW ? -right : INT_MAX,
        [WAY_LEFT] = right < 0 ? control_len(-right) : INT_MAX,
        [WAY_FROM_START] = 1 + control_len(to),
        [WAY_COLUMN] = 3 + digits_of(to + 1)};
    enum way best = WAY_RIGHT;
    for (enum way way = WAY_BACK; way < WAYS; way++)
        if (lens[way] < lens[best])
            best = way;
    *len = lens[best];
    return best;
}

static void append_way(struct bytes *bytes, enum way way, int from, int to) {
    if (way == WAY_BACK)
        bytes_append(bytes, "\b\b\b", (size_t)(from - to));
    else if (way == WAY_LEFT)
        append_control(bytes, from - to, 'D');
    else if (way == WAY_COLUMN)
        append_control(bytes, to + 1, 'G');
    else {
        if (way == WAY_FROM_START)
            bytes_append_char(bytes, '\r');
        const int right = way == WAY_FROM_START ? to : to - from;
        if (right > 0)
            append_control(bytes, right, 'C');
    }
}

static int place_len(int row, int col) {
    return 3 + (row > 0 ? digits_of(row + 1) : 0) + (col > 0 ? 1 + digits_of(col + 1) : 0);
}

/* Down and aside from where the cursor is; false: that is not known, or longer than to say where.
 */
static bool step(const struct brush *brush, struct bytes *bytes, int row, int col) {
    const int down = row - brush->row;
    int aside;
    if (brush->row < 0 || brush->col < 0 || down < 0)
        return false;
    const enum way way = shortest_way(brush->col, col, &aside);
    if (down_len(down) + aside > place_len(row, col))
        return false;
    append_down(bytes, down);
    append_way(bytes, way, brush->col, col);
    return true;
}

void brush_move(struct brush *brush, struct bytes *bytes, int row, int col) {
    if (row == brush->row && col == brush->col)
        return;
    if (!step(brush, bytes, row, col)) {
        bytes_append(bytes, "\033[", 2);
        if (row > 0)
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
    return a->style != b->style || a->selected != b->selected || a->cells != b->cells ||
           strcmp(a->text, b->text) != 0;
}

static bool is_to_be_put(
    const struct brush *brush, const struct cell *from, const struct cell *to) {
    if (to->cells == 0 || (to->cells == 1 && memcmp(from, to, sizeof *to) == 0)) /* most are */
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

/* Two rows of one place, and what of them is to be put: cells up to `reach` may have been written
 * over by a doubtful one before them. */
struct rows {
    const struct cells *to;
    const struct cell *before, *now;
    int row, reach;
};

static bool is_due(const struct brush *brush, const struct rows *rows, int col) {
    const struct cell *now = &rows->now[col];
    return now->cells != 0 && (col < rows->reach || is_to_be_put(brush, &rows->before[col], now));
}

static bool can_erase(const struct brush *brush, const struct pen *pen) {
    return (pen->attributes & (LOOK_REVERSE | LOOK_UNDERLINE)) == 0 &&
           (brush->erases_in_colour || pen->paper[0] == '\0');
}

/* How many blanks from here on are best erased; 0: none. `count` becomes how many of them are due.
 */
static int erasable(const struct brush *brush, const struct rows *rows, int col, int *count) {
    const struct pen *pen = pen_of(brush, &rows->now[col]);
    int end = col, last = col, next, put = 0;
    for (; end < rows->to->cols && is_blank(&rows->now[end]) &&
           is_same_blank(pen, pen_of(brush, &rows->now[end]));
         end++)
        if (is_due(brush, rows, end)) {
            last = end + 1;
            put++;
        }
    const int blanks = last - col;
    int erased = control_len(blanks), written = blanks;
    if (erased >= written)
        return 0;
    for (next = end; next < rows->to->cols && !is_due(brush, rows, next);)
        next++;
    if (next < rows->to->cols) {
        erased += control_len(next - col);
        written += control_len(next - last);
    }
    *count = put;
    return erased < written ? blanks : 0;
}

/* False: blanks are better. */
static bool erase(struct brush *brush, struct bytes *bytes, struct rows *rows, int *col, int *put) {
    const struct cell *cell = &rows->now[*col];
    const struct pen *pen = pen_of(brush, cell);
    int count;
    if (!is_blank(cell) || !can_erase(brush, pen))
        return false;
    const int blanks = erasable(brush, rows, *col, &count);
    if (blanks == 0)
        return false;
    brush_move(brush, bytes, rows->row, *col);
    if (!is_same_blank(brush->pen, pen))
        take_pen(brush, bytes, pen);
    append_control(bytes, blanks, 'X');
    *put += count;
    *col += blanks - 1;
    return true;
}

static int paint_row(struct brush *brush, struct bytes *bytes, const struct cells *from,
    const struct cells *to, int row) {
    struct rows rows = {to, cells_at(from, row, 0), cells_at(to, row, 0), row, 0};
    int count = 0;
    for (int col = 0; col < to->cols; col++) {
        const struct cell *now = &rows.now[col];
        if (!is_due(brush, &rows, col) || erase(brush, bytes, &rows, &col, &count))
            continue;
        go_to(brush, bytes, to, row, col);
        count++;
        if (!is_doubtful(brush, now, col, to->cols)) {
            put(brush, bytes, now, to->cols);
            continue;
        }
        put_doubtful(brush, bytes, now, row, col);
        const int last = col + now->cells + brush_overflow(to, row, col);
        rows.reach = last > rows.reach ? last : rows.reach;
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
