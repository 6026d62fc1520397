/* SPDX-License-Identifier: MIT */
#include "dashboard/input/action.h"

#include "dashboard/input/key.h"

#include <stdio.h>
#include <string.h>

static const struct action_row rows[ACTION_COUNT] = {[ACTION_NONE] = {"", "", "", "", ""},
#define ACTION_ROW(tag, name, keys, where, argument, help)                                         \
    [ACTION_##tag] = {name, keys, where, argument, help},
    ACTIONS(ACTION_ROW)
#undef ACTION_ROW
};

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
    {"F1", KEY_CODE_F1},
};

/* A key as it is written in the table. */
static int key_of(const char *text, size_t len) {
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strlen(names[i].name) == len && strncmp(names[i].name, text, len) == 0)
            return names[i].key;
    if (len == 2 && text[0] == '^')
        return KEY_CODE_CONTROL(text[1]);
    return len == 1 ? (unsigned char)text[0] : KEY_CODE_NONE;
}

const struct action_row *action_row(enum action action) {
    return &rows[action];
}

static bool has_key(const char *keys, int key) {
    for (const char *at = keys; *at != '\0';) {
        const size_t len = strcspn(at, " ");
        if (key_of(at, len) == key)
            return true;
        at += len + strspn(at + len, " ");
    }
    return false;
}

enum action action_of_key(int key, char pane) {
    if (key == '\n') /* some terminals' Enter */
        key = KEY_CODE_ENTER;
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = &rows[action];
        if ((row->where[0] == '*' || strchr(row->where, pane) != NULL) && has_key(row->keys, key))
            return (enum action)action;
    }
    return ACTION_NONE;
}

void action_key(enum action action, char *to, size_t size) {
    snprintf(to, size, "%.*s", (int)strcspn(rows[action].keys, " "), rows[action].keys);
}
