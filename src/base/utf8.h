/* SPDX-License-Identifier: MIT */
/* UTF-8 as the RFC has it: no surrogates, no overlong forms, nothing above U+10FFFF. Any thread. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A check that can be fed in pieces, cut anywhere. Zeroes are the start. */
struct utf8_check {
    uint8_t state; /* 0: between characters */
};

/* False as soon as what was fed cannot become valid. */
bool utf8_check_feed(struct utf8_check *check, const void *bytes, size_t len);

/* Whether what was fed ends between characters. */
static inline bool utf8_check_is_whole(const struct utf8_check *check) {
    return check->state == 0;
}

bool utf8_is_valid(const void *bytes, size_t len);

/* The code point at *at, and *at moved past it; -1 at `end` or where it is not valid (then *at is
 * moved one byte). */
int32_t utf8_next(const char **at, const char *end);

/* Write one code point: 1 to 4 bytes. */
size_t utf8_put(char to[4], uint32_t code_point);

/* Code points in valid text. */
size_t utf8_count(const char *text, size_t len);

#endif
