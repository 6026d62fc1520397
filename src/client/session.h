/* SPDX-License-Identifier: MIT */
/*
 * One user's connection as a machine that has never met a socket. It is told what happened and
 * when, and answers with what should be done (orders, or-ed); session.c has the rules. Pure.
 */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "base/chance.h"
#include <stdbool.h>
#include <stdint.h>

enum session_state {
    SESSION_OFF,
    SESSION_AWAITING_TOKEN,
    SESSION_DIALLING, /* until the WebSocket is open */
    SESSION_GREETING, /* until the first health check */
    SESSION_LIVE,
    SESSION_WAITING, /* lost; dials again at due_ms */
    SESSION_REFUSED  /* for good */
};

enum session_order {
    SESSION_DIAL = 1,         /* open a WebSocket */
    SESSION_HANG_UP = 2,      /* drop the one there is */
    SESSION_GOODBYE = 4,      /* close it cleanly, with 1000 */
    SESSION_HEALTH_CHECK = 8, /* send one */
    SESSION_ASK_TOKEN = 16,   /* of the provider */
    SESSION_TELL = 32,        /* the link changed: tell the caller */
    SESSION_BECAME_LIVE = 64  /* calls that wait may go */
};

struct session {
    enum session_state state;
    bool has_provider; /* somebody to ask for a token */
    bool has_token;
    bool fresh;   /* one that came after the last dial */
    bool renewed; /* another token was asked for, and we have not been live since */
    struct chance chance;
    unsigned failures;  /* in a row */
    int64_t due_ms;     /* when session_tick() wants to be called; INT64_MAX: never */
    int64_t since_ms;   /* in this state since */
    int64_t heard_ms;   /* the last frame */
    int64_t send_ms;    /* the next health check; INT64_MAX: one is under way */
    int64_t sent_ms;    /* the one under way; 0: none */
    int64_t silence_ms; /* how long without a frame is too long, now */
    int latency_ms;     /* -1: not known */
    int code;           /* of the server's error, or 0 */
    char reason[256];   /* why it is not live */
};

void session_init(struct session *session, bool has_provider, uint64_t seed);

/* The caller wants to be connected; `has_token`: one is at hand. */
unsigned session_connect(struct session *session, bool has_token, int64_t now_ms);
/* The caller wants to be gone. */
unsigned session_disconnect(struct session *session, int64_t now_ms);
/* A person is impatient, or we slept: dial now, or check the link. */
unsigned session_hurry(struct session *session, int64_t now_ms);
/* The provider's answer; NULL reason: here is one. */
unsigned session_token(struct session *session, const char *none_because, int64_t now_ms);

/* The WebSocket is open. */
unsigned session_opened(struct session *session, int64_t now_ms);
/* A frame came; health: it is a health check; hello: with a connection id. */
unsigned session_heard(struct session *session, bool health, int64_t now_ms);
/* The server said connection.error. */
unsigned session_error(struct session *session, int code, const char *message, int64_t now_ms);
/* The WebSocket is closed, or could not be opened. */
unsigned session_lost(struct session *session, const char *reason, int64_t now_ms);
/* The connection is of no use any more, for a reason of ours. */
unsigned session_again(struct session *session, const char *reason, int64_t now_ms);
/* due_ms has come. */
unsigned session_tick(struct session *session, int64_t now_ms);

#endif
