/* SPDX-License-Identifier: MIT */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SMALLEST = 64 };

bool bytes_reserve(struct bytes *bytes, size_t len) {
    if (bytes->failed)
        return false;
    if (bytes->at != NULL && len < bytes->cap - bytes->len)
        return true;
    /* Doubling must not overflow, and the NUL needs its place. */
    if (len > SIZE_MAX / 4 || bytes->len > SIZE_MAX / 4) {
        bytes->failed = true;
        return false;
    }
    size_t cap = bytes->cap ? bytes->cap : SMALLEST;
    while (cap <= bytes->len + len)
        cap *= 2;
    char *at = heap_resize(bytes->heap, bytes->at, cap);
    if (at == NULL) {
        bytes->failed = true;
        return false;
    }
    bytes->at = at;
    bytes->cap = cap;
    bytes->at[bytes->len] = '\0';
    return true;
}

void bytes_append(struct bytes *bytes, const void *from, size_t len) {
    if (!bytes_reserve(bytes, len))
        return;
    if (len > 0)
        memcpy(bytes->at + bytes->len, from, len);
    bytes->len += len;
    bytes->at[bytes->len] = '\0';
}

void bytes_append_text(struct bytes *bytes, const char *text) {
    bytes_append(bytes, text, strlen(text));
}

void bytes_append_char(struct bytes *bytes, char c) {
    bytes_append(bytes, &c, 1);
}

void bytes_printf(struct bytes *bytes, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        bytes->failed = true;
    else if (bytes_reserve(bytes, (size_t)len)) {
        vsnprintf(bytes->at + bytes->len, (size_t)len + 1, format, again);
        bytes->len += (size_t)len;
    }
    va_end(again);
}

void bytes_drop(struct bytes *bytes, size_t len) {
    if (bytes->at == NULL)
        return;
    if (len > bytes->len)
        len = bytes->len;
    memmove(bytes->at, bytes->at + len, bytes->len - len);
    bytes->len -= len;
    bytes->at[bytes->len] = '\0';
}

void bytes_clear(struct bytes *bytes) {
    bytes->len = 0;
    bytes->failed = false;
    if (bytes->at != NULL)
        bytes->at[0] = '\0';
}

bool bytes_failed(const struct bytes *bytes) {
    return bytes->failed;
}

const char *bytes_text(const struct bytes *bytes) {
    return bytes->at != NULL ? bytes->at : "";
}

char *bytes_take(struct bytes *bytes) {
    if (!bytes_reserve(bytes, 0)) {
        bytes_fini(bytes);
        return NULL;
    }
    char *at = bytes->at;
    *bytes = BYTES_IN(bytes->heap);
    return at;
}

void bytes_fini(struct bytes *bytes) {
    heap_free(bytes->heap, bytes->at);
    *bytes = BYTES_IN(bytes->heap);
}
