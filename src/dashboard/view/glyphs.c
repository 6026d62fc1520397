/* SPDX-License-Identifier: MIT */
#include "dashboard/view/glyphs.h"

const struct glyphs glyphs_utf8 = {
    .dots = {[STATE_ONLINE] = "◉",
        [STATE_LEFT] = "◒",
        [STATE_OFFLINE] = "◦",
        [STATE_UNKNOWN] = "◌",
        [STATE_BANNED] = "⊘"},
    .across = "─",
    .down = "│",
    .top_left = "┌",
    .top_right = "┐",
    .bottom_left = "└",
    .bottom_right = "┘",
    .more = "…",
    .title_left = "─",
    .down_mark = "▾",
    .up = "▴",
};

const struct glyphs glyphs_ascii = {
    .dots = {[STATE_ONLINE] = "*",
        [STATE_LEFT] = "~",
        [STATE_OFFLINE] = "o",
        [STATE_UNKNOWN] = "?",
        [STATE_BANNED] = "x"},
    .across = "-",
    .down = "|",
    .top_left = "+",
    .top_right = "+",
    .bottom_left = "+",
    .bottom_right = "+",
    .more = ".",
    .title_left = "-",
    .down_mark = "v",
    .up = "^",
};
