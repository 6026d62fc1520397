/* SPDX-License-Identifier: MIT */
/* Each channel with how many of it are home. */
#include "dashboard/view/view.h"

#include <stdio.h>

static void put_channel(const struct scene *scene, const struct box *in, int row, size_t i) {
    const struct model *model = scene->model;
    const struct channel_shown *channel = model_channel(model, i);
    const bool selected = model->channel_at == i, everybody = i == 0;
    const bool live = model->link.state == LINK_LIVE;
    const size_t home = roster_count_state(&channel->members, STATE_ONLINE);
    char count[48], name[300];
    const size_t total = channel->total > channel->members.count ? channel->total
                                                                 : channel->members.count;
    snprintf(count, sizeof count, "%zu/%zu", home, total);
    snprintf(name, sizeof name, "%s%s", channel_sign(channel), channel->name);
    const int count_cells = text_cells(count), name_room = in->cols - 4 - count_cells;
    cells_put(scene->cells, row, in->col, 1, STYLE_KEY, selected ? ">" : " ");
    const int used = cells_put(scene->cells, row, in->col + 1, name_room,
        everybody          ? STYLE_TITLE
        : channel->unread  ? STYLE_UNREAD
        : home > 0 && live ? STYLE_NAME
                           : STYLE_PLAIN,
        name);
    if (model->focus == PANE_CHANNELS)
        view_found(scene, row, in->col + 1, name_room, name);
    if (channel->unread > 0 && used < name_room)
        cells_put(scene->cells, row, in->col + 1 + used, 2, STYLE_UNREAD,
            channel_names_me(model, channel) ? " @" : " !");
    cells_put_right(scene->cells, row, in->col + in->cols - 1 - count_cells, count_cells,
        !live      ? STYLE_STALE
        : home > 0 ? STYLE_ONLINE
                   : STYLE_OFFLINE,
        count);
    if (selected && model->focus == PANE_CHANNELS)
        cells_select(scene->cells, row, in->col, in->cols);
    else if (channel->flash_until_ms > scene->now_ms)
        cells_select(scene->cells, row, in->col + 1, in->cols - 2);
}

static void put_heading(
    const struct scene *scene, const struct box *in, int row, const struct group_row *group) {
    char name[GROUP_BYTES + 32], key[16];
    keymap_first(&scene->model->keymap, ACTION_FOLD, key, sizeof key);
    snprintf(name, sizeof name, "%s %zu", group->name, group->channels);
    const int used = cells_put(scene->cells, row, in->col + 1, in->cols - 2, STYLE_FAINT, name);
    if (key[0] != '\0' && used + 6 < in->cols)
        cells_put_right(scene->cells, row, in->col + in->cols - 4, 3, STYLE_FAINT, key);
}

/* A folded group: its sum, in the place of its first channel. */
static void put_group(
    const struct scene *scene, const struct box *in, int row, const struct group_row *group) {
    const struct model *model = scene->model;
    const bool selected = model->channel_at == group->channel;
    char count[48], name[GROUP_BYTES + 32];
    snprintf(count, sizeof count, "%zu/%zu", group->home, group->members);
    snprintf(name, sizeof name, "+ %s %zu%s", group->name, group->channels,
        group->unread > 0 ? " !" : "");
    const int count_cells = text_cells(count);
    cells_put(scene->cells, row, in->col, 1, STYLE_KEY, selected ? ">" : " ");
    cells_put(scene->cells, row, in->col + 1, in->cols - 4 - count_cells,
        group->unread > 0 ? STYLE_UNREAD : STYLE_TITLE, name);
    cells_put_right(scene->cells, row, in->col + in->cols - 1 - count_cells, count_cells,
        model->link.state == LINK_LIVE ? STYLE_PLAIN : STYLE_STALE, count);
    if (selected && model->focus == PANE_CHANNELS)
        cells_select(scene->cells, row, in->col, in->cols);
}

enum { FOOT_LEAST = 3, FOOT_LABEL = 8, WIDE = 24 };

static void put_foot_line(const struct scene *scene, const struct box *in, int row,
    const char *label, enum style style, const char *text) {
    cells_put(scene->cells, row, in->col + 1, FOOT_LABEL - 1, STYLE_FAINT, label);
    cells_put(scene->cells, row, in->col + 1 + FOOT_LABEL, in->cols - FOOT_LABEL - 2, style, text);
}

/* The lines of the foot from the top; row counts them. */
struct foot {
    const struct scene *scene;
    struct box in;
    int row;
};

static void foot_put(struct foot *foot, const char *label, enum style style, const char *text,
    enum action action, int place) {
    const int row = foot->in.row + foot->row++;
    put_foot_line(foot->scene, &foot->in, row, label, style, text);
    cells_mark(foot->scene->cells, row, foot->in.col + 1, foot->in.cols - 2, (int)action, place);
}

static void put_filter(struct foot *foot) {
    const struct model *model = foot->scene->model;
    char typed[PROMPT_BYTES + 16], text[PROMPT_BYTES + 48], key[16];
    const bool none = model->filter_text[0] == '\0' && model->list.states == SHOW_ALL;
    const enum action action = model->filter_text[0] != '\0' || none ? ACTION_FILTER : ACTION_SHOW;
    view_typed(typed, sizeof typed, model->filter_text);
    keymap_hint(&model->keymap, action, key, sizeof key);
    if (none)
        snprintf(text, sizeof text, "none (%s)", key);
    else if (model->list.states == SHOW_ALL)
        snprintf(text, sizeof text, "%s", typed);
    else
        snprintf(text, sizeof text, typed[0] != '\0' ? "%s, %s" : "%s (%s)",
            state_rule_name(model->list.states), typed[0] != '\0' ? typed : key);
    foot_put(foot, "filter", none ? STYLE_FAINT : STYLE_WARN, text, action, 0);
}

static void put_sort(struct foot *foot) {
    const struct model *model = foot->scene->model;
    char text[48], key[16];
    keymap_hint(&model->keymap, ACTION_SORT, key, sizeof key);
    snprintf(text, sizeof text, "%s (%s)", sort_key_name(model->list.key), key);
    foot_put(
        foot, "sort", STYLE_FAINT, text, ACTION_SORT, 1 + ((int)model->list.key + 1) % SORT_KEYS);
}

static void put_hidden(struct foot *foot) {
    const struct model *model = foot->scene->model;
    const size_t offline = roster_count_state(&model_current(model)->members, STATE_OFFLINE);
    char text[48], key[16];
    keymap_hint(&model->keymap, ACTION_OFFLINE, key, sizeof key);
    if (model->list.hide_offline && model->list.states != SHOW_OFFLINE)
        snprintf(text, sizeof text, foot->in.cols >= WIDE ? "%zu offline (%s)" : "%zu (%s)",
            offline, key);
    else
        snprintf(text, sizeof text, "none (%s)", key);
    foot_put(foot, "hidden", STYLE_FAINT, text, ACTION_OFFLINE, 0);
}

static size_t count_unknown(const struct model *model) {
    return roster_count_state(&model_current(model)->members, STATE_UNKNOWN);
}

static void put_told(struct foot *foot) {
    const struct model *model = foot->scene->model;
    const struct roster *members = &model_current(model)->members;
    const size_t unknown = count_unknown(model);
    char text[80], key[16];
    keymap_hint(&model->keymap, ACTION_QUERY, key, sizeof key);
    snprintf(text, sizeof text, "%zu of %zu", members->count - unknown, members->count);
    if (model->link.state == LINK_LIVE)
        foot_put(foot, "live", STYLE_FAINT, text, ACTION_NONE, 0);
    else
        foot_put(foot, "stale", STYLE_STALE, text, ACTION_NONE, 0);
    snprintf(text, sizeof text, "%zu (%s)", unknown, key);
    if (unknown > 0)
        foot_put(foot, "unknown", STYLE_UNKNOWN, text, ACTION_QUERY, 0);
}

/* How many rows it takes in what the channels and the watched leave; 0: there is no room. */
static int foot_rows(const struct model *model, const struct box *in, size_t rows) {
    const size_t watched = model->watching.count > 0 ? model->watching.count + 2 : 0;
    const int left = in->rows - (int)(rows + watched < 1000 ? rows + watched : 1000) - 1;
    const int least = FOOT_LEAST + (count_unknown(model) > 0 ? 1 : 0);
    if (left < least || model->channel_count == 0 || in->cols < FOOT_LABEL + 12)
        return 0;
    return left > least ? least + 1 : least;
}

/* What is left out of the members, and of how many nobody tells us: never silently. How they are
 * sorted is said over them, too. */
static void put_foot(const struct scene *scene, const struct box *in, int rows) {
    struct foot foot = {scene, *in, in->rows - rows};
    put_filter(&foot);
    if (rows > FOOT_LEAST + (count_unknown(scene->model) > 0 ? 1 : 0))
        put_sort(&foot);
    put_hidden(&foot);
    put_told(&foot);
}

void view_channels(const struct scene *scene) {
    const struct model *model = scene->model;
    if (scene->layout.channels.rows == 0)
        return;
    char count[48];
    if (model->looking.order == ORDER_CAME && !model->looking.order_reversed)
        snprintf(count, sizeof count, "%zu", model->channel_count);
    else
        snprintf(count, sizeof count, "%s %s %zu", channel_order_name(model->looking.order),
            model->looking.order_reversed ? scene->glyphs->up : scene->glyphs->down_mark,
            model->channel_count);
    struct box in = view_frame(
        scene, &scene->layout.channels, "1", "Channels", count, model->focus == PANE_CHANNELS);
    struct group_row on;
    for (int row = 0; row < in.rows && groups_at(model, model->channel_top + (size_t)row, &on);
         row++) {
        if (on.heading)
            put_heading(scene, &in, in.row + row, &on);
        else if (on.folded)
            put_group(scene, &in, in.row + row, &on);
        else
            put_channel(scene, &in, in.row + row, on.channel);
    }
    const size_t rows = groups_rows(model);
    const int foot = foot_rows(model, &in, rows);
    if (foot > 0)
        put_foot(scene, &in, foot);
    in.rows -= foot;
    if (rows + 1 < (size_t)in.rows)
        view_watched_group(scene, &in, (int)rows + 1);
}
