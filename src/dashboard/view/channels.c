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
    view_found(scene, row, in->col + 1, name_room, name);
    if (channel->unread > 0 && used < name_room)
        cells_put(scene->cells, row, in->col + 1 + used, 2, STYLE_UNREAD, " !");
    cells_put_right(scene->cells, row, in->col + in->cols - 1 - count_cells, count_cells,
        !live      ? STYLE_STALE
        : home > 0 ? STYLE_ONLINE
                   : STYLE_OFFLINE,
        count);
    if (selected && model->focus == PANE_CHANNELS)
        cells_select(scene->cells, row, in->col, in->cols);
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
    const struct box in = view_frame(
        scene, &scene->layout.channels, "1", "Channels", count, model->focus == PANE_CHANNELS);
    for (int row = 0; row < in.rows; row++) {
        const size_t i = model->channel_top + (size_t)row;
        if (i > model->channel_count)
            break;
        put_channel(scene, &in, in.row + row, i);
    }
    if (model->channel_count + 2 < (size_t)in.rows)
        view_watched_group(scene, &in, (int)model->channel_count + 2);
}
