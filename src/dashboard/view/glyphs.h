/* SPDX-License-Identifier: MIT */
/* The signs of a screen, in UTF-8 or ASCII. Pure. */
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
};

extern const struct glyphs glyphs_utf8;
extern const struct glyphs glyphs_ascii;

#endif
