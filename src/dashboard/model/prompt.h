/* SPDX-License-Identifier: MIT */
/*
 * The line at the bottom in which a person writes to the dashboard itself: a search, a filter, a
 * command, whom to jump to, a status. While one is open it has all keys but ^C, ^Z and what the
 * editor leaves. What was before it comes back with Esc. Pure.
 */
#ifndef DASHBOARD_MODEL_PROMPT_H
#define DASHBOARD_MODEL_PROMPT_H

#include "dashboard/input/action.h"
#include "dashboard/input/editor.h"
#include "dashboard/model/filter.h"

enum prompt_kind {
    PROMPT_NONE,
    PROMPT_SEARCH,
    PROMPT_FILTER,
    PROMPT_COMMAND, /* Up and Down are the past */
    PROMPT_PALETTE, /* Up and Down choose */
    PROMPT_JUMP,
    PROMPT_STATUS,
    PROMPT_REACT, /* was_text: the id of the message */
    PROMPT_HELP,  /* which keys are listed */
    PROMPT_KINDS
};

enum { CHOICES = 40, PROMPT_BYTES = 512 };

/* What could be meant. */
struct choice {
    char text[NEEDLE_BYTES]; /* what Tab puts in; of a jump: what is shown */
    const char *note;        /* borrowed: of the table, or an id */
    int score;
    enum action action;
    struct person *person;
    struct channel_shown *channel;
};

struct prompt {
    enum prompt_kind kind;
    struct editor editor;
    struct choice choices[CHOICES]; /* the best first */
    size_t count, at, from;         /* from: of the text, what Tab replaces begins there */
    bool chosen;                    /* a key moved to the choice `at` */
    struct filter_fault fault;      /* of a filter; why "": none */
    size_t found;                   /* of a search: on how many rows */
    struct person *was_selected;
    size_t was_row, was_at;
    char was_text[PROMPT_BYTES];
};

struct model;

/* Open one, with a text to begin with. */
void prompt_open(struct model *model, enum prompt_kind kind, const char *text);
/* Effects of update.h. */
unsigned prompt_key(struct model *model, int key, int64_t now_ms);
void prompt_paste(struct model *model, const char *text, int64_t now_ms);
void prompt_close(struct model *model);

/* Put a choice among the others by its score, if it is good enough. */
void prompt_offer(struct prompt *prompt, const struct choice *choice);

/* Filter the members by a text; 0, or 1 with `fault`, and the old filter stands. */
int prompt_filter(struct model *model, const char *text, struct filter_fault *fault);

#endif
