/* SPDX-License-Identifier: MIT */
#include "dashboard/input/key.h"

#include "base/utf8.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FUNCTION_KEYS = 12, DELETE_CHARACTER = 0x7f, C1_FIRST = 0x80, C1_LAST = 0x9f };

/* Those that a person may give a meaning; the first name of a key is how it is written. */
static const struct {
    const char *name;
    int key;
} names[] = {
    {"Down", KEY_CODE_DOWN},
    {"Up", KEY_CODE_UP},
    {"Left", KEY_CODE_LEFT},
    {"Right", KEY_CODE_RIGHT},
    {"Home", KEY_CODE_HOME},
    {"End", KEY_CODE_END},
    {"PgDn", KEY_CODE_PAGE_DOWN},
    {"PgUp", KEY_CODE_PAGE_UP},
    {"Tab", KEY_CODE_TAB},
    {"S-Tab", KEY_CODE_BACK_TAB},
    {"Enter", KEY_CODE_ENTER},
    {"Esc", KEY_CODE_ESCAPE},
    {"Space", ' '},
    {"Backspace", KEY_CODE_BACKSPACE},
    {"Delete", KEY_CODE_DELETE},
    {"Comma", ','},
    {"Quote", '"'},
    {"PageDown", KEY_CODE_PAGE_DOWN},
    {"PageUp", KEY_CODE_PAGE_UP},
    {"Shift-Tab", KEY_CODE_BACK_TAB},
    {"Return", KEY_CODE_ENTER},
    {"Escape", KEY_CODE_ESCAPE},
};
enum { NAMES = sizeof names / sizeof names[0] };

static int function_key(const char *text, size_t len) {
    int number = 0;
    if (len < 2 || len > 3 || (text[0] != 'F' && text[0] != 'f') || text[1] == '0')
        return KEY_CODE_NONE;
    for (size_t i = 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return KEY_CODE_NONE;
        number = number * 10 + text[i] - '0';
    }
    return number <= FUNCTION_KEYS ? KEY_CODE_F(number) : KEY_CODE_NONE;
}

/* ^D, C-d, Ctrl-d. Not ^J, which terminals send for Enter. */
static int control_key(const char *text, size_t len) {
    static const char *const prefixes[] = {"^", "C-", "Ctrl-"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        const size_t prefix = strlen(prefixes[i]);
        if (len != prefix + 1 || strncasecmp(text, prefixes[i], prefix) != 0)
            continue;
        const char letter = text[prefix];
        const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= '@' && letter <= '_');
        const int key = is_letter ? KEY_CODE_CONTROL(letter) : KEY_CODE_NONE;
        return key == '\n' ? KEY_CODE_NONE : key;
    }
    return KEY_CODE_NONE;
}

int key_read(const char *text, size_t len) {
    const char *at = text;
    const int32_t one = len > 0 ? utf8_next(&at, text + len) : -1;
    if (one > ' ' && at == text + len)
        return one >= DELETE_CHARACTER && one <= C1_LAST ? KEY_CODE_NONE : one;
    for (size_t i = 0; i < NAMES; i++)
        if (strlen(names[i].name) == len && strncasecmp(names[i].name, text, len) == 0)
            return names[i].key;
    const int key = control_key(text, len);
    return key != KEY_CODE_NONE ? key : function_key(text, len);
}

void key_print(int key, char to[KEY_BYTES]) {
    for (size_t i = 0; i < NAMES; i++) {
        if (names[i].key == key) {
            snprintf(to, KEY_BYTES, "%s", names[i].name);
            return;
        }
    }
    if (key > KEY_CODE_F(0) && key <= KEY_CODE_F(FUNCTION_KEYS))
        snprintf(to, KEY_BYTES, "F%d", key - KEY_CODE_F(0));
    else if (key > 0 && key < ' ')
        snprintf(to, KEY_BYTES, "^%c", key | '@');
    else if (key > ' ' && key < KEY_CODE_UP)
        to[utf8_put(to, (uint32_t)key)] = '\0';
    else
        to[0] = '\0';
}
