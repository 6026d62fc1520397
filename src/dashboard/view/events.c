/* SPDX-License-Identifier: MIT */
/* What happened, newest first, and how many came and left since the person last looked. */
#include "dashboard/view/age.h"
#include "dashboard/view/event_text.h"
#include "dashboard/view/view.h"

#include <stdio.h>

/* How long what ended had lasted: "away 3h12m", "after 6h01m". */
static void put_lasted(
    const struct scene *scene, int row, int col, int most, const struct event_line *event) {
    char span[SPAN_BYTES], text[32];
    age_span(span, event->lasted_ms);
    snprintf(text, sizeof text, "%s %s", event->kind == EVENT_CAME ? "away" : "after", span);
    cells_put(scene->cells, row, col, most, STYLE_FAINT, text);
}

/* In which channels of mine they are, as far as there is room. */
static void put_places(
    const struct scene *scene, int row, int col, int most, const struct person *who) {
    int at = col;
    for (unsigned i = 0; i < who->channel_count; i++) {
        char name[200];
        snprintf(name, sizeof name, "%s%s", channel_sign(person_channels(who)[i]),
            person_channels(who)[i]->name);
        const int need = text_cells(name);
        if (at + need > col + most)
            break;
        at += cells_put(scene->cells, row, at, need, STYLE_FAINT, name) + 1;
    }
}

static void put_text(const struct scene *scene, int row, int col, int most, const char *text) {
    cells_put(scene->cells, row, col, most, STYLE_PLAIN, text);
    if (scene->model->focus == PANE_EVENTS)
        view_found(scene, row, col, most, text);
}

static void put_event(const struct scene *scene, int row, int col, int cols,
    const struct event_line *event, bool is_whole) {
    char clock[6], text[EVENT_BYTES];
    enum style style;
    const char *sign = event_sign(event, &style);
    const int all = is_whole ? event_cells(event, cols) : cols - EVENT_LEAD - 1;
    int room = cols - EVENT_LEAD - 1;
    view_clock(scene, clock, event->until_ms);
    event_text(scene->model, event, all, text);
    cells_put(scene->cells, row, col + 1, 5, STYLE_FAINT, clock);
    cells_put(scene->cells, row, col + 7, 1, style, sign);
    if (!is_whole || room < EVENT_PLACES_FROM || event->who == NULL) {
        put_text(scene, row, col + EVENT_LEAD, room, text);
        return;
    }
    room -= EVENT_LASTED + 1 + EVENT_WATCHED + 1;
    room = room < EVENT_MOST ? room : EVENT_MOST;
    const int lasted = col + EVENT_LEAD + room + 1;
    if (event->lasted_ms != 0)
        put_lasted(scene, row, lasted, EVENT_LASTED, event);
    if (event->watched)
        cells_put(scene->cells, row, lasted + EVENT_LASTED + 1, EVENT_WATCHED, STYLE_WATCHED,
            "[watched]");
    const int need = text_cells(text), share = room * 6 / 10;
    const int wide = need > share ? (need < all ? need : all) : share;
    put_text(scene, row, col + EVENT_LEAD, wide, text);
    put_places(scene, row, col + EVENT_LEAD + wide + 1, room - wide - 1, event->who);
}

/* Nothing to show: why, and which key brings it back. */
static void put_none(const struct scene *scene, const struct box *in) {
    const struct model *model = scene->model;
    char keyed[80];
    const char *why = model->event_level == LEVEL_NONE ? "No events are shown ({event-level})"
                      : model->only_changed            ? "Nothing changed since then ({changes})"
                      : model->event_level == LEVEL_WATCHED
                          ? "Nothing of the watched yet ({event-level}, {watch})"
                          : "Nothing happened yet";
    keymap_fill(&model->keymap, why, keyed, sizeof keyed);
    cells_put(scene->cells, in->row, in->col + 1, in->cols - 2, STYLE_FAINT, keyed);
}

static void event_title(const struct model *model, char *to, size_t size) {
    static const char *const levels[LEVELS] = {"", " of the watched", " off"};
    snprintf(to, size, "Events%s%s", levels[model->event_level],
        model->only_changed ? ", only new" : "");
}

void view_events(const struct scene *scene) {
    const struct model *model = scene->model;
    if (scene->layout.events.rows == 0)
        return;
    char title[48], right[80], since[6];
    event_title(model, title, sizeof title);
    view_clock(scene, since, model->mark_ms);
    snprintf(right, sizeof right,
        model->cols >= 100 ? "since you last looked (%s): %u came, %u left"
                           : "since you last looked (%s): +%u -%u",
        since, model->came, model->went);
    const struct box in = view_frame(
        scene, &scene->layout.events, "3", title, right, model->focus == PANE_EVENTS);
    const struct journal_filter filter = model_event_filter(model);
    if (journal_shown(&model->journal, &filter, 0) == NULL)
        put_none(scene, &in);
    for (int row = 0; row < in.rows; row++) {
        const struct event_line *event = journal_shown(
            &model->journal, &filter, model->event_scroll + (size_t)row);
        if (event == NULL)
            break;
        put_event(scene, in.row + row, in.col, in.cols, event, true);
    }
}

static void put_since(const struct scene *scene, int right) {
    char since[6], text[40];
    view_clock(scene, since, scene->model->mark_ms);
    snprintf(text, sizeof text, "since you last looked (%s)", since);
    cells_put(scene->cells, scene->layout.event_row, 1, scene->model->cols - right - 3, STYLE_FAINT,
        text);
}

void view_event_line(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct journal_filter filter = model_event_filter(model);
    const struct event_line *event = journal_shown(&model->journal, &filter, 0);
    if (scene->layout.event_row < 0)
        return;
    char counts[32] = "", typing[400];
    if (scene->layout.single && view_typing(scene, typing, sizeof typing)) {
        cells_put(scene->cells, scene->layout.event_row, 1, model->cols - 2, STYLE_STATUS, typing);
        return;
    }
    if (scene->layout.events.rows > 0 && !scene->layout.single)
        return; /* its title says all of it */
    if (model->came + model->went > 0 || event != NULL)
        snprintf(counts, sizeof counts, "+%u -%u", model->came, model->went);
    const int counts_cells = text_cells(counts);
    cells_put_right(scene->cells, scene->layout.event_row, model->cols - counts_cells - 1,
        counts_cells, STYLE_FAINT, counts);
    if (scene->layout.events.rows > 0) /* they are over it already */
        put_since(scene, counts_cells);
    else if (event != NULL)
        put_event(scene, scene->layout.event_row, 0, model->cols - counts_cells - 2, event, false);
}
