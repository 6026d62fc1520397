/* SPDX-License-Identifier: MIT */
/* Where everything stands: breakpoints, and that nothing overlaps or leaves the screen. */
#include "support/case.h"

#include "dashboard/model/layout.h"

static struct layout at(struct model *model, int cols, int rows) {
    model->cols = cols;
    model->rows = rows;
    return layout_of(model);
}

static void the_breakpoints_are_where_they_are_said_to_be(void **state) {
    (void)state;
    struct model model = {.focus = PANE_MEMBERS};
    assert_true(at(&model, 23, 24).tiny);
    assert_true(at(&model, 80, 5).tiny);
    assert_true(at(&model, 24, 6).single);
    assert_true(at(&model, 49, 40).single);
    assert_true(at(&model, 80, 11).single);
    const struct layout drawer = at(&model, 50, 12);
    assert_false(drawer.single);
    assert_int_equal(drawer.channels.rows, 0);
    const struct layout two = at(&model, 70, 24);
    assert_true(two.channels.rows > 0 && two.members.rows > 0 && two.events.rows > 0);
    assert_int_equal(two.detail.rows, 0);
    assert_true(at(&model, 110, 24).detail.rows > 0);
}

static void the_conversation_takes_the_members_place_or_stands_beside(void **state) {
    (void)state;
    struct model model = {.focus = PANE_TALK, .talk_open = true};
    const struct layout narrow = at(&model, 80, 24), wide = at(&model, 120, 40);
    assert_true(narrow.talk.rows > 0);
    assert_int_equal(narrow.members.rows, 0);
    assert_true(wide.talk.rows > 0 && wide.members.rows > 0);
    assert_int_equal(wide.detail.rows, 0);
}

static bool is_inside(const struct box *box, const struct model *model) {
    return box->rows == 0 ||
           (box->row >= 0 && box->col >= 0 && box->cols > 0 &&
               box->row + box->rows <= model->rows && box->col + box->cols <= model->cols);
}

static bool overlap(const struct box *a, const struct box *b) {
    return a->rows > 0 && b->rows > 0 && a->row < b->row + b->rows && b->row < a->row + a->rows &&
           a->col < b->col + b->cols && b->col < a->col + a->cols;
}

static void panes_are_inside_and_apart_at_every_size(void **state) {
    (void)state;
    for (int open = 0; open < 2; open++) {
        struct model model = {.focus = PANE_MEMBERS, .talk_open = open};
        for (int rows = 6; rows <= 80; rows++) {
            for (int cols = 24; cols <= 220; cols += 3) {
                const struct layout l = at(&model, cols, rows);
                const struct box *boxes[] = {
                    &l.channels, &l.members, &l.talk, &l.detail, &l.events};
                for (int i = 0; i < 5; i++) {
                    assert_true(is_inside(boxes[i], &model));
                    for (int j = 0; j < i; j++)
                        assert_false(overlap(boxes[i], boxes[j]));
                }
                assert_true(l.keys_row == rows - 1 && l.detail_row == rows - 2);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(the_breakpoints_are_where_they_are_said_to_be),
        CASE(the_conversation_takes_the_members_place_or_stands_beside),
        CASE(panes_are_inside_and_apart_at_every_size)};
    return RUN_CASES("dashboard-layout", cases);
}
