/* SPDX-License-Identifier: MIT */
#include "dashboard/view/style.h"

static const struct style_look looks[STYLE_COUNT] = {
#define STYLE(tag, letter, colour, attributes) {letter, COLOUR_##colour, attributes},
    STYLES
#undef STYLE
};

const struct style_look *style_look(enum style style) {
    return &looks[style < STYLE_COUNT ? style : STYLE_TEXT];
}
