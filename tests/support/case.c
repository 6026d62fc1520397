/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool case_until(bool (*is_so)(void *context), void *context, int at_most_ms) {
    for (int64_t end = now_ms() + at_most_ms;;) {
        if (is_so(context))
            return true;
        if (now_ms() >= end)
            return false;
        poll(NULL, 0, 1);
    }
}

bool case_readable(int fd, int at_most_ms) {
    int64_t end = now_ms() + at_most_ms;
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        int64_t left = end - now_ms();
        int rc = poll(&poll_fd, 1, left > 0 ? (int)left : 0);
        if (rc >= 0 || errno != EINTR)
            return rc > 0;
    }
}

char *case_read_file(const char *path, size_t *len) {
    char full[4096];
    snprintf(full, sizeof full, "%s/%s", SOURCE_ROOT, path);
    FILE *file = fopen(full, "rb");
    if (file == NULL)
        fail_msg("cannot open %s: %s", full, strerror(errno));
    size_t cap = 4096, got = 0;
    char *text = malloc(cap + 1);
    while (text != NULL && (got += fread(text + got, 1, cap - got, file)) == cap)
        text = realloc(text, (cap *= 2) + 1);
    fclose(file);
    assert_non_null(text);
    text[got] = '\0';
    if (len != NULL)
        *len = got;
    return text;
}

void case_same_text(const char *got, const char *wanted, const char *file, int line) {
    if (got != NULL && wanted != NULL && strcmp(got, wanted) == 0)
        return;
    print_error("got    %s\nwanted %s\n", got ? got : "(null)", wanted ? wanted : "(null)");
    _fail(file, line);
}
