/* SPDX-License-Identifier: MIT */
/*
 * Everything a person can mean, once: this table feeds keys, the command line, help, configuration
 * and manual. What a key means is asked of a keymap (keymap.h).
 *
 * ACTION(tag, name, keys, where, argument, help): `keys` is text as a person would write it, the
 * first one is shown, "" is none; `where` says in which panes they work, as letters: c channels,
 * m members, e events, t conversation (talk), d detail, p plot, w watched, h help, * everywhere.
 * `name` is the command after
 * ":", and `argument` what follows it: "" nothing, "one|other" one of these words, or a word in
 * capitals for what it is (CHANNEL, CID, USER, FILTER, TEXT, WORD); in brackets where it may be
 * left out.
 */
#ifndef DASHBOARD_INPUT_ACTION_H
#define DASHBOARD_INPUT_ACTION_H

#define ACTIONS(ACTION)                                                                            \
    ACTION(DOWN, "down", "j Down", "*", "", "Move down")                                           \
    ACTION(UP, "up", "k Up", "*", "", "Move up")                                                   \
    ACTION(PAGE_DOWN, "page-down", "PgDn ^D", "*", "", "Move down a page")                         \
    ACTION(PAGE_UP, "page-up", "PgUp ^U", "*", "", "Move up a page")                               \
    ACTION(FIRST, "first", "g Home", "*", "", "Go to the first")                                   \
    ACTION(LAST, "last", "G End", "*", "", "Go to the last")                                       \
    ACTION(NEXT_PANE, "next-pane", "Tab l Right", "cmetdp", "", "Go to the next pane")             \
    ACTION(LAST_PANE, "previous-pane", "S-Tab h Left", "cmetdp", "", "Go to the pane before")      \
    ACTION(CHANNELS, "channels", "1", "*", "", "Go to the channels")                               \
    ACTION(MEMBERS, "members", "2", "*", "", "Go to the members")                                  \
    ACTION(EVENTS, "events", "3", "*", "", "Go to the events")                                     \
    ACTION(DETAIL, "detail", "4", "*", "", "Go to what is known of the person")                    \
    ACTION(PLOT, "plot", "5", "*", "", "Go to how many were home")                                 \
    ACTION(OPEN, "open", "Enter", "cmeth", "", "Open the conversation; in it, the replies")        \
    ACTION(COMPOSE, "compose", "c", "cmt", "", "Write: here, or to the member")                    \
    ACTION(EDIT, "edit", "e", "t", "", "Change your message")                                      \
    ACTION(DELETE, "delete", "D", "t", "", "Delete the message: yours, or as a moderator")         \
    ACTION(REACT, "react", "a", "t", "[WORD]", "React to the message, or take it back")            \
    ACTION(BACK, "back", "Esc", "*", "", "Back out: close what is open")                           \
    ACTION(INVISIBLE, "invisible", "i", "*", "", "Be invisible to others, or be seen again")       \
    ACTION(HIDE_FOR, "invisible-for", "I", "*", "[TIME]",                                          \
        "Be invisible for 30 minutes; again: longer")                                              \
    ACTION(AS_SEEN, "as-seen", "", "*", "", "How others get your row")                             \
    ACTION(STATUS, "status", "m", "*", "[TEXT]", "Set your status (... for 45m), or clear it")     \
    ACTION(                                                                                        \
        WATCH, "watch", "w", "mdw", "[USER]", "Tell me when they come or go: next, always, off")   \
    ACTION(WATCHED, "watched", "W", "*", "", "Whom you watch")                                     \
    ACTION(HISTORY, "history", "", "*", "wipe", "Forget what was observed: history wipe")          \
    ACTION(OFFLINE, "offline", "o", "*", "", "Hide or show who is offline")                        \
    ACTION(TIMELINE, "timeline", "Enter", "d", "", "The days of the person, and back")             \
    ACTION(SHUT_DETAIL, "toggle-detail", "x", "*", "", "Shut or open the detail")                  \
    ACTION(DIFF, "changes", "d", "*", "", "Only what changed since you looked; again: all")        \
    ACTION(EVENT_LEVEL, "event-level", "e", "cmedp", "", "Events of all, of the watched, or none") \
    ACTION(SEARCH, "search", "/", "cmeth", "[TEXT]", "Look for a text in this pane")               \
    ACTION(NEXT_MATCH, "next-match", "n", "cmet", "", "Go to the next row with it")                \
    ACTION(LAST_MATCH, "previous-match", "N", "cmet", "", "Go to the row before with it")          \
    ACTION(FILTER, "filter", "\\", "*", "[FILTER]",                                                \
        "Show those only: is:online last:<1h in:#dev name")                                        \
    ACTION(COMMAND, "command", ":", "*", "", "Write a command")                                    \
    ACTION(PALETTE, "palette", "^P", "*", "", "Choose a command by a few letters")                 \
    ACTION(JUMP, "jump", "^K", "*", "[NAME]", "Go to a channel or a person by a few letters")      \
    ACTION(SORT, "sort", "s", "cm", "[state|last|name|local|channels|unread|home|came]",           \
        "Sort by state, last seen, name, local time, channels")                                    \
    ACTION(REVERSE, "reverse", "S", "cm", "", "Turn the order round")                              \
    ACTION(SHOW, "show", "f", "cm", "[all|online|left|offline|unknown]",                           \
        "Show only who is online, just left, offline or unknown")                                  \
    ACTION(THEME, "theme", "T", "*", "[NAME]", "Take the next theme: other colours")               \
    ACTION(MOUSE, "mouse", "M", "*", "", "Take the mouse, or leave it to the terminal")            \
    ACTION(COPY, "copy", "y", "cmedt", "", "Copy the id, the line or the text")                    \
    ACTION(                                                                                        \
        CHANNEL, "channel", "", "*", "CID [USER ...]", "Get or make a channel, and who is in it")  \
    ACTION(ADD, "add", "", "*", "USER ...", "Add people to the channel at the cursor")             \
    ACTION(LEAVE, "leave", "", "*", "[CHANNEL]", "Leave it, or the channel at the cursor")         \
    ACTION(PAUSE, "pause", "p", "*", "", "Hold all rows where they are, and count what waits")     \
    ACTION(TIMES, "times", "t", "*", "[relative|absolute|utc]", "Tell times in the next way")      \
    ACTION(ZOOM, "zoom", "z", "*", "", "Make this pane larger: half, all, and as it was")          \
    ACTION(ZOOM_IN, "zoom-in", "+", "*", "", "Make this pane larger")                              \
    ACTION(ZOOM_OUT, "zoom-out", "_", "*", "", "Make this pane smaller")                           \
    ACTION(                                                                                        \
        NEXT_COMMON, "next-common", "=", "md", "", "Go to the next channel you share with them")   \
    ACTION(FOLD, "fold", "-", "c", "", "Fold the channels of this type into one row")              \
    ACTION(MENU, "menu", "Space", "cmetdpw", "", "Show which keys there are")                      \
    ACTION(QUERY, "query", "u", "*", "", "Ask now about those who are unknown")                    \
    ACTION(COPY_ROW, "copy-row", "Y", "cmd", "", "Copy what the row says")                         \
    ACTION(RECONNECT, "reconnect", "r", "*", "", "Try again now: what failed here, or the link")   \
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

#endif
