/* SPDX-License-Identifier: MIT */
/*
 * What the wire's page says of presence, as plainly as it can be written: small arrays, walked from
 * end to end, no index and no list. Written from assets/doc/wire.md ("Presence, exactly",
 * "Invisible", the limits), not from the server.
 *
 * The model is told what happens, and says what each connection must hear because of it.
 *
 * Nothing leaves before it is on disk: what comes of a change waits for its batch, and what happens
 * to the same user meanwhile waits behind it. Who hears it is decided when it happens.
 */
#ifndef SIMULATOR_MODEL_H
#define SIMULATOR_MODEL_H

#include "server/simulator/schedule.h"

enum { CONNECTIONS_MOST = 120, TYPES = 3, AWAITED_MOST = 500, WAITING_MOST = 4000 };
enum { REASON_QUERY = 1u << 15 };
enum { UNSAID = -1 };

enum heard_type {
    HEARD_HELLO, /* the first health.check */
    HEARD_PRESENCE,
    HEARD_UPDATED,
    HEARD_START,
    HEARD_STOP,
    HEARD_TYPING_START,
    HEARD_TYPING_STOP,
    HEARD_MEMBER_ADDED,
    HEARD_MEMBER_REMOVED,
    HEARD_NOTED_ADDED, /* notification.added_to_channel */
    HEARD_NOTED_REMOVED,
    HEARD_CHANNEL_UPDATED,
    HEARD_REFUSED, /* connection.error */
    HEARD_TYPES
};

/* A user as somebody sees them. */
struct face {
    int user;
    bool online;
    int64_t last_active_us; /* 0: never */
    int status;             /* the number in "status 7"; UNSAID: none */
    int name;
    int invisible;    /* UNSAID: the key is not there */
    unsigned version; /* each change that others see has one; the server's word is updated_at */
};

/* An event that must come. Of those that come of one happening (`group`) the lower rank comes
 * first; within a rank any order will do. */
struct awaited {
    enum heard_type type;
    unsigned group, rank;
    int channel;
    int count;
    bool has_face;
    struct face face;
};

enum line { LINE_NONE, LINE_OPENING, LINE_LIVE, LINE_LINGERING, LINE_GONE };

struct model_connection {
    enum line line;
    unsigned user;
    int64_t until_us;              /* of a lingering one */
    unsigned opens_after;          /* the batch an opening one waits for */
    unsigned watches;              /* a bit a channel */
    unsigned since[CHANNELS_MOST]; /* which of all watchings this was */
    unsigned types;                /* a bit a channel */
    int64_t types_until_us[CHANNELS_MOST];
    unsigned listens[USERS_MOST]; /* why: a bit a channel, or REASON_QUERY */
    bool owed; /* it misses something if what waits fails: then it must read again */
    struct awaited awaited[AWAITED_MOST];
    unsigned awaited_count;
};

/* What is written down of a user. */
struct row {
    bool hidden, shut_out; /* deactivated */
    int status, name;
    unsigned version;
};

struct model_user {
    struct row now, on_disk;
    int64_t shown_us, own_us; /* last_active: for others, and in truth */
    int64_t written_us;       /* what of it is on disk; nobody waits for that */
    bool is_written;          /* or will be, unless what waits fails */
    int64_t refresh_us;
    unsigned pending;              /* the last batch with their row */
    unsigned told;                 /* the last batch that news of them wait for */
    unsigned since[CHANNELS_MOST]; /* they watch, by whatever connection */
};

struct model_channel {
    unsigned type, creator;
    unsigned members[USERS_MOST], member_count; /* the oldest first */
    unsigned told; /* the last batch that a word of the count waits for */
};

struct model {
    unsigned user_count, channel_count, listen_channel, listen_users;
    int64_t now_us, linger_us, refresh_every_us, typing_lasts_us;
    struct model_user users[USERS_MOST];
    struct model_channel channels[CHANNELS_MOST], channels_on_disk[CHANNELS_MOST];
    bool connect_events[TYPES], connect_events_on_disk[TYPES];
    struct model_connection connections[CONNECTIONS_MOST];
    unsigned connection_count;
    unsigned group, versions, watchings;
    unsigned batches, settled; /* the last one given, the last one settled */
    struct waiting {
        unsigned batch, connection;
        struct awaited event;
    } waiting[WAITING_MOST];
    unsigned waiting_count;
};

void model_open(struct model *model, const struct cast *cast, int64_t now_us);

/* The clock; all that is due by then happens. */
void model_pass(struct model *model, int64_t us);
int64_t model_next_us(const struct model *model); /* when something is due; INT64_MAX: never */

/* A user says something of themself. UNSAID: not given; CLEARED: the key is taken away. */
enum { CLEARED = -2 };
struct saying {
    int status, name, invisible;
};
bool model_changes(const struct model *model, unsigned user, struct saying saying);
void model_say(struct model *model, unsigned user, struct saying saying);

/* Deactivated, or let in again. Who is shut out is not greeted; their sockets are told, and closed.
 */
void model_shut(struct model *model, unsigned user, bool out);
void model_connect(struct model *model, unsigned user, struct saying saying);
void model_go(struct model *model, unsigned connection, bool lost);

bool model_may_read(const struct model *model, unsigned user, unsigned channel);
void model_watch(struct model *model, unsigned connection, unsigned channel);
void model_listen(struct model *model, unsigned connection, unsigned channel);
void model_listen_to(
    struct model *model, unsigned connection, const unsigned *users, unsigned count);
void model_stop(struct model *model, unsigned connection, unsigned channel);
void model_type(struct model *model, unsigned connection, unsigned channel, bool begin);
void model_switch(struct model *model, unsigned type, bool on);
/* by: which user does it; -1: a server-side caller. Whether it changed anything. */
bool model_add(struct model *model, unsigned channel, unsigned user, int by);
bool model_remove(struct model *model, unsigned channel, unsigned user, int by);

/* All batches are on disk, or all failed. */
void model_settle(struct model *model, bool well);
/* All connections are gone. A crash: so is what waits. */
void model_restart(struct model *model);
void model_crash(struct model *model);

bool model_shown(const struct model *model, unsigned user);
/* Something is on its way to the disk, of them or to be told of them. */
bool model_waits(const struct model *model, unsigned user);
bool model_is_member(const struct model *model, unsigned channel, unsigned user);
/* As a user sees them; for_all: as a server-side caller does. */
struct face model_face(const struct model *model, unsigned user, int viewer, bool for_all);
int model_watcher_count(const struct model *model, unsigned channel, int viewer);
bool model_watches(const struct model *model, unsigned channel, unsigned user);

#endif
