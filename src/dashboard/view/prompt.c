/* SPDX-License-Identifier: MIT */
/*
 * The line in which a person writes, where the keys stand otherwise; over it what makes no sense,
 * at its place, or what could be meant.
 */
#include "dashboard/view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHOICE_COLS = 80, NOTE_FROM = 30, CHOICE_ROWS = 12, CHOICE_TEXT = 36, ACTION_TEXT = 20 };

static const char *label_of(enum prompt_kind kind) {
    static const char *const labels[PROMPT_KINDS] = {[PROMPT_SEARCH] = "/",
        [PROMPT_FILTER] = "\\",
        [PROMPT_COMMAND] = ":",
        [PROMPT_PALETTE] = "> ",
        [PROMPT_JUMP] = "go to ",
        [PROMPT_STATUS] = "status ",
        [PROMPT_REACT] = "react ",
        [PROMPT_HELP] = "/"};
    return labels[kind];
}

/* What is said at the right end. */
static void remark(const struct scene *scene, char *to, size_t size) {
    const struct model *model = scene->model;
    const bool empty = model->prompt.editor.text.len == 0;
    switch (model->prompt.kind) {
    case PROMPT_SEARCH: snprintf(to, size, "%zu found", empty ? 0 : model->prompt.found); break;
    case PROMPT_FILTER:
        snprintf(to, size, "%s%zu of %zu", model->cols >= 60 ? "Tab completes, " : "",
            model->list.count, model_current(model)->members.count);
        break;
    case PROMPT_STATUS: snprintf(to, size, empty ? "Enter: no status" : "Enter sets it"); break;
    case PROMPT_COMMAND: snprintf(to, size, "Tab completes"); break;
    case PROMPT_REACT: snprintf(to, size, "Enter reacts"); break;
    default: snprintf(to, size, "Esc closes"); break;
    }
}

/* Where a byte of the text is drawn, in cells from its beginning. */
static int cells_before(const char *text, size_t byte) {
    char part[PROMPT_BYTES];
    snprintf(part, sizeof part, "%.*s", (int)byte, text);
    char *clean = text_cleaned(part);
    const int cells = clean != NULL ? text_cells(clean) : 0;
    free(clean);
    return cells;
}

/* Without so many cells of its beginning. */
static const char *after_cells(const char *text, int skip) {
    int cells;
    for (size_t len; skip > 0 && (len = text_cluster(text, &cells)) > 0; text += len)
        skip -= cells;
    return text;
}

static void put_fault(const struct scene *scene, int col, int scrolled) {
    const struct filter_fault *fault = &scene->model->prompt.fault;
    const char *text = editor_text(&scene->model->prompt.editor);
    const int row = scene->layout.keys_row, cols = scene->model->cols;
    char why[120];
    if (fault->why[0] == '\0')
        return;
    const int from = col + cells_before(text, fault->from) - scrolled;
    const int to = col + cells_before(text, fault->to) - scrolled;
    for (int at = from > col ? from : col; at < to || at == from; at++) {
        struct cell *cell = cells_at(scene->cells, row, at);
        if (cell != NULL)
            cell->style = STYLE_BAD;
    }
    cells_fill(scene->cells, scene->layout.detail_row, 0, cols, STYLE_PLAIN, " ");
    const int need = 2 + text_cells(fault->why);
    if (from + need < cols) {
        snprintf(why, sizeof why, "^ %s", fault->why);
        cells_put(scene->cells, scene->layout.detail_row, from, cols - from, STYLE_BAD, why);
    } else {
        snprintf(why, sizeof why, "%s ^", fault->why);
        const int at = from + 1 > need ? from + 1 - need : 1;
        cells_put(scene->cells, scene->layout.detail_row, at, cols - at, STYLE_BAD, why);
    }
}

/* What could be written, where nothing is yet; all of it or none, as a part would teach wrongly. */
static void put_example(const struct scene *scene, int row, int col, int room) {
    static const char *const examples[PROMPT_KINDS][3] = {
        [PROMPT_SEARCH] = {"a part of what stands in this pane", "a part of a name", NULL},
        [PROMPT_HELP] = {"what you want to do, such as: watch", "such as: watch", NULL},
        [PROMPT_COMMAND] = {"such as: invisible-for 30m", "invisible-for 30m", NULL},
        [PROMPT_PALETTE] = {"what you want to do, such as: watch", "such as: watch", NULL},
        [PROMPT_JUMP] = {"a few letters; # for channels, @ for people", "a few letters", NULL},
        [PROMPT_STATUS] = {"such as: lunch for 45m", "lunch for 45m", NULL},
        [PROMPT_FILTER] = {"such as: is:online last:<1h in:#dev name", "is:online last:<1h", NULL}};
    const char *const *example = examples[scene->model->prompt.kind];
    while (*example != NULL && text_cells(*example) + 1 > room)
        example++;
    if (*example != NULL)
        cells_put(scene->cells, row, col + 1, room - 1, STYLE_FAINT, *example);
}

static void put_line(const struct scene *scene, int row) {
    const struct prompt *prompt = &scene->model->prompt;
    const int cols = scene->model->cols;
    char right[48];
    char *clean = text_cleaned(editor_text(&prompt->editor));
    cells_fill(scene->cells, row, 0, cols, STYLE_PLAIN, " ");
    int col = cells_put(scene->cells, row, 0, cols, STYLE_KEY, label_of(prompt->kind));
    remark(scene, right, sizeof right);
    const int right_cells = cols >= 40 ? text_cells(right) : 0;
    const int room = cols - col - right_cells - 2;
    const int cursor = cells_before(editor_text(&prompt->editor), prompt->editor.at);
    const int scrolled = cursor > room - 1 ? cursor - room + 1 : 0;
    if (clean != NULL && clean[0] == '\0')
        put_example(scene, row, col, room);
    else if (clean != NULL)
        cells_put(scene->cells, row, col, room, STYLE_PLAIN, after_cells(clean, scrolled));
    free(clean);
    put_fault(scene, col, scrolled);
    cells_cursor(scene->cells, row, col + cursor - scrolled);
    if (right_cells > 0)
        cells_put_right(scene->cells, row, cols - 1 - right_cells, right_cells, STYLE_FAINT, right);
}

/* ---- what could be meant ---- */

static void put_choice(const struct scene *scene, const struct box *in, int row, size_t i) {
    const struct prompt *prompt = &scene->model->prompt;
    const struct choice *choice = &prompt->choices[i];
    const bool marked = i == prompt->at && (prompt->chosen || prompt->kind != PROMPT_COMMAND);
    char key[16] = "";
    const int most = choice->action != ACTION_NONE ? ACTION_TEXT : CHOICE_TEXT;
    int name_cells = in->cols / 2 < most ? in->cols / 2 : most;
    cells_put(scene->cells, row, in->col, 1, STYLE_KEY, marked ? ">" : " ");
    enum style style = STYLE_PLAIN;
    if (choice->person != NULL) {
        const struct state_look look = view_state(scene, choice->person);
        cells_put(scene->cells, row, in->col + 1, 1, look.style, look.dot);
        style = look.name_style;
    }
    if (choice->action != ACTION_NONE)
        keymap_first(&scene->model->keymap, choice->action, key, sizeof key);
    const int key_cells = text_cells(key);
    if (in->cols < NOTE_FROM) /* the name is what matters */
        name_cells = in->cols - key_cells - 1;
    cells_put(scene->cells, row, in->col + 3, name_cells - 4, style,
        choice->person != NULL ? view_name(scene, choice->person) : choice->text);
    char *note = text_cleaned(choice->note);
    if (note != NULL)
        cells_put(scene->cells, row, in->col + name_cells, in->cols - name_cells - key_cells - 2,
            STYLE_FAINT, note);
    free(note);
    cells_put(scene->cells, row, in->col + in->cols - 1 - key_cells, key_cells, STYLE_KEY, key);
    if (marked)
        cells_select(scene->cells, row, in->col, in->cols);
}

static void put_choices(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct prompt *prompt = &model->prompt;
    if (prompt->kind == PROMPT_FILTER && !prompt->chosen)
        return; /* who matches is what is looked at */
    int rows = prompt->count < CHOICE_ROWS ? (int)prompt->count : CHOICE_ROWS;
    const bool none = prompt->count == 0 &&
                      (prompt->kind == PROMPT_PALETTE || prompt->kind == PROMPT_JUMP);
    rows += none ? 1 : 0;
    if (rows > model->rows - 4)
        rows = model->rows - 4;
    if (rows <= 0)
        return;
    struct scene framed = *scene;
    framed.layout.single = false;
    const int cols = model->cols < CHOICE_COLS + 20 ? model->cols : CHOICE_COLS;
    const struct box box = {scene->layout.keys_row - rows - 2, 0, rows + 2, cols};
    for (int row = 0; row < box.rows; row++)
        cells_fill(scene->cells, box.row + row, box.col, box.cols, STYLE_PLAIN, " ");
    char right[32];
    snprintf(
        right, sizeof right, prompt->count == CHOICES ? "%d or more" : "%d", (int)prompt->count);
    const struct box in = view_frame(&framed, &box, "",
        prompt->kind == PROMPT_JUMP     ? "Channels and people"
        : prompt->kind == PROMPT_REACT  ? "React with"
        : prompt->kind == PROMPT_FILTER ? "Terms"
                                        : "Commands",
        right, true);
    if (none) {
        cells_put(
            scene->cells, in.row, in.col + 1, in.cols - 2, STYLE_FAINT, "Nothing is called so");
        return;
    }
    const size_t first = prompt->at >= (size_t)in.rows ? prompt->at - (size_t)in.rows + 1 : 0;
    for (int row = 0; row < in.rows; row++)
        put_choice(scene, &in, in.row + row, first + (size_t)row);
}

void view_prompt(const struct scene *scene) {
    if (scene->model->prompt.kind == PROMPT_NONE)
        return;
    if (scene->layout.tiny) {
        put_line(scene, scene->model->rows - 1);
        return;
    }
    put_choices(scene);
    put_line(scene, scene->layout.keys_row);
}
