/* SPDX-License-Identifier: MIT */
/*
 * WebSockets to servers. The keeper of libwebsockets in the library: a thin file that carries
 * what session.c decides. The loop's thread only.
 */
#ifndef CLIENT_WS_LWS_H
#define CLIENT_WS_LWS_H

#include "client/loop.h"
#include <stdbool.h>
#include <stddef.h>

struct ws_carrier;
struct ws;

struct ws_ears {
    void (*opened)(void *owner);
    void (*message)(void *owner, const char *text, size_t len); /* whole, ≤ 1 MiB */
    /* It has ended, or could not be opened. The ws is gone when this returns. */
    void (*closed)(void *owner, int code, const char *reason);
};

struct ws_options {
    const char *address; /* where to connect to */
    int port;
    bool tls;
    const char *host;          /* for Host, SNI and the certificate */
    const char *ca_file;       /* or NULL */
    const char *target;        /* "/connect?…", at most WS_TARGET bytes */
    const char *authorization; /* goes into a header, or NULL */
    const struct ws_ears *ears;
    void *owner;
};

enum { WS_SHORT = 256 };
enum { WS_TARGET = 1900 }; /* libwebsockets cuts a request line at 2,047 */

/* NULL: libwebsockets would not start. */
struct ws_carrier *ws_carrier_create(struct loop *loop);
void ws_carrier_destroy(struct ws_carrier *carrier); /* every ws must be gone or dropped */

/* NULL: it could not even begin, and why; ears are not called. */
struct ws *ws_open(struct ws_carrier *carrier, const struct ws_options *options, const char **why);

/* Queue a text. False: no memory, or too much is queued. One of at most WS_SHORT bytes, with
 * nothing else in the queue, needs no memory. */
bool ws_send(struct ws *ws, const char *text, size_t len);

/* Close cleanly, with 1000; `closed` comes when the peer has answered or is given up. */
void ws_goodbye(struct ws *ws);

/* Be rid of it: no ear is called any more. */
void ws_drop(struct ws *ws);

#endif
