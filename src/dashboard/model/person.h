/* SPDX-License-Identifier: MIT */
/* Somebody, as the screen knows them. Pure. */
#ifndef DASHBOARD_MODEL_PERSON_H
#define DASHBOARD_MODEL_PERSON_H

#include "dashboard/model/history.h"
#include "dashboard/model/zone.h"

#include <stdbool.h>
#include <stdint.h>

/* In the order in which they are shown. */
enum state {
    STATE_ONLINE,
    STATE_LEFT, /* gone for less than five minutes, and we saw them go */
    STATE_OFFLINE,
    STATE_UNKNOWN, /* nobody tells us: not the same as offline */
    STATE_BANNED,
    STATES
};

enum { JUST_LEFT_MS = 5 * 60 * 1000 };

/* Whether we are told when they come or go: the next time, or whenever. */
enum watch { WATCH_OFF, WATCH_NEXT, WATCH_ALWAYS };

struct channel_shown;

struct person {
    char *id, *name, *status, *role; /* clean text, never NULL */
    char *fold;                      /* of the name, to order by */
    bool online, banned, me;
    bool live;              /* changes of theirs arrive now */
    bool was_live;          /* they did arrive once */
    int64_t last_active_ms; /* the server's word, up to a quarter of an hour old; 0: none */
    int64_t seen_ms;        /* when we saw them come or go ourselves; 0: we did not */
    enum state state;
    struct channel_shown **channels; /* that they are in */
    unsigned channel_count, channel_cap;
    int64_t changed_ms;     /* when they were last found to have come or gone; 0: never */
    int64_t flash_until_ms; /* their row flashes */
    struct history history;
    bool flaps;
    enum watch watch;
    bool watches;         /* the channel that is shown (audience.h) */
    bool looks_on;        /* while that is found out */
    bool in_all;          /* in the roster of everybody */
    bool listed, waiting; /* list.h */
    size_t row;           /* where they were listed: near there they still are */
    struct clock_there there;
};

/* What the feed tells of somebody; borrowed texts, not yet clean. */
struct person_told {
    const char *id, *name, *status, *role;
    bool online, banned, live;
    int64_t last_active_ms;
};

/* Their name, or where only ASCII can be shown and it is not, their id. */
const char *person_shown(const struct person *person, bool ascii);

/* -1, 0, 1: who is shown first. */
int person_compare(const struct person *a, const struct person *b);

/* What their state is at a time. While nobody tells us of somebody who was live, it stays. */
enum state person_state(const struct person *person, bool link_is_live, int64_t now_ms);

#endif
