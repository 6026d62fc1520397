/* SPDX-License-Identifier: MIT */
#include "dashboard/model/update.h"

#include "dashboard/input/key.h"
#include "dashboard/model/layout.h"

#include <string.h>

enum { TOAST_MS = 4000 };

static size_t shown_count(const struct model *model) {
    return roster_shown_count(&model_current(model)->members, model->hide_offline);
}

static struct person *shown_at(const struct model *model, size_t i) {
    return roster_shown_at(&model_current(model)->members, model->hide_offline, i);
}

static ptrdiff_t cursor(const struct model *model) {
    const struct channel_shown *channel = model_current(model);
    if (channel->selected == NULL)
        return -1;
    return roster_shown_find(&channel->members, model->hide_offline, channel->selected);
}

static void keep_in_sight(size_t *top, size_t at, size_t count, int rows) {
    const size_t room = rows > 0 ? (size_t)rows : 1;
    if (at < *top)
        *top = at;
    if (at >= *top + room)
        *top = at - room + 1;
    if (*top + room > count)
        *top = count > room ? count - room : 0;
}

void update_settle(struct model *model) {
    const struct layout layout = layout_of(model);
    struct channel_shown *channel = model_current(model);
    const size_t count = shown_count(model);
    ptrdiff_t at = cursor(model);
    if (at < 0 && count > 0) {
        channel->selected = shown_at(model, channel->top < count ? channel->top : 0);
        at = cursor(model);
    }
    keep_in_sight(
        &channel->top, at > 0 ? (size_t)at : 0, count, layout_list_rows(&layout, PANE_MEMBERS));
    keep_in_sight(&model->channel_top, model->channel_at, model->channel_count + 1,
        layout_list_rows(&layout, PANE_CHANNELS));
}

/* ---- moving ---- */

static size_t moved(size_t at, ptrdiff_t by, size_t count) {
    if (count == 0)
        return 0;
    if (by < 0 && (size_t)-by > at)
        return 0;
    const size_t to = (size_t)((ptrdiff_t)at + by);
    return to < count ? to : count - 1;
}

static void move_members(struct model *model, ptrdiff_t by) {
    const ptrdiff_t at = cursor(model);
    const size_t to = moved(at > 0 ? (size_t)at : 0, by, shown_count(model));
    model_current(model)->selected = shown_at(model, to);
}

static void move_channels(struct model *model, ptrdiff_t by) {
    model->channel_at = moved(model->channel_at, by, model->channel_count + 1);
    if (model->talk_open)
        model_current(model)->unread = 0;
}

static void move(struct model *model, ptrdiff_t by) {
    if (model->help_open)
        model->help_top = moved(model->help_top, by, ACTION_COUNT);
    else if (model->focus == PANE_CHANNELS)
        move_channels(model, by);
    else if (model->focus == PANE_MEMBERS)
        move_members(model, by);
    else if (model->focus == PANE_EVENTS)
        model->event_scroll = moved(model->event_scroll, by, model->event_count);
    else
        model->talk_scroll = moved(model->talk_scroll, -by, MODEL_LINES);
}

static ptrdiff_t page(const struct model *model) {
    const struct layout layout = layout_of(model);
    const int rows = layout_list_rows(&layout, model->focus);
    return rows > 1 ? rows - 1 : 1;
}

/* ---- panes ---- */

static bool is_shown(const struct layout *layout, enum pane pane) {
    switch (pane) {
    case PANE_CHANNELS: return layout->channels.rows > 0;
    case PANE_MEMBERS: return layout->members.rows > 0;
    case PANE_EVENTS: return layout->events.rows > 0;
    default: return layout->talk.rows > 0;
    }
}

/* Where panes are not side by side, each is a key away all the same. */
static void next_pane(struct model *model, int by) {
    const struct layout layout = layout_of(model);
    const bool one_at_a_time = layout.single || layout.channels.cols == model->cols ||
                               layout.members.cols == model->cols || layout.tiny;
    int pane = (int)model->focus;
    for (int tries = 0; tries < 4; tries++) {
        pane = (pane + by + 4) % 4;
        if (one_at_a_time ? pane != PANE_TALK : is_shown(&layout, (enum pane)pane))
            break;
    }
    model->focus = (enum pane)pane;
    if (one_at_a_time)
        model->talk_open = false;
}

static void go_to(struct model *model, enum pane pane) {
    const bool narrow = model->cols < 110;
    if (pane != PANE_TALK && pane != PANE_EVENTS && (narrow && pane == PANE_MEMBERS))
        model->talk_open = false;
    if (model->cols < 70)
        model->talk_open = false;
    model->focus = pane;
    model->help_open = false;
}

static void open_talk(struct model *model, int64_t now_ms) {
    if (model->channel_at == 0) {
        model_set_toast(model, "Choose one channel to read its conversation", now_ms + TOAST_MS);
        return;
    }
    model->talk_open = true;
    model->talk_scroll = 0;
    model->focus = PANE_TALK;
    model_current(model)->unread = 0;
}

/* Esc and q back out of what is open; q at the top quits. */
static unsigned back(struct model *model, bool quits) {
    if (model->help_open) {
        model->help_open = false;
    } else if (model->talk_open) {
        model->talk_open = false;
        if (model->focus == PANE_TALK)
            model->focus = PANE_CHANNELS;
    } else if (quits) {
        return EFFECT_QUIT;
    } else if (model->focus != PANE_MEMBERS) {
        model->focus = PANE_MEMBERS;
    }
    return EFFECT_LOOK;
}

/* ---- my light ---- */

static unsigned toggle_light(struct model *model, int64_t now_ms) {
    if (model->light_wanted != LIGHT_UNKNOWN) {
        model_set_toast(model, "Already asked: waiting for the server", now_ms + TOAST_MS);
        return 0;
    }
    if (model->light == LIGHT_UNKNOWN) {
        model_set_toast(
            model, "Not connected yet: whether you are seen is not known", now_ms + TOAST_MS);
        return 0;
    }
    model->light_failed[0] = '\0';
    model->light_wanted = model->light == LIGHT_ON ? LIGHT_OFF : LIGHT_ON;
    return model->light_wanted == LIGHT_OFF ? EFFECT_HIDE : EFFECT_SHOW;
}

static void mark_seen(struct model *model, int64_t now_ms) {
    model->came = model->went = 0;
    model->mark_ms = now_ms;
    model->event_scroll = 0;
}

unsigned update_action(struct model *model, enum action action, int64_t now_ms) {
    switch (action) {
    case ACTION_DOWN: move(model, 1); return EFFECT_LOOK;
    case ACTION_UP: move(model, -1); return EFFECT_LOOK;
    case ACTION_PAGE_DOWN: move(model, page(model)); return EFFECT_LOOK;
    case ACTION_PAGE_UP: move(model, -page(model)); return EFFECT_LOOK;
    case ACTION_FIRST: move(model, -PTRDIFF_MAX / 2); return EFFECT_LOOK;
    case ACTION_LAST: move(model, PTRDIFF_MAX / 2); return EFFECT_LOOK;
    case ACTION_NEXT_PANE: next_pane(model, 1); return 0;
    case ACTION_LAST_PANE: next_pane(model, -1); return 0;
    case ACTION_CHANNELS: go_to(model, PANE_CHANNELS); return 0;
    case ACTION_MEMBERS: go_to(model, PANE_MEMBERS); return 0;
    case ACTION_EVENTS: go_to(model, PANE_EVENTS); return 0;
    case ACTION_OPEN: open_talk(model, now_ms); return 0;
    case ACTION_BACK: return back(model, false);
    case ACTION_QUIT: return back(model, true);
    case ACTION_QUIT_NOW: return EFFECT_QUIT;
    case ACTION_INVISIBLE: return toggle_light(model, now_ms);
    case ACTION_OFFLINE: model->hide_offline = !model->hide_offline; return EFFECT_LOOK;
    case ACTION_DIFF: mark_seen(model, now_ms); return 0;
    case ACTION_RECONNECT: return EFFECT_RECONNECT;
    case ACTION_REDRAW: return EFFECT_REDRAW;
    case ACTION_SUSPEND: return EFFECT_SUSPEND;
    case ACTION_HELP:
        model->help_open = !model->help_open;
        model->help_top = 0;
        return 0;
    default: return 0;
    }
}

char update_pane_letter(const struct model *model) {
    if (model->help_open)
        return 'h';
    return "cmet"[model->focus];
}

unsigned update_key(struct model *model, int key, int64_t now_ms) {
    if (key == KEY_CODE_FOCUS_OUT) {
        mark_seen(model, now_ms);
        return 0;
    }
    const enum action action = action_of_key(key, update_pane_letter(model));
    const unsigned effects = update_action(model, action, now_ms);
    update_settle(model);
    return effects;
}

unsigned update_size(struct model *model, int rows, int cols) {
    model->rows = rows;
    model->cols = cols;
    update_settle(model);
    return EFFECT_LOOK;
}

size_t update_visible(const struct model *model, struct person **to, size_t most) {
    const struct layout layout = layout_of(model);
    const size_t rows = (size_t)layout_list_rows(&layout, PANE_MEMBERS);
    const struct channel_shown *channel = model_current(model);
    size_t count = 0;
    for (size_t i = channel->top; count < rows && count < most; i++) {
        struct person *person = shown_at(model, i);
        if (person == NULL)
            break;
        to[count++] = person;
    }
    for (unsigned i = 0; i < channel->line_count && count < most; i++)
        to[count++] = channel->lines[i].author;
    return count;
}
