/* SPDX-License-Identifier: MIT */
#include "server/simulator/schedule.h"

#include <stdio.h>
#include <string.h>

/* SplitMix64: a generator of our own, so that a seed means the same everywhere. */
static uint64_t draw(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned below(uint64_t *state, unsigned bound) {
    return (unsigned)(draw(state) % bound);
}

/* How likely each is, of their sum. What is held is let go a few steps later. What touches presence
 * comes often, what clears the table (a restart, a quarter of an hour) seldom. */
static const unsigned weights[ACTION_COUNT] = {
    [ACT_CONNECT] = 60,
    [ACT_SECOND] = 30,
    [ACT_CONNECT_STATUS] = 14,
    [ACT_CONNECT_HIDDEN] = 14,
    [ACT_CONNECT_SHOWN] = 14,
    [ACT_GOODBYE] = 26,
    [ACT_LOSS] = 30,
    [ACT_RECONNECT_WITHIN] = 16,
    [ACT_RECONNECT_PAST] = 12,
    [ACT_SILENCE] = 5,
    [ACT_HIDE] = 24,
    [ACT_SHOW] = 24,
    [ACT_HIDE_STATUS] = 8,
    [ACT_SHOW_STATUS] = 8,
    [ACT_STATUS] = 24,
    [ACT_STATUS_CLEAR] = 8,
    [ACT_NO_CHANGE] = 8,
    [ACT_RENAME] = 10,
    [ACT_WATCH] = 60,
    [ACT_WATCH_ONLY] = 12,
    [ACT_LISTEN_ONLY] = 10,
    [ACT_QUERY_CHANNELS] = 16,
    [ACT_QUERY_USERS] = 20,
    [ACT_QUERY_MEMBERS] = 8,
    [ACT_STOP_WATCHING] = 18,
    [ACT_TYPING] = 20,
    [ACT_SWITCH_OFF] = 8,
    [ACT_SWITCH_ON] = 12,
    [ACT_ADD_MEMBER] = 12,
    [ACT_REMOVE_MEMBER] = 12,
    [ACT_SHUT_OUT] = 5,
    [ACT_LET_IN] = 8,
    [ACT_PASS] = 20,
    [ACT_PASS_LINGER] = 12,
    [ACT_PASS_REFRESH] = 4,
    [ACT_RESTART] = 3,
    [ACT_DRAIN] = 12,
    [ACT_HOLD] = 18,
};

/* The first of them bring people home who watch. */
enum { BEGINNING = 12 };

static enum action draw_action(uint64_t *state) {
    unsigned sum = 0, a = 0;
    for (unsigned i = 0; i < ACTION_COUNT; i++)
        sum += weights[i];
    unsigned at = below(state, sum);
    while (at >= weights[a])
        at -= weights[a++];
    return (enum action)a;
}

/* Of a time in which batches wait. */
static enum action draw_ending(uint64_t *state) {
    static const enum action endings[] = {
        ACT_SETTLE, ACT_SETTLE, ACT_FAIL, ACT_FAIL, ACT_FAIL, ACT_CRASH};
    return endings[below(state, sizeof endings / sizeof endings[0])];
}

/* What may come out of order, or be lost, while they wait. */
static enum action draw_while_held(uint64_t *state) {
    static const enum action actions[] = {ACT_HIDE, ACT_SHOW, ACT_STATUS, ACT_GOODBYE, ACT_LOSS,
        ACT_CONNECT, ACT_WATCH, ACT_STOP_WATCHING, ACT_SWITCH_OFF, ACT_SWITCH_ON,
        ACT_REMOVE_MEMBER};
    return actions[below(state, sizeof actions / sizeof actions[0])];
}

/* Every fourth house is full: more members than a call listens to. */
static void make_cast(struct cast *cast, uint64_t *state) {
    static const unsigned limits[] = {10, 10, 2, 3};
    bool full = below(state, 4) == 0;
    cast->users = full ? USERS_MOST : 6 + below(state, 2);
    cast->channels = 3 + below(state, CHANNELS_MOST - 2);
    cast->listen_channel = limits[below(state, 4)];
    cast->listen_users = below(state, 3) == 0 ? 2 : 30;
    for (unsigned i = 0; i < cast->channels; i++) {
        cast->type[i] = i == 0 ? 0 : below(state, 3);
        cast->creator[i] = below(state, cast->users);
        cast->members[i] = 0;
        for (unsigned user = 0; user < cast->users; user++)
            if (below(state, 8) != 0)
                cast->members[i] |= 1u << user;
    }
}

void schedule_make(struct schedule *schedule, uint64_t seed, unsigned count) {
    uint64_t state = seed * 0x2545f4914f6cdd1du + 1;
    *schedule = (struct schedule){.seed = seed};
    make_cast(&schedule->cast, &state);
    if (count == 0)
        count = STEPS_LEAST + below(&state, 41);
    schedule->count = count < STEPS_MOST ? count : STEPS_MOST;
    /* A few people do most: two steps of one person beside each other are where bugs live. */
    unsigned user = below(&state, schedule->cast.users);
    unsigned held = 0;
    for (unsigned i = 0; i < schedule->count; i++) {
        if (i < BEGINNING || below(&state, 3) != 0)
            user = below(&state, schedule->cast.users);
        enum action action = i < BEGINNING ? (i % 2 == 0 ? ACT_CONNECT : ACT_WATCH)
                                           : draw_action(&state);
        if (held > 0 && i >= BEGINNING && below(&state, 3) == 0)
            action = draw_while_held(&state);
        if (held > 0 && --held == 0)
            action = draw_ending(&state);
        else if (action == ACT_HOLD)
            held = 2 + below(&state, 7);
        schedule->steps[i] = (struct step){.action = action,
            .user = user,
            .other = below(&state, schedule->cast.users),
            .channel = below(&state, schedule->cast.channels),
            .pick = below(&state, 64),
            .way = (enum way)below(&state, WAYS),
            .number = (unsigned)(draw(&state) >> 32)};
    }
}

const char *action_name(enum action action) {
    static const char *const names[] = {
#define ONE(name, text) text,
        ACTIONS(ONE)
#undef ONE
    };
    return names[action];
}

void schedule_print_step(const struct step *step, unsigned number) {
    static const char *const ways[] = {"patch", "upsert", "server patch", "server upsert"};
    printf("#   %3u %-11s user %u, other %u, channel %u, pick %u, %s, number %u\n", number,
        action_name(step->action), step->user, step->other, step->channel, step->pick,
        ways[step->way], step->number);
}
