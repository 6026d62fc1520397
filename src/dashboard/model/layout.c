/* SPDX-License-Identifier: MIT */
/*
 * The breakpoints: below 24x6 one line; below 50 wide or 12 high one pane with tabs, and below 10
 * high nothing beside it but the header, the selection and the keys; below 70 wide the members and
 * one event line, the channels in a drawer; from 70 two columns and the events; from 110 a third
 * column: the conversation if it is open, else what is known of the selected person; and from 30
 * rows on, the plot, which is higher where there is room. Where the detail or the plot has no place
 * of its own, it stands in that of the members while it has the keys.
 */
#include "dashboard/model/layout.h"

enum { FRAME = 2, LOW_ROWS = 10, LEGEND_COLS = 32 };

static struct layout tiny(void) {
    return (struct layout){.tiny = true, .detail_row = -1, .event_row = -1, .keys_row = -1};
}

static struct layout single(const struct model *model) {
    const bool low = model->rows < LOW_ROWS;
    const int below = low ? 2 : 3;
    const struct box whole = {
        .row = 1, .col = 0, .rows = model->rows - 1 - below, .cols = model->cols};
    struct layout layout = {.single = true,
        .members_head = !low || model->filter_text[0] != '\0' ? 1 : 0, /* it has the filter */
        .event_row = low ? -1 : model->rows - 3,
        .detail_row = model->rows - 2,
        .keys_row = model->rows - 1};
    if (model->talk_open)
        layout.talk = whole;
    else if (model->focus == PANE_CHANNELS)
        layout.channels = whole;
    else if (model->focus == PANE_EVENTS)
        layout.events = whole;
    else if (model->focus == PANE_DETAIL)
        layout.detail = whole;
    else if (model->focus == PANE_PLOT)
        layout.plot = whole;
    else
        layout.members = whole;
    return layout;
}

static struct layout drawer(const struct model *model) {
    struct layout layout = single(model);
    layout.single = false;
    return layout;
}

static int events_rows(const struct model *model) {
    if (model->looking.zoom == ZOOM_HALF && model->focus == PANE_EVENTS)
        return (model->rows - 3) / 2;
    if (model->rows < 18)
        return 3;
    if (model->rows < 26)
        return 5;
    return model->rows < 36 ? 7 : model->rows < 50 ? 9 : 12;
}

static int plot_rows(const struct model *model) {
    if (model->cols < 110 || model->rows < 30)
        return 0;
    if (model->looking.zoom == ZOOM_HALF && model->focus == PANE_PLOT)
        return (model->rows - 3) / 2;
    return model->rows < 45 ? 5 : model->rows < 55 ? 8 : 11;
}

static int channels_cols(const struct model *model) {
    if (model->looking.zoom == ZOOM_HALF && model->focus == PANE_CHANNELS)
        return model->cols / 2;
    return model->cols < 90 ? 24 : model->cols < 150 ? 26 : 32;
}

/* What stands in the middle, and beside it where there is room for a third column. */
static void put_columns(struct layout *layout, const struct model *model, struct box middle) {
    const bool half = model->looking.zoom == ZOOM_HALF;
    const bool wide = model->cols >= 110 && !(half && model->focus == PANE_MEMBERS);
    if (wide && (model->talk_open || !model->detail_shut || model->focus == PANE_DETAIL)) {
        int right = model->talk_open ? middle.cols * 6 / 10 : 28;
        if (model->cols >= 150 && !model->talk_open)
            right = model->cols >= 180 ? 46 : 38;
        if (half && (model->focus == PANE_TALK || model->focus == PANE_DETAIL))
            right = model->cols / 2;
        middle.cols -= right;
        *(model->talk_open ? &layout->talk : &layout->detail) = (struct box){
            middle.row, middle.col + middle.cols, middle.rows, right};
    } else if (model->talk_open) {
        layout->talk = middle;
        return;
    }
    if (model->focus == PANE_DETAIL && layout->detail.rows == 0)
        layout->detail = middle;
    else if (model->focus == PANE_PLOT && layout->plot.rows == 0)
        layout->plot = middle;
    else
        layout->members = middle;
}

static struct layout columns(const struct model *model) {
    const int plot = plot_rows(model), events = events_rows(model) - (plot > 0 ? 2 : 0);
    const int left = channels_cols(model), tall = model->rows - 1 - events - plot - 2;
    struct layout layout = {.detail_row = model->rows - 2,
        .event_row = -1,
        .members_head = 1,
        .keys_row = model->rows - 1,
        .channels = {1, 0, tall, left},
        .events = {1 + tall + plot, 0, events, model->cols}};
    if (plot > 0) {
        layout.plot = (struct box){1 + tall, 0, plot, model->cols - LEGEND_COLS};
        layout.legend = (struct box){1 + tall, model->cols - LEGEND_COLS, plot, LEGEND_COLS};
    }
    put_columns(&layout, model, (struct box){1, left, tall, model->cols - left});
    return layout;
}

struct layout layout_of(const struct model *model) {
    if (model->cols < 24 || model->rows < 6)
        return tiny();
    if (model->cols < 50 || model->rows < 12)
        return single(model);
    return model->cols < 70 || model->looking.zoom == ZOOM_FULL ? drawer(model) : columns(model);
}

int layout_list_rows(const struct layout *layout, enum pane pane) {
    const struct box *box = pane == PANE_CHANNELS  ? &layout->channels
                            : pane == PANE_MEMBERS ? &layout->members
                            : pane == PANE_EVENTS  ? &layout->events
                            : pane == PANE_DETAIL  ? &layout->detail
                            : pane == PANE_PLOT    ? &layout->plot
                                                   : &layout->talk;
    int rows = box->rows - (layout->single ? 0 : FRAME);
    if (pane == PANE_MEMBERS)
        rows -= layout->members_head;
    return rows > 0 ? rows : 0;
}
