/* SPDX-License-Identifier: MIT */
/*
 * The shapes: dots of presence, lines, marks, in three sets. Every glyph is one cell wide.
 */
#ifndef DASHBOARD_VIEW_GLYPHS_H
#define DASHBOARD_VIEW_GLYPHS_H

#include "dashboard/model/person.h"

enum glyph_set { GLYPHS_NEUTRAL, GLYPHS_CLASSIC, GLYPHS_ASCII, GLYPHS_COUNT };

struct glyphs {
    const char *dot[PRESENCE_COUNT];
    const char *across, *down; /* lines */
    const char *corner[4];     /* top left, top right, bottom left, bottom right */
    const char *sorted;        /* beside the key of a sort */
    const char *wait;          /* ends a word that is not over */
    const char *bar;           /* stands before a conversation's text */
    bool is_ascii;             /* names and texts must be, too */
};

const struct glyphs *glyphs_of(enum glyph_set set);

#endif
