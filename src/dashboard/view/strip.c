/* SPDX-License-Identifier: MIT */
/*
 * The parts of a strip begin at full hours (or halves), so that it moves along once in a while and
 * not with every minute.
 */
#include "dashboard/view/strip.h"

#include "base/utf8.h"

#include <stdio.h>
#include <time.h>

enum { HOUR_MS = 60 * 60 * 1000, DAY_MS = 24 * HOUR_MS, BRAILLE = 0x2800 };

/* A terminal that draws lines two cells wide does the same with blocks. */
static bool has_blocks(const struct scene *scene) {
    return scene->model->ui.blocks && scene->model->glyph_set != GLYPH_SET_NARROW;
}

int view_bars_a_cell(const struct scene *scene) {
    return scene->model->ascii || has_blocks(scene) ? 1 : 2;
}

const char *view_bars(const struct scene *scene, int left, int right, char to[4]) {
    static const uint32_t lefts[STRIP_HEIGHT + 1] = {0, 0x40, 0x44, 0x46, 0x47};
    static const uint32_t rights[STRIP_HEIGHT + 1] = {0, 0x80, 0xa0, 0xb0, 0xb8};
    static const char *const plain[STRIP_HEIGHT + 1] = {" ", ".", ":", "+", "#"};
    static const char *const blocks[STRIP_HEIGHT + 1] = {" ", "▁", "▄", "▆", "█"};
    if (scene->model->ascii)
        return plain[left > right ? left : right];
    if (has_blocks(scene))
        return blocks[left > right ? left : right];
    if (left == 0 && right == 0)
        return " ";
    to[utf8_put(to, BRAILLE + lefts[left] + rights[right])] = '\0';
    return to;
}

static int height_of(int8_t part) {
    if (part == STRIP_UNKNOWN)
        return 0;
    return part == 0 ? 1 : 2 + (part - 1) * 3 / STRIP_FULL;
}

/* The end of the last part. */
static int64_t strip_end(int64_t now_ms, int64_t step_ms) {
    return (now_ms / step_ms + 1) * step_ms;
}

void view_strip(
    const struct scene *scene, int row, int col, int cells, const struct history *history) {
    int8_t parts[STRIP_CELLS * 2 + 1] = {0};
    cells = cells < STRIP_CELLS ? cells : STRIP_CELLS;
    const int a_cell = view_bars_a_cell(scene), count = cells * a_cell;
    const int64_t step_ms = DAY_MS / count;
    history_strip(history, strip_end(scene->now_ms, step_ms), step_ms, scene->now_ms, parts, count);
    for (int i = 0; i < cells; i++) {
        char text[5];
        const int8_t left = parts[i * a_cell], right = parts[i * a_cell + a_cell - 1];
        cells_fill(scene->cells, row, col + i, 1,
            left > 0 || right > 0 ? STYLE_ONLINE : STYLE_FAINT,
            view_bars(scene, height_of(left), height_of(right), text));
    }
}

static int local_hour(int64_t unix_ms) {
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm local;
    return localtime_r(&seconds, &local) != NULL ? local.tm_hour : 1;
}

void view_strip_ruler(const struct scene *scene, int row, int col, int cells) {
    const int64_t step_ms = DAY_MS / cells, end_ms = strip_end(scene->now_ms, step_ms);
    if (cells < 24) {
        cells_put(scene->cells, row, col, cells, STYLE_FAINT, "24h");
        cells_put_right(scene->cells, row, col, cells, STYLE_FAINT, "now");
        return;
    }
    int hour_before = local_hour(end_ms - step_ms * (cells + 1));
    int free_from = 0;
    for (int i = 0; i < cells - 6; i++) {
        char label[4];
        const int hour = local_hour(end_ms - step_ms * (cells - i));
        const bool begins = hour != hour_before && hour % (cells > 2 * STRIP_CELLS ? 3 : 6) == 0 &&
                            i >= free_from;
        hour_before = hour;
        if (!begins)
            continue;
        snprintf(label, sizeof label, "%02d", hour);
        cells_put(scene->cells, row, col + i, 2, STYLE_FAINT, label);
        free_from = i + 3;
    }
    cells_put_right(scene->cells, row, col, cells, STYLE_FAINT, "now");
}
