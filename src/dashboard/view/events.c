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
        [EVENT_BURST] = {"%", "", STYLE_PLAIN},
        [EVENT_FLAPS] = {"z", "flaps", STYLE_FLAPS},
        [EVENT_AWAY] = {"*", "", STYLE_WARN},
    };
    struct words words = all[event->kind];
    if (event->kind == EVENT_BURST && event->went == 0)
        words.sign = "+", words.style = STYLE_ONLINE;
    else if (event->kind == EVENT_BURST && event->came == 0)
        words.sign = "-", words.style = STYLE_LEFT;
    return words;
}

/* "12 came online: Ada, Bob, Chen and others" */
static void burst_text(
    const struct scene *scene, const struct event_line *event, char *to, size_t size) {
    struct bytes text = BYTES_EMPTY;
    if (event->came > 0)
        bytes_printf(&text, "%u came online", event->came);
    if (event->went > 0)
        bytes_printf(&text, "%s%u went offline", event->came > 0 ? ", " : "", event->went);
    for (int i = 0; i < JOURNAL_SOME && event->some[i] != NULL; i++)
        bytes_printf(&text, "%s%s", i == 0 ? ": " : ", ", view_name(scene, event->some[i]));
    if (event->came + event->went > JOURNAL_SOME)
        bytes_printf(&text, " and others");
    snprintf(to, size, "%s", bytes_text(&text));
    bytes_fini(&text);
}

/* "Ada flaps: 8 changes since 10:34" */
static void flaps_text(
    const struct event_line *event, const char *name, const char *since, char *to, size_t size) {
    const unsigned changes = event->came + event->went;
    snprintf(to, size, "%s flaps: %u change%s%s%s", name, changes, changes == 1 ? "" : "s",
        since[0] != '\0' ? " since " : "", since);
}

/* In other words where there is little room. */
enum { NAME_ALONE = 20 };

static void event_text(
    const struct scene *scene, const struct event_line *event, int most, char *to, size_t size) {
    const struct words words = words_of(event);
    const char *name = event->who != NULL ? view_name(scene, event->who) : "";
    char clock[6];
    view_clock(scene, clock, event->at_ms);
    switch (event->kind) {
    case EVENT_NOTE: snprintf(to, size, "%s", event->text); break;
    case EVENT_STATUS: snprintf(to, size, "%s is \"%s\"", name, event->text); break;
    case EVENT_AWAY:
        snprintf(to, size,
            most < NAME_ALONE ? "away: +%u -%u"
            : most < 38       ? "while away: +%u -%u"
                              : "while we were away: %u came, %u left",
            event->came, event->went);
        break;
    case EVENT_BURST: burst_text(scene, event, to, size); break;
    case EVENT_FLAPS: flaps_text(event, name, most < 44 ? "" : clock, to, size); break;
    default: /* the sign says it, too */
        snprintf(to, size, most < NAME_ALONE ? "%s" : "%s %s", name, words.verb);
        break;
    }
}

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
        snprintf(name, sizeof name, "%s%s", channel_sign(who->channels[i]), who->channels[i]->name);
        const int need = text_cells(name);
        if (at + need > col + most)
            break;
        at += cells_put(scene->cells, row, at, need, STYLE_FAINT, name) + 1;
    }
}

enum { LASTED_CELLS = 12, WATCHED_CELLS = 9, ROOM_MOST = 84 };

static void put_event(const struct scene *scene, int row, int col, int cols,
    const struct event_line *event, bool is_whole) {
    char clock[6], text[700];
    const struct words words = words_of(event);
    view_clock(scene, clock, event->until_ms);
    event_text(scene, event, cols - 10, text, sizeof text);
    cells_put(scene->cells, row, col + 1, 5, STYLE_FAINT, clock);
    cells_put(scene->cells, row, col + 7, 1, words.style, words.sign);
    int room = cols - 10;
    if (!is_whole || room < 60 || event->who == NULL) {
        cells_put(scene->cells, row, col + 9, room, STYLE_PLAIN, text);
        if (scene->model->focus == PANE_EVENTS)
            view_found(scene, row, col + 9, room, text);
        return;
    }
    room -= LASTED_CELLS + 1 + WATCHED_CELLS + 1;
    room = room < ROOM_MOST ? room : ROOM_MOST; /* the eye has to find what is at the other end */
    const int lasted = col + 9 + room + 1;
    if (event->lasted_ms != 0)
        put_lasted(scene, row, lasted, LASTED_CELLS, event);
    if (event->watched)
        cells_put(scene->cells, row, lasted + LASTED_CELLS + 1, WATCHED_CELLS, STYLE_WATCHED,
            "[watched]");
    const int all = event->lasted_ms == 0 && !event->watched ? cols - 10 : room;
    const int need = text_cells(text), share = room * 6 / 10;
    const int wide = need > share ? (need < all ? need : all) : share;
    cells_put(scene->cells, row, col + 9, wide, STYLE_PLAIN, text);
    if (scene->model->focus == PANE_EVENTS)
        view_found(scene, row, col + 9, wide, text);
    put_places(scene, row, col + 9 + wide + 1, room - wide - 1, event->who);
}

/* Nothing to show: why, and which key brings it back. */
static void put_none(const struct scene *scene, const struct box *in) {
    const struct model *model = scene->model;
    const char *why = model->event_level == LEVEL_NONE      ? "No events are shown (e)"
                      : model->only_changed                 ? "Nothing changed since then (d)"
                      : model->event_level == LEVEL_WATCHED ? "Nothing of the watched yet (e, w)"
                                                            : "Nothing happened yet";
    cells_put(scene->cells, in->row, in->col + 1, in->cols - 2, STYLE_FAINT, why);
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
