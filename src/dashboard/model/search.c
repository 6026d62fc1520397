/* SPDX-License-Identifier: MIT */
#include "dashboard/model/search.h"

#include "dashboard/model/update.h"

#include <stdio.h>

enum { TOAST_MS = 4000 };

static size_t row_count(const struct model *model) {
    const struct journal_filter filter = model_event_filter(model);
    switch (model->focus) {
    case PANE_CHANNELS: return model->channel_count + 1;
    case PANE_EVENTS: return journal_shown_count(&model->journal, &filter);
    default: return model->list.count;
    }
}

static bool is_in_person(const struct needle *needle, const struct person *person) {
    return person != NULL && (needle_is_in(needle, person->name, person->fold) ||
                                 needle_is_in(needle, person->id, NULL) ||
                                 needle_is_in(needle, person->status, NULL));
}

static bool is_in_event(const struct model *model, size_t row) {
    const struct journal_filter filter = model_event_filter(model);
    const struct event_line *event = journal_shown(&model->journal, &filter, row);
    const struct needle *needle = &model->needle;
    if (event == NULL)
        return false;
    if (needle_is_in(needle, event->text != NULL ? event->text : "", NULL) ||
        is_in_person(needle, event->who))
        return true;
    for (size_t i = 0; i < JOURNAL_SOME; i++)
        if (event->some[i] != NULL && is_in_person(needle, event->some[i]))
            return true;
    return false;
}

static bool is_in_row(const struct model *model, size_t row) {
    switch (model->focus) {
    case PANE_CHANNELS: return needle_is_in(&model->needle, model_channel(model, row)->name, NULL);
    case PANE_EVENTS: return is_in_event(model, row);
    default: return is_in_person(&model->needle, list_at(&model->list, row));
    }
}

void search_set(struct model *model, const char *text) {
    snprintf(model->search_text, sizeof model->search_text, "%s", text);
    needle_set(&model->needle, text);
}

size_t search_place(const struct model *model) {
    switch (model->focus) {
    case PANE_CHANNELS: return model->channel_at;
    case PANE_EVENTS: return model->event_scroll;
    default: return model_current(model)->selected_row;
    }
}

void search_go(struct model *model, size_t row) {
    if (row >= row_count(model))
        return;
    switch (model->focus) {
    case PANE_CHANNELS: model->channel_at = row; break;
    case PANE_EVENTS: model->event_scroll = row; break;
    default:
        model_current(model)->selected = list_at(&model->list, row);
        model_current(model)->selected_row = row;
        break;
    }
}

/* The first row with it from a row on, around the end; the count: none has. */
static size_t next_row(const struct model *model, size_t from, int by) {
    const size_t count = row_count(model);
    for (size_t steps = 0, row = from; steps < count; steps++) {
        row %= count;
        if (is_in_row(model, row))
            return row;
        row += by > 0 ? 1 : count - 1;
    }
    return count;
}

void search_from(struct model *model, const char *text, size_t row) {
    search_set(model, text);
    const size_t found = next_row(model, row, 1);
    search_go(model, found < row_count(model) ? found : row);
}

unsigned search_next(struct model *model, int by, int64_t now_ms) {
    char toast[120];
    const size_t count = row_count(model), at = search_place(model);
    if (model->needle.text[0] == '\0') {
        model_set_toast(model, "Nothing is looked for yet (/)", now_ms + TOAST_MS);
        return 0;
    }
    const size_t row = count > 0 ? next_row(model, at + (by > 0 ? 1 : count - 1), by) : 0;
    if (row >= count) {
        snprintf(toast, sizeof toast, "No row here has \"%.80s\"", model->search_text);
        model_set_toast(model, toast, now_ms + TOAST_MS);
        return 0;
    }
    if (by > 0 ? row <= at : row >= at)
        model_set_toast(model, by > 0 ? "Found from the beginning on" : "Found from the end back",
            now_ms + TOAST_MS);
    search_go(model, row);
    return EFFECT_LOOK;
}

size_t search_count(const struct model *model) {
    size_t found = 0;
    for (size_t row = 0; row < row_count(model); row++)
        found += is_in_row(model, row) ? 1 : 0;
    return found;
}
