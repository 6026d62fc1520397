/* SPDX-License-Identifier: MIT */
/*
 * Requests, good and bad, and what the parser makes of each: fed whole, byte by byte and in pieces
 * of three, with the same outcome. An outcome is a line a request, or the status of the refusal:
 *
 *     GET channels|messaging ?limit=5 auth=a.b.c body=4:true close upgrade
 */
#include "support/case.h"

#include "server/http.h"

enum { MAX_BODY = 64 };

#define H "Host: h\r\n"
#define END "\r\n\r\n"
#define UPGRADE H "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

#define BYTES(literal) (literal), sizeof(literal) - 1

static const struct row {
    const char *bytes;
    size_t len;
    const char *outcome;
} rows[] = {
    /* request lines */
    {BYTES("GET / HTTP/1.1\r\n" H "\r\n"), "GET\n"},
    {BYTES("GET /users HTTP/1.1\r\n" H "\r\n"), "GET users\n"},
    {BYTES("GET /users/ HTTP/1.1\r\n" H "\r\n"), "GET users\n"},
    {BYTES("GET /channels/messaging/hall HTTP/1.1\r\n" H "\r\n"), "GET channels|messaging|hall\n"},
    {BYTES("POST /a HTTP/1.1\r\n" H "\r\n"), "POST a\n"},
    {BYTES("PUT /a HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"), "PUT a\n"},
    {BYTES("PATCH /a HTTP/1.1\r\n" H "\r\n"), "PATCH a\n"},
    {BYTES("DELETE /a HTTP/1.1\r\n" H "\r\n"), "DELETE a\n"},
    {BYTES("OPTIONS /a HTTP/1.1\r\n" H "\r\n"), "OPTIONS a\n"},
    {BYTES("HEAD /a HTTP/1.1\r\n" H "\r\n"), "HEAD a\n"},
    {BYTES("CONNECT example.org:443 HTTP/1.1\r\n" H "\r\n"), "405"},
    {BYTES("TRACE / HTTP/1.1\r\n" H "\r\n"), "405"},
    {BYTES("get / HTTP/1.1\r\n" H "\r\n"), "405"},
    {BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/2.0\r\n" H "\r\n"), "400"},
    {BYTES("GET / HTTP/1.2\r\n" H "\r\n"), "400"},
    {BYTES("GET / http/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /\r\n" H "\r\n"), "400"},
    {BYTES("GET\r\n\r\n"), "400"},
    {BYTES("GET  / HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /  HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES(" GET / HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a b HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET\t/ HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET users HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET http://h/users HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("OPTIONS * HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("\r\nGET / HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("\x16\x03\x01\x02\x00\x01\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Expect: 200-ok\r\nContent-Length: 2\r\n\r\nab"), "417"},
    /* paths */
    {BYTES("GET //users HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a//b HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a/. HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /../a HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a/%2e%2E/b HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /%2e HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a%2Fb HTTP/1.1\r\n" H "\r\n"), "GET a/b\n"},
    {BYTES("GET /a%252Fb HTTP/1.1\r\n" H "\r\n"), "GET a%2Fb\n"},
    {BYTES("GET /a+b%20c HTTP/1.1\r\n" H "\r\n"), "GET a+b c\n"},
    {BYTES("GET /%e4%BD%a0 HTTP/1.1\r\n" H "\r\n"), "GET \xe4\xbd\xa0\n"},
    {BYTES("GET /%ff HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /%00 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a%00b HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /%zz HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /%4 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a% HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a%0a HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a%0d%0aX:y HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /a%7f HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /1/2/3/4/5/6/7/8 HTTP/1.1\r\n" H "\r\n"), "GET 1|2|3|4|5|6|7|8\n"},
    {BYTES("GET /1/2/3/4/5/6/7/8/9 HTTP/1.1\r\n" H "\r\n"), "404"},
    /* queries */
    {BYTES("GET /u?a=1&b=2 HTTP/1.1\r\n" H "\r\n"), "GET u ?a=1 ?b=2\n"},
    {BYTES("GET /u? HTTP/1.1\r\n" H "\r\n"), "GET u\n"},
    {BYTES("GET /u?&&a=1& HTTP/1.1\r\n" H "\r\n"), "GET u ?a=1\n"},
    {BYTES("GET /u?a HTTP/1.1\r\n" H "\r\n"), "GET u ?a=\n"},
    {BYTES("GET /u?a= HTTP/1.1\r\n" H "\r\n"), "GET u ?a=\n"},
    {BYTES("GET /u?a=b=c HTTP/1.1\r\n" H "\r\n"), "GET u ?a=b=c\n"},
    {BYTES("GET /u?a=b+c%2Bd HTTP/1.1\r\n" H "\r\n"), "GET u ?a=b c+d\n"},
    {BYTES("GET /u?a%3Db=%26 HTTP/1.1\r\n" H "\r\n"), "GET u ?a=b=&\n"},
    {BYTES("GET /u?a=/../?x HTTP/1.1\r\n" H "\r\n"), "GET u ?a=/../?x\n"},
    {BYTES("GET /u?a=%0aOrigin:x HTTP/1.1\r\n" H "\r\n"), "GET u ?a=\nOrigin:x\n"},
    {BYTES("GET /u?a=1&a=1 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /u?a=1&%61=2 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /u?a=%00 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /u?%00=1 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /u?a=%zz HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET /u?a=%e4%BD HTTP/1.1\r\n" H "\r\n"), "400"},
    /* headers */
    {BYTES("GET / HTTP/1.1\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H H "\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\nhOST:h\r\n\r\n"), "GET\n"},
    {BYTES("GET / HTTP/1.1\r\n" H "Authorization:  a.b.c \t\r\n\r\n"), "GET auth=a.b.c\n"},
    {BYTES("GET / HTTP/1.1\r\n" H "AUTHORIZATION: a\r\nauthorization: a\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "Authorization:\r\n\r\n"), "GET\n"},
    {BYTES("GET / HTTP/1.1\r\n" H "X: y\r\nX: z\r\n\r\n"), "GET\n"},
    {BYTES("GET / HTTP/1.1\r\n" H "Authorization : a\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H " folded\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "X: y\r\n\tz: folded\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "no colon\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H ": nameless\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "X(y): z\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\n" H "\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\nHost: h\n\n"), "400"},
    {BYTES("\nGET / HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\nHost: h\rX: y" END), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "X: a\x01\r\n\r\n"), "400"},
    {BYTES("GET /\0 HTTP/1.1\r\n" H "\r\n"), "400"},
    {BYTES("GET / HTTP/1.1\r\n" H "X: \xff\r\n\r\n"), "GET\n"},
    /* what follows the reply */
    {BYTES("GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n"), "GET close\n"},
    {BYTES("GET / HTTP/1.1\r\n" H "Connection: x, CLOSE\r\n\r\n"), "GET close\n"},
    {BYTES("GET / HTTP/1.1\r\n" H "Connection: closed\r\n\r\n"), "GET\n"},
    {BYTES("GET / HTTP/1.0\r\n\r\n"), "GET close\n"},
    {BYTES("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), "GET\n"},
    /* bodies */
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\ntrue"), "POST body=4:true\n"},
    {BYTES("POST / HTTP/1.1\r\n" H "content-length:\t4 \r\n\r\ntrue"), "POST body=4:true\n"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 004\r\n\r\ntrue"), "POST body=4:true\n"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\ntru"), ""},
    {BYTES("GET / HTTP/1.1\r\n" H "Content-Length: 4\r\n\r\ntrue"), "GET body=4:true\n"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\na\nb"), "POST body=3:a\nb\n"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 65\r\n\r\n"), "413"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 999999999999999999\r\n\r\n"), "413"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 10000000000000000000\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551620\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: +5\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 5, 5\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 5 5\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 0x10\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 1e1\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: \r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 0\r\nContent-Length: 0\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nContent-Length: 5\r\n\r\n"), "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "501"},
    {BYTES("POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n"), "501"},
    {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"),
        "400"},
    {BYTES("POST / HTTP/1.1\r\n" H "transfer-encoding:\r\nContent-Length: 0\r\n\r\n"), "400"},
    /* one behind the other */
    {BYTES("GET /a HTTP/1.1\r\n" H "\r\nPOST /b HTTP/1.1\r\n" H
           "Content-Length: 2\r\n\r\nokGET /c?d=e HTTP/1.1\r\n" H "\r\n"),
        "GET a\nPOST b body=2:ok\nGET c ?d=e\n"},
    {BYTES("POST /a HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\nGET /b HTTP/1.1\r\n" H "\r\n"),
        "POST a\nGET b\n"},
    {BYTES("GET /a HTTP/1.1\r\n" H "\r\nGET /b HTTP/9\r\n" H "\r\nGET /c HTTP/1.1\r\n" H "\r\n"),
        "GET a\n400"},
    {BYTES("POST /a HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nokX"), "POST a body=2:ok\n"},
    /* upgrades */
    {BYTES("GET /connect?json=x HTTP/1.1\r\n" UPGRADE VERSION KEY "\r\n"),
        "GET connect ?json=x upgrade=s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n"},
    {BYTES("GET /connect HTTP/1.1\r\n" H "upgrade: WebSocket\r\nconnection: keep-alive, "
           "Upgrade\r\n" VERSION KEY "\r\n"),
        "GET connect upgrade=s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\n"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 8\r\n" KEY "\r\n"), "426"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 13, 8\r\n" KEY "\r\n"),
        "426"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE KEY "\r\n"), "426"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE "Sec-WebSocket-Version: 8\r\n" VERSION KEY "\r\n"),
        "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION KEY KEY "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION "Sec-WebSocket-Key: short==\r\n\r\n"),
        "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n\r\n"),
        "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ%==\r\n\r\n"),
        "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA==\r\n\r\n"),
        "400"},
    {BYTES("POST /connect HTTP/1.1\r\n" UPGRADE VERSION KEY "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.0\r\n" UPGRADE VERSION KEY "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION KEY "Content-Length: 1\r\n\r\nx"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE "Upgrade: h2c\r\n" VERSION KEY "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION VERSION KEY "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION KEY KEY "\r\n"), "400"},
    {BYTES("GET /connect HTTP/1.1\r\n" H "Upgrade: foo\r\nConnection: Upgrade\r\n\r\n"),
        "GET connect\n"},
    {BYTES("GET /connect HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
           "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n"),
        "GET connect\n"},
    {BYTES("GET /connect HTTP/1.1\r\n" H "Upgrade: websocket\r\n" VERSION KEY "\r\n"),
        "GET connect\n"},
};

/* A new outcome's text behind the others'. */
static void describe(struct bytes *to, const struct http_request *request) {
    bytes_append_text(to, http_method_name(request->method));
    for (unsigned i = 0; i < request->segment_count; i++)
        bytes_printf(to, "%s%s", i == 0 ? " " : "|", request->segments[i]);
    for (unsigned i = 0; i < request->param_count; i++)
        bytes_printf(to, " ?%s=%s", request->params[i].name, request->params[i].value);
    if (request->authorization[0] != '\0')
        bytes_printf(to, " auth=%s", request->authorization);
    if (request->body_len > 0)
        bytes_printf(to, " body=%zu:%s", request->body_len, request->body);
    if (!request->keep_alive)
        bytes_append_text(to, " close");
    if (request->upgrade_websocket)
        bytes_printf(to, " upgrade=%s", request->websocket_accept);
    bytes_append_text(to, "\n");
}

/* Feed in pieces, and say what came of it: freed by the caller. Each piece is a copy without a
 * byte behind it, so that a reader who goes too far is seen. */
static char *outcome_of(const char *at, size_t len, size_t piece) {
    struct http_parser *parser = http_parser_create(MAX_BODY);
    struct bytes outcome = BYTES_EMPTY;
    bool refused = false;
    assert_non_null(parser);
    for (size_t done = 0; done < len && !refused; done += piece) {
        const size_t now = len - done < piece ? len - done : piece;
        char *copy = malloc(now);
        memcpy(copy, at + done, now);
        assert_int_equal(http_parser_feed(parser, copy, now), 0);
        free(copy);
        for (enum http_progress progress = HTTP_REQUEST; progress == HTTP_REQUEST;) {
            struct http_request request;
            struct http_refusal refusal;
            progress = http_parser_next(parser, &request, &refusal);
            if (progress == HTTP_REQUEST)
                describe(&outcome, &request);
            if (progress == HTTP_REFUSED)
                bytes_printf(&outcome, "%d", refusal.status);
            refused = progress == HTTP_REFUSED;
        }
    }
    http_parser_destroy(parser);
    bytes_append_text(&outcome, "");
    return bytes_take(&outcome);
}

static void expect(const char *bytes, size_t len, const char *wanted) {
    const size_t pieces[] = {len, 1, 3};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char *got = outcome_of(bytes, len, pieces[i]);
        if (strcmp(got, wanted) != 0)
            fail_msg("%.*s\nin pieces of %zu\ngot    %s\nwanted %s", (int)(len < 400 ? len : 400),
                bytes, pieces[i], got, wanted);
        free(got);
    }
}

static void each_request_has_one_reading_however_it_is_cut(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect(rows[i].bytes, rows[i].len, rows[i].outcome);
}

/* A head of exactly `len` bytes. */
static char *head_of(size_t len) {
    static const char start[] = "GET / HTTP/1.1\r\n" H "X: ";
    char *head = malloc(len);
    memset(head, 'a', len);
    memcpy(head, start, sizeof start - 1);
    memcpy(head + len - 4, END, 4);
    return head;
}

static void a_head_of_32_kib_is_served_and_a_byte_more_is_not(void **state) {
    (void)state;
    char *head = head_of(HTTP_HEAD_BYTES);
    expect(head, HTTP_HEAD_BYTES, "GET\n");
    free(head);
    head = head_of(HTTP_HEAD_BYTES + 1);
    expect(head, HTTP_HEAD_BYTES + 1, "431");
    /* It is refused before it is whole, too. */
    expect(head, HTTP_HEAD_BYTES + 1 - 4, "");
    memset(head + HTTP_HEAD_BYTES - 3, 'a', 4);
    expect(head, HTTP_HEAD_BYTES + 1, "431");
    free(head);
}

static void a_long_first_line_is_a_head_too_large(void **state) {
    (void)state;
    const size_t len = HTTP_HEAD_BYTES + 100;
    char *line = malloc(len);
    memset(line, 'a', len);
    memcpy(line, "GET /?", 6);
    expect(line, len, "431");
    free(line);
}

static void as_many_parameters_as_are_kept_and_no_more(void **state) {
    (void)state;
    for (unsigned count = HTTP_PARAMS; count <= HTTP_PARAMS + 1; count++) {
        struct bytes text = BYTES_EMPTY, wanted = BYTES_EMPTY;
        bytes_append_text(&text, "GET /u?");
        bytes_append_text(&wanted, "GET u");
        for (unsigned i = 0; i < count; i++) {
            bytes_printf(&text, "p%u=%u&", i, i);
            bytes_printf(&wanted, " ?p%u=%u", i, i);
        }
        bytes_append_text(&text, " HTTP/1.1\r\n" H "\r\n");
        bytes_append_text(&wanted, "\n");
        expect(text.at, text.len, count <= HTTP_PARAMS ? bytes_text(&wanted) : "400");
        bytes_fini(&text);
        bytes_fini(&wanted);
    }
}

static struct http_parser *fed(const char *text, size_t len) {
    struct http_parser *parser = http_parser_create(MAX_BODY);
    assert_non_null(parser);
    assert_int_equal(http_parser_feed(parser, text, len), 0);
    return parser;
}

static void a_request_keeps_while_more_arrives(void **state) {
    (void)state;
    struct http_parser *parser = fed(
        BYTES("POST /a/b?c=d HTTP/1.1\r\n" H "X-Stream-Client: me\r\nOrigin: o\r\n"
              "stream-auth-type: jwt\r\nx-client-request-id: 7\r\nContent-Length: 2\r\n\r\nok"));
    struct http_request request;
    struct http_refusal refusal;
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_REQUEST);
    char *more = head_of(HTTP_HEAD_BYTES);
    assert_int_equal(http_parser_feed(parser, more, HTTP_HEAD_BYTES), 0);
    free(more);
    assert_string_equal(request.segments[1], "b");
    assert_string_equal(http_param(&request, "c"), "d");
    assert_null(http_param(&request, "C"));
    assert_string_equal(request.x_stream_client, "me");
    assert_string_equal(request.origin, "o");
    assert_string_equal(request.stream_auth_type, "jwt");
    assert_string_equal(request.x_client_request_id, "7");
    assert_string_equal(request.body, "ok");
    http_parser_destroy(parser);
}

static void what_follows_an_upgrade_is_kept_apart(void **state) {
    (void)state;
    struct http_parser *parser = fed(
        BYTES("GET /connect HTTP/1.1\r\n" UPGRADE VERSION KEY "\r\n\x81\x80"
              "abcd"));
    struct http_request request;
    struct http_refusal refusal;
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_REQUEST);
    assert_true(request.upgrade_websocket);
    size_t len;
    const char *rest = http_parser_rest(parser, &len);
    assert_int_equal(len, 6);
    assert_memory_equal(rest,
        "\x81\x80"
        "abcd",
        6);
    http_parser_destroy(parser);
}

static void the_stage_tells_what_is_waited_for(void **state) {
    (void)state;
    struct http_parser *parser = http_parser_create(MAX_BODY);
    struct http_request request;
    struct http_refusal refusal;
    assert_int_equal(http_parser_stage(parser), HTTP_STAGE_IDLE);
    http_parser_feed(parser, BYTES("POST / HTTP/1.1\r\n"));
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_WANTS_MORE);
    assert_int_equal(http_parser_stage(parser), HTTP_STAGE_HEAD);
    http_parser_feed(parser, BYTES(H "Content-Length: 2\r\n\r\n"));
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_WANTS_MORE);
    assert_int_equal(http_parser_stage(parser), HTTP_STAGE_BODY);
    http_parser_feed(parser, BYTES("ok"));
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_REQUEST);
    assert_int_equal(http_parser_stage(parser), HTTP_STAGE_IDLE);
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_WANTS_MORE);
    assert_int_equal(http_parser_stage(parser), HTTP_STAGE_IDLE);
    http_parser_destroy(parser);
}

static void who_waits_to_send_a_body_is_found_once(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        bool waits;
    } heads[] = {
        {BYTES("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"), true},
        {BYTES("POST / HTTP/1.1\r\n" H "expect: 100-Continue\r\nContent-Length: 2\r\n\r\n"), true},
        {BYTES("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 2\r\n\r\na"),
            false},
        {BYTES("POST / HTTP/1.0\r\n" H "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"), false},
        {BYTES("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n"), false},
        {BYTES("POST / HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\n"), false},
        {BYTES("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\n"), false},
        {BYTES("POST / HTTP/1.1\r\n" H "Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n"),
            false}};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        struct http_parser *parser = fed(heads[i].bytes, heads[i].len);
        struct http_request request;
        struct http_refusal refusal;
        (void)http_parser_next(parser, &request, &refusal);
        if (http_parser_take_expectation(parser) != heads[i].waits)
            fail_msg("%s", heads[i].bytes);
        assert_false(http_parser_take_expectation(parser));
        http_parser_destroy(parser);
    }
}

static void a_refusal_is_final(void **state) {
    (void)state;
    struct http_parser *parser = fed(BYTES("CONNECT x HTTP/1.1\r\n" H "\r\n"));
    struct http_request request;
    struct http_refusal refusal;
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_REFUSED);
    http_parser_feed(parser, BYTES("GET / HTTP/1.1\r\n" H "\r\n"));
    assert_int_equal(http_parser_next(parser, &request, &refusal), HTTP_REFUSED);
    assert_int_equal(refusal.status, 405);
    http_parser_destroy(parser);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_request_has_one_reading_however_it_is_cut),
        CASE(a_head_of_32_kib_is_served_and_a_byte_more_is_not),
        CASE(a_long_first_line_is_a_head_too_large),
        CASE(as_many_parameters_as_are_kept_and_no_more),
        CASE(a_request_keeps_while_more_arrives),
        CASE(what_follows_an_upgrade_is_kept_apart),
        CASE(the_stage_tells_what_is_waited_for),
        CASE(who_waits_to_send_a_body_is_found_once),
        CASE(a_refusal_is_final),
    };
    return RUN_CASES("server-http", cases);
}
