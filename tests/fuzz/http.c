/* SPDX-License-Identifier: MIT */
/*
 * The head of a request: any cut of the bytes gives the same requests; and what is taken was said
 * plainly, by a second reading of the raw head that knows nothing of the first: lines that end in
 * CRLF, no control bytes, one Host, one Content-Length of digits or none, no Transfer-Encoding.
 */
#include "fuzz/target.h"

#include "base/utf8.h"
#include "server/http.h"

#include <strings.h>

enum { BODY_MOST = 300 };

struct tale {
    struct bytes text; /* of all requests */
    int status;        /* of the refusal; 0: none */
};

static bool is_text(const char *text) {
    return utf8_is_valid(text, strlen(text));
}

static bool has_control(const char *text) {
    for (; *text != '\0'; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7f)
            return true;
    return false;
}

static void check_target(const struct http_request *request) {
    HOLDS(request->segment_count <= HTTP_SEGMENTS && request->param_count <= HTTP_PARAMS);
    for (unsigned i = 0; i < request->segment_count; i++) {
        const char *segment = request->segments[i];
        HOLDS(segment[0] != '\0' && is_text(segment) && !has_control(segment));
        HOLDS(strchr(segment, '\t') == NULL);
        HOLDS(strcmp(segment, ".") != 0 && strcmp(segment, "..") != 0);
    }
    for (unsigned i = 0; i < request->param_count; i++) {
        HOLDS(is_text(request->params[i].name) && is_text(request->params[i].value));
        HOLDS(http_param(request, request->params[i].name) == request->params[i].value);
    }
}

static void check_request(const struct http_request *request) {
    check_target(request);
    const char *const headers[] = {request->authorization, request->stream_auth_type,
        request->x_stream_client, request->x_client_request_id, request->origin};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        HOLDS(!has_control(headers[i]));
    HOLDS(request->body != NULL && request->body_len <= BODY_MOST);
    HOLDS((strlen(request->websocket_accept) == 28) == request->upgrade_websocket);
    HOLDS(!request->upgrade_websocket || (request->method == HTTP_GET && request->body_len == 0));
}

/* ---- a second reading ---- */

struct plain {
    unsigned hosts, lengths, encodings;
    size_t length;
    bool odd;
};

static bool is_named(const char *line, size_t name_len, const char *name) {
    return name_len == strlen(name) && strncasecmp(line, name, name_len) == 0;
}

static void read_length(struct plain *plain, const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (at < end && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    plain->lengths++;
    plain->odd |= at == end;
    for (plain->length = 0; at < end; at++) {
        plain->odd |= *at < '0' || *at > '9';
        plain->length = plain->length * 10 + (size_t)(*at - '0');
    }
}

static void read_header(struct plain *plain, const char *line, const char *end) {
    const char *colon = memchr(line, ':', (size_t)(end - line));
    if (colon == NULL || colon == line) {
        plain->odd = true;
        return;
    }
    for (const char *at = line; at < colon; at++)
        plain->odd |= *at <= ' ' || *at == 0x7f || (*at & 0x80) != 0;
    const size_t len = (size_t)(colon - line);
    plain->hosts += is_named(line, len, "host");
    plain->encodings += is_named(line, len, "transfer-encoding");
    if (is_named(line, len, "content-length"))
        read_length(plain, colon + 1, end);
}

static void check_first_line(
    const struct http_request *request, const char *line, const char *end, unsigned hosts) {
    const char *name = http_method_name(request->method);
    const size_t len = strlen(name);
    HOLDS((size_t)(end - line) > len + sizeof " / HTTP/1.1" - 2);
    HOLDS(memcmp(line, name, len) == 0 && memcmp(line + len, " /", 2) == 0);
    HOLDS(memcmp(end - 9, " HTTP/1.", 8) == 0 && (end[-1] == '0' || end[-1] == '1'));
    HOLDS(hosts == 1 || (hosts == 0 && end[-1] == '0'));
}

static void check_raw(const char *raw, size_t len, const struct http_request *request) {
    struct plain plain = {0};
    const char *blank = memmem(raw, len, "\r\n\r\n", 4);
    HOLDS(blank != NULL && blank - raw + 4 <= HTTP_HEAD_BYTES);
    for (const char *at = raw; at < blank; at++) {
        const unsigned char c = (unsigned char)*at;
        HOLDS((c >= 0x20 && c != 0x7f) || c == '\t' || (c == '\r' && at[1] == '\n') ||
              (c == '\n' && at > raw && at[-1] == '\r'));
    }
    const char *first_end = memmem(raw, len, "\r\n", 2);
    for (const char *line = first_end + 2; line < blank + 2;) {
        const char *end = memmem(line, (size_t)(raw + len - line), "\r\n", 2);
        read_header(&plain, line, end);
        line = end + 2;
    }
    HOLDS(!plain.odd && plain.encodings == 0 && plain.lengths <= 1);
    HOLDS(request->body_len == (plain.lengths == 1 ? plain.length : 0));
    HOLDS(len - (size_t)(blank + 4 - raw) == request->body_len);
    HOLDS(memcmp(blank + 4, request->body, request->body_len) == 0);
    check_first_line(request, raw, first_end, plain.hosts);
}

/* ---- the first ---- */

static void tell(struct bytes *to, const struct http_request *request) {
    bytes_printf(to, "%s", http_method_name(request->method));
    for (unsigned i = 0; i < request->segment_count; i++)
        bytes_printf(to, "/%s\n", request->segments[i]);
    for (unsigned i = 0; i < request->param_count; i++)
        bytes_printf(to, "&%s=%s\n", request->params[i].name, request->params[i].value);
    bytes_printf(to, "[%s][%s][%s][%s][%s][%s]%d%d ", request->authorization,
        request->stream_auth_type, request->x_stream_client, request->x_client_request_id,
        request->origin, request->websocket_accept, request->upgrade_websocket,
        request->keep_alive);
    bytes_append(to, request->body, request->body_len);
    bytes_append_char(to, '\n');
}

/* False: it says no more. */
static bool read_on(struct http_parser *parser, struct tale *tale, bool whole) {
    for (;;) {
        struct http_request request;
        struct http_refusal refusal = {0};
        struct bytes raw = BYTES_EMPTY;
        size_t before, after;
        const char *rest = http_parser_rest(parser, &before);
        if (whole)
            bytes_append(&raw, rest, before);
        const enum http_progress progress = http_parser_next(parser, &request, &refusal);
        if (progress == HTTP_REQUEST) {
            http_parser_rest(parser, &after);
            HOLDS(http_parser_stage(parser) == HTTP_STAGE_IDLE);
            HOLDS(after < before || !whole);
            check_request(&request);
            if (whole)
                check_raw(raw.at, before - after, &request);
            tell(&tale->text, &request);
        } else if (progress == HTTP_REFUSED) {
            HOLDS(refusal.status >= 400 && refusal.status <= 503 && refusal.reason[0] != '\0');
            tale->status = refusal.status;
        }
        bytes_fini(&raw);
        if (progress == HTTP_WANTS_MORE)
            return true;
        if (progress == HTTP_REFUSED || request.upgrade_websocket || !request.keep_alive)
            return false;
    }
}

static void play(
    struct tale *tale, const uint8_t *bytes, size_t len, enum cutting cutting, uint32_t seed) {
    struct http_parser *parser = http_parser_create(BODY_MOST);
    HOLDS(parser != NULL);
    bool goes_on = true;
    for (size_t at = 0, piece; at < len && goes_on; at += piece) {
        piece = cut_next(cutting, &seed, len - at);
        HOLDS(http_parser_feed(parser, bytes + at, piece) == 0);
        goes_on = read_on(parser, tale, cutting == CUT_NOT);
        if (goes_on && seed % 3 == 0)
            http_parser_take_expectation(parser);
    }
    if (tale->status != 0) { /* a refusal is final */
        struct http_request request;
        struct http_refusal refusal = {0};
        HOLDS(http_parser_feed(parser, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 27) == 0);
        HOLDS(http_parser_next(parser, &request, &refusal) == HTTP_REFUSED);
        HOLDS(refusal.status == tale->status);
    }
    http_parser_destroy(parser);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct tale tales[CUTTINGS] = {0};
    const uint32_t seed = len > 0 ? bytes[len / 2] : 0;
    for (int i = 0; i < CUTTINGS; i++)
        play(&tales[i], bytes, len, (enum cutting)i, seed);
    for (int i = 1; i < CUTTINGS; i++) {
        HOLDS(strcmp(bytes_text(&tales[0].text), bytes_text(&tales[i].text)) == 0);
        HOLDS(tales[0].status == tales[i].status);
    }
    for (int i = 0; i < CUTTINGS; i++)
        bytes_fini(&tales[i].text);
    return 0;
}
