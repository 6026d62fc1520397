/* SPDX-License-Identifier: MIT */
/*
 * Everything the server knows, in memory, on the loop's thread.
 *
 * The store (store.h) writes down what must last and tells it back at start (load.h); nothing here
 * asks it. Reads are answered from here. What is held: users as persons, channels as rooms, members
 * as seats, channel types as kinds, the newest messages of each channel as notes, and who watches.
 *
 * A pointer to a person, a room or a kind stays good for as long as the world: what turns out not
 * to be on disk, or is deleted, is marked absent, and look-ups pass over it.
 */
#ifndef SERVER_WORLD_H
#define SERVER_WORLD_H

#include "base/list.h"
#include "base/log.h"
#include "base/table.h"
#include "server/frame.h"
#include "server/gate.h"
#include "server/grants.h"
#include "server/guest.h"
#include "server/listeners.h"
#include "server/presence.h"
#include "server/settings.h"
#include "server/store.h"
#include "wire/limits.h"

enum { ROOM_NOTES = 300 };

struct person {
    struct user user; /* online and last_active are in presence */
    struct presence presence;
    struct sighted sighted;
    struct list connections; /* struct connection: live, lingering, and not yet greeted */
    size_t connection_count;
    struct list seats;             /* struct seat, by created_at */
    struct list watchers;          /* struct watcher */
    struct list regards;           /* struct regard */
    struct list mutes;             /* struct mute, in the order in which they were made */
    unsigned unread, unread_rooms; /* of all regards that count */
    uint64_t pending;              /* the batch that their row waits for, or 0 */
    uint64_t told;                 /* the batch that the last word of them waits for, or 0 */
    uint64_t turned;               /* the batch in which they last hid or showed, or 0 */
    uint64_t serial;               /* mark for coalescing presence; never 0 */
    bool absent;                   /* there is no such user (any more) */
    bool anonymous;                /* of one connection, not in the table, never stored */
};

struct kind {
    struct channel_type type;
    struct grants grants;
    bool absent;
};

struct room {
    struct channel channel;
    struct kind *kind;
    struct list seats;      /* by created_at */
    struct table seat_of;   /* by user id */
    struct table regard_of; /* by user id */
    struct list watchings;
    struct list watchers;
    unsigned watcher_count; /* persons, hidden ones too */
    unsigned hidden_watchers;
    uint64_t told;     /* the batch that the last word of the count waits for, or 0 */
    unsigned hiders;   /* persons who have hidden it for themselves */
    struct list notes; /* what is no reply: oldest first, at most ROOM_NOTES */
    size_t note_count;
    bool has_older; /* messages that are on disk alone */
    bool absent;
};

struct seat {
    struct member member;
    struct regard *regard;
    struct person *person;
    struct room *room;
    struct list by_room, by_person;
};

/* What a room is to one person, member or not. */
struct regard {
    struct person *person;
    struct room *room;
    struct seat *seat;              /* NULL: no member */
    int64_t read_us, shown_read_us; /* read up to here: in truth, and as others see it */
    int64_t hidden_us, cleared_us, muted_us, mute_until_us;
    int64_t said_us;  /* when they last said something; not kept */
    unsigned unread;  /* of the room's notes, for a member */
    unsigned counted; /* of these, in the person's sum */
    struct list by_person, in_ending;
};

/* One person does not want to hear of another. */
struct mute {
    struct person *target;
    int64_t created_us, until_us; /* 0: for good */
    struct list by_person;
};

struct note {
    struct message message;
    struct person *author; /* NULL: not known any more */
    struct room *room;
    struct list in_list; /* of its room, or of those aside */
    struct list nods;    /* struct nod, oldest first */
    uint64_t pending;    /* the batch that its row waits for, or 0 */
    bool aside;
};

/* A reaction in memory. */
struct nod {
    struct reaction reaction;
    struct person *person;
    struct list by_note;
};

/* A person who watches a room, through however many connections. */
struct watcher {
    struct person *person;
    struct room *room;
    unsigned connections;
    bool hidden; /* counted as hidden */
    struct list by_room, by_person;
};

struct watching {
    struct connection *connection;
    struct watcher *watcher;
    struct list by_room, by_connection;
};

struct connection {
    char id[LIMIT_CONNECTION_ID + 1];
    struct person *person;
    void *socket; /* NULL: closed; a lost one lingers on without it */
    struct guest guest;
    struct listener listener;
    struct presence_hold hold;
    struct list by_person;
    struct list watchings;
    struct list typings;
    unsigned refs;      /* the table's, and one for each parcel on its way */
    bool live;          /* greeted, and not gone: in the table */
    bool dismissed;     /* sent away: it does not linger */
    int64_t iat_unix_s; /* of its token */
};

/* How the world speaks to the front; a test listens instead. */
struct world_mouth {
    void (*send)(void *socket, struct frame *frame);
    void (*close)(void *socket, uint16_t code, const char *reason);
    /* http_status 0: there is none to give, and whoever asked is cut off. */
    void (*reply)(
        void *exchange, int http_status, const char *headers, const char *body, size_t len);
    /* From now on the socket belongs to this connection. */
    void (*attach)(void *socket, struct connection *connection);
};

struct world {
    struct table persons, rooms, kinds, connections, notes;
    struct presence_house house;
    struct guest_house guests;
    struct list typings; /* struct typing, the first to end first */
    struct list ending;  /* struct regard: mutes with an end, the first to end first */
    struct list
        aside; /* struct note: replies, and what was read again of old; the oldest use first */
    size_t aside_count;
    struct list graves; /* notes.c: messages gone for good, of which the disk does not know yet */
    struct settings settings;
    struct gate gate;
    struct store *store;
    const struct world_mouth *mouth;
    const struct log *log;
    struct moment now; /* of this turn */
    int64_t stamp_us;  /* the last one given */
    uint64_t serials;
    unsigned listen_channel; /* users a channel a call */
    bool loading;            /* unread messages are counted when all is there */
    bool down;               /* closing: nobody is told of anything */
    struct person anyone;    /* who asks without a token */
};

/* 0, or -ENOMEM. Times of linger and refresh in microseconds. */
int world_init(
    struct world *world, const struct world_mouth *mouth, const struct log *log, int64_t linger_us);
void world_fini(struct world *world);

/* A stamp for what happens now: later than any before it, so that order can be read from it. */
int64_t world_stamp(struct world *world);

/* NULL: there is none, or it was deleted. */
struct person *person_find(const struct world *world, const char *id);
bool person_is_there(const struct person *person);
/* As stored; taken over, also on failure. The old one, present or absent, is replaced. */
int person_put(struct world *world, struct user *user, struct person **out);
/* One of the house's own, for an anonymous connection. NULL: out of memory. */
struct person *person_create_anonymous(struct world *world, const char *id);
void person_destroy(struct person *person);

struct kind *kind_find(const struct world *world, const char *name);
int kind_put(struct world *world, struct channel_type *type, struct kind **out);

struct room *room_find(const struct world *world, const char *cid);
int room_put(struct world *world, struct channel *channel, struct room **out);
/* Forget its members and messages. */
void room_empty(struct world *world, struct room *room);

struct seat *seat_find(const struct room *room, const struct person *person);
int seat_put(struct world *world, struct room *room, struct member *member, struct seat **out);
/* Out of the room; it lives until seat_free(). */
void seat_detach(struct seat *seat);
void seat_free(struct seat *seat);
void seat_remove(struct seat *seat); /* both */

void connection_unref(struct connection *connection);

#endif
