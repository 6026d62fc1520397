/* SPDX-License-Identifier: MIT */
/* Replies of HTTP/1.1 as they go on the wire, and the refusals that need no server. Pure. */
#ifndef SERVER_HTTP_REPLY_H
#define SERVER_HTTP_REPLY_H

#include "base/bytes.h"
#include <stdbool.h>
#include <stddef.h>

struct http_reply {
    int status;
    const char *headers; /* further ones, whole lines with CRLF, or "" */
    const char *body;
    size_t len;
    const char *origin;          /* of the page that asked; "": none is named */
    const char *allowed_origins; /* parted by blanks; NULL: any */
    bool is_page;                /* text for who looks after the server; nothing for browsers */
    bool without_body;           /* to HEAD */
    bool is_last;                /* the connection ends after it */
};

void http_reply_print(const struct http_reply *reply, struct bytes *to);

/* Whole and exact, as one of those that are allowed. */
bool http_origin_is_allowed(const char *allowed_origins, const char *origin);

/* An error object of the contract for a status (not for a code); "" when memory is out. */
void http_refusal_print(int status, const char *reason, struct bytes *to);
/* The headers that a refusal must have beside it. */
const char *http_refusal_headers(int status);

#endif
