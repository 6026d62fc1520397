/* SPDX-License-Identifier: MIT */
/*
 * Texts on their way out of a command: made harmless for a terminal and for the line they stand
 * in, or written as JSON strings for a filter. Pure.
 */
#ifndef DASHBOARD_CLI_TEXT_H
#define DASHBOARD_CLI_TEXT_H

#include "base/bytes.h"

#include <stdint.h>

/*
 * Append text that came from elsewhere. Tabs and line ends of any kind become one space each, so
 * that a name cannot make columns or lines; other controls, what reorders or hides text, and what
 * is not UTF-8 become U+FFFD, so that it cannot speak to a terminal.
 */
void text_plain(struct bytes *to, const char *text);

/* Append "2026-11-24T10:42:07.123Z", or "-" for 0. */
void text_time(struct bytes *to, int64_t unix_ms);

/* Append text as a JSON string, quotes included. What could speak to a terminal is written as
 * \uXXXX, so that it reads as it was; what is not UTF-8 is U+FFFD. */
void text_json(struct bytes *to, const char *text);

/* Append one line of JSON, valid: white space that ends lines becomes a space, and what could speak
 * to a terminal \uXXXX. */
void text_one_line(struct bytes *to, const char *json, size_t len);

#endif
