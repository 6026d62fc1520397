/* SPDX-License-Identifier: MIT */
#include "dashboard/adopt.h"

#include <stdio.h>
#include <string.h>

static bool differs(const int now, const struct settings *before, int was) {
    return before == NULL || now != was;
}
#define CHANGED(member) differs(now->member, before, before != NULL ? before->member : 0)

void adopt_settings(
    struct model *model, const struct settings *now, const struct settings *before) {
    model->keymap = now->keymap;
    model->ui.seconds = now->seconds != 0;
    model->ui.blocks = now->strips != 0;
    if (CHANGED(theme))
        model->ui.theme = now->theme;
    if (CHANGED(mouse))
        model->ui.mouse = now->mouse != 0;
    if (CHANGED(events))
        model->event_level = (enum event_level)now->events;
    if (CHANGED(offline))
        model->list.hide_offline = now->offline == 0;
    if (CHANGED(times))
        model->looking.times = (enum times)now->times;
    if (CHANGED(sort))
        model->list.key = (enum sort_key)now->sort;
    list_make_anew(&model->list);
}

void adopt_forget(struct state_file *state, const struct settings *now) {
    static const struct {
        const char *key, *state;
    } kept[] = {{"theme", "ui.theme"}, {"mouse", "ui.mouse"}, {"events", "ui.events"},
        {"offline", "ui.hide_offline"}, {"sort", "ui.sort"}, {"time", "ui.times"}};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        char name[32], value[64];
        snprintf(name, sizeof name, "set.%s", kept[i].key);
        settings_value(now, kept[i].key, value, sizeof value);
        const char *before = state_file_text(state, name);
        if (before != NULL && strcmp(before, value) != 0)
            state_file_put(state, kept[i].state, NULL);
        state_file_put(state, name, value);
    }
}

enum glyph_set adopt_glyphs(const struct settings *now, const struct terminal_can *can) {
    if (!can->utf8)
        return GLYPH_SET_ASCII;
    switch ((enum glyph_choice)now->glyphs) {
    case GLYPHS_NEUTRAL: return GLYPH_SET_NEUTRAL;
    case GLYPHS_CLASSIC: return GLYPH_SET_CLASSIC;
    case GLYPHS_ASCII: return GLYPH_SET_ASCII;
    default:
        return !can->signs       ? GLYPH_SET_ASCII
               : can->wide_lines ? GLYPH_SET_NARROW
                                 : GLYPH_SET_NEUTRAL;
    }
}
