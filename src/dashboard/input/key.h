/* SPDX-License-Identifier: MIT */
/* Keys, whatever terminal they came from: a code point, or one of these. Pure. */
#ifndef DASHBOARD_INPUT_KEY_H
#define DASHBOARD_INPUT_KEY_H

#include <stddef.h>

enum {
    KEY_CODE_NONE = 0,
    KEY_CODE_TAB = 9,
    KEY_CODE_ENTER = 13,
    KEY_CODE_ESCAPE = 27,
    KEY_CODE_UP = 0x110000, /* above all code points */
    KEY_CODE_DOWN,
    KEY_CODE_LEFT,
    KEY_CODE_RIGHT,
    KEY_CODE_HOME,
    KEY_CODE_END,
    KEY_CODE_PAGE_UP,
    KEY_CODE_PAGE_DOWN,
    KEY_CODE_BACK_TAB,
    KEY_CODE_BACKSPACE,
    KEY_CODE_FOCUS_IN, /* the terminal has our person's eye, or has not */
    KEY_CODE_FOCUS_OUT,
    KEY_CODE_DELETE,
    KEY_CODE_WORD_LEFT,
    KEY_CODE_WORD_RIGHT,
    KEY_CODE_PASTE,       /* a text was pasted: screen_pasted() has it */
    KEY_CODE_MOUSE,       /* screen_mouse() has what it did */
    KEY_CODE_LINE_NARROW, /* the terminal's answer: a line is one cell wide, or two */
    KEY_CODE_LINE_WIDE,
    KEY_CODE_F0 = 0x110100,
    KEY_CODE_F1
};

#define KEY_CODE_CONTROL(letter) ((letter)&0x1f)
#define KEY_CODE_F(number) (KEY_CODE_F0 + (number)) /* 1 to 12 */

enum { KEY_BYTES = 12 };

/* A key as a person writes it: "j", "Down", "^D" or "Ctrl-d", "F9", "Space", "é". KEY_CODE_NONE:
 * there is none of that name. */
int key_read(const char *text, size_t len);

/* How it is written; "" where it has no name. */
void key_print(int key, char to[KEY_BYTES]);

#endif
