/* SPDX-License-Identifier: MIT */
#include "dashboard/view/glyphs.h"

#define NEUTRAL_DOTS                                                                               \
    {                                                                                              \
        [STATE_ONLINE] = "◉", [STATE_LEFT] = "◒", [STATE_OFFLINE] = "◦", [STATE_UNKNOWN] = "◌",    \
        [STATE_BANNED] = "⊘"                                                                     \
    }

#define CLASSIC_DOTS                                                                               \
    {                                                                                              \
        [STATE_ONLINE] = "●", [STATE_LEFT] = "◐", [STATE_OFFLINE] = "○", [STATE_UNKNOWN] = "?",    \
        [STATE_BANNED] = "×"                                                                      \
    }

#define LINES                                                                                      \
    .across = "─", .down = "│", .top_left = "┌", .top_right = "┐", .bottom_left = "└",             \
    .bottom_right = "┘", .more = "…", .title_left = "─", .down_mark = "▾", .up = "▴", .axis = "┤"

#define ASCII_LINES                                                                                \
    .across = "-", .down = "|", .top_left = "+", .top_right = "+", .bottom_left = "+",             \
    .bottom_right = "+", .more = ".", .title_left = "-", .down_mark = "v", .up = "^", .axis = "|"

static const struct glyphs sets[] = {
    [GLYPH_SET_NEUTRAL] = {.dots = NEUTRAL_DOTS, LINES},
    [GLYPH_SET_CLASSIC] = {.dots = CLASSIC_DOTS, LINES},
    [GLYPH_SET_ASCII] = {.dots = {[STATE_ONLINE] = "*",
                             [STATE_LEFT] = "~",
                             [STATE_OFFLINE] = "o",
                             [STATE_UNKNOWN] = "?",
                             [STATE_BANNED] = "x"},
        ASCII_LINES},
    [GLYPH_SET_NARROW] = {.dots = NEUTRAL_DOTS, ASCII_LINES},
};

const struct glyphs *glyphs_of(enum glyph_set set) {
    return &sets[set];
}
