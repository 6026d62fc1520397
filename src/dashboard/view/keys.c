/* SPDX-License-Identifier: MIT */
/*
 * The last line: the keys of what has them, the way out always among them, at its end. Where there
 * is room for little, a sign stands close to its word; where panes are not side by side, the line
 * begins with which there are.
 */
#include "dashboard/input/action.h"
#include "dashboard/model/compose.h"
#include "dashboard/model/menu.h"
#include "dashboard/view/view.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { BOTH_FROM = 32, WORDS_FROM = 58, NARROW = 70, SPACIOUS = 100 };

struct hint {
    enum action action;
    const char *word; /* "": the key alone */
};

/* In the order of their worth, but the first: it ends the line. */
static const struct hint channel_hints[] = {{ACTION_QUIT, "quit"}, {ACTION_HELP, "help"},
    {ACTION_SEARCH, "find"}, {ACTION_COMMAND, "cmd"}, {ACTION_NEXT_PANE, "pane"},
    {ACTION_OPEN, "read"}, {ACTION_COMPOSE, "write"}, {ACTION_INVISIBLE, "invisible"},
    {ACTION_SORT, "sort"}, {ACTION_FOLD, "fold"}, {ACTION_DIFF, "new"}, {ACTION_JUMP, "jump"},
    {ACTION_OFFLINE, "offline"}, {ACTION_PAUSE, "pause"}, {ACTION_ZOOM, "zoom"},
    {ACTION_TIMES, "times"}, {ACTION_RECONNECT, "reconnect"}, {ACTION_NONE, NULL}};
static const struct hint member_hints[] = {{ACTION_QUIT, "quit"}, {ACTION_HELP, "help"},
    {ACTION_SEARCH, "find"}, {ACTION_COMMAND, "cmd"}, {ACTION_NEXT_PANE, "pane"},
    {ACTION_OPEN, "read"}, {ACTION_WATCH, "watch"}, {ACTION_INVISIBLE, "invisible"},
    {ACTION_SORT, "sort"}, {ACTION_DIFF, "new"}, {ACTION_OFFLINE, "offline"},
    {ACTION_FILTER, "filter"}, {ACTION_COMPOSE, "write"}, {ACTION_PAUSE, "pause"},
    {ACTION_ZOOM, "zoom"}, {ACTION_TIMES, "times"}, {ACTION_JUMP, "jump"},
    {ACTION_RECONNECT, "reconnect"}, {ACTION_NONE, NULL}};
static const struct hint event_hints[] = {{ACTION_QUIT, "quit"}, {ACTION_HELP, "help"},
    {ACTION_SEARCH, "find"}, {ACTION_COMMAND, "cmd"}, {ACTION_NEXT_PANE, "pane"},
    {ACTION_EVENT_LEVEL, "all/watched"}, {ACTION_DIFF, "new"}, {ACTION_ZOOM, "zoom"},
    {ACTION_INVISIBLE, "invisible"}, {ACTION_COPY, "copy"}, {ACTION_TIMES, "times"},
    {ACTION_PAUSE, "pause"}, {ACTION_JUMP, "jump"}, {ACTION_RECONNECT, "reconnect"},
    {ACTION_NONE, NULL}};
static const struct hint talk_hints[] = {{ACTION_BACK, "close"}, {ACTION_COMPOSE, "write"},
    {ACTION_HELP, "help"}, {ACTION_UP, "older"}, {ACTION_DOWN, "newer"}, {ACTION_OPEN, "replies"},
    {ACTION_REACT, "react"}, {ACTION_EDIT, "edit"}, {ACTION_DELETE, "delete"},
    {ACTION_SEARCH, "find"}, {ACTION_NEXT_PANE, "pane"}, {ACTION_COPY, "copy"},
    {ACTION_INVISIBLE, "invisible"}, {ACTION_ZOOM, "zoom"}, {ACTION_JUMP, "jump"},
    {ACTION_NONE, NULL}};
static const struct hint detail_hints[] = {{ACTION_BACK, "back"}, {ACTION_HELP, "help"},
    {ACTION_COMMAND, "cmd"}, {ACTION_NEXT_PANE, "pane"}, {ACTION_TIMELINE, "days"},
    {ACTION_WATCH, "watch"}, {ACTION_NEXT_COMMON, "channel"}, {ACTION_COPY, "copy"},
    {ACTION_SHUT_DETAIL, "shut"}, {ACTION_INVISIBLE, "invisible"}, {ACTION_ZOOM, "zoom"},
    {ACTION_TIMES, "times"}, {ACTION_JUMP, "jump"}, {ACTION_NONE, NULL}};
static const struct hint plot_hints[] = {{ACTION_BACK, "back"}, {ACTION_HELP, "help"},
    {ACTION_COMMAND, "cmd"}, {ACTION_NEXT_PANE, "pane"}, {ACTION_ZOOM, "zoom"},
    {ACTION_INVISIBLE, "invisible"}, {ACTION_TIMES, "times"}, {ACTION_JUMP, "jump"},
    {ACTION_NONE, NULL}};
static const struct hint help_hints[] = {{ACTION_BACK, "close"}, {ACTION_SEARCH, "find"},
    {ACTION_OPEN, "do it"}, {ACTION_DOWN, "down"}, {ACTION_UP, "up"}, {ACTION_NONE, NULL}};
static const struct hint watched_hints[] = {{ACTION_BACK, "close"}, {ACTION_WATCH, "change"},
    {ACTION_DOWN, "down"}, {ACTION_UP, "up"}, {ACTION_NONE, NULL}};
static const struct hint menu_hints[] = {
    {ACTION_BACK, "close"}, {ACTION_HELP, "help"}, {ACTION_NONE, NULL}};
static const struct hint paged_menu_hints[] = {
    {ACTION_BACK, "close"}, {ACTION_MENU, "more"}, {ACTION_HELP, "help"}, {ACTION_NONE, NULL}};

/* The same where there is room for little. */
static const struct hint narrow_channel_hints[] = {{ACTION_QUIT, "quit"}, {ACTION_HELP, "help"},
    {ACTION_SEARCH, "find"}, {ACTION_COMMAND, "cmd"}, {ACTION_INVISIBLE, "invisible"},
    {ACTION_COMPOSE, "write"}, {ACTION_NONE, NULL}};
static const struct hint narrow_hints[] = {{ACTION_QUIT, "quit"}, {ACTION_HELP, "help"},
    {ACTION_SEARCH, "find"}, {ACTION_COMMAND, "cmd"}, {ACTION_INVISIBLE, "invisible"},
    {ACTION_WATCH, "watch"}, {ACTION_NONE, NULL}};

static bool menu_has_pages(const struct model *model) {
    struct menu menu;
    menu_lay(&menu, model);
    return menu.pages > 1;
}

static const struct hint *hints_of(const struct model *model, bool narrow) {
    static const struct hint *const hints[PANE_COUNT] = {[PANE_CHANNELS] = channel_hints,
        [PANE_MEMBERS] = member_hints,
        [PANE_EVENTS] = event_hints,
        [PANE_TALK] = talk_hints,
        [PANE_DETAIL] = detail_hints,
        [PANE_PLOT] = plot_hints};
    if (model->looking.menu_open)
        return menu_has_pages(model) ? paged_menu_hints : menu_hints;
    if (model->help_open)
        return help_hints;
    if (model->watch_open)
        return watched_hints;
    if (narrow && model->focus <= PANE_EVENTS)
        return model->focus == PANE_MEMBERS ? narrow_hints : narrow_channel_hints;
    return hints[model->focus];
}

static bool is_over(const struct model *model) {
    return model->help_open || model->watch_open || model->looking.menu_open;
}

/* On the smallest screens keys stand alone; which one explains them all does not. */
static const char *word_of(const struct scene *scene, const struct hint *hint) {
    const struct model *model = scene->model;
    const bool is_letter = hint->action == ACTION_QUIT || hint->action == ACTION_INVISIBLE ||
                           hint->action == ACTION_COMPOSE || hint->action == ACTION_WATCH;
    const bool alone = model->cols < 32
                           ? hint->action != ACTION_HELP
                           : model->cols < WORDS_FROM && is_letter && model->focus <= PANE_EVENTS;
    if (hint->action == ACTION_DIFF && model->only_changed && !alone)
        return "all"; /* what it does next */
    return alone && !is_over(model) ? "" : hint->word;
}

/* Cells: "? help", or close together "?help"; a letter is never close to its word. */
static int hint_cells(
    const struct scene *scene, const struct hint *hint, char key[16], bool *close) {
    keymap_first(&scene->model->keymap, hint->action, key, 16);
    if (key[0] == '\0')
        return 0; /* somebody took it away */
    const bool is_aside = scene->model->focus == PANE_DETAIL || scene->model->focus == PANE_PLOT;
    if (hint->action == ACTION_BACK && is_aside && !is_over(scene->model) && strlen(key) < 8 &&
        scene->model->cols >= BOTH_FROM) {
        char quit[8]; /* it backs out, too */
        keymap_first(&scene->model->keymap, ACTION_QUIT, quit, sizeof quit);
        snprintf(key + strlen(key), 16 - strlen(key), "%s%s", quit[0] != '\0' ? "/" : "", quit);
    }
    const bool spacious = scene->model->cols >= SPACIOUS;
    *close = word_of(scene, hint)[0] == '\0' ||
             (!spacious && ispunct((unsigned char)key[0]) && key[0] != '-' && key[1] == '\0');
    return text_cells(key) + (*close ? 0 : 1) + text_cells(word_of(scene, hint));
}

/* What comes after it begins so many cells further on; 0: there is no room. */
static int put_hint(const struct scene *scene, int row, int col, int end, const struct hint *hint) {
    char key[16];
    bool close = false;
    const int cells = hint_cells(scene, hint, key, &close);
    if (cells == 0 || cells > end - col)
        return 0;
    int at = col;
    at += cells_put(scene->cells, row, at, cells, STYLE_KEY, key) + (close ? 0 : 1);
    cells_put(scene->cells, row, at, cells, STYLE_FAINT, word_of(scene, hint));
    cells_mark(scene->cells, row, col, cells, (int)hint->action, 0);
    return cells + (scene->model->cols >= SPACIOUS ? 2 : 1);
}

/* Where panes are not side by side: which there are, and which this is. */
static int put_tabs(const struct scene *scene, int row) {
    static const char *const names[] = {"Ch", "Mem", "Ev", "[Talk]", "[Detail]", "[Plot]"};
    static const enum action goes_to[] = {ACTION_CHANNELS, ACTION_MEMBERS, ACTION_EVENTS};
    const enum pane focus = scene->model->focus;
    int at = 1;
    if (focus > PANE_EVENTS)
        return at + cells_put(scene->cells, row, at, 8, STYLE_FOCUS, names[focus]) + 1;
    for (int pane = PANE_CHANNELS; pane <= PANE_EVENTS; pane++) {
        char name[16];
        const bool here = (int)focus == pane;
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
            model->cols < 32 ? "Esc leaves"
            : narrow         ? "Keys are text; Esc leaves"
                             : "All keys are text now; PgUp PgDn read, Esc leaves, ^C quits");
        return;
    }
    const struct hint *hints = hints_of(model, narrow);
    char key[16];
    bool close = false;
    const int last_cells = hint_cells(scene, &hints[0], key, &close);
    const int end = model->cols - 1, gap = model->cols >= SPACIOUS ? 2 : 1;
    const int room = last_cells > 0 ? end - last_cells - gap : end;
    int at = narrow && !is_over(model) ? put_tabs(scene, row) : 1;
    for (const struct hint *hint = hints + 1; hint->word != NULL; hint++)
        at += put_hint(scene, row, at, room, hint);
    put_hint(scene, row, at, end, &hints[0]);
}
