/* SPDX-License-Identifier: MIT */
/* What happened, newest first, and how many came and left since the person last looked. */
#include "dashboard/view/age.h"
#include "dashboard/view/view.h"

#include <stdio.h>

struct words {
    const char *sign, *verb;
    enum style style;
};

static struct words words_of(const struct event_line *event) {
    static const struct words all[] = {
        [EVENT_CAME] = {"+", "came online", STYLE_ONLINE},
        [EVENT_WENT] = {"-", "went offline", STYLE_LEFT},
        [EVENT_STATUS] = {"=", "is", STYLE_STATUS},
        [EVENT_NOTE] = {"*", "", STYLE_WARN},
    };
    return all[event->kind];
}

static void event_text(
    const struct scene *scene, const struct event_line *event, char *to, size_t size) {
    const struct words words = words_of(event);
    if (event->kind == EVENT_NOTE)
        snprintf(to, size, "%s", event->text);
    else if (event->kind == EVENT_STATUS)
        snprintf(to, size, "%s is \"%s\"", view_name(scene, event->who), event->text);
    else
        snprintf(to, size, "%s %s", view_name(scene, event->who), words.verb);
}

/* In which channels of mine they are, as far as there is room. */
static void put_places(
    const struct scene *scene, int row, int col, int most, const struct person *who) {
    int at = col;
    for (unsigned i = 0; i < who->channel_count; i++) {
        char name[200];
        snprintf(name, sizeof name, "#%s", who->channels[i]->name);
        const int need = text_cells(name);
        if (at + need > col + most)
            break;
        at += cells_put(scene->cells, row, at, need, STYLE_FAINT, name) + 1;
    }
}

static void put_event(const struct scene *scene, int row, int col, int cols,
    const struct event_line *event, bool with_places) {
    char clock[6], text[700];
    const struct words words = words_of(event);
    age_clock(clock, event->at_ms);
    event_text(scene, event, text, sizeof text);
    cells_put(scene->cells, row, col + 1, 5, STYLE_FAINT, clock);
    cells_put(scene->cells, row, col + 7, 1, words.style, words.sign);
    const int room = cols - 10;
    const int wide = with_places && room > 60 ? room * 6 / 10 : room;
    cells_put(scene->cells, row, col + 9, wide, STYLE_PLAIN, text);
    if (wide < room && event->who != NULL)
        put_places(scene, row, col + 9 + wide + 1, room - wide - 1, event->who);
}

void view_events(const struct scene *scene) {
    const struct model *model = scene->model;
    if (scene->layout.events.rows == 0)
        return;
    char right[80], since[6];
    age_clock(since, model->mark_ms);
    snprintf(right, sizeof right,
        model->cols >= 100 ? "since you last looked (%s): %u came, %u left"
                           : "since you last looked (%s): +%u -%u",
        since, model->came, model->went);
    const struct box in = view_frame(
        scene, &scene->layout.events, "3", "Events", right, model->focus == PANE_EVENTS);
    for (int row = 0; row < in.rows; row++) {
        const struct event_line *event = model_event(model, model->event_scroll + (size_t)row);
        if (event == NULL)
            break;
        put_event(scene, in.row + row, in.col, in.cols, event, true);
    }
}

void view_event_line(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct event_line *event = model_event(model, 0);
    if (scene->layout.event_row < 0)
        return;
    char counts[32];
    snprintf(counts, sizeof counts, "+%u -%u", model->came, model->went);
    const int counts_cells = text_cells(counts);
    cells_put_right(scene->cells, scene->layout.event_row, model->cols - counts_cells - 1,
        counts_cells, STYLE_FAINT, counts);
    if (event != NULL)
        put_event(scene, scene->layout.event_row, 0, model->cols - counts_cells - 2, event, false);
}
