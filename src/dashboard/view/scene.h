/* SPDX-License-Identifier: MIT */
/* What every panel of a screen is drawn with, and the looks they share. Pure. */
#ifndef DASHBOARD_VIEW_SCENE_H
#define DASHBOARD_VIEW_SCENE_H

#include "dashboard/model/layout.h"
#include "dashboard/view/cells.h"
#include "dashboard/view/glyphs.h"

/* What every panel is drawn with. */
struct scene {
    struct cells *cells;
    const struct model *model;
    struct layout layout;
    const struct glyphs *glyphs;
    int64_t now_ms;
};

/* A pane's frame with its title on the left and a text on the right of its top border;
 * the box inside. Without frames, the box itself. */
struct box view_frame(const struct scene *scene, const struct box *box, const char *number,
    const char *title, const char *right, bool has_keys);

/* How somebody's state is drawn: the dot, the style and the word. While they are not live, the
 * style is that of a stale one. */
struct state_look {
    const char *dot, *word;
    enum style style, name_style;
    char letter;
};
struct state_look view_state(const struct scene *scene, const struct person *person);

/* Whether somebody is me, and my row is to be drawn as others get it. */
bool view_is_as_seen(const struct scene *scene, const struct person *person);

/* "invisible until 11:42", of me while I am; false: it is not so, or of somebody else. */
bool view_invisible(const struct scene *scene, const struct person *person, char to[40]);

/* The word of a state, or where they flap, how often. */
void view_word(const struct scene *scene, const struct person *person,
    const struct state_look *look, char to[24]);

/* The sign between dot and name: z flaps, + is watched, blank. */
const char *view_mark(const struct person *person, enum style *style);

/* The name, or where the screen cannot show it, the id. */
const char *view_name(const struct scene *scene, const struct person *person);

/* What was typed, or pasted, as it may be drawn: `to`. */
const char *view_typed(char *to, size_t size, const char *text);

/* Mark what is looked for in a text that was put there: as far as it shows. */
void view_found(const struct scene *scene, int row, int col, int most, const char *text);

/* "16:42 UTC+6"; false: they do not say where they are. */
enum { LOCAL_BYTES = 32 };
bool view_local(const struct scene *scene, const struct person *person, char to[LOCAL_BYTES]);

/* "now" of those who are here; "<1m", "2m", "~9m", "3h", "?". */
void view_clock(const struct scene *scene, char to[6], int64_t unix_ms);
void view_age(const struct scene *scene, const struct person *person, char to[8]);

#endif
