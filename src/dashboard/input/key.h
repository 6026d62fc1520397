/* SPDX-License-Identifier: MIT */
/*
 * Keys, whatever made them: a code point for what has one, and names above Unicode for the rest.
 * Ctrl and a letter is the C0 code that terminals send for it. Decoding stays with the terminal.
 */
#ifndef DASHBOARD_INPUT_KEY_H
#define DASHBOARD_INPUT_KEY_H

#include <stdint.h>

typedef int32_t press; /* one key as it was pressed */

#define PRESS_CTRL(letter) ((press)((letter)&0x1f))

enum {
    PRESS_NONE = 0,
    PRESS_TAB = '\t',
    PRESS_ENTER = '\r',
    PRESS_ESCAPE = 0x1b,
    PRESS_BACKSPACE = 0x7f,

    PRESS_UP = 0x110000,
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_BACK_TAB,
    PRESS_DELETE,
    PRESS_F1,
    PRESS_FOCUS_IN,  /* the terminal came to the front */
    PRESS_FOCUS_OUT, /* and went from it: what changes from now on was not looked at */
};

/* Longest name with its NUL. */
enum { PRESS_NAME_BYTES = 12 };

/* "j", "Ctrl-l", "PgDn", "Enter": the name of a key for a person. */
void press_name(press key, char to[PRESS_NAME_BYTES]);

#endif
