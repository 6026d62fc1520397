/* SPDX-License-Identifier: MIT */
/* What is in force: the configuration, and over it what the command line says. */
#ifndef DASHBOARD_CLI_CONFIGURE_H
#define DASHBOARD_CLI_CONFIGURE_H

#include "dashboard/cli/options.h"
#include "dashboard/settings.h"

/*
 * 0; -EINVAL, -errno: the configuration or an option is wrong, `why` says it, a line a complaint,
 * and *to is untouched. `called`: how the file is called in there; NULL: by its path.
 */
int settings_in_force(
    const struct options *options, const char *called, struct settings *to, struct bytes *why);

/* Say each line of `why`. */
void say_lines(const struct bytes *why);

#endif
