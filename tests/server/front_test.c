/* SPDX-License-Identifier: MIT */
/*
 * The front on a real loop in a thread of its own, and a blocking client that may be as rude as it
 * likes. The server behind the front is made of words: GET /now replies at once, /later a moment
 * after; a WebSocket echoes, and obeys "flood", "bye" and "quiet".
 */
#include "support/case.h"

#include "base/clock.h"
#include "server/front.h"
#include "wire/limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FLOOD_FRAMES = 400, FLOOD_BYTES = 16 * 1024, PATIENCE_S = 20 };

#define BYTES(literal) (literal), sizeof(literal) - 1
#define UPGRADE                                                                                    \
    "GET /connect?x=1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"        \
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

/* ---- the server ---- */

struct waiting {
    uv_timer_t timer;
    struct front_exchange *exchange;
};

struct house {
    bool told_to_stop; /* the test's own */
    pthread_t thread;
    uv_loop_t loop;
    uv_async_t stop;
    struct front *front;
    struct log log;
    unsigned max_connections, max_per_address;
    int port, fault, loop_fault;
    _Atomic bool ready;
    char aside_url[128];
    struct front_counts *counts; /* filled at the end; NULL: not wanted */
    _Atomic unsigned requests, aside, opened, messages, ends[4];
};

static void on_aside(
    void *owner, struct front_exchange *exchange, const struct http_request *request) {
    struct house *house = owner;
    (void)request;
    house->aside++;
    front_reply(exchange, 200, "", "aside\n", 6);
}

static void on_freed(uv_handle_t *handle) {
    free(handle->data);
}

static void on_later(uv_timer_t *timer) {
    struct waiting *waiting = timer->data;
    front_reply(waiting->exchange, 200, "", "later", 5);
    uv_close((uv_handle_t *)timer, on_freed);
}

static void on_request(
    void *owner, struct front_exchange *exchange, const struct http_request *request) {
    struct house *house = owner;
    house->requests++;
    if (request->segment_count == 1 && strcmp(request->segments[0], "later") == 0) {
        struct waiting *waiting = calloc(1, sizeof *waiting);
        waiting->exchange = exchange;
        waiting->timer.data = waiting;
        uv_timer_init(&house->loop, &waiting->timer);
        uv_timer_start(&waiting->timer, on_later, 20, 0);
        return;
    }
    if (request->body_len > 0) {
        front_reply(exchange, 201, "", request->body, request->body_len);
        return;
    }
    const char *name = request->segment_count > 0 ? request->segments[0] : "root";
    front_reply(exchange, 200, "X-More: yes\r\n", name, strlen(name));
}

static void send_text(struct front_socket *socket, const char *text, size_t len) {
    struct frame *frame = frame_text(text, len, 0);
    front_send(socket, frame);
    frame_unref(frame);
}

static void flood(struct front_socket *socket) {
    char *text = malloc(FLOOD_BYTES);
    memset(text, 'f', FLOOD_BYTES);
    for (int i = 0; i < FLOOD_FRAMES; i++)
        send_text(socket, text, FLOOD_BYTES);
    free(text);
}

static void on_opened(
    void *owner, struct front_socket *socket, const struct http_request *request) {
    struct house *house = owner;
    house->opened++;
    send_text(socket, http_param(request, "x"), 1);
}

/* Three of one mark, of which the last alone is worth sending, and one of another. */
static void send_marked(struct front_socket *socket) {
    static const char *const texts[] = {"1", "2", "3", "4"};
    for (unsigned i = 0; i < 4; i++) {
        struct frame *frame = frame_text(texts[i], 1, i < 3 ? 7 : 8);
        frame->kind = EVENT_PRESENCE_CHANGED;
        front_send(socket, frame);
        frame_unref(frame);
    }
}

static void on_message(void *owner, struct front_socket *socket, const char *text, size_t len) {
    struct house *house = owner;
    house->messages++;
    if (len == 5 && memcmp(text, "flood", 5) == 0)
        flood(socket);
    else if (len == 3 && memcmp(text, "bye", 3) == 0)
        front_close(socket, 4001, "as you wish");
    else if (len == 6 && memcmp(text, "marked", 6) == 0)
        send_marked(socket);
    else if (len != 5 || memcmp(text, "quiet", 5) != 0)
        send_text(socket, text, len);
}

static void on_closed(void *owner, struct front_socket *socket, enum front_end end) {
    struct house *house = owner;
    (void)socket;
    house->ends[end]++;
}

static const struct front_ears ears = {.request = on_request,
    .aside = on_aside,
    .opened = on_opened,
    .message = on_message,
    .closed = on_closed};

static void on_done(void *owner) {
    struct house *house = owner;
    uv_stop(&house->loop);
}

static void on_stop(uv_async_t *async) {
    struct house *house = async->data;
    front_drain(house->front, 1012, "restarting", 5000, on_done);
}

static void *live(void *context) {
    struct house *house = context;
    const struct front_options options = {.loop = &house->loop,
        .host = "127.0.0.1",
        .aside_host = "127.0.0.1",
        .max_connections = house->max_connections,
        .max_per_address = house->max_per_address,
        .log = &house->log,
        .ears = &ears,
        .owner = house};
    const char *why = NULL;
    uv_loop_init(&house->loop);
    uv_async_init(&house->loop, &house->stop, on_stop);
    house->stop.data = house;
    house->fault = front_create(&house->front, &options, &why);
    house->port = house->fault == 0 ? front_port(house->front) : 0;
    if (house->fault == 0)
        snprintf(house->aside_url, sizeof house->aside_url, "%s", front_aside_url(house->front));
    house->ready = true;
    if (house->fault == 0)
        uv_run(&house->loop, UV_RUN_DEFAULT);
    if (house->counts != NULL)
        *house->counts = *front_counts(house->front);
    front_destroy(house->front);
    uv_close((uv_handle_t *)&house->stop, NULL);
    uv_run(&house->loop, UV_RUN_DEFAULT);
    house->loop_fault = uv_loop_close(&house->loop);
    return NULL;
}

static bool is_ready(void *context) {
    return ((struct house *)context)->ready;
}

/* Once: when it has drained the loop is gone, and with it what would be rung. */
static void stop(struct house *house) {
    if (!house->told_to_stop)
        uv_async_send(&house->stop);
    house->told_to_stop = true;
}

static struct house *open_house_for(unsigned max_connections, unsigned max_per_address) {
    struct house *house = calloc(1, sizeof *house);
    assert_non_null(house);
    house->max_connections = max_connections;
    house->max_per_address = max_per_address;
    assert_int_equal(pthread_create(&house->thread, NULL, live, house), 0);
    assert_true(case_until(is_ready, house, 10000));
    assert_int_equal(house->fault, 0);
    return house;
}

static struct house *open_house(unsigned max_connections) {
    return open_house_for(max_connections, 0);
}

/* Every test ends here: the drain comes to its end, and the loop is left with nothing in it. */
static void close_house(struct house *house) {
    stop(house);
    pthread_join(house->thread, NULL);
    assert_int_equal(house->loop_fault, 0);
    const unsigned told = house->ends[0] + house->ends[1] + house->ends[2] + house->ends[3];
    assert_int_equal(told, house->opened);
    free(house);
}

/* ---- the client ---- */

/* Who comes from 127.1.x.y is a stranger from 10.1.x.y. In place of the C library's own. */
int getpeername(int fd, __SOCKADDR_ARG address, socklen_t *restrict len) {
    struct sockaddr_in *in = address.__sockaddr_in__;
    const long rc = syscall(SYS_getpeername, fd, in, len);
    if (rc == 0 && in->sin_family == AF_INET && ntohl(in->sin_addr.s_addr) >> 16 == 0x7f01)
        in->sin_addr.s_addr = htonl((ntohl(in->sin_addr.s_addr) & 0xffff) | 0x0a010000);
    return (int)rc;
}

static int dial_port_from(uint32_t address, int port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    const struct sockaddr_in to = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(bind(fd, (const struct sockaddr *)&from, sizeof from), 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static int dial_port(int port) {
    return dial_port_from(INADDR_LOOPBACK, port);
}

static int dial(const struct house *house) {
    return dial_port(house->port);
}

static int dial_aside(const struct house *house) {
    return dial_port(atoi(strrchr(house->aside_url, ':') + 1));
}

static void say(int fd, const char *text, size_t len) {
    assert_int_equal(send(fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

/* All there is until the peer's end; freed by the caller. */
static char *hear_all(int fd, size_t *len) {
    struct bytes text = BYTES_EMPTY;
    char chunk[4096];
    ssize_t got;
    while ((got = recv(fd, chunk, sizeof chunk, 0)) > 0)
        bytes_append(&text, chunk, (size_t)got);
    if (got < 0)
        fail_msg("%s, after %zu bytes: %s", strerror(errno), text.len, bytes_text(&text));
    *len = text.len;
    bytes_append_text(&text, "");
    return bytes_take(&text);
}

static void hear_exactly(int fd, void *to, size_t len) {
    for (size_t got = 0; got < len;) {
        const ssize_t now = recv(fd, (char *)to + got, len - got, 0);
        if (now <= 0)
            fail_msg("%zu of %zu bytes, then %s", got, len, now == 0 ? "the end" : strerror(errno));
        got += (size_t)now;
    }
}

static void expect_bytes(int fd, const char *bytes, size_t len) {
    char got[256];
    assert_true(len <= sizeof got);
    hear_exactly(fd, got, len);
    assert_memory_equal(got, bytes, len);
}

static void expect_end(int fd) {
    char byte;
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
    close(fd);
}

/* Ask with "Connection: close" in it, and hear it out; freed by the caller. */
static char *ask(const struct house *house, const char *text, size_t text_len) {
    size_t len;
    const int fd = dial(house);
    say(fd, text, text_len);
    char *reply = hear_all(fd, &len);
    close(fd);
    return reply;
}

static void expect_status(const struct house *house, const char *text, size_t len, int status) {
    char start[32];
    char *reply = ask(house, text, len);
    snprintf(start, sizeof start, "HTTP/1.1 %d ", status);
    if (strncmp(reply, start, strlen(start)) != 0)
        fail_msg("%.*s\n→ %s\nwanted %s", (int)(len < 200 ? len : 200), text, reply, start);
    assert_non_null(strstr(reply, "Access-Control-Allow-Origin: *\r\n"));
    assert_non_null(strstr(reply, "Connection: close\r\n"));
    free(reply);
}

static void expect_served(const struct house *house) {
    expect_status(house, BYTES("GET /now HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"), 200);
}

static int dial_socket(const struct house *house) {
    char head[4096];
    size_t len = 0;
    const int fd = dial(house);
    say(fd, BYTES(UPGRADE));
    do
        hear_exactly(fd, head + len, 1);
    while (++len < 4 || memcmp(head + len - 4, "\r\n\r\n", 4) != 0);
    head[len] = '\0';
    assert_non_null(strstr(head, "HTTP/1.1 101 "));
    assert_non_null(strstr(head, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    expect_bytes(fd,
        "\x81\x01"
        "1",
        3);
    return fd;
}

/* A masked frame; the mask is zeroes, which the RFC allows. */
static void say_frame(int fd, unsigned first, const char *payload, size_t len) {
    char frame[256] = {(char)first, (char)(0x80 | len)};
    assert_true(len <= 125);
    memcpy(frame + 6, payload, len);
    say(fd, frame, 6 + len);
}

struct count {
    const _Atomic unsigned *of;
    unsigned wanted;
};

static bool has_come_to(void *context) {
    const struct count *count = context;
    return *count->of >= count->wanted;
}

static void wait_for(const _Atomic unsigned *of, unsigned wanted) {
    struct count count = {of, wanted};
    if (!case_until(has_come_to, &count, 10000))
        fail_msg("still %u of %u", *of, wanted);
}

/* ---- HTTP ---- */

static void pipelined_requests_are_answered_in_order(void **state) {
    (void)state;
    struct house *house = open_house(0);
    char *reply = ask(house, BYTES("GET /now HTTP/1.1\r\nHost: h\r\n\r\n"
                                   "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"
                                   "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
                                   "GET /after HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    const char *at = reply;
    static const char *const wanted[] = {"HTTP/1.1 200 OK", "X-More: yes", "\r\n\r\nnow",
        "HTTP/1.1 201 Created", "\r\n\r\nbody", "\r\n\r\nlater", "Connection: close",
        "\r\n\r\nafter"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        at = strstr(at, wanted[i]);
        if (at == NULL)
            fail_msg("no %s in its place in %s", wanted[i], reply);
        at += strlen(wanted[i]);
    }
    assert_int_equal(*at, '\0');
    assert_int_equal(house->requests, 4);
    free(reply);
    close_house(house);
}

/* Far more than there is stack for, if each reply began the next request from inside itself. */
static void thousands_of_requests_in_one_breath_are_all_served(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    static const char one[] = "GET / HTTP/1.1\r\nHost:\r\n\r\n";
    struct house *house = open_house(0);
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < COUNT; i++)
        bytes_append(&text, one, sizeof one - 1);
    bytes_append_text(&text, "GET /last HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n");
    size_t len;
    const int fd = dial(house);
    const int huge = 4 * 1024 * 1024;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &huge, sizeof huge);
    say(fd, text.at, text.len);
    char *reply = hear_all(fd, &len);
    close(fd);
    assert_string_equal(reply + len - 4, "last");
    assert_int_equal(house->requests, COUNT + 1);
    free(reply);
    bytes_fini(&text);
    close_house(house);
}

/* More than is parked behind a request that waits, and in pieces: once alone, once behind one. */
static void a_body_as_large_as_may_be_is_read_whole(void **state) {
    (void)state;
    struct house *house = open_house(0);
    char *body = malloc(LIMIT_REST_BODY);
    assert_non_null(body);
    memset(body, 'b', LIMIT_REST_BODY);
    for (int behind = 0; behind < 2; behind++) {
        size_t len;
        char head[128];
        snprintf(head, sizeof head,
            "POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n",
            LIMIT_REST_BODY);
        const int fd = dial(house);
        if (behind)
            say(fd, BYTES("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
        say(fd, head, strlen(head));
        for (size_t at = 0; at < LIMIT_REST_BODY; at += 16 * 1024)
            say(fd, body + at, 16 * 1024);
        char *reply = hear_all(fd, &len);
        close(fd);
        assert_non_null(strstr(reply, "HTTP/1.1 201 Created\r\n"));
        assert_true(len > LIMIT_REST_BODY);
        assert_memory_equal(reply + len - LIMIT_REST_BODY, body, LIMIT_REST_BODY);
        free(reply);
    }
    free(body);
    close_house(house);
}

static void who_waits_to_send_a_body_is_asked_for_it_in_its_turn(void **state) {
    (void)state;
    static const char more[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct house *house = open_house(0);
    const int fd = dial(house);
    say(fd, BYTES("POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nExpect: 100-continue\r\n"
                  "Content-Length: 4\r\n\r\n"));
    expect_bytes(fd, more, sizeof more - 1);
    say(fd, BYTES("body"));
    size_t len;
    char *reply = hear_all(fd, &len);
    assert_ptr_equal(strstr(reply, "HTTP/1.1 201 "), reply);
    assert_string_equal(reply + len - 4, "body");
    free(reply);
    close(fd);
    reply = ask(house, BYTES("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
                             "POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                             "Expect: 100-continue\r\nContent-Length: 4\r\n\r\nbody"));
    assert_null(strstr(reply, more));
    free(reply);
    close_house(house);
}

static void what_is_malformed_is_told_and_closed(void **state) {
    (void)state;
    struct house *house = open_house(0);
    expect_status(house,
        BYTES("GET /now HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
        404);
    expect_status(house, BYTES("CONNECT x HTTP/1.1\r\nHost: h\r\n\r\n"), 405);
    expect_status(house, BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 400);
    expect_status(house,
        BYTES("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n"
              "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"),
        400);
    expect_status(
        house, BYTES("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), 501);
    expect_status(house,
        BYTES("GET /connect HTTP/1.1\r\nHost: h\r\nUpgrade: foo\r\n"
              "Connection: Upgrade, close\r\n\r\n"),
        426);
    assert_int_equal(house->requests, 0);
    expect_served(house);
    close_house(house);
}

static void a_refusal_is_read_by_who_is_still_sending(void **state) {
    (void)state;
    enum { BODY = 3 * 1024 * 1024 };
    struct house *house = open_house(0);
    char head[128];
    snprintf(head, sizeof head, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", BODY);
    char *text = malloc(BODY);
    memset(text, 'b', BODY);
    for (int i = 0; i < 5; i++) {
        size_t len;
        const int fd = dial(house);
        say(fd, head, strlen(head));
        say(fd, text, BODY);
        shutdown(fd, SHUT_WR);
        char *reply = hear_all(fd, &len);
        assert_memory_equal(reply, "HTTP/1.1 413 ", 13);
        assert_non_null(strstr(reply, "\"code\":22"));
        free(reply);
        close(fd);
    }
    free(text);
    close_house(house);
}

static void a_preflight_is_answered_without_asking_anybody(void **state) {
    (void)state;
    struct house *house = open_house(0);
    char *reply = ask(
        house, BYTES("OPTIONS /users HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    assert_memory_equal(reply, "HTTP/1.1 200 ", 13);
    assert_non_null(strstr(reply, "Access-Control-Allow-Headers: authorization, content-type"));
    assert_non_null(strstr(reply, "X-RateLimit-Limit: "));
    assert_int_equal(house->requests, 0);
    free(reply);
    close_house(house);
}

static void a_client_that_is_gone_is_replied_to_in_vain(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const struct linger reset = {.l_onoff = 1};
    for (int i = 0; i < 20; i++) {
        const int fd = dial(house);
        say(fd,
            BYTES("GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET /now HTTP/1.1\r\nHost: h\r\n\r\n"));
        wait_for(&house->requests, (unsigned)i + 1);
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
    }
    expect_served(house);
    close_house(house);
}

/* ---- WebSocket ---- */

static void a_message_is_heard_and_answered(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int fd = dial_socket(house);
    say_frame(fd, 0x81, "hello", 5);
    expect_bytes(fd, BYTES("\x81\x05hello"));
    say_frame(fd, 0x89, "are you there", 13);
    expect_bytes(fd, BYTES("\x8a\x0d"
                           "are you there"));
    /* One in pieces, with a ping between. */
    say_frame(fd, 0x01, "he", 2);
    say_frame(fd, 0x89, "", 0);
    say_frame(fd, 0x80, "y", 1);
    expect_bytes(fd, BYTES("\x8a\x00\x81\x03hey"));
    close(fd);
    wait_for(&house->ends[FRONT_LOST], 1);
    close_house(house);
}

static void frames_right_behind_the_upgrade_are_heard(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int fd = dial(house);
    say(fd, BYTES(UPGRADE "\x81\x82\0\0\0\0hi"));
    char head[256];
    size_t len = 0;
    do
        hear_exactly(fd, head + len, 1);
    while (++len < 4 || memcmp(head + len - 4, "\r\n\r\n", 4) != 0);
    expect_bytes(fd, BYTES("\x81\x01"
                           "1\x81\x02hi"));
    close(fd);
    close_house(house);
}

static void a_goodbye_is_told_and_answered_at_once(void **state) {
    (void)state;
    struct house *house = open_house(0);
    int fd = dial_socket(house);
    say_frame(fd, 0x88,
        "\x03\xe8"
        "bye",
        5);
    expect_bytes(fd, BYTES("\x88\x02\x03\xe8"));
    expect_end(fd);
    assert_int_equal(house->ends[FRONT_GOODBYE], 1);
    fd = dial_socket(house);
    say_frame(fd, 0x88, "\x03\xe9", 2);
    expect_bytes(fd, BYTES("\x88\x02\x03\xe9"));
    expect_end(fd);
    assert_int_equal(house->ends[FRONT_GOODBYE], 2);
    /* No code, or another, is no goodbye. */
    fd = dial_socket(house);
    say_frame(fd, 0x88, "", 0);
    expect_bytes(fd, BYTES("\x88\x02\x03\xe8"));
    expect_end(fd);
    fd = dial_socket(house);
    say_frame(fd, 0x88, "\x0f\xa1", 2);
    expect_bytes(fd, BYTES("\x88\x02\x0f\xa1"));
    expect_end(fd);
    assert_int_equal(house->ends[FRONT_LOST], 2);
    close_house(house);
}

static void a_reset_is_a_loss(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const struct linger reset = {.l_onoff = 1};
    const int fd = dial_socket(house);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(fd);
    wait_for(&house->ends[FRONT_LOST], 1);
    close_house(house);
}

/* The close frame's code, then the end. */
static void expect_close(int fd, unsigned code) {
    unsigned char head[4];
    char reason[128];
    hear_exactly(fd, head, 4);
    assert_int_equal(head[0], 0x88);
    assert_int_equal(head[2] << 8 | head[3], code);
    hear_exactly(fd, reason, head[1] - 2u);
    expect_end(fd);
}

static void a_fault_is_answered_with_its_code_and_the_end(void **state) {
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        unsigned code;
    } faults[] = {{BYTES("\x81\x05hello"), 1002}, {BYTES("\xc1\x80\0\0\0\0"), 1002},
        {BYTES("\x81\xff\x40\0\0\0\0\0\0\0"), 1009}, {BYTES("\x81\xff\x80\0\0\0\0\0\0\0"), 1009},
        {BYTES("\x82\x80\0\0\0\0"), 1003}, {BYTES("\x81\x81\0\0\0\0\xff"), 1007},
        {BYTES("\x88\x82\0\0\0\0\x03\xed"), 1002},
        {BYTES("\x81\xfe\x00\x05\0\0\0\0hello and much more that is not heard any more"), 1002}};
    struct house *house = open_house(0);
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        const int fd = dial_socket(house);
        say(fd, faults[i].bytes, faults[i].len);
        expect_close(fd, faults[i].code);
        wait_for(&house->ends[FRONT_LOST], i + 1);
    }
    assert_int_equal(house->messages, 0);
    close_house(house);
}

static void a_ping_flood_is_cut(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int fd = dial_socket(house);
    for (int i = 0; i < 50; i++)
        send(fd, "\x89\x80\0\0\0\0", 6, MSG_NOSIGNAL);
    wait_for(&house->ends[FRONT_LOST], 1);
    close(fd);
    close_house(house);
}

/* Heard in the end, all of it, but not at once; and nobody else waits. */
static void a_flood_of_messages_is_slowed_down(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int fd = dial_socket(house), other = dial_socket(house);
    char flood[5000 * 6 + 1] = "";
    for (int i = 0; i < 5000; i++)
        memcpy(flood + i * 6, "\x8a\x80\0\0\0\0", 6);
    const int64_t began_us = clock_mono_us();
    say(fd, flood, sizeof flood - 1);
    say(fd, BYTES("\x81\x85\0\0\0\0after"));
    say_frame(other, 0x81, "hello", 5);
    expect_bytes(other, BYTES("\x81\x05hello"));
    expect_bytes(fd, BYTES("\x81\x05"
                           "after"));
    assert_true(clock_mono_us() - began_us > 900 * 1000);
    close(fd);
    close(other);
    close_house(house);
}

static void a_close_of_ours_waits_for_what_is_queued(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int fd = dial_socket(house);
    say(fd, BYTES("\x81\x85\0\0\0\0hello\x81\x83\0\0\0\0bye\x81\x85\0\0\0\0hello"));
    expect_bytes(fd, BYTES("\x81\x05hello\x88\x0d\x0f\xa1"
                           "as you wish"));
    wait_for(&house->ends[FRONT_CUT], 1);
    assert_int_equal(house->messages, 2);
    say_frame(fd, 0x88, "\x0f\xa1", 2);
    expect_end(fd);
    close_house(house);
}

static void a_slow_reader_is_cut_while_another_is_served(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int slow = dial_socket(house), other = dial_socket(house);
    say_frame(slow, 0x81, "flood", 5);
    wait_for(&house->ends[FRONT_CUT], 1);
    say_frame(other, 0x81, "hello", 5);
    expect_bytes(other, BYTES("\x81\x05hello"));
    /* It reads on, at last: whole frames, then why. */
    unsigned char head[4];
    char *payload = malloc(FLOOD_BYTES);
    hear_exactly(slow, head, 4);
    while (head[0] == 0x81) {
        hear_exactly(slow, payload, FLOOD_BYTES);
        hear_exactly(slow, head, 4);
    }
    assert_int_equal(head[0], 0x88);
    assert_int_equal(head[2] << 8 | head[3], 4008);
    free(payload);
    close(slow);
    close(other);
    close_house(house);
}

/* ---- crowds ---- */

static void a_thousand_rude_clients_harm_nobody(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const struct linger reset = {.l_onoff = 1};
    uint64_t seed = 1;
    for (int i = 0; i < 1000; i++) {
        char text[512];
        size_t len = 0;
        const char *start = i % 3 == 0   ? UPGRADE
                            : i % 3 == 1 ? "POST / HTTP/1.1\r\nHost: h\r\n"
                                         : "";
        memcpy(text, start, strlen(start));
        for (len = strlen(start); len < 400; len++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            text[len] = (char)(seed >> 56);
        }
        const int fd = dial(house);
        send(fd, text, len - (size_t)(i % 100), MSG_NOSIGNAL);
        if (i % 2 == 0)
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
        if (i % 100 == 99)
            expect_served(house);
    }
    expect_served(house);
    close_house(house);
}

static void connections_are_bounded_and_the_next_is_served_when_one_goes(void **state) {
    (void)state;
    struct house *house = open_house(3);
    int fds[3];
    for (int i = 0; i < 3; i++)
        fds[i] = dial_socket(house);
    char byte;
    const int over = dial(house);
    assert_true(recv(over, &byte, 1, 0) <= 0);
    close(over);
    say_frame(fds[0], 0x88, "\x03\xe8", 2);
    expect_bytes(fds[0], BYTES("\x88\x02\x03\xe8"));
    expect_end(fds[0]);
    say_frame(fds[1], 0x81, "hello", 5); /* the loop has gone round once more */
    expect_bytes(fds[1], BYTES("\x81\x05hello"));
    expect_served(house);
    close(fds[1]);
    close(fds[2]);
    close_house(house);
}

static bool is_let_in(const struct house *house, uint32_t from, int *fd) {
    char start[12] = "";
    *fd = dial_port_from(from, house->port);
    send(*fd, BYTES("GET /now HTTP/1.1\r\nHost: h\r\n\r\n"), MSG_NOSIGNAL);
    return recv(*fd, start, sizeof start, MSG_WAITALL) == sizeof start;
}

static void an_address_has_its_bound_and_this_machine_has_none(void **state) {
    (void)state;
    enum { ONE = 0x7f010001, OTHER = 0x7f010002 };
    struct house *house = open_house_for(0, 3);
    int fds[3], fd, here[8];
    for (int i = 0; i < 3; i++)
        assert_true(is_let_in(house, ONE, &fds[i]));
    assert_false(is_let_in(house, ONE, &fd));
    close(fd);
    assert_true(is_let_in(house, OTHER, &fd));
    close(fd);
    for (int i = 0; i < 8; i++)
        assert_true(is_let_in(house, INADDR_LOOPBACK, &here[i]));
    close(fds[0]);
    fd = -1;
    do { /* until it is known that the first has gone */
        close(fd);
    } while (!is_let_in(house, ONE, &fd));
    close(fd);
    for (int i = 0; i < 8; i++)
        close(here[i]);
    close(fds[1]);
    close(fds[2]);
    close_house(house);
}

static void a_drain_tells_every_socket_and_comes_to_an_end(void **state) {
    (void)state;
    struct house *house = open_house(0);
    int fds[10];
    for (int i = 0; i < 10; i++)
        fds[i] = dial_socket(house);
    const int idle = dial(house), busy = dial(house);
    say(busy, BYTES("GET /later HTTP/1.1\r\nHost: h\r\n\r\n"));
    wait_for(&house->requests, 1);
    stop(house);
    for (int i = 0; i < 10; i++) {
        expect_bytes(fds[i], BYTES("\x88\x0c\x03\xf4restarting"));
        say_frame(fds[i], 0x88, "\x03\xf4", 2);
        expect_end(fds[i]);
    }
    size_t len;
    char *reply = hear_all(busy, &len);
    assert_string_equal(reply + len - 5, "later");
    free(reply);
    expect_end(idle);
    close(busy);
    pthread_join(house->thread, NULL);
    assert_int_equal(house->loop_fault, 0);
    assert_int_equal(house->ends[FRONT_CUT], 10);
    free(house);
}

static void a_port_that_is_taken_is_said_so(void **state) {
    (void)state;
    struct house *house = open_house(0);
    uv_loop_t loop;
    struct front *front;
    const char *why;
    const struct log log = {0};
    uv_loop_init(&loop);
    struct front_options options = {
        .loop = &loop, .host = "127.0.0.1", .port = house->port, .log = &log, .ears = &ears};
    assert_int_equal(front_create(&front, &options, &why), -EADDRINUSE);
    assert_non_null(strstr(why, "cannot listen on 127.0.0.1:"));
    front_destroy(front);
    options.host = "not an address";
    assert_int_equal(front_create(&front, &options, &why), -EINVAL);
    assert_non_null(strstr(why, "not an address"));
    front_destroy(front);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    close_house(house);
}

#define ASK_AND_GO "GET /page HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"

static void who_comes_aside_is_served_when_the_house_is_full(void **state) {
    (void)state;
    struct house *house = open_house(1);
    const int inside = dial(house), outside = dial(house);
    expect_end(outside);
    size_t len;
    const int fd = dial_aside(house);
    say(fd, BYTES(ASK_AND_GO));
    char *reply = hear_all(fd, &len);
    assert_non_null(strstr(reply, "\r\n\r\naside\n"));
    assert_non_null(strstr(reply, "Content-Type: text/plain"));
    assert_null(strstr(reply, "Access-Control"));
    free(reply);
    close(fd);
    assert_int_equal(house->aside, 1);
    assert_int_equal(house->requests, 0);
    close(inside);
    close_house(house);
}

static void no_socket_opens_aside(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int fd = dial_aside(house);
    size_t len;
    say(fd, BYTES(UPGRADE));
    char *reply = hear_all(fd, &len);
    assert_memory_equal(reply, "HTTP/1.1 404 ", 13);
    free(reply);
    close(fd);
    assert_int_equal(house->opened, 0);
    close_house(house);
}

/* The bound aside is small; who is one too many is closed, and nobody inside notices. */
static void aside_has_a_bound_of_its_own(void **state) {
    (void)state;
    enum { MANY = 16 };
    struct house *house = open_house(0);
    int fds[MANY];
    for (int i = 0; i < MANY; i++) {
        fds[i] = dial_aside(house);
        say(fds[i], BYTES("GET /page HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    wait_for(&house->aside, MANY);
    expect_end(dial_aside(house));
    expect_served(house);
    for (int i = 0; i < MANY; i++)
        close(fds[i]);
    close_house(house);
}

/* The one who drains is held up by a client that does not say goodbye; who looks is told so. */
static void aside_is_served_while_the_house_drains(void **state) {
    (void)state;
    struct house *house = open_house(0);
    const int inside = dial_socket(house), before = dial_aside(house);
    say(before, BYTES("GET /page HTTP/1.1\r\nHost: h\r\n\r\n"));
    wait_for(&house->aside, 1);
    stop(house);
    char head[2];
    hear_exactly(inside, head, 2); /* the close frame: it drains */
    assert_int_equal((unsigned char)head[0], 0x88);
    size_t len;
    const int fds[] = {before, dial_aside(house)};
    for (int i = 0; i < 2; i++) {
        say(fds[i], BYTES(ASK_AND_GO));
        char *reply = hear_all(fds[i], &len);
        SAME_TEXT(reply + strlen(reply) - 10, "\r\n\r\naside\n");
        free(reply);
        close(fds[i]);
    }
    assert_int_equal(house->aside, 3);
    close(inside);
    close_house(house);
}

static void what_goes_out_is_counted(void **state) {
    (void)state;
    struct front_counts counts;
    struct house *house = open_house(0);
    house->counts = &counts;
    const int fd = dial_socket(house);
    say_frame(fd, 0x81, BYTES("marked"));
    expect_bytes(fd, BYTES("\x81\x01"
                           "3"
                           "\x81\x01"
                           "4"));
    say_frame(fd, 0x89, BYTES("ping")); /* its answer is no event */
    expect_bytes(fd, BYTES("\x8a\x04"
                           "ping"));
    expect_served(house);
    close(fd);
    close_house(house);
    assert_int_equal(counts.events[EVENT_PRESENCE_CHANGED], 4);
    assert_int_equal(counts.coalesced, 2);
    assert_int_equal(counts.events[EVENT_CUSTOM], 1); /* the greeting, which has no kind */
    assert_int_equal(counts.accepted, 2);
    assert_int_equal(counts.upgraded, 1);
    assert_int_equal(counts.requests, 1);
    assert_int_equal(counts.cut_off, 0);
    assert_true(counts.sent_bytes > 200);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(pipelined_requests_are_answered_in_order),
        CASE(thousands_of_requests_in_one_breath_are_all_served),
        CASE(a_body_as_large_as_may_be_is_read_whole),
        CASE(who_waits_to_send_a_body_is_asked_for_it_in_its_turn),
        CASE(what_is_malformed_is_told_and_closed),
        CASE(a_refusal_is_read_by_who_is_still_sending),
        CASE(a_preflight_is_answered_without_asking_anybody),
        CASE(a_client_that_is_gone_is_replied_to_in_vain),
        CASE(a_message_is_heard_and_answered),
        CASE(frames_right_behind_the_upgrade_are_heard),
        CASE(a_goodbye_is_told_and_answered_at_once),
        CASE(a_reset_is_a_loss),
        CASE(a_fault_is_answered_with_its_code_and_the_end),
        CASE(a_ping_flood_is_cut),
        CASE(a_flood_of_messages_is_slowed_down),
        CASE(a_close_of_ours_waits_for_what_is_queued),
        CASE(a_slow_reader_is_cut_while_another_is_served),
        CASE(a_thousand_rude_clients_harm_nobody),
        CASE(connections_are_bounded_and_the_next_is_served_when_one_goes),
        CASE(an_address_has_its_bound_and_this_machine_has_none),
        CASE(a_drain_tells_every_socket_and_comes_to_an_end),
        CASE(a_port_that_is_taken_is_said_so),
        CASE(who_comes_aside_is_served_when_the_house_is_full),
        CASE(no_socket_opens_aside),
        CASE(aside_has_a_bound_of_its_own),
        CASE(aside_is_served_while_the_house_drains),
        CASE(what_goes_out_is_counted),
    };
    return RUN_CASES("server-front", cases);
}
