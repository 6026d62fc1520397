/* SPDX-License-Identifier: MIT */
/* What is known of the person at the cursor, and from whom: seen by us, or the server's word. */
#include "dashboard/input/action.h"
#include "dashboard/model/habits.h"
#include "dashboard/view/age.h"
#include "dashboard/view/timeline.h"
#include "dashboard/view/view.h"
#include "dashboard/view/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_BACK = 7, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

static void put_times(struct sheet *sheet, const struct person *person) {
    const struct scene *scene = sheet->scene;
    char age[AGE_BYTES], clock[6], text[80];
    if (view_local(scene, person, text))
        sheet_put(sheet, "local", STYLE_PLAIN, text);
    if (person->live && person->online) {
        sheet_put(sheet, "seen", STYLE_PLAIN, "now (observed)");
    } else if (person->seen_ms != 0) {
        view_clock(sheet->scene, clock, person->seen_ms);
        snprintf(text, sizeof text, "%s at %s", person->online ? "came" : "left", clock);
        sheet_put(sheet, "seen", STYLE_PLAIN, text);
    }
    if (person->last_active_ms != 0) {
        age_print(age, person->last_active_ms, scene->now_ms, true);
        snprintf(text, sizeof text, "last_active %s", age);
        sheet_put(sheet, "server", STYLE_PLAIN, text);
    }
}

static void put_today(struct sheet *sheet, const struct history *history) {
    const int64_t now_ms = sheet->scene->now_ms, midnight_ms = view_midnight(now_ms, 0);
    char span[SPAN_BYTES], text[48];
    const unsigned visits = history_visits(history, midnight_ms, now_ms);
    age_span(span, history_time(history, SEEN_HOME, midnight_ms, now_ms));
    snprintf(text, sizeof text, "%s, %u visit%s", span, visits, visits == 1 ? "" : "s");
    sheet_put(sheet, "today", STYLE_PLAIN, text);
}

/* False: too few days are known. */
static bool put_usual(struct sheet *sheet, const struct history *history) {
    int64_t days[DAYS_BACK + 1], comes_ms, goes_ms;
    char text[32];
    /* Of fewer days nothing is usual: most people most of the time. */
    if (history->count == 0 || sheet->scene->now_ms - history_turn(history, 0).at_ms <
                                   (HABIT_DAYS_LEAST - 2) * (int64_t)DAY_MS)
        return false;
    for (int i = 0; i <= DAYS_BACK; i++)
        days[i] = view_midnight(sheet->scene->now_ms, DAYS_BACK - i);
    if (!habits_usual(history, days, DAYS_BACK, &comes_ms, &goes_ms))
        return false;
    const int comes = (int)(comes_ms / MINUTE_MS), goes = (int)(goes_ms / MINUTE_MS);
    snprintf(
        text, sizeof text, "%02d:%02d-%02d:%02d *", comes / 60, comes % 60, goes / 60, goes % 60);
    sheet_put(sheet, "usual", STYLE_PLAIN, text);
    return true;
}

/* How long we both were home, of what is kept: a day, or so much a day of several. */
static void put_overlap(struct sheet *sheet, const struct person *person) {
    const struct model *model = sheet->scene->model;
    const struct person *me = model_find_person(model, model->me_id);
    const int64_t now_ms = sheet->scene->now_ms, days = model->history_ms / DAY_MS;
    char span[SPAN_BYTES], text[48];
    if (me == NULL || person->me)
        return;
    const int64_t both_ms = history_overlap(
        &person->history, &me->history, now_ms - model->history_ms, now_ms);
    const int64_t a_day_ms = days > 1 ? both_ms / days : both_ms;
    age_span(span, a_day_ms);
    if (days > 1 && a_day_ms >= HOUR_MS)
        snprintf(span, sizeof span, "%dh", (int)(a_day_ms / HOUR_MS));
    snprintf(text, sizeof text, "with you %s%s", span, days > 1 ? "/day" : "");
    sheet_put(sheet, "overlap", STYLE_PLAIN, text);
}

/* True: some of it is from the history that is kept. */
static bool put_observed(struct sheet *sheet, const struct person *person) {
    if (person->history.count == 0)
        return false;
    sheet_skip(sheet);
    put_today(sheet, &person->history);
    const bool usual = put_usual(sheet, &person->history);
    put_overlap(sheet, person);
    return usual;
}

/* One after another, so many of them as a line has room for. */
static void put_channels(struct sheet *sheet, const struct person *person) {
    struct bytes names = BYTES_EMPTY;
    for (unsigned i = 0; i < person->channel_count; i++)
        bytes_printf(&names, "%s%s%s", i > 0 ? " " : "", channel_sign(person_channels(person)[i]),
            person_channels(person)[i]->name);
    sheet_put(sheet, "", STYLE_FAINT, person->me ? "CHANNELS" : "CHANNELS IN COMMON");
    sheet_words(sheet, "", STYLE_PLAIN, bytes_text(&names));
    bytes_fini(&names);
}

enum { CHANGES_LEAST = 1, CHANGES_AROUND = 5 }; /* heading, blank, keys, footnote */

/* "16:32 - offline  Mon" */
static void put_change(struct sheet *sheet, const struct turn *turn, bool is_today) {
    const bool came = turn->seen == SEEN_HOME;
    char clock[6], text[48], day[AGE_DAY_BYTES] = "";
    view_clock(sheet->scene, clock, turn->at_ms);
    if (!is_today)
        age_day(day, turn->at_ms);
    snprintf(text, sizeof text, " %s %-*s%.3s", clock, is_today ? 0 : 11,
        came ? "+ online" : "- offline", day);
    sheet_put(sheet, "", came ? STYLE_ONLINE : STYLE_LEFT, text);
}

static void put_changes(struct sheet *sheet, const struct person *person) {
    const struct history *history = &person->history;
    bool headed = false;
    sheet_skip(sheet);
    const int64_t midnight_ms = view_midnight(sheet->scene->now_ms, 0);
    const int left = sheet->most - (sheet->row + sheet->scroll) - CHANGES_AROUND;
    int room = left > CHANGES_LEAST ? left : CHANGES_LEAST; /* the days have all of them */
    for (unsigned i = history->count; i > 1 && room > 0; i--) {
        const struct turn turn = history_turn(history, i - 1);
        if (turn.seen == SEEN_UNKNOWN || history_turn(history, i - 2).seen == SEEN_UNKNOWN)
            continue;
        if (!headed)
            sheet_put(sheet, "", STYLE_FAINT, "LAST CHANGES");
        headed = true;
        room--;
        put_change(sheet, &turn, turn.at_ms >= midnight_ms);
    }
}

/* "online, watching #support since 10:42"; where we were not told that they began, it is since when
 * they are home. */
static void put_watching(
    struct sheet *sheet, const struct person *person, const char *dot, int64_t home_ms) {
    const struct channel_shown *channel = model_current(sheet->scene->model);
    char text[300], clock[6], since[16] = "";
    int64_t watching_ms = 0;
    audience_has(&channel->audience, person, &watching_ms);
    view_clock(sheet->scene, clock, watching_ms != 0 ? watching_ms : home_ms);
    if (watching_ms != 0 || home_ms != 0)
        snprintf(since, sizeof since, " since %s", clock);
    snprintf(text, sizeof text, "%s online%s", dot, watching_ms != 0 ? ", watching" : since);
    sheet_put(sheet, "", STYLE_WATCHES, text);
    snprintf(text, sizeof text, "  %s%s%.200s%s", watching_ms != 0 ? "" : "watching ",
        channel_sign(channel), channel->name, watching_ms != 0 ? since : "");
    sheet_put(sheet, "", STYLE_WATCHES, text);
}

static void put_state(struct sheet *sheet, const struct person *person) {
    const struct scene *scene = sheet->scene;
    const struct state_look look = view_state(scene, person);
    char text[64], word[24], clock[6], invisible[40];
    const int64_t since_ms = person->live ? history_since(&person->history) : 0;
    if (view_invisible(scene, person, invisible)) {
        sheet_put(sheet, "", look.style, invisible);
        return;
    }
    view_word(scene, person, &look, word);
    if (look.style == STYLE_WATCHES) {
        put_watching(sheet, person, look.dot, since_ms);
        return;
    }
    if (since_ms != 0) {
        view_clock(sheet->scene, clock, since_ms);
        snprintf(text, sizeof text, "%s %s since %s", look.dot, word, clock);
    } else {
        snprintf(text, sizeof text, "%s %s", look.dot, word);
    }
    sheet_put(sheet, "", look.style, text);
}

struct hint {
    enum action action;
    const char *word;
};

static void put_hints(struct sheet *sheet, const struct hint *hint) {
    struct bytes text = BYTES_EMPTY;
    bytes_append_text(&text, "");
    for (; hint->word != NULL; hint++) {
        char key[16];
        keymap_first(&sheet->scene->model->keymap, hint->action, key, sizeof key);
        if (key[0] != '\0')
            bytes_printf(&text, "%s%s %s", text.len > 0 ? "  " : "", key, hint->word);
    }
    sheet_put(sheet, "", STYLE_FAINT, bytes_text(&text));
    bytes_fini(&text);
}

/* What can be done from here. */
static void put_keys(struct sheet *sheet, const struct person *person) {
    static const struct hint others[] = {
        {ACTION_WATCH, "watch"}, {ACTION_COPY, "copy"}, {ACTION_NONE, NULL}};
    static const struct hint all[] = {
        {ACTION_TIMELINE, "days"}, {ACTION_NEXT_COMMON, "channel"}, {ACTION_NONE, NULL}};
    if (!person->me)
        put_hints(sheet, others);
    put_hints(sheet, all);
}

static void put_footnote(struct sheet *sheet) {
    char text[64];
    const int64_t days = sheet->scene->model->history_ms / DAY_MS;
    snprintf(text, sizeof text, "* as seen in %lld day%s", (long long)days, days == 1 ? "" : "s");
    sheet_put(sheet, "", STYLE_FAINT, text);
}

/* What they are in the channel that is shown, and where that says nothing, or more is said, to the
 * server: "moderator", "user", "owner, admin". */
static void put_role(struct sheet *sheet, const struct person *person) {
    const char *here = channel_role(model_current(sheet->scene->model), person);
    const bool is_usual = strcmp(person->role, "user") == 0;
    char text[400];
    snprintf(text, sizeof text, "%s%s%s", here, here[0] != '\0' && !is_usual ? ", " : "",
        here[0] != '\0' && is_usual ? "" : person->role);
    sheet_put(sheet, "role", STYLE_PLAIN, text);
}

/* True: some of it is from the history that is kept. */
static bool put_person(struct sheet *sheet, const struct person *person) {
    put_state(sheet, person);
    sheet_words(sheet, "status", STYLE_STATUS, person->status);
    put_role(sheet, person);
    if (person->watch != WATCH_OFF)
        sheet_put(sheet, "watch", STYLE_WATCHED,
            person->watch == WATCH_NEXT ? "the next change" : "always");
    put_times(sheet, person);
    return put_observed(sheet, person);
}

static void put_others(struct sheet *sheet, const struct person *person, bool usual) {
    put_channels(sheet, person);
    put_changes(sheet, person);
    sheet_skip(sheet);
    put_keys(sheet, person);
    if (usual)
        put_footnote(sheet);
}

enum { TWO_FROM = 52, LEFT_COLS = 28, LOW = 6 };

/* Where there is room, side by side. */
static void put_columns(struct sheet *sheet, const struct person *person) {
    struct sheet right = *sheet;
    const bool two = sheet->in.cols >= TWO_FROM;
    if (!two) {
        const bool has_usual = put_person(sheet, person);
        sheet_skip(sheet);
        put_others(sheet, person, has_usual);
        return;
    }
    sheet->in.cols = LEFT_COLS;
    right.in.col += LEFT_COLS;
    right.in.cols -= LEFT_COLS;
    const bool usual = put_person(sheet, person);
    put_others(&right, person, usual);
    if (right.row > sheet->row)
        sheet->row = right.row;
}

/* "Dana Reyes  (dana)", in one line if it can be. */
static void put_who(struct sheet *sheet, const struct person *person) {
    const enum style style = view_state(sheet->scene, person).name_style;
    const char *name = view_name(sheet->scene, person);
    char id[300];
    snprintf(id, sizeof id, "(%s)", person->id);
    const int name_cells = text_cells(name), id_cells = text_cells(id);
    const int row = sheet->row;
    sheet_put(sheet, "", style == STYLE_OFFLINE ? STYLE_PLAIN : style, name);
    if (name_cells + 2 + id_cells + 2 > sheet->in.cols)
        sheet_put(sheet, "", STYLE_FAINT, id);
    else if (row >= 0 && row < sheet->in.rows)
        cells_put(sheet->scene->cells, sheet->in.row + row, sheet->in.col + name_cells + 3,
            id_cells, STYLE_FAINT, id);
}

static void put_sheet(struct sheet *sheet, const struct person *person) {
    put_who(sheet, person);
    sheet_skip(sheet);
    if (sheet->scene->model->timeline_open)
        view_timeline(sheet, person);
    else
        put_columns(sheet, person);
}

/* Once without a row to know how long it is, and then from where the scrolling can be. */
void view_detail(const struct scene *scene) {
    const struct model *model = scene->model;
    if (scene->layout.detail.rows == 0)
        return;
    const struct person *person = model_subject(model);
    const struct box in = view_frame(scene, &scene->layout.detail, "4",
        model->timeline_open ? "Timeline" : "Detail", "", model->focus == PANE_DETAIL);
    const bool tight = in.rows < LOW;
    struct sheet sheet = {.scene = scene, .in = {.cols = in.cols}, .tight = tight, .most = in.rows};
    if (person == NULL)
        return;
    put_sheet(&sheet, person);
    const int most = sheet.row > in.rows ? sheet.row - in.rows : 0;
    const int wanted = model->detail_scroll < 10000 ? (int)model->detail_scroll : 10000;
    const int scroll = wanted < most ? wanted : most;
    sheet = (struct sheet){.scene = scene,
        .in = in,
        .row = -scroll,
        .tight = tight,
        .scroll = scroll,
        .most = in.rows};
    put_sheet(&sheet, person);
}

/* How much of it there is room for. */
enum brevity { IN_FULL, BRIEF, BRIEFEST, BREVITIES };
enum { BRIEF_FROM = 60, LOCAL_ALONE = 13, NAME_LEAST = 8, NAME_BYTES = 300 };

/* "online since 10:42 (seen)"; at the briefest, what matters most: "since 10:42". */
static void put_since(const struct scene *scene, const struct person *person, enum brevity brevity,
    struct bytes *text) {
    char clock[6], age[AGE_BYTES];
    if (person->seen_ms != 0) {
        view_clock(scene, clock, person->seen_ms);
        bytes_printf(text, " since %s%s", clock, brevity == IN_FULL ? " (seen)" : "");
    } else if (person->last_active_ms != 0 && person->state != STATE_UNKNOWN) {
        age_print(age, person->last_active_ms, scene->now_ms, true);
        bytes_printf(text, brevity == BRIEFEST ? " active %s" : ", last active %s", age);
        bytes_append_text(text, brevity == IN_FULL ? " by the server" : "");
    } else if (person->state == STATE_UNKNOWN) {
        bytes_append_text(text, ", nobody tells us");
    }
}

/* Who it is about, even where there is little room. */
static void put_name(const struct scene *scene, const struct person *person, struct bytes *text) {
    char name[NAME_BYTES];
    const int cols = scene->model->cols, third = cols / 3;
    text_fit(name, sizeof name, view_name(scene, person),
        cols >= BRIEF_FROM   ? cols - 2
        : third > NAME_LEAST ? third
                             : NAME_LEAST);
    bytes_printf(text, "%s:", name);
}

static void put_sentence(const struct scene *scene, const struct person *person,
    enum brevity brevity, struct bytes *text) {
    const struct state_look look = view_state(scene, person);
    char word[24], local[LOCAL_BYTES], invisible[40];
    const bool watches = look.style == STYLE_WATCHES;
    view_word(scene, person, &look, word);
    put_name(scene, person, text);
    if (view_invisible(scene, person, invisible)) {
        bytes_printf(
            text, " %s%s", invisible, brevity == IN_FULL ? ": others see you offline" : "");
        return;
    }
    const bool has_since = person->seen_ms != 0 || person->last_active_ms != 0;
    if (brevity < BRIEFEST || !has_since || person->state == STATE_UNKNOWN)
        bytes_printf(text, " %s", watches ? "online" : word);
    put_since(scene, person, brevity, text);
    if (watches && brevity < BRIEFEST)
        bytes_printf(text, ", watching");
    if (brevity < BRIEFEST && view_local(scene, person, local))
        bytes_printf(
            text, brevity > IN_FULL ? ", %.5s local" : ", %.5s local (%s)", local, local + 6);
    if (person->status[0] != '\0')
        bytes_printf(text, ", \"%s\"", person->status);
    if (brevity == BRIEFEST && view_local(scene, person, local) &&
        text_cells(bytes_text(text)) + LOCAL_ALONE <= scene->model->cols - 2)
        bytes_printf(text, ", %.5s local", local);
}

/* Where what is looked for stands in the status alone, that is what is shown, from there on if it
 * would be cut. */
static bool put_found_status(
    const struct scene *scene, const struct person *person, char *to, size_t size) {
    const struct needle *needle = &scene->model->needle;
    struct bytes text = BYTES_EMPTY;
    size_t at = 0, len = 0;
    if (scene->model->focus != PANE_CHANNELS && scene->model->focus <= PANE_MEMBERS &&
        needle->text[0] != '\0' && !needle_is_in(needle, view_name(scene, person), NULL))
        len = needle_find(needle, person->status, 0, &at);
    if (len == 0)
        return false;
    put_name(scene, person, &text);
    char before[NAME_BYTES];
    snprintf(before, sizeof before, "%.*s", (int)(at + len), person->status);
    text_end_whole(before);
    const bool is_cut = text_cells(bytes_text(&text)) + 2 + text_cells(before) + 2 >
                        scene->model->cols - 2;
    bytes_printf(&text, is_cut ? " \"~%s\"" : " \"%s\"", person->status + (is_cut ? at : 0));
    snprintf(to, size, "%s", bytes_text(&text));
    bytes_fini(&text);
    return true;
}

/* The same in one line, the longest that is not cut. */
static void person_sentence(
    const struct scene *scene, const struct person *person, char *to, size_t size) {
    if (put_found_status(scene, person, to, size))
        return;
    for (int brevity = IN_FULL; brevity < BREVITIES; brevity++) {
        struct bytes text = BYTES_EMPTY;
        put_sentence(scene, person, (enum brevity)brevity, &text);
        snprintf(to, size, "%s", bytes_text(&text));
        bytes_fini(&text);
        if (text_cells(to) <= scene->model->cols - 2 ||
            (brevity == BRIEF && scene->model->cols >= BRIEF_FROM))
            return;
    }
}

/* That, or what has to be said. */
static enum style sentence(const struct scene *scene, char *to, size_t size, bool *is_person) {
    const struct model *model = scene->model;
    const struct person *person = model_subject(model);
    if (model->toast[0] != '\0') {
        snprintf(to, size, "%s", model->toast);
        return STYLE_WARN;
    }
    if (model->alert[0] != '\0') {
        snprintf(to, size, "%s", model->alert);
        return STYLE_WATCHED;
    }
    if (view_mention(scene, to, size))
        return STYLE_KEY;
    if (view_fault(scene, to, size))
        return STYLE_BAD;
    if (model->light_failed[0] != '\0') {
        snprintf(to, size, "FAILED: %s. Still %s", model->light_failed,
            model->light == LIGHT_OFF ? "invisible" : "visible");
        return STYLE_BAD;
    }
    if (model->link.state == LINK_WAITING && model->cols < 70) {
        /* The header has no room for the countdown. */
        const int64_t wait_ms = model->link.retry_at_ms - scene->now_ms + 999;
        char key[16];
        keymap_hint(&model->keymap, ACTION_RECONNECT, key, sizeof key);
        snprintf(to, size, "retry %ds (%s): %s", wait_ms > 0 ? (int)(wait_ms / 1000) : 0, key,
            model->link.reason);
        return STYLE_WARN;
    }
    if (model->link.state != LINK_LIVE && model->link.reason[0] != '\0') {
        snprintf(to, size, "%s", model->link.reason);
        return model->link.state == LINK_REFUSED ? STYLE_BAD : STYLE_WARN;
    }
    if (scene->layout.event_row < 0 && scene->layout.single && view_typing(scene, to, size))
        return STYLE_STATUS; /* it has no line of its own */
    if (person == NULL) {
        to[0] = '\0';
        return STYLE_PLAIN;
    }
    *is_person = true;
    person_sentence(scene, person, to, size);
    return STYLE_PLAIN;
}

/* What is said and has no room in one line takes that of the events, too, for as long. */
static bool put_said(const struct scene *scene, enum style style, const char *text) {
    const struct model *model = scene->model;
    const int row = scene->layout.event_row, cells = model->cols - 2;
    const bool is_said = model->toast[0] != '\0' || model->alert[0] != '\0';
    size_t next;
    if (!is_said || row < 0 || row + 1 != scene->layout.detail_row || text_cells(text) <= cells)
        return false;
    const size_t len = wrap_row(text, cells, &next);
    char *first = strndup(text, len);
    cells_fill(scene->cells, row, 0, model->cols, STYLE_PLAIN, " ");
    if (first != NULL)
        cells_put(scene->cells, row, 1, cells, style, first);
    free(first);
    cells_put(scene->cells, row + 1, 1, cells, style, text + next);
    return true;
}

void view_detail_line(const struct scene *scene) {
    char text[900];
    const struct model *model = scene->model;
    if (scene->layout.detail_row < 0)
        return;
    bool is_person = false;
    const enum style style = sentence(scene, text, sizeof text, &is_person);
    if (put_said(scene, style, text))
        return;
    cells_put(scene->cells, scene->layout.detail_row, 1, model->cols - 2, style, text);
    if (is_person && model->focus != PANE_CHANNELS && model->focus != PANE_EVENTS)
        view_found(scene, scene->layout.detail_row, 1, model->cols - 2, text);
}
