/* SPDX-License-Identifier: MIT */
/*
 * Text from others is data: made harmless once, at the model's boundary, and measured in cells. The
 * keeper of utf8proc. Pure.
 */
#ifndef DASHBOARD_VIEW_TEXT_H
#define DASHBOARD_VIEW_TEXT_H

#include "base/bytes.h"

enum { TEXT_MARKS = 4, TEXT_CLUSTER_BYTES = 24 };

/*
 * Append `from`, made fit for one line of any terminal: valid UTF-8 without controls, escapes,
 * marks that reorder or hide text, or tags; line ends become ⏎; at most TEXT_MARKS combining marks
 * on a base; emoji joined or coloured by others become their first. Idempotent.
 */
void text_clean(struct bytes *to, const char *from);

/* The same as a text of its own, freed with free(); NULL: no memory. */
char *text_cleaned(const char *from);

/* Of the library that knows widths, and of Unicode as it knows it. Static. */
const char *text_library_version(void);
const char *text_unicode_version(void);

/* The next cluster of clean text: its bytes and its cells (1 or 2). 0 at the end. */
size_t text_cluster(const char *text, int *cells);

int text_cells(const char *text);

/* As much of clean text as there are cells for; where that is not all of it, "~" is the last. */
void text_fit(char *to, size_t size, const char *text, int most);

/* Whether every terminal draws a cluster in the cells that text_cluster() says. */
bool text_is_certain(const char *cluster);

/* Clean text that was cut after some bytes: the part of a character at its end is taken away. */
void text_end_whole(char *text);

/* The next cluster of any valid text, as a person would count it: its bytes. 0 at the end. Joined
 * emoji and flags are one. */
size_t text_grapheme(const char *text);

/* Whether a capital letter is in it. */
bool text_has_capital(const char *text);

/* A key to sort names by, whatever their case: freed with free(); NULL: no memory. */
char *text_fold(const char *text);

#endif
