/* SPDX-License-Identifier: MIT */
#include "dashboard/model/menu.h"

#include "dashboard/model/update.h"
#include "dashboard/view/text.h"

#include <string.h>

enum { AROUND_ROWS = 4, AROUND_COLS = 2, GAP = MENU_GAP };

static bool is_moving(enum action action) {
    return action >= ACTION_DOWN && action <= ACTION_LAST_PANE;
}

static void add_item(struct menu *menu, const struct model *model, enum action action) {
    const char *where = action_row(action)->where;
    struct menu_item *item = &menu->items[menu->count];
    item->action = action;
    keymap_first(&model->keymap, action, item->key, sizeof item->key);
    if (item->key[0] != '\0' && action != ACTION_MENU &&
        (strchr(where, '*') != NULL || strchr(where, update_pane_letter(model)) != NULL))
        menu->count++;
}

static void list_items(struct menu *menu, const struct model *model) {
    menu->count = 0;
    for (int moving = 0; moving < 2; moving++)
        for (int action = 1; action < ACTION_COUNT; action++)
            if (is_moving((enum action)action) == (moving != 0))
                add_item(menu, model, (enum action)action);
}

static int larger(int a, int b) {
    return a > b ? a : b;
}

/* The cells of so many columns. */
static int measure(struct menu *menu, int columns, int rows) {
    int cells = 0;
    for (int column = 0; column < columns; column++) {
        int key = 0, name = 0;
        for (int i = menu->first + column * rows;
             i < menu->first + (column + 1) * rows && i < menu->count; i++) {
            key = larger(key, text_cells(menu->items[i].key));
            name = larger(name, text_cells(action_row(menu->items[i].action)->name));
        }
        menu->key_cells[column] = key;
        menu->name_cells[column] = name;
        cells += key + 1 + name + GAP;
    }
    return cells - GAP;
}

/* The page that begins at `first`. */
static void lay_page(struct menu *menu, int most_rows, int most_cells) {
    const int left = menu->count - menu->first;
    for (menu->columns = MENU_COLUMNS; menu->columns > 0; menu->columns--) {
        menu->rows = (left + menu->columns - 1) / menu->columns;
        menu->rows = menu->rows < most_rows ? menu->rows : most_rows;
        if (measure(menu, menu->columns, menu->rows) <= most_cells || menu->columns == 1)
            break;
    }
    menu->last = menu->first + menu->rows * menu->columns;
    menu->last = menu->last < menu->count ? menu->last : menu->count;
}

void menu_lay(struct menu *menu, const struct model *model) {
    const int most_rows = model->rows - AROUND_ROWS;
    memset(menu, 0, sizeof *menu);
    list_items(menu, model);
    if (most_rows < 1)
        return;
    struct menu page = *menu;
    for (page.pages = 0; page.first < page.count; page.first = page.last) {
        lay_page(&page, most_rows, model->cols - AROUND_COLS);
        page.page = page.pages++;
        if (page.page <= model->looking.menu_page)
            *menu = page;
    }
    menu->pages = page.pages;
}

bool menu_turn(struct model *model) {
    struct menu menu;
    menu_lay(&menu, model);
    if (menu.page + 1 >= menu.pages)
        return false;
    model->looking.menu_page = menu.page + 1;
    return true;
}
