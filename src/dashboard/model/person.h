/* SPDX-License-Identifier: MIT */
/* Somebody, as the screen knows them. Pure. */
#ifndef DASHBOARD_MODEL_PERSON_H
#define DASHBOARD_MODEL_PERSON_H

#include "dashboard/model/history.h"
#include "dashboard/model/zone.h"

#include <stdbool.h>
#include <stdint.h>

/* In the order in which they are shown. */
enum __attribute__((packed)) state {
    STATE_ONLINE,
    STATE_LEFT, /* gone for less than five minutes, and we saw them go */
    STATE_OFFLINE,
    STATE_UNKNOWN, /* nobody tells us: not the same as offline */
    STATE_BANNED,
    STATES
};

enum { JUST_LEFT_MS = 5 * 60 * 1000 };

/* Whether we are told when they come or go: the next time, or whenever. */
enum __attribute__((packed)) watch { WATCH_OFF, WATCH_NEXT, WATCH_ALWAYS };

struct channel_shown;

struct person {
    /* clean text, never NULL; what many have is shared (person.c) */
    const char *id, *name, *status, *role;
    const char *fold;       /* of the name, to order by */
    int64_t last_active_ms; /* the server's word, up to a quarter of an hour old; 0: none */
    int64_t seen_ms;        /* when we saw them come or go ourselves; 0: we did not */
    int64_t changed_ms;     /* when they were last found to have come or gone; 0: never */
    int64_t flash_until_ms; /* their row flashes */
    struct history history;
    struct clock_there there;
    union {
        struct channel_shown *one, **many;
    } in; /* the channels that they are in: person_channels() */
    unsigned channel_count;
    uint32_t row;            /* where they were listed: near there they still are */
    unsigned char first_own; /* of their texts (person.c) */
    enum state state;
    enum watch watch;
    bool in_many : 1; /* in.many is an array */
    bool online : 1, banned : 1, me : 1;
    bool live : 1;     /* changes of theirs arrive now */
    bool was_live : 1; /* they did arrive once */
    bool flaps : 1;
    bool watches : 1;             /* the channel that is shown (audience.h) */
    bool looks_on : 1;            /* while that is found out */
    bool in_all : 1;              /* in the roster of everybody */
    bool listed : 1, waiting : 1; /* list.h */
};

/* What the feed tells of somebody; borrowed texts, not yet clean. */
struct person_told {
    const char *id, *name, *status, *role;
    bool online, banned, live;
    int64_t last_active_ms;
};

/* Their name, or where only ASCII can be shown and it is not, their id. */
const char *person_shown(const struct person *person, bool ascii);

/* Of an id that need not be clean; it has no texts yet. NULL: no memory. */
struct person *person_create(const char *id);
void person_destroy(struct person *person);

/* What is told of their texts, clean, and not yet theirs: for person_texts_take(), which always
 * follows a 0. */
struct person_texts {
    const char *name, *fold, *status, *role;
    unsigned char first_own;
};

/* 0; > 0: they are as told; -ENOMEM. */
int person_texts_make(
    struct person_texts *to, const struct person *person, const struct person_told *told);
void person_texts_take(struct person *person, const struct person_texts *texts);

/* 0, or -ENOMEM with all as it was. */
int person_join(struct person *person, struct channel_shown *channel);
void person_leave(struct person *person, const struct channel_shown *channel);
/* channel_count of them. */
static inline struct channel_shown *const *person_channels(const struct person *person) {
    return person->in_many ? person->in.many : &person->in.one;
}

/* -1, 0, 1: who is shown first. */
int person_compare(const struct person *a, const struct person *b);

/* What their state is at a time. While nobody tells us of somebody who was live, it stays. */
enum state person_state(const struct person *person, bool link_is_live, int64_t now_ms);

#endif
