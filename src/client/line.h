/* SPDX-License-Identifier: MIT */
/*
 * One client's end on the network thread: its session, its WebSocket, its calls under way. The
 * loop's thread only.
 */
#ifndef CLIENT_LINE_H
#define CLIENT_LINE_H

#include "client/http_curl.h"
#include "client/mailbox.h"
#include "client/net.h"
#include "client/pace.h"
#include "client/resolve.h"
#include "client/session.h"
#include "client/ws_lws.h"

/* What all lines of a network share. */
struct carriers {
    struct loop *loop;
    struct ws_carrier *ws;
    struct http_carrier *http;
    struct resolver *resolver;
    struct list told; /* lines whose callers are to be woken at the end of the burst */
};

struct line {
    struct list in_network, in_told;
    struct line *next_joining; /* until the network has taken it in */
    struct carriers *carriers;
    struct mailbox *mailbox;
    const struct heap *heap; /* the mailbox's */

    bool tls, has_provider;
    char *host, *api_key, *ca_file, *base;
    int port;

    struct session session;
    char *user_id, *token, *details; /* details: for the next connect; "" : only the id */
    bool anonymous;                  /* no token; each connection is somebody new */
    char connection_id[40];
    uint64_t epoch; /* of connections that were greeted */
    int64_t clock_offset_ms;
    int64_t last_heard_unix_ms; /* on a link that was live */
    struct ws *ws;
    bool begun, ws_is_open, dial_when_closed, ending;
    bool asked_token;      /* of the provider, who has not answered */
    bool token_is_bad;     /* the server said so */
    unsigned token_number; /* of tokens so far */

    struct addresses addresses;
    unsigned address; /* the one to try */
    struct resolving *resolving;
    bool resolving_for_dial;
    char resolve_why[RESOLVE_WORDS];

    /* What must be told when there is no memory: that we are live, and that we are not. Made before
     * we are. */
    struct note *news[2];
    struct note *farewell;                    /* and that we have gone: the disconnect brought it */
    bool is_told_live, owes_link, owes_token; /* what could not be told yet */

    uint64_t turn;                  /* of calls sent and calls ended */
    struct list waiting;            /* calls */
    struct list under_way;          /* calls */
    struct http_call *details_call; /* details that do not fit into the WebSocket's target */
    struct pace pace;               /* of paced calls */
    struct loop_timer *due, *pump, *renew;
};

/* NULL: no memory. The mailbox reference is taken, also on failure. Any thread. */
struct line *line_create(
    struct carriers *carriers, const struct line_options *options, struct mailbox *mailbox);
/* On the loop's thread: begin to serve. */
void line_begin(struct line *line);
/* Commands may have come, or room in the mailbox. True: it has ended and must be destroyed. */
bool line_serve(struct line *line);
/* Whether it has ended since (a goodbye takes a moment). */
bool line_has_ended(const struct line *line);
/* At the end of a burst: wake the caller. */
void line_ring(struct line *line);
void line_destroy(struct line *line);

/* line_calls.c */
void line_take_call(struct line *line, struct call *call);
/* One that has ended is let be. */
void line_cancel_call(struct line *line, uint64_t id);
void line_pump_calls(struct line *line);
/* A new connection: what is paced, and was asked for on an older one, ends. */
void line_begin_anew(struct line *line);
/* End calls (those that belong to a connection, or all) with a status. */
void line_end_calls(struct line *line, bool all, enum pl_status status, const char *why);
/* The addresses are known, or cannot be: calls that wait for them go on. */
void line_reply(struct line *line, struct call *call, enum pl_status status, int code,
    int http_status, const char *message, json *body);

/* line.c, for line_calls.c */
void line_tell(struct line *line, struct note *note); /* taken */
void line_resolve(struct line *line, bool for_dial);
void line_want_token(struct line *line);

#endif
