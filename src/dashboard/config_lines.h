/* SPDX-License-Identifier: MIT */
/*
 * The configuration file as lines: the keeper of libinih. Who asks is told each setting with its
 * section and line, and keeps what is his; what is wrong with one goes into `complaint`, and is
 * told with the file and the line.
 */
#ifndef DASHBOARD_CONFIG_LINES_H
#define DASHBOARD_CONFIG_LINES_H

#include "base/bytes.h"

/* One setting. What is written to `complaint` is one sentence about it. 0; < 0: -errno, and
 * nothing more is told. */
struct config_line {
    const char *section, *key, *value;
    int number;
};
typedef int config_line_fn(void *context, const struct config_line *line, struct bytes *complaint);

/* Read a file. 0; CONFIG_LINES_NONE: there is none; -ENOMEM; another -errno, `why` says it. */
enum { CONFIG_LINES_NONE = 1 };
int config_load(const char *path, struct bytes *text, struct bytes *why);

/*
 * Walk through a text. Complaints become lines of `why`, each "CALLED:NUMBER: complaint"; a line
 * that is neither a section nor a setting is the last, because what follows it may belong to
 * nowhere. How many complaints there are, or what the function returned.
 */
int config_walk(
    const char *text, const char *called, config_line_fn *told, void *context, struct bytes *why);

/* "profile NAME": the name, which may be any text; else NULL. */
const char *config_profile_of(const char *section);

#endif
