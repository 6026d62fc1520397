/* SPDX-License-Identifier: MIT */
/* The people and places of the demo: who they are, where they belong, how they live. Tables. */
#ifndef DEMO_PEOPLE_H
#define DEMO_PEOPLE_H

#include <stddef.h>

/* How somebody lives, which is how often their client comes and goes. */
enum habit {
    HABIT_STEADY,   /* here for minutes, away for minutes */
    HABIT_RESTLESS, /* comes and goes every half minute */
    HABIT_FLAPPER,  /* a bad network: lost and back within seconds */
    HABIT_SLEEPER,  /* away for the whole demo, last seen long ago */
    HABIT_HIDDEN    /* always connected, never seen */
};

struct person {
    const char *id, *name;
    enum habit habit;
    const char *timezone; /* a custom field, "Asia/Tokyo" */
    int utc;              /* hours from UTC there, in winter; near enough for when they work */
    const char *channels; /* a letter a channel, see struct place */
    int away_minutes;     /* at the start, how long ago they were last active */
    const char *status;   /* at the start, or NULL */
};

struct place {
    char letter;
    const char *id, *name;
    const char *lines; /* what was said before the demo began: "id: text" lines, oldest first */
    int unread;        /* of these, that the person at the keyboard has not read */
};

/* The person at the keyboard. */
#define DEMO_ME "me"
enum { DEMO_ME_AWAY_MINUTES = 2 }; /* at the start, since they were here before */

extern const struct person demo_people[];
extern const size_t demo_people_count;

extern const struct place demo_places[];
extern const size_t demo_places_count;

/* What people put up as their status, and what they say. */
extern const char *const demo_statuses[];
extern const size_t demo_statuses_count;
extern const char *const demo_sayings[];
extern const size_t demo_sayings_count;

#endif
