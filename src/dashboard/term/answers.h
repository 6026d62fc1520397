/* SPDX-License-Identifier: MIT */
/*
 * What a terminal answers to questions about itself, and what follows from that for a person. Pure:
 * probe.h asks.
 */
#ifndef DASHBOARD_TERM_ANSWERS_H
#define DASHBOARD_TERM_ANSWERS_H

#include "base/bytes.h"

enum { ANSWERS_SIGNS = 24, ANSWERS_NAME = 64 };

/* Whose width is asked, and how wide it must be drawn. */
enum sign_group { SIGN_LINE, SIGN_NEUTRAL, SIGN_CLASSIC, SIGN_STRIP, SIGN_WIDE, SIGN_GROUPS };
struct sign {
    const char *text;
    int cells;
    enum sign_group group;
};
extern const struct sign answers_signs[];
extern const size_t answers_sign_count;

enum can { CAN_UNKNOWN, CAN_NOT, CAN };

struct answers {
    /* Of the environment. */
    const char *term, *color_term; /* NULL: not set */
    int colors;                    /* as terminfo has it; -1: TERM is not known here */
    bool utf8, no_color;
    /* Of the terminal. */
    bool answers;             /* at all */
    char name[ANSWERS_NAME];  /* "": it does not say */
    int drawn[ANSWERS_SIGNS]; /* cells; 0: it did not say */
    enum can focus, paste, frames, mouse, clipboard;
};

/* All questions, to be written to a terminal; its last answer is that to "what are you?". */
void answers_ask(struct bytes *to, bool utf8);

/* How many bytes of it are answers, whole; what is not is left out. True in *ended: the last one
 * is among them. */
void answers_read(struct answers *answers, const char *bytes, size_t len, bool *ended);

/* The report, with rulers and colours, and what to set. */
void answers_print(const struct answers *answers, struct bytes *to);

#endif
