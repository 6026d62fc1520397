/* SPDX-License-Identifier: MIT */
/*
 * HTTP/1.1 requests from strangers, and our replies: a strict codec that has never met a socket.
 *
 * Fed bytes cut anywhere, it yields whole requests, one at a time, or a refusal after which the
 * connection is closed. The path is split on raw '/' before it is decoded; each segment is decoded
 * once; '+' is a space in a query only. Bounds and refusals: http.c.
 */
#ifndef SERVER_HTTP_H
#define SERVER_HTTP_H

#include "base/bytes.h"
#include <stdbool.h>
#include <stdint.h>

enum http_method {
    HTTP_GET,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    HTTP_HEAD
};

enum {
    HTTP_SEGMENTS = 8,
    HTTP_PARAMS = 32,
    HTTP_HEAD_BYTES = 32 * 1024,
};

struct http_param {
    const char *name, *value; /* decoded, NUL-terminated, without inner NULs */
};

/* A whole request. All strings live in the parser until the next http_next(). */
struct http_request {
    enum http_method method;
    const char *segments[HTTP_SEGMENTS]; /* "/channels/messaging/hall" → 3 */
    unsigned segment_count;
    struct http_param params[HTTP_PARAMS]; /* in the order given; a repeated name is refused */
    unsigned param_count;

    const char *authorization; /* these are "" where the header is absent */
    const char *stream_auth_type;
    const char *x_stream_client;
    const char *x_client_request_id;
    const char *origin;

    bool upgrade_websocket;    /* a valid WebSocket upgrade: GET, version 13, a good key … */
    char websocket_accept[29]; /* the value of Sec-WebSocket-Accept then */

    const char *body; /* never NULL */
    size_t body_len;
    bool keep_alive; /* the connection may go on after the reply */
};

/* What a parser holds against the bytes it was fed. */
struct http_refusal {
    int status;         /* 400, 404, 405, 413, 417, 426, 431, 501, 503 */
    const char *reason; /* static */
};

struct http_parser;

/* NULL: out of memory. A body of more than max_body bytes is refused with 413. */
struct http_parser *http_parser_create(size_t max_body);
void http_parser_destroy(struct http_parser *parser);

/* Take bytes in. 0, or -ENOMEM. */
int http_parser_feed(struct http_parser *parser, const void *bytes, size_t len);

enum http_progress {
    HTTP_WANTS_MORE = 0, /* *to is untouched */
    HTTP_REQUEST,        /* *to is a whole request; call again for the next when it is replied to */
    HTTP_REFUSED         /* *refusal says why; close after telling it */
};
enum http_progress http_parser_next(
    struct http_parser *parser, struct http_request *to, struct http_refusal *refusal);

/* Where the parser stands, for time limits: nothing begun, in a head, in a body. */
enum http_stage { HTTP_STAGE_IDLE, HTTP_STAGE_HEAD, HTTP_STAGE_BODY };
enum http_stage http_parser_stage(const struct http_parser *parser);

/* True once for a request whose client waits to be told "100 Continue" before it sends the body. */
bool http_parser_take_expectation(struct http_parser *parser);

/* What was fed behind the request that http_parser_next() gave last: after an upgrade it belongs
 * to the new protocol. */
const char *http_parser_rest(const struct http_parser *parser, size_t *len);

/* The value of a query parameter, or NULL. */
const char *http_param(const struct http_request *request, const char *name);

const char *http_method_name(enum http_method method);

#endif
