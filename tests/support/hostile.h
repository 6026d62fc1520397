/* SPDX-License-Identifier: MIT */
/*
 * Names, statuses and messages as somebody would write them who wants to harm whoever reads them;
 * and what must never be found where such a text is shown. The same seed makes the same texts.
 *
 * None of them has a corner of a frame (┌ ┐ └ ┘), so that those on a screen are the program's own.
 */
#ifndef SUPPORT_HOSTILE_H
#define SUPPORT_HOSTILE_H

#include "base/bytes.h"
#include "base/chance.h"

#include <stdbool.h>

enum { HOSTILE_SEED = 20261124, HOSTILE_TEXTS = 10000, HOSTILE_LONG = 4000 };

/* In every control sequence of theirs: no sequence of the program has it. */
#define HOSTILE_NUMBER "7777"

/* Append one, without a NUL in it. valid: it is UTF-8, as the wire carries nothing else. At most
 * HOSTILE_LONG bytes, and mostly far fewer; sometimes none. */
void hostile_append(struct bytes *to, struct chance *chance, bool valid);

/* The same as a text of its own, freed with free(). */
char *hostile_text(struct chance *chance, bool valid);

/* What is wrong with a text that is shown: a control of either set, a line end, what reorders,
 * hides, joins or varies, a tag, or what is not UTF-8. NULL: nothing. */
const char *hostile_harm(const char *text, size_t len);

/* Whether the frames of a screen are whole: whatever hangs below a right corner is the right border
 * down to its end. text_at: what stands in a cell. On failure the row where it is not. */
struct frame_look {
    int rows, cols;
    const char *(*text_at)(void *screen, int row, int col);
    void *screen;
    const char *right_top, *right_bottom, *side;
    bool covered; /* a box lies over some of them, which is not held against these */
};
/* -1: they are; else the row where one is broken. `found` counts those that were looked at. */
int hostile_broken_frame(const struct frame_look *look, unsigned *found);

#endif
