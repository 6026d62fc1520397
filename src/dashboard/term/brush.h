/* SPDX-License-Identifier: MIT */
/*
 * The bytes that make one grid of cells out of another on a terminal that speaks ECMA-48: as few as
 * are certain. Where the terminal's idea of a cluster's width may be another than ours, the next
 * one is put at its own place. Pure, but for what the locale says of a character's width.
 */
#ifndef DASHBOARD_TERM_BRUSH_H
#define DASHBOARD_TERM_BRUSH_H

#include "base/bytes.h"
#include "dashboard/view/cells.h"

/* How cells of a style look: LOOK_… (theme.h) and what SGR says for the two colours, without
 * "\033[" and "m"; "": the terminal's own. */
struct pen {
    unsigned attributes;
    char ink[20], paper[20];
};

struct brush {
    struct pen pens[STYLE_COUNT], chosen[STYLE_COUNT]; /* as they are; of cells that are selected */
    bool ascii;                                        /* '?' for what is not */
    bool erases_in_colour;                             /* what is erased has the pen's paper */
    /* What the terminal has now. */
    int row, col; /* of its cursor; -1: not known */
    const struct pen *pen;
};

/* Append what makes `to` out of `from`, grids of one size. The terminal's pen is plain before and
 * after it. How many cells were put. */
int brush_paint(
    struct brush *brush, struct bytes *bytes, const struct cells *from, const struct cells *to);

/* How many cells behind a cluster whose width is not certain may be written over: a mark may get a
 * cell of its own, or two, and the base one more. */
int brush_overflow(const struct cells *cells, int row, int col);

/* Append what moves the cursor there. */
void brush_move(struct brush *brush, struct bytes *bytes, int row, int col);

/* The colour's part of an SGR sequence that has one, "\033[33m": "33". False: it is none, or too
 * long. */
bool brush_colour(char to[20], const char *sequence);

#endif
