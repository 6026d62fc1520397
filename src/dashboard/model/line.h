/* SPDX-License-Identifier: MIT */
/*
 * A line being written, as a value: valid UTF-8, a cursor between clusters, bounded. No terminal.
 */
#ifndef DASHBOARD_MODEL_LINE_H
#define DASHBOARD_MODEL_LINE_H

#include "dashboard/input/key.h"

#include <stdbool.h>
#include <stddef.h>

/* A message has at most 5,000 characters; a line being written is kept shorter. */
enum { LINE_BYTES = 4000 };

struct line {
    size_t len, cursor; /* in bytes */
    char text[LINE_BYTES + 1];
};

void line_clear(struct line *line);
void line_set(struct line *line, const char *text);

/* Take a key: a character, Backspace, Del, Left, Right, Home, End, Ctrl-a Ctrl-e Ctrl-u Ctrl-w.
 * False where it is none of these; nothing changes then. */
bool line_take(struct line *line, press key);

#endif
