/* SPDX-License-Identifier: MIT */
/* What a link says while it speaks HTTP: requests are served one at a time, in their order, and one
 * of them may turn it into a WebSocket for good. */
#include "base/clock.h"
#include "server/front_link.h"
#include "server/http_reply.h"
#include "wire/limits.h"

#include <stdlib.h>
#include <string.h>

enum {
    PARKED_BYTES = 64 * 1024,  /* pipelined behind a request that waits; then reading pauses */
    REPLIES_BYTES = 64 * 1024, /* replies that are not read; then no further request is served */
};

/* There is nothing (more) to say. */
static void end_http(struct front_socket *link) {
    link->last_reply = true;
    link_make_dirty(link);
}

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
    link_make_dirty(link);
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
        (long long)(clock_unix_us() / 1000000) + 60, more);
    queue_reply(link, request, status, extra, body, len);
}

/* A refusal by the front itself, as the contract has errors. */
void link_refuse(
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
        link_sever(link);
        return;
    }
    frame_unref(frame);
    link_make_dirty(link);
    link->state = LINK_OPEN;
    link->told = false;
    link->end = FRONT_LOST;
    link->reader = (struct frame_reader){.max_message = LIMIT_FRAME};
    link_set_clock(link, CLOCK_SILENCE);
    link->front->counts.upgraded++;
    link->front->ears->opened(link->front->owner, link, request);
}

static void begin_exchange(struct front_socket *link, const struct http_request *request) {
    struct front_exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        link->last_reply = true;
        link_refuse(link, request, 503, "out of memory");
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
    link_refuse(link, request, status, why);
}

/* A page of another origin is told so by its browser; a program that names none is let in. */
static bool may_open(const struct front_socket *link, const struct http_request *request) {
    return link->front->allowed_origins == NULL || request->origin[0] == '\0' ||
           http_origin_is_allowed(link->front->allowed_origins, request->origin);
}

static void take_request(struct front_socket *link, const struct http_request *request) {
    link->last_reply = !request->keep_alive || (link->front->draining && !link->aside);
    link_stop_clock(link);
    if (request->method == HTTP_OPTIONS)
        reply_ourselves(link, request, 200, "", 0);
    else if (request->upgrade_websocket && (link->aside || !is_connect(request)))
        refuse_upgrade(link, request, 404, "a WebSocket opens at /connect and nowhere else");
    else if (request->upgrade_websocket && !may_open(link, request))
        refuse_upgrade(link, request, 403, "pages of this origin may not connect");
    else if (request->upgrade_websocket)
        open_socket(link, request);
    else if (is_connect(request) && request->method == HTTP_GET && !link->aside)
        link_refuse(link, request, 426, "GET /connect opens a WebSocket: ask for the upgrade");
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
            link_refuse(link, NULL, refusal.status, refusal.reason);
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
        link_stop_clock(link);
    else if (list_is_empty(&link->in_clock) || link->clock != kind)
        link_set_clock(link, kind);
}

/* Only what waits behind a request or an unread reply is parked. A body still coming in is not, or
 * it would never be whole; its own bound is the parser's. */
static void pause_reading(struct front_socket *link) {
    size_t parked;
    http_parser_rest(link->parser, &parked);
    const bool pause = parked > PARKED_BYTES && !link->last_reply && !may_serve(link);
    if (pause == link->paused)
        return;
    link->paused = pause;
    link_hold_reading(link, pause);
}

static void invite_body(struct front_socket *link) {
    static const char line[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (!may_serve(link) || !http_parser_take_expectation(link->parser))
        return;
    struct frame *frame = frame_raw(line, sizeof line - 1);
    if (frame != NULL && outbox_put(&link->outbox, frame) == 0)
        link_make_dirty(link);
    frame_unref(frame);
}

/* Serve what is whole; if that turned the link into a WebSocket, what follows is frames. */
void link_pump_http(struct front_socket *link) {
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
        link_take_frames(link, (unsigned char *)rest, len);
    http_parser_destroy(parser);
}

bool link_take_http(struct front_socket *link, const unsigned char *at, size_t len) {
    if (link->last_reply)
        return true; /* the rest of what was refused */
    if (http_parser_feed(link->parser, at, len) < 0)
        return false;
    link_pump_http(link);
    return link->state != LINK_ENDED;
}

void front_reply(struct front_exchange *exchange, int status, const char *extra_headers,
    const char *body, size_t len) {
    struct front_socket *link = exchange->link;
    if (link != NULL) {
        link->exchange = NULL;
        if (status != 0)
            queue_reply(link, &exchange->request, status, extra_headers, body, len);
        else
            end_http(link);
        if (link->state == LINK_HTTP && !link->serving)
            link_pump_http(link);
    }
    http_parser_destroy(exchange->parser);
    free(exchange);
}
