/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/duration.h"

#include <stddef.h>

enum { DIGITS = 10 }; /* so many fit in an int64_t whatever the unit */

static int64_t unit_ms(char unit) {
    switch (unit) {
    case 's': return 1000;
    case 'm': return 60 * 1000;
    case 'h': return 60 * 60 * 1000;
    case 'd': return 24 * 60 * 60 * 1000;
    default: return 0;
    }
}

bool duration_read(const char *text, int64_t *ms) {
    const int64_t longest = (int64_t)3653 * 24 * 60 * 60 * 1000;
    int64_t number = 0;
    size_t digits = 0;
    for (; text[digits] >= '0' && text[digits] <= '9'; digits++) {
        if (digits == DIGITS)
            return false;
        number = number * 10 + (text[digits] - '0');
    }
    if (digits == 0 || text[digits] == '\0' || text[digits + 1] != '\0')
        return false;
    const int64_t unit = unit_ms(text[digits]);
    if (unit == 0 || number > longest / unit)
        return false;
    *ms = number * unit;
    return true;
}
