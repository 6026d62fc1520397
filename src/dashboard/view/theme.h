/* SPDX-License-Identifier: MIT */
/*
 * What a style looks like. A style (cells.h) has an ink and attributes, the same in every theme; a
 * theme is what colours the inks have. So a new style is one line, and is right in all themes.
 *
 * The default theme asks for nothing but the sixteen names that every terminal has, on the
 * terminal's own background, so that it can be read whatever that is. Without colours the
 * attributes must tell all. Pure.
 */
#ifndef DASHBOARD_VIEW_THEME_H
#define DASHBOARD_VIEW_THEME_H

#include "dashboard/view/cells.h"

/* The names, as they are configured; the first is the default. */
#define THEME_NAMES "default, light, high-contrast, deuteranopia, ember, fjord, linen"

enum ink {
    INK_TEXT,
    INK_PAPER, /* behind everything */
    INK_FAINT,
    INK_FRAME,
    INK_ACCENT, /* what takes keys */
    INK_HOME,
    INK_LEFT,
    INK_UNKNOWN,
    INK_BANNED,
    INK_STATUS,
    INK_WARN,
    INK_BAD,
    INK_HIDDEN,
    INK_CHOSEN, /* the row at the cursor, and what is behind it */
    INK_CHOSEN_PAPER,
    INKS
};

/* Both may be given: the terminal decides. */
struct colour {
    uint8_t ansi; /* 0: the terminal's own; else 1 + its number among the sixteen */
    uint32_t rgb; /* 0: none; else COLOUR_RGB | 0xrrggbb */
};
#define COLOUR_RGB 0x1000000u

struct theme {
    const char *name, *help;
    bool no_dim; /* what is faint has an ink of its own */
    struct colour inks[INKS];
};

enum { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

struct look {
    enum ink ink;
    unsigned attributes, mono; /* LOOK_…; mono where there are no colours */
};

const struct look *theme_look(enum style style);

/* NULL: there are not so many. */
const struct theme *theme_at(int i);

/* The nearest of the 256 colours that xterm has: 16 to 255. */
int theme_256(uint32_t rgb);

#endif
