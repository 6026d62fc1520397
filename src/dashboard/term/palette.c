/* SPDX-License-Identifier: MIT */
#include "dashboard/term/palette.h"

#include <string.h>

enum { FIRST = 16, LAST = 255 };

bool palette_is_promised(const char *color_term) {
    return color_term != NULL &&
           (strcmp(color_term, "truecolor") == 0 || strcmp(color_term, "24bit") == 0);
}

int palette_number(const struct palette *palette, uint32_t rgb) {
    for (int i = 0; i < palette->count; i++)
        if (palette->places[i].rgb == rgb)
            return palette->places[i].number;
    return -1;
}

static bool is_taken(const struct palette *palette, int number) {
    for (int i = 0; i < palette->count; i++)
        if (palette->places[i].number == number)
            return true;
    return false;
}

void palette_choose(struct palette *palette, const struct theme *theme) {
    palette->count = 0;
    for (int ink = 0; ink < INKS; ink++) {
        const uint32_t rgb = theme->inks[ink].rgb;
        if (rgb == 0 || palette_number(palette, rgb) >= 0)
            continue;
        int number = theme_256(rgb);
        while (is_taken(palette, number))
            number = number < LAST ? number + 1 : FIRST;
        palette->places[palette->count].number = number;
        palette->places[palette->count++].rgb = rgb;
    }
}

void palette_set(const struct palette *palette, struct bytes *to) {
    for (int i = 0; i < palette->count; i++) {
        const unsigned rgb = palette->places[i].rgb & 0xffffffu;
        bytes_printf(to, "\033]4;%d;rgb:%02x/%02x/%02x\033\\", palette->places[i].number, rgb >> 16,
            rgb >> 8 & 255u, rgb & 255u);
    }
}

void palette_give_back(const struct palette *palette, struct bytes *to) {
    bytes_append_text(to, palette->count > 0 ? "\033]104" : "");
    for (int i = 0; i < palette->count; i++)
        bytes_printf(to, ";%d", palette->places[i].number);
    bytes_append_text(to, palette->count > 0 ? "\033\\" : "");
}
