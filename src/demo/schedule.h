/* SPDX-License-Identifier: MIT */
/*
 * What the cast does next. Pure: seeded chance in, acts out, so that a seed is a film that plays
 * the same each time.
 */
#ifndef DEMO_SCHEDULE_H
#define DEMO_SCHEDULE_H

#include "base/chance.h"
#include "demo/people.h"
#include <stdbool.h>
#include <stdint.h>

enum act_kind {
    ACT_COME,   /* connect */
    ACT_GO,     /* say goodbye */
    ACT_STATUS, /* put up another status: text */
    ACT_SAY     /* say something: text, in one of their channels: place */
};

struct act {
    enum act_kind kind;
    size_t person; /* of demo_people */
    const char *text;
    const struct place *place;
    int64_t at_ms; /* since the start */
};

struct schedule;

/* NULL: out of memory. */
struct schedule *schedule_create(uint64_t seed);
void schedule_destroy(struct schedule *schedule);

/* Whether somebody is there from the first moment on. NULL: out of memory, and nobody is. */
bool schedule_begins_here(const struct schedule *schedule, size_t person);

/* When the next act is due, in milliseconds since the start. */
int64_t schedule_next_ms(const struct schedule *schedule);

/* The next act if it is due, and true. */
bool schedule_take(struct schedule *schedule, int64_t now_ms, struct act *act);

#endif
