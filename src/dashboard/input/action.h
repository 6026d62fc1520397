/* SPDX-License-Identifier: MIT */
/*
 * Everything a person can mean, once: this table feeds keys, the command line, help and the manual.
 *
 * ACTION(tag, name, keys, where, argument, help): `keys` is text as a person would write it, the
 * first one is shown, "" is none; `where` says in which panes they work, as letters: c channels,
 * m members, e events, t conversation (talk), h help, * everywhere. `name` is the command after
 * ":", and `argument` what follows it: "" nothing, "one|other" one of these words, or a word in
 * capitals for what it is (CHANNEL, CID, USER, FILTER, TEXT); in brackets where it may be left out.
 */
#ifndef DASHBOARD_INPUT_ACTION_H
#define DASHBOARD_INPUT_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#define ACTIONS(ACTION)                                                                            \
    ACTION(DOWN, "down", "j Down", "*", "", "Move down")                                           \
    ACTION(UP, "up", "k Up", "*", "", "Move up")                                                   \
    ACTION(PAGE_DOWN, "page-down", "PgDn ^D", "*", "", "Move down a page")                         \
    ACTION(PAGE_UP, "page-up", "PgUp ^U", "*", "", "Move up a page")                               \
    ACTION(FIRST, "first", "g Home", "*", "", "Go to the first")                                   \
    ACTION(LAST, "last", "G End", "*", "", "Go to the last")                                       \
    ACTION(NEXT_PANE, "next-pane", "Tab l Right", "cmet", "", "Go to the next pane")               \
    ACTION(LAST_PANE, "previous-pane", "S-Tab h Left", "cmet", "", "Go to the pane before")        \
    ACTION(CHANNELS, "channels", "1", "*", "", "Go to the channels")                               \
    ACTION(MEMBERS, "members", "2", "*", "", "Go to the members")                                  \
    ACTION(EVENTS, "events", "3", "*", "", "Go to the events")                                     \
    ACTION(OPEN, "open", "Enter", "cme", "", "Open the conversation of the channel")               \
    ACTION(BACK, "back", "Esc", "*", "", "Back out: close what is open")                           \
    ACTION(INVISIBLE, "invisible", "i", "*", "", "Turn your porch light off or on")                \
    ACTION(OFFLINE, "offline", "o", "*", "", "Hide or show who is offline")                        \
    ACTION(DIFF, "mark-seen", "d", "*", "", "Count what changes from now on")                      \
    ACTION(RECONNECT, "reconnect", "r", "*", "", "Connect again now, or check the link")           \
    ACTION(REDRAW, "redraw", "^L", "*", "", "Draw the screen anew")                                \
    ACTION(SUSPEND, "suspend", "^Z", "*", "", "Suspend the program")                               \
    ACTION(HELP, "help", "? F1", "*", "", "Show all keys")                                         \
    ACTION(QUIT, "quit", "q", "*", "", "Back out, or quit")                                        \
    ACTION(QUIT_NOW, "quit-now", "Q ^C", "*", "", "Quit at once")

enum action {
    ACTION_NONE = 0,
#define ACTION_ENUM(tag, name, keys, where, argument, help) ACTION_##tag,
    ACTIONS(ACTION_ENUM)
#undef ACTION_ENUM
        ACTION_COUNT
};

struct action_row {
    const char *name, *keys, *where, *argument, *help;
};

/* The row of an action; of ACTION_NONE, empty texts. */
const struct action_row *action_row(enum action action);

/* What a key means in a pane (a letter of `where`). */
enum action action_of_key(int key, char pane);

/* The first key of an action as it is written: "j". */
void action_key(enum action action, char *to, size_t size);

#endif
