/* SPDX-License-Identifier: MIT */
/*
 * Strict on purpose: what two parsers might read in two ways is refused, so that nothing in front
 * of us or behind us can be talked into another reading (request smuggling). So:
 *
 *   - lines end in CRLF; no obs-fold, no space before a colon, one Host, HTTP/1.0 or 1.1
 *   - a body has exactly one Content-Length of digits, or none; Transfer-Encoding is 501, and with
 *     a Content-Length 400
 *   - a path is split on raw '/' first and each segment decoded once; control bytes in a path, "."
 *     and ".." and bad escapes are 400; %00 is 400 anywhere
 *   - the head is at most 32 KiB (431), the body at most what the owner says (413), both refused
 *     before they are taken in
 *
 * The strings of a request point into a copy of its head, which is cut up in place: bytes may go on
 * arriving, and the buffer of arrivals may move, while a request waits for its reply.
 */
#include "server/http.h"

#include "base/utf8.h"
#include "server/token.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct http_parser {
    struct bytes in;   /* fed, and not yet part of a request */
    struct bytes head; /* of the request at hand; its strings point in here */
    struct bytes body; /* of the request at hand */
    size_t max_body;
    size_t scanned;              /* of `in`, already looked at for the end of a head */
    bool given;                  /* the request at hand is with the owner */
    bool in_body;                /* the head is read, the body may not be whole yet */
    bool expects_continue;       /* and is not sent before we say so */
    struct http_refusal refusal; /* status 0: none */
    struct http_request request;
    size_t body_len;
};

/* A head under the knife. */
struct head {
    struct http_request *request;
    struct http_refusal *refusal;
    bool http_1_0;
    bool has_host, has_length, has_encoding, has_upgrade, upgrade_is_websocket;
    bool expects_continue;
    bool connection_close, connection_keep_alive, connection_upgrade, has_version, version_is_13;
    const char *key;
    size_t length;
};

static const char NOTHING[] = "";

struct http_parser *http_parser_create(size_t max_body) {
    struct http_parser *parser = calloc(1, sizeof *parser);
    if (parser != NULL)
        parser->max_body = max_body;
    return parser;
}

void http_parser_destroy(struct http_parser *parser) {
    if (parser == NULL)
        return;
    bytes_fini(&parser->in);
    bytes_fini(&parser->head);
    bytes_fini(&parser->body);
    free(parser);
}

int http_parser_feed(struct http_parser *parser, const void *bytes, size_t len) {
    bytes_append(&parser->in, bytes, len);
    return bytes_failed(&parser->in) ? -ENOMEM : 0;
}

static bool refuse(struct http_refusal *refusal, int status, const char *reason) {
    *refusal = (struct http_refusal){.status = status, .reason = reason};
    return false;
}

static bool is_token(char c) {
    return c > 0x20 && c < 0x7f && strchr("()<>@,;:\\\"/[]?={}", c) == NULL;
}

static int hex(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decode %XX (and '+' in a query) in place; false: a bad escape or a NUL. */
static bool decode(char *text, bool plus_is_space) {
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '+' && plus_is_space) {
            *to++ = ' ';
        } else if (*at == '%') {
            const int high = hex(at[1]), low = high < 0 ? -1 : hex(at[2]);
            if (low < 0 || high * 16 + low == 0)
                return false;
            *to++ = (char)(high * 16 + low);
            at += 2;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return true;
}

static bool is_good_segment(const char *segment) {
    for (const char *at = segment; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    return segment[0] != '\0' && strcmp(segment, ".") != 0 && strcmp(segment, "..") != 0 &&
           utf8_is_valid(segment, strlen(segment));
}

static bool cut_path(struct head *head, char *path) {
    struct http_request *request = head->request;
    if (path[0] != '/')
        return refuse(head->refusal, 400, "the target must begin with a slash");
    for (char *at = path + 1, *end; *at != '\0'; at = end) {
        end = strchrnul(at, '/');
        const bool last = *end == '\0';
        *end = '\0';
        if (!decode(at, false) || !is_good_segment(at))
            return refuse(head->refusal, 400, "the path has an empty or malformed segment");
        if (request->segment_count == HTTP_SEGMENTS)
            return refuse(head->refusal, 404, "no such path: it has too many segments");
        request->segments[request->segment_count++] = at;
        if (!last)
            end++;
    }
    return true;
}

static bool take_param(struct head *head, char *name) {
    struct http_request *request = head->request;
    char *value = strchr(name, '=');
    if (value != NULL)
        *value++ = '\0';
    else
        value = name + strlen(name);
    if (!decode(name, true) || !decode(value, true))
        return refuse(head->refusal, 400, "the query has a malformed escape");
    if (!utf8_is_valid(name, strlen(name)) || !utf8_is_valid(value, strlen(value)))
        return refuse(head->refusal, 400, "the query is not UTF-8");
    if (http_param(request, name) != NULL)
        return refuse(head->refusal, 400, "the query names a parameter twice");
    if (request->param_count == HTTP_PARAMS)
        return refuse(head->refusal, 400, "the query has more than 32 parameters");
    request->params[request->param_count++] = (struct http_param){.name = name, .value = value};
    return true;
}

static bool cut_query(struct head *head, char *query) {
    for (char *at = query; at != NULL && *at != '\0';) {
        char *next = strchr(at, '&');
        if (next != NULL)
            *next++ = '\0';
        if (*at != '\0' && !take_param(head, at))
            return false;
        at = next;
    }
    return true;
}

static bool take_method(struct head *head, const char *name) {
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            head->request->method = (enum http_method)i;
            return true;
        }
    }
    return refuse(head->refusal, 405, "this method is not served");
}

const char *http_method_name(enum http_method method) {
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"};
    return names[method];
}

static bool cut_request_line(struct head *head, char *line) {
    char *target = strchr(line, ' ');
    char *version = target != NULL ? strchr(target + 1, ' ') : NULL;
    if (version == NULL || target == line || version == target + 1)
        return refuse(head->refusal, 400, "the request line is malformed");
    *target++ = '\0';
    *version++ = '\0';
    head->http_1_0 = strcmp(version, "HTTP/1.0") == 0;
    if (!head->http_1_0 && strcmp(version, "HTTP/1.1") != 0)
        return refuse(head->refusal, 400, "only HTTP/1.1 and HTTP/1.0 are served");
    if (!take_method(head, line))
        return false;
    char *query = strchr(target, '?');
    if (query != NULL)
        *query++ = '\0';
    return cut_path(head, target) && cut_query(head, query);
}

/* "a, b" has the word b, whatever the case. */
static bool has_word(const char *list, const char *word) {
    const size_t len = strlen(word);
    for (const char *at = list; *at != '\0';) {
        at += strspn(at, " \t,");
        const size_t here = strcspn(at, " \t,");
        if (here == len && strncasecmp(at, word, len) == 0)
            return true;
        at += here;
    }
    return false;
}

static bool take_length(struct head *head, const char *value) {
    if (head->has_length)
        return refuse(head->refusal, 400, "Content-Length is given twice");
    const size_t digits = strspn(value, "0123456789");
    if (digits == 0 || value[digits] != '\0' || digits > 18)
        return refuse(head->refusal, 400, "Content-Length must be a number of digits");
    head->has_length = true;
    head->length = strtoul(value, NULL, 10);
    return true;
}

static bool take_once(struct head *head, const char **to, const char *value) {
    if (*to != NOTHING)
        return refuse(head->refusal, 400, "a header is given twice");
    *to = value;
    return true;
}

static bool take_header(struct head *head, const char *name, const char *value) {
    struct http_request *request = head->request;
    if (strcasecmp(name, "content-length") == 0)
        return take_length(head, value);
    if (strcasecmp(name, "authorization") == 0)
        return take_once(head, &request->authorization, value);
    if (strcasecmp(name, "stream-auth-type") == 0)
        return take_once(head, &request->stream_auth_type, value);
    if (strcasecmp(name, "x-stream-client") == 0)
        return take_once(head, &request->x_stream_client, value);
    if (strcasecmp(name, "x-client-request-id") == 0)
        return take_once(head, &request->x_client_request_id, value);
    if (strcasecmp(name, "origin") == 0)
        return take_once(head, &request->origin, value);
    if (strcasecmp(name, "sec-websocket-key") == 0)
        return take_once(head, &head->key, value);
    if (strcasecmp(name, "host") == 0) {
        if (head->has_host)
            return refuse(head->refusal, 400, "Host is given twice");
        head->has_host = true;
    } else if (strcasecmp(name, "expect") == 0) {
        if (strcasecmp(value, "100-continue") != 0)
            return refuse(head->refusal, 417, "only 100-continue may be expected");
        head->expects_continue = true;
    } else if (strcasecmp(name, "transfer-encoding") == 0) {
        head->has_encoding = true;
    } else if (strcasecmp(name, "connection") == 0) {
        head->connection_close |= has_word(value, "close");
        head->connection_keep_alive |= has_word(value, "keep-alive");
        head->connection_upgrade |= has_word(value, "upgrade");
    } else if (strcasecmp(name, "upgrade") == 0) {
        if (head->has_upgrade)
            return refuse(head->refusal, 400, "Upgrade is given twice");
        head->has_upgrade = true;
        head->upgrade_is_websocket = strcasecmp(value, "websocket") == 0;
    } else if (strcasecmp(name, "sec-websocket-version") == 0) {
        if (head->has_version)
            return refuse(head->refusal, 400, "Sec-WebSocket-Version is given twice");
        head->has_version = true;
        head->version_is_13 = strcmp(value, "13") == 0;
    }
    return true;
}

static bool cut_header(struct head *head, char *line) {
    char *colon = strchr(line, ':');
    if (colon == NULL || colon == line)
        return refuse(head->refusal, 400, "a header has no name");
    for (const char *at = line; at < colon; at++)
        if (!is_token(*at))
            return refuse(head->refusal, 400, "a header's name is malformed");
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t len = strlen(value);
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
        value[--len] = '\0';
    return take_header(head, line, value);
}

/* The next line of the head, its CRLF cut off; NULL at its end. Behind `end` stands the CRLF of the
 * empty line, so that there always is one. */
static char *next_line(char **at, const char *end) {
    if (*at >= end)
        return NULL;
    char *line = *at;
    char *crlf = memmem(line, (size_t)(end - line) + 2, "\r\n", 2);
    *crlf = '\0';
    *at = crlf + 2;
    return line;
}

/* Bytes that may stand in a head at all: no control but CRLF and tab. */
static bool has_clean_lines(const char *head, size_t len) {
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)head[i];
        if (c == '\r' && head[i + 1] == '\n') {
            i++;
            continue;
        }
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool weigh_upgrade(struct head *head) {
    struct http_request *request = head->request;
    if (!head->has_upgrade || !head->connection_upgrade || !head->upgrade_is_websocket)
        return true; /* another protocol is not spoken: the request is served as it is */
    if (request->method != HTTP_GET || head->http_1_0 || head->length > 0)
        return refuse(head->refusal, 400, "a WebSocket begins with a GET of HTTP/1.1");
    if (!head->has_version || !head->version_is_13)
        return refuse(head->refusal, 426, "Sec-WebSocket-Version must be 13");
    const size_t body = strspn(
        head->key, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    if (body != 22 || strcmp(head->key + 22, "==") != 0)
        return refuse(head->refusal, 400, "Sec-WebSocket-Key must be 16 bytes in base64");
    request->upgrade_websocket = true;
    return token_websocket_accept(request->websocket_accept, head->key) == 0 ||
           refuse(head->refusal, 503, "out of memory");
}

static bool weigh(struct head *head, size_t max_body) {
    struct http_request *request = head->request;
    if (!head->has_host && !head->http_1_0)
        return refuse(head->refusal, 400, "Host is missing");
    if (head->has_encoding)
        return head->has_length ? refuse(head->refusal, 400,
                                      "Content-Length and Transfer-Encoding exclude "
                                      "each other")
                                : refuse(head->refusal, 501,
                                      "Transfer-Encoding is not served; send a "
                                      "Content-Length");
    if (head->length > max_body)
        return refuse(head->refusal, 413, "the body is too large");
    request->keep_alive = head->http_1_0 ? head->connection_keep_alive : !head->connection_close;
    return weigh_upgrade(head);
}

static bool read_head(struct http_parser *parser, char *text, size_t len) {
    parser->request = (struct http_request){.authorization = NOTHING,
        .stream_auth_type = NOTHING,
        .x_stream_client = NOTHING,
        .x_client_request_id = NOTHING,
        .origin = NOTHING,
        .body = NOTHING};
    struct head head = {.request = &parser->request, .refusal = &parser->refusal, .key = NOTHING};
    if (!has_clean_lines(text, len))
        return refuse(&parser->refusal, 400, "the head has a control byte or a bare line feed");
    char *at = text;
    const char *end = text + len;
    char *line = next_line(&at, end);
    if (line == NULL || !cut_request_line(&head, line))
        return parser->refusal.status != 0
                   ? false
                   : refuse(&parser->refusal, 400, "the request line is malformed");
    while ((line = next_line(&at, end)) != NULL && *line != '\0')
        if (!cut_header(&head, line))
            return false;
    parser->body_len = head.length;
    parser->expects_continue = head.expects_continue && !head.http_1_0 && head.length > 0;
    return weigh(&head, parser->max_body);
}

/* Where the head ends, its last CRLFCRLF included; 0: not yet. */
static size_t find_head(struct http_parser *parser) {
    const size_t from = parser->scanned > 3 ? parser->scanned - 3 : 0;
    const char *at = parser->in.at + from;
    const char *end = parser->in.len > from ? memmem(at, parser->in.len - from, "\r\n\r\n", 4)
                                            : NULL;
    parser->scanned = parser->in.len;
    return end != NULL ? (size_t)(end - parser->in.at) + 4 : 0;
}

/* A bare line feed would never come to CRLFCRLF: refuse it when it is seen, not when it times out.
 */
static bool has_bare_line(const struct http_parser *parser, size_t from) {
    const char *found = parser->in.at + from;
    const char *end = parser->in.at + parser->in.len;
    while ((found = memchr(found, '\n', (size_t)(end - found))) != NULL) {
        if (found == parser->in.at || found[-1] != '\r')
            return true;
        found++;
    }
    return false;
}

static bool begin_request(struct http_parser *parser) {
    const size_t seen = parser->scanned;
    const size_t len = find_head(parser);
    const size_t so_far = len != 0 ? len : parser->in.len;
    if (so_far > HTTP_HEAD_BYTES)
        return refuse(&parser->refusal, 431, "the head is larger than 32 KiB");
    if (len == 0)
        return has_bare_line(parser, seen)
                   ? refuse(&parser->refusal, 400, "a line must end in CRLF")
                   : false;
    bytes_append(&parser->head, parser->in.at, len);
    if (bytes_failed(&parser->head))
        return refuse(&parser->refusal, 503, "out of memory");
    bytes_drop(&parser->in, len);
    parser->scanned = 0;
    parser->in_body = true;
    /* The last CRLF of the head is the empty line. */
    return read_head(parser, parser->head.at, len - 2);
}

/* An idle connection holds no buffers. */
static void forget_given(struct http_parser *parser) {
    if (!parser->given)
        return;
    bytes_fini(&parser->head);
    bytes_fini(&parser->body);
    if (parser->in.len == 0)
        bytes_fini(&parser->in);
    parser->given = false;
    parser->in_body = false;
}

static bool take_body(struct http_parser *parser) {
    bytes_append(&parser->body, parser->in.at, parser->body_len);
    if (bytes_failed(&parser->body))
        return refuse(&parser->refusal, 503, "out of memory");
    bytes_drop(&parser->in, parser->body_len);
    parser->request.body = bytes_text(&parser->body);
    parser->request.body_len = parser->body_len;
    return true;
}

enum http_progress http_parser_next(
    struct http_parser *parser, struct http_request *to, struct http_refusal *refusal) {
    forget_given(parser);
    if (parser->refusal.status == 0 && parser->in.len > 0 && !parser->in_body)
        begin_request(parser);
    const bool whole = parser->refusal.status == 0 && parser->in_body &&
                       parser->in.len >= parser->body_len && take_body(parser);
    if (parser->refusal.status != 0) {
        *refusal = parser->refusal;
        return HTTP_REFUSED;
    }
    if (!whole)
        return HTTP_WANTS_MORE;
    parser->given = true;
    *to = parser->request;
    return HTTP_REQUEST;
}

enum http_stage http_parser_stage(const struct http_parser *parser) {
    if (parser->given || (parser->in.len == 0 && !parser->in_body))
        return HTTP_STAGE_IDLE;
    return parser->in_body ? HTTP_STAGE_BODY : HTTP_STAGE_HEAD;
}

bool http_parser_take_expectation(struct http_parser *parser) {
    const bool expects = parser->expects_continue && parser->in_body && !parser->given &&
                         parser->in.len == 0 && parser->refusal.status == 0;
    parser->expects_continue = false;
    return expects;
}

const char *http_parser_rest(const struct http_parser *parser, size_t *len) {
    *len = parser->in.len;
    return bytes_text(&parser->in);
}

const char *http_param(const struct http_request *request, const char *name) {
    for (unsigned i = 0; i < request->param_count; i++)
        if (strcmp(request->params[i].name, name) == 0)
            return request->params[i].value;
    return NULL;
}
