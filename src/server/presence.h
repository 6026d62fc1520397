/* SPDX-License-Identifier: MIT */
/*
 * Who is home, as others see it and as they see themselves. Pure: no clock, no socket; presence.c
 * has the rules and their reasons.
 *
 * A struct presence is embedded in each user, a struct presence_hold in each connection, one
 * struct presence_house in the world. Each call says whether what others see has changed; the
 * caller tells the listeners, once for each change. Of who comes and goes without end others see
 * ten changes in any second and no more: what comes too soon is seen when presence_owed() brings
 * it, within a second, if it is still so then.
 */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include "base/list.h"
#include "wire/user.h"
#include <stdint.h>

/* Now, by both clocks: timers run on the first, stamps are taken from the second. */
struct moment {
    int64_t mono_us;
    int64_t unix_us;
};

/* What others see of a user has changed: not at all, they came, they left. */
enum presence_change { PRESENCE_SAME = 0, PRESENCE_CAME, PRESENCE_LEFT };

enum { PRESENCE_TOLD = 10 };

struct presence_house {
    int64_t linger_us;     /* how long a lost connection still counts */
    int64_t refresh_us;    /* how often last_active moves while connected */
    bool tells_all;        /* each change, however many there are */
    struct list lingering; /* holds of lost connections, the first to expire first */
    struct list connected; /* presences with connections, the first to refresh first */
    struct list owing;     /* presences that are yet to be told of, the first to be due first */
};

struct presence {
    struct list in_house;    /* in house.connected while connections > 0 */
    int64_t refresh_mono_us; /* when last_active moves next */
    struct list in_owing;    /* in house.owing while what others see lags behind */
    int64_t due_mono_us;     /* in house.owing: when it may be told of */
    int64_t shown_active_us; /* last_active as others see it; what is stored; 0: never */
    int64_t own_active_us;   /* last_active in truth */
    unsigned connections;    /* live and lingering */
    bool hidden;             /* invisible */
    bool seen;               /* by others; the truth, or what it was until just now */
    bool owed;               /* a word of it, seen or not seen anew */
    uint8_t told_count, told_next;
    uint32_t told_ms[PRESENCE_TOLD]; /* when it was told of last: a ring */
};

struct presence_hold {
    struct list in_house;  /* in house.lingering while lost */
    struct presence *of;   /* NULL: not connected */
    int64_t until_mono_us; /* while lost: when it stops counting */
};

void presence_house_init(struct presence_house *house, int64_t linger_us, int64_t refresh_us);

/* A user nobody has seen connect yet, as the store remembers them. */
void presence_init(struct presence *presence, bool hidden, int64_t shown_active_us);

/* The same of one who has been here and has no connection: a word that is owed of them stays so. */
void presence_take_back(struct presence *presence, bool hidden, int64_t shown_active_us);

/* A connection of theirs begins. `hold` is initialised by this. */
enum presence_change presence_connect(struct presence_house *house, struct presence *presence,
    struct presence_hold *hold, struct moment now);

/* A connection ends for good: goodbye, silence. A lost one that lingers, too. */
enum presence_change presence_leave(
    struct presence_house *house, struct presence_hold *hold, struct moment now);

/* A connection is lost: it lingers, and may come to nothing. True: it lingers until
 * presence_expire() brings it; false (no linger is set): leave it now. */
bool presence_lose(struct presence_house *house, struct presence_hold *hold, struct moment now);

/* Hide and show, whether or not they are connected; a repeated one changes nothing. By a call it is
 * seen at once: calls are counted where they come in, and who is told that they are hidden, is. */
enum presence_change presence_hide(
    struct presence_house *house, struct presence *presence, struct moment now, bool by_call);
enum presence_change presence_show(
    struct presence_house *house, struct presence *presence, struct moment now, bool by_call);

/* The next lost connection whose time is up at `now`, or NULL; the caller leaves it. */
struct presence_hold *presence_expire(struct presence_house *house, struct moment now);

/* The next user whose last_active has just been moved, or NULL. Nobody is told; what others see
 * of it (shown_active_us) is stored, unless they hide. */
struct presence *presence_refresh(struct presence_house *house, struct moment now);

/* The next user whom others see come or leave now because their time has come, or of whom a word
 * was owed; NULL: nobody. Tell of them. */
struct presence *presence_owed(struct presence_house *house, struct moment now);

/* Something else that others see of them has changed by a connect: whether they may be told now. If
 * not, presence_owed() brings it. */
bool presence_may_tell(struct presence_house *house, struct presence *presence, struct moment now);

/* When presence_expire(), presence_refresh() or presence_owed() has something to do next: monotonic
 * microseconds, INT64_MAX: never. */
int64_t presence_next_mono_us(const struct presence_house *house);

/* Seen by others: connected and not hidden, or so until just now. */
bool presence_is_shown(const struct presence *presence);

/* The face of this user, for others or for themself. */
struct user_face presence_face(const struct presence *presence, bool for_themself);

#endif
