/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <string.h>

/* What is still due. The odd ones are those whose next byte is bounded more narrowly than 80..BF:
 * overlong forms, surrogates and what lies above U+10FFFF stop there. */
enum { BETWEEN, ONE_MORE, TWO_MORE, THREE_MORE, AFTER_E0, AFTER_ED, AFTER_F0, AFTER_F4, BAD };

static uint8_t state_after_lead(uint8_t byte) {
    if (byte < 0x80)
        return BETWEEN;
    if (byte >= 0xc2 && byte <= 0xdf)
        return ONE_MORE;
    if (byte == 0xe0)
        return AFTER_E0;
    if (byte == 0xed)
        return AFTER_ED;
    if (byte >= 0xe1 && byte <= 0xef)
        return TWO_MORE;
    if (byte == 0xf0)
        return AFTER_F0;
    if (byte >= 0xf1 && byte <= 0xf3)
        return THREE_MORE;
    return byte == 0xf4 ? AFTER_F4 : BAD;
}

static uint8_t state_after(uint8_t state, uint8_t byte) {
    static const struct {
        uint8_t low, high, then;
    } due[] = {
        [ONE_MORE] = {0x80, 0xbf, BETWEEN},
        [TWO_MORE] = {0x80, 0xbf, ONE_MORE},
        [THREE_MORE] = {0x80, 0xbf, TWO_MORE},
        [AFTER_E0] = {0xa0, 0xbf, ONE_MORE},
        [AFTER_ED] = {0x80, 0x9f, ONE_MORE},
        [AFTER_F0] = {0x90, 0xbf, TWO_MORE},
        [AFTER_F4] = {0x80, 0x8f, TWO_MORE},
        [BAD] = {1, 0, BAD},
    };
    if (state == BETWEEN)
        return state_after_lead(byte);
    return byte >= due[state].low && byte <= due[state].high ? due[state].then : BAD;
}

static bool eight_are_ascii(const uint8_t *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return (word & 0x8080808080808080u) == 0;
}

bool utf8_check_feed(struct utf8_check *check, const void *bytes, size_t len) {
    const uint8_t *at = bytes, *end = at + len;
    uint8_t state = check->state;
    while (at < end && state != BAD) {
        if (state == BETWEEN && end - at >= 8 && eight_are_ascii(at))
            at += 8;
        else
            state = state_after(state, *at++);
    }
    check->state = state;
    return state != BAD;
}

bool utf8_is_valid(const void *bytes, size_t len) {
    struct utf8_check check = {0};
    return utf8_check_feed(&check, bytes, len) && utf8_check_is_whole(&check);
}

int32_t utf8_next(const char **at, const char *end) {
    if (*at >= end)
        return -1;
    const uint8_t *byte = (const uint8_t *)*at;
    uint8_t state = state_after_lead(*byte);
    if (state == BETWEEN) {
        (*at)++;
        return *byte;
    }
    int32_t point = *byte & (*byte < 0xe0 ? 0x1f : *byte < 0xf0 ? 0x0f : 0x07);
    const uint8_t *next = byte + 1;
    while (state != BETWEEN && state != BAD && next < (const uint8_t *)end) {
        state = state_after(state, *next);
        point = point << 6 | (*next++ & 0x3f);
    }
    if (state != BETWEEN) {
        (*at)++;
        return -1;
    }
    *at = (const char *)next;
    return point;
}

size_t utf8_put(char to[4], uint32_t code_point) {
    if (code_point < 0x80) {
        to[0] = (char)code_point;
        return 1;
    }
    size_t len = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, code_point >>= 6)
        to[i] = (char)(0x80 | (code_point & 0x3f));
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    to[0] = (char)(leads[len] | code_point);
    return len;
}

size_t utf8_count(const char *text, size_t len) {
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((uint8_t)text[i] & 0xc0) != 0x80;
    return count;
}
