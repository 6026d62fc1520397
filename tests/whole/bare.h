/* SPDX-License-Identifier: MIT */
/*
 * The cheapest client there can be: a socket, a WebSocket's handshake, and what keeps it alive.
 * Nothing is known of what comes but what it is. So that one process holds thousands, where one of
 * the library costs what a person's client may cost.
 *
 * Never waits, but to dial: who holds many polls their descriptors.
 */
#ifndef WHOLE_BARE_H
#define WHOLE_BARE_H

#include "base/bytes.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum bare_state {
    BARE_AWAY,
    BARE_ASKS, /* has dialled; not greeted yet */
    BARE_HOME,
    BARE_LEAVES /* has said goodbye */
};

struct bare {
    int fd; /* where it is not away */
    enum bare_state state;
    struct bytes in;
    char connection_id[48];
    int64_t speak_ms;           /* when the next health check is due */
    unsigned checks, presences; /* how many events of these types came, since it dialled first */
    int close_code;             /* the server's; 0: none */
};

/* Where the server of this url is. Fails the case for anything but http://A.B.C.D:PORT. */
struct sockaddr_in bare_address(const char *url);

/* Dial from 127.0.0.`host` as this user. Fails the case when nobody listens. `bare` is away. */
void bare_dial(struct bare *bare, const struct sockaddr_in *server, unsigned char host,
    const char *api_key, const char *user, const char *token);

/* Take in what has come. False: the line is closed, and it is away. */
bool bare_hear(struct bare *bare);

/* Each turn: says a health check where one is due. */
void bare_keep_alive(struct bare *bare, int64_t now_ms);
/* One now. */
void bare_ask(struct bare *bare);

/* Goodbye, 1000; bare_hear() says when it was heard. */
void bare_leave(struct bare *bare);

void bare_fini(struct bare *bare);

#endif
