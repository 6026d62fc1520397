/* SPDX-License-Identifier: MIT */
/*
 * Which keys mean what: the table of actions (action.h) with what a person's [keys] change in it.
 * No key does two things in one pane, so what a key means never depends on an order. Pure.
 */
#ifndef DASHBOARD_INPUT_KEYMAP_H
#define DASHBOARD_INPUT_KEYMAP_H

#include "base/bytes.h"
#include "dashboard/input/action.h"

enum { KEYMAP_KEYS = 6, KEYMAP_TEXT = 64 };

struct keymap {
    struct keymap_row {
        char text[KEYMAP_TEXT]; /* "j Down" */
        int keys[KEYMAP_KEYS];
        unsigned count;
        int line; /* of the configuration; 0: as the table has it */
    } rows[ACTION_COUNT];
};

/* As the table has it. */
void keymap_init(struct keymap *map);

/* Give the action of this name exactly these keys ("i, F9"; "" for none), as a line of the
 * configuration says. 0; -EINVAL: there is no such action or key, and `why` says what there is. */
int keymap_bind(
    struct keymap *map, const char *action, const char *keys, int line, struct bytes *why);

/*
 * The first key that does two things in one pane after *from, which begins at {0}: what is wrong
 * in `why`, the line at which in *line. False: there is none any more.
 */
struct keymap_walk {
    int first, second;
    unsigned key;
};
bool keymap_conflict(
    const struct keymap *map, struct keymap_walk *from, int *line, struct bytes *why);

/* Whether a person could get out: quit or quit-now has a key. */
bool keymap_has_exit(const struct keymap *map);

/* What a key means in a pane (a letter of the table's `where`). */
enum action keymap_action(const struct keymap *map, int key, char pane);

/* All keys of an action as they are written, with blanks between them; and the first one. "" where
 * it has none. */
const char *keymap_text(const struct keymap *map, enum action action);
void keymap_first(const struct keymap *map, enum action action, char *to, size_t size);

/* What a person is told to press: the first key, or where it has none, the command. */
void keymap_hint(const struct keymap *map, enum action action, char *to, size_t size);
/* A sentence with such keys: "Nobody is online ({show} shows others)". Not for text of others. */
void keymap_fill(const struct keymap *map, const char *sentence, char *to, size_t size);

/* As [keys] of the configuration, every action with its sentence. */
void keymap_print(const struct keymap *map, struct bytes *to);

#endif
