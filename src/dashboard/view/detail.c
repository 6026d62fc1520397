/* SPDX-License-Identifier: MIT */
/* What is known of the person at the cursor, and from whom: seen by us, or the server's word. */
#include "dashboard/view/age.h"
#include "dashboard/view/view.h"

#include <stdio.h>
#include <string.h>

static void put(const struct scene *scene, const struct box *in, int *row, const char *label,
    enum style style, const char *text) {
    if (*row >= in->rows || text[0] == '\0')
        return;
    const int indent = label[0] != '\0' ? 10 : 1;
    cells_put(scene->cells, in->row + *row, in->col + 1, 9, STYLE_FAINT, label);
    cells_put(scene->cells, in->row + *row, in->col + indent, in->cols - indent - 1, style, text);
    (*row)++;
}

static void put_times(
    const struct scene *scene, const struct box *in, int *row, const struct person *person) {
    char age[AGE_BYTES], clock[6], text[80];
    if (person->seen_ms != 0) {
        age_print(age, person->seen_ms, scene->now_ms, false);
        age_clock(clock, person->seen_ms);
        snprintf(text, sizeof text, "%s at %s", person->online ? "came" : "left", clock);
        put(scene, in, row, "seen", STYLE_PLAIN, text);
    }
    if (person->last_active_ms != 0) {
        age_print(age, person->last_active_ms, scene->now_ms, true);
        put(scene, in, row, "server", STYLE_PLAIN, age);
    }
}

static void put_channels(
    const struct scene *scene, const struct box *in, int *row, const struct person *person) {
    (*row)++;
    put(scene, in, row, "", STYLE_FAINT, "CHANNELS IN COMMON");
    for (unsigned i = 0; i < person->channel_count && *row < in->rows; i++) {
        char name[200];
        snprintf(name, sizeof name, " #%s", person->channels[i]->name);
        put(scene, in, row, "", STYLE_PLAIN, name);
    }
}

static void put_changes(
    const struct scene *scene, const struct box *in, int *row, const struct person *person) {
    bool headed = false;
    (*row)++;
    const struct event_line *event;
    for (size_t i = 0; (event = model_event(scene->model, i)) != NULL && *row < in->rows; i++) {
        if (event->who != person || event->kind == EVENT_STATUS)
            continue;
        char clock[6], text[32];
        if (!headed)
            put(scene, in, row, "", STYLE_FAINT, "LAST CHANGES");
        headed = true;
        age_clock(clock, event->at_ms);
        snprintf(text, sizeof text, " %s %s", clock,
            event->kind == EVENT_CAME ? "+ online" : "- offline");
        put(scene, in, row, "", event->kind == EVENT_CAME ? STYLE_ONLINE : STYLE_LEFT, text);
    }
}

void view_detail(const struct scene *scene) {
    if (scene->layout.detail.rows == 0)
        return;
    const struct person *person = model_current(scene->model)->selected;
    const struct box in = view_frame(scene, &scene->layout.detail, "", "Detail", "", false);
    if (person == NULL)
        return;
    const struct state_look look = view_state(scene, person);
    char text[400];
    int row = 0;
    put(scene, &in, &row, "", look.name_style == STYLE_OFFLINE ? STYLE_PLAIN : look.name_style,
        view_name(scene, person));
    snprintf(text, sizeof text, "(%s)", person->id);
    put(scene, &in, &row, "", STYLE_FAINT, text);
    row++;
    snprintf(text, sizeof text, "%s %s", look.dot, look.word);
    put(scene, &in, &row, "", look.style, text);
    put(scene, &in, &row, "status", STYLE_STATUS, person->status);
    put(scene, &in, &row, "role", STYLE_PLAIN, person->role);
    put_times(scene, &in, &row, person);
    put_channels(scene, &in, &row, person);
    put_changes(scene, &in, &row, person);
}

/* The same in one line, or what has to be said. */
static enum style sentence(const struct scene *scene, char *to, size_t size) {
    const struct model *model = scene->model;
    const struct person *person = model_current(model)->selected;
    char clock[6], age[AGE_BYTES];
    if (model->toast[0] != '\0') {
        snprintf(to, size, "%s", model->toast);
        return STYLE_WARN;
    }
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
    const struct state_look look = view_state(scene, person);
    int len = snprintf(to, size, "%s: %s", view_name(scene, person), look.word);
    if (person->seen_ms != 0 && len > 0 && (size_t)len < size) {
        age_clock(clock, person->seen_ms);
        len += snprintf(to + len, size - (size_t)len, " since %s (seen)", clock);
    } else if (person->last_active_ms != 0 && person->state != STATE_UNKNOWN && len > 0 &&
               (size_t)len < size) {
        age_print(age, person->last_active_ms, scene->now_ms, true);
        len += snprintf(to + len, size - (size_t)len, ", last active %s by the server", age);
    }
    if (person->status[0] != '\0' && len > 0 && (size_t)len < size)
        snprintf(to + len, size - (size_t)len, ", \"%s\"", person->status);
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
        age_clock(clock, model->light_acked_ms);
        snprintf(ack, sizeof ack, "invisible, confirmed by the server at %s", clock);
        const int cells = text_cells(ack);
        cells_put(scene->cells, scene->layout.detail_row, model->cols - 1 - cells, cells,
            STYLE_FAINT, ack);
        room -= cells + 2;
    }
    cells_put(scene->cells, scene->layout.detail_row, 1, room, style, text);
}
