/* SPDX-License-Identifier: MIT */
/* Themes are whole, the default asks for nothing special, and what matters can be told apart. */
#include "support/case.h"

#include "dashboard/view/theme.h"

#include <math.h>

static void the_names_are_the_themes_in_their_order(void **state) {
    (void)state;
    char names[256] = "";
    for (int i = 0; theme_at(i) != NULL; i++) {
        if (i > 0)
            strcat(names, ", ");
        strcat(names, theme_at(i)->name);
        assert_true(theme_at(i)->help[0] != '\0');
    }
    SAME_TEXT(names, THEME_NAMES);
    assert_null(theme_at(-1));
}

static void the_default_asks_for_the_sixteen_names_and_no_background(void **state) {
    (void)state;
    const struct theme *theme = theme_at(0);
    for (int ink = 0; ink < INKS; ink++) {
        assert_int_equal(theme->inks[ink].rgb, 0);
        assert_true(theme->inks[ink].ansi <= 16);
    }
    assert_int_equal(theme->inks[INK_PAPER].ansi, 0);
    assert_int_equal(theme->inks[INK_TEXT].ansi, 0);
}

static void a_theme_with_a_paper_has_all_inks_and_names_for_small_terminals(void **state) {
    (void)state;
    for (int i = 0; theme_at(i) != NULL; i++) {
        const struct theme *theme = theme_at(i);
        if (theme->inks[INK_PAPER].rgb == 0)
            continue;
        for (int ink = 0; ink < INKS; ink++) {
            assert_true(theme->inks[ink].rgb != 0);
            assert_true(theme->inks[ink].ansi != 0);
        }
    }
}

/* The luminance of sRGB, and the contrast of WCAG. */
static double light(uint32_t rgb) {
    static const double weights[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        const double part = (double)(rgb >> (16 - 8 * i) & 255) / 255;
        sum += weights[i] * (part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(uint32_t a, uint32_t b) {
    const double x = light(a), y = light(b);
    return ((x > y ? x : y) + 0.05) / ((x > y ? y : x) + 0.05);
}

static void what_is_written_on_a_paper_can_be_read(void **state) {
    (void)state;
    for (int i = 0; theme_at(i) != NULL; i++) {
        const struct colour *inks = theme_at(i)->inks;
        const double least = strcmp(theme_at(i)->name, "high-contrast") == 0 ? 7 : 4;
        if (inks[INK_PAPER].rgb == 0)
            continue;
        for (int ink = 0; ink < INKS; ink++) {
            if (ink == INK_PAPER || ink == INK_FRAME || ink == INK_CHOSEN_PAPER)
                continue;
            const enum ink behind = ink == INK_CHOSEN ? INK_CHOSEN_PAPER : INK_PAPER;
            if (contrast(inks[ink].rgb, inks[behind].rgb) < least)
                fail_msg("%s: ink %d has a contrast of %.2f", theme_at(i)->name, ink,
                    contrast(inks[ink].rgb, inks[behind].rgb));
        }
    }
}

static void home_and_away_differ_without_red_and_green(void **state) {
    (void)state;
    for (int i = 0; theme_at(i) != NULL; i++) {
        const struct colour *inks = theme_at(i)->inks;
        if (strcmp(theme_at(i)->name, "deuteranopia") != 0)
            continue;
        /* What a deuteranope is left with is mostly blue against yellow. */
        assert_true((inks[INK_HOME].rgb & 255) > 0xc0);
        assert_true((inks[INK_LEFT].rgb & 255) < 0x20);
        assert_true((inks[INK_BAD].rgb & 255) < 0x20);
        return;
    }
    fail();
}

static void without_colours_states_differ_by_more_than_their_shape(void **state) {
    (void)state;
    static const enum style must[] = {STYLE_WATCHES, STYLE_HIDDEN, STYLE_BAD, STYLE_FOCUS,
        STYLE_WARN, STYLE_PENDING, STYLE_OFFLINE};
    for (size_t i = 0; i < sizeof must / sizeof must[0]; i++)
        assert_int_not_equal(theme_look(must[i])->mono, 0);
}

static void a_colour_has_its_nearest_of_256(void **state) {
    (void)state;
    assert_int_equal(theme_256(0x000000), 16);
    assert_int_equal(theme_256(0xffffff), 231);
    assert_int_equal(theme_256(0xff0000), 196);
    assert_int_equal(theme_256(0x5f87af), 67);
    assert_int_equal(theme_256(0x080808), 232);
    assert_int_equal(theme_256(0xeeeeee), 255);
    assert_int_equal(theme_256(COLOUR_RGB | 0x1d1a17), theme_256(0x1d1a17));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_names_are_the_themes_in_their_order),
        CASE(the_default_asks_for_the_sixteen_names_and_no_background),
        CASE(a_theme_with_a_paper_has_all_inks_and_names_for_small_terminals),
        CASE(what_is_written_on_a_paper_can_be_read),
        CASE(home_and_away_differ_without_red_and_green),
        CASE(without_colours_states_differ_by_more_than_their_shape),
        CASE(a_colour_has_its_nearest_of_256),
    };
    return RUN_CASES("dashboard-theme", cases);
}
