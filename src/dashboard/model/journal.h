/* SPDX-License-Identifier: MIT */
/*
 * What happened, newest last: a ring of the last JOURNAL_ENTRIES entries.
 */
#ifndef DASHBOARD_MODEL_JOURNAL_H
#define DASHBOARD_MODEL_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

enum { JOURNAL_ENTRIES = 512, JOURNAL_TEXT_BYTES = 120 };

enum happening {
    HAPPENED_CAME,      /* person; lasted_ms: how long they were away, 0: not known */
    HAPPENED_LEFT,      /* person; lasted_ms: how long they were here, 0: not known */
    HAPPENED_STATUS,    /* person: changed the status text, which is in text */
    HAPPENED_JOINED,    /* person became a member of text, a channel's name */
    HAPPENED_PARTED,    /* person is no member of text any more */
    HAPPENED_LINK_LOST, /* text: why */
    HAPPENED_LINK_BACK, /* text: what changed meanwhile; lasted_ms: how long we were away */
    HAPPENED_ME,        /* text: what became of my own light */
};

struct happened {
    int64_t at_ms;
    enum happening what;
    unsigned times; /* > 1: so many changes of a flapping person, folded into one line */
    const struct person *person;
    int64_t lasted_ms;
    char text[JOURNAL_TEXT_BYTES]; /* harmless; "" where there is none */
};

struct journal {
    struct happened *ring; /* NULL until the first entry */
    size_t next, count;
    size_t came, left; /* since the person at the terminal last looked */
    int64_t looked_ms;
};

/* The entry to be filled in, blank but for its time and kind; NULL: out of memory. */
struct happened *journal_add(struct journal *journal, int64_t at_ms, enum happening what);

/* The i-th, newest first; NULL past the oldest. */
const struct happened *journal_at(const struct journal *journal, size_t i);

/* From now on count what was not looked at. */
void journal_look(struct journal *journal, int64_t now_ms);

void journal_fini(struct journal *journal);

#endif
