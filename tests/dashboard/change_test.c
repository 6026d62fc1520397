/* SPDX-License-Identifier: MIT */
/*
 * What a terminal is told of one change, counted and not timed: a thousand members, of whom some
 * leave in turn, drawn and painted as the program does, in the default theme.
 */
#include "dashboard/term/brush.h"
#include "dashboard/view/theme.h"
#include "picture.h"
#include "support/case.h"

#include <locale.h>

enum { ROWS = 40, COLS = 120, MEMBERS = 1000, HOME = 20, CHANGES = 8, A_CHANGE_MS = 100 };

/* At most, of a change of whom the cursor stands on, which is told of in the detail, too, and of
 * anybody else. */
enum { CHOSEN_ALL_PANES = 430, OTHER_ALL_PANES = 165, CHOSEN_ZOOMED = 195, OTHER_ZOOMED = 110 };

struct sight {
    struct model model;
    struct brush brush;
    struct cells shown, drawn;
    struct bytes out;
    int64_t now_ms;
};

static void colour(char to[20], const struct colour *colour, int base) {
    if (colour->ansi > 8)
        snprintf(to, 20, "%d", base + 60 + colour->ansi - 9);
    else if (colour->ansi > 0)
        snprintf(to, 20, "%d", base + colour->ansi - 1);
}

static void make_pens(struct brush *brush) {
    const struct colour *inks = theme_at(0)->inks;
    for (int style = 0; style < STYLE_COUNT; style++) {
        const struct look *look = theme_look((enum style)style);
        brush->pens[style].attributes = look->attributes;
        colour(brush->pens[style].ink, &inks[look->ink], 30);
        colour(brush->chosen[style].ink, &inks[INK_CHOSEN], 30);
        colour(brush->chosen[style].paper, &inks[INK_CHOSEN_PAPER], 40);
    }
    brush->erases_in_colour = true;
}

static void id_of(int i, char to[16]) {
    snprintf(to, 16, "u%05d", i);
}

static void becomes(struct sight *sight, int i, bool online) {
    char id[16];
    id_of(i, id);
    picture_person(&sight->model, id, id, "", online, true, 60 * 1000, sight->now_ms);
}

static void furnish(struct sight *sight) {
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 4};
    struct model *model = &sight->model;
    char id[16];
    assert_int_equal(model_init(model, "demo", "ana", PICTURE_NOW), 0);
    model_set_link(model, &live, PICTURE_NOW);
    assert_int_equal(model_put_channel(model, "messaging:hall", "hall", MEMBERS), 0);
    for (int i = 0; i < MEMBERS; i++) {
        id_of(i, id);
        assert_int_equal(model_put_member(model, "messaging:hall", id), 0);
        becomes(sight, i, false);
    }
    model->channels_known = true;
    sight->now_ms += 60 * 1000;
    for (int i = 0; i < HOME; i++)
        becomes(sight, i, true);
}

/* Bytes that make what is so of what is shown. */
static size_t paints(struct sight *sight) {
    bytes_clear(&sight->out);
    update_settle(&sight->model);
    view_draw(&sight->drawn, &sight->model, sight->now_ms);
    sight->brush.row = sight->brush.col = -1;
    brush_paint(&sight->brush, &sight->out, &sight->shown, &sight->drawn);
    assert_false(bytes_failed(&sight->out));
    memcpy(sight->shown.at, sight->drawn.at, ROWS * COLS * sizeof *sight->shown.at);
    return sight->out.len;
}

static int set_up(void **state) {
    struct sight *sight = calloc(1, sizeof *sight);
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    assert_int_equal(cells_init(&sight->shown, ROWS, COLS), 0);
    assert_int_equal(cells_init(&sight->drawn, ROWS, COLS), 0);
    sight->now_ms = PICTURE_NOW;
    make_pens(&sight->brush);
    furnish(sight);
    update_size(&sight->model, ROWS, COLS);
    *state = sight;
    return 0;
}

static int tear_down(void **state) {
    struct sight *sight = *state;
    model_fini(&sight->model);
    cells_fini(&sight->shown);
    cells_fini(&sight->drawn);
    bytes_fini(&sight->out);
    free(sight);
    return 0;
}

static void presses(struct sight *sight, const char *keys) {
    for (; *keys != '\0'; keys++)
        update_key(&sight->model, *keys, sight->now_ms);
    sight->now_ms += A_CHANGE_MS;
    paints(sight);
}

static void costs_at_most(struct sight *sight, size_t of_chosen, size_t of_other) {
    for (int i = 0; i < CHANGES; i++) {
        const size_t most = i == 0 ? of_chosen : of_other;
        becomes(sight, i, false);
        sight->now_ms += A_CHANGE_MS;
        const size_t len = paints(sight);
        if (len == 0 || len > most)
            fail_msg(
                "change %d: %zu bytes, not 1 to %zu:\n%s", i, len, most, bytes_text(&sight->out));
    }
}

static void with_all_panes(void **state) {
    presses(*state, "2");
    costs_at_most(*state, CHOSEN_ALL_PANES, OTHER_ALL_PANES);
}

static void with_the_members_zoomed(void **state) {
    presses(*state, "2zz");
    costs_at_most(*state, CHOSEN_ZOOMED, OTHER_ZOOMED);
}

static void nothing_while_nothing_changes(void **state) {
    struct sight *sight = *state;
    presses(sight, "2");
    sight->now_ms += A_CHANGE_MS;
    assert_int_equal(paints(sight), 0);
    becomes(sight, 0, true); /* as before */
    assert_int_equal(paints(sight), 0);
}

#define SIGHT_CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        SIGHT_CASE(with_all_panes),
        SIGHT_CASE(with_the_members_zoomed),
        SIGHT_CASE(nothing_while_nothing_changes),
    };
    return RUN_CASES("dashboard-change", cases);
}
