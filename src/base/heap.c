/* SPDX-License-Identifier: MIT */
#include "base/heap.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *heap_resize(const struct heap *heap, void *at, size_t size) {
    /* From the C library's own places, so that a checker sees who asked. */
    if (heap == NULL || heap->resize == NULL)
        return at != NULL ? realloc(at, size) : malloc(size);
    return heap->resize(heap->context, at, size);
}

void *heap_make(const struct heap *heap, size_t size) {
    if (heap == NULL || heap->resize == NULL)
        return calloc(1, size);
    void *at = heap->resize(heap->context, NULL, size);
    return at != NULL ? memset(at, 0, size) : NULL;
}

void *heap_make_many(const struct heap *heap, size_t count, size_t size) {
    return size != 0 && count > SIZE_MAX / size ? NULL : heap_make(heap, count * size);
}

char *heap_copy(const struct heap *heap, const char *text) {
    const size_t size = text != NULL ? strlen(text) + 1 : 0;
    char *copy = text != NULL ? heap_resize(heap, NULL, size) : NULL;
    return copy != NULL ? memcpy(copy, text, size) : NULL;
}

char *heap_print(const struct heap *heap, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, format, args);
    char *text = len >= 0 ? heap_resize(heap, NULL, (size_t)len + 1) : NULL;
    if (text != NULL)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void heap_free(const struct heap *heap, void *at) {
    if (at == NULL)
        return;
    if (heap == NULL || heap->resize == NULL)
        free(at);
    else
        heap->resize(heap->context, at, 0);
}
