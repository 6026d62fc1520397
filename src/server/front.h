/* SPDX-License-Identifier: MIT */
/*
 * The front door: listening, TLS, sockets, timers of the transport. The keeper of libwebsockets on
 * the server's side (as transport only: raw sockets on a libuv loop), with http.c and frame.c as
 * its codecs. Everything here runs on the loop's thread.
 *
 * It knows nothing of chat. What it hears it tells through struct front_ears; what the server has
 * to say it takes through front_reply(), front_send() and front_close(), gathers what waits for a
 * socket in one turn of the loop, and lets it leave in one write. A connection's outgoing queue is
 * bounded (outbox.c): frames with a coalesce mark replace their elders, a reader that stays behind
 * past the bound is closed with 4008.
 *
 * A second listener, aside, may be open for whoever keeps the server running: plain HTTP, no
 * WebSocket, outside the bound on connections and served until the very end.
 */
#ifndef SERVER_FRONT_H
#define SERVER_FRONT_H

#include "base/log.h"
#include "server/frame.h"
#include "server/http.h"
#include "server/metrics.h"
#include <uv.h>

struct front;

/* A WebSocket that is open. Lives until ears.closed returns. */
struct front_socket;

/* A request that waits for its reply. Lives until front_reply(), whether or not its client is
 * still there: so every request must be replied to exactly once. */
struct front_exchange;

enum front_end {
    FRONT_GOODBYE, /* the peer closed with 1000 or 1001 */
    FRONT_LOST,    /* FIN, reset, another code, an error of the transport or of the protocol */
    FRONT_SILENT,  /* 60 s without a frame */
    FRONT_CUT      /* we closed it: front_close() */
};

struct front_ears {
    /* A whole request; `request` lives until the reply. Reply now or later. */
    void (*request)(
        void *owner, struct front_exchange *exchange, const struct http_request *request);
    /* A WebSocket has been opened at /connect (101 is sent). `request` lives during the call. */
    void (*opened)(void *owner, struct front_socket *socket, const struct http_request *request);
    /* A whole text message, valid UTF-8. Lives during the call. */
    void (*message)(void *owner, struct front_socket *socket, const char *text, size_t len);
    /* A request to the listener aside, to be replied to like any other, in text. */
    void (*aside)(void *owner, struct front_exchange *exchange, const struct http_request *request);
    /* It is closed. Forget the pointer. Comes exactly once for each opened. */
    void (*closed)(void *owner, struct front_socket *socket, enum front_end end);
};

struct front_options {
    uv_loop_t *loop;
    const char *host;       /* "127.0.0.1", "::1", "0.0.0.0" */
    int port;               /* 0: the system picks one */
    int inherited_fd;       /* a socket that listens already, in place of host and port; 0: none */
    const char *aside_host; /* NULL: nothing is aside */
    int aside_port;
    const char *tls_cert, *tls_key; /* both or neither */
    unsigned max_connections;       /* 0: from the limit of descriptors */
    unsigned max_per_address;       /* of those; 0: no limit; this machine's own are not counted */
    const char *allowed_origins;    /* parted by blanks; NULL: any */
    const struct log *log;
    const struct front_ears *ears;
    void *owner;
};

/* Start listening. 0; < 0: -errno, and *why (static or owned by the front until destroy; may not
 * be NULL) says it to a person. */
int front_create(struct front **out, const struct front_options *options, const char **why);

/* The port that is listened on, and the base URL. */
int front_port(const struct front *front);
const char *front_url(const struct front *front);
const char *front_aside_url(const struct front *front); /* "": there is none */
/* Nobody but this machine can reach it. */
bool front_is_private(const struct front *front);

/* For all who come from now on. A certificate that cannot be read leaves the old one in its place:
 * < 0: -errno, and `why` says it to a person; never where TLS was not there from the beginning. */
int front_use_certificate(
    struct front *front, const char *tls_cert, const char *tls_key, char *why, size_t why_size);
void front_set_most(struct front *front, unsigned max_connections, unsigned max_per_address);
int front_set_origins(struct front *front, const char *allowed_origins); /* 0, or -ENOMEM */

const struct front_counts *front_counts(const struct front *front);
void front_gauge(const struct front *front, struct front_gauges *now);

/* Stop accepting; close every socket with `code`, once its queue is written, at most
 * `patience_ms`. `done` runs on the loop when the last is gone. */
void front_drain(struct front *front, uint16_t code, const char *reason, int patience_ms,
    void (*done)(void *owner));
/* After done, or before any connection. Leaves the loop with nothing of ours in it once it has
 * run until idle. */
void front_destroy(struct front *front);

/* The reply, with the CORS, rate-limit and length headers. `body` is copied. extra_headers: whole
 * lines with CRLF, or "". http_status 0: no reply, and the connection ends. Ends the exchange. */
void front_reply(struct front_exchange *exchange, int http_status, const char *extra_headers,
    const char *body, size_t len);

/* Queue a frame (takes a reference of its own). Nothing happens on a socket that is closing. */
void front_send(struct front_socket *socket, struct frame *frame);
/* Close after what is queued. ears.closed comes later, never from inside this call. */
void front_close(struct front_socket *socket, uint16_t code, const char *reason);

/* The owner's pointer for a socket; NULL at first. */
void front_socket_set_owner(struct front_socket *socket, void *owner);
void *front_socket_owner(const struct front_socket *socket);

/* How it ends, once it does: the close code that was said by whoever said one first (1006: nobody
 * did), and the reason. */
uint16_t front_socket_code(const struct front_socket *socket);
const char *front_socket_reason(const struct front_socket *socket);

/* The peer's address, for limits and logs: "127.0.0.1". */
const char *front_socket_peer(const struct front_socket *socket);
const char *front_exchange_peer(const struct front_exchange *exchange);

#endif
