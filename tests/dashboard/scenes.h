/* SPDX-License-Identifier: MIT */
/*
 * Every pane, every overlay and every state of the dashboard, each as a scene: a known world, and
 * the keys that a person presses to see it. scenes_test.c draws each at each size.
 */
#ifndef DASHBOARD_SCENES_H
#define DASHBOARD_SCENES_H

#include "picture.h"

struct scene_set {
    const char *name;
    const char *draws; /* which functions of view/view.h it is about, with blanks between */
    void (*furnish)(struct model *model); /* NULL: picture_world and picture_day */
    const char *keys;                     /* as keymap.h writes them, with blanks between */
    void (*then)(struct model *model);    /* what happens after the keys; NULL: nothing */
};

/* NULL: there are not so many. */
const struct scene_set *scene_at(size_t i);

/* The world of a scene at a size, ready to be drawn; the caller's to end. */
void scene_begin(
    const struct scene_set *scene, struct model *model, enum glyph_set set, int rows, int cols);

#endif
