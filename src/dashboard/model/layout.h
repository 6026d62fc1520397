/* SPDX-License-Identifier: MIT */
/* Where everything stands at a size. Pure: keys and drawing ask the same question. */
#ifndef DASHBOARD_MODEL_LAYOUT_H
#define DASHBOARD_MODEL_LAYOUT_H

#include "dashboard/model/model.h"

/* A pane with its frame; rows 0: it is not shown. */
struct box {
    int row, col, rows, cols;
};

struct layout {
    bool tiny;   /* one line is all there is */
    bool single; /* one pane without frames, and tabs */
    struct box channels, members, talk, detail, events, plot, legend;
    int detail_row;   /* of the line about the selection; -1: none */
    int event_row;    /* of the one line that stands for the events pane; -1: none */
    int keys_row;     /* -1: none */
    int members_head; /* rows over the members that say what stands in the columns: 0 or 1 */
};

struct layout layout_of(const struct model *model);

/* How many rows of a list a pane shows. */
int layout_list_rows(const struct layout *layout, enum pane pane);

#endif
