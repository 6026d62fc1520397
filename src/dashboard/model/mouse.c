/* SPDX-License-Identifier: MIT */
/*
 * A click does what the cell says that was drawn there (a hint, a heading, a pane's title); on a
 * row it selects, and the second within a moment opens. The wheel moves the pane it is over.
 *
 * While something is written keys are text, and a click beside it must not lose it: only the wheel
 * over it is listened to.
 */
#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"
#include "dashboard/model/finding.h"
#include "dashboard/model/layout.h"
#include "dashboard/model/reading.h"
#include "dashboard/model/update.h"

#include <stdio.h>

enum { DOUBLE_MS = 400, WHEEL_ROWS = 3 };

static const struct box *box_of(const struct layout *layout, enum pane pane) {
    switch (pane) {
    case PANE_CHANNELS: return &layout->channels;
    case PANE_MEMBERS: return &layout->members;
    case PANE_EVENTS: return &layout->events;
    case PANE_TALK: return &layout->talk;
    case PANE_DETAIL: return &layout->detail;
    default: return &layout->plot;
    }
}

/* PANE_COUNT: none is there. */
static enum pane pane_at(const struct layout *layout, int row, int col) {
    for (int pane = 0; pane < PANE_COUNT; pane++) {
        const struct box *box = box_of(layout, (enum pane)pane);
        if (box->rows > 0 && row >= box->row && row < box->row + box->rows && col >= box->col &&
            col < box->col + box->cols)
            return (enum pane)pane;
    }
    return PANE_COUNT;
}

/* Which row of its list, from the first that is shown; -1: the frame or the heading. */
static int row_in(const struct layout *layout, enum pane pane, int row) {
    const struct box *box = box_of(layout, pane);
    const int frame = layout->single ? 0 : 1,
              head = pane == PANE_MEMBERS ? layout->members_head : 0;
    const int at = row - box->row - frame - head;
    return at >= 0 && row < box->row + box->rows - frame ? at : -1;
}

/* False: there is nobody on that row. */
static bool select_row(struct model *model, enum pane pane, size_t row) {
    struct channel_shown *channel = model_current(model);
    if (pane == PANE_MEMBERS) {
        struct person *person = list_at(&model->list, channel->top + row);
        if (person != NULL)
            channel->selected = person;
        return person != NULL;
    }
    if (pane == PANE_CHANNELS) {
        struct group_row on;
        if (!groups_at(model, model->channel_top + row, &on))
            return false;
        model->channel_at = on.channel;
        return true;
    }
    if (pane == PANE_TALK)
        return reading_select(model, (int)row);
    return false;
}

static bool is_double(struct model *model, const struct mouse_event *event, int64_t now_ms) {
    const bool is_second = model->click.row == event->row && model->click.col == event->col &&
                           model->click.at_ms != 0 && now_ms - model->click.at_ms <= DOUBLE_MS;
    model->click.row = event->row;
    model->click.col = event->col;
    model->click.at_ms = is_second ? 0 : now_ms; /* a third is a first again */
    return is_second;
}

static unsigned click(struct model *model, const struct mouse_event *event, int64_t now_ms) {
    const struct layout layout = layout_of(model);
    const bool opens = is_double(model, event, now_ms);
    const enum pane pane = pane_at(&layout, event->row, event->col);
    if (pane == PANE_COUNT || layout.tiny || model->help_open)
        return 0;
    model->focus = pane;
    const int row = row_in(&layout, pane, event->row);
    if (row < 0 || !select_row(model, pane, (size_t)row))
        return EFFECT_LOOK;
    return EFFECT_LOOK | (opens ? update_action(model, ACTION_OPEN, now_ms) : 0);
}

static unsigned wheel(struct model *model, const struct mouse_event *event, int64_t now_ms) {
    const struct layout layout = layout_of(model);
    const enum pane pane = pane_at(&layout, event->row, event->col);
    const enum action action = event->kind == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN;
    unsigned effects = 0;
    if (compose_is_open(model) && pane != PANE_TALK)
        return 0; /* it would take what is written to another channel */
    if (pane != PANE_COUNT && !model->help_open)
        model->focus = pane;
    if (model->focus == PANE_TALK && !model->help_open)
        reading_scroll(model, action == ACTION_UP ? -WHEEL_ROWS : WHEEL_ROWS);
    else
        for (int i = 0; i < WHEEL_ROWS; i++)
            effects |= update_action(model, action, now_ms);
    return effects;
}

/* As Enter does there, which says why where it cannot be done. */
static unsigned choose_in_help(struct model *model, enum action action, int64_t now_ms) {
    enum action listed[ACTION_COUNT];
    const size_t count = finding_help(model, listed);
    for (size_t i = 0; i < count; i++) {
        if (listed[i] == action) {
            model->help_at = i;
            return update_action(model, ACTION_OPEN, now_ms);
        }
    }
    return 0;
}

static unsigned press(struct model *model, const struct cell *cell, int64_t now_ms) {
    const enum action action = (enum action)cell->action;
    const char *sort = cell->place > 0 && cell->place <= SORT_KEYS
                           ? sort_key_name((enum sort_key)(cell->place - 1))
                           : "";
    if (model->help_open)
        return choose_in_help(model, action, now_ms);
    return update_command(model, action, sort, now_ms);
}

unsigned update_mouse(struct model *model, const struct cells *shown,
    const struct mouse_event *event, int64_t now_ms) {
    const struct cell *cell = cells_at(shown, event->row, event->col);
    const bool clicks = event->kind == MOUSE_CLICK;
    const bool writes = model->prompt.kind != PROMPT_NONE;
    unsigned effects = 0;
    if (writes && !clicks) /* there the keys choose */
        return update_key(
            model, event->kind == MOUSE_WHEEL_UP ? KEY_CODE_UP : KEY_CODE_DOWN, now_ms);
    model->now_ms = model->keyed_ms = now_ms;
    if (!clicks)
        effects = wheel(model, event, now_ms);
    else if (writes || compose_is_open(model) || cell == NULL)
        effects = 0;
    else if (cell->action != ACTION_NONE && cell->action < ACTION_COUNT)
        effects = press(model, cell, now_ms);
    else
        effects = click(model, event, now_ms);
    update_settle(model);
    return effects;
}
