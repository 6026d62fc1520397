/* SPDX-License-Identifier: MIT */
/*
 * What is let through is what every terminal draws in the width we count: one base character and a
 * few marks. A terminal's own idea of joined emoji, flags and variation selectors cannot be known,
 * so these are reduced to what is certain; then a row is as wide as we say.
 */
#include "dashboard/view/text.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { JOINER = 0x200d, LINE_MARK = 0x23ce, REPLACEMENT = 0xfffd, FIRST_FLAG = 0x1f1e6 };

static bool is_line_end(int32_t c) {
    return c == '\n' || c == '\r' || c == 0x0b || c == 0x0c || c == 0x85 || c == 0x2028 ||
           c == 0x2029;
}

static bool is_control(int32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Marks that reorder, hide or decorate: gone without a trace. */
static bool is_dropped(int32_t c) {
    return c == 0xad || c == 0x34f || c == 0x115f || c == 0x1160 || c == 0x3164 || c == 0xffa0 ||
           c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfff9 && c <= 0xfffb) || c == 0x20e3 ||
           (c >= 0x1f3fb && c <= 0x1f3ff) || (c >= 0xe0000 && c <= 0xe0fff);
}

static bool is_flag(int32_t c) {
    return c >= FIRST_FLAG && c < FIRST_FLAG + 26;
}

/* The later parts of a Hangul syllable join the cells of its first: terminals give them none. */
static bool is_syllable_tail(int32_t c) {
    return (c >= 0x1160 && c <= 0x11ff) || (c >= 0xd7b0 && c <= 0xd7ff);
}

/* Without a cell of its own. Spacing marks (Mc) have one, whatever utf8proc says: terminals and
 * wcwidth() give it, and a cell of ncurses does not take them beside a base. */
static bool is_mark(int32_t c) {
    if (utf8proc_category(c) == UTF8PROC_CATEGORY_MC)
        return false;
    return is_syllable_tail(c) || utf8proc_charwidth(c) == 0;
}

/* Circled tens and hexagrams: utf8proc says one cell, wcwidth() and with it most terminals two. */
static bool is_wide(int32_t c) {
    return (c >= 0x3248 && c <= 0x324f) || (c >= 0x4dc0 && c <= 0x4dff) ||
           utf8proc_charwidth(c) == 2;
}

static bool is_unassigned(int32_t c) {
    const utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_CN || category == UTF8PROC_CATEGORY_CS ||
           category == UTF8PROC_CATEGORY_CO || category == UTF8PROC_CATEGORY_CF;
}

static void put(struct bytes *to, int32_t c) {
    char encoded[4];
    bytes_append(to, encoded, utf8_put(encoded, (uint32_t)c));
}

struct cleaning {
    struct bytes *to;
    int marks;   /* on the base so far; -1: there is no base yet */
    bool joined; /* a joiner came: the next base belongs to the last one */
};

static void take_base(struct cleaning *cleaning, int32_t c) {
    const bool swallowed = cleaning->joined && c >= 0x2000;
    cleaning->joined = false;
    if (swallowed)
        return;
    cleaning->marks = 0;
    put(cleaning->to, c);
}

static void take(struct cleaning *cleaning, int32_t c) {
    if (c < 0)
        take_base(cleaning, REPLACEMENT);
    else if (is_line_end(c))
        take_base(cleaning, LINE_MARK);
    else if (c == '\t')
        take_base(cleaning, ' ');
    else if (is_control(c))
        take_base(cleaning, REPLACEMENT);
    else if (c == JOINER)
        cleaning->joined = cleaning->marks >= 0;
    else if (is_dropped(c))
        return;
    else if (is_flag(c))
        take_base(cleaning, 'A' + (c - FIRST_FLAG));
    else if (is_unassigned(c))
        take_base(cleaning, REPLACEMENT);
    else if (!is_mark(c))
        take_base(cleaning, c);
    else if (cleaning->marks >= 0 && cleaning->marks < TEXT_MARKS) {
        cleaning->marks++;
        put(cleaning->to, c);
    }
}

void text_clean(struct bytes *to, const char *from) {
    struct cleaning cleaning = {.to = to, .marks = -1};
    const char *end = from + strlen(from);
    while (from < end) {
        if (from[0] == '\r' && from[1] == '\n')
            from++;
        take(&cleaning, utf8_next(&from, end));
    }
}

char *text_cleaned(const char *from) {
    struct bytes text = BYTES_EMPTY;
    text_clean(&text, from);
    const size_t size = text.len + 1;
    char *clean = bytes_take(&text), *fitted = clean != NULL ? realloc(clean, size) : NULL;
    return fitted != NULL ? fitted : clean; /* many are kept */
}

/* Of what the screen itself is drawn with: lines, blocks, dots; one cell each, as utf8proc has it.
 * What is behind it is ASCII, so no mark. */
static bool is_own_sign(const unsigned char *text) {
    return text[0] == 0xe2 && text[1] >= 0x94 && text[1] <= 0xa3 &&
           (text[1] <= 0x97 || text[1] >= 0xa0) && text[2] >= 0x80 &&
           text[2] <= (text[1] == 0x97 ? 0xbc : 0xbf) && text[3] < 0x80;
}

size_t text_cluster(const char *text, int *cells) {
    const unsigned char *first = (const unsigned char *)text;
    *cells = 1;
    if (first[0] < 0x80 && first[0] != '\0' && first[1] < 0x80)
        return 1;
    if (is_own_sign(first))
        return 3;
    const char *at = text, *end = text + strnlen(text, TEXT_CLUSTER_BYTES + 8);
    *cells = 0;
    if (at == end)
        return 0;
    const int32_t base = utf8_next(&at, end);
    *cells = base >= 0 && is_wide(base) ? 2 : 1;
    for (const char *next = at; next < end; at = next) {
        const int32_t mark = utf8_next(&next, end);
        if (mark < 0x80 || !is_mark(mark) || next - text > TEXT_CLUSTER_BYTES)
            break;
    }
    return (size_t)(at - text);
}

void text_fit(char *to, size_t size, const char *text, int most) {
    int cells, used = 0;
    size_t len = 0;
    const bool all = text_cells(text) <= most;
    for (size_t step; (step = text_cluster(text + len, &cells)) > 0; len += step) {
        used += cells;
        if (!all && used > most - 1)
            break;
    }
    snprintf(to, size, "%.*s%s", (int)len, text, all ? "" : "~");
    text_end_whole(to);
}

/* One code point that terminals have drawn in the same width for as long as they know Unicode.
 * About emoji, marks and the scripts that are joined of parts their tables differ with their age:
 * see the list in tests/dashboard/text_test.c. */
bool text_is_certain(const char *cluster) {
    static const struct {
        int32_t from, to;
    } certain[] = {{0x20, 0x2ff}, {0x370, 0x482}, {0x48a, 0x52f}, {0x531, 0x58f}, {0x5d0, 0x5ea},
        {0x620, 0x64a}, {0x10a0, 0x10ff}, {0x1e00, 0x1fff}, {0x2010, 0x2027}, {0x2030, 0x205e},
        {0x20a0, 0x20b5}, {0x2100, 0x22ff}, {0x2500, 0x25fc}, {0x2800, 0x28ff}, {0x3001, 0x3029},
        {0x3041, 0x3096}, {0x30a0, 0x30ff}, {0x3105, 0x312c}, {0x3400, 0x4db5}, {0x4e00, 0x9fbb},
        {0xac00, 0xd7a3}, {0xff01, 0xff60}, {REPLACEMENT, REPLACEMENT}};
    const char *end = cluster + strlen(cluster);
    const int32_t c = utf8_next(&cluster, end);
    for (size_t i = 0; i < sizeof certain / sizeof certain[0] && cluster == end; i++)
        if (c >= certain[i].from && c <= certain[i].to)
            return true;
    return false;
}

void text_end_whole(char *text) {
    const size_t len = strlen(text);
    size_t from = len;
    while (from > 0 && len - from < 3 && ((unsigned char)text[from - 1] & 0xc0) == 0x80)
        from--;
    if (from == 0 || (unsigned char)text[from - 1] < 0xc0)
        return;
    if (!utf8_is_valid(text + from - 1, len - from + 1))
        text[from - 1] = '\0';
}

size_t text_grapheme(const char *text) {
    const char *at = text, *end = text + strlen(text);
    utf8proc_int32_t state = 0;
    if (at == end)
        return 0;
    int32_t before = utf8_next(&at, end);
    for (const char *next = at; next < end; at = next) {
        const int32_t c = utf8_next(&next, end);
        if (before < 0 || c < 0 || utf8proc_grapheme_break_stateful(before, c, &state))
            break;
        before = c;
    }
    return (size_t)(at - text);
}

int text_cells(const char *text) {
    int all = 0, cells;
    for (size_t len; (len = text_cluster(text, &cells)) > 0; text += len)
        all += cells;
    return all;
}

bool text_has_capital(const char *text) {
    for (const char *end = text + strlen(text); text < end;) {
        const int32_t c = utf8_next(&text, end);
        if (c >= 0 && utf8proc_category(c) == UTF8PROC_CATEGORY_LU)
            return true;
    }
    return false;
}

char *text_fold(const char *text) {
    utf8proc_uint8_t *folded = NULL;
    const utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
        UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (len >= 0)
        return (char *)folded;
    free(folded);
    return strdup(text);
}

const char *text_library_version(void) {
    return utf8proc_version();
}

const char *text_unicode_version(void) {
    return utf8proc_unicode_version();
}
