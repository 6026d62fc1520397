/* SPDX-License-Identifier: MIT */
/* What is known of the person at the cursor, and from whom: seen by us, or the server's word. */
#include "dashboard/input/action.h"
#include "dashboard/model/habits.h"
#include "dashboard/view/age.h"
#include "dashboard/view/timeline.h"
#include "dashboard/view/view.h"

#include <stdio.h>
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

static void put_channels(struct sheet *sheet, const struct person *person) {
    sheet_skip(sheet);
    sheet_put(sheet, "", STYLE_FAINT, "CHANNELS IN COMMON");
    for (unsigned i = 0; i < person->channel_count; i++) {
        char name[200];
        snprintf(name, sizeof name, " %s%s", channel_sign(person->channels[i]),
            person->channels[i]->name);
        sheet_put(sheet, "", STYLE_PLAIN, name);
    }
}

static void put_changes(struct sheet *sheet, const struct person *person) {
    const struct history *history = &person->history;
    bool headed = false;
    sheet_skip(sheet);
    for (unsigned i = history->count; i > 1; i--) {
        const struct turn turn = history_turn(history, i - 1);
        char clock[6], text[32];
        if (turn.seen == SEEN_UNKNOWN || history_turn(history, i - 2).seen == SEEN_UNKNOWN)
            continue;
        if (!headed)
            sheet_put(sheet, "", STYLE_FAINT, "LAST CHANGES");
        headed = true;
        view_clock(sheet->scene, clock, turn.at_ms);
        const bool came = turn.seen == SEEN_HOME;
        snprintf(text, sizeof text, " %s %s", clock, came ? "+ online" : "- offline");
        sheet_put(sheet, "", came ? STYLE_ONLINE : STYLE_LEFT, text);
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
    char text[64], word[24], clock[6];
    const int64_t since_ms = person->live ? history_since(&person->history) : 0;
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
        {ACTION_TIMELINE, "days"}, {ACTION_NEXT_COMMON, "next channel"}, {ACTION_NONE, NULL}};
    if (!person->me)
        put_hints(sheet, others);
    put_hints(sheet, all);
}

static void put_footnote(struct sheet *sheet) {
    char text[64];
    const int64_t days = sheet->scene->model->history_ms / DAY_MS;
    snprintf(text, sizeof text, "* of what was seen in %lld days", (long long)days);
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

static void put_person(struct sheet *sheet, const struct person *person) {
    put_state(sheet, person);
    sheet_put(sheet, "status", STYLE_STATUS, person->status);
    put_role(sheet, person);
    if (person->watch != WATCH_OFF)
        sheet_put(sheet, "watch", STYLE_WATCHED,
            person->watch == WATCH_NEXT ? "the next change" : "always");
    put_times(sheet, person);
    const bool usual = put_observed(sheet, person);
    put_channels(sheet, person);
    put_changes(sheet, person);
    sheet_skip(sheet);
    put_keys(sheet, person);
    if (usual)
        put_footnote(sheet);
}

static void put_sheet(struct sheet *sheet, const struct person *person) {
    const enum style style = view_state(sheet->scene, person).name_style;
    char id[300];
    snprintf(id, sizeof id, "(%s)", person->id);
    sheet_put(
        sheet, "", style == STYLE_OFFLINE ? STYLE_PLAIN : style, view_name(sheet->scene, person));
    sheet_put(sheet, "", STYLE_FAINT, id);
    sheet_skip(sheet);
    if (sheet->scene->model->timeline_open)
        view_timeline(sheet, person);
    else
        put_person(sheet, person);
}

/* Once without a row to know how long it is, and then from where the scrolling can be. */
void view_detail(const struct scene *scene) {
    const struct model *model = scene->model;
    if (scene->layout.detail.rows == 0)
        return;
    const struct person *person = model_subject(model);
    const struct box in = view_frame(scene, &scene->layout.detail, "4",
        model->timeline_open ? "Timeline" : "Detail", "", model->focus == PANE_DETAIL);
    struct sheet sheet = {.scene = scene};
    if (person == NULL)
        return;
    put_sheet(&sheet, person);
    const int most = sheet.row > in.rows ? sheet.row - in.rows : 0;
    const int wanted = model->detail_scroll < 10000 ? (int)model->detail_scroll : 10000;
    sheet = (struct sheet){.scene = scene, .in = in, .row = -(wanted < most ? wanted : most)};
    put_sheet(&sheet, person);
}

/* The same in one line. */
static void person_sentence(
    const struct scene *scene, const struct person *person, char *to, size_t size) {
    const struct state_look look = view_state(scene, person);
    struct bytes text = BYTES_EMPTY;
    char clock[6], age[AGE_BYTES], word[24], local[LOCAL_BYTES];
    view_word(scene, person, &look, word);
    const bool watches = look.style == STYLE_WATCHES;
    if (!scene->layout.single || scene->model->focus != PANE_MEMBERS) /* else the cursor says it */
        bytes_printf(&text, "%s: ", view_name(scene, person));
    bytes_printf(&text, "%s", watches ? "online" : word);
    if (person->seen_ms != 0) {
        view_clock(scene, clock, person->seen_ms);
        bytes_printf(&text, " since %s (seen)", clock);
    } else if (person->last_active_ms != 0 && person->state != STATE_UNKNOWN) {
        age_print(age, person->last_active_ms, scene->now_ms, true);
        bytes_printf(
            &text, ", last active %s%s", age, scene->layout.single ? "" : " by the server");
    }
    if (watches)
        bytes_printf(&text, ", watching");
    if (view_local(scene, person, local))
        bytes_printf(&text, ", %.5s local (%s)", local, local + 6);
    if (person->status[0] != '\0')
        bytes_printf(&text, ", \"%s\"", person->status);
    snprintf(to, size, "%s", bytes_text(&text));
    bytes_fini(&text);
}

/* That, or what has to be said. */
static enum style sentence(const struct scene *scene, char *to, size_t size) {
    const struct model *model = scene->model;
    const struct person *person = model_subject(model);
    if (model->toast[0] != '\0') {
        snprintf(to, size, "%s", model->toast);
        return STYLE_WARN;
    }
    if (view_mention(scene, to, size))
        return STYLE_KEY;
    if (view_fault(scene, to, size))
        return STYLE_BAD;
    if (model->light_failed[0] != '\0') {
        snprintf(to, size, "FAILED: %s. You are still %s", model->light_failed,
            model->light == LIGHT_OFF ? "invisible" : "visible");
        return STYLE_BAD;
    }
    if (model->link.state == LINK_WAITING && model->cols < 70) {
        /* The header has no room for the countdown. */
        const int64_t wait_ms = model->link.retry_at_ms - scene->now_ms + 999;
        snprintf(to, size, "retry in %ds (r now): %s", wait_ms > 0 ? (int)(wait_ms / 1000) : 0,
            model->link.reason);
        return STYLE_WARN;
    }
    if (model->link.state != LINK_LIVE && model->link.reason[0] != '\0') {
        snprintf(to, size, "%s", model->link.reason);
        return model->link.state == LINK_REFUSED ? STYLE_BAD : STYLE_WARN;
    }
    if (person == NULL) {
        to[0] = '\0';
        return STYLE_PLAIN;
    }
    person_sentence(scene, person, to, size);
    return STYLE_PLAIN;
}

void view_detail_line(const struct scene *scene) {
    char text[900], ack[80], clock[6];
    const struct model *model = scene->model;
    if (scene->layout.detail_row < 0)
        return;
    const enum style style = sentence(scene, text, sizeof text);
    int room = model->cols - 2;
    if (model->light == LIGHT_OFF && model->light_acked_ms != 0 && model->cols >= 100) {
        view_clock(scene, clock, model->light_acked_ms);
        snprintf(ack, sizeof ack, "invisible, confirmed by the server at %s", clock);
        const int cells = text_cells(ack);
        cells_put(scene->cells, scene->layout.detail_row, model->cols - 1 - cells, cells,
            STYLE_FAINT, ack);
        room -= cells + 2;
    }
    cells_put(scene->cells, scene->layout.detail_row, 1, room, style, text);
}
