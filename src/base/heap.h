/* SPDX-License-Identifier: MIT */
/*
 * Where memory comes from. A heap is handed along, never looked up: whoever makes something says
 * from which heap, and what is made remembers it where it must free it by itself. A NULL heap is
 * the C library's.
 *
 * A heap is shared by the threads of its owner: `resize` must bear that.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>

struct heap {
    /* As realloc(), and size 0 frees; at NULL makes. NULL: no memory, and what was at `at` stays.
     */
    void *(*resize)(void *context, void *at, size_t size);
    void *context;
};

/* Zeroed. NULL: no memory. */
void *heap_make(const struct heap *heap, size_t size);
void *heap_make_many(const struct heap *heap, size_t count, size_t size);
/* What is new is not zeroed. Size is > 0. NULL: no memory, and what was there stays. */
void *heap_resize(const struct heap *heap, void *at, size_t size);
/* NULL: no memory, or no text. */
char *heap_copy(const struct heap *heap, const char *text);
char *heap_print(const struct heap *heap, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void heap_free(const struct heap *heap, void *at); /* NULL is fine */

#endif
