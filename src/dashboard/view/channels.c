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

enum { FOOT_ROWS = 5, FOOT_LABEL = 8, WIDE = 24 };

static void put_foot_line(const struct scene *scene, const struct box *in, int row,
    const char *label, enum style style, const char *text) {
    cells_put(scene->cells, row, in->col + 1, FOOT_LABEL - 1, STYLE_FAINT, label);
    cells_put(scene->cells, row, in->col + 1 + FOOT_LABEL, in->cols - FOOT_LABEL - 2, style, text);
}

static void put_unknown(const struct scene *scene, const struct box *in, int row) {
    const struct model *model = scene->model;
    const struct roster *members = &model_current(model)->members;
    const size_t unknown = roster_count_state(members, STATE_UNKNOWN);
    char text[80], key[16];
    keymap_first(&model->keymap, ACTION_QUERY, key, sizeof key);
    snprintf(text, sizeof text, "%zu of %zu%s", members->count - unknown, members->count,
        model->link.state == LINK_LIVE ? "" : ", stale");
    put_foot_line(scene, in, row, "live", STYLE_FAINT, text);
    if (unknown == 0)
        return;
    snprintf(text, sizeof text, "%zu (%s)", unknown, key);
    put_foot_line(scene, in, row + 1, "unknown", STYLE_UNKNOWN, text);
    cells_mark(scene->cells, row + 1, in->col + 1, in->cols - 2, ACTION_QUERY, 0);
}

/* What is left out of the members, and of how many nobody tells us: never silently. */
static void put_foot(const struct scene *scene, const struct box *in) {
    const struct model *model = scene->model;
    const int row = in->row + in->rows - FOOT_ROWS;
    const size_t offline = roster_count_state(&model_current(model)->members, STATE_OFFLINE);
    char text[PROMPT_BYTES + 16], key[16], typed[PROMPT_BYTES];
    keymap_first(&model->keymap, ACTION_FILTER, key, sizeof key);
    snprintf(text, sizeof text, "none (%s)", key);
    put_foot_line(scene, in, row, "filter",
        model->filter_text[0] != '\0' ? STYLE_WARN : STYLE_FAINT,
        model->filter_text[0] != '\0' ? view_typed(typed, sizeof typed, model->filter_text) : text);
    cells_mark(scene->cells, row, in->col + 1, in->cols - 2, ACTION_FILTER, 0);
    keymap_first(&model->keymap, ACTION_SORT, key, sizeof key);
    snprintf(text, sizeof text, "%s (%s)", sort_key_name(model->list.key), key);
    put_foot_line(scene, in, row + 1, "sort", STYLE_FAINT, text);
    cells_mark(scene->cells, row + 1, in->col + 1, in->cols - 2, ACTION_SORT,
        1 + ((int)model->list.key + 1) % SORT_KEYS);
    keymap_first(&model->keymap, ACTION_OFFLINE, key, sizeof key);
    if (model->list.hide_offline)
        snprintf(
            text, sizeof text, in->cols >= WIDE ? "%zu offline (%s)" : "%zu (%s)", offline, key);
    else
        snprintf(text, sizeof text, "none (%s)", key);
    put_foot_line(scene, in, row + 2, "hidden", STYLE_FAINT, text);
    cells_mark(scene->cells, row + 2, in->col + 1, in->cols - 2, ACTION_OFFLINE, 0);
    put_unknown(scene, in, row + 3);
}

/* Where the channels and the watched leave room. */
static bool has_foot(const struct model *model, const struct box *in, size_t rows) {
    const size_t watched = model->watching.count > 0 ? model->watching.count + 2 : 0;
    return rows + 1 + watched + FOOT_ROWS <= (size_t)(in->rows > 0 ? in->rows : 0) &&
           model->channel_count > 0 && in->cols >= FOOT_LABEL + 12;
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
        if (on.folded)
            put_group(scene, &in, in.row + row, &on);
        else
            put_channel(scene, &in, in.row + row, on.channel);
    }
    const size_t rows = groups_rows(model);
    if (has_foot(model, &in, rows)) {
        put_foot(scene, &in);
        in.rows -= FOOT_ROWS;
    }
    if (rows + 1 < (size_t)in.rows)
        view_watched_group(scene, &in, (int)rows + 1);
}
