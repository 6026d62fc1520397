/* SPDX-License-Identifier: MIT */
/*
 * Every change is one splice: some bytes go, others come, the cursor stands behind them. It is made
 * in full or not at all, so that no failure leaves half a code point.
 *
 * A mark that is typed after its base makes one cluster with it, though it came as a key of its
 * own: so the cursor is put on a border of clusters after every splice.
 */
#include "dashboard/input/editor.h"

#include "base/utf8.h"
#include "dashboard/input/key.h"
#include "dashboard/view/text.h"

#include <stdlib.h>
#include <string.h>

void editor_init(struct editor *editor, size_t most, bool has_lines) {
    *editor = (struct editor){.most = most, .has_lines = has_lines};
}

void editor_fini(struct editor *editor) {
    bytes_fini(&editor->text);
    bytes_fini(&editor->cut);
    bytes_fini(&editor->draft);
    *editor = (struct editor){0};
}

/* ---- places ---- */

static char byte_at(const struct editor *editor, size_t at) {
    return at < editor->text.len ? editor->text.at[at] : '\0';
}

static size_t after(const struct editor *editor, size_t at) {
    return at < editor->text.len ? at + text_grapheme(editor_text(editor) + at) : at;
}

static size_t line_start(const struct editor *editor, size_t at) {
    while (at > 0 && byte_at(editor, at - 1) != '\n')
        at--;
    return at;
}

static size_t line_end(const struct editor *editor, size_t at) {
    while (at < editor->text.len && byte_at(editor, at) != '\n')
        at++;
    return at;
}

/* Clusters are found from the front only; a line's start is always between two. */
static size_t before(const struct editor *editor, size_t at) {
    if (at == 0)
        return 0;
    size_t here = line_start(editor, at - 1);
    for (size_t next; (next = after(editor, here)) < at;)
        here = next;
    return here;
}

static bool is_blank(const struct editor *editor, size_t at) {
    const char c = byte_at(editor, at);
    return c == ' ' || c == '\n';
}

/* The first border of clusters that is not before a place. */
static size_t border_at(const struct editor *editor, size_t at) {
    size_t border = line_start(editor, at);
    while (border < at)
        border = after(editor, border);
    return border;
}

/* A mark may stand on a blank: a word's border need not be one of clusters. */
static size_t word_before(const struct editor *editor, size_t from) {
    size_t at = from;
    while (at > 0 && is_blank(editor, at - 1))
        at--;
    while (at > 0 && !is_blank(editor, at - 1))
        at--;
    at = border_at(editor, at);
    return at < from ? at : before(editor, from);
}

static size_t word_after(const struct editor *editor, size_t at) {
    while (at < editor->text.len && is_blank(editor, at))
        at++;
    while (at < editor->text.len && !is_blank(editor, at))
        at++;
    return border_at(editor, at);
}

/* ---- changes ---- */

static bool splice(struct editor *editor, size_t from, size_t to, const char *text, size_t len) {
    struct bytes *bytes = &editor->text;
    if (bytes->len - (to - from) + len > editor->most || !bytes_reserve(bytes, len + 1))
        return false;
    memmove(bytes->at + from + len, bytes->at + to, bytes->len - to);
    memcpy(bytes->at + from, text, len);
    bytes->len = bytes->len - (to - from) + len;
    bytes->at[bytes->len] = '\0';
    editor->at = border_at(editor, from + len);
    return true;
}

/* Take a part away; large ones are kept for ^Y. */
static enum editor_answer take_away(struct editor *editor, size_t from, size_t to, bool keep) {
    if (from >= to)
        return EDITOR_MOVED;
    if (keep) {
        bytes_clear(&editor->cut);
        bytes_append(&editor->cut, editor->text.at + from, to - from);
    }
    return splice(editor, from, to, "", 0) ? EDITOR_CHANGED : EDITOR_MOVED;
}

static bool is_kept(const struct editor *editor, int32_t c) {
    return c == '\n' ? editor->has_lines : c >= 0x20 && !(c >= 0x7f && c < 0xa0);
}

/* What of a text may be in it, in the form in which it may. */
static void admit(const struct editor *editor, const char *from, size_t len, struct bytes *to) {
    for (const char *end = from + len; from < end;) {
        const char *start = from;
        int32_t c = utf8_next(&from, end);
        if (c == '\r' && from < end && *from == '\n')
            continue;
        if (c == '\r')
            c = '\n';
        if (c == '\t' || (c == '\n' && !editor->has_lines))
            bytes_append_char(to, ' ');
        else if (c == '\n')
            bytes_append_char(to, '\n');
        else if (is_kept(editor, c))
            bytes_append(to, start, (size_t)(from - start));
    }
}

bool editor_insert(struct editor *editor, const char *text, size_t len) {
    struct bytes fit = BYTES_EMPTY;
    admit(editor, text, len, &fit);
    size_t room = editor->most - editor->text.len, count = fit.len;
    bool whole = !bytes_failed(&fit);
    if (count > room) {
        whole = false;
        for (count = room; count > 0 && ((unsigned char)fit.at[count] & 0xc0) == 0x80;)
            count--;
    }
    if (count > 0)
        whole = splice(editor, editor->at, editor->at, fit.at, count) && whole;
    bytes_fini(&fit);
    return whole;
}

void editor_set(struct editor *editor, const char *text) {
    bytes_clear(&editor->text);
    editor->at = 0;
    editor_insert(editor, text, strlen(text));
}

bool editor_replace(struct editor *editor, size_t from, size_t to, const char *text) {
    if (from > to || to > editor->text.len)
        return false;
    return splice(editor, from, to, text, strlen(text));
}

static enum editor_answer type(struct editor *editor, int key) {
    char encoded[4];
    const size_t len = utf8_put(encoded, (uint32_t)key);
    const bool fits = editor->text.len + len <= editor->most;
    return fits && editor_insert(editor, encoded, len) ? EDITOR_CHANGED : EDITOR_MOVED;
}

static enum editor_answer put_back(struct editor *editor) {
    if (editor->cut.len == 0)
        return EDITOR_MOVED;
    const size_t len = editor->text.len;
    editor_insert(editor, editor->cut.at, editor->cut.len);
    return editor->text.len != len ? EDITOR_CHANGED : EDITOR_MOVED;
}

/* ---- what was written before ---- */

static enum editor_answer walk_past(struct editor *editor, const struct past *past, int by) {
    const size_t back = by > 0 || editor->back > 0 ? editor->back + (size_t)by : 0;
    const char *text = past != NULL && back > 0 ? past_at(past, back) : NULL;
    if (back == editor->back || (back > 0 && text == NULL))
        return EDITOR_MOVED;
    if (editor->back == 0) {
        bytes_clear(&editor->draft);
        bytes_append_text(&editor->draft, editor_text(editor));
    }
    editor->back = back;
    editor_set(editor, back > 0 ? text : bytes_text(&editor->draft));
    return EDITOR_CHANGED;
}

/* Another line of the text, at the same column of clusters; past the first or last, the past. */
static enum editor_answer up_or_down(struct editor *editor, const struct past *past, bool up) {
    const size_t start = line_start(editor, editor->at), end = line_end(editor, editor->at);
    if (up ? start == 0 : end == editor->text.len)
        return walk_past(editor, past, up ? 1 : -1);
    size_t column = 0;
    for (size_t at = start; at < editor->at; at = after(editor, at))
        column++;
    size_t at = up ? line_start(editor, start - 1) : end + 1;
    while (column-- > 0 && at < editor->text.len && byte_at(editor, at) != '\n')
        at = after(editor, at);
    editor->at = at;
    return EDITOR_MOVED;
}

/* ---- keys ---- */

static enum editor_answer move_to(struct editor *editor, size_t at) {
    editor->at = at;
    return EDITOR_MOVED;
}

static enum editor_answer move_key(struct editor *editor, int key) {
    switch (key) {
    case KEY_CODE_LEFT:
    case KEY_CODE_CONTROL('B'): return move_to(editor, before(editor, editor->at));
    case KEY_CODE_RIGHT:
    case KEY_CODE_CONTROL('F'): return move_to(editor, after(editor, editor->at));
    case KEY_CODE_HOME:
    case KEY_CODE_CONTROL('A'): return move_to(editor, line_start(editor, editor->at));
    case KEY_CODE_END:
    case KEY_CODE_CONTROL('E'): return move_to(editor, line_end(editor, editor->at));
    case KEY_CODE_WORD_LEFT: return move_to(editor, word_before(editor, editor->at));
    case KEY_CODE_WORD_RIGHT: return move_to(editor, word_after(editor, editor->at));
    default: return EDITOR_NOT_MINE;
    }
}

static enum editor_answer change_key(struct editor *editor, int key) {
    const size_t at = editor->at;
    switch (key) {
    case 0x7f:
    case KEY_CODE_CONTROL('H'):
    case KEY_CODE_BACKSPACE: return take_away(editor, before(editor, at), at, false);
    case KEY_CODE_DELETE:
    case KEY_CODE_CONTROL('D'): return take_away(editor, at, after(editor, at), false);
    case KEY_CODE_CONTROL('W'): return take_away(editor, word_before(editor, at), at, true);
    case KEY_CODE_CONTROL('U'): return take_away(editor, line_start(editor, at), at, true);
    case KEY_CODE_CONTROL('K'): {
        const size_t end = line_end(editor, at);
        return take_away(editor, at, end > at ? end : after(editor, at), true);
    }
    case KEY_CODE_CONTROL('Y'): return put_back(editor);
    case KEY_CODE_CONTROL('J'): return editor->has_lines ? type(editor, '\n') : EDITOR_DONE;
    default: return EDITOR_NOT_MINE;
    }
}

enum editor_answer editor_key(struct editor *editor, int key, const struct past *past) {
    enum editor_answer answer = move_key(editor, key);
    if (answer == EDITOR_NOT_MINE)
        answer = change_key(editor, key);
    if (answer != EDITOR_NOT_MINE)
        return answer;
    switch (key) {
    case KEY_CODE_UP:
    case KEY_CODE_CONTROL('P'): return up_or_down(editor, past, true);
    case KEY_CODE_DOWN:
    case KEY_CODE_CONTROL('N'): return up_or_down(editor, past, false);
    case KEY_CODE_ENTER: return EDITOR_DONE;
    case KEY_CODE_ESCAPE:
    case KEY_CODE_CONTROL('G'): return EDITOR_ENDED;
    default: break;
    }
    if (key < 0x20 || key >= KEY_CODE_UP || !is_kept(editor, key))
        return EDITOR_NOT_MINE;
    return type(editor, key);
}
