/* SPDX-License-Identifier: MIT */
/*
 * The terminal: cells go out, keys come in. The keeper of ncurses. One terminal a process, one
 * thread. However the program ends, the terminal is as it was.
 */
#ifndef DASHBOARD_TERM_SCREEN_H
#define DASHBOARD_TERM_SCREEN_H

#include "dashboard/term/sequences.h"
#include "dashboard/view/theme.h"

struct screen;

struct screen_options {
    const struct theme *theme;
    bool no_color; /* attributes only */
    bool mouse;
    bool asks_width; /* of a line; the answer is a key (input/key.h) */
};

enum { SCREEN_TITLE = 200 };

/* Take the terminal. 0; > 0: it cannot be drawn on (unknown, or dumb), `why` says it; -ENOMEM. */
int screen_open(
    struct screen **out, const struct screen_options *options, char *why, size_t why_size);
/* Give it back. NULL is fine. */
void screen_close(struct screen *screen);

/* What the terminal can show: by its locale nothing but ASCII; or by its kind probably. */
enum screen_text { SCREEN_UTF8, SCREEN_DOUBTFUL, SCREEN_ASCII };
enum screen_text screen_text(const struct screen *screen);
bool screen_has_colours(const struct screen *screen);
/* Whatever is drawn, only ASCII goes out, and '?' for the rest. */
void screen_set_ascii(struct screen *screen, bool ascii);

/* Change how it looks, or whose the mouse is, from now on. */
void screen_set_theme(struct screen *screen, const struct theme *theme);
void screen_set_mouse(struct screen *screen, bool on);

/* Where the terminal can: its window's title, and a text for its clipboard (false: it cannot).
 * Clean text. A title goes out with the next frame; has_title: there is nothing to say. */
void screen_set_title(struct screen *screen, const char *title);
bool screen_has_title(const struct screen *screen, const char *title);
bool screen_copy(const struct screen *screen, const char *text);

/* How many colours a kind of terminal has, 0 for none; -1: it is not known here. */
int screen_kind_colors(const char *term);

/* Of the library that draws: "ncurses 6.4.20221231". Static. */
const char *screen_library_version(void);

void screen_size(const struct screen *screen, int *rows, int *cols);

/* Show a grid: only what differs goes out. all: whatever the terminal shows, draw it anew. */
void screen_show(struct screen *screen, const struct cells *cells, bool all);

/* The next key that has come (input/key.h), or KEY_CODE_NONE. Never blocks. What is pasted is no
 * key: when all of it has come, KEY_CODE_PASTE says so once. */
int screen_key(struct screen *screen);
/* What was pasted last: UTF-8 as it came, with line ends as '\r', at most 64 KiB. Until the next
 * screen_key(). */
const char *screen_pasted(const struct screen *screen);

/* Ring, or tell the terminal to tell: what each of them understands. The text is to be clean. */
void screen_ring(struct screen *screen);
void screen_notice(struct screen *screen, enum notice_kind kind, const char *text);
/* Which of them the terminal we are in has, as far as its name says; most have none. */
enum notice_kind screen_notice_kind(const char *term, const char *term_program);

/* What the mouse did, after KEY_CODE_MOUSE. Until the next screen_key(). */
const struct mouse_event *screen_mouse(const struct screen *screen);

/* The size changed: look again. */
void screen_resize(struct screen *screen);

/* Give the terminal back for a while (^Z), and take it again; what it shows is then unknown. */
void screen_suspend(struct screen *screen);
void screen_resume(struct screen *screen);

#endif
