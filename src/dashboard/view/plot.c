/* SPDX-License-Identifier: MIT */
/* How many were home, of everybody, over 24 hours; and beside it what the signs mean. */
#include "dashboard/model/plot.h"

#include "dashboard/view/age.h"
#include "dashboard/view/strip.h"
#include "dashboard/view/view.h"

#include <stdio.h>

enum { AXIS = 6, COLUMNS = 1024, HOURS_FROM = 5 };

/* How many dots of a row of the plot a count fills. */
static int dots_of(int count, int top, int rows, int row) {
    if (count == PLOT_UNKNOWN)
        return 0;
    const int all = rows * STRIP_HEIGHT;
    int high = (count * all + top - 1) / top;
    high = high > all ? all : high;
    if (count == 0)
        high = 1; /* known, and nobody: the ground */
    const int below = (rows - 1 - row) * STRIP_HEIGHT;
    return high <= below ? 0 : high - below > STRIP_HEIGHT ? STRIP_HEIGHT : high - below;
}

static void put_axis(const struct scene *scene, const struct box *in, int top) {
    char number[16];
    for (int row = 0; row < in->rows; row++) {
        cells_put(
            scene->cells, in->row + row, in->col + AXIS - 1, 1, STYLE_FAINT, scene->glyphs->axis);
        const bool half = in->rows >= 4 && in->rows % 2 == 0 && row == in->rows / 2 && top % 2 == 0;
        if (row != 0 && row != in->rows - 1 && !half)
            continue;
        snprintf(number, sizeof number, "%d", row == 0 ? top : half ? top / 2 : 0);
        cells_put_right(scene->cells, in->row + row, in->col, AXIS - 1, STYLE_FAINT, number);
    }
}

static void put_columns(const struct scene *scene, const struct box *in, const struct plot *plot) {
    int columns[COLUMNS];
    const int a_cell = view_bars_a_cell(scene);
    int cells = in->cols - AXIS - 1;
    cells = cells * a_cell > COLUMNS ? COLUMNS / a_cell : cells;
    const int top = plot_top(plot->peak);
    plot_columns(plot, columns, cells * a_cell);
    for (int row = 0; row < in->rows; row++) {
        for (int i = 0; i < cells; i++) {
            char text[5];
            const int left = columns[i * a_cell], right = columns[i * a_cell + a_cell - 1];
            const int l = dots_of(left, top, in->rows, row), r = dots_of(right, top, in->rows, row);
            cells_fill(scene->cells, in->row + row, in->col + AXIS + i, 1,
                left > 0 || right > 0 ? STYLE_ONLINE : STYLE_FAINT, view_bars(scene, l, r, text));
        }
    }
}

void view_plot(const struct scene *scene) {
    struct plot plot;
    char right[80] = "nobody was seen yet", clock[6];
    const struct model *model = scene->model;
    if (scene->layout.plot.rows == 0)
        return;
    plot = model->plot;
    if (!plot_is_of(&plot, scene->now_ms))
        plot_fill(&plot, &model->all.members, scene->now_ms);
    const int now = plot.home[PLOT_MINUTES - 1];
    age_clock(clock, plot.peak_ms);
    if (plot.peak > 0 && now == PLOT_UNKNOWN)
        snprintf(right, sizeof right, "peak %d at %s, now ?", plot.peak, clock);
    else if (plot.peak > 0)
        snprintf(right, sizeof right, "peak %d at %s, now %d", plot.peak, clock, now);
    struct box in = view_frame(scene, &scene->layout.plot, "5",
        scene->layout.plot.cols < 72 ? "Online, 24 h" : "Online, last 24 h (all channels)", right,
        model->focus == PANE_PLOT);
    if (in.rows >= HOURS_FROM) {
        in.rows--;
        view_strip_ruler(scene, in.row + in.rows, in.col + AXIS, in.cols - AXIS - 1);
    }
    put_axis(scene, &in, plot_top(plot.peak));
    put_columns(scene, &in, &plot);
}

/* ---- legend ---- */

enum { EXPLAINED_FROM = 6 };

static void put_sign(const struct scene *scene, const struct box *in, int at, const char *sign,
    enum style style, const char *word) {
    const int row = at / 2, col = in->col + 1 + at % 2 * (in->cols / 2);
    if (row >= in->rows)
        return;
    cells_put(scene->cells, in->row + row, col, 1, style, sign);
    cells_put(scene->cells, in->row + row, col + 2, in->cols / 2 - 3, STYLE_FAINT, word);
}

void view_legend(const struct scene *scene) {
    if (scene->layout.legend.rows == 0)
        return;
    const struct box in = view_frame(scene, &scene->layout.legend, "", "Legend", "", false);
    const char *const *dots = scene->glyphs->dots;
    put_sign(scene, &in, 0, dots[STATE_ONLINE], STYLE_ONLINE, "online");
    put_sign(scene, &in, 1, dots[STATE_LEFT], STYLE_LEFT, "left <5 min");
    put_sign(scene, &in, 2, dots[STATE_OFFLINE], STYLE_OFFLINE, "offline");
    put_sign(scene, &in, 3, dots[STATE_UNKNOWN], STYLE_UNKNOWN, "unknown");
    put_sign(scene, &in, 4, "+", STYLE_WATCHED, "watched");
    put_sign(scene, &in, 5, "z", STYLE_FLAPS, "flapping");
    put_sign(scene, &in, 6, dots[STATE_BANNED], STYLE_BANNED, "banned");
    put_sign(scene, &in, 7, "!", STYLE_UNREAD, "unread");
    put_sign(scene, &in, 9, "@", STYLE_UNREAD, "names you");
    if (in.rows < EXPLAINED_FROM)
        return;
    cells_put(scene->cells, in.row + 4, in.col + 1, in.cols / 2 - 2, STYLE_FAINT, " 2m seen");
    cells_put(
        scene->cells, in.row + 5, in.col + 1, in.cols - 2, STYLE_FAINT, "~2m the server's word");
}
