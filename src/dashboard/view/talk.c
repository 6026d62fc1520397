/* SPDX-License-Identifier: MIT */
/*
 * The last words of a channel, newest at the bottom: time, the author's dot, the author, the text.
 * Long texts are broken at spaces; what follows stands under the text.
 */
#include "dashboard/view/age.h"
#include "dashboard/view/view.h"

#include <stdio.h>
#include <string.h>

enum { TIME = 6, MOST_ROWS = 512 };

/* How many bytes of a text fit into so many cells, broken at a space if there is one. */
static size_t fit(const char *text, int cells) {
    size_t used = 0, at_space = 0;
    int width, total = 0;
    for (size_t len; (len = text_cluster(text + used, &width)) > 0; used += len) {
        if (total + width > cells)
            return at_space > 0 ? at_space : used > 0 ? used : len;
        total += width;
        if (text[used] == ' ')
            at_space = used + 1;
    }
    return used;
}

static int rows_of(const char *text, int cells) {
    int rows = 0;
    do {
        text += fit(text, cells);
        rows++;
    } while (*text != '\0' && rows < MOST_ROWS);
    return rows;
}

struct talk_fields {
    int name, name_cells, text, text_cells;
};

static struct talk_fields fields_of(const struct box *in) {
    struct talk_fields f = {.name = in->col + 1 + TIME + 2};
    f.name_cells = in->cols >= 60 ? 14 : in->cols >= 40 ? 10 : 7;
    f.text = f.name + f.name_cells + 1;
    f.text_cells = in->col + in->cols - 1 - f.text;
    if (f.text_cells < 1)
        f.text_cells = 1;
    return f;
}

static void put_text(const struct scene *scene, const struct box *in, const struct talk_fields *f,
    int row, const char *text) {
    do {
        char piece[600];
        const size_t len = fit(text, f->text_cells);
        snprintf(piece, sizeof piece, "%.*s", (int)len, text);
        if (row >= in->row && row < in->row + in->rows)
            cells_put(scene->cells, row, f->text, f->text_cells, STYLE_PLAIN, piece);
        text += len;
        row++;
    } while (*text != '\0' && row < in->row + in->rows);
}

static void put_line(const struct scene *scene, const struct box *in, const struct talk_fields *f,
    int row, const struct line *line) {
    if (row >= in->row && row < in->row + in->rows) {
        char clock[6];
        const struct state_look look = view_state(scene, line->author);
        age_clock(clock, line->at_ms);
        cells_put(scene->cells, row, in->col + 1, 5, STYLE_FAINT, clock);
        cells_put(scene->cells, row, in->col + 1 + TIME, 1, look.style, look.dot);
        cells_put(scene->cells, row, f->name, f->name_cells, look.name_style,
            view_name(scene, line->author));
    }
    put_text(scene, in, f, row, line->text);
}

void view_talk(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct channel_shown *channel = model_current(model);
    if (scene->layout.talk.rows == 0)
        return;
    char title[320];
    snprintf(title, sizeof title, "Conversation #%s", channel->name);
    const struct box in = view_frame(
        scene, &scene->layout.talk, "", title, "Esc closes", model->focus == PANE_TALK);
    const struct talk_fields f = fields_of(&in);
    if (channel->line_count == 0) {
        cells_put(scene->cells, in.row + 1, in.col + 2, in.cols - 3, STYLE_FAINT,
            "Nothing has been said here yet");
        return;
    }
    const unsigned scroll = model->talk_scroll < channel->line_count ? (unsigned)model->talk_scroll
                                                                     : channel->line_count - 1;
    int row = in.row + in.rows;
    for (unsigned i = channel->line_count - scroll; i > 0 && row > in.row; i--) {
        const struct line *line = &channel->lines[i - 1];
        row -= rows_of(line->text, f.text_cells);
        put_line(scene, &in, &f, row, line);
    }
}
