/* SPDX-License-Identifier: MIT */
/*
 * What the dashboard may write to a terminal, and nothing else: text, the sequences of ncurses and
 * those of its own, each with numbers that it can have. A sequence out of a name is not among them
 * (support/hostile.h).
 */
#ifndef SUPPORT_OUTPUT_H
#define SUPPORT_OUTPUT_H

#include <stddef.h>

/* What is wrong, and where; a sequence that is cut off at the end is not. NULL: nothing is. */
const char *output_stray(const char *bytes, size_t len, size_t *at);

#endif
