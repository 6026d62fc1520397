/* SPDX-License-Identifier: MIT */
/* Keys, whatever terminal they came from: a code point, or one of these. */
#ifndef DASHBOARD_INPUT_KEY_H
#define DASHBOARD_INPUT_KEY_H

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
    KEY_CODE_F1,
    KEY_CODE_BACKSPACE,
    KEY_CODE_FOCUS_IN, /* the terminal has our person's eye, or has not */
    KEY_CODE_FOCUS_OUT,
    KEY_CODE_DELETE,
    KEY_CODE_WORD_LEFT,
    KEY_CODE_WORD_RIGHT,
    KEY_CODE_PASTE /* a text was pasted: screen_pasted() has it */
};

#define KEY_CODE_CONTROL(letter) ((letter)&0x1f)

#endif
