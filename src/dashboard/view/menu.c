/* SPDX-License-Identifier: MIT */
/* What the next key may be: every action that has one in this pane, by its name. */
#include "dashboard/model/menu.h"
#include "dashboard/view/view.h"

#include <stdio.h>

static void put_item(const struct scene *scene, int row, int col, const struct menu *menu,
    int column, const struct menu_item *item) {
    const int key_cells = menu->key_cells[column], name_cells = menu->name_cells[column];
    cells_put_right(scene->cells, row, col, key_cells, STYLE_KEY, item->key);
    cells_put(scene->cells, row, col + key_cells + 1, name_cells, STYLE_PLAIN,
        action_row(item->action)->name);
    cells_mark(scene->cells, row, col, key_cells + 1 + name_cells, (int)item->action, 0);
}

/* One after another, with a margin where there is room for one. */
static void put_items(const struct scene *scene, const struct box *in, const struct menu *menu) {
    int cells = -MENU_GAP;
    for (int column = 0; column < menu->columns; column++)
        cells += menu->key_cells[column] + 1 + menu->name_cells[column] + MENU_GAP;
    int col = in->col + (cells + 2 <= in->cols ? 1 : 0);
    for (int column = 0; column < menu->columns; column++) {
        for (int row = 0; row < menu->rows; row++) {
            const int i = menu->first + column * menu->rows + row;
            if (i < menu->last)
                put_item(scene, in->row + row, col, menu, column, &menu->items[i]);
        }
        col += menu->key_cells[column] + 1 + menu->name_cells[column] + MENU_GAP;
    }
}

void view_menu(const struct scene *scene) {
    struct menu menu;
    struct scene framed = *scene;
    char right[40];
    if (!scene->model->looking.menu_open)
        return;
    keymap_fill(&scene->model->keymap, "{back} closes", right, sizeof right);
    menu_lay(&menu, scene->model);
    if (menu.rows < 1)
        return;
    framed.layout.single = false;
    const struct box box = {
        scene->model->rows - 1 - menu.rows - 2, 0, menu.rows + 2, scene->model->cols};
    for (int row = 0; row < box.rows; row++)
        cells_fill(scene->cells, box.row + row, box.col, box.cols, STYLE_PLAIN, " ");
    if (menu.pages > 1)
        snprintf(right, sizeof right, "%d of %d", menu.page + 1, menu.pages);
    const struct box in = view_frame(&framed, &box, "", "The next key", right, true);
    put_items(scene, &in, &menu);
}
