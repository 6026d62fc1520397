/* SPDX-License-Identifier: MIT */
/*
 * The members of the channel at the cursor: dot, name, state, last active, their local time, the
 * last 24 hours, status. As the pane gets narrower the status goes first, then the local time (or,
 * where that is what they are sorted by, the 24 hours), then the 24 hours, then the state's word
 * shrinks to a letter; the last-active time goes last.
 */
#include "dashboard/view/strip.h"
#include "dashboard/view/view.h"
#include "dashboard/view/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fields {
    int name, name_cells, state, state_cells, last, local, local_cells, strip, strip_cells, status,
        status_cells;
};

enum { STRIP_SHORT = 12, STRIP_LONG = 24, STRIP_FINE = 48, STATUS_LEAST = 8, STATUS_GOOD = 24 };
enum {
    DOT = 1,
    MARK = 2,
    LEAD = 4,
    CLOCK_CELLS = 5,
    LAST_CELLS = 5,
    LOCAL_CELLS = 5,
    STATE_CELLS = 11
};

/* What is left right of the last-active time. */
static void share_the_rest(struct fields *f, int end, bool by_local) {
    int at = f->last + LAST_CELLS + 2;
    if (end - at == STRIP_LONG - 1)
        at--; /* close, but with all hours */
    const int least = by_local ? LOCAL_CELLS : STRIP_LONG + 2 + LOCAL_CELLS + 2 + STATUS_LEAST;
    f->local = at;
    f->local_cells = end - at >= least ? LOCAL_CELLS : 0;
    at += f->local_cells > 0 ? f->local_cells + 2 : 0;
    f->strip = at;
    f->strip_cells = end - at >= STRIP_FINE + STATUS_GOOD ? STRIP_FINE
                     : end - at >= STRIP_LONG             ? STRIP_LONG
                     : end - at >= STRIP_SHORT            ? STRIP_SHORT
                                                          : 0;
    at += f->strip_cells > 0 ? f->strip_cells + 2 : 0;
    f->status = at;
    f->status_cells = end - at;
}

static struct fields fields_of(const struct box *in, bool by_local) {
    struct fields f = {.name = in->col + LEAD};
    const int room = in->cols - LEAD - LAST_CELLS - 1;
    f.state_cells = STATE_CELLS;
    if (room >= 60) {
        f.name_cells = room >= 110 ? 28 : 22;
    } else if (room >= 24) {
        f.name_cells = room >= 40 ? 17 : room - STATE_CELLS - 1;
        if (f.name_cells > 20)
            f.name_cells = 20;
    } else {
        f.state_cells = 1;
        f.name_cells = room - 2;
    }
    f.state = f.name + f.name_cells + 1;
    f.last = f.state + f.state_cells + (f.state_cells > 1 ? 0 : 1);
    share_the_rest(&f, in->col + in->cols - 1, by_local);
    return f;
}

/* The filter as it was written, in so many cells at most. */
static void put_filter(const struct scene *scene, int most, char *to, size_t size) {
    char typed[PROMPT_BYTES], fitting[PROMPT_BYTES + 2];
    to[0] = '\0';
    if (scene->model->filter_text[0] == '\0' || most < 6)
        return;
    text_fit(fitting, sizeof fitting, view_typed(typed, sizeof typed, scene->model->filter_text),
        most - 1);
    snprintf(to, size, "\\%s", fitting);
}

/* What they are sorted by is marked, for where no title says it. */
static void put_heading(
    const struct scene *scene, int row, int col, int most, enum sort_key key, const char *text) {
    const struct list *list = &scene->model->list;
    char marked[24];
    const bool sorts = list->key == key;
    snprintf(marked, sizeof marked, "%s%s%s", text,
        sorts && text_cells(text) + 2 <= most ? " " : "",
        !sorts           ? ""
        : list->reversed ? scene->glyphs->up
                         : scene->glyphs->down_mark);
    cells_put(scene->cells, row, col, most, sorts ? STYLE_TITLE : STYLE_FAINT, marked);
}

static void put_head(const struct scene *scene, const struct box *in, const struct fields *f) {
    char filter[PROMPT_BYTES + 4];
    const char *last = scene->model->looking.times == TIMES_UTC ? "UTC" : "LAST";
    const int last_cells = text_cells(last) + (scene->model->list.key == SORT_LAST ? 2 : 0);
    put_filter(scene, f->name_cells, filter, sizeof filter);
    if (scene->layout.single && filter[0] != '\0') /* there is no title for it */
        cells_put(scene->cells, in->row, f->name, f->name_cells, STYLE_WARN, filter);
    else
        put_heading(scene, in->row, f->name, f->name_cells, SORT_NAME, "NAME");
    if (f->state_cells > 1)
        put_heading(scene, in->row, f->state, f->state_cells, SORT_STATE, "STATE");
    put_heading(scene, in->row, f->last + LAST_CELLS - last_cells, last_cells, SORT_LAST, last);
    cells_mark(scene->cells, in->row, f->name, f->name_cells, ACTION_SORT, 1 + SORT_NAME);
    cells_mark(scene->cells, in->row, f->state, f->state_cells, ACTION_SORT, 1 + SORT_STATE);
    cells_mark(scene->cells, in->row, f->last, LAST_CELLS, ACTION_SORT, 1 + SORT_LAST);
    if (f->local_cells > 0)
        put_heading(scene, in->row, f->local, LOCAL_CELLS + 1, SORT_LOCAL, "LOCAL");
    cells_mark(scene->cells, in->row, f->local, f->local_cells, ACTION_SORT, 1 + SORT_LOCAL);
    if (f->strip_cells > 0)
        view_strip_ruler(scene, in->row, f->strip, f->strip_cells);
    if (f->status_cells >= STATUS_LEAST)
        cells_put(scene->cells, in->row, f->status, f->status_cells, STYLE_FAINT, "STATUS");
}

/* Theirs, where they say it. */
static void put_local(const struct scene *scene, int row, const struct fields *f,
    const struct person *person, enum style style) {
    char local[LOCAL_BYTES];
    if (f->local_cells > 0 && view_local(scene, person, local)) {
        local[LOCAL_CELLS] = '\0'; /* without the zone */
        cells_put(scene->cells, row, f->local, LOCAL_CELLS, style, local);
    }
}

static void put_person(const struct scene *scene, const struct box *in, const struct fields *f,
    int row, const struct person *person) {
    const struct state_look look = view_state(scene, person);
    struct cells *cells = scene->cells;
    const bool selected = model_current(scene->model)->selected == person;
    char age[8], letter[2] = {look.letter, '\0'}, name[300], word[24], until[40];
    enum style mark_style;
    const char *mark = view_mark(person, &mark_style);
    view_word(scene, person, &look, word);
    if (view_invisible(scene, person, until) && scene->model->mine.show_at_ms != 0)
        snprintf(word, sizeof word, "invis %s", until + strlen(until) - CLOCK_CELLS);
    view_age(scene, person, age);
    snprintf(name, sizeof name, "%s%s", view_name(scene, person),
        person->me && !view_is_as_seen(scene, person) ? " (you)" : "");
    cells_put(cells, row, in->col, 1, STYLE_KEY, selected ? ">" : " ");
    cells_put(cells, row, in->col + DOT, 1, look.style, look.dot);
    cells_put(cells, row, in->col + MARK, 1, mark_style, mark);
    cells_put(cells, row, f->name, f->name_cells, look.name_style, name);
    const bool searched = scene->model->focus != PANE_CHANNELS &&
                          scene->model->focus != PANE_EVENTS;
    if (searched)
        view_found(scene, row, f->name, f->name_cells, name);
    cells_put(cells, row, f->state, f->state_cells > 1 ? f->state_cells : 1, look.style,
        f->state_cells > 1 ? word : letter);
    cells_put_right(cells, row, f->last - 1, LAST_CELLS + 1, look.style, age);
    put_local(scene, row, f, person, look.style == STYLE_STALE ? STYLE_STALE : STYLE_PLAIN);
    if (f->strip_cells > 0)
        view_strip(scene, row, f->strip, f->strip_cells, &person->history);
    if (f->status_cells >= STATUS_LEAST)
        cells_put(cells, row, f->status, f->status_cells,
            look.style == STYLE_STALE ? STYLE_STALE : STYLE_STATUS, person->status);
    if (searched && f->status_cells >= STATUS_LEAST)
        view_found(scene, row, f->status, f->status_cells, person->status);
    if (selected && scene->model->focus == PANE_MEMBERS)
        cells_select(cells, row, in->col, in->cols);
    else if (person->flash_until_ms > scene->now_ms) /* up to the word of their state */
        cells_select(cells, row, f->name, f->state + f->state_cells - f->name);
}

enum { LOW = 6 };

/* In as many rows as it needs; the row after them. */
static int put_words(
    const struct scene *scene, const struct box *in, int row, enum style style, const char *text) {
    const int col = in->cols < 50 ? 1 : 2, cells = in->cols - col - 1;
    size_t next;
    for (; *text != '\0'; text += next) {
        const size_t len = wrap_row(text, cells, &next);
        char *piece = strndup(text, len);
        if (piece != NULL && row < in->rows)
            cells_put(scene->cells, in->row + row, in->col + col, cells, style, piece);
        free(piece);
        row++;
    }
    return row;
}

/* Why there is nobody, and what to do. */
static const char *why_nobody(const struct model *model, bool low) {
    const struct list *list = &model->list;
    if (!model->channels_known)
        return model->link.state == LINK_REFUSED ? "The server refused:"
               : model->link.state == LINK_LIVE  ? "Asking for your channels..."
               : model->link.state == LINK_OFF   ? "Not connected"
                                                 : "Connecting...";
    if (model->channel_count == 0)
        return low ? "You are in no channel." : "You are in no channel yet. In a shell";
    if (model_current(model)->members.count == 0)
        return "Nobody is in this channel";
    return model->filter_text[0] != '\0' ? "Nobody matches ({back} clears the filter)"
           : model->only_changed ? "Nobody came or went since you looked ({changes} shows all)"
           : list->states == SHOW_ONLINE  ? "Nobody is online ({show} shows others)"
           : list->states == SHOW_LEFT    ? "Nobody left within 5 minutes ({show} shows others)"
           : list->states == SHOW_OFFLINE ? "Nobody is offline ({show} shows others)"
           : list->states == SHOW_UNKNOWN ? "Nobody is unknown ({show} shows others)"
                                          : "Everybody is offline ({offline} shows them)";
}

static void put_empty(const struct scene *scene, const struct box *in) {
    const struct model *model = scene->model;
    int row = in->rows < LOW ? 0 : in->rows < 12 ? 1 : 2;
    char why[120];
    keymap_fill(&model->keymap, why_nobody(model, in->rows < LOW), why, sizeof why);
    row = put_words(scene, in, row, STYLE_PLAIN, why);
    if (!model->channels_known && model->link.state != LINK_LIVE) {
        put_words(scene, in, row, STYLE_WARN, model->link.reason);
    } else if (model->channels_known && model->channel_count == 0 && in->rows < LOW) {
        put_words(scene, in, row, STYLE_KEY, ":channel hall makes one");
    } else if (model->channels_known && model->channel_count == 0) {
        row = put_words(
            scene, in, row, STYLE_KEY, "porchlight channel messaging:hall --add SOMEBODY");
        put_words(scene, in, row, STYLE_PLAIN, "makes one; here :channel hall SOMEBODY does.");
    }
}

/* Who is shown, in which order, and how many. */
static void put_rules(const struct scene *scene, int room, char *to, size_t size) {
    const struct list *list = &scene->model->list;
    const size_t all = model_current(scene->model)->members.count;
    char rule[24] = "", rest[120], count[48], filter[PROMPT_BYTES + 4];
    if (scene->model->only_changed)
        snprintf(rule, sizeof rule, "changed only  ");
    else if (list->states != SHOW_ALL)
        snprintf(rule, sizeof rule, "%s only  ", state_rule_name(list->states));
    snprintf(count, sizeof count, list->count < all ? "%zu of %zu" : "%zu", list->count, all);
    const bool held = scene->model->looking.paused; /* a second after a key is not worth a word */
    snprintf(rest, sizeof rest, "%s%s%s %s%s  %s", rule,
        scene->model->filter_text[0] == '\0' ? "sort:" : "", sort_key_name(list->key),
        list->reversed ? scene->glyphs->up : scene->glyphs->down_mark, held ? " (held)" : "",
        count);
    const int filter_cells = text_cells(scene->model->filter_text);
    const int need = text_cells(rest) + (filter_cells > 0 ? filter_cells + 3 : 0);
    if (need > room) /* what is left out is said at least, before how it is sorted */
        snprintf(rest, sizeof rest, "%s%s", rule, count);
    put_filter(scene, room - text_cells(rest) - 2, filter, sizeof filter);
    snprintf(to, size, "%s%s%s", filter, filter[0] != '\0' ? "  " : "", rest);
}

void view_members(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct channel_shown *channel = model_current(model);
    if (scene->layout.members.rows == 0)
        return;
    char title[320], right[PROMPT_BYTES + 160];
    const size_t shown = model->list.count;
    snprintf(title, sizeof title, "Members %s%s", channel_sign(channel),
        channel->cid[0] != '\0' ? channel->name : "of all channels");
    put_rules(scene, scene->layout.members.cols - 7 - text_cells(title), right, sizeof right);
    const struct box in = view_frame(
        scene, &scene->layout.members, "2", title, right, model->focus == PANE_MEMBERS);
    const struct fields f = fields_of(&in, model->list.key == SORT_LOCAL);
    if (shown == 0) {
        put_empty(scene, &in);
        return;
    }
    const int head = scene->layout.members_head;
    if (head > 0)
        put_head(scene, &in, &f);
    for (int row = head; row < in.rows; row++) {
        const struct person *person = list_at(&model->list, channel->top + (size_t)(row - head));
        if (person == NULL)
            break;
        put_person(scene, &in, &f, in.row + row, person);
    }
}
