/* SPDX-License-Identifier: MIT */
/*
 * The signs of a screen. None of the neutral ones is of doubtful width; the lines of frames are:
 * a terminal set up for East Asia may draw them two cells wide, and gets ASCII ones. Pure.
 */
#ifndef DASHBOARD_VIEW_GLYPHS_H
#define DASHBOARD_VIEW_GLYPHS_H

#include "dashboard/model/person.h"

struct glyphs {
    const char *dots[STATES];
    const char *across, *down;
    const char *top_left, *top_right, *bottom_left, *bottom_right;
    const char *more; /* there is more below */
    const char *title_left;
    const char *down_mark, *up; /* the order of a list */
    const char *axis;           /* of a plot, with its tick */
};

/* As a person may choose; auto: whatever the terminal can show. */
#define GLYPH_NAMES "auto, neutral, classic, ascii"
enum glyph_choice { GLYPHS_AUTO, GLYPHS_NEUTRAL, GLYPHS_CLASSIC, GLYPHS_ASCII };

/* What is drawn with. */
enum glyph_set {
    GLYPH_SET_NEUTRAL,
    GLYPH_SET_CLASSIC,
    GLYPH_SET_ASCII,
    GLYPH_SET_NARROW /* neutral dots, lines of ASCII */
};

const struct glyphs *glyphs_of(enum glyph_set set);

#endif
