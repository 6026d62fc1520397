/* SPDX-License-Identifier: MIT */
/*
 * Which keys there are here, on as many pages as the screen needs: as many columns side by side as
 * have room for their longest item. What everybody knows, moving, comes last. Pure: the key that
 * turns the page and the drawing ask the same question.
 */
#ifndef DASHBOARD_MODEL_MENU_H
#define DASHBOARD_MODEL_MENU_H

#include "dashboard/model/model.h"

enum { MENU_COLUMNS = 8, MENU_GAP = 2, MENU_KEY_BYTES = 16 };

struct menu_item {
    enum action action;
    char key[MENU_KEY_BYTES];
};

struct menu {
    struct menu_item items[ACTION_COUNT];
    int count;
    int first, last; /* the page that is shown: items from first to before last */
    int rows, columns;
    int key_cells[MENU_COLUMNS], name_cells[MENU_COLUMNS];
    int page, pages;
};

/* rows 0: there is no room for any. */
void menu_lay(struct menu *menu, const struct model *model);

/* The page after the one that is shown. False: there is none. */
bool menu_turn(struct model *model);

#endif
