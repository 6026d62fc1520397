/* SPDX-License-Identifier: MIT */
#include "dashboard/input/past.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void drop(struct past *past, size_t at) {
    free(past->lines[at]);
    past->count--;
    memmove(&past->lines[at], &past->lines[at + 1], (past->count - at) * sizeof past->lines[0]);
}

int past_add(struct past *past, const char *text) {
    if (text[strspn(text, " \t\n")] == '\0')
        return 0;
    char *copy = strdup(text);
    if (copy == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < past->count; i++)
        if (strcmp(past->lines[i], text) == 0)
            drop(past, i--);
    if (past->count == PAST_MOST)
        drop(past, 0);
    past->lines[past->count++] = copy;
    return 0;
}

const char *past_at(const struct past *past, size_t back) {
    return back > 0 && back <= past->count ? past->lines[past->count - back] : NULL;
}

void past_fini(struct past *past) {
    for (size_t i = 0; i < past->count; i++)
        free(past->lines[i]);
    *past = (struct past){0};
}
