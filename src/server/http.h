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

/* The value of a query parameter, or NULL. */
const char *http_param(const struct http_request *request, const char *name);

const char *http_method_name(enum http_method method);

#endif
