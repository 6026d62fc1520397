/* SPDX-License-Identifier: MIT */
/* Whom I watch: a group below the channels where there is room, and a list of its own. */
#include "dashboard/view/view.h"

#include <stdio.h>

enum { NARROW = 28 };

/* "◉ Dana Reyes  now"; where there is no room for both, of whom is watched once that. */
static void put_watched(const struct scene *scene, int row, int col, int cols,
    const struct watched *watched, bool with_how) {
    struct cells *cells = scene->cells;
    const bool once = watched->how == WATCH_NEXT;
    char age[8] = "?";
    const int how_cells = with_how && cols >= NARROW ? 7 : 0;
    const int name_cells = cols - 2 - 6 - how_cells;
    if (watched->person == NULL) {
        cells_put(cells, row, col, 1, STYLE_UNKNOWN, scene->glyphs->dots[STATE_UNKNOWN]);
        cells_put(cells, row, col + 2, name_cells, STYLE_UNKNOWN, watched->id);
    } else {
        const struct state_look look = view_state(scene, watched->person);
        view_age(scene, watched->person, age);
        cells_put(cells, row, col, 1, look.style, look.dot);
        cells_put(
            cells, row, col + 2, name_cells, look.name_style, view_name(scene, watched->person));
    }
    cells_put(
        cells, row, col + 2 + name_cells + 1, how_cells, STYLE_FAINT, once ? "next" : "always");
    cells_put_right(cells, row, col + cols - 5, 4, STYLE_FAINT,
        how_cells == 0 && (once || with_how) ? (once ? "next" : "each") : age);
}

void view_watched_group(const struct scene *scene, const struct box *in, int row) {
    const struct watching *watching = &scene->model->watching;
    if (watching->count == 0 || row + 1 >= in->rows)
        return;
    char title[40];
    keymap_fill(&scene->model->keymap, "WATCHED ({watch})", title, sizeof title);
    cells_put(scene->cells, in->row + row, in->col + 1, in->cols - 1, STYLE_TITLE, title);
    for (size_t i = 0; i < watching->count && ++row < in->rows; i++)
        put_watched(scene, in->row + row, in->col + 2, in->cols - 2, &watching->of[i], false);
}

void view_watched(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct watching *watching = &model->watching;
    struct scene framed = *scene;
    framed.layout.single = false;
    const int cols = model->cols < 50 ? model->cols : 48;
    const int most = model->rows - 2, want = (watching->count > 0 ? (int)watching->count : 1) + 2;
    const int rows = want > most ? most : want;
    const struct box box = {(model->rows - rows) / 2, (model->cols - cols) / 2, rows, cols};
    for (int row = 0; row < box.rows; row++)
        cells_fill(scene->cells, box.row + row, box.col, box.cols, STYLE_PLAIN, " ");
    char title[40], keys[48], nobody[48];
    keymap_fill(&model->keymap, "{watched} Watched", title, sizeof title);
    keymap_fill(&model->keymap, "{watch} changes, {back} closes", keys, sizeof keys);
    keymap_fill(&model->keymap,
        cols < 30 ? "Nobody yet ({watch} adds)" : "Nobody yet: {watch} on a member", nobody,
        sizeof nobody);
    const struct box in = view_frame(&framed, &box, "", title, keys, true);
    if (watching->count == 0)
        cells_put(scene->cells, in.row, in.col + 1, in.cols - 2, STYLE_FAINT, nobody);
    const size_t top = model->watch_at >= (size_t)in.rows ? model->watch_at - (size_t)in.rows + 1
                                                          : 0;
    for (int row = 0; row < in.rows && top + (size_t)row < watching->count; row++) {
        const size_t at = top + (size_t)row;
        cells_put(
            scene->cells, in.row + row, in.col, 1, STYLE_KEY, at == model->watch_at ? ">" : " ");
        put_watched(scene, in.row + row, in.col + 2, in.cols - 3, &watching->of[at], true);
        if (at == model->watch_at)
            cells_select(scene->cells, in.row + row, in.col, in.cols);
    }
}
