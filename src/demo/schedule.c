/* SPDX-License-Identifier: MIT */
/*
 * Each person has one next act and the time of it; the earliest is taken, and taking it decides
 * the one after. With forty people a walk over all of them is the whole data structure.
 *
 * Figures are chosen for a person who looks on for a minute: something changes every few seconds,
 * most people are steady, and the picture at the start is already a good one: those who are about
 * connect in the first half second.
 */
#include "demo/schedule.h"

#include <stdlib.h>
#include <string.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND };

struct life {
    bool here;
    int64_t next_ms;
};

struct schedule {
    struct chance chance;
    struct life *lives; /* demo_people_count of them */
};

/* How long they stay, and how long they stay away, at least and at most. */
struct rhythm {
    int64_t here_low, here_high, away_low, away_high;
    unsigned talk_percent; /* of the acts while here that are not a going */
};

static const struct rhythm rhythms[] = {
    [HABIT_STEADY] = {90 * SECOND, 8 * MINUTE, 30 * SECOND, 4 * MINUTE, 60},
    [HABIT_RESTLESS] = {12 * SECOND, 70 * SECOND, 10 * SECOND, 60 * SECOND, 50},
    [HABIT_FLAPPER] = {2 * SECOND, 9 * SECOND, 2 * SECOND, 6 * SECOND, 10},
    [HABIT_SLEEPER] = {MINUTE, MINUTE, INT64_MAX / 4, INT64_MAX / 4, 0},
    [HABIT_HIDDEN] = {3 * MINUTE, 9 * MINUTE, SECOND, 3 * SECOND, 80},
};

static int64_t opening_ms(struct chance *chance, enum habit habit) {
    switch (habit) {
    case HABIT_SLEEPER: return INT64_MAX / 4;
    case HABIT_HIDDEN: return 0;
    case HABIT_STEADY:
        return chance_between(chance, 0, 9) < 8 ? 0 : chance_between(chance, 5000, 90 * SECOND);
    default: return chance_between(chance, 0, 1) ? 0 : chance_between(chance, 2000, 30 * SECOND);
    }
}

struct schedule *schedule_create(uint64_t seed) {
    struct schedule *schedule = calloc(1, sizeof *schedule);
    struct life *lives = calloc(demo_people_count, sizeof *lives);
    if (schedule == NULL || lives == NULL) {
        free(schedule);
        free(lives);
        return NULL;
    }
    schedule->lives = lives;
    chance_seed(&schedule->chance, seed);
    for (size_t i = 0; i < demo_people_count; i++)
        lives[i].next_ms = opening_ms(&schedule->chance, demo_people[i].habit);
    return schedule;
}

void schedule_destroy(struct schedule *schedule) {
    if (schedule == NULL)
        return;
    free(schedule->lives);
    free(schedule);
}

static size_t earliest(const struct schedule *schedule) {
    size_t first = 0;
    for (size_t i = 1; i < demo_people_count; i++)
        if (schedule->lives[i].next_ms < schedule->lives[first].next_ms)
            first = i;
    return first;
}

bool schedule_begins_here(const struct schedule *schedule, size_t person) {
    return schedule != NULL && !schedule->lives[person].here &&
           schedule->lives[person].next_ms == 0 && demo_people[person].habit != HABIT_HIDDEN;
}

int64_t schedule_next_ms(const struct schedule *schedule) {
    return schedule->lives[earliest(schedule)].next_ms;
}

static const struct place *one_of_theirs(struct chance *chance, const struct person *person) {
    const char letter =
        person->channels[chance_between(chance, 0, (int64_t)strlen(person->channels) - 1)];
    for (size_t i = 0; i < demo_places_count; i++)
        if (demo_places[i].letter == letter)
            return &demo_places[i];
    return NULL;
}

static const char *one_of(struct chance *chance, const char *const *texts, size_t count) {
    return texts[chance_between(chance, 0, (int64_t)count - 1)];
}

/* Here already: they talk, put up a status, or go. */
static void choose(struct schedule *schedule, const struct person *person, struct act *act) {
    struct chance *chance = &schedule->chance;
    const struct rhythm *rhythm = &rhythms[person->habit];
    if (chance_between(chance, 1, 100) > rhythm->talk_percent) {
        act->kind = ACT_GO;
    } else if (chance_between(chance, 0, 2) == 0) {
        act->kind = ACT_STATUS;
        act->text = one_of(chance, demo_statuses, demo_statuses_count);
    } else {
        act->kind = ACT_SAY;
        act->text = one_of(chance, demo_sayings, demo_sayings_count);
        act->place = one_of_theirs(chance, person);
    }
}

bool schedule_take(struct schedule *schedule, int64_t now_ms, struct act *act) {
    const size_t who = earliest(schedule);
    struct life *life = &schedule->lives[who];
    if (life->next_ms > now_ms)
        return false;
    const struct person *person = &demo_people[who];
    const struct rhythm *rhythm = &rhythms[person->habit];
    *act = (struct act){.kind = ACT_COME, .person = who, .text = "", .at_ms = life->next_ms};
    if (life->here)
        choose(schedule, person, act);
    if (act->kind == ACT_COME)
        life->here = true;
    if (act->kind == ACT_GO)
        life->here = false;
    life->next_ms += life->here
                         ? chance_between(&schedule->chance, rhythm->here_low, rhythm->here_high)
                         : chance_between(&schedule->chance, rhythm->away_low, rhythm->away_high);
    return true;
}
