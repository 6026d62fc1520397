/* SPDX-License-Identifier: MIT */
#include "support/hostile.h"

#include "base/utf8.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define N HOSTILE_NUMBER
#define COUNT(of) (sizeof(of) / sizeof(of)[0])

static int64_t any(struct chance *chance, int64_t low, int64_t high) {
    return chance_between(chance, low, high);
}

static void put(struct bytes *to, uint32_t c) {
    char encoded[4];
    bytes_append(to, encoded, utf8_put(encoded, c));
}

static void put_one_of(struct bytes *to, struct chance *chance, const uint32_t *of, size_t count) {
    put(to, of[any(chance, 0, (int64_t)count - 1)]);
}
#define PUT_ONE_OF(to, chance, of) put_one_of(to, chance, of, COUNT(of))

static void put_text_of(
    struct bytes *to, struct chance *chance, const char *const *of, size_t count) {
    bytes_append_text(to, of[any(chance, 0, (int64_t)count - 1)]);
}
#define PUT_TEXT_OF(to, chance, of) put_text_of(to, chance, of, COUNT(of))

/* ---- the ways ---- */

static void words(struct bytes *to, struct chance *chance) {
    static const char *const all[] = {"Ana", "Bo Okafor", "陳大文", "Ærø", "שלום", "مرحبا", "हिन्दी",
        "สวัสดี", "Привет", "한국", "ｆｕｌｌ", "ﬁ", "e\xcc\x81", "နေကောင်း"};
    PUT_TEXT_OF(to, chance, all);
}

static void escapes(struct bytes *to, struct chance *chance) {
    static const char *const all[] = {"\033[" N "m", "\033[2J\033[" N "H", "\033]0;" N "\a",
        "\033]2;" N "\033\\", "\033]52;c;" N "\a", "\033]9;" N "\a", "\033P" N "\033\\",
        "\033_" N "\033\\", "\033^" N "\033\\", "\033X" N "\033\\", "\033c", "\033[" N ";1H",
        "\033[?" N "h", "\033[!p", "\033[6n", "\033#8", "\033%@", "\033", "\033[",
        "\033]8;;" N "\a", "\033[?1049l\033[" N "l", "\033[" N "@", "\033(0", "\033N",
        "\033[>" N "q"};
    PUT_TEXT_OF(to, chance, all);
}

static void controls(struct bytes *to, struct chance *chance) {
    bytes_append_char(to, any(chance, 0, 7) == 0 ? '\x7f' : (char)any(chance, 1, 31));
}

static void high_controls(struct bytes *to, struct chance *chance) {
    put(to, (uint32_t)any(chance, 0x80, 0x9f));
    bytes_append_text(to, N ";1H");
}

static void line_ends(struct bytes *to, struct chance *chance) {
    static const char *const all[] = {
        "\n", "\r", "\r\n", "\v", "\f", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9", "\t", "\b\b\b"};
    PUT_TEXT_OF(to, chance, all);
}

static void bidi(struct bytes *to, struct chance *chance) {
    static const uint32_t all[] = {0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068,
        0x2069, 0x200e, 0x200f, 0x61c};
    PUT_ONE_OF(to, chance, all);
    words(to, chance);
}

static void tags(struct bytes *to, struct chance *chance) {
    put(to, any(chance, 0, 1) ? 0x1f3f4 : 'x');
    for (int64_t i = any(chance, 1, 9); i > 0; i--)
        put(to, (uint32_t)any(chance, 0xe0000, 0xe007f));
}

static void zero_width(struct bytes *to, struct chance *chance) {
    static const uint32_t all[] = {0x200b, 0x200c, 0x200d, 0x2060, 0x2061, 0xfeff, 0x34f, 0xad,
        0x180e, 0x115f, 0x1160, 0x3164, 0xffa0, 0x206a, 0xfff9, 0xfffb, 0x2028, 0x1d173, 0x13430};
    PUT_ONE_OF(to, chance, all);
}

static const uint32_t marks[] = {0x301, 0x308, 0x335, 0x363, 0x483, 0x487, 0x5b0, 0x610, 0x670,
    0x6dd, 0x93c, 0x93f, 0x903, 0xe31, 0xe47, 0x102b, 0x103e, 0x1ab0, 0x1dc0, 0x20d0, 0x20dd,
    0x20e3, 0x302a, 0x3099, 0xa670, 0xfe20, 0x101fd, 0x1d165, 0x1e8d0, 0x11100};

static void combining_run(struct bytes *to, struct chance *chance) {
    words(to, chance);
    for (int64_t i = any(chance, 1, any(chance, 0, 20) == 0 ? 300 : 12); i > 0; i--)
        PUT_ONE_OF(to, chance, marks);
}

static void only_marks(struct bytes *to, struct chance *chance) {
    for (int64_t i = any(chance, 1, 20); i > 0; i--)
        PUT_ONE_OF(to, chance, marks);
}

static void joined(struct bytes *to, struct chance *chance) {
    static const uint32_t people[] = {
        0x1f468, 0x1f469, 0x1f467, 0x1f9d1, 0x2764, 0x1f48b, 0x1f4bb, 0x26a7, 0x2695};
    for (int64_t i = any(chance, 1, 6); i > 0; i--) {
        PUT_ONE_OF(to, chance, people);
        if (any(chance, 0, 2) == 0)
            put(to, 0xfe0f);
        put(to, 0x200d);
    }
    PUT_ONE_OF(to, chance, people);
}

static void flags(struct bytes *to, struct chance *chance) {
    for (int64_t i = any(chance, 1, 7); i > 0; i--)
        put(to, (uint32_t)any(chance, 0x1f1e6, 0x1f1ff));
}

static void skin_tones(struct bytes *to, struct chance *chance) {
    static const uint32_t hands[] = {0x1f44b, 0x1f44d, 0x270a, 0x261d, 0x1faf6, 'a', 0x4e00};
    PUT_ONE_OF(to, chance, hands);
    put(to, (uint32_t)any(chance, 0x1f3fb, 0x1f3ff));
}

static void varied(struct bytes *to, struct chance *chance) {
    static const uint32_t signs[] = {
        0x2600, 0x2764, 0x2122, 0xa9, '1', '#', 0x25b6, 0x1f004, 0x203c, 0x3030, 0x845b};
    PUT_ONE_OF(to, chance, signs);
    put(to, any(chance, 0, 3) == 0 ? (uint32_t)any(chance, 0xe0100, 0xe01ef)
                                   : (uint32_t)any(chance, 0xfe00, 0xfe0f));
    if (any(chance, 0, 2) == 0)
        put(to, 0x20e3);
}

static void widths(struct bytes *to, struct chance *chance) {
    static const uint32_t all[] = {0x3000, 0x4e00, 0xff21, 0xff71, 0x1f600, 0x1f6d5, 0x1fae8,
        0x1f9ff, 0x3248, 0x4dc0, 0x20000, 0x31350, 0x16fe0, 0x1b000, 0x231a, 0x2e3b, 0xfdfd,
        0x12031, 0x2031, 0xb0, 0xa7, 0x3a9, 0x416, 0x2500, 0x2588, 0x25cf, 0x2605, 0x1f93b, 0x6de,
        0x1100, 0x1161, 0x11a8, 0xd7b0, 0xd7cb, 0xac00, 0x1f100, 0xe000, 0xf0000, 0x9, 0x2409};
    for (int64_t i = any(chance, 1, 8); i > 0; i--)
        PUT_ONE_OF(to, chance, all);
}

static void nothings(struct bytes *to, struct chance *chance) {
    static const uint32_t all[] = {
        0xfffe, 0xffff, 0xfdd0, 0x1fffe, 0x10ffff, 0x378, 0xe0fff, 0x2fe0, 0xfffd, 0xfffc, 0x30000};
    PUT_ONE_OF(to, chance, all);
}

static void tricks(struct bytes *to, struct chance *chance) {
    static const char *const all[] = {"%s%n%9999d", "\"\\\",\"x\":1}", "$(touch " N ")", "`reboot`",
        "; rm -rf /", "-rf", "--version", "../../etc/passwd", "'\"'", "{}", ("4;1;" N), "\\033[31m",
        "&lt;", "=1+1", "#", "@ana", ":quit", "~", "  x  ", "\\u0000", "?"};
    PUT_TEXT_OF(to, chance, all);
}

static void any_character(struct bytes *to, struct chance *chance) {
    for (int64_t i = any(chance, 1, 8); i > 0; i--) {
        const uint32_t c = (uint32_t)any(chance, 1, any(chance, 0, 1) ? 0x10ffff : 0x2fff);
        const bool surrogate = c >= 0xd800 && c < 0xe000, corner = c >= 0x250c && c <= 0x251b;
        put(to, surrogate || corner ? 'x' : c);
    }
}

/* What no UTF-8 has: a stray half, an overlong escape, a surrogate, a raw C1 control. */
static void broken(struct bytes *to, struct chance *chance) {
    static const char *const all[] = {"\xff", "\xfe", "\xc3", "\xe2\x80", "\xc0\x9b",
        "\xe0\x80\x9b", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x9b" N "m", "\x9d" N "\x9c",
        "\x90" N "\x9c", "\x80", "\xbf\xbf", "\xf0\x9f\x91", "\xf8\x88\x80\x80\x80", "\xc2"};
    PUT_TEXT_OF(to, chance, all);
}

static void (*const ways[])(struct bytes *, struct chance *) = {words, words, words, escapes,
    escapes, controls, high_controls, line_ends, bidi, tags, zero_width, combining_run, only_marks,
    joined, joined, flags, skin_tones, varied, widths, widths, nothings, tricks, any_character};

void hostile_append(struct bytes *to, struct chance *chance, bool valid) {
    const size_t from = to->len;
    const int64_t kind = any(chance, 0, 99);
    int64_t pieces = kind < 2 ? 0 : kind < 4 ? 400 : any(chance, 1, 6);
    for (; pieces > 0 && to->len - from < HOSTILE_LONG - 1300; pieces--) {
        if (!valid && any(chance, 0, 7) == 0)
            broken(to, chance);
        else
            ways[any(chance, 0, COUNT(ways) - 1)](to, chance);
    }
}

char *hostile_text(struct chance *chance, bool valid) {
    struct bytes text = BYTES_EMPTY;
    hostile_append(&text, chance, valid);
    bytes_append_text(&text, "");
    char *own = strdup(bytes_text(&text));
    bytes_fini(&text);
    return own;
}

/* ---- what must not be found ---- */

const char *hostile_harm(const char *text, size_t len) {
    static const struct {
        int32_t from, to;
        const char *what;
    } harms[] = {{-1, -1, "what is not UTF-8"}, {0, 0x1f, "a control"},
        {0x7f, 0x9f, "a C1 control"}, {0x61c, 0x61c, "a bidi control"},
        {0xad, 0xad, "a soft hyphen"}, {0x200b, 0x200d, "a mark without width"},
        {0x200e, 0x200f, "a bidi control"}, {0x2028, 0x2029, "a line end"},
        {0x202a, 0x202e, "a bidi control"}, {0x2060, 0x206f, "a mark without width"},
        {0xfe00, 0xfe0f, "a variation selector"}, {0xfeff, 0xfeff, "a byte order mark"},
        {0xfff9, 0xfffb, "an annotation"}, {0x1f1e6, 0x1f1ff, "a half of a flag"},
        {0x1f3fb, 0x1f3ff, "a skin tone"}, {0xe0000, 0xe0fff, "a tag"}};
    for (const char *at = text, *end = text + len; at < end;) {
        const int32_t c = utf8_next(&at, end);
        for (size_t i = 0; i < COUNT(harms); i++)
            if (c >= harms[i].from && c <= harms[i].to)
                return harms[i].what;
    }
    return NULL;
}

static bool is_at(const struct frame_look *look, int row, int col, const char *text) {
    return strcmp(look->text_at(look->screen, row, col), text) == 0;
}

int hostile_broken_frame(const struct frame_look *look, unsigned *found) {
    for (int top = 0; top < look->rows; top++)
        for (int col = 0; col < look->cols; col++) {
            if (!is_at(look, top, col, look->right_top))
                continue;
            int row = top + 1;
            while (row < look->rows && is_at(look, row, col, look->side))
                row++;
            if (row < look->rows && is_at(look, row, col, look->right_bottom))
                ++*found;
            else if (!look->covered)
                return row < look->rows ? row : top;
        }
    return -1;
}
