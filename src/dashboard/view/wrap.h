/* SPDX-License-Identifier: MIT */
/* Long texts on rows of so many cells: broken at line ends, else at spaces, else between clusters.
 * Pure. */
#ifndef DASHBOARD_VIEW_WRAP_H
#define DASHBOARD_VIEW_WRAP_H

#include <stddef.h>

/* How many bytes of clean text (with '\n') stand on the next row; *next is how many to go on
 * after: a line end is skipped. Both are 0 only at the end of the text. */
size_t wrap_row(const char *text, int cells, size_t *next);

/* How many rows a text takes: 1 at least. *last (or NULL): the cells of its last row. */
int wrap_rows(const char *text, int cells, int *last);

#endif
