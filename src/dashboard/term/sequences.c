/* SPDX-License-Identifier: MIT */
#include "dashboard/term/sequences.h"

#include "dashboard/view/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICE_BYTES = 300 };
enum { LEFT_BUTTON = 0, WHEEL_UP = 64, WHEEL_DOWN = 65, MODIFIERS = 4 | 8 | 16, FARTHEST = 10000 };

void sequence_title(struct bytes *to, const char *title) {
    bytes_append_text(to, "\033]2;");
    bytes_append_text(to, title);
    bytes_append_text(to, "\033\\");
}

static void append_base64(struct bytes *to, const unsigned char *from, size_t len) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        const uint32_t second = i + 1 < len ? from[i + 1] : 0,
                       third = i + 2 < len ? from[i + 2] : 0;
        const uint32_t three = (uint32_t)from[i] << 16 | second << 8 | third;
        bytes_append_char(to, letters[three >> 18]);
        bytes_append_char(to, letters[three >> 12 & 63]);
        bytes_append_char(to, i + 1 < len ? letters[three >> 6 & 63] : '=');
        bytes_append_char(to, i + 2 < len ? letters[three & 63] : '=');
    }
}

void sequence_copy(struct bytes *to, const char *text) {
    bytes_append_text(to, "\033]52;c;");
    append_base64(to, (const unsigned char *)text, strlen(text));
    bytes_append_text(to, "\033\\");
}

/* With our name before it: a text that begins with "4;" would be a progress to some. */
void sequence_notice(struct bytes *to, enum notice_kind kind, const char *text) {
    char cut[NOTICE_BYTES];
    if (kind == NOTICE_NONE)
        return;
    snprintf(cut, sizeof cut, "%s", text);
    text_end_whole(cut);
    bytes_printf(to,
        kind == NOTICE_9 ? "\033]9;porchlight: %s\033\\" : "\033]777;notify;porchlight;%s\033\\",
        cut);
}

/* The next of "0;12;3", at most FARTHEST; -1: there is none. */
static int next_number(const char **at) {
    int number = 0;
    const char *from = *at;
    for (; **at >= '0' && **at <= '9'; ++*at)
        number = number > FARTHEST ? number : number * 10 + (**at - '0');
    const bool any = *at > from;
    if (**at == ';')
        ++*at;
    return any && number <= FARTHEST ? number : -1;
}

struct mouse_event sequence_mouse(const char *numbers, bool pressed) {
    static const struct mouse_event nothing;
    const int code = next_number(&numbers);
    const int col = next_number(&numbers), row = next_number(&numbers);
    if (!pressed || code < 0 || col < 1 || row < 1 || *numbers != '\0')
        return nothing;
    const int button = code & ~MODIFIERS;
    const enum mouse_kind kind = button == LEFT_BUTTON  ? MOUSE_CLICK
                                 : button == WHEEL_UP   ? MOUSE_WHEEL_UP
                                 : button == WHEEL_DOWN ? MOUSE_WHEEL_DOWN
                                                        : MOUSE_NONE;
    return (struct mouse_event){kind, row - 1, col - 1};
}
