/* SPDX-License-Identifier: MIT */
/* HTTP calls, many at once, on the loop. The keeper of curl. The loop's thread only. */
#ifndef CLIENT_HTTP_CURL_H
#define CLIENT_HTTP_CURL_H

#include "client/loop.h"
#include <stdbool.h>
#include <stddef.h>

struct http_carrier;
struct http_call;

enum http_end { HTTP_ANSWERED, HTTP_UNREACHABLE, HTTP_NO_ANSWER, HTTP_TOO_LARGE, HTTP_NO_MEMORY };

/* body is whole and lives during the call. why is for a person, "" when answered. sent: the server
 * may have seen the request. reset_unix_s: when it is to be asked again, 0 if it did not say. */
typedef void http_done(void *context, enum http_end end, int status, const char *body, size_t len,
    const char *why, bool sent, int64_t reset_unix_s);

struct http_options {
    const char *method;
    const char *url;
    const char *address; /* of the url's host; NULL: it is an address */
    const char *host;    /* the url's, for `address` */
    int port;
    const char *body;          /* or NULL */
    const char *authorization; /* or NULL: of nobody */
    const char *request_id;
    const char *ca_file; /* or NULL */
    int timeout_ms;
    http_done *done;
    void *context;
};

struct http_carrier *http_carrier_create(struct loop *loop); /* NULL: no memory */
void http_carrier_destroy(struct http_carrier *carrier);     /* every call must have ended */

/* NULL: no memory; done is not called. Never calls it from inside. */
struct http_call *http_begin(struct http_carrier *carrier, const struct http_options *options);
void http_cancel(struct http_call *call); /* done is not called. NULL is fine */

/* Text fit for a query: appended. */
struct bytes;
void http_escape(struct bytes *to, const char *text);

#endif
