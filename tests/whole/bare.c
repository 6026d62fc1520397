/* SPDX-License-Identifier: MIT */
#include "whole/bare.h"

#include "support/case.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVERY_MS = 25 * 1000, TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

/* Where a text begins, and how the types that are counted are spelled in it. */
static const char CHECK[] = "\"type\":\"health.check\"",
                  PRESENCE[] = "\"type\":\"user.presence.changed\"", ID[] = "\"connection_id\":\"";

struct sockaddr_in bare_address(const char *url) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    unsigned port;
    char host[32];
    assert_int_equal(sscanf(url, "http://%31[0-9.]:%u", host, &port), 2);
    assert_int_equal(inet_pton(AF_INET, host, &to.sin_addr), 1);
    to.sin_port = htons((uint16_t)port);
    return to;
}

static int open_from(unsigned char host, const struct sockaddr_in *server) {
    const struct sockaddr_in from = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~0xffu) | host)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    assert_return_code(fd, errno);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    assert_return_code(bind(fd, (const struct sockaddr *)&from, sizeof from), errno);
    assert_return_code(connect(fd, (const struct sockaddr *)server, sizeof *server), errno);
    return fd;
}

/* What does not fit into an empty socket, or comes too late, is noticed when it is next heard. */
static void say(struct bare *bare, const void *text, size_t len) {
    (void)!send(bare->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Masked with nothing, as anybody may. */
static void say_frame(struct bare *bare, int opcode, const void *payload, size_t len) {
    char frame[6 + 125] = {(char)(0x80 | opcode), (char)(0x80 | len)};
    assert_true(len <= 125);
    memcpy(frame + 6, payload, len);
    say(bare, frame, 6 + len);
}

void bare_dial(struct bare *bare, const struct sockaddr_in *server, unsigned char host,
    const char *api_key, const char *user, const char *token) {
    struct bytes request = BYTES_EMPTY;
    bytes_printf(&request,
        "GET /connect?json=%%7B%%22user_id%%22:%%22%s%%22,%%22user_details%%22:%%7B%%22id%%22:"
        "%%22%s%%22%%7D%%7D&api_key=%s&stream-auth-type=jwt&authorization=%s HTTP/1.1\r\n"
        "Host: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        user, user, api_key, token);
    assert_false(bytes_failed(&request));
    bare->fd = open_from(host, server);
    bare->state = BARE_ASKS;
    bare->close_code = 0;
    bare->speak_ms = INT64_MAX;
    bare->connection_id[0] = '\0';
    say(bare, bytes_text(&request), request.len);
    bytes_fini(&request);
}

void bare_ask(struct bare *bare) {
    static const char text[] = "[{\"type\":\"health.check\",\"client_id\":\"bare\"}]";
    say_frame(bare, TEXT, text, sizeof text - 1);
    bare->speak_ms = clock_mono_ms() + EVERY_MS;
}

void bare_keep_alive(struct bare *bare, int64_t now_ms) {
    if (bare->state == BARE_HOME && now_ms >= bare->speak_ms)
        bare_ask(bare);
}

void bare_leave(struct bare *bare) {
    say_frame(bare, CLOSE, "\x03\xe8", 2);
    bare->state = BARE_LEAVES;
}

/* ---- what comes ---- */

static bool says(const char *text, size_t len, const char *what) {
    return memmem(text, len, what, strlen(what)) != NULL;
}

static void take_text(struct bare *bare, const char *text, size_t len) {
    if (says(text, len, PRESENCE)) {
        bare->presences++;
    } else if (says(text, len, CHECK)) {
        bare->checks++;
        bare->speak_ms = clock_mono_ms() + EVERY_MS;
        if (bare->state != BARE_ASKS)
            return;
        const char *id = memmem(text, len, ID, sizeof ID - 1);
        assert_non_null(id);
        assert_int_equal(sscanf(id + sizeof ID - 1, "%47[^\"]", bare->connection_id), 1);
        bare->state = BARE_HOME;
    }
}

static void take_frame(struct bare *bare, int opcode, const char *payload, size_t len) {
    if (opcode == TEXT)
        take_text(bare, payload, len);
    else if (opcode == PING)
        say_frame(bare, PONG, payload, len);
    else if (opcode == CLOSE && len >= 2)
        bare->close_code = (unsigned char)payload[0] << 8 | (unsigned char)payload[1];
}

/* How long the head of the frame is, 0: not all of it is there; *len: of its payload. */
static size_t head_of(const unsigned char *at, size_t there, size_t *len) {
    const size_t head = there < 2 ? 0 : at[1] < 126 ? 2 : at[1] == 126 ? 4 : 10;
    if (head == 0 || there < head)
        return 0;
    *len = at[1];
    for (size_t i = 2, wide = 0; i < head; i++)
        *len = wide = wide << 8 | at[i];
    return head;
}

static void take_frames(struct bare *bare) {
    size_t at = 0, len = 0, head;
    while ((head = head_of((unsigned char *)bare->in.at + at, bare->in.len - at, &len)) > 0 &&
           bare->in.len - at - head >= len) {
        take_frame(bare, bare->in.at[at] & 0x0f, bare->in.at + at + head, len);
        at += head + len;
    }
    bytes_drop(&bare->in, at);
}

/* The answer to the handshake goes before the first frame. */
static void take_answer(struct bare *bare) {
    static const char good[] = "HTTP/1.1 101 ";
    const char *end = bare->in.len > 0 ? memmem(bare->in.at, bare->in.len, "\r\n\r\n", 4) : NULL;
    if (end == NULL)
        return;
    if (strncmp(bytes_text(&bare->in), good, sizeof good - 1) != 0)
        fail_msg("no WebSocket: %s", bytes_text(&bare->in));
    bytes_drop(&bare->in, (size_t)(end - bare->in.at) + 4);
}

static bool is_answered(const struct bare *bare) {
    return bare->state != BARE_ASKS || (bare->in.len > 0 && bare->in.at[0] != 'H');
}

bool bare_hear(struct bare *bare) {
    char piece[16 * 1024];
    const ssize_t got = recv(bare->fd, piece, sizeof piece, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (got <= 0) {
        bare_fini(bare);
        return false;
    }
    bytes_append(&bare->in, piece, (size_t)got);
    assert_false(bytes_failed(&bare->in));
    if (!is_answered(bare))
        take_answer(bare);
    if (is_answered(bare))
        take_frames(bare);
    if (bare->in.len == 0) /* thousands wait: none keeps what it does not need */
        bytes_fini(&bare->in);
    return true;
}

void bare_fini(struct bare *bare) {
    if (bare->state != BARE_AWAY)
        close(bare->fd);
    bare->state = BARE_AWAY;
    bytes_fini(&bare->in);
}
