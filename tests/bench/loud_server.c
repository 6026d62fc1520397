/* SPDX-License-Identifier: MIT */
#include "bench/loud_server.h"
#include "support/case.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <openssl/evp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PACED = 20, AT_ONCE = 512 }; /* events a write */

struct order {
    size_t events, first, users, per_s;
};

size_t loud_event(char to[LOUD_FRAME], size_t user, size_t turn) {
    const int len = snprintf(to, LOUD_FRAME,
        "{\"type\":\"user.presence.changed\",\"created_at\":\"2026-11-24T10:00:00.000000Z\","
        "\"user\":{\"id\":\"user-%07zu\",\"role\":\"user\",\"name\":\"User number %zu\","
        "\"online\":%s,\"last_active\":\"2026-11-24T09:%02zu:00.000000Z\","
        "\"status\":\"watching a movie\",\"created_at\":\"2026-11-01T10:00:00.000000Z\","
        "\"updated_at\":\"2026-11-24T09:00:00.000000Z\",\"language\":\"\",\"teams\":[],"
        "\"banned\":false}}",
        user, user, turn % 2 == 0 ? "true" : "false", turn % 60);
    assert_true(len > 126 && len < LOUD_FRAME);
    return (size_t)len;
}

/* ---- in the child ---- */

static void write_all(int fd, const void *from, size_t len) {
    for (const char *at = from; len > 0;) {
        const ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent <= 0)
            _exit(0);
        at += sent;
        len -= (size_t)sent;
    }
}

/* A text frame of 126 to 65,535 bytes. */
static size_t frame(char *to, const char *text, size_t len) {
    to[0] = (char)0x81;
    to[1] = 126;
    to[2] = (char)(len >> 8);
    to[3] = (char)(len & 255);
    memcpy(to + 4, text, len);
    return len + 4;
}

static void shake_hands(int fd) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char head[8192], key[128], accept[64], answer[256];
    unsigned char digest[EVP_MAX_MD_SIZE];
    size_t len = 0;
    head[0] = '\0';
    while (strstr(head, "\r\n\r\n") == NULL && len < sizeof head - 1) {
        const ssize_t got = read(fd, head + len, sizeof head - 1 - len);
        if (got <= 0)
            _exit(1);
        len += (size_t)got;
        head[len] = '\0';
    }
    const char *at = strcasestr(head, "Sec-WebSocket-Key: ");
    if (at == NULL)
        _exit(1);
    snprintf(key, sizeof key, "%.24s%s", at + strlen("Sec-WebSocket-Key: "), guid);
    EVP_Digest(key, strlen(key), digest, NULL, EVP_sha1(), NULL);
    EVP_EncodeBlock((unsigned char *)accept, digest, 20);
    const int size = snprintf(answer, sizeof answer,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %s\r\n\r\n",
        accept);
    write_all(fd, answer, (size_t)size);
}

static void greet(int fd) {
    static const char hello[] =
        "{\"type\":\"health.check\",\"cid\":\"*\",\"connection_id\":\"loud\","
        "\"created_at\":\"2026-11-24T10:00:00.000000Z\",\"me\":{\"id\":\"ana\",\"role\":\"user\","
        "\"online\":true,\"created_at\":\"2026-11-01T10:00:00.000000Z\"}}";
    char framed[sizeof hello + 4];
    write_all(fd, framed, frame(framed, hello, sizeof hello - 1));
}

/* What the listener says is not listened to, but must not fill its buffers. */
static void drain(int fd) {
    char rest[4096];
    while (recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0)
        continue;
}

/* What will be said, made beforehand: speaking must cost less than listening. Everybody comes and
 * goes in turn. */
static size_t make_frames(char frames[][LOUD_FRAME + 4], size_t *lens, const struct order *order) {
    const size_t turns = order->events > order->users ? 2 : 1;
    for (size_t i = 0; i < turns * order->users; i++) {
        char text[LOUD_FRAME];
        const size_t size = loud_event(text, order->first + i % order->users, i / order->users);
        lens[i] = frame(frames[i], text, size);
    }
    return turns * order->users;
}

static void obey(int fd, const struct order *order) {
    static char out[AT_ONCE * (LOUD_FRAME + 4)], frames[2 * LOUD_USERS][LOUD_FRAME + 4];
    static size_t lens[2 * LOUD_USERS];
    const size_t made = make_frames(frames, lens, order);
    const int64_t began_us = clock_mono_us();
    size_t len = 0, batch = 0;
    for (size_t i = 0; i < order->events; i++) {
        memcpy(out + len, frames[i % made], lens[i % made]);
        len += lens[i % made];
        if (++batch < (order->per_s != 0 ? PACED : AT_ONCE) && i + 1 < order->events)
            continue;
        write_all(fd, out, len);
        len = batch = 0;
        const int64_t due_us = order->per_s != 0
                                   ? began_us + (int64_t)((i + 1) * 1000000 / order->per_s)
                                   : 0;
        const int64_t early_us = due_us - clock_mono_us();
        if (early_us > 0)
            usleep((useconds_t)early_us);
    }
    drain(fd);
}

static void serve(int listening, int words) {
    struct order order;
    int fd = -1;
    for (;;) {
        struct pollfd ready[] = {
            {.fd = listening, .events = POLLIN}, {.fd = words, .events = POLLIN}};
        poll(ready, 2, -1);
        if (ready[0].revents != 0) {
            if (fd >= 0)
                close(fd);
            fd = accept(listening, NULL, NULL);
            shake_hands(fd);
            greet(fd);
        }
        if (ready[1].revents != 0) {
            if (read(words, &order, sizeof order) != sizeof order)
                _exit(0);
            obey(fd, &order);
        }
    }
}

static void take_core(size_t core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* ---- in the benchmark ---- */

void loud_server_start(struct loud_server *server) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    int words[2];
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(listening, (const struct sockaddr *)&at, len), 0);
    assert_return_code(listen(listening, 4), 0);
    assert_return_code(getsockname(listening, (struct sockaddr *)&at, &len), 0);
    assert_return_code(pipe(words), 0);
    server->pid = fork();
    assert_return_code(server->pid, 0);
    if (server->pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(words[1]);
        take_core(1);
        serve(listening, words[0]);
    }
    close(listening);
    close(words[0]);
    take_core(0);
    server->say_fd = words[1];
    server->port = ntohs(at.sin_port);
    snprintf(server->url, sizeof server->url, "http://127.0.0.1:%d", server->port);
}

void loud_server_say(
    struct loud_server *server, size_t events, size_t first, size_t users, size_t per_s) {
    const struct order order = {events, first, users, per_s};
    assert_int_equal(write(server->say_fd, &order, sizeof order), sizeof order);
}

void loud_server_end(struct loud_server *server) {
    close(server->say_fd);
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}
