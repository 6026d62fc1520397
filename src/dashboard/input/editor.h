/* SPDX-License-Identifier: MIT */
/*
 * A text that a person writes, with a cursor between its clusters: what is one sign to the person
 * is one to every key. Pure.
 *
 * It keeps what was written as it was written (joined emoji, marks), without controls; whoever
 * draws it cleans it on the way to the screen, up to editor->at for the place of the cursor.
 *
 *   Left Right ^B ^F, Home End ^A ^E, C-Left C-Right   move: by a cluster, to the ends, by a word
 *   Backspace ^H, Del ^D, ^W, ^U, ^K                   take away: a cluster, a word, up to an end
 *   ^Y                                                 put back what the last ^W ^U ^K took
 *   Up Down ^P ^N                                      what was written before, or another line
 *   Enter, Esc ^G                                      done, or not; ^J: a new line, where it may
 */
#ifndef DASHBOARD_INPUT_EDITOR_H
#define DASHBOARD_INPUT_EDITOR_H

#include "base/bytes.h"
#include "dashboard/input/past.h"

struct editor {
    struct bytes text; /* valid UTF-8; '\n' only where lines are allowed */
    size_t at;         /* the cursor, in bytes, between two clusters */
    size_t most;       /* bytes that it may have */
    bool has_lines;    /* it may have more than one line */
    struct bytes cut;  /* what ^Y puts back */
    struct bytes draft;
    size_t back; /* how far in the past; 0: here, and then `draft` means nothing */
};

enum editor_answer {
    EDITOR_NOT_MINE, /* the key means nothing here */
    EDITOR_MOVED,    /* the cursor at most */
    EDITOR_CHANGED,  /* the text */
    EDITOR_DONE,     /* Enter */
    EDITOR_ENDED     /* Esc */
};

/* Empty. Zeroes would do, but for the bound: `most` bytes. */
void editor_init(struct editor *editor, size_t most, bool has_lines);
void editor_fini(struct editor *editor);

/* One key. `past`: what Up and Down walk through, or NULL. No memory, or no room: nothing is
 * changed, and the answer is EDITOR_MOVED. */
enum editor_answer editor_key(struct editor *editor, int key, const struct past *past);

/* Put text in at the cursor, as pasted: controls go, line ends become blanks where there are no
 * lines; what there is no room for is left out. False: not all of it is in. */
bool editor_insert(struct editor *editor, const char *text, size_t len);

/* Another text, the cursor at its end. "" empties it. */
void editor_set(struct editor *editor, const char *text);

/* Replace the bytes from..to by a text, the cursor behind it: a completion. */
bool editor_replace(struct editor *editor, size_t from, size_t to, const char *text);

static inline const char *editor_text(const struct editor *editor) {
    return bytes_text(&editor->text);
}

#endif
