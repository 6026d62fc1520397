/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the front share, and nobody else: front.c speaks to libwebsockets and owns the
 * links, front_accept.c lets them in, front_http.c and front_ws.c read what they say,
 * front_write.c writes to them and ends them, front_clock.c is their patience. All on the loop.
 */
#ifndef SERVER_FRONT_LINK_H
#define SERVER_FRONT_LINK_H

#include "base/list.h"
#include "server/address.h"
#include "server/front.h"
#include "server/outbox.h"

#include <netinet/in.h>

enum {
    PIECES = 64,           /* of one write */
    NO_EVENT = UINT16_MAX, /* kind of a frame that is not counted */
};

enum clock_kind {
    CLOCK_HEAD,
    CLOCK_BODY,
    CLOCK_IDLE,
    CLOCK_SILENCE,
    CLOCK_CLOSING,
    CLOCK_SLOW,
    CLOCK_REST,
    CLOCKS
};

enum link_state {
    LINK_HTTP,
    LINK_OPEN,    /* a WebSocket */
    LINK_CLOSING, /* our close is queued or sent; nothing more is */
    LINK_ENDED    /* shut down; libwebsockets will tell */
};

/* One connection: HTTP at first, then perhaps a WebSocket for good. */
struct front_socket {
    struct front *front;
    struct lws *wsi;
    void *owner;
    struct list in_links, in_clock, in_dirty;
    int64_t deadline_ms;
    int fd;
    uint8_t state;
    uint8_t end;   /* enum front_end */
    uint8_t clock; /* enum clock_kind, while in_clock */
    bool told, last_reply, paused, blocked;
    bool tls, aside;
    bool counted;     /* in the crowd */
    bool serving;     /* serve_requests() is at it: a reply from inside it must not begin another */
    bool half_shut;   /* we have said all; the peer's end is awaited */
    bool peer_closed; /* its close came while ours was under way */
    bool resting;     /* it said too much, and is not listened to for a while */
    uint8_t pings;    /* of the peer, in the second that began at second_ms */
    uint8_t rests;    /* in a row */
    uint16_t messages; /* as pings */
    uint16_t code;     /* of the close; 0: nobody has said one */
    char *reason;      /* of the close; NULL: none */
    int64_t second_ms, message_since_ms;
    struct http_parser *parser;      /* LINK_HTTP */
    struct front_exchange *exchange; /* LINK_HTTP: under way */
    struct frame_reader reader;      /* LINK_OPEN */
    struct outbox outbox;
    char peer[INET6_ADDRSTRLEN];
};

struct front_exchange {
    struct front_socket *link;  /* NULL: the client is gone */
    struct http_parser *parser; /* ours once the client is gone: the request lives in it */
    struct http_request request;
    char peer[INET6_ADDRSTRLEN];
};

struct listener {
    struct front *front;
    uv_poll_t poll;
    int fd; /* -1: not there */
    bool aside, is_polled;
};

enum { MAIN, ASIDE, LISTENERS };

struct front {
    uv_loop_t *loop;
    struct lws_context *context;
    const struct front_ears *ears;
    void *owner;
    const struct log *log;
    struct listener listeners[LISTENERS];
    int spare_fd, port;
    bool tls, draining;
    unsigned count, aside_count, most;
    unsigned most_of_one;  /* address; 0: no limit */
    struct crowd crowd;    /* links but those aside, and of this machine itself */
    char *allowed_origins; /* NULL: any */
    struct certificate *certificate;
    struct front_counts counts;
    int64_t complained_ms;
    struct list links, dirty, clocks[CLOCKS];
    uv_timer_t timer, patience, rest;
    uv_prepare_t prepare;
    uv_check_t check;
    unsigned handles; /* initialised and not yet closed */
    void (*drained)(void *owner);
    char url[128], aside_url[128];
    char why[512];
};

/* front.c */
/* The address of who is at the other end, as text; "?": it is not known. */
void front_read_peer(int fd, char to[INET6_ADDRSTRLEN]);
void front_adopt(struct listener *listener, int fd);
/* Read no more for now; go on reading. */
void link_hold_reading(struct front_socket *link, bool hold);
/* To be told when the kernel takes more. */
void link_ask_to_write(struct front_socket *link);
/* libwebsockets has bytes of ours that the kernel did not take. */
bool link_has_unsent(const struct front_socket *link);
/* One chunk, from the writable callback only. False: the connection is broken. */
bool link_write_tls(struct front_socket *link);

/* front_clock.c */
int64_t front_now_ms(const struct front *front);
void link_set_clock(struct front_socket *link, enum clock_kind kind);
void link_stop_clock(struct front_socket *link);

/* front_write.c */
void link_tell_closed(struct front_socket *link, enum front_end end);
void link_sever(struct front_socket *link);
void link_make_dirty(struct front_socket *link);
void link_begin_close(
    struct front_socket *link, uint16_t code, const char *reason, enum front_end end);
void link_note_sent(struct front_socket *link, size_t bytes);
/* The kernel takes more. False: the link is at its end. */
bool link_write_more(struct front_socket *link);
void front_flush_dirty(struct front *front);

/* front_http.c. `request` NULL: it could not even be read. */
void link_refuse(
    struct front_socket *link, const struct http_request *request, int status, const char *reason);
void link_pump_http(struct front_socket *link);
/* False: the link is at its end. */
bool link_take_http(struct front_socket *link, const unsigned char *at, size_t len);

/* front_ws.c */
void link_take_frames(struct front_socket *link, unsigned char *at, size_t len);

/* front_accept.c */
int front_open_listeners(struct front *front, const struct front_options *options);
void front_listen_again(struct front *front);
void front_stop_listening(struct front *front);

#endif
