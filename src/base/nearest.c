/* SPDX-License-Identifier: MIT */
#include "base/nearest.h"

#include <string.h>

enum { LONGEST = 24 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Edits between two short texts; a swap of neighbours counts as one. */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len) {
    size_t at[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= a_len; i++)
        at[i][0] = i;
    for (size_t j = 0; j <= b_len; j++)
        at[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            const size_t change = at[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            at[i][j] = smaller(change, smaller(at[i - 1][j], at[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                at[i][j] = smaller(at[i][j], at[i - 2][j - 2] + 1);
        }
    }
    return at[a_len][b_len];
}

const char *nearest_name(const char *slip, const char *const *names, size_t count) {
    const char *nearest = NULL;
    const size_t len = strlen(slip);
    size_t least = 1 + len / 3; /* more edits than that and it is another word */
    for (size_t i = 0; i < count && len <= LONGEST; i++) {
        const size_t name_len = strlen(names[i]);
        if (name_len > LONGEST || name_len == 0)
            continue;
        const size_t distance = edits(slip, len, names[i], name_len);
        if (distance < least || (distance == least && nearest == NULL)) {
            least = distance;
            nearest = names[i];
        }
    }
    return nearest;
}
