/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/clock.h"
#include "base/utf8.h"

#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LINE = 2048 };

static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* Controls of both sets, and what reorders, hides or splits text on a terminal. */
static bool is_unsafe(int32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0x61c ||
           c == 0xfeff || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Copy with what is unsafe, and any of also, as \xNN a byte; cut where it no longer fits. */
static void escape(char *to, size_t size, const char *text, const char *also) {
    const char *end = text + strlen(text);
    size_t len = 0;
    while (text < end) {
        const char *from = text;
        int32_t c = utf8_next(&text, end);
        bool unsafe = is_unsafe(c) || (c < 0x80 && strchr(also, c) != NULL);
        size_t bytes = (size_t)(text - from);
        if (len + bytes * (unsafe ? 4 : 1) >= size)
            break;
        if (!unsafe) {
            memcpy(to + len, from, bytes);
            len += bytes;
            continue;
        }
        for (; from < text; from++, len += 4)
            snprintf(to + len, 5, "\\x%02x", (unsigned)(uint8_t)*from);
    }
    to[len] = '\0';
}

const char *log_quote(char *to, size_t size, const char *text) {
    to[0] = '"';
    escape(to + 1, size - 2, text, "\"\\");
    strcat(to, "\"");
    return to;
}

const char *log_quoted(char to[LOG_QUOTED], const char *text) {
    return log_quote(to, LOG_QUOTED, text);
}

void log_line(const struct log *log, enum log_level level, const char *format, ...) {
    if (log == NULL || log->sink == NULL || level > log->level)
        return;
    char raw[LINE], line[LINE];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    if (len < 0)
        return;
    escape(line, sizeof line, raw, "");
    log->sink(level, line, log->context);
}

bool log_may_say(struct log_budget *budget, int64_t mono_us, unsigned *left_out) {
    const int64_t second = mono_us / 1000000;
    if (second != budget->second) {
        budget->second = second;
        budget->said = 0;
    }
    if (budget->said >= LOG_LINES_A_SECOND) {
        budget->left_out++;
        return false;
    }
    budget->said++;
    *left_out = budget->left_out;
    budget->left_out = 0;
    return true;
}

const char *log_level_name(enum log_level level) {
    return (unsigned)level <= LOG_DEBUG ? level_names[level] : "";
}

bool log_level_from_name(const char *name, enum log_level *level) {
    if (strcmp(name, "notice") == 0)
        name = "info";
    for (int i = 0; i <= LOG_DEBUG; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

/* A line is shorter than a page, and a pipe with room for a page takes it at once. */
static bool would_wait(FILE *file) {
    struct pollfd ready = {.fd = fileno(file), .events = POLLOUT};
    return ready.fd >= 0 && poll(&ready, 1, 0) == 0;
}

static void write_line(FILE *file, enum log_level level, const char *line) {
    int64_t now = clock_unix_us();
    time_t seconds = (time_t)(now / 1000000);
    struct tm tm;
    char stamp[32];
    gmtime_r(&seconds, &tm);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    fprintf(file, "%s.%03dZ %s %s\n", stamp, (int)(now / 1000 % 1000), log_level_name(level), line);
    fflush(file);
}

void log_to_file(enum log_level level, const char *line, void *context) {
    struct log_file *to = context;
    if (would_wait(to->file)) {
        atomic_fetch_add(&to->lost, 1);
        return;
    }
    const unsigned lost = atomic_exchange(&to->lost, 0);
    char text[64];
    snprintf(text, sizeof text, "log-lost lines=%u", lost);
    if (lost > 0)
        write_line(to->file, LOG_WARNING, text);
    write_line(to->file, level, line);
}
