/* SPDX-License-Identifier: MIT */
/*
 * What is looked for in names and texts. Smart case: with a capital in it, case matters; without
 * one, it does not. Pure.
 */
#ifndef DASHBOARD_MODEL_NEEDLE_H
#define DASHBOARD_MODEL_NEEDLE_H

#include <stdbool.h>
#include <stddef.h>

enum { NEEDLE_BYTES = 256 };

struct needle {
    char text[NEEDLE_BYTES]; /* as it was written, or folded; "": nothing is looked for */
    bool exact;              /* there is a capital in it */
};

/* Too long a text is cut: what is found then has its beginning in it. */
void needle_set(struct needle *needle, const char *text);

/* Whether clean text has it. An empty one is in nothing. `fold`: text_fold() of the text where
 * that is known, else NULL. */
bool needle_is_in(const struct needle *needle, const char *text, const char *fold);

/* Where it is first, at or after `from`: so many bytes from *at on; 0: nowhere. */
size_t needle_find(const struct needle *needle, const char *text, size_t from, size_t *at);

#endif
