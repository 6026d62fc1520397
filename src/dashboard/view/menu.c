/* SPDX-License-Identifier: MIT */
/* What the next key may be: every action that has one in this pane, by its name. */
#include "dashboard/model/update.h"
#include "dashboard/view/view.h"

#include <string.h>

enum { ITEM_CELLS = 21, KEY_CELLS = 6 };

static bool is_offered(const struct model *model, enum action action, char *key, size_t size) {
    const char *where = action_row(action)->where;
    const char pane = update_pane_letter(model);
    keymap_first(&model->keymap, action, key, size);
    return key[0] != '\0' && action != ACTION_MENU &&
           (strchr(where, '*') != NULL || strchr(where, pane) != NULL);
}

static int count_items(const struct model *model) {
    char key[16];
    int count = 0;
    for (int action = 1; action < ACTION_COUNT; action++)
        count += is_offered(model, (enum action)action, key, sizeof key) ? 1 : 0;
    return count;
}

static void put_item(
    const struct scene *scene, int row, int col, int cells, enum action action, const char *key) {
    cells_put_right(scene->cells, row, col, KEY_CELLS - 1, STYLE_KEY, key);
    cells_put(scene->cells, row, col + KEY_CELLS, cells - KEY_CELLS - 1, STYLE_PLAIN,
        action_row(action)->name);
    cells_mark(scene->cells, row, col, cells - 1, (int)action, 0);
}

void view_menu(const struct scene *scene) {
    const struct model *model = scene->model;
    const int count = count_items(model);
    int columns = (model->cols - 2) / ITEM_CELLS;
    if (columns < 1)
        columns = 1;
    int rows = (count + columns - 1) / columns;
    if (rows > model->rows - 4)
        rows = model->rows - 4;
    if (!model->looking.menu_open || rows < 1)
        return;
    struct scene framed = *scene;
    framed.layout.single = false;
    const struct box box = {model->rows - 1 - rows - 2, 0, rows + 2, model->cols};
    for (int row = 0; row < box.rows; row++)
        cells_fill(scene->cells, box.row + row, box.col, box.cols, STYLE_PLAIN, " ");
    const struct box in = view_frame(&framed, &box, "", "The next key", "Esc closes", true);
    const int cells = in.cols / columns;
    char key[16];
    for (int action = 1, i = 0; action < ACTION_COUNT; action++) {
        if (!is_offered(model, (enum action)action, key, sizeof key))
            continue;
        if (i / rows < columns)
            put_item(scene, in.row + i % rows, in.col + i / rows * cells, cells,
                (enum action)action, key);
        i++;
    }
}
