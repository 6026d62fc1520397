/* SPDX-License-Identifier: MIT */
#include "dashboard/view/scene.h"

#include "dashboard/model/notice.h"
#include "dashboard/input/action.h"
#include "dashboard/view/age.h"

#include <stdio.h>
#include <stdlib.h>

bool view_is_as_seen(const struct scene *scene, const struct person *person) {
    return person->me && person->live && scene->model->light != LIGHT_UNKNOWN &&
           scene->model->mine.as_seen_until_ms > scene->now_ms;
}

/* Whoever hid is gone for others, since the server said that they hide. */
static enum state state_of(const struct scene *scene, const struct person *person) {
    const struct model *model = scene->model;
    if (!view_is_as_seen(scene, person) || model->light != LIGHT_OFF)
        return person->state;
    return scene->now_ms - model->light_acked_ms < JUST_LEFT_MS ? STATE_LEFT : STATE_OFFLINE;
}

struct state_look view_state(const struct scene *scene, const struct person *person) {
    static const struct state_look looks[STATES] = {
        [STATE_ONLINE] = {NULL, "online", STYLE_ONLINE, STYLE_NAME, 'O'},
        [STATE_LEFT] = {NULL, "just left", STYLE_LEFT, STYLE_PLAIN, 'L'},
        [STATE_OFFLINE] = {NULL, "offline", STYLE_OFFLINE, STYLE_OFFLINE, 'f'},
        [STATE_UNKNOWN] = {NULL, "unknown", STYLE_UNKNOWN, STYLE_OFFLINE, '?'},
        [STATE_BANNED] = {NULL, "banned", STYLE_BANNED, STYLE_OFFLINE, 'x'},
    };
    static const char *const were[STATES] = {[STATE_ONLINE] = "was online",
        [STATE_LEFT] = "had left",
        [STATE_OFFLINE] = "was away",
        [STATE_UNKNOWN] = "unknown",
        [STATE_BANNED] = "banned"};
    const enum state state = state_of(scene, person);
    struct state_look look = looks[state];
    look.dot = scene->glyphs->dots[state];
    if (person_watches(person)) {
        look.word = "watching";
        look.style = STYLE_WATCHES;
        look.letter = 'W';
    }
    if (person->me && scene->model->light == LIGHT_OFF && person->live &&
        !view_is_as_seen(scene, person)) {
        look.dot = " "; /* nobody sees one */
        look.word = "invisible";
        look.letter = 'i';
        look.style = STYLE_LEFT;
    }
    if (!person->live && person->was_live) {
        look.style = look.name_style = STYLE_STALE;
        look.word = were[person->state];
    } else if (person->flaps) {
        look.style = STYLE_FLAPS;
    }
    return look;
}

bool view_invisible(const struct scene *scene, const struct person *person, char to[40]) {
    const struct model *model = scene->model;
    char clock[6];
    if (!person->me || model->light != LIGHT_OFF || !person->live || view_is_as_seen(scene, person))
        return false;
    age_clock(clock, model->mine.show_at_ms);
    snprintf(to, 40, model->mine.show_at_ms != 0 ? "invisible until %s" : "invisible", clock);
    return true;
}

void view_word(const struct scene *scene, const struct person *person,
    const struct state_look *look, char to[24]) {
    if (look->style == STYLE_FLAPS)
        snprintf(to, 24, "flap %u/h", notice_flaps_an_hour(person, scene->now_ms));
    else
        snprintf(to, 24, "%s", look->word);
}

const char *view_mark(const struct person *person, enum style *style) {
    *style = person->flaps ? STYLE_FLAPS : STYLE_WATCHED;
    return person->flaps ? "z" : person->watch != WATCH_OFF ? "+" : " ";
}

const char *view_name(const struct scene *scene, const struct person *person) {
    return person_shown(person, scene->model->ascii);
}

const char *view_typed(char *to, size_t size, const char *text) {
    char *clean = text_cleaned(text);
    snprintf(to, size, "%s", clean != NULL ? clean : "");
    free(clean);
    return to;
}

void view_found(const struct scene *scene, int row, int col, int most, const char *text) {
    const struct needle *needle = &scene->model->needle;
    size_t at = 0;
    if (needle->text[0] == '\0')
        return;
    for (size_t from = 0, len; (len = needle_find(needle, text, from, &at)) > 0; from = at + len) {
        int cells, before = 0, inside = 0;
        for (size_t i = 0, step; i < at + len && (step = text_cluster(text + i, &cells)) > 0;
             i += step)
            *(i < at ? &before : &inside) += cells;
        for (int i = before; i < before + inside && i < most; i++) {
            struct cell *cell = cells_at(scene->cells, row, col + i);
            if (cell != NULL)
                cell->style = STYLE_MATCH;
        }
    }
}

/* Ages stand still while nothing is heard. */
static int64_t age_now(const struct scene *scene, const struct person *person) {
    const struct link_shown *link = &scene->model->link;
    if (!person->live && person->was_live && link->stale_since_ms != 0)
        return link->stale_since_ms;
    return scene->now_ms;
}

/* As a time of the clock; the server's word is coarse, and marked so. */
static void view_moment(const struct scene *scene, const struct person *person, char to[8]) {
    const bool observed = person->seen_ms != 0;
    char moment[6];
    if (!observed && person->last_active_ms == 0) {
        snprintf(to, AGE_BYTES, "?");
        return;
    }
    age_moment(moment, observed ? person->seen_ms : person->last_active_ms, scene->now_ms,
        scene->model->looking.times == TIMES_UTC);
    snprintf(to, AGE_BYTES, "%s%s", observed ? "" : "~", moment);
}

void view_age(const struct scene *scene, const struct person *person, char to[8]) {
    const int64_t now_ms = age_now(scene, person);
    if (person->state == STATE_UNKNOWN)
        snprintf(to, AGE_BYTES, "?");
    else if (view_is_as_seen(scene, person) && scene->model->light == LIGHT_OFF)
        age_print(to, scene->model->light_acked_ms, now_ms, false);
    else if (person->online)
        snprintf(to, AGE_BYTES, "now");
    else if (scene->model->looking.times != TIMES_AGES)
        view_moment(scene, person, to);
    else if (person->seen_ms != 0)
        age_print(to, person->seen_ms, now_ms, false);
    else
        age_print(to, person->last_active_ms, now_ms, true);
}

void view_clock(const struct scene *scene, char to[6], int64_t unix_ms) {
    if (scene->model->looking.times == TIMES_UTC)
        age_clock_utc(to, unix_ms);
    else
        age_clock(to, unix_ms);
}

bool view_local(const struct scene *scene, const struct person *person, char to[LOCAL_BYTES]) {
    int offset_s;
    if (!clock_there_offset(&person->there, scene->now_ms, &offset_s))
        return false;
    const int64_t there_s = scene->now_ms / 1000 + offset_s;
    const int minute = (int)(there_s / 60 % (24 * 60)), east = offset_s < 0 ? -offset_s : offset_s;
    const int len = snprintf(to, LOCAL_BYTES, "%02d:%02d UTC%c%d", minute / 60, minute % 60,
        offset_s < 0 ? '-' : '+', east / 3600);
    if (east / 60 % 60 != 0)
        snprintf(to + len, LOCAL_BYTES - (size_t)len, ":%02d", east / 60 % 60);
    return true;
}

/* What goes to a pane that has a number; ACTION_NONE: it has none. */
static enum action goes_to(const char *number) {
    static const enum action panes[] = {
        ACTION_CHANNELS, ACTION_MEMBERS, ACTION_EVENTS, ACTION_DETAIL, ACTION_PLOT};
    return number[0] >= '1' && number[0] <= '5' ? panes[number[0] - '1'] : ACTION_NONE;
}

enum { TITLE_LEAST = 16, PANE_KEY = 6 };

/* The title of a pane begins with the key that goes to it. */
static int put_pane_key(
    const struct scene *scene, const struct box *box, int at, const char *number) {
    const enum action action = goes_to(number);
    char key[16] = "";
    if (action != ACTION_NONE)
        keymap_first(&scene->model->keymap, action, key, sizeof key);
    if (key[0] == '\0')
        return at;
    at += cells_put(scene->cells, box->row, at, PANE_KEY, STYLE_KEY, key);
    return at + cells_put(scene->cells, box->row, at, 1, STYLE_TITLE, " ");
}

struct box view_frame(const struct scene *scene, const struct box *box, const char *number,
    const char *title, const char *right, bool has_keys) {
    const struct glyphs *g = scene->glyphs;
    struct cells *cells = scene->cells;
    if (scene->layout.single)
        return *box;
    const int last_row = box->row + box->rows - 1, last_col = box->col + box->cols - 1;
    cells_fill(cells, box->row, box->col, box->cols, STYLE_FRAME, g->across);
    cells_fill(cells, last_row, box->col, box->cols, STYLE_FRAME, g->across);
    for (int row = box->row + 1; row < last_row; row++) {
        cells_fill(cells, row, box->col, 1, STYLE_FRAME, g->down);
        cells_fill(cells, row, last_col, 1, STYLE_FRAME, g->down);
    }
    cells_put(cells, box->row, box->col, 1, STYLE_FRAME, g->top_left);
    cells_put(cells, box->row, last_col, 1, STYLE_FRAME, g->top_right);
    cells_put(cells, last_row, box->col, 1, STYLE_FRAME, g->bottom_left);
    cells_put(cells, last_row, last_col, 1, STYLE_FRAME, g->bottom_right);
    int at = put_pane_key(scene, box, box->col + 1, number);
    int right_cells = text_cells(right);
    const int all = last_col - at, beside = all - right_cells - 3;
    if (right_cells > 0 && beside < text_cells(title) && beside < TITLE_LEAST)
        right_cells = 0; /* a title that nobody can read is of no use */
    at += cells_put(cells, box->row, at, right_cells > 0 ? beside : all,
        has_keys ? STYLE_FOCUS : STYLE_TITLE, title);
    if (goes_to(number) != ACTION_NONE)
        cells_mark(cells, box->row, box->col + 1, at - box->col - 1, (int)goes_to(number), 0);
    if (right_cells > 0) {
        cells_put(cells, box->row, last_col - right_cells - 2, 1, STYLE_TITLE, " ");
        cells_put(cells, box->row, last_col - right_cells - 1, right_cells, STYLE_TITLE, right);
        cells_put(cells, box->row, last_col - 1, 1, STYLE_TITLE, " ");
    }
    return (struct box){box->row + 1, box->col + 1, box->rows - 2, box->cols - 2};
}
