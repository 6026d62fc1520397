/* SPDX-License-Identifier: MIT */
#include "server/http_reply.h"

#include "wire/error.h"

#include <string.h>

static const char cors[] =
    "Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE, OPTIONS\r\n"
    "Access-Control-Allow-Headers: authorization, content-type, "
    "stream-auth-type, x-stream-client, x-client-request-id\r\n"
    "Access-Control-Expose-Headers: X-RateLimit-Limit, "
    "X-RateLimit-Remaining, X-RateLimit-Reset\r\n"
    "Access-Control-Max-Age: 86400\r\n"
    "Referrer-Policy: no-referrer\r\n";

static const char *phrase(int status) {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Payload Too Large";
    case 417: return "Expectation Failed";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

bool http_origin_is_allowed(const char *allowed_origins, const char *origin) {
    const size_t len = strlen(origin);
    for (const char *at = allowed_origins; at != NULL && len > 0;) {
        at += strspn(at, " \t");
        const size_t word = strcspn(at, " \t");
        if (word == 0)
            break;
        if (word == len && memcmp(at, origin, len) == 0)
            return true;
        at += word;
    }
    return false;
}

/* Vary, so that no cache gives one page the permission of another. */
static void print_cors(const struct http_reply *reply, struct bytes *to) {
    if (reply->allowed_origins == NULL)
        bytes_append_text(to, "Access-Control-Allow-Origin: *\r\n");
    else if (http_origin_is_allowed(reply->allowed_origins, reply->origin))
        bytes_printf(to, "Access-Control-Allow-Origin: %s\r\nVary: Origin\r\n", reply->origin);
    else
        bytes_append_text(to, "Vary: Origin\r\n");
    bytes_append_text(to, cors);
}

void http_reply_print(const struct http_reply *reply, struct bytes *to) {
    bytes_printf(to, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n", reply->status,
        phrase(reply->status),
        reply->is_page ? "text/plain; version=0.0.4; charset=utf-8" : "application/json",
        reply->len);
    if (!reply->is_page)
        print_cors(reply, to);
    bytes_append_text(to, reply->headers);
    bytes_append_text(to, reply->is_last ? "Connection: close\r\n\r\n" : "\r\n");
    if (!reply->without_body)
        bytes_append(to, reply->body, reply->len);
}

/* ---- refusals ---- */

static int code_of(int status) {
    static const struct {
        int status, code;
    } codes[] = {{403, CODE_NOT_ALLOWED}, {404, CODE_NOT_FOUND}, {408, CODE_TIMEOUT},
        {413, CODE_TOO_BIG}, {431, CODE_HEAD_TOO_LARGE}, {503, CODE_INTERNAL}};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].status == status)
            return codes[i].code;
    return CODE_INPUT;
}

void http_refusal_print(int status, const char *reason, struct bytes *to) {
    json *error = error_encode(code_of(status), reason, NULL, NULL, 0);
    /* 405, 426, 501 have no code of their own: the object says the status that was sent. */
    if (error != NULL && json_set(error, "StatusCode", json_integer(status)) == 0)
        json_print(error, to);
    json_free(error);
}

const char *http_refusal_headers(int status) {
    return status == 426   ? "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n"
           : status == 405 ? "Allow: GET, POST, PUT, PATCH, DELETE, OPTIONS, HEAD\r\n"
                           : "";
}
