/* SPDX-License-Identifier: MIT */
#include "client/words.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Controls of both alphabets, and what turns the direction of a line. */
static bool is_shown(int32_t c) {
    return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !(c >= 0x200b && c <= 0x200f) &&
           !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

void words_from(char *to, size_t size, const char *from, const char *otherwise) {
    const char *at = from != NULL ? from : "", *end = at + strlen(at);
    size_t len = 0;
    bool says = false;
    while (at < end) {
        char text[4];
        const int32_t c = utf8_next(&at, end);
        const size_t bytes = utf8_put(text, is_shown(c) ? (uint32_t)c : ' ');
        if (len + bytes >= size)
            break;
        memcpy(to + len, text, bytes);
        len += bytes;
        says |= text[0] != ' ';
    }
    to[len] = '\0';
    if (!says)
        snprintf(to, size, "%s", otherwise);
}
