/* SPDX-License-Identifier: MIT */
/*
 * The breakpoints: below 24x6 one line; below 50 wide or 12 high one pane with tabs; below 70 the
 * members and one event line, the channels in a drawer; from 70 two columns and the events; from
 * 110 a third column: the conversation if it is open, else what is known of the selected person.
 */
#include "dashboard/model/layout.h"

enum { FRAME = 2, MEMBERS_HEAD = 1 };

static struct layout tiny(void) {
    return (struct layout){.tiny = true, .detail_row = -1, .event_row = -1, .keys_row = -1};
}

static struct layout single(const struct model *model) {
    const struct box whole = {.row = 1, .col = 0, .rows = model->rows - 4, .cols = model->cols};
    struct layout layout = {.single = true,
        .event_row = model->rows - 3,
        .detail_row = model->rows - 2,
        .keys_row = model->rows - 1};
    if (model->talk_open)
        layout.talk = whole;
    else if (model->focus == PANE_CHANNELS)
        layout.channels = whole;
    else if (model->focus == PANE_EVENTS)
        layout.events = whole;
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
    if (model->rows < 18)
        return 3;
    if (model->rows < 26)
        return 5;
    return model->rows < 36 ? 7 : 9;
}

static int channels_cols(const struct model *model) {
    return model->cols < 90 ? 24 : model->cols < 150 ? 26 : 32;
}

static struct layout columns(const struct model *model) {
    const int events = events_rows(model), tall = model->rows - 1 - events - 2;
    const int left = channels_cols(model);
    int middle = model->cols - left;
    struct layout layout = {.detail_row = model->rows - 2,
        .event_row = -1,
        .keys_row = model->rows - 1,
        .channels = {1, 0, tall, left},
        .events = {1 + tall, 0, events, model->cols}};
    if (model->cols >= 110) {
        int right = model->talk_open ? middle * 6 / 10 : 30;
        if (model->cols >= 150 && !model->talk_open)
            right = 38;
        middle -= right;
        *(model->talk_open ? &layout.talk : &layout.detail) = (struct box){
            1, left + middle, tall, right};
    } else if (model->talk_open) {
        layout.talk = (struct box){1, left, tall, middle};
        return layout;
    }
    layout.members = (struct box){1, left, tall, middle};
    return layout;
}

struct layout layout_of(const struct model *model) {
    if (model->cols < 24 || model->rows < 6)
        return tiny();
    if (model->cols < 50 || model->rows < 12)
        return single(model);
    return model->cols < 70 ? drawer(model) : columns(model);
}

int layout_list_rows(const struct layout *layout, enum pane pane) {
    const struct box *box = pane == PANE_CHANNELS  ? &layout->channels
                            : pane == PANE_MEMBERS ? &layout->members
                            : pane == PANE_EVENTS  ? &layout->events
                                                   : &layout->talk;
    int rows = box->rows - (layout->single ? 0 : FRAME);
    if (pane == PANE_MEMBERS)
        rows -= MEMBERS_HEAD;
    return rows > 0 ? rows : 0;
}
