/* SPDX-License-Identifier: MIT */
/* The last line: the keys of the pane that has them. */
#include "dashboard/model/compose.h"
#include "dashboard/input/action.h"
#include "dashboard/view/view.h"

#include <ctype.h>
#include <stdio.h>

enum { NARROW = 70 };

struct hint {
    enum action action;
    const char *word;
};

/* In the order of their worth: a line of 80 cells ends with the way out. */
static const struct hint channel_hints[] = {{ACTION_HELP, "help"}, {ACTION_SEARCH, "find"},
    {ACTION_COMMAND, "cmd"}, {ACTION_NEXT_PANE, "pane"}, {ACTION_OPEN, "read"},
    {ACTION_INVISIBLE, "invisible"}, {ACTION_SORT, "sort"}, {ACTION_QUIT, "quit"},
    {ACTION_WATCH, "watch"}, {ACTION_OFFLINE, "offline"}, {ACTION_FILTER, "filter"},
    {ACTION_DIFF, "new"}, {ACTION_PAUSE, "pause"}, {ACTION_ZOOM, "zoom"}, {ACTION_TIMES, "times"},
    {ACTION_RECONNECT, "reconnect"}, {ACTION_NONE, NULL}};
static const struct hint talk_hints[] = {{ACTION_HELP, "help"}, {ACTION_COMPOSE, "write"},
    {ACTION_UP, "older"}, {ACTION_DOWN, "newer"}, {ACTION_OPEN, "replies"}, {ACTION_EDIT, "edit"},
    {ACTION_DELETE, "delete"}, {ACTION_BACK, "close"}, {ACTION_NEXT_PANE, "pane"},
    {ACTION_INVISIBLE, "invisible"}, {ACTION_NONE, NULL}};
static const struct hint narrow_hints[] = {{ACTION_HELP, "help"}, {ACTION_SEARCH, "find"},
    {ACTION_COMMAND, "cmd"}, {ACTION_INVISIBLE, ""}, {ACTION_WATCH, ""}, {ACTION_QUIT, ""},
    {ACTION_NONE, NULL}};

static const struct hint narrow_talk_hints[] = {
    {ACTION_HELP, "help"}, {ACTION_COMPOSE, "write"}, {ACTION_BACK, "close"}, {ACTION_NONE, NULL}};

static int put_hint(const struct scene *scene, int row, int col, const struct hint *hint) {
    char key[16];
    keymap_first(&scene->model->keymap, hint->action, key, sizeof key);
    const int room = scene->model->cols - 1 - col;
    if (key[0] == '\0')
        return 0; /* somebody took it away */
    const bool narrow = scene->model->cols < NARROW;
    /* A sign is told from the word behind it without a blank; a letter is not. */
    const bool joined = hint->word[0] == '\0' || (narrow && ispunct((unsigned char)key[0]));
    if (text_cells(key) + (joined ? 0 : 1) + text_cells(hint->word) > room)
        return 0;
    int at = col;
    at += cells_put(scene->cells, row, at, room, STYLE_KEY, key) + (joined ? 0 : 1);
    at += cells_put(scene->cells, row, at, room, STYLE_FAINT, hint->word);
    cells_mark(scene->cells, row, col, at - col, (int)hint->action, 0);
    return at - col + (narrow ? 1 : 2);
}

/* Where panes are not side by side: which there are, and which this is. */
static int put_tabs(const struct scene *scene, int row) {
    static const char *const names[] = {"Ch", "Mem", "Ev"};
    static const enum action goes_to[] = {ACTION_CHANNELS, ACTION_MEMBERS, ACTION_EVENTS};
    int at = 1;
    for (int pane = PANE_CHANNELS; pane <= PANE_EVENTS; pane++) {
        char name[16];
        const bool here = (int)scene->model->focus == pane;
        snprintf(name, sizeof name, here ? "[%s]" : "%s", names[pane]);
        const int used = cells_put(
            scene->cells, row, at, 8, here ? STYLE_FOCUS : STYLE_FAINT, name);
        cells_mark(scene->cells, row, at, used, (int)goes_to[pane], 0);
        at += used + 1;
    }
    return at + 2;
}

void view_keys(const struct scene *scene) {
    const struct model *model = scene->model;
    const int row = scene->layout.keys_row;
    if (row < 0)
        return;
    const bool narrow = model->cols < NARROW;
    if (compose_is_open(model)) {
        cells_put(scene->cells, row, 1, model->cols - 2, STYLE_FAINT,
            narrow ? "Keys are text; Esc leaves"
                   : "All keys are text now; PgUp PgDn read, Esc leaves, ^C quits");
        return;
    }
    const bool reads = model->focus == PANE_TALK;
    const struct hint *hint = narrow  ? (reads ? narrow_talk_hints : narrow_hints)
                              : reads ? talk_hints
                                      : channel_hints;
    int at = narrow ? put_tabs(scene, row) : 1;
    for (; hint->word != NULL; hint++)
        at += put_hint(scene, row, at, hint);
}
