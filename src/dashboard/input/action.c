/* SPDX-License-Identifier: MIT */
#include "dashboard/input/action.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

static const struct action_entry entries[ACTION_COUNT] = {
    [ACTION_NONE] = {"", PRESS_NONE, 0, "", ""},
#define ACTION(tag, name, key, places, label, does)                                                \
    [ACTION_##tag] = {name, key, places, label, does},
    ACTIONS
#undef ACTION
};

static const struct {
    press key;
    enum action action;
} more_keys[] = {
#define ALSO(key, tag) {key, ACTION_##tag},
    ACTION_KEYS
#undef ALSO
};

enum { MORE_KEYS = sizeof more_keys / sizeof more_keys[0] };

const struct action_entry *action_entry(enum action action) {
    return &entries[action < ACTION_COUNT ? action : ACTION_NONE];
}

enum action action_of(press key, unsigned place) {
    if (key == PRESS_NONE)
        return ACTION_NONE;
    if (key == '\n')
        key = PRESS_ENTER;
    for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
        if (entries[i].key == key && (entries[i].places & place))
            return (enum action)i;
    for (int i = 0; i < MORE_KEYS; i++)
        if (more_keys[i].key == key && (entries[more_keys[i].action].places & place))
            return more_keys[i].action;
    return ACTION_NONE;
}

press action_key(enum action action, size_t i) {
    if (i == 0)
        return action_entry(action)->key;
    for (int k = 0; k < MORE_KEYS; k++)
        if (more_keys[k].action == action && --i == 0)
            return more_keys[k].key;
    return PRESS_NONE;
}

static const char *special_name(press key) {
    switch (key) {
    case ' ': return "Space";
    case PRESS_TAB: return "Tab";
    case PRESS_ENTER: return "Enter";
    case PRESS_ESCAPE: return "Esc";
    case PRESS_BACKSPACE: return "Backspace";
    case PRESS_UP: return "Up";
    case PRESS_DOWN: return "Down";
    case PRESS_LEFT: return "Left";
    case PRESS_RIGHT: return "Right";
    case PRESS_HOME: return "Home";
    case PRESS_END: return "End";
    case PRESS_PAGE_UP: return "PgUp";
    case PRESS_PAGE_DOWN: return "PgDn";
    case PRESS_BACK_TAB: return "Shift-Tab";
    case PRESS_DELETE: return "Del";
    case PRESS_F1: return "F1";
    default: return NULL;
    }
}

void press_name(press key, char to[PRESS_NAME_BYTES]) {
    const char *special = special_name(key);
    if (special != NULL) {
        snprintf(to, PRESS_NAME_BYTES, "%s", special);
    } else if (key > 0 && key < ' ') {
        snprintf(to, PRESS_NAME_BYTES, "Ctrl-%c", 'a' + key - 1);
    } else if (key > ' ' && key <= 0x10ffff) {
        char bytes[4];
        const size_t len = utf8_put(bytes, (uint32_t)key);
        memcpy(to, bytes, len);
        to[len] = '\0';
    } else {
        to[0] = '\0';
    }
}
