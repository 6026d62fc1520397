/* SPDX-License-Identifier: MIT */
/*
 * What is said to a terminal that ncurses has no word for: modes, a title, a clipboard. A terminal
 * that does not know one of them leaves it out. Pure.
 */
#ifndef DASHBOARD_TERM_SEQUENCES_H
#define DASHBOARD_TERM_SEQUENCES_H

#include "base/bytes.h"
#include "dashboard/input/mouse.h"

#include <stdbool.h>

/* Focus events and bracketed paste. */
#define SEQUENCE_EXTRAS_ON "\033[?1004h\033[?2004h"
#define SEQUENCE_EXTRAS_OFF "\033[?1004l\033[?2004l"

/* Buttons and wheel, as numbers of any size. */
#define SEQUENCE_MOUSE_ON "\033[?1000h\033[?1006h"
#define SEQUENCE_MOUSE_OFF "\033[?1006l\033[?1000l"

/* What comes between them is shown at once. */
#define SEQUENCE_FRAME_BEGINS "\033[?2026h"
#define SEQUENCE_FRAME_ENDS "\033[?2026l"

/* The title that was there is kept by the terminal, and put back. */
#define SEQUENCE_TITLE_KEEP "\033[22;2t"
#define SEQUENCE_TITLE_BACK "\033[23;2t"

/*
 * How wide is a line? It is drawn where no key has an answer like the terminal's, which is
 * "\033[2;6R" (one cell) or "\033[2;7R" (two).
 */
#define SEQUENCE_ASK_WIDTH "\033[2;5H\342\224\200\033[6n"
#define SEQUENCE_IS_NARROW "\033[2;6R"
#define SEQUENCE_IS_WIDE "\033[2;7R"

/* A window title (OSC 2) and a text for the clipboard (OSC 52), appended. Clean text. */
void sequence_title(struct bytes *to, const char *title);
void sequence_copy(struct bytes *to, const char *text);

/* What tells the terminal to tell the person (OSC 9, OSC 777): clean text, cut where it is long. */
enum notice_kind { NOTICE_NONE, NOTICE_9, NOTICE_777 };
void sequence_notice(struct bytes *to, enum notice_kind kind, const char *text);

/* A report of the mouse: what follows "\033[<" ("0;12;3"), and whether it ends in M. */
struct mouse_event sequence_mouse(const char *numbers, bool pressed);

#endif
