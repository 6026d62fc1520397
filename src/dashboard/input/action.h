/* SPDX-License-Identifier: MIT */
/*
 * Everything a person can ask for, once. Keys, the last line, the help page and the manual are made
 * from this table, so none of them can say what is not so.
 *
 * ACTION(tag, name for the configuration, its key, where it works, label for the last line (""
 * where it is not worth the place), what it does in one line). A key does one thing in one place.
 */
#ifndef DASHBOARD_INPUT_ACTION_H
#define DASHBOARD_INPUT_ACTION_H

#include "dashboard/input/key.h"

#include <stddef.h>

/* Where an action works, or-ed. */
enum place {
    IN_CHANNELS = 1,
    IN_MEMBERS = 2,
    IN_EVENTS = 4,
    IN_TALK = 8,
    IN_ALL = 15,
};

#define ACTIONS                                                                                    \
    ACTION(OPEN, "open", PRESS_ENTER, IN_CHANNELS | IN_MEMBERS, "open",                            \
        "Open the conversation of the channel")                                                    \
    ACTION(COMPOSE, "compose", 'c', IN_CHANNELS | IN_TALK, "write", "Write to the channel")        \
    ACTION(TOGGLE_INVISIBLE, "toggle-invisible", 'i', IN_ALL, "invisible",                         \
        "Turn your porch light off or on")                                                         \
    ACTION(FIND, "find", '/', IN_MEMBERS, "find", "Find a person by name or id")                   \
    ACTION(FIND_NEXT, "find-next", 'n', IN_MEMBERS, "", "The next one found")                      \
    ACTION(FIND_PREVIOUS, "find-previous", 'N', IN_MEMBERS, "", "The one found before")            \
    ACTION(SORT, "sort", 's', IN_MEMBERS, "sort", "Sort by state, by name, by last activity")      \
    ACTION(TOGGLE_OFFLINE, "toggle-offline", 'o', IN_CHANNELS | IN_MEMBERS, "offline",             \
        "Hide or show who is offline")                                                             \
    ACTION(TOGGLE_DETAIL, "toggle-detail", 'x', IN_ALL, "", "Show or hide the detail pane")        \
    ACTION(LOOKED, "looked", 'd', IN_ALL, "", "I have looked: count changes from now")             \
    ACTION(UP, "up", 'k', IN_ALL, "", "Up")                                                        \
    ACTION(DOWN, "down", 'j', IN_ALL, "", "Down")                                                  \
    ACTION(PAGE_UP, "page-up", PRESS_PAGE_UP, IN_ALL, "", "A page up")                             \
    ACTION(PAGE_DOWN, "page-down", PRESS_PAGE_DOWN, IN_ALL, "", "A page down")                     \
    ACTION(FIRST, "first", 'g', IN_ALL, "", "To the first")                                        \
    ACTION(LAST, "last", 'G', IN_ALL, "", "To the last")                                           \
    ACTION(LEFT, "left", 'h', IN_ALL, "", "The pane on the left")                                  \
    ACTION(RIGHT, "right", 'l', IN_ALL, "", "The pane on the right")                               \
    ACTION(NEXT_PANE, "next-pane", PRESS_TAB, IN_ALL, "pane", "The next pane")                     \
    ACTION(PREVIOUS_PANE, "previous-pane", PRESS_BACK_TAB, IN_ALL, "", "The pane before")          \
    ACTION(PANE_1, "pane-1", '1', IN_ALL, "", "Channels")                                          \
    ACTION(PANE_2, "pane-2", '2', IN_ALL, "", "Members")                                           \
    ACTION(PANE_3, "pane-3", '3', IN_ALL, "", "Events")                                            \
    ACTION(BACK, "back", PRESS_ESCAPE, IN_ALL, "", "Back: close what is open")                     \
    ACTION(RECONNECT, "reconnect", 'r', IN_ALL, "reconnect", "Connect again now")                  \
    ACTION(REDRAW, "redraw", PRESS_CTRL('l'), IN_ALL, "", "Draw the whole screen again")           \
    ACTION(SUSPEND, "suspend", PRESS_CTRL('z'), IN_ALL, "", "Suspend; fg comes back")              \
    ACTION(HELP, "help", '?', IN_ALL, "help", "All keys")                                          \
    ACTION(QUIT, "quit", 'q', IN_ALL, "quit", "Close what is open, else quit")                     \
    ACTION(QUIT_NOW, "quit-now", 'Q', IN_ALL, "", "Quit")

/* More keys for the same. */
#define ACTION_KEYS                                                                                \
    ALSO(PRESS_UP, UP)                                                                             \
    ALSO(PRESS_DOWN, DOWN)                                                                         \
    ALSO(PRESS_LEFT, LEFT)                                                                         \
    ALSO(PRESS_RIGHT, RIGHT)                                                                       \
    ALSO(PRESS_HOME, FIRST)                                                                        \
    ALSO(PRESS_END, LAST)                                                                          \
    ALSO(PRESS_CTRL('u'), PAGE_UP)                                                                 \
    ALSO(PRESS_CTRL('d'), PAGE_DOWN)                                                               \
    ALSO(PRESS_F1, HELP)                                                                           \
    ALSO(PRESS_CTRL('c'), QUIT_NOW)

enum action {
    ACTION_NONE = 0,
#define ACTION(tag, name, key, places, label, does) ACTION_##tag,
    ACTIONS
#undef ACTION
        ACTION_COUNT
};

struct action_entry {
    const char *name;
    press key;
    unsigned places; /* enum place, or-ed */
    const char *label;
    const char *does;
};

/* The line of an action; ACTION_NONE has empty texts. */
const struct action_entry *action_entry(enum action action);

/* What a key asks for in a place (one of enum place). */
enum action action_of(press key, unsigned place);

/* The i-th key of an action, PRESS_NONE past the last. */
press action_key(enum action action, size_t i);

#endif
