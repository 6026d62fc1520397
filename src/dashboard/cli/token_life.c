/* SPDX-License-Identifier: MIT */
/*
 * The claims are not taken apart as JSON: one number of a text that its owner handed in is looked
 * for, to be told to them, and nothing is decided by it.
 */
#include "dashboard/cli/token_life.h"

#include "base/bytes.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool decode(struct bytes *to, const char *from, size_t len) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        const char *at = strchr(alphabet, from[i]);
        if (at == NULL)
            return false;
        bits = (bits << 6) | (unsigned)(at - alphabet);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes_append_char(to, (char)(bits >> count));
        }
    }
    return len > 0;
}

int64_t token_life_end(const char *token) {
    const char *first = strchr(token, '.');
    const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
    struct bytes claims = BYTES_EMPTY;
    int64_t end = -EINVAL;
    if (second != NULL && decode(&claims, first + 1, (size_t)(second - first - 1))) {
        const char *at = strstr(bytes_text(&claims), "\"exp\"");
        end = 0;
        if (at != NULL) {
            at += strlen("\"exp\"");
            at += strspn(at, " \t\r\n:");
            const long long value = strtoll(at, NULL, 10);
            end = value > 0 ? value : 0;
        }
    }
    bytes_fini(&claims);
    return end;
}
