/* SPDX-License-Identifier: MIT */
/*
 * libwebsockets carries, and parses nothing: its HTTP parser can be made to loop or to read freed
 * memory by one pipelined request, so it is given raw sockets only (the raw-skt role on our libuv
 * loop) and http.c and frame.c do the reading.
 *
 * We accept ourselves, so that the bound on connections holds before libwebsockets hears of one and
 * running out of descriptors does not spin: a spare one is given up to accept and refuse.
 *
 * Everything for a socket that comes up in one turn of the loop leaves in one write at the end of
 * it. A plain socket is written by us with sendmsg(); libwebsockets' own write, which must copy,
 * serves TLS alone. When the kernel takes no more, its writable callback carries on.
 *
 * Time limits are of four kinds, each equally long for all, so each is a list in the order of its
 * deadlines and one timer is set to the earliest: an idle front sleeps.
 *
 * The listener aside shares all of this but the bound on connections, and TLS.
 *
 * A link ends once: `told` is set while there is nothing (more) to tell by ears.closed. To be rid
 * of a link outside a callback its socket is shut down, and libwebsockets finds it ended.
 */
#include "server/front.h"

#include "base/clock.h"
#include "base/list.h"
#include "server/certificate.h"
#include "server/http_reply.h"
#include "server/listen_socket.h"
#include "server/outbox.h"
#include "wire/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
    HEAD_MS = 10 * 1000,    /* a whole head */
    BODY_MS = 20 * 1000,    /* the rest of the request: 30 s in all */
    IDLE_MS = 60 * 1000,    /* between requests */
    CLOSING_MS = 2 * 1000,  /* a close frame was sent: for the peer's */
    SLOW_MS = 20 * 1000,    /* a slow reader's: so that it may still read why */
    MESSAGE_MS = 30 * 1000, /* a whole WebSocket message */
    PINGS_A_SECOND = 20,
    ACCEPT_AT_ONCE = 64,
    PARKED_BYTES = 64 * 1024,  /* pipelined behind a request that waits; then reading pauses */
    REPLIES_BYTES = 64 * 1024, /* replies that are not read; then no further request is served */
    PIECES = 64,               /* of one write */
    KEPT_DESCRIPTORS = 128,
    MOST_DESCRIPTORS = 128 * 1024, /* libwebsockets keeps a table as long as the limit */
    REST_MS = 100,                 /* from accepting, when the system has nothing to accept with */
    TLS_CHUNK = 16 * 1024,
    MOST_ASIDE = 16,       /* links of the listener aside */
    NO_EVENT = UINT16_MAX, /* kind of a frame that is not counted */
};

enum clock_kind {
    CLOCK_HEAD,
    CLOCK_BODY,
    CLOCK_IDLE,
    CLOCK_SILENCE,
    CLOCK_CLOSING,
    CLOCK_SLOW,
    CLOCKS
};

static const int clock_ms[CLOCKS] = {
    [CLOCK_HEAD] = HEAD_MS,
    [CLOCK_BODY] = BODY_MS,
    [CLOCK_IDLE] = IDLE_MS,
    [CLOCK_SILENCE] = SERVER_SILENCE_MS,
    [CLOCK_CLOSING] = CLOSING_MS,
    [CLOCK_SLOW] = SLOW_MS,
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
    bool serving;   /* serve_requests() is at it: a reply from inside it must not begin another */
    bool half_shut; /* we have said all; the peer's end is awaited */
    uint8_t pings;
    uint16_t code; /* of the close; 0: nobody has said one */
    char *reason;  /* of the close; NULL: none */
    int64_t pings_since_ms, message_since_ms;
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

static void flush(struct front_socket *link);
static void pump_http(struct front_socket *link);
static void serve_requests(struct front_socket *link);

static int64_t now_ms(const struct front *front) {
    return (int64_t)uv_now(front->loop);
}

/* ---- time limits ---- */

static void on_timer(uv_timer_t *timer);

static void set_timer(struct front *front) {
    int64_t first = INT64_MAX;
    for (int kind = 0; kind < CLOCKS; kind++) {
        const struct list *list = &front->clocks[kind];
        if (list_is_empty(list))
            continue;
        const struct front_socket *link = LIST_ITEM(list->next, struct front_socket, in_clock);
        if (link->deadline_ms < first)
            first = link->deadline_ms;
    }
    if (first == INT64_MAX) {
        uv_timer_stop(&front->timer);
        return;
    }
    const int64_t wait_ms = first - now_ms(front);
    uv_timer_start(&front->timer, on_timer, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

static void set_clock(struct front_socket *link, enum clock_kind kind) {
    struct front *front = link->front;
    list_remove(&link->in_clock);
    link->clock = (uint8_t)kind;
    link->deadline_ms = now_ms(front) + clock_ms[kind];
    list_append(&front->clocks[kind], &link->in_clock);
    if (!uv_is_active((uv_handle_t *)&front->timer) ||
        (int64_t)uv_timer_get_due_in(&front->timer) > clock_ms[kind])
        set_timer(front);
}

static void stop_clock(struct front_socket *link) {
    list_remove(&link->in_clock);
}

/* ---- ends ---- */

static void tell_closed(struct front_socket *link, enum front_end end) {
    if (link->told)
        return;
    link->told = true;
    link->front->ears->closed(link->front->owner, link, end);
    link->owner = NULL;
}

/* Outside libwebsockets' callbacks: it will find the socket at its end, and close. */
static void sever(struct front_socket *link) {
    if (link->state == LINK_ENDED)
        return;
    tell_closed(link, link->end);
    link->state = LINK_ENDED;
    stop_clock(link);
    if (link->paused)
        lws_rx_flow_control(link->wsi, 1);
    shutdown(link->fd, SHUT_RDWR);
}

static void make_dirty(struct front_socket *link) {
    if (list_is_empty(&link->in_dirty))
        list_append(&link->front->dirty, &link->in_dirty);
}

/* A close frame, and nothing behind it. */
static void begin_close(
    struct front_socket *link, uint16_t code, const char *reason, enum front_end end) {
    if (link->state != LINK_OPEN)
        return;
    struct frame *frame = frame_close(code, reason);
    if (link->code == 0) {
        link->code = code;
        link->reason = reason[0] != '\0' ? strndup(reason, FRAME_CONTROL) : NULL;
    }
    link->end = (uint8_t)end;
    link->state = LINK_CLOSING;
    if (frame == NULL || outbox_put(&link->outbox, frame) != 0) {
        outbox_drop(&link->outbox);
        if (frame != NULL)
            outbox_put(&link->outbox, frame);
    }
    frame_unref(frame);
    set_clock(link, CLOCK_CLOSING);
    make_dirty(link);
}

void front_close(struct front_socket *link, uint16_t code, const char *reason) {
    begin_close(link, code, reason, FRONT_CUT);
}

static void cut_slow_reader(struct front_socket *link) {
    link->front->counts.cut_off++;
    log_line(link->front->log, LOG_INFO, "slow-reader peer=%s", link->peer);
    outbox_drop(&link->outbox);
    begin_close(link, 4008, "reading too slowly; connect again and query", FRONT_CUT);
    set_clock(link, CLOCK_SLOW);
}

static void count_frame(struct front *front, const struct frame *frame, bool replaced) {
    if (frame->kind < EVENT_COUNT)
        front->counts.events[frame->kind]++;
    if (replaced && frame->kind != NO_EVENT)
        front->counts.coalesced++;
}

void front_send(struct front_socket *link, struct frame *frame) {
    if (link->state != LINK_OPEN)
        return;
    const unsigned before = link->outbox.count;
    if (outbox_put(&link->outbox, frame) != 0) {
        cut_slow_reader(link);
        return;
    }
    count_frame(link->front, frame, link->outbox.count == before);
    if (!link->blocked)
        make_dirty(link);
}

/* ---- writing ---- */

static void note_sent(struct front_socket *link, size_t bytes) {
    struct front_counts *counts = &link->front->counts;
    const int64_t born_us = outbox_sent(&link->outbox, bytes);
    counts->sent_bytes += bytes;
    if (born_us != 0)
        histogram_add(&counts->event_to_socket, clock_mono_us() - born_us);
}

/* Plain: as much as the kernel takes. False: the connection is broken. */
static bool write_plain(struct front_socket *link) {
    struct iovec pieces[PIECES];
    while (!outbox_is_empty(&link->outbox)) {
        struct msghdr message = {
            .msg_iov = pieces, .msg_iovlen = (size_t)outbox_gather(&link->outbox, pieces, PIECES)};
        const ssize_t sent = sendmsg(link->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            note_sent(link, (size_t)sent);
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return false;
        link->blocked = true;
        lws_callback_on_writable(link->wsi);
        return true;
    }
    link->blocked = false;
    return true;
}

/* TLS: one chunk, from the writable callback only, as libwebsockets wants it. */
static bool write_tls(struct front_socket *link) {
    unsigned char chunk[LWS_PRE + TLS_CHUNK];
    struct iovec pieces[PIECES];
    const int count = outbox_gather(&link->outbox, pieces, PIECES);
    size_t len = 0;
    for (int i = 0; i < count && len < TLS_CHUNK; i++) {
        size_t part = pieces[i].iov_len;
        if (part > TLS_CHUNK - len)
            part = TLS_CHUNK - len;
        memcpy(chunk + LWS_PRE + len, pieces[i].iov_base, part);
        len += part;
    }
    if (len > 0) {
        const int sent = lws_write(link->wsi, chunk + LWS_PRE, len, LWS_WRITE_RAW);
        if (sent < 0)
            return false;
        note_sent(link, (size_t)sent);
    }
    link->blocked = !outbox_is_empty(&link->outbox);
    if (link->blocked)
        lws_callback_on_writable(link->wsi);
    return true;
}

/* Whether all is written that will be, and the connection has to go. */
static bool is_finished(const struct front_socket *link) {
    return outbox_is_empty(&link->outbox) && link->state == LINK_CLOSING &&
           link->end == FRONT_GOODBYE;
}

/* We have said all, but the peer may be in the middle of its say: to close now would reset the
 * connection and take our last words with it. So only our half is shut; CLOCK_CLOSING runs. */
static void shut_half(struct front_socket *link) {
    const bool said_all = link->state == LINK_HTTP
                              ? link->last_reply && link->exchange == NULL
                              : link->state == LINK_CLOSING && link->reader.failed;
    if (!said_all || link->half_shut || link->serving || !outbox_is_empty(&link->outbox))
        return;
    if (link->tls && lws_partial_buffered(link->wsi)) {
        lws_callback_on_writable(link->wsi);
        return;
    }
    link->half_shut = true;
    if (link->state == LINK_HTTP)
        set_clock(link, CLOCK_CLOSING);
    shutdown(link->fd, SHUT_WR);
}

/* What is written may let a request in that waited for it, or be the last. */
static void after_writing(struct front_socket *link) {
    if (link->state == LINK_HTTP && !link->serving)
        pump_http(link);
    if (link->state != LINK_ENDED)
        shut_half(link);
}

static void flush(struct front_socket *link) {
    list_remove(&link->in_dirty);
    if (link->state == LINK_ENDED)
        return;
    if (link->tls) {
        if (!outbox_is_empty(&link->outbox))
            lws_callback_on_writable(link->wsi);
    } else if (!link->blocked && !write_plain(link)) {
        link->end = FRONT_LOST;
        sever(link);
        return;
    }
    if (link->state == LINK_CLOSING)
        tell_closed(link, link->end);
    if (is_finished(link))
        sever(link);
    else if (!link->tls)
        after_writing(link);
}

static void flush_dirty(struct front *front) {
    while (!list_is_empty(&front->dirty))
        flush(LIST_ITEM(front->dirty.next, struct front_socket, in_dirty));
}

static void on_prepare(uv_prepare_t *handle) {
    flush_dirty(handle->data);
}

static void on_check(uv_check_t *handle) {
    flush_dirty(handle->data);
}

/* ---- HTTP ---- */

/* A reply to `request`, which is NULL where it could not even be read. */
static void queue_reply(struct front_socket *link, const struct http_request *request, int status,
    const char *extra, const char *body, size_t len) {
    const struct front *front = link->front;
    struct bytes reply = BYTES_EMPTY;
    http_reply_print(&(struct http_reply){.status = status,
                         .headers = extra,
                         .body = body,
                         .len = len,
                         .origin = request != NULL ? request->origin : "",
                         .allowed_origins = front->allowed_origins,
                         .is_page = link->aside,
                         .without_body = request != NULL && request->method == HTTP_HEAD,
                         .is_last = link->last_reply},
        &reply);
    struct frame *frame = bytes_failed(&reply) ? NULL : frame_raw(reply.at, reply.len);
    bytes_fini(&reply);
    if (frame == NULL || outbox_put(&link->outbox, frame) != 0)
        link->last_reply = true;
    frame_unref(frame);
    make_dirty(link);
}

/* A reply that is not the server's but ours, and not counted. */
static void reply_ourselves(struct front_socket *link, const struct http_request *request,
    int status, const char *body, size_t len) {
    const char *more = http_refusal_headers(status);
    if (link->aside) {
        queue_reply(link, request, status, more, body, len);
        return;
    }
    char extra[256];
    snprintf(extra, sizeof extra,
        "X-RateLimit-Limit: 600\r\nX-RateLimit-Remaining: 600\r\nX-RateLimit-Reset: %lld\r\n%s",
        (long long)(clock_unix_us() / 1000000 + 60), more);
    queue_reply(link, request, status, extra, body, len);
}

/* A refusal by the front itself, as the contract has errors. */
static void refuse(
    struct front_socket *link, const struct http_request *request, int status, const char *reason) {
    struct bytes body = BYTES_EMPTY;
    http_refusal_print(status, reason, &body);
    reply_ourselves(link, request, status, bytes_text(&body), body.len);
    bytes_fini(&body);
}

static void open_socket(struct front_socket *link, const struct http_request *request) {
    char head[256];
    const int len = snprintf(head, sizeof head,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n",
        request->websocket_accept);
    struct frame *frame = frame_raw(head, (size_t)len);
    if (frame == NULL || outbox_put(&link->outbox, frame) != 0) {
        frame_unref(frame);
        sever(link);
        return;
    }
    frame_unref(frame);
    make_dirty(link);
    link->state = LINK_OPEN;
    link->told = false;
    link->end = FRONT_LOST;
    link->reader = (struct frame_reader){.max_message = LIMIT_FRAME};
    set_clock(link, CLOCK_SILENCE);
    link->front->counts.upgraded++;
    link->front->ears->opened(link->front->owner, link, request);
}

static void begin_exchange(struct front_socket *link, const struct http_request *request) {
    struct front_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        link->last_reply = true;
        refuse(link, request, 503, "out of memory");
        return;
    }
    exchange->link = link;
    exchange->request = *request;
    memcpy(exchange->peer, link->peer, sizeof exchange->peer);
    link->exchange = exchange;
    link->front->counts.requests++;
    const struct front_ears *ears = link->front->ears;
    (link->aside ? ears->aside : ears->request)(link->front->owner, exchange, &exchange->request);
}

static bool is_connect(const struct http_request *request) {
    return request->segment_count == 1 && strcmp(request->segments[0], "connect") == 0;
}

/* What was asked for will not be spoken here, and who asked may go on as if it were. */
static void refuse_upgrade(
    struct front_socket *link, const struct http_request *request, int status, const char *why) {
    link->last_reply = true;
    refuse(link, request, status, why);
}

/* A page of another origin is told so by its browser; a program that names none is let in. */
static bool may_open(const struct front_socket *link, const struct http_request *request) {
    return link->front->allowed_origins == NULL || request->origin[0] == '\0' ||
           http_origin_is_allowed(link->front->allowed_origins, request->origin);
}

static void take_request(struct front_socket *link, const struct http_request *request) {
    link->last_reply = !request->keep_alive || (link->front->draining && !link->aside);
    stop_clock(link);
    if (request->method == HTTP_OPTIONS)
        reply_ourselves(link, request, 200, "", 0);
    else if (request->upgrade_websocket && (link->aside || !is_connect(request)))
        refuse_upgrade(link, request, 404, "a WebSocket opens at /connect and nowhere else");
    else if (request->upgrade_websocket && !may_open(link, request))
        refuse_upgrade(link, request, 403, "pages of this origin may not connect");
    else if (request->upgrade_websocket)
        open_socket(link, request);
    else if (is_connect(request) && request->method == HTTP_GET && !link->aside)
        refuse(link, request, 426, "GET /connect opens a WebSocket: ask for the upgrade");
    else
        begin_exchange(link, request);
}

/* What the parser has, as far as requests may be served now: one at a time, in order. */
static bool may_serve(const struct front_socket *link) {
    return link->state == LINK_HTTP && link->exchange == NULL && !link->last_reply &&
           link->outbox.bytes < REPLIES_BYTES;
}

static void serve_requests(struct front_socket *link) {
    link->serving = true;
    while (may_serve(link)) {
        struct http_request request;
        struct http_refusal refusal;
        switch (http_parser_next(link->parser, &request, &refusal)) {
        case HTTP_WANTS_MORE: link->serving = false; return;
        case HTTP_REQUEST: take_request(link, &request); break;
        case HTTP_REFUSED:
            link->last_reply = true;
            refuse(link, NULL, refusal.status, refusal.reason);
            break;
        }
    }
    link->serving = false;
}

/* A clock runs on while what it measures lasts: each is for a whole head, a whole body. */
static void set_http_clock(struct front_socket *link) {
    const enum http_stage stage = http_parser_stage(link->parser);
    const enum clock_kind kind = link->half_shut            ? CLOCK_CLOSING
                                 : link->last_reply         ? CLOCK_IDLE
                                 : stage == HTTP_STAGE_IDLE ? CLOCK_IDLE
                                 : stage == HTTP_STAGE_HEAD ? CLOCK_HEAD
                                                            : CLOCK_BODY;
    if (link->exchange != NULL)
        stop_clock(link);
    else if (list_is_empty(&link->in_clock) || link->clock != kind)
        set_clock(link, kind);
}

static void take_frames(struct front_socket *link, unsigned char *at, size_t len);

/* Only what waits behind a request or an unread reply is parked. A body still coming in is not, or
 * it would never be whole; its own bound is the parser's. */
static void pause_reading(struct front_socket *link) {
    size_t parked;
    http_parser_rest(link->parser, &parked);
    const bool pause = parked > PARKED_BYTES && !link->last_reply && !may_serve(link);
    if (pause == link->paused)
        return;
    link->paused = pause;
    lws_rx_flow_control(link->wsi, pause ? 0 : 1);
}

static void invite_body(struct front_socket *link) {
    static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!may_serve(link) || !http_parser_take_expectation(link->parser))
        return;
    struct frame *frame = frame_raw(line, sizeof line - 1);
    if (frame != NULL && outbox_put(&link->outbox, frame) == 0)
        make_dirty(link);
    frame_unref(frame);
}

/* Serve what is whole; if that turned the link into a WebSocket, what follows is frames. */
static void pump_http(struct front_socket *link) {
    serve_requests(link);
    if (link->state == LINK_HTTP) {
        invite_body(link);
        set_http_clock(link);
        pause_reading(link);
        return;
    }
    size_t len;
    struct http_parser *parser = link->parser;
    const char *rest = http_parser_rest(parser, &len);
    link->parser = NULL;
    if (len > 0 && link->state == LINK_OPEN)
        take_frames(link, (unsigned char *)rest, len);
    http_parser_destroy(parser);
}

static bool take_http(struct front_socket *link, const unsigned char *at, size_t len) {
    if (link->last_reply)
        return true; /* the rest of what was refused */
    if (http_parser_feed(link->parser, at, len) < 0)
        return false;
    pump_http(link);
    return link->state != LINK_ENDED;
}

void front_reply(struct front_exchange *exchange, int status, const char *extra_headers,
    const char *body, size_t len) {
    struct front_socket *link = exchange->link;
    if (link != NULL) {
        link->exchange = NULL;
        queue_reply(link, &exchange->request, status, extra_headers, body, len);
        if (link->state == LINK_HTTP && !link->serving)
            pump_http(link);
    }
    http_parser_destroy(exchange->parser);
    free(exchange);
}

/* ---- WebSocket ---- */

static void answer_ping(struct front_socket *link, const struct frame_finding *found) {
    const int64_t now = now_ms(link->front);
    if (now - link->pings_since_ms >= 1000) {
        link->pings_since_ms = now;
        link->pings = 0;
    }
    if (++link->pings > PINGS_A_SECOND) {
        begin_close(link, 1008, "too many pings", FRONT_LOST);
        return;
    }
    struct frame *pong = frame_pong(found->payload, found->len);
    if (pong != NULL) {
        /* Only the newest ping needs an answer. */
        pong->coalesce = UINT64_MAX;
        pong->kind = NO_EVENT;
        front_send(link, pong);
        frame_unref(pong);
    }
}

static void take_close(struct front_socket *link, const struct frame_finding *found) {
    const uint16_t code = found->code;
    if (link->state == LINK_CLOSING) { /* the answer to ours */
        sever(link);
        return;
    }
    const bool goodbye = code == 1000 || code == 1001;
    link->code = code;
    if (found->len > 2) /* a code stands before it */
        link->reason = strndup((const char *)found->payload + 2, found->len - 2);
    begin_close(link, code == 1005 ? 1000 : code, "", FRONT_GOODBYE);
    tell_closed(link, goodbye ? FRONT_GOODBYE : FRONT_LOST);
}

static void take_finding(
    struct front_socket *link, enum frame_found kind, const struct frame_finding *found) {
    switch (kind) {
    case FRAME_NOTHING: break;
    case FRAME_PONG: break;
    case FRAME_PING: answer_ping(link, found); break;
    case FRAME_CLOSE: take_close(link, found); break;
    case FRAME_FAULT: begin_close(link, found->code, found->reason, FRONT_LOST); break;
    case FRAME_TEXT:
        link->front->ears->message(
            link->front->owner, link, (const char *)found->payload, found->len);
        break;
    }
}

/* A message that dribbles in for ever is cut off. */
static void watch_message(struct front_socket *link) {
    if (!frame_is_under_way(&link->reader))
        link->message_since_ms = 0;
    else if (link->message_since_ms == 0)
        link->message_since_ms = now_ms(link->front);
    else if (now_ms(link->front) - link->message_since_ms > MESSAGE_MS)
        begin_close(link, 1008, "a message took more than 30 s", FRONT_LOST);
}

static void take_frames(struct front_socket *link, unsigned char *at, size_t len) {
    unsigned char *const end = at + len;
    bool heard = false;
    while (link->state == LINK_OPEN || link->state == LINK_CLOSING) {
        struct frame_finding found = {0};
        const enum frame_found kind = frame_read(&link->reader, &at, end, &found);
        if (kind == FRAME_NOTHING)
            break;
        heard = true;
        if (kind == FRAME_TEXT)
            link->message_since_ms = 0;
        /* What comes after our close, but the peer's close, is not for us any more. */
        if (link->state == LINK_OPEN || kind == FRAME_CLOSE)
            take_finding(link, kind, &found);
        if (kind == FRAME_FAULT)
            break;
    }
    if (link->state != LINK_OPEN)
        return;
    if (heard)
        set_clock(link, CLOCK_SILENCE);
    watch_message(link);
}

/* ---- links ---- */

static void note_peer(struct front_socket *link) {
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    snprintf(link->peer, sizeof link->peer, "?");
    if (getpeername(link->fd, (struct sockaddr *)&address, &len) == 0)
        getnameinfo((struct sockaddr *)&address, len, link->peer, sizeof link->peer, NULL, 0,
            NI_NUMERICHOST);
}

static struct front_socket *make_link(struct front *front, struct lws *wsi) {
    struct front_socket *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    link->parser = http_parser_create(LIMIT_REST_BODY);
    if (link->parser == NULL) {
        free(link);
        return NULL;
    }
    link->front = front;
    link->wsi = wsi;
    link->fd = lws_get_socket_fd(wsi);
    link->aside = lws_get_protocol(wsi)->id == ASIDE;
    link->tls = front->tls && !link->aside;
    link->told = true; /* until it is a WebSocket there is nothing to tell */
    link->end = FRONT_LOST;
    list_init(&link->in_clock);
    list_init(&link->in_dirty);
    list_append(&front->links, &link->in_links);
    link->aside ? front->aside_count++ : front->count++;
    note_peer(link);
    set_clock(link, CLOCK_HEAD);
    return link;
}

static void check_drained(struct front *front) {
    if (!front->draining || front->count > 0 || front->drained == NULL)
        return;
    void (*drained)(void *owner) = front->drained;
    front->drained = NULL;
    uv_timer_stop(&front->patience);
    drained(front->owner);
}

static void free_link(struct front_socket *link) {
    struct front *front = link->front;
    tell_closed(link, link->end);
    if (link->exchange != NULL) {
        link->exchange->link = NULL;
        link->exchange->parser = link->parser;
        link->parser = NULL;
    }
    list_remove(&link->in_links);
    list_remove(&link->in_clock);
    list_remove(&link->in_dirty);
    http_parser_destroy(link->parser);
    frame_reader_fini(&link->reader);
    outbox_fini(&link->outbox);
    link->aside ? front->aside_count-- : front->count--;
    free(link->reason);
    free(link);
    check_drained(front);
}

static bool take_bytes(struct front_socket *link, unsigned char *at, size_t len) {
    switch (link->state) {
    case LINK_HTTP: return take_http(link, at, len);
    case LINK_OPEN:
    case LINK_CLOSING: take_frames(link, at, len); return link->state != LINK_ENDED;
    default: return false;
    }
}

static bool write_more(struct front_socket *link) {
    link->blocked = false;
    if (link->state == LINK_ENDED)
        return false;
    if (link->tls ? !write_tls(link) : !write_plain(link))
        return false;
    if (is_finished(link))
        return false;
    after_writing(link);
    return link->state != LINK_ENDED;
}

/* libwebsockets' reasons, each turned into one plain call. `user` holds our pointer. */
static int on_lws(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
    struct front_socket **link = user;
    switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
        *link = make_link(lws_context_user(lws_get_context(wsi)), wsi);
        return *link == NULL ? -1 : 0;
    case LWS_CALLBACK_RAW_RX: return *link != NULL && take_bytes(*link, in, len) ? 0 : -1;
    case LWS_CALLBACK_RAW_WRITEABLE: return *link != NULL && write_more(*link) ? 0 : -1;
    case LWS_CALLBACK_RAW_CLOSE:
        if (link != NULL && *link != NULL)
            free_link(*link);
        if (link != NULL)
            *link = NULL;
        return 0;
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS: {
        struct front *front = lws_context_user(lws_get_context(wsi));
        if (front->certificate != NULL) /* `user` is the TLS context that has been made */
            certificate_show(user, &front->certificate);
        return 0;
    }
    default: return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "raw",
        .callback = on_lws,
        .per_session_data_size = sizeof(struct front_socket *),
        .id = MAIN},
    {.name = "aside",
        .callback = on_lws,
        .per_session_data_size = sizeof(struct front_socket *),
        .id = ASIDE},
    {.name = NULL},
};

static void expire(struct front_socket *link, enum clock_kind kind) {
    stop_clock(link);
    switch (kind) {
    case CLOCK_HEAD:
    case CLOCK_BODY:
        if (http_parser_stage(link->parser) == HTTP_STAGE_IDLE) {
            sever(link);
            break;
        }
        link->last_reply = true;
        refuse(link, NULL, 408, "the request took too long");
        set_clock(link, CLOCK_CLOSING);
        break;
    case CLOCK_SILENCE: begin_close(link, 1001, "60 s without a frame", FRONT_SILENT); break;
    default: sever(link); break;
    }
}

static void on_timer(uv_timer_t *timer) {
    struct front *front = timer->data;
    const int64_t now = now_ms(front);
    for (int kind = 0; kind < CLOCKS; kind++) {
        while (!list_is_empty(&front->clocks[kind])) {
            struct front_socket *link = LIST_ITEM(
                front->clocks[kind].next, struct front_socket, in_clock);
            if (link->deadline_ms > now)
                break;
            expire(link, (enum clock_kind)kind);
        }
    }
    set_timer(front);
}

/* ---- accepting ---- */

static void tune(int fd) {
    const int on = 1, user_timeout_ms = 20 * 1000;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
}

static void adopt(struct listener *listener, int fd) {
    const lws_sock_file_fd_type socket = {.sockfd = fd};
    struct front *front = listener->front;
    lws_adoption_type type = LWS_ADOPT_SOCKET;
    if (front->tls && !listener->aside)
        type |= LWS_ADOPT_ALLOW_SSL;
    tune(fd);
    front->counts.accepted++;
    lws_adopt_descriptor_vhost(lws_get_vhost_by_name(front->context, "default"), type, socket,
        listener->aside ? "aside" : "raw", NULL);
}

/* At most one line a second, however many are refused. */
static void complain(struct front *front, const char *what) {
    front->counts.refused++;
    if (now_ms(front) - front->complained_ms < 1000 && front->complained_ms != 0)
        return;
    front->complained_ms = now_ms(front);
    log_line(front->log, LOG_WARNING, "refusing-connections reason=%s connections=%u", what,
        front->count);
}

/* No descriptor is left: the spare one lets us take the connection, and drop it. */
static bool refuse_with_spare(struct listener *listener) {
    struct front *front = listener->front;
    complain(front, "no-descriptors");
    if (front->spare_fd < 0)
        return false;
    close(front->spare_fd);
    const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    front->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

static void on_listen(uv_poll_t *poll, int status, int events);

static void listen_again(struct front *front) {
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].fd >= 0 && (i == ASIDE || !front->draining))
            uv_poll_start(&front->listeners[i].poll, UV_READABLE, on_listen);
}

static void stop_listening(struct front *front) {
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].fd >= 0)
            uv_poll_stop(&front->listeners[i].poll);
}

static void on_rested(uv_timer_t *timer) {
    struct front *front = timer->data;
    if (front->spare_fd < 0)
        front->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    listen_again(front);
}

/* A connection that can be neither taken nor refused would wake us again at once, for ever. */
static void rest(struct front *front, const char *why) {
    complain(front, why);
    stop_listening(front);
    uv_timer_start(&front->rest, on_rested, REST_MS, 0);
}

static bool has_room(const struct listener *listener) {
    const struct front *front = listener->front;
    return listener->aside ? front->aside_count < MOST_ASIDE : front->count < front->most;
}

static void on_listen(uv_poll_t *poll, int status, int events) {
    struct listener *listener = poll->data;
    struct front *front = listener->front;
    (void)events;
    if (status < 0) {
        rest(front, "listener");
        return;
    }
    for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
        const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0 && has_room(listener)) {
            adopt(listener, fd);
        } else if (fd >= 0) {
            complain(front, "too-many");
            close(fd);
        } else if (errno == EMFILE || errno == ENFILE) {
            if (!refuse_with_spare(listener)) {
                rest(front, "no-descriptors");
                return;
            }
        } else if (errno == ENOBUFS || errno == ENOMEM) {
            rest(front, "no-memory");
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

/* ---- life ---- */

static int open_listeners(struct front *front, const struct front_options *options) {
    struct listener *main = &front->listeners[MAIN], *aside = &front->listeners[ASIDE];
    main->fd = options->inherited_fd > 0
                   ? listen_socket_take(options->inherited_fd, front->why, sizeof front->why)
                   : listen_socket_open(
                         options->host, options->port, front->why, sizeof front->why);
    if (main->fd < 0)
        return main->fd;
    front->port = listen_socket_name(
        main->fd, front->tls ? "https" : "http", front->url, sizeof front->url);
    if (options->aside_host == NULL)
        return 0;
    aside->fd = listen_socket_open(
        options->aside_host, options->aside_port, front->why, sizeof front->why);
    if (aside->fd < 0)
        return aside->fd;
    listen_socket_name(aside->fd, "http", front->aside_url, sizeof front->aside_url);
    return 0;
}

/* The soft limit of descriptors goes up to the hard one, but not to the billion that some systems
 * have there, and down from it; some are kept for what is not a client. */
static unsigned most_connections(unsigned wanted) {
    struct rlimit limit = {0};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t good = limit.rlim_max < MOST_DESCRIPTORS ? limit.rlim_max : MOST_DESCRIPTORS;
    if (limit.rlim_cur != good) {
        limit.rlim_cur = good;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    const unsigned all = limit.rlim_cur < MOST_DESCRIPTORS ? (unsigned)limit.rlim_cur
                                                           : MOST_DESCRIPTORS;
    const unsigned most = all > 2 * KEPT_DESCRIPTORS ? all - KEPT_DESCRIPTORS : all / 2;
    return wanted != 0 && wanted < most ? wanted : most;
}

static int open_context(struct front *front, const struct front_options *options) {
    void *loops[] = {front->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .vhost_name = "default",
        .alpn = "http/1.1",
        .pt_serv_buf_size = 32 * 1024,
        .foreign_loops = loops,
        .user = front,
        .options = LWS_SERVER_OPTION_LIBUV,
        .gid = -1,
        .uid = -1,
    };
    if (front->tls) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = options->tls_cert;
        info.ssl_private_key_filepath = options->tls_key;
    }
    lws_set_log_level(0, NULL);
    front->context = lws_create_context(&info);
    if (front->context != NULL)
        return 0;
    snprintf(front->why, sizeof front->why,
        front->tls ? "cannot begin TLS: check the certificate %s and its key"
                   : "libwebsockets would not start%s (is libwebsockets-evlib-uv installed?)",
        front->tls ? options->tls_cert : "");
    return -EIO;
}

static int start_uv(struct front *front) {
    uv_timer_init(front->loop, &front->timer);
    uv_timer_init(front->loop, &front->patience);
    uv_timer_init(front->loop, &front->rest);
    uv_prepare_init(front->loop, &front->prepare);
    uv_check_init(front->loop, &front->check);
    front->timer.data = front->patience.data = front->rest.data = front;
    front->prepare.data = front->check.data = front;
    front->handles = 5; /* and one for each listener */
    uv_prepare_start(&front->prepare, on_prepare);
    uv_check_start(&front->check, on_check);
    for (int i = 0; i < LISTENERS; i++) {
        struct listener *listener = &front->listeners[i];
        if (listener->fd < 0)
            continue;
        const int fault = uv_poll_init(front->loop, &listener->poll, listener->fd);
        if (fault < 0)
            return fault;
        listener->poll.data = listener;
        listener->is_polled = true;
        front->handles++;
    }
    listen_again(front);
    return 0;
}

static void init_listeners(struct front *front) {
    for (int i = 0; i < LISTENERS; i++)
        front->listeners[i] = (struct listener){.front = front, .fd = -1, .aside = i == ASIDE};
}

int front_create(struct front **out, const struct front_options *options, const char **why) {
    struct front *front = calloc(1, sizeof *front);
    *out = NULL;
    *why = "out of memory";
    if (front == NULL)
        return -ENOMEM;
    *out = front; /* so that *why outlives a failure, until front_destroy() */
    *why = front->why;
    front->loop = options->loop;
    front->ears = options->ears;
    front->owner = options->owner;
    front->log = options->log;
    front->spare_fd = -1;
    front->tls = options->tls_cert != NULL;
    init_listeners(front);
    front->most = most_connections(options->max_connections);
    list_init(&front->links);
    list_init(&front->dirty);
    for (int kind = 0; kind < CLOCKS; kind++)
        list_init(&front->clocks[kind]);
    int fault = front_set_origins(front, options->allowed_origins);
    if (fault == 0)
        fault = open_listeners(front, options);
    if (fault == 0 && front->tls)
        fault = certificate_read(&front->certificate, options->tls_cert, options->tls_key,
            front->why, sizeof front->why);
    if (fault == 0)
        fault = open_context(front, options);
    if (fault < 0)
        return fault;
    front->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return start_uv(front);
}

int front_port(const struct front *front) {
    return front->port;
}

const char *front_url(const struct front *front) {
    return front->url;
}

const char *front_aside_url(const struct front *front) {
    return front->aside_url;
}

/* ---- what may change ---- */

int front_use_certificate(
    struct front *front, const char *tls_cert, const char *tls_key, char *why, size_t why_size) {
    struct certificate *read;
    if (!front->tls) {
        snprintf(why, why_size, "there is no TLS here");
        return -ENOTSUP;
    }
    const int rc = certificate_read(&read, tls_cert, tls_key, why, why_size);
    if (rc < 0)
        return rc;
    certificate_destroy(front->certificate);
    front->certificate = read;
    return 0;
}

void front_set_most(struct front *front, unsigned max_connections) {
    front->most = most_connections(max_connections);
}

int front_set_origins(struct front *front, const char *allowed_origins) {
    char *copy = allowed_origins != NULL ? strdup(allowed_origins) : NULL;
    if (allowed_origins != NULL && copy == NULL)
        return -ENOMEM;
    free(front->allowed_origins);
    front->allowed_origins = copy;
    return 0;
}

static void on_patience(uv_timer_t *timer) {
    struct front *front = timer->data;
    LIST_EACH(&front->links, item)
    sever(LIST_ITEM(item, struct front_socket, in_links));
}

void front_drain(struct front *front, uint16_t code, const char *reason, int patience_ms,
    void (*done)(void *owner)) {
    front->draining = true;
    front->drained = done;
    uv_timer_stop(&front->rest);
    uv_poll_stop(&front->listeners[MAIN].poll);
    LIST_EACH(&front->links, item) {
        struct front_socket *link = LIST_ITEM(item, struct front_socket, in_links);
        if (link->aside)
            continue;
        if (link->state == LINK_OPEN)
            begin_close(link, code, reason, FRONT_CUT);
        else if (link->state == LINK_HTTP && link->exchange == NULL &&
                 outbox_is_empty(&link->outbox))
            sever(link);
        else
            link->last_reply = true;
    }
    uv_timer_start(&front->patience, on_patience, (uint64_t)patience_ms, 0);
    check_drained(front);
}

static void on_closed(uv_handle_t *handle) {
    struct front *front = handle->data;
    front->handles--;
}

static void on_poll_closed(uv_handle_t *handle) {
    struct listener *listener = handle->data;
    listener->front->handles--;
}

static void close_handles(struct front *front) {
    uv_handle_t *const handles[] = {(uv_handle_t *)&front->timer, (uv_handle_t *)&front->patience,
        (uv_handle_t *)&front->rest, (uv_handle_t *)&front->prepare, (uv_handle_t *)&front->check};
    if (front->handles == 0) /* never started */
        return;
    for (unsigned i = 0; i < sizeof handles / sizeof handles[0]; i++)
        uv_close(handles[i], on_closed);
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].is_polled)
            uv_close((uv_handle_t *)&front->listeners[i].poll, on_poll_closed);
    while (front->handles > 0)
        uv_run(front->loop, UV_RUN_NOWAIT);
}

void front_destroy(struct front *front) {
    if (front == NULL)
        return;
    front->drained = NULL;
    close_handles(front);
    if (front->context != NULL) {
        /* On a foreign loop it takes two: the first closes the handles, the second the rest. */
        lws_context_destroy(front->context);
        for (int turn = 0; turn < 8; turn++)
            uv_run(front->loop, UV_RUN_NOWAIT);
        lws_context_destroy(front->context);
    }
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].fd >= 0)
            close(front->listeners[i].fd);
    if (front->spare_fd >= 0)
        close(front->spare_fd);
    certificate_destroy(front->certificate);
    free(front->allowed_origins);
    free(front);
}

/* ---- what is counted ---- */

const struct front_counts *front_counts(const struct front *front) {
    return &front->counts;
}

void front_gauge(const struct front *front, struct front_gauges *now) {
    *now = (struct front_gauges){.sockets = front->count};
    LIST_EACH(&front->links, item) {
        const struct front_socket *link = LIST_ITEM(item, struct front_socket, in_links);
        now->websockets += link->state == LINK_OPEN;
        now->outbox_frames += link->outbox.count;
        now->outbox_bytes += link->outbox.bytes;
        if (link->outbox.bytes > now->outbox_most_bytes)
            now->outbox_most_bytes = link->outbox.bytes;
    }
}

/* ---- what is known of a socket ---- */

uint16_t front_socket_code(const struct front_socket *link) {
    return link->code != 0 ? link->code : 1006;
}

const char *front_socket_reason(const struct front_socket *link) {
    return link->reason != NULL ? link->reason : "";
}

void front_socket_set_owner(struct front_socket *link, void *owner) {
    link->owner = owner;
}

void *front_socket_owner(const struct front_socket *link) {
    return link->owner;
}

const char *front_socket_peer(const struct front_socket *link) {
    return link->peer;
}

const char *front_exchange_peer(const struct front_exchange *exchange) {
    return exchange->peer;
}
