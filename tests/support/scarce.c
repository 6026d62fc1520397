/* SPDX-License-Identifier: MIT */
#include "support/scarce.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    unsigned long nth, count;
    bool failed;
} now;

static bool fails(void) {
    if (now.nth == 0 || ++now.count != now.nth)
        return false;
    now.failed = true;
    return true;
}

void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *at, size_t bytes);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__real_reallocarray(void *at, size_t count, size_t bytes);
int __real_vasprintf(char **to, const char *format, va_list args);

void *__wrap_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes) {
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes) {
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *at, size_t bytes);
void *__wrap_realloc(void *at, size_t bytes) {
    return bytes > 0 && fails() ? NULL : __real_realloc(at, bytes);
}

char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text) {
    return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len);
char *__wrap_strndup(const char *text, size_t len) {
    return fails() ? NULL : __real_strndup(text, len);
}

void *__wrap_reallocarray(void *at, size_t count, size_t bytes);
void *__wrap_reallocarray(void *at, size_t count, size_t bytes) {
    return fails() ? NULL : __real_reallocarray(at, count, bytes);
}

int __wrap_vasprintf(char **to, const char *format, va_list args);
int __wrap_vasprintf(char **to, const char *format, va_list args) {
    return fails() ? -1 : __real_vasprintf(to, format, args);
}

int __wrap_asprintf(char **to, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap_asprintf(char **to, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const int len = __wrap_vasprintf(to, format, args);
    va_end(args);
    return len;
}

static void *make(size_t bytes) {
    return __wrap_malloc(bytes);
}

unsigned scarce_each(void (*act)(bool scarce, const void *context), const void *context) {
    cJSON_Hooks hooks = {.malloc_fn = make, .free_fn = free};
    cJSON_InitHooks(&hooks);
    unsigned times = 0;
    for (unsigned long nth = 1;; nth++, times++) {
        now.count = 0;
        now.failed = false;
        now.nth = nth;
        act(true, context);
        now.nth = 0;
        if (!now.failed)
            return times;
    }
}
