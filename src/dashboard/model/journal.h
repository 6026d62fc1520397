/* SPDX-License-Identifier: MIT */
/*
 * The log of what happened, newest first to whoever reads it. Bounded: the oldest goes. Who comes
 * and goes in a burst is one line, and so is who flaps. Pure.
 */
#ifndef DASHBOARD_MODEL_JOURNAL_H
#define DASHBOARD_MODEL_JOURNAL_H

#include "dashboard/model/person.h"
#include <stddef.h>

enum {
    JOURNAL_LINES = 200,
    JOURNAL_SOME = 3, /* of those in a burst are named */
    BURST_LINES = 5,  /* so many, each within BURST_MS of the next, are one line */
    BURST_MS = 2000,
    AWAY_MS = 60 * 1000 /* after a start: to find what happened before it */
};

enum event_kind {
    EVENT_CAME,
    EVENT_WENT,
    EVENT_STATUS,
    EVENT_NOTE,
    EVENT_BURST,
    EVENT_FLAPS,
    EVENT_AWAY
};

struct event_line {
    int64_t at_ms; /* of the first, where it is several; `until_ms` is of the last */
    int64_t until_ms;
    enum event_kind kind;
    bool watched;        /* it was about somebody who is watched */
    struct person *who;  /* NULL: a note, a burst */
    char *text;          /* clean: the status, the note */
    int64_t lasted_ms;   /* what it ended had lasted so long; 0: its beginning was not seen */
    unsigned came, went; /* a burst, or flaps: how often */
    struct person *some[JOURNAL_SOME]; /* a burst: the first of them; NULL: no more */
};

/* What is shown: everything, what concerns the watched, or nothing; and since when. */
enum event_level { LEVEL_ALL, LEVEL_WATCHED, LEVEL_NONE, LEVELS };
struct journal_filter {
    enum event_level level;
    int64_t since_ms; /* INT64_MIN: whenever */
};

struct journal {
    struct event_line lines[JOURNAL_LINES]; /* a ring */
    size_t first, count;
};

/* Its text is taken over, and freed in time. How many lines longer the journal is now: not 1 where
 * lines became one, or the oldest went. */
int journal_add(struct journal *journal, const struct event_line *line);

/* Somebody flaps: their coming and going since a time becomes one line. `changes`: how many there
 * were by their history, which may know of more than the lines do. */
void journal_flaps(struct journal *journal, struct person *who, int64_t since_ms, unsigned changes,
    int64_t now_ms);
/* They changed once more. False: no line of the journal says that they flap. */
bool journal_flaps_on(struct journal *journal, const struct person *who, bool came, int64_t now_ms);

/* Somebody came or went while we were away; those that are found one after another are one line. */
void journal_away(struct journal *journal, bool came, int64_t now_ms);

/* NULL: there are not so many. */
const struct event_line *journal_at(const struct journal *journal, size_t newest_first);
const struct event_line *journal_shown(
    const struct journal *journal, const struct journal_filter *filter, size_t newest_first);
size_t journal_shown_count(const struct journal *journal, const struct journal_filter *filter);

void journal_fini(struct journal *journal);

#endif
