/* SPDX-License-Identifier: MIT */
/* What was written into a line before, oldest first; each text once, where it was last. Pure. */
#ifndef DASHBOARD_INPUT_PAST_H
#define DASHBOARD_INPUT_PAST_H

#include <stddef.h>

enum { PAST_MOST = 100 };

struct past {
    char *lines[PAST_MOST];
    size_t count;
};

/* Remember a text, unless it is blank; the oldest goes when there is no room. 0, or -ENOMEM. */
int past_add(struct past *past, const char *text);
/* The text so many steps back, 1 the newest; NULL: there is none. */
const char *past_at(const struct past *past, size_t back);
void past_fini(struct past *past);

#endif
