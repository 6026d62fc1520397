/* SPDX-License-Identifier: MIT */
/*
 * The members of the channel at the cursor: dot, name, state, last active, status. As the pane gets
 * narrower the status goes first, then the state's word shrinks to a letter; the last-active time
 * goes last.
 */
#include "dashboard/view/view.h"

#include <stdio.h>

struct fields {
    int name, name_cells, state, state_cells, last, status, status_cells;
};

enum { DOT = 1, LEAD = 4, LAST_CELLS = 5, STATE_CELLS = 11 };

static struct fields fields_of(const struct box *in) {
    struct fields f = {.name = in->col + LEAD};
    const int room = in->cols - LEAD - LAST_CELLS - 1;
    if (room >= 60) {
        f.name_cells = 22;
        f.state_cells = STATE_CELLS;
    } else if (room >= 28) {
        f.name_cells = room >= 40 ? 17 : room - STATE_CELLS - 1;
        if (f.name_cells > 20)
            f.name_cells = 20;
        f.state_cells = STATE_CELLS;
    } else {
        f.state_cells = 1;
        f.name_cells = room - 2;
    }
    f.state = f.name + f.name_cells + 1;
    f.last = f.state + f.state_cells + (f.state_cells > 1 ? 0 : 1);
    f.status = f.last + LAST_CELLS + 2;
    f.status_cells = in->col + in->cols - 1 - f.status;
    return f;
}

static void put_head(const struct scene *scene, const struct box *in, const struct fields *f) {
    cells_put(scene->cells, in->row, f->name, f->name_cells, STYLE_FAINT, "NAME");
    if (f->state_cells > 1)
        cells_put(scene->cells, in->row, f->state, f->state_cells, STYLE_FAINT, "STATE");
    cells_put_right(scene->cells, in->row, f->last, LAST_CELLS, STYLE_FAINT, "LAST");
    if (f->status_cells >= 8)
        cells_put(scene->cells, in->row, f->status, f->status_cells, STYLE_FAINT, "STATUS");
}

static void put_person(const struct scene *scene, const struct box *in, const struct fields *f,
    int row, const struct person *person) {
    const struct state_look look = view_state(scene, person);
    struct cells *cells = scene->cells;
    const bool selected = model_current(scene->model)->selected == person;
    char age[8], letter[2] = {look.letter, '\0'}, name[300];
    view_age(scene, person, age);
    snprintf(name, sizeof name, "%s%s", view_name(scene, person), person->me ? " (you)" : "");
    cells_put(cells, row, in->col, 1, STYLE_KEY, selected ? ">" : " ");
    cells_put(cells, row, in->col + DOT, 1, look.style, look.dot);
    cells_put(cells, row, f->name, f->name_cells, look.name_style, name);
    cells_put(cells, row, f->state, f->state_cells > 1 ? f->state_cells - 1 : 1, look.style,
        f->state_cells > 1 ? look.word : letter);
    cells_put_right(cells, row, f->last, LAST_CELLS, look.style, age);
    if (f->status_cells >= 8)
        cells_put(cells, row, f->status, f->status_cells,
            look.style == STYLE_STALE ? STYLE_STALE : STYLE_STATUS, person->status);
    if (selected && scene->model->focus == PANE_MEMBERS)
        cells_select(cells, row, in->col, in->cols);
}

/* Nobody to show: why, and what to do. */
static void put_empty(const struct scene *scene, const struct box *in) {
    const struct model *model = scene->model;
    const char *lines[3] = {"", "", ""};
    if (!model->channels_known) {
        lines[0] = model->link.state == LINK_REFUSED ? "The server refused:"
                   : model->link.state == LINK_LIVE  ? "Asking for your channels..."
                                                     : "Connecting...";
        lines[1] = model->link.state == LINK_LIVE ? "" : model->link.reason;
    } else if (model->channel_count == 0) {
        lines[0] = "You are in no channel yet. In a shell:";
        lines[1] = "porchlight channel messaging:hall --add SOMEBODY";
        lines[2] = "makes one, and it appears here at once.";
    } else if (model_current(model)->members.count > 0) {
        lines[0] = "Everybody is away (o shows them)";
    } else {
        lines[0] = "Nobody is in this channel";
    }
    for (int i = 0; i < 3 && i + 2 < in->rows; i++)
        cells_put(scene->cells, in->row + 2 + i, in->col + 2, in->cols - 3,
            i == 1 && model->channels_known ? STYLE_KEY : STYLE_PLAIN, lines[i]);
}

void view_members(const struct scene *scene) {
    const struct model *model = scene->model;
    const struct channel_shown *channel = model_current(model);
    if (scene->layout.members.rows == 0)
        return;
    char title[320], right[48];
    const size_t shown = roster_shown_count(&channel->members, model->hide_offline);
    snprintf(title, sizeof title, "Members %s%s", channel->cid[0] != '\0' ? "#" : "",
        channel->cid[0] != '\0' ? channel->name : "of all channels");
    if (shown < channel->members.count)
        snprintf(right, sizeof right, "%zu of %zu", shown, channel->members.count);
    else
        snprintf(right, sizeof right, "%zu", shown);
    const struct box in = view_frame(
        scene, &scene->layout.members, "2", title, right, model->focus == PANE_MEMBERS);
    const struct fields f = fields_of(&in);
    if (shown == 0) {
        put_empty(scene, &in);
        return;
    }
    put_head(scene, &in, &f);
    for (int row = 1; row < in.rows; row++) {
        const struct person *person = roster_shown_at(
            &channel->members, model->hide_offline, channel->top + (size_t)(row - 1));
        if (person == NULL)
            break;
        put_person(scene, &in, &f, in.row + row, person);
    }
}
