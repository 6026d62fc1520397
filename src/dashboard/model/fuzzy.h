/* SPDX-License-Identifier: MIT */
/*
 * How well a few letters stand for a text: all of them in their order, with gaps; better together,
 * better at the beginnings of words. Pure.
 */
#ifndef DASHBOARD_MODEL_FUZZY_H
#define DASHBOARD_MODEL_FUZZY_H

#include <stdint.h>

/* > 0: the larger the better; 0: it does not. `letters` is folded and not empty; the text is
 * folded, or ASCII whose case does not matter. `marks`, unless NULL: the bytes below 64 that the
 * letters stand for, as bits. */
int fuzzy_score(const char *text, const char *letters, uint64_t *marks);

#endif
