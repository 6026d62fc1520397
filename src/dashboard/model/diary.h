/* SPDX-License-Identifier: MIT */
/*
 * Histories as text, for whoever wants to keep them: a line a turn, each with a check of its own,
 * so that a torn or damaged line costs itself and no other. Only what was observed is written, and
 * where nobody observed any more is written, too. Pure.
 *
 * A line is CHECK KIND SECONDS ID: KIND h home, a away, u not known; and without an ID b still
 * here, e here no longer: from then on all is unknown. A writer that crashed was last here at its
 * last line.
 */
#ifndef DASHBOARD_MODEL_DIARY_H
#define DASHBOARD_MODEL_DIARY_H

#include "base/bytes.h"
#include "base/table.h"
#include "dashboard/model/person.h"

enum { DIARY_BEAT_MS = 10 * 60 * 1000, DIARY_PEOPLE_MOST = 20000 };

struct diary {
    bool on;             /* turns are noted */
    struct table past;   /* histories that were read, of people not yet met, by id */
    struct bytes news;   /* lines that are not written yet */
    int64_t last_ms;     /* of the last line that was read or noted */
    unsigned lines, bad; /* that were read; that could not be */
};

/* One line of it: since then somebody was seen so. */
void diary_line(struct bytes *to, enum seen seen, int64_t at_ms, const char *id);

/* Read what was kept. Whoever was seen at the last line is unknown since then. 0; -ENOMEM. */
int diary_read(struct diary *diary, const char *text, size_t len, int64_t now_ms);

/* Somebody became known: what was kept of them is theirs. */
void diary_meet(struct diary *diary, struct person *person);

/* Their last turn is news. */
void diary_note(struct diary *diary, const struct person *person);
/* Still here, where that is worth a line; here no longer. */
void diary_beat(struct diary *diary, int64_t now_ms);
void diary_end(struct diary *diary, int64_t now_ms);

/* All of it as one text, without what is older than a time. */
void diary_print(
    const struct diary *diary, const struct table *people, int64_t from_ms, struct bytes *to);

/* Forget what was read and what is to be written. */
void diary_clear(struct diary *diary);

#endif
