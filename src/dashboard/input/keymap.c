/* SPDX-License-Identifier: MIT */
#include "dashboard/input/keymap.h"

#include "base/nearest.h"
#include "dashboard/input/key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static bool has_key(const struct keymap_row *row, int key) {
    for (unsigned i = 0; i < row->count; i++)
        if (row->keys[i] == key)
            return true;
    return false;
}

static bool in_pane(enum action action, char pane) {
    const char *where = action_row(action)->where;
    return where[0] == '*' || (pane != '\0' && strchr(where, pane) != NULL);
}

/* Whether there is a pane in which both may be meant. */
static bool meet(enum action a, enum action b) {
    const char *where = action_row(a)->where;
    if (where[0] == '*' || action_row(b)->where[0] == '*')
        return true;
    for (; *where != '\0'; where++)
        if (in_pane(b, *where))
            return true;
    return false;
}

/* ---- reading ---- */

static bool is_between(char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '"';
}

static bool add_key(struct keymap_row *row, int key) {
    char name[KEY_BYTES];
    key_print(key, name);
    const size_t len = strlen(row->text), more = strlen(name) + (len > 0);
    if (row->count == KEYMAP_KEYS || len + more >= sizeof row->text)
        return false;
    snprintf(row->text + len, sizeof row->text - len, "%s%s", len > 0 ? " " : "", name);
    row->keys[row->count++] = key;
    return true;
}

/* Keys with commas or blanks between them. */
static int read_keys(struct keymap_row *to, const char *text, struct bytes *why) {
    while (*text != '\0') {
        size_t len = 0;
        while (text[len] != '\0' && !is_between(text[len]))
            len++;
        const int key = len > 0 ? key_read(text, len) : KEY_CODE_NONE;
        if (len > 0 && key == KEY_CODE_NONE) {
            bytes_printf(why,
                "there is no key '%.*s'; keys are written j, Down, Ctrl-d, F9, Space, Comma",
                (int)(len < 24 ? len : 24), text);
            return -EINVAL;
        }
        if (len > 0 && !has_key(to, key) && !add_key(to, key)) {
            bytes_printf(why, "at most %d keys may mean the same", KEYMAP_KEYS);
            return -EINVAL;
        }
        text += len > 0 ? len : 1;
    }
    return 0;
}

void keymap_init(struct keymap *map) {
    struct bytes never = BYTES_EMPTY; /* a test reads the whole table */
    *map = (struct keymap){0};
    for (int action = 1; action < ACTION_COUNT; action++)
        read_keys(&map->rows[action], action_row((enum action)action)->keys, &never);
    bytes_fini(&never);
}

static enum action find_action(const char *name) {
    for (int action = 1; action < ACTION_COUNT; action++)
        if (strcmp(action_row((enum action)action)->name, name) == 0)
            return (enum action)action;
    return ACTION_NONE;
}

static void no_such_action(const char *name, struct bytes *why) {
    const char *names[ACTION_COUNT];
    for (int action = 1; action < ACTION_COUNT; action++)
        names[action - 1] = action_row((enum action)action)->name;
    const char *near = nearest_name(name, names, ACTION_COUNT - 1);
    bytes_printf(why, "there is nothing called '%.64s' to give a key to", name);
    if (near != NULL)
        bytes_printf(why, "; did you mean '%s'?", near);
    else
        bytes_append_text(why, "; `porchlight --dump-keys` lists all names");
}

int keymap_bind(
    struct keymap *map, const char *action, const char *keys, int line, struct bytes *why) {
    const enum action bound = find_action(action);
    struct keymap_row row = {.line = line};
    if (bound == ACTION_NONE) {
        no_such_action(action, why);
        return -EINVAL;
    }
    if (map->rows[bound].line != 0) {
        bytes_printf(why, "%s has its keys in line %d already", action, map->rows[bound].line);
        return -EINVAL;
    }
    const int fault = read_keys(&row, keys, why);
    if (fault == 0)
        map->rows[bound] = row;
    return fault;
}

/* ---- conflicts ---- */

static void say_conflict(
    const struct keymap *map, int a, int b, int key, int *line, struct bytes *why) {
    char name[KEY_BYTES];
    key_print(key, name);
    /* The later line is told; the other is named in it. */
    const int second = map->rows[b].line >= map->rows[a].line ? b : a, first = second == a ? b : a;
    *line = map->rows[second].line;
    bytes_printf(why, "%s: the key %s means %s", action_row((enum action)second)->name, name,
        action_row((enum action)first)->name);
    if (map->rows[first].line != 0)
        bytes_printf(why, " in line %d", map->rows[first].line);
    else
        bytes_printf(why, " already: give that other keys too");
}

bool keymap_conflict(
    const struct keymap *map, struct keymap_walk *from, int *line, struct bytes *why) {
    if (from->first == 0)
        *from = (struct keymap_walk){.first = 1, .second = 2};
    for (; from->first < ACTION_COUNT; from->first++, from->second = from->first + 1, from->key = 0)
        for (; from->second < ACTION_COUNT; from->second++, from->key = 0)
            while (from->key < map->rows[from->first].count) {
                const int key = map->rows[from->first].keys[from->key++];
                if (!has_key(&map->rows[from->second], key) ||
                    !meet((enum action)from->first, (enum action)from->second))
                    continue;
                say_conflict(map, from->first, from->second, key, line, why);
                return true;
            }
    return false;
}

bool keymap_has_exit(const struct keymap *map) {
    return map->rows[ACTION_QUIT].count + map->rows[ACTION_QUIT_NOW].count > 0;
}

/* ---- asking ---- */

enum action keymap_action(const struct keymap *map, int key, char pane) {
    if (key == '\n') /* some terminals' Enter */
        key = KEY_CODE_ENTER;
    for (int action = 1; action < ACTION_COUNT; action++)
        if (in_pane((enum action)action, pane) && has_key(&map->rows[action], key))
            return (enum action)action;
    return ACTION_NONE;
}

const char *keymap_text(const struct keymap *map, enum action action) {
    return map->rows[action].text;
}

void keymap_first(const struct keymap *map, enum action action, char *to, size_t size) {
    const char *text = map->rows[action].text;
    size_t len = strcspn(text, " ");
    len = len < size ? len : size - 1;
    memcpy(to, text, len);
    to[len] = '\0';
}

void keymap_hint(const struct keymap *map, enum action action, char *to, size_t size) {
    if (map->rows[action].text[0] != '\0')
        keymap_first(map, action, to, size);
    else
        snprintf(to, size, ":%s", action_row(action)->name);
}

static enum action named(const char *name, size_t len) {
    for (int action = 1; action < ACTION_COUNT; action++) {
        const char *full = action_row((enum action)action)->name;
        if (strlen(full) == len && memcmp(full, name, len) == 0)
            return (enum action)action;
    }
    return ACTION_NONE;
}

void keymap_fill(const struct keymap *map, const char *sentence, char *to, size_t size) {
    size_t used = 0;
    for (size_t step; *sentence != '\0' && used + 1 < size; sentence += step) {
        const size_t len = sentence[0] == '{' ? strcspn(sentence, "}") : 0;
        const enum action action = len > 0 ? named(sentence + 1, len - 1) : ACTION_NONE;
        step = action != ACTION_NONE ? len + 1 : 1;
        if (action != ACTION_NONE)
            keymap_hint(map, action, to + used, size - used);
        else
            snprintf(to + used, size - used, "%c", *sentence);
        used += strlen(to + used);
    }
    to[used] = '\0';
}

void keymap_print(const struct keymap *map, struct bytes *to) {
    bytes_append_text(to, "[keys]\n");
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        bytes_printf(to, "# %s.\n%s = \"", row->help, row->name);
        for (const char *at = map->rows[action].text; *at != '\0'; at++)
            bytes_append_text(to, *at == ' ' ? ", " : (char[]){*at, '\0'});
        bytes_append_text(to, "\"\n");
    }
}
