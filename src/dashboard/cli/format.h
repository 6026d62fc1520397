/* SPDX-License-Identifier: MIT */
/*
 * What `porchlight statusline` prints, as a function of what is known. Pure.
 *
 *     %o online   %f offline   %u unknown   %t all members
 *     %v visible or invisible   %s my status text   %c the channel   %l live or lost   %% a %
 *
 * Everything else stands as it is. While the link is lost nobody's state is known: %o and %f are
 * "?" and %u is everybody.
 */
#ifndef DASHBOARD_CLI_FORMAT_H
#define DASHBOARD_CLI_FORMAT_H

#include "base/bytes.h"

struct statusline {
    bool live, invisible;
    size_t total, online, unknown;
    const char *status, *channel; /* as they came: made harmless here */
};

/* 0; -EINVAL: `why` says what is wrong with it. */
int format_check(const char *format, struct bytes *why);

/* Append a format, checked, filled in; without a line end. */
void format_fill(struct bytes *to, const char *format, const struct statusline *line);

#endif
