/* SPDX-License-Identifier: MIT */
/*
 * One line an event, to a sink that the owner of the log chooses. Lines are made of a word and
 * key=value pairs; values are escaped, so that no text from outside can forge a line or reach a
 * terminal. Nobody logs a token, a secret, a query string or the text of a message.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Called on the thread that logs. The line has no newline. */
typedef void log_sink(enum log_level level, const char *line, void *context);

struct log {
    log_sink *sink; /* NULL: nowhere */
    void *context;
    enum log_level level; /* what is above is dropped */
};

void log_line(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A text from outside as one value, `user=%s`: quoted, escaped, cut to fit. Returns `to`. */
#define LOG_QUOTED 160
const char *log_quoted(char to[LOG_QUOTED], const char *text);
/* The same with room for as much as is wanted; size ≥ 3. */
const char *log_quote(char *to, size_t size, const char *text);

/* What strangers can bring about has few lines a second, however often they do. Zeroes are the
 * start.
 */
struct log_budget {
    int64_t second;
    unsigned said, left_out;
};
enum { LOG_LINES_A_SECOND = 10 };

/* Whether one more may be said; *left_out then is how many were not since the last that was. */
bool log_may_say(struct log_budget *budget, int64_t mono_us, unsigned *left_out);

const char *log_level_name(enum log_level level);

/* A level by name ("error", "warning", "info", "debug"; "notice" was info's name once); false
 * where there is none. */
bool log_level_from_name(const char *name, enum log_level *level);

/* A file to log to. Where it is a pipe that nobody reads, lines are lost rather than the thread
 * held up, and the next that goes says how many. */
struct log_file {
    FILE *file;
    _Atomic unsigned lost;
};

/* A sink that writes "2026-11-24T10:42:07.123Z info line" to the struct log_file in context. */
void log_to_file(enum log_level level, const char *line, void *file);

#endif
