/* SPDX-License-Identifier: MIT */
/* Time as a row of cells: braille, where each cell has two columns of four dots, or ASCII. Pure. */
#ifndef DASHBOARD_VIEW_STRIP_H
#define DASHBOARD_VIEW_STRIP_H

#include "dashboard/view/scene.h"

enum { STRIP_CELLS = 48, STRIP_HEIGHT = 4 };

/* The last 24 hours of somebody: unknown is blank, away a line at the bottom, home above it. */
void view_strip(
    const struct scene *scene, int row, int col, int cells, const struct history *history);

/* The hours over it. */
void view_strip_ruler(const struct scene *scene, int row, int col, int cells);

/* Two columns side by side, each from 0 to STRIP_HEIGHT dots, as one cell; in ASCII the higher. */
const char *view_bars(const struct scene *scene, int left, int right, char to[4]);

/* Columns a cell. */
int view_bars_a_cell(const struct scene *scene);

#endif
