/* SPDX-License-Identifier: MIT */
/*
 * One WebSocket connection's life after the upgrade, and no socket. Told what happened and when, it
 * answers what is to be done: greet, answer, ask for life, end.
 *
 *     waiting ── greeted ──▶ live ── exp ──▶ over
 *        └──────── refused ─────────────────▶ over
 *
 * A struct guest is embedded in each connection, one struct guest_house in the world; the house
 * has two rings in the order of their timers, so that a turn costs what is due and nothing else.
 */
#ifndef SERVER_GUEST_H
#define SERVER_GUEST_H

#include "base/list.h"
#include "server/presence.h"
#include "wire/json.h"

struct guest_house {
    struct list quiet;    /* live guests, the longest unspoken-to first */
    struct list expiring; /* live guests whose token ends, the first to end first */
};

enum guest_state { GUEST_WAITING, GUEST_LIVE, GUEST_OVER };

struct guest {
    enum guest_state state;
    int64_t exp_unix_us;   /* INT64_MAX: the token never ends */
    int64_t speak_mono_us; /* when silence has lasted too long */
    struct list in_quiet, in_expiring;
};

enum guest_act {
    GUEST_NOTHING = 0,
    GUEST_HEALTH_CHECK, /* send one, without `me` */
    GUEST_EXPIRED       /* connection.error 40, then close with 4001 */
};

void guest_house_init(struct guest_house *house);

/* Waiting to be greeted. exp_unix_s 0: never. */
void guest_init(struct guest *guest, int64_t exp_unix_s);
/* The first health.check, with `me`, goes out now. */
void guest_greet(struct guest_house *house, struct guest *guest, struct moment now);
/* Something else went out. */
void guest_spoke(struct guest_house *house, struct guest *guest, struct moment now);
/* A whole text came in: array or object, several in one, unknown types passed over. */
enum guest_act guest_hear(const struct guest *guest, const char *text, size_t len);
/* It is closed, or about to be. Safe twice, and on one that was never greeted. */
void guest_end(struct guest *guest);

/* The next guest to whom something is due, and what; NULL: nobody. */
struct guest *guest_due(struct guest_house *house, struct moment now, enum guest_act *act);
/* When guest_due() has to be asked again: monotonic microseconds, INT64_MAX: never. */
int64_t guest_next_mono_us(const struct guest_house *house, struct moment now);

/* The refusal that goes before a close with 1000, and the frame of GUEST_EXPIRED. connection_id ""
 * where there is none. NULL: out of memory. */
json *guest_error(const char *connection_id, int code, const char *message, int64_t unix_us);
/* health.check; `me` is taken and may be NULL: without. */
json *guest_health_check(const char *connection_id, json *me, bool with_me, int64_t unix_us);

#endif
