/* SPDX-License-Identifier: MIT */
/*
 * A grid of cells: what every drawing goes to, and what a terminal, or a test, reads from. Each
 * cell has a cluster of clean text and says what it means, not how it looks. Pure.
 */
#ifndef DASHBOARD_VIEW_CELLS_H
#define DASHBOARD_VIEW_CELLS_H

#include "dashboard/view/text.h"
#include <stdbool.h>
#include <stdint.h>

/* The letter is what tests draw styles with. */
#define STYLES(STYLE)                                                                              \
    STYLE(PLAIN, ' ')   /* text */                                                                 \
    STYLE(FRAME, '.')   /* borders */                                                              \
    STYLE(TITLE, 't')   /* of a pane */                                                            \
    STYLE(FOCUS, 'T')   /* the title of the pane that has the keys */                              \
    STYLE(FAINT, '-')   /* what may be overlooked */                                               \
    STYLE(WATCHES, 'w') /* has before them what is shown */                                        \
    STYLE(ONLINE, 'g')                                                                             \
    STYLE(LEFT, 'y')                                                                               \
    STYLE(OFFLINE, 'd')                                                                            \
    STYLE(UNKNOWN, 'b')                                                                            \
    STYLE(BANNED, 'r')                                                                             \
    STYLE(STALE, 's')   /* it was so when the link was lost */                                     \
    STYLE(NAME, 'n')    /* of somebody who is home */                                              \
    STYLE(STATUS, 'u')  /* a status text */                                                        \
    STYLE(GOOD, 'G')    /* the link is live */                                                     \
    STYLE(WARN, 'W')    /* the link is not, and what follows from it */                            \
    STYLE(BAD, 'R')     /* something failed */                                                     \
    STYLE(HIDDEN, 'I')  /* I am invisible */                                                       \
    STYLE(PENDING, 'P') /* asked, not yet answered */                                              \
    STYLE(KEY, 'k')     /* a key that does something */                                            \
    STYLE(UNREAD, '!')  /* news */                                                                 \
    STYLE(FLAPS, 'z')   /* comes and goes so often that it says nothing */                         \
    STYLE(WATCHED, '+') /* somebody whom one waits for */                                          \
    STYLE(MATCH, 'm')   /* what is looked for */

enum style {
#define STYLE_ENUM(name, letter) STYLE_##name,
    STYLES(STYLE_ENUM)
#undef STYLE_ENUM
        STYLE_COUNT
};

struct cell {
    char text[TEXT_CLUSTER_BYTES + 1]; /* "": the right half of a wide one */
    uint8_t cells;                     /* 1 or 2; 0: the right half */
    uint8_t style;
    bool selected;
    uint8_t action; /* of enum action: what a click here does; 0: nothing of its own */
    uint8_t place;  /* of ACTION_SORT: 1 + the key */
};

struct cells {
    int rows, cols;
    struct cell *at;
    int cursor_row, cursor_col; /* where something is being written; row -1: nowhere */
};

/* 0, or -ENOMEM. Sizes below 1 become 1. */
int cells_init(struct cells *cells, int rows, int cols);
void cells_fini(struct cells *cells);
void cells_clear(struct cells *cells);

struct cell *cells_at(const struct cells *cells, int row, int col);

/*
 * Write clean text from a column on, at most `most` cells; what does not fit is cut between
 * clusters, and "~" is its last cell. What lies outside the grid is left out. How many cells were
 * written.
 */
int cells_put(struct cells *cells, int row, int col, int most, enum style style, const char *text);

/* The same at the right end of a field of `width` cells that begins at col. */
int cells_put_right(
    struct cells *cells, int row, int col, int width, enum style style, const char *text);

/* One cluster `count` times. */
void cells_fill(
    struct cells *cells, int row, int col, int count, enum style style, const char *text);

/* Here something is being written: the terminal's own cursor stands here, so that what composes
 * characters, and what reads the screen aloud, finds it. */
void cells_cursor(struct cells *cells, int row, int col);

/* Mark cells of a row as selected. */
void cells_select(struct cells *cells, int row, int col, int count);

/* Cells of a row that do something when they are clicked, until something else is written there. */
void cells_mark(struct cells *cells, int row, int col, int count, int action, int place);

/* The text of a row, without the blanks at its end: appended. */
void cells_row_text(const struct cells *cells, int row, struct bytes *to);

#endif
