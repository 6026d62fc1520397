/* SPDX-License-Identifier: MIT */
#include "dashboard/model/search.h"

#include "dashboard/model/layout.h"
#include "dashboard/model/update.h"
#include "dashboard/view/event_text.h"
#include "dashboard/view/text.h"

#include <stdio.h>

enum { TOAST_MS = 4000 };

/* A conversation is gone through from its newest line back. */
static struct line *line_at(const struct model *model, size_t row) {
    const struct chat *chat = model_chat(model);
    return chat != NULL && row < chat->count ? chat->lines[chat->count - 1 - row] : NULL;
}

static size_t row_count(const struct model *model) {
    const struct journal_filter filter = model_event_filter(model);
    const struct chat *chat = model_chat(model);
    switch (model->focus) {
    case PANE_CHANNELS: return model->channel_count + 1;
    case PANE_TALK: return chat != NULL ? chat->count : 0;
    case PANE_EVENTS: return journal_shown_count(&model->journal, &filter);
    default: return model->list.count;
    }
}

/* What of the rows stands on the screen, or does when one stands on them: to be found where
 * nothing is to be seen would be a riddle. */
struct sight {
    const struct model *model;
    bool has_ids; /* the detail is beside them */
    int event_cols;
};

static struct sight sight_of(const struct model *model) {
    const struct layout layout = layout_of(model);
    const bool has_events = layout.events.rows > 0;
    return (struct sight){.model = model,
        .has_ids = layout.detail.rows > 0,
        .event_cols = !has_events ? model->cols : layout.events.cols - (layout.single ? 0 : 2)};
}

/* Their name as it is shown, and where the name cannot be, their id. */
static bool is_in_name(const struct sight *sight, const struct person *person) {
    const char *name = person_shown(person, sight->model->ascii);
    return needle_is_in(&sight->model->needle, name, name == person->name ? person->fold : NULL);
}

static bool is_in_person(const struct sight *sight, const struct person *person) {
    const struct needle *needle = &sight->model->needle;
    return person != NULL &&
           (is_in_name(sight, person) || needle_is_in(needle, person->status, NULL) ||
               (sight->has_ids && needle_is_in(needle, person->id, NULL)));
}

static bool is_in_event(const struct sight *sight, size_t row) {
    const struct model *model = sight->model;
    const struct journal_filter filter = model_event_filter(model);
    const struct event_line *event = journal_shown(&model->journal, &filter, row);
    char text[EVENT_BYTES];
    if (event == NULL)
        return false;
    event_text(model, event, event_cells(event, sight->event_cols), text);
    return needle_is_in(&model->needle, text, NULL);
}

static bool is_in_line(const struct sight *sight, const struct line *line) {
    return line != NULL &&
           ((!line->deleted && needle_is_in(&sight->model->needle, line->text, NULL)) ||
               is_in_name(sight, line->author));
}

static bool is_in_channel(const struct sight *sight, const struct channel_shown *channel) {
    char name[300];
    snprintf(name, sizeof name, "%s%.280s", channel_sign(channel), channel->name);
    text_end_whole(name);
    return needle_is_in(&sight->model->needle, name, NULL);
}

static bool is_in_row(const struct sight *sight, size_t row) {
    const struct model *model = sight->model;
    switch (model->focus) {
    case PANE_TALK: return is_in_line(sight, line_at(model, row));
    case PANE_CHANNELS: return is_in_channel(sight, model_channel(model, row));
    case PANE_EVENTS: return is_in_event(sight, row);
    default: return is_in_person(sight, list_at(&model->list, row));
    }
}

void search_set(struct model *model, const char *text) {
    struct chat *chat = model_chat(model);
    if (chat != NULL)
        chat->seek = SEEK_OFF;
    snprintf(model->search_text, sizeof model->search_text, "%s", text);
    needle_set(&model->needle, text);
}

static size_t place_in_talk(const struct model *model) {
    const struct chat *chat = model_chat(model);
    const ptrdiff_t at = chat != NULL ? chat_at(chat, chat->cursor) : -1;
    return at >= 0 ? chat->count - 1 - (size_t)at : SEARCH_NOWHERE;
}

size_t search_place(const struct model *model) {
    switch (model->focus) {
    case PANE_TALK: return place_in_talk(model);
    case PANE_CHANNELS: return model->channel_at;
    case PANE_EVENTS: return model->event_scroll;
    default: return model_current(model)->selected_row;
    }
}

static void go_in_talk(struct model *model, size_t row) {
    struct chat *chat = model_chat(model);
    chat->cursor = line_at(model, row);
    if (chat->cursor == NULL) { /* back to where one is on no line: the newest */
        chat->end = NULL;
        chat->cut = 0;
    }
}

void search_go(struct model *model, size_t row) {
    const bool on_none = model->focus == PANE_TALK && row == SEARCH_NOWHERE;
    if (row >= row_count(model) && !(on_none && model_chat(model) != NULL))
        return;
    switch (model->focus) {
    case PANE_TALK: go_in_talk(model, row); break;
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
    const struct sight sight = sight_of(model);
    const size_t count = row_count(model);
    for (size_t steps = 0, row = from; steps < count; steps++) {
        row %= count;
        if (is_in_row(&sight, row))
            return row;
        row += by > 0 ? 1 : count - 1;
    }
    return count;
}

void search_from(struct model *model, const char *text, size_t row) {
    search_set(model, text);
    const size_t found = next_row(model, row != SEARCH_NOWHERE ? row : 0, 1);
    search_go(model, found < row_count(model) ? found : row);
}

/* ---- back in a conversation ---- */

/* From the row after the cursor's on, to the oldest or the newest line that is known, and no
 * further. The count: none of them has it. */
static size_t next_line(const struct model *model, int by) {
    const struct sight sight = sight_of(model);
    const size_t count = row_count(model), at = search_place(model);
    size_t row = at != SEARCH_NOWHERE ? at + (size_t)by : by > 0 ? 0 : count - 1;
    for (; row < count; row += (size_t)by)
        if (is_in_row(&sight, row))
            return row;
    return count;
}

static bool has_older(const struct chat *chat) {
    return chat->older != OLDER_NONE && chat->count < CHAT_MOST;
}

/* Nothing older that is known has it. Reading further back costs a call a page, so it is done when
 * it is asked for a second time. */
static void seek(struct model *model, struct chat *chat, int64_t now_ms) {
    char text[160], back[16];
    const char *what = model->search_text;
    keymap_hint(&model->keymap, ACTION_BACK, back, sizeof back);
    if (chat->seek == SEEK_OFFERED && has_older(chat)) {
        chat->seek = SEEK_READS;
        if (chat->older == OLDER_FAILED)
            chat->older = OLDER_UNKNOWN;
        snprintf(text, sizeof text, "Reading back for \"%.80s\"... (%s stops)", what, back);
    } else if (has_older(chat)) {
        chat->seek = SEEK_OFFERED;
        snprintf(
            text, sizeof text, "No older one that is read has \"%.60s\": again reads on", what);
    } else {
        snprintf(text, sizeof text, "No older one has \"%.80s\"", what);
    }
    model_set_toast(model, text, now_ms + TOAST_MS);
}

static unsigned next_in_talk(struct model *model, int by, int64_t now_ms) {
    struct chat *chat = model_chat(model);
    char text[160];
    if (chat == NULL)
        return 0;
    const size_t row = next_line(model, by);
    if (row < chat->count) {
        chat->seek = SEEK_OFF;
        search_go(model, row);
    } else if (by > 0) {
        seek(model, chat, now_ms);
    } else {
        snprintf(text, sizeof text, "No newer one has \"%.80s\"", model->search_text);
        model_set_toast(model, text, now_ms + TOAST_MS);
    }
    return EFFECT_LOOK;
}

void search_settle(struct model *model) {
    struct chat *chat = model_chat(model);
    if (chat == NULL || chat->seek != SEEK_READS)
        return;
    const bool goes_on = model->focus == PANE_TALK && model->needle.text[0] != '\0';
    const size_t row = goes_on ? next_line(model, 1) : chat->count;
    if (row < chat->count) {
        chat->seek = SEEK_OFF;
        search_go(model, row);
        model_set_toast(model, "", 0);
    } else if (!goes_on || chat->older == OLDER_FAILED) {
        chat->seek = SEEK_OFF;
    } else if (!has_older(chat)) {
        chat->seek = SEEK_OFF;
        seek(model, chat, model->now_ms);
    } else if (chat->older == OLDER_UNKNOWN) {
        chat->older = OLDER_WANTED;
    }
}

/* ---- the next one ---- */

unsigned search_next(struct model *model, int by, int64_t now_ms) {
    char toast[120];
    const size_t count = row_count(model), at = search_place(model);
    if (model->needle.text[0] == '\0') {
        model_say(model, "Nothing is looked for yet ({search})", now_ms + TOAST_MS);
        return 0;
    }
    if (model->focus == PANE_TALK)
        return next_in_talk(model, by, now_ms);
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
    const struct sight sight = sight_of(model);
    size_t found = 0;
    for (size_t row = 0; row < row_count(model); row++)
        found += is_in_row(&sight, row) ? 1 : 0;
    return found;
}
