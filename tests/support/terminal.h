/* SPDX-License-Identifier: MIT */
/*
 * A real program in a real pseudo-terminal, and the terminal that a person would sit at: it
 * remembers what is on the screen, how it looks, and which modes are on.
 *
 * Everything waits by poll(): until something is so, at most so many milliseconds. The bytes of
 * the program are read only inside these calls. Its standard error is a pipe of its own, so that
 * what it says can be told from what it draws.
 */
#ifndef SUPPORT_TERMINAL_H
#define SUPPORT_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct terminal;

struct cell {
    char text[32]; /* UTF-8; "" for the right half of a wide one and for what was never drawn */
    int width;
    bool bold, underline, reverse, coloured; /* coloured: not the default colours */
};

/* Run argv[0] with a terminal of this size, and our environment with these "NAME=VALUE" over it
 * ("NAME" alone removes it). Fails the case when it cannot; never NULL. */
struct terminal *terminal_run(
    const char *const *argv, int cols, int rows, const char *const *environment);

/* Kills what still runs. Takes NULL. */
void terminal_destroy(struct terminal *terminal);

/* The whole screen, a line a row, without the spaces at the ends of rows. Valid until the next
 * call. So is a row: with its spaces. */
const char *terminal_text(struct terminal *terminal);
const char *terminal_row(struct terminal *terminal, int row);
struct cell terminal_cell(struct terminal *terminal, int row, int col);
/* The first row with this text, or -1. */
int terminal_row_with(struct terminal *terminal, const char *text);

bool terminal_is_alternate(const struct terminal *terminal);
bool terminal_shows_cursor(const struct terminal *terminal);
/* The modes (as `?1049 ?2004`) that were set and not reset, but those that a terminal begins with.
 */
const char *terminal_modes(struct terminal *terminal);
/* Lines, echo and signals from keys: what a shell expects to get back. */
bool terminal_is_cooked(const struct terminal *terminal);
/* Each flag and character of its line is as before the program was started. */
bool terminal_line_is_back(const struct terminal *terminal);
/* What is written next goes to the last row, in letters, and looks like nothing special. Writes. */
bool terminal_writes_plainly(struct terminal *terminal);

/* What was written to the terminal since the last clear, and what was said on standard error. */
const char *terminal_bytes(const struct terminal *terminal, size_t *len);
void terminal_bytes_clear(struct terminal *terminal);
const char *terminal_said(const struct terminal *terminal);

/* True as soon as it is so; false when it was not in time. */
bool terminal_wait_until(struct terminal *terminal,
    bool (*is_so)(struct terminal *terminal, void *context), void *context, int at_most_ms);
bool terminal_wait_for(struct terminal *terminal, const char *text, int at_most_ms);
bool terminal_wait_gone(struct terminal *terminal, const char *text, int at_most_ms);
/* Bytes that came within this time: 0 when nothing was drawn. Always waits it out. */
size_t terminal_quiet(struct terminal *terminal, int for_ms);

/* Fails the case with the screen and what was said when it does not come true. */
void terminal_must_show(
    struct terminal *terminal, const char *text, int at_most_ms, const char *file, int line);
void terminal_must_lose(
    struct terminal *terminal, const char *text, int at_most_ms, const char *file, int line);
void terminal_must(struct terminal *terminal, bool (*is_so)(struct terminal *, void *),
    void *context, int at_most_ms, const char *what, const char *file, int line);
#define SHOWS(terminal, text, ms) terminal_must_show(terminal, text, ms, __FILE__, __LINE__)
#define LOSES(terminal, text, ms) terminal_must_lose(terminal, text, ms, __FILE__, __LINE__)
#define BECOMES(terminal, is_so, context, ms)                                                      \
    terminal_must(terminal, is_so, context, ms, #is_so, __FILE__, __LINE__)

void terminal_send(struct terminal *terminal, const char *keys);
void terminal_resize(struct terminal *terminal, int cols, int rows);
void terminal_signal(struct terminal *terminal, int signal);
pid_t terminal_pid(const struct terminal *terminal);
int terminal_fd(const struct terminal *terminal);
/* Take what there is now, without waiting: for a caller that polls the descriptor itself. */
void terminal_take(struct terminal *terminal);

/* Take the terminal away, as when its window is closed. */
void terminal_close(struct terminal *terminal);
/* The exit code, 128 + N for signal N, -1 when it has not ended in time. */
int terminal_end(struct terminal *terminal, int at_most_ms);

/* What is wrong with what was written, as data of others must never be: a C1 control (as a byte
 * or as a code point), a bidi control, or one of these texts raw. NULL: nothing. */
const char *terminal_harm(
    const char *bytes, size_t len, const char *const *forbidden /* NULL at the end, or NULL */);

#endif
