/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/say.h"

#include "dashboard/cli/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void say(const char *format, ...) {
    char *raw = NULL;
    va_list args;
    va_start(args, format);
    const int len = vasprintf(&raw, format, args);
    va_end(args);
    if (len < 0) {
        fputs("porchlight: out of memory\n", stderr);
        return;
    }
    struct bytes line = BYTES_EMPTY;
    text_plain(&line, raw);
    fprintf(stderr, "porchlight: %s\n", bytes_text(&line));
    bytes_fini(&line);
    free(raw);
}
