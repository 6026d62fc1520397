/* SPDX-License-Identifier: MIT */
/* Texts from outside, made fit for a terminal or a pipe. Pure. */
#ifndef SERVER_PLAIN_H
#define SERVER_PLAIN_H

#include "base/bytes.h"

/* Append a text as one cell of a line: what could move a cursor, end a line or turn its direction
 * becomes U+FFFD. Nothing is shown as "-". */
void plain_cell(struct bytes *to, const char *text);

/* Append the text of a JSON value; in its strings the same characters are written as \uXXXX. */
void plain_json(struct bytes *to, const char *text);

#endif
