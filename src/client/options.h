/* SPDX-License-Identifier: MIT */
/*
 * Structs of options between a program and a library of different ages. Each begins with the size
 * that the program knew. What an older program did not know is zero, which means "not wanted"; what
 * a newer one knows and we do not must be zero, for it wants something that we cannot do.
 */
#ifndef CLIENT_OPTIONS_H
#define CLIENT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Into `to`, of `known` bytes. `least` is the size that it had when it was first released. False:
 * no options, too small, or wants more than we know. */
static inline bool options_read(void *to, size_t known, size_t least, const void *from) {
    size_t size;
    if (from == NULL)
        return false;
    memcpy(&size, from, sizeof size);
    if (size < least || size > 4096)
        return false;
    for (size_t i = known; i < size; i++)
        if (((const unsigned char *)from)[i] != 0)
            return false;
    memset(to, 0, known);
    memcpy(to, from, size < known ? size : known);
    memcpy(to, &known, sizeof known);
    return true;
}

#endif
