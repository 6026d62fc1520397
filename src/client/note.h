/* SPDX-License-Identifier: MIT */
/*
 * What passes the wall between the network thread and the caller's thread: commands one way, notes
 * the other. Whoever takes one owns it. They are made and freed on different threads, so their heap
 * is the mailbox's, which outlives both sides.
 */
#ifndef CLIENT_NOTE_H
#define CLIENT_NOTE_H

#include "base/list.h"
#include "wire/event.h"
#include <porchlight/event.h>

/* A REST call on its way. */
struct call {
    const struct heap *heap; /* of it and all that it owns */
    struct list in_line;     /* the network thread's */
    uint64_t id;             /* the caller's, to find who waits for it */
    const char *method;      /* static */
    char *path;              /* "/channels" */
    char *payload;           /* of a GET: JSON text, or NULL */
    char *body;              /* JSON text, or NULL */
    bool needs_connection;   /* its reply belongs to a connection: waits for one */
    bool idempotent;         /* may be repeated when its answer was lost */
    bool paced;              /* at most so many a second */
    bool no_token;           /* it is nobody's: without a user and a token */
    bool has_new_token;    /* it was refused with 40 once, and waits or waited for another token */
    unsigned token_number; /* of the line's, that it was last sent with */
    int64_t later_ms;      /* it may go only then */
    int64_t began_ms;
    int64_t not_before_ms; /* it failed, and is tried again then */
    unsigned tries;
    char connection_id[40];      /* it was last sent with */
    uint64_t epoch;              /* of that connection */
    uint64_t sent;               /* line->turn when it was last sent */
    struct http_call *under_way; /* NULL: it waits */
    struct line *line;
    struct note *reply; /* made beforehand, so that no lack of memory loses the call's end */
};

void call_free(struct call *call);

enum command_kind {
    COMMAND_USER,       /* identity: whose calls these are; no connection */
    COMMAND_CONNECT,    /* identity */
    COMMAND_DISCONNECT, /* say goodbye */
    COMMAND_TOKEN,      /* token, or why there is none */
    COMMAND_CALL,       /* call */
    COMMAND_CANCEL      /* number: the call's id, whether or not it has ended */
};

struct command {
    const struct heap *heap; /* of it and all that it owns */
    enum command_kind kind;
    char *user_id; /* USER, CONNECT */
    char *token;   /* USER, CONNECT, TOKEN: or NULL */
    char *text;    /* CONNECT: user_details as JSON text; TOKEN: why there is none */
    struct call *call;
    struct note *reply; /* DISCONNECT: made beforehand, so that no lack of memory loses its end */
    uint64_t number;
    bool anonymous; /* CONNECT: without a token; user_id is only for this connection */
};

/* NULL: no memory. */
struct command *command_create(const struct heap *heap, enum command_kind kind);
void command_free(struct command *command);

enum note_kind {
    NOTE_FRAME,      /* an event of the wire */
    NOTE_HELLO,      /* the first health check of a connection */
    NOTE_REPLY,      /* a call has ended */
    NOTE_LINK,       /* the link changed */
    NOTE_WANT_TOKEN, /* ask the provider */
    NOTE_LOST        /* events were dropped: what is known must be read again */
};

struct note {
    const struct heap *heap; /* of it and all that it owns but the body */
    struct list in_overflow;
    enum note_kind kind;
    enum wire_event event; /* FRAME */
    const char *coalesce;  /* FRAME: the user whose presence it is, inside body or text; or NULL */
    json *body; /* HELLO; FRAME: or NULL, it is for the caller to parse; REPLY: or NULL */
    char *text; /* FRAME, HELLO: as it came */
    size_t len;
    uint64_t call;         /* REPLY */
    uint64_t epoch;        /* REPLY: of the connection it belongs to; LINK: of the newest */
    uint64_t sent, came;   /* REPLY: the network's turns at which the call went and ended */
    enum pl_status status; /* REPLY */
    int code, http_status; /* REPLY */
    char *message;         /* REPLY, LINK: for a person; see note_words() */
    size_t weight;         /* FRAME, REPLY: bytes that it keeps, about */
    bool wordless;         /* there was no memory for message */
    struct pl_link link;   /* LINK; its reason is `message` */
};

/* NULL: no memory. */
struct note *note_create(const struct heap *heap, enum note_kind kind);
void note_free(struct note *note);
/* About what a JSON text weighs, and what is read out of it. */
size_t note_weight_of(const char *text, size_t len);

/* What is said with it. */
void note_say(struct note *note, const char *message);
/* Never NULL. */
const char *note_words(const struct note *note);

#endif
