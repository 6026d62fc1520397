/* SPDX-License-Identifier: MIT */
/*
 * The whole server but for its sockets and clocks: a world with a real store behind it, told by
 * the test what came in and what time it is, and a memory of all that went out. Batches wait until
 * the test says that they are on disk, or that they failed.
 */
#ifndef SERVER_STAGE_H
#define SERVER_STAGE_H

#include "server/call.h"
#include "server/outbox.h"
#include "server/typing.h"
#include "server/welcome.h"
#include "support/case.h"

enum { STAGE_SOCKETS = 128, STAGE_HEARD = 512 };

struct stage_socket {
    struct stage *stage;
    struct connection *connection;
    char user[64];
    bool slow; /* what is said to it waits in the outbox until stage_drain() */
    struct outbox outbox;
    char *heard[STAGE_HEARD]; /* texts of events, since stage_forget() */
    size_t count;
    unsigned closed; /* the code; 0: open */
    char id[LIMIT_CONNECTION_ID + 1];
};

struct stage {
    struct world world;
    struct call_house house;
    struct stage_store {
        struct store store; /* first */
        struct stage *stage;
        struct store *disk;
        struct store *ledger; /* it is the disk; NULL: SQLite is */
        struct waiting_batch *waiting;
        uint64_t numbers;
        bool held; /* the test says when */
        bool full; /* nothing is taken */
        uint64_t settling;
        unsigned looked; /* how often a single message was looked for on the disk */
    } store;
    struct stage_socket sockets[STAGE_SOCKETS];
    size_t socket_count;
    char folder[64], path[96];
    struct log log;
    int status; /* of the last reply; 0: none came yet */
    json *reply;
    char headers[200];
    bool raw;           /* the reply is not parsed, but kept as it came */
    struct bytes bytes; /* of it */
};

void stage_open(struct stage *stage);
/* The same over a ledger: nothing is written anywhere. For very many of them. */
void stage_open_in_memory(struct stage *stage);
void stage_close(struct stage *stage);
/* The world is forgotten and read again from the disk. All sockets are gone. */
void stage_restart(struct stage *stage);

void stage_pass(struct stage *stage, int64_t ms);

/* details: more members of user_details, `,"status":"x"`, or "". A user whose name begins with '!'
 * is anonymous, here and in a call. */
struct stage_socket *stage_connect(struct stage *stage, const char *user, const char *details);
/* The same within this very moment; stage_connect() lets a millisecond pass first. */
struct stage_socket *stage_connect_now(struct stage *stage, const char *user, const char *details);
void stage_hear(struct stage_socket *socket, const char *text);
void stage_drain(struct stage_socket *socket);
void stage_goodbye(struct stage_socket *socket);
void stage_lose(struct stage_socket *socket);

/* "POST /channels/messaging/hall/query"; user NULL: server-side. Returns the HTTP status, 0 when
 * the reply waits; the reply is in stage->reply. from may be NULL. */
int stage_call(struct stage *stage, const char *user, const struct stage_socket *from,
    const char *line, const char *body);
/* The same, which must be answered with this status and (of an error) this code. */
void stage_expect(struct stage *stage, const char *user, const struct stage_socket *from,
    const char *line, const char *body, int status, int code);

/* All that waits is on disk, or (status < 0) failed. */
void stage_settle(struct stage *stage, int status);

/* "type:user:more …" of all heard since the last time, sorted as they came; more is online or
 * offline for presence, the count for watching. Health checks are left out. Valid until the next.
 */
const char *stage_heard(struct stage_socket *socket);
void stage_forget(struct stage *stage);

/* A channel with these members, made by the first; "a,b,c". */
void stage_hall(struct stage *stage, const char *cid, const char *members);
void stage_watch(struct stage_socket *socket, const char *cid);

#endif
