/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/text.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

static bool ends_or_parts_a_line(int32_t c) {
    return (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Controls of both sets, bidi marks, zero-width text but the joiners that scripts and emoji need,
 * and the tags that hide whole messages. */
static bool is_harmful(int32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || c == 0x200b ||
           (c >= 0x200e && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

void text_plain(struct bytes *to, const char *text) {
    const char *end = text + strlen(text);
    while (text < end) {
        const char *from = text;
        const int32_t c = utf8_next(&text, end);
        if (c >= 0 && ends_or_parts_a_line(c))
            bytes_append_char(to, ' ');
        else if (is_harmful(c))
            bytes_append_text(to, "\xef\xbf\xbd");
        else
            bytes_append(to, from, (size_t)(text - from));
    }
}

void text_time(struct bytes *to, int64_t unix_ms) {
    const int64_t year_10000 = 253402300799999;
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm tm;
    char text[40];
    if (unix_ms <= 0 || unix_ms > year_10000 || gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        bytes_append_char(to, '-');
    else
        bytes_printf(to, "%s.%03dZ", text, (int)(unix_ms % 1000));
}

static void put_escaped(struct bytes *to, int32_t c) {
    if (c < 0x10000)
        bytes_printf(to, "\\u%04x", (unsigned)c);
    else
        bytes_printf(to, "\\u%04x\\u%04x", 0xd800u + ((unsigned)(c - 0x10000) >> 10),
            0xdc00u + ((unsigned)(c - 0x10000) & 0x3ff));
}

/* JSON itself forbids but the first controls. Line ends of Unicode end a line in some readers. */
static bool must_be_escaped(int32_t c) {
    return is_harmful(c) || c == 0x2028 || c == 0x2029;
}

void text_json(struct bytes *to, const char *text) {
    const char *end = text + strlen(text);
    bytes_append_char(to, '"');
    while (text < end) {
        const char *from = text;
        const int32_t c = utf8_next(&text, end);
        if (c < 0)
            bytes_append_text(to, "\xef\xbf\xbd");
        else if (c == '"' || c == '\\')
            bytes_printf(to, "\\%c", (int)c);
        else if (must_be_escaped(c))
            put_escaped(to, c);
        else
            bytes_append(to, from, (size_t)(text - from));
    }
    bytes_append_char(to, '"');
}

void text_one_line(struct bytes *to, const char *json, size_t len) {
    const char *end = json + len;
    while (json < end) {
        const char *from = json;
        const int32_t c = utf8_next(&json, end);
        /* Inside its strings JSON allows no raw line end, so these stand between tokens. */
        if (c == '\n' || c == '\r' || c == '\t')
            bytes_append_char(to, ' ');
        else if (c >= 0x7f && must_be_escaped(c)) /* only strings have such */
            put_escaped(to, c);
        else
            bytes_append(to, from, (size_t)(json - from));
    }
}
