/* SPDX-License-Identifier: MIT */
#include "dashboard/model/looking.h"

#include "dashboard/model/layout.h"
#include "dashboard/model/menu.h"
#include "dashboard/model/update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 4000 };

static void toast(struct model *model, const char *text, int64_t now_ms) {
    model_set_toast(model, text, now_ms + TOAST_MS);
}

/* ---- names ---- */

static const char *const order_names[ORDERS] = {"came", "name", "unread", "home"};
static const char *const times_names[TIMES_COUNT] = {"relative", "absolute", "utc"};

static int name_in(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *channel_order_name(enum channel_order order) {
    return order_names[order];
}

int channel_order_of(const char *name) {
    return name_in(order_names, ORDERS, name);
}

const char *times_name(enum times times) {
    return times_names[times];
}

int times_of(const char *name) {
    return name_in(times_names, TIMES_COUNT, name);
}

/* ---- channels in order ---- */

static int by_name(const struct channel_shown *a, const struct channel_shown *b) {
    const int order = strcasecmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->cid, b->cid);
}

static int more(size_t a, size_t b) {
    return a > b ? -1 : a < b ? 1 : 0;
}

static int compare(const void *a, const void *b, void *context) {
    const struct channel_shown *one = *(struct channel_shown *const *)a;
    const struct channel_shown *other = *(struct channel_shown *const *)b;
    const struct looking *looking = context;
    int order = 0;
    if (one->group_came != other->group_came) /* groups stay together, and where they are */
        return one->group_came < other->group_came ? -1 : 1;
    if (looking->order == ORDER_CAME)
        order = one->came < other->came ? -1 : 1;
    else if (looking->order == ORDER_UNREAD)
        order = more(one->unread, other->unread);
    else if (looking->order == ORDER_HOME)
        order = more(roster_count_state(&one->members, STATE_ONLINE),
            roster_count_state(&other->members, STATE_ONLINE));
    if (order == 0)
        order = by_name(one, other);
    return looking->order_reversed ? -order : order;
}

void looking_order(struct model *model) {
    const struct channel_shown *here = model_current(model);
    if (model->channel_count < 2 || (model->looking.order == ORDER_CAME &&
                                        !model->looking.order_reversed && model->channels_came))
        return;
    groups_rank(model);
    qsort_r(model->channels, model->channel_count, sizeof(struct channel_shown *), compare,
        &model->looking);
    for (size_t i = 0; i <= model->channel_count; i++)
        if (model_channel(model, i) == here)
            model->channel_at = i;
    model->channels_came = model->looking.order == ORDER_CAME && !model->looking.order_reversed;
}

static bool order_channels(
    struct model *model, enum action action, const char *word, unsigned *effects) {
    const bool named = channel_order_of(word) >= 0;
    const bool theirs = model->focus == PANE_CHANNELS && (word[0] == '\0' || named);
    if (!theirs && (action == ACTION_REVERSE || !named || strcmp(word, "name") == 0))
        return false;
    if (action == ACTION_REVERSE)
        model->looking.order_reversed = !model->looking.order_reversed;
    else if (named)
        model->looking.order = (enum channel_order)channel_order_of(word);
    else
        model->looking.order = (enum channel_order)((model->looking.order + 1) % ORDERS);
    looking_order(model);
    *effects = EFFECT_LOOK;
    return true;
}

/* ---- held still ---- */

static unsigned pause(struct model *model, int64_t now_ms) {
    char text[80];
    struct looking *looking = &model->looking;
    looking->paused = !looking->paused;
    if (looking->paused)
        keymap_fill(
            &model->keymap, "Rows stay, dots stay true ({pause} goes on)", text, sizeof text);
    else
        snprintf(text, sizeof text, "%u changes waited", looking->changes);
    looking->changes = 0;
    if (!looking->paused)
        model->event_scroll = 0;
    toast(model, text, now_ms);
    return EFFECT_LOOK;
}

/* ---- times, sizes ---- */

static unsigned set_times(struct model *model, const char *word, int64_t now_ms) {
    static const char *const said[TIMES_COUNT] = {
        "Times are ages", "Times are those of the clock here", "Times are UTC"};
    const int next = ((int)model->looking.times + 1) % TIMES_COUNT;
    const int at = word[0] != '\0' ? times_of(word) : next;
    if (at < 0) {
        toast(model, "times: relative, absolute or utc", now_ms);
        return 0;
    }
    model->looking.times = (enum times)at;
    toast(model, said[at], now_ms);
    return 0;
}

static unsigned zoom(struct model *model, int by, int64_t now_ms) {
    const struct layout layout = layout_of(model);
    const int at = (int)model->looking.zoom + by;
    if (layout.tiny || layout.single || model->cols < 70) {
        toast(model, "Only one pane fits here", now_ms);
        return 0;
    }
    if (at < 0 || (at >= ZOOMS && by > 1))
        return 0;
    model->looking.zoom = (enum zoom)(at % ZOOMS);
    return EFFECT_LOOK;
}

bool looking_back(struct model *model) {
    struct looking *looking = &model->looking;
    if (looking->menu_open)
        looking->menu_open = false;
    else if (looking->zoom != ZOOM_NORMAL)
        looking->zoom = ZOOM_NORMAL;
    else
        return false;
    return true;
}

/* ---- the next channel in common ---- */

static size_t place_of(const struct model *model, const struct channel_shown *channel) {
    size_t i = model->channel_count;
    while (i > 0 && model_channel(model, i) != channel)
        i--;
    return i;
}

static unsigned next_common(struct model *model, int64_t now_ms) {
    struct person *person = model_current(model)->selected;
    if (person == NULL || person->channel_count == 0)
        return 0;
    unsigned at = 0;
    while (at < person->channel_count && person_channels(person)[at] != model_current(model))
        at++;
    const struct channel_shown *next = person_channels(
        person)[at < person->channel_count ? (at + 1) % person->channel_count : 0];
    if (next == model_current(model)) {
        toast(model, "You share no other channel with them", now_ms);
        return 0;
    }
    model->channel_at = place_of(model, next);
    model_current(model)->selected = person;
    return EFFECT_LOOK;
}

/* Open it, turn its page, and after the last one close it. */
static void turn_menu(struct model *model) {
    if (model->looking.menu_open && menu_turn(model))
        return;
    model->looking.menu_open = !model->looking.menu_open;
    model->looking.menu_page = 0;
}

/* ---- all of them ---- */

bool looking_command(struct model *model, enum action action, const char *argument, int64_t now_ms,
    unsigned *effects) {
    *effects = 0;
    switch (action) {
    case ACTION_SORT:
    case ACTION_REVERSE: return order_channels(model, action, argument, effects);
    case ACTION_PAUSE: *effects = pause(model, now_ms); return true;
    case ACTION_TIMES: *effects = set_times(model, argument, now_ms); return true;
    case ACTION_ZOOM: *effects = zoom(model, 1, now_ms); return true;
    case ACTION_ZOOM_IN:
        if (model->looking.zoom != ZOOM_FULL)
            *effects = zoom(model, 1, now_ms);
        return true;
    case ACTION_ZOOM_OUT: *effects = zoom(model, -1, now_ms); return true;
    case ACTION_FOLD:
        if (!groups_toggle(model))
            toast(model, "Choose a channel of the group", now_ms);
        *effects = EFFECT_LOOK;
        return true;
    case ACTION_NEXT_COMMON: *effects = next_common(model, now_ms); return true;
    case ACTION_MENU: turn_menu(model); return true;
    default: return false;
    }
}
