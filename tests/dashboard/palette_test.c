/* SPDX-License-Identifier: MIT */
/* The real colours of a theme, in places of the 256 and back. */
#include "support/case.h"

#include "dashboard/term/palette.h"

static const struct theme *named(const char *name) {
    for (int i = 0; theme_at(i) != NULL; i++)
        if (strcmp(theme_at(i)->name, name) == 0)
            return theme_at(i);
    fail_msg("there is no theme %s", name);
    return NULL;
}

static void only_two_words_promise_real_colours(void **state) {
    (void)state;
    assert_true(palette_is_promised("truecolor"));
    assert_true(palette_is_promised("24bit"));
    assert_false(palette_is_promised("yes"));
    assert_false(palette_is_promised(""));
    assert_false(palette_is_promised(NULL));
}

static void each_colour_has_a_place_of_its_own_near_what_it_is(void **state) {
    static const char *const names[] = {"ember", "fjord", "linen"};
    (void)state;
    for (size_t n = 0; n < 3; n++) {
        struct palette palette;
        const struct theme *theme = named(names[n]);
        palette_choose(&palette, theme);
        assert_true(palette.count > 5);
        for (int i = 0; i < palette.count; i++) {
            assert_in_range(palette.places[i].number, 16, 255);
            for (int other = 0; other < i; other++)
                assert_true(palette.places[i].number != palette.places[other].number);
        }
        for (int ink = 0; ink < INKS; ink++) {
            const int number = palette_number(&palette, theme->inks[ink].rgb);
            assert_true(number >= 16);
            assert_true(abs(number - theme_256(theme->inks[ink].rgb)) < INKS);
        }
    }
}

static void the_terminal_is_told_them_and_asked_for_what_was_there(void **state) {
    static const struct theme theme = {
        .inks = {{0, COLOUR_RGB | 0x010203}, {0, COLOUR_RGB | 0xfffefd}, {0, COLOUR_RGB | 0x010203},
            {3, 0}}};
    struct palette palette;
    struct bytes bytes = BYTES_EMPTY;
    (void)state;
    palette_choose(&palette, &theme);
    assert_int_equal(palette.count, 2);
    palette_set(&palette, &bytes);
    palette_give_back(&palette, &bytes);
    SAME_TEXT(bytes_text(&bytes), "\033]4;16;rgb:01/02/03\033\\\033]4;231;rgb:ff/fe/fd\033\\"
                                  "\033]104;16;231\033\\");
    bytes_fini(&bytes);
}

static void a_theme_of_the_sixteen_changes_nothing(void **state) {
    struct palette palette;
    struct bytes bytes = BYTES_EMPTY;
    (void)state;
    palette_choose(&palette, named("default"));
    palette_set(&palette, &bytes);
    palette_give_back(&palette, &bytes);
    assert_int_equal(bytes.len, 0);
    bytes_fini(&bytes);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(only_two_words_promise_real_colours),
        CASE(each_colour_has_a_place_of_its_own_near_what_it_is),
        CASE(the_terminal_is_told_them_and_asked_for_what_was_there),
        CASE(a_theme_of_the_sixteen_changes_nothing),
    };
    return RUN_CASES("dashboard-palette", cases);
}
