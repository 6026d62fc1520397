/* SPDX-License-Identifier: MIT */
/*
 * A buffer of bytes that grows.
 *
 * A failed allocation is remembered, later appends do nothing, and bytes_failed() tells at the
 * end: so a writer checks once. The contents are always followed by a NUL that len does not count.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "base/heap.h"
#include <stdbool.h>
#include <stddef.h>

struct bytes {
    char *at; /* never NULL after the first append; NULL when nothing was ever appended */
    size_t len;
    size_t cap;
    bool failed;
    const struct heap *heap;
};

#define BYTES_EMPTY ((struct bytes){0})
#define BYTES_IN(of) ((struct bytes){.heap = (of)})

void bytes_append(struct bytes *bytes, const void *from, size_t len);
void bytes_append_text(struct bytes *bytes, const char *text);
void bytes_append_char(struct bytes *bytes, char c);
void bytes_printf(struct bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for len more bytes at bytes->at + bytes->len, or false. */
bool bytes_reserve(struct bytes *bytes, size_t len);

/* Drop the first len bytes. */
void bytes_drop(struct bytes *bytes, size_t len);

/* Empty, but keep the memory. Clears a failure. */
void bytes_clear(struct bytes *bytes);

bool bytes_failed(const struct bytes *bytes);

/* The text, never NULL. */
const char *bytes_text(const struct bytes *bytes);

/* Give the memory to the caller, who gives it back to the heap; NULL after a failure. The buffer is
 * empty then. */
char *bytes_take(struct bytes *bytes);

void bytes_fini(struct bytes *bytes);

#endif
