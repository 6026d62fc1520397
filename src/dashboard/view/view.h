/* SPDX-License-Identifier: MIT */
/* The screen is a function: model and time in, cells out. Pure. */
#ifndef DASHBOARD_VIEW_VIEW_H
#define DASHBOARD_VIEW_VIEW_H

#include "dashboard/view/scene.h"

/* Draw everything anew. The grid has the model's size. */
void view_draw(struct cells *cells, const struct model *model, int64_t now_ms);

/* The panels, each in its own file. */
void view_header(const struct scene *scene);
void view_channels(const struct scene *scene);
void view_members(const struct scene *scene);
void view_events(const struct scene *scene);
void view_event_line(const struct scene *scene);
void view_talk(const struct scene *scene);
void view_watched(const struct scene *scene);
void view_watched_group(const struct scene *scene, const struct box *in, int row);
void view_plot(const struct scene *scene);
void view_legend(const struct scene *scene);
void view_detail(const struct scene *scene);
void view_detail_line(const struct scene *scene);
void view_keys(const struct scene *scene);
void view_help(const struct scene *scene);
void view_menu(const struct scene *scene);
void view_prompt(const struct scene *scene);
void view_tiny(const struct scene *scene);

/* Who types in the conversation that is read. False: nobody. */
bool view_typing(const struct scene *scene, char *to, size_t size);
/* Who may be meant by the mention that is being written. False: none is. */
bool view_mention(const struct scene *scene, char *to, size_t size);
/* Why the line at the cursor was not sent, or not changed. False: it was. */
bool view_fault(const struct scene *scene, char *to, size_t size);

#endif
