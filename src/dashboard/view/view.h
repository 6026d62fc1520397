/* SPDX-License-Identifier: MIT */
/*
 * The screen as a function: model, size and now make a grid of cells. It changes nothing and asks
 * nobody.
 */
#ifndef DASHBOARD_VIEW_VIEW_H
#define DASHBOARD_VIEW_VIEW_H

#include "dashboard/model/model.h"
#include "dashboard/view/cells.h"
#include "dashboard/view/glyphs.h"

struct view_settings {
    enum glyph_set glyphs;
    const char *place; /* where we are: "demo", a profile, a host; shown in the header */
    int utc_offset_s;  /* local time minus UTC now */
};

/*
 * Draw the model into the grid, at the grid's size. Returns the moment (Unix ms) at which the
 * picture changes by the passing of time alone: an age, a countdown, the minute of the clock. Until
 * then nothing need be drawn unless a key or an event comes. Call model_reach() first.
 */
int64_t view_draw(struct cells *cells, const struct model *model,
    const struct view_settings *settings, int64_t now_ms);

#endif
