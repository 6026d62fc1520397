/* SPDX-License-Identifier: MIT */
#include "bench/raw.h"

#include "support/case.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000, REPLY = 64 * 1024 };

static int dial(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int on = 1;
    to.sin_port = htons((uint16_t)port);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static void send_text(int fd, const char *text) {
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Read until this is in what came. */
static void read_until(int fd, const char *wanted, char *reply) {
    size_t len = 0;
    do {
        const ssize_t got = case_readable(fd, IN_TIME_MS) ? read(fd, reply + len, REPLY - 1 - len)
                                                          : -1;
        if (got <= 0)
            fail_msg("no '%s' but: %.*s", wanted, (int)len, reply);
        len += (size_t)got;
        for (size_t i = 0; i < len; i++) /* of frames: NULs would end the text */
            reply[i] = reply[i] == '\0' ? ' ' : reply[i];
        reply[len] = '\0';
    } while (strstr(reply, wanted) == NULL);
}

void raw_come(struct raw *raw, int port, const char *api_key, const char *user, const char *token) {
    static char reply[REPLY], request[4096];
    raw->fd = dial(port);
    snprintf(request, sizeof request,
        "GET /connect?json=%%7B%%22user_id%%22%%3A%%22%s%%22%%2C%%22user_details%%22%%3A%%7B%%22id"
        "%%22%%3A%%22%s%%22%%7D%%7D&api_key=%s&authorization=%s&stream-auth-type=jwt HTTP/1.1\r\n"
        "Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        user, user, api_key, token);
    send_text(raw->fd, request);
    read_until(raw->fd, "\"connection_id\":\"", reply);
    const char *id = strstr(reply, "\"connection_id\":\"") + strlen("\"connection_id\":\"");
    snprintf(raw->connection_id, sizeof raw->connection_id, "%.*s", (int)strcspn(id, "\""), id);
}

int64_t raw_go(struct raw *raw) {
    /* Final, close, masked with nothing, 1000. */
    static const unsigned char goodbye[] = {0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8};
    const int64_t at_us = clock_mono_us();
    assert_int_equal(send(raw->fd, goodbye, sizeof goodbye, MSG_NOSIGNAL), sizeof goodbye);
    return at_us;
}

void raw_end(struct raw *raw) {
    char rest[4096];
    while (case_readable(raw->fd, IN_TIME_MS) && read(raw->fd, rest, sizeof rest) > 0)
        continue;
    close(raw->fd);
    raw->fd = -1;
}

void raw_watch(
    const struct raw *raw, int port, const char *api_key, const char *token, const char *id) {
    static const char body[] = "{\"watch\":true,\"presence\":true,\"state\":true}";
    static char reply[REPLY], request[4096];
    const int fd = dial(port);
    snprintf(request, sizeof request,
        "POST /channels/messaging/%s/query?api_key=%s&connection_id=%s HTTP/1.1\r\nHost: x\r\n"
        "Authorization: %s\r\nstream-auth-type: jwt\r\nContent-Type: application/json\r\n"
        "Content-Length: %zu\r\n\r\n%s",
        id, api_key, raw->connection_id, token, sizeof body - 1, body);
    send_text(fd, request);
    read_until(fd, "HTTP/1.1 2", reply);
    close(fd);
}

size_t raw_frame(char *to, const char *text, size_t len) {
    to[0] = (char)0x81;
    to[1] = 126;
    to[2] = (char)(len >> 8);
    to[3] = (char)(len & 255);
    memcpy(to + 4, text, len);
    return len + 4;
}
