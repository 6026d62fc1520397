/* SPDX-License-Identifier: MIT */
/* All that a person can mean, with its keys: a list in which one chooses. */
#include "dashboard/model/command.h"
#include "dashboard/model/finding.h"
#include "dashboard/view/view.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLS = 80, KEY_CELLS = 13, NAME_CELLS = 17 };

static struct box help_box(const struct model *model, size_t count) {
    const int cols = model->cols < HELP_COLS + 20 ? model->cols : HELP_COLS;
    const int around = 2 + finding_help_below(model);
    const int want = (int)count + around, most = finding_help_rows(model) + around;
    const int rows = most < want ? most : count == 0 ? around + 1 : want;
    return (struct box){1, (model->cols - cols) / 2, rows, cols};
}

static bool is_of(const struct action_row *row, char pane) {
    for (const char *at = row->where; *at != '\0'; at++)
        if (*at == '*' || *at == pane)
            return true;
    return false;
}

/* As many of them as there is room for, none of them cut but the first. */
static void whole_keys(const char *keys, int most, char *to, size_t size) {
    snprintf(to, size, "%s", keys);
    for (char *end; text_cells(to) > most && (end = strrchr(to, ' ')) != NULL;)
        *end = '\0';
}

static const char *pane_name(char letter) {
    return letter == 'c'   ? "channels"
           : letter == 'm' ? "members"
           : letter == 'e' ? "events"
           : letter == 't' ? "talk"
           : letter == 'd' ? "detail"
           : letter == 'p' ? "plot"
                           : "";
}

/* The same key does another thing elsewhere. */
static const char *only_in(const struct action_row *row) {
    return strcmp(row->where, "t") == 0   ? "talk: "
           : strcmp(row->where, "d") == 0 ? "detail: "
           : strcmp(row->where, "c") == 0 ? "channels: "
                                          : "";
}

/* The keys have less room where there is little, and the name none. */
static int key_cells(const struct box *in) {
    return in->cols < 50 ? 8 : KEY_CELLS;
}

static int name_cells(const struct box *in) {
    return in->cols < 60 ? 0 : NAME_CELLS;
}

static int lead_of(const struct box *in) {
    return key_cells(in) + name_cells(in);
}

/* What the list cuts, below it: what the row at the cursor does, and in which panes. */
static void put_in_full(const struct scene *scene, const struct box *in, enum action action) {
    const struct action_row *line = action_row(action);
    const int cols = in->cols - 2, lines = finding_help_below(scene->model);
    char text[200];
    int len = snprintf(text, sizeof text, "%s", line->help);
    const char *between = " (in ";
    for (const char *at = line->where; *at != '\0'; at++) {
        if (pane_name(*at)[0] == '\0')
            continue;
        len += snprintf(text + len, sizeof text - (size_t)len, "%s%s", between, pane_name(*at));
        between = ", ";
    }
    if (between[0] == ',')
        snprintf(text + len, sizeof text - (size_t)len, ")");
    else if (text_cells(line->help) <= in->cols - lead_of(in) - 2)
        return; /* its row says it all */
    const char *rest = text;
    for (int i = 0; i < lines; i++) {
        const int row = in->row + in->rows + i;
        size_t most = strlen(rest);
        if (i + 1 < lines && most > (size_t)cols)
            for (most = (size_t)cols; most > 1 && rest[most] != ' ';)
                most--;
        char part[200];
        snprintf(part, sizeof part, "%.*s", (int)most, rest);
        cells_put(scene->cells, row, in->col + 1, cols, STYLE_TITLE, part);
        rest += most + (rest[most] == ' ' ? 1 : 0);
    }
}

/* What has no key here, or would do nothing now, is faint, and its row says why. */
static void put_row(
    const struct scene *scene, const struct box *in, int row, enum action action, bool is_marked) {
    const struct model *model = scene->model;
    const struct action_row *line = action_row(action);
    const char *denied = command_denied(model, action);
    const bool here = is_of(line, "cmetdp"[model->focus]);
    const int keys = key_cells(in), names = name_cells(in);
    const enum style style = denied != NULL || !here ? STYLE_FAINT : STYLE_PLAIN;
    cells_put(scene->cells, row, in->col, 1, STYLE_KEY, is_marked ? ">" : " ");
    char text[160];
    whole_keys(keymap_text(&model->keymap, action), keys - 1, text, sizeof text);
    cells_put(scene->cells, row, in->col + 1, keys - 1, here ? STYLE_KEY : STYLE_FAINT, text);
    if (names > 0)
        cells_put(scene->cells, row, in->col + 1 + keys, names - 1, STYLE_FAINT, line->name);
    if (denied != NULL)
        keymap_fill(&model->keymap, denied, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s%s", only_in(line), line->help);
    cells_put(
        scene->cells, row, in->col + 1 + lead_of(in), in->cols - lead_of(in) - 2, style, text);
    cells_mark(scene->cells, row, in->col, in->cols, (int)action, 0);
    if (is_marked)
        cells_select(scene->cells, row, in->col, in->cols);
}

void view_help(const struct scene *scene) {
    const struct model *model = scene->model;
    enum action listed[ACTION_COUNT];
    const size_t count = finding_help(model, listed);
    struct scene framed = *scene;
    char title[140], typed[PROMPT_BYTES];
    framed.layout.single = false;
    const struct box box = help_box(model, count);
    for (int row = 0; row < box.rows; row++)
        cells_fill(scene->cells, box.row + row, box.col, box.cols, STYLE_PLAIN, " ");
    snprintf(title, sizeof title, model->help_text[0] != '\0' ? "Keys /%s" : "Keys",
        view_typed(typed, sizeof typed, model->help_text));
    char right[80], keys[48];
    keymap_fill(&model->keymap, model->cols < 60 ? "{back} closes" : "{search} finds, {open} does",
        keys, sizeof keys);
    snprintf(
        right, sizeof right, "%s  %zu of %zu", keys, count > 0 ? model->help_at + 1 : 0, count);
    struct box in = view_frame(&framed, &box, "", title, right, true);
    in.rows -= finding_help_below(model);
    if (count == 0)
        cells_put(
            scene->cells, in.row, in.col + 1, in.cols - 2, STYLE_FAINT, "Nothing is called so");
    const size_t rows = in.rows > 0 ? (size_t)in.rows : 1, half = rows / 2;
    size_t first = model->help_at > half ? model->help_at - half : 0;
    if (first + rows > count)
        first = count > rows ? count - rows : 0;
    for (size_t row = 0; row < rows && first + row < count; row++)
        put_row(scene, &in, in.row + (int)row, listed[first + row], first + row == model->help_at);
    if (model->help_at < count)
        put_in_full(scene, &in, listed[model->help_at]);
}
