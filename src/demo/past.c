/* SPDX-License-Identifier: MIT */
/*
 * People live by the clock of where they are: the steady work from nine to half past five with a
 * break at noon, the restless look in all day long, and the weekend is quiet. A day is made of
 * spells at home; a life ends with the last spell, cut where the person was last active.
 */
#include "demo/past.h"

#include "base/chance.h"
#include "demo/people.h"
#include "demo/schedule.h"

enum {
    MINUTE = 60 * 1000,
    HOUR = 60 * MINUTE,
    DAYS = 7,
    LOOKS = 8,
    RIDE_MS = 80 * MINUTE,
    PAUSE_MS = 5 * MINUTE
};
#define DAY ((int64_t)24 * HOUR)

struct life {
    struct chance *chance;
    const char *id;
    int64_t from_ms, last_ms; /* nothing before, nothing after */
    int64_t until_ms;         /* the last spell's end */
    bool stays;               /* whoever is at home at the last moment does not leave */
    demo_turn_fn tell;
    void *context;
};

/* At home from one time to another, as far as that is past. */
static void spell(struct life *life, int64_t from_ms, int64_t to_ms) {
    if (from_ms < life->from_ms)
        from_ms = life->from_ms;
    if (from_ms <= life->until_ms)
        from_ms = life->until_ms + MINUTE;
    if (to_ms > life->last_ms)
        to_ms = life->last_ms;
    if (from_ms >= to_ms)
        return;
    life->tell(life->context, life->id, from_ms, true);
    life->until_ms = to_ms;
    if (!life->stays || to_ms < life->last_ms)
        life->tell(life->context, life->id, to_ms, false);
}

static int64_t minutes(const struct life *life, int64_t low, int64_t high) {
    return chance_between(life->chance, low, high) * MINUTE;
}

static void work(struct life *life, int64_t midnight_ms) {
    const int64_t lunch_ms = midnight_ms + 12 * HOUR + minutes(life, 0, 45);
    spell(life, midnight_ms + 8 * HOUR + minutes(life, 30, 90), lunch_ms);
    spell(life, lunch_ms + minutes(life, 25, 60), midnight_ms + 17 * HOUR + minutes(life, 0, 70));
    if (chance_between(life->chance, 0, 3) == 0)
        spell(life, midnight_ms + 20 * HOUR, midnight_ms + 20 * HOUR + minutes(life, 15, 90));
}

static void look_in(struct life *life, int64_t midnight_ms, int times) {
    int64_t at_ms = midnight_ms + 8 * HOUR;
    for (int i = 0; i < times; i++) {
        at_ms += minutes(life, 10, 2 * 14 * 60 / LOOKS);
        const int64_t stay_ms = minutes(life, 8, 75);
        spell(life, at_ms, at_ms + stay_ms);
        at_ms += stay_ms;
    }
}

static void day(struct life *life, enum habit habit, int64_t midnight_ms) {
    const int64_t weekday = (midnight_ms / DAY + 4) % 7; /* 1 January 1970 was a Thursday */
    if (weekday == 0 || weekday == 6)
        look_in(life, midnight_ms, (int)chance_between(life->chance, 0, 2));
    else if (habit == HABIT_RESTLESS)
        look_in(life, midnight_ms, LOOKS);
    else
        work(life, midnight_ms);
}

/* A train with tunnels, until they were last here. */
static void flap(struct life *life, int64_t from_ms) {
    for (; from_ms < life->last_ms; from_ms += 2 * MINUTE)
        spell(life, from_ms, from_ms + MINUTE / 2 + minutes(life, 0, 1));
}

static void begin(struct life *life, const char *id) {
    life->id = id;
    life->until_ms = life->from_ms;
    life->stays = false;
    life->tell(life->context, id, life->from_ms, false);
}

static void live(struct life *life, const struct person *person, bool stays, int64_t now_ms) {
    const int64_t here_ms = stays ? now_ms : now_ms - person->away_minutes * (int64_t)MINUTE;
    const int64_t today_ms = (now_ms + person->utc * HOUR) / DAY * DAY - person->utc * HOUR;
    const bool flaps = person->habit == HABIT_FLAPPER;
    begin(life, person->id);
    life->last_ms = here_ms - (flaps ? RIDE_MS : PAUSE_MS);
    for (int back = DAYS; back >= 0; back--)
        day(life, person->habit, today_ms - back * DAY);
    life->last_ms = here_ms;
    life->stays = stays && !flaps;
    if (flaps)
        flap(life, here_ms - RIDE_MS);
    else /* they were last active then, so then they were here */
        spell(life, here_ms - minutes(life, 10, 70), here_ms);
}

/* Wherever that is, at these hours of the day. */
static void live_mine(struct life *life, int64_t now_ms) {
    begin(life, DEMO_ME);
    life->last_ms = now_ms - DEMO_ME_AWAY_MINUTES * (int64_t)MINUTE;
    for (int back = DAYS; back >= 0; back--)
        spell(life, now_ms - back * DAY - 7 * HOUR, now_ms - back * DAY - minutes(life, 0, 30));
}

void past_tell(uint64_t seed, int64_t now_ms, demo_turn_fn tell, void *context) {
    struct chance chance;
    chance_seed(&chance, seed);
    struct life life = {
        .chance = &chance, .from_ms = now_ms - DAYS * DAY, .tell = tell, .context = context};
    struct schedule *schedule = schedule_create(seed);
    for (size_t i = 0; i < demo_people_count; i++)
        live(&life, &demo_people[i], schedule_begins_here(schedule, i), now_ms);
    live_mine(&life, now_ms);
    schedule_destroy(schedule);
}
