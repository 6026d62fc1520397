/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/format.h"

#include "base/utf8.h"
#include "dashboard/cli/text.h"

#include <errno.h>
#include <string.h>

#define LETTERS "oftuvscl%"

int format_check(const char *format, struct bytes *why) {
    if (!utf8_is_valid(format, strlen(format))) {
        bytes_append_text(why, "a FORMAT is UTF-8, and this is not");
        return -EINVAL;
    }
    if (strpbrk(format, "\r\n") != NULL) {
        bytes_append_text(why, "a FORMAT is one line");
        return -EINVAL;
    }
    for (const char *at = format; (at = strchr(at, '%')) != NULL; at += 2) {
        if (at[1] == '\0')
            bytes_append_text(why, "a lone % ends the FORMAT; %% is a %");
        else if (strchr(LETTERS, at[1]) == NULL)
            bytes_append_text(why, "a FORMAT has %o online, %f offline, %u unknown, %t total, "
                                   "%v visible or invisible, %s status, %c channel, %l link, "
                                   "and %% for a %");
        else
            continue;
        return -EINVAL;
    }
    return 0;
}

static void number(struct bytes *to, const struct statusline *line, size_t count) {
    if (line->live)
        bytes_printf(to, "%zu", count);
    else
        bytes_append_char(to, '?');
}

static void fill(struct bytes *to, char letter, const struct statusline *line) {
    switch (letter) {
    case 'o': number(to, line, line->online); break;
    case 'f': number(to, line, line->total - line->online - line->unknown); break;
    case 'u': bytes_printf(to, "%zu", line->live ? line->unknown : line->total); break;
    case 't': bytes_printf(to, "%zu", line->total); break;
    case 'v': bytes_append_text(to, line->invisible ? "invisible" : "visible"); break;
    case 's': text_plain(to, line->status); break;
    case 'c': text_plain(to, line->channel); break;
    case 'l': bytes_append_text(to, line->live ? "live" : "lost"); break;
    default: bytes_append_char(to, '%'); break;
    }
}

void format_fill(struct bytes *to, const char *format, const struct statusline *line) {
    for (const char *at = format; *at != '\0';) {
        const size_t plain = strcspn(at, "%");
        bytes_append(to, at, plain);
        at += plain;
        if (at[0] == '\0' || at[1] == '\0')
            return;
        fill(to, at[1], line);
        at += 2;
    }
}
