/* SPDX-License-Identifier: MIT */
#include "server/plain.h"
#include "base/utf8.h"

#include <string.h>

/* Controls, line ends of Unicode, marks and overrides of direction, tags. */
static bool is_sly(int32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200e && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe007f);
}

/* `sly` says what to write instead. */
static void copy(
    struct bytes *to, const char *text, void (*sly)(struct bytes *to, int32_t code_point)) {
    const char *end = text + strlen(text);
    for (const char *at = text; at < end;) {
        const char *from = at;
        int32_t c = utf8_next(&at, end);
        if (is_sly(c)) /* -1, what is no UTF-8, is below all */
            sly(to, c);
        else
            bytes_append(to, from, (size_t)(at - from));
    }
}

static void replace(struct bytes *to, int32_t code_point) {
    (void)code_point;
    bytes_append_text(to, "\xef\xbf\xbd");
}

static void escape(struct bytes *to, int32_t c) {
    if (c < 0)
        replace(to, c);
    else if (c < 0x10000)
        bytes_printf(to, "\\u%04x", (unsigned)c);
    else
        bytes_printf(to, "\\u%04x\\u%04x", 0xd800u + (((unsigned)c - 0x10000u) >> 10),
            0xdc00u + (((unsigned)c - 0x10000u) & 0x3ffu));
}

void plain_cell(struct bytes *to, const char *text) {
    if (text == NULL || text[0] == '\0')
        bytes_append_char(to, '-');
    else
        copy(to, text, replace);
}

void plain_json(struct bytes *to, const char *text) {
    copy(to, text, escape);
}
