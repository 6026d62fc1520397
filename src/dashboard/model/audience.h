/* SPDX-License-Identifier: MIT */
/*
 * Who watches a channel: whoever has it before them, as far as the server tells. It is asked for
 * once a channel and link, and then told change by change. What is told while the answer is on its
 * way may be younger than the answer, and holds against it. Pure.
 */
#ifndef DASHBOARD_MODEL_AUDIENCE_H
#define DASHBOARD_MODEL_AUDIENCE_H

#include "dashboard/model/person.h"

#include <stddef.h>

struct model;
struct channel_shown;

enum audience_state { AUDIENCE_UNKNOWN, AUDIENCE_ASKED, AUDIENCE_KNOWN, AUDIENCE_REFUSED };

struct onlooker {
    struct person *person;
    int64_t since_ms; /* when we were told that they began; 0: they had before we asked */
    bool told;        /* since it was asked for last */
    bool gone;        /* told: they are not one, whatever the answer says */
};

struct audience {
    struct onlooker *of;
    size_t count, cap;
    enum audience_state state;
};

/* Those of the channel that is shown: who says so of themselves. */
struct onlookers {
    struct audience people;
    const struct channel_shown *of; /* that channel, if it is still there */
    bool is_news;                   /* they are not those any more */
};

/* It is asked for now. */
void audience_asked(struct audience *audience);
/* The answer; who began or ended since it was asked for is right against it. 0, or -ENOMEM. */
int audience_take(struct audience *audience, struct person *const *people, size_t count);
/* Somebody begins at a time, or ends. 0, or -ENOMEM. */
int audience_begin(struct audience *audience, struct person *person, int64_t now_ms);
int audience_end(struct audience *audience, struct person *person);
/* Whether somebody watches; *since_ms, unless NULL, as of struct onlooker. */
bool audience_has(const struct audience *audience, const struct person *person, int64_t *since_ms);
void audience_fini(struct audience *audience);

/* People say of themselves whether they watch the channel that is shown: this channel, now. */
void audience_show(struct model *model);
/* What was known of all channels is a picture of the past. */
void audience_forget(struct model *model);

/* Whether somebody else watches the channel that is shown, and is there to do so. */
static inline bool person_watches(const struct person *person) {
    return person->watches && person->state == STATE_ONLINE;
}

#endif
