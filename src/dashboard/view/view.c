/* SPDX-License-Identifier: MIT */
#include "dashboard/view/view.h"

void view_draw(struct cells *cells, const struct model *model, int64_t now_ms) {
    const struct scene scene = {.cells = cells,
        .model = model,
        .layout = layout_of(model),
        .glyphs = glyphs_of(model->glyph_set),
        .now_ms = now_ms};
    cells_clear(cells);
    if (scene.layout.tiny) {
        view_tiny(&scene);
        view_prompt(&scene);
        return;
    }
    view_header(&scene);
    view_channels(&scene);
    view_members(&scene);
    view_talk(&scene);
    view_detail(&scene);
    view_plot(&scene);
    view_legend(&scene);
    view_events(&scene);
    view_event_line(&scene);
    view_detail_line(&scene);
    view_keys(&scene);
    if (model->watch_open)
        view_watched(&scene);
    if (model->help_open)
        view_help(&scene);
    view_menu(&scene);
    view_prompt(&scene);
}
