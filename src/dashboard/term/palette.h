/* SPDX-License-Identifier: MIT */
/*
 * The real colours of a theme on a terminal that says it has them, though its kind knows 256: an
 * ink's colour is put in the place of the nearest of the 256, and the place is what is drawn with.
 * So a terminal that does not obey shows the nearest, as one without real colours does.
 *
 * Only these places are asked back at the end: whatever else somebody has changed stays. Pure.
 */
#ifndef DASHBOARD_TERM_PALETTE_H
#define DASHBOARD_TERM_PALETTE_H

#include "dashboard/view/theme.h"

struct palette {
    int count;
    struct {
        int number; /* 16 to 255 */
        uint32_t rgb;
    } places[INKS];
};

/* Whether a terminal says so: $COLORTERM. NULL: it says nothing. */
bool palette_is_promised(const char *color_term);

/* The places for a theme; none where it has no colours but those that every terminal has. */
void palette_choose(struct palette *palette, const struct theme *theme);
/* The place of a colour; -1: it has none. */
int palette_number(const struct palette *palette, uint32_t rgb);

/* What puts the colours there, and what asks for those that were: appended. Nothing for none. */
void palette_set(const struct palette *palette, struct bytes *to);
void palette_give_back(const struct palette *palette, struct bytes *to);

#endif
