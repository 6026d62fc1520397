/* SPDX-License-Identifier: MIT */
/* How the text of the configuration changes when a profile is written. Pure. */
#ifndef DASHBOARD_CONFIG_EDIT_H
#define DASHBOARD_CONFIG_EDIT_H

#include "dashboard/config.h"

/* Append `old` to `to` with [profile NAME] set to exactly these values: settings that stood there
 * keep their places, new ones come at the section's end, a new section at the file's. */
void config_edit(
    struct bytes *to, const char *old, const char *name, const struct profile *profile);

/* Whether a line is the header of this profile's section. */
bool config_line_is_profile(const char *line, size_t len, const char *name);

#endif
