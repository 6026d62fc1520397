/* SPDX-License-Identifier: MIT */
/*
 * What a person has set becomes so: in the model, and against what was remembered of the last run.
 * What they changed by keys stays as long as the setting does, and is remembered; a setting that is
 * changed wins over it.
 */
#ifndef DASHBOARD_ADOPT_H
#define DASHBOARD_ADOPT_H

#include "dashboard/model/model.h"
#include "dashboard/settings.h"
#include "dashboard/state_file.h"

/* Those that differ from `before`; NULL: all. */
void adopt_settings(struct model *model, const struct settings *now, const struct settings *before);

/* What was remembered of settings that are others now is forgotten. Before it is recalled. */
void adopt_forget(struct state_file *state, const struct settings *now);

/* What is drawn with: what is set, as far as the locale has it; else what the terminal can. */
struct terminal_can {
    bool utf8;  /* by its locale */
    bool signs; /* by its kind, all of them */
    bool wide_lines;
};
enum glyph_set adopt_glyphs(const struct settings *now, const struct terminal_can *can);

#endif
