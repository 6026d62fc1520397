/* SPDX-License-Identifier: MIT */
/*
 * What we ourselves observed of one person: when they came, when they went, and when nobody told
 * us. Never a guess: between the loss of the link and the next word it is unknown, and so is all
 * before the first word. Four bytes a change, and those of who has hardly changed need no memory of
 * their own. Pure.
 */
#ifndef DASHBOARD_MODEL_HISTORY_H
#define DASHBOARD_MODEL_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum seen { SEEN_UNKNOWN, SEEN_AWAY, SEEN_HOME };

enum {
    HISTORY_FEW = 2,      /* so many need no memory of their own */
    HISTORY_TURNS = 4096, /* of one person; past that the oldest is forgotten */
    FLAP_MS = 10 * 60 * 1000,
    FLAP_CHANGES = 6 /* more than so many in FLAP_MS: flapping */
};

struct history {
    union {
        uint32_t few[HISTORY_FEW], *many;
    } turns;        /* oldest first: since when, in seconds, and what */
    uint16_t count; /* of turns.few, where there is room for no more */
    uint16_t cap;   /* of turns.many; 0: there is no need for it yet */
};

/* Since when (Unix ms, of whole seconds) it was so, until the next one. */
struct turn {
    int64_t at_ms;
    enum seen seen;
};

/* It is so from now on. The same as before is no turn; earlier than the last counts as then.
 * 0, or -ENOMEM with the history as it was. */
int history_put(struct history *history, enum seen seen, int64_t at_ms);

/* What is older than a time is forgotten; what still held then begins there. */
void history_forget(struct history *history, int64_t before_ms);
void history_fini(struct history *history);

struct turn history_turn(const struct history *history, unsigned i);
enum seen history_at(const struct history *history, int64_t at_ms);

/* How long it was so in [from, to); when the last turn's state ends is to. */
int64_t history_time(const struct history *history, enum seen seen, int64_t from_ms, int64_t to_ms);

/* How often they came, or were first seen at home, in [from, to). */
unsigned history_visits(const struct history *history, int64_t from_ms, int64_t to_ms);

/* How often they were seen to come or go in (from, to]. From or to unknown is no change. */
unsigned history_changes(const struct history *history, int64_t from_ms, int64_t to_ms);

/* The first of those; 0: there is none. */
int64_t history_first_change(const struct history *history, int64_t from_ms, int64_t to_ms);

/* Whether so much changes that no single change says anything. Once it does, it does until it has
 * calmed down: fewer than half as many. */
bool history_flaps(const struct history *history, bool flapped, int64_t now_ms);

/* How long both were home in [from, to). */
int64_t history_overlap(
    const struct history *a, const struct history *b, int64_t from_ms, int64_t to_ms);

/* How long what holds has held, when the change that began it was seen; 0: it was not. */
int64_t history_since(const struct history *history);

/*
 * The strip: of each of `count` parts of step_ms that end at to_ms, how much was spent at home,
 * from 0 to STRIP_FULL; STRIP_UNKNOWN where less than half of it is known, or nothing of the one
 * that goes on. What is past now_ms is not counted.
 */
enum { STRIP_UNKNOWN = -1, STRIP_FULL = 8 };
void history_strip(const struct history *history, int64_t to_ms, int64_t step_ms, int64_t now_ms,
    int8_t *parts, int count);

#endif
