/* SPDX-License-Identifier: MIT */
/* How the lines of a conversation stand on rows: drawing and the keys that move over them ask the
 * same question. Pure. */
#ifndef DASHBOARD_VIEW_LINES_H
#define DASHBOARD_VIEW_LINES_H

#include "dashboard/model/layout.h"

enum { LINES_DRAFT_MOST = 6 };

/* The pane without its frame: the lines, and below them the draft under a rule. */
struct lines_boxes {
    struct box lines, draft; /* draft.rows 0: there is none */
    int rule_row;            /* -1: none, for want of room, too */
};
struct lines_boxes lines_boxes(const struct model *model, const struct layout *layout);

/* The columns of a line. */
struct lines_fields {
    int clock; /* -1: no room */
    int dot, name, name_cells, text, text_cells;
};
struct lines_fields lines_fields(const struct box *in);

/* What stands above a line: one row each, in this order. */
struct lines_head {
    bool top;     /* it is the first that is known: what lies before it */
    bool day;     /* another day begins */
    bool is_news; /* from here on it is */
    int rows;
};
struct lines_head lines_head(const struct chat *chat, size_t at);

/* Behind or under a text of so many cells: "edited", "2 replies", what became of it; may be "". */
void lines_foot(
    const struct line *line, const struct keymap *keymap, int cells, char *to, size_t size);
/* The text as it is shown. */
const char *lines_text(const struct line *line);

/* All rows of a line: its head, its text, its foot where that has no room behind the text. */
int lines_rows(const struct chat *chat, const struct keymap *keymap, size_t at, int text_cells);

#endif
