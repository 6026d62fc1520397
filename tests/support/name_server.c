/* SPDX-License-Identifier: MIT */
#include "support/name_server.h"

#include "support/case.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD = 12, TYPE_A = 1, TYPE_AAAA = 28, NO_SUCH_NAME = 3, REFUSED = 5, LOOK_MS = 20 };

/* The question behind the head: one label after the other, a zero, type and class. Its length, or 0
 * where it is none. */
static size_t question(const unsigned char *at, size_t len, int *type) {
    size_t i = 0;
    while (i < len && at[i] != 0)
        i += (size_t)at[i] + 1;
    if (i + 5 > len)
        return 0;
    *type = at[i + 1] << 8 | at[i + 2];
    return i + 5;
}

static bool begins(const unsigned char *at, const char *with) {
    return memcmp(at + 1, with, strlen(with)) == 0;
}

static size_t put_answer(unsigned char *to, int type) {
    static const unsigned char four[] = {
        0xc0, HEAD, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1};
    static const unsigned char six[] = {0xc0, HEAD, 0, TYPE_AAAA, 0, 1, 0, 0, 0, 0, 0, 16, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    memcpy(to, type == TYPE_A ? four : six, type == TYPE_A ? sizeof four : sizeof six);
    return type == TYPE_A ? sizeof four : sizeof six;
}

/* The length of the reply in `to`, which holds the request; 0: say nothing. */
static size_t reply(unsigned char *to, size_t len) {
    int type = 0;
    const size_t asked = len > HEAD + 8 ? question(to + HEAD, len - HEAD, &type) : 0;
    const unsigned char *name = to + HEAD;
    const bool both = asked > 0 && begins(name, "both"), four = asked > 0 && begins(name, "four");
    const bool home = asked > 0 && begins(name, "home");
    const bool nobody = asked > 0 && begins(name, "nobody");
    const bool refused = asked > 0 && begins(name, "refused");
    if ((!both && !four && !home && !nobody && !refused) || (four && type != TYPE_A))
        return 0;
    const bool has = !nobody && !refused && (both || type == TYPE_A);
    to[2] = 0x81; /* a reply */
    to[3] = (unsigned char)(0x80 | (nobody ? NO_SUCH_NAME : refused ? REFUSED : 0));
    memset(to + 6, 0, 6);
    to[7] = has;
    return HEAD + asked + (has ? put_answer(to + HEAD + asked, type) : 0);
}

static void *run(void *context) {
    struct name_server *server = context;
    struct pollfd readable = {.fd = server->fd, .events = POLLIN};
    while (!atomic_load(&server->stop)) {
        unsigned char text[1024];
        struct sockaddr_in from;
        socklen_t size = sizeof from;
        if (poll(&readable, 1, LOOK_MS) <= 0)
            continue;
        const ssize_t len = recvfrom(
            server->fd, text, 512, 0, (struct sockaddr *)(void *)&from, &size);
        atomic_fetch_add(&server->asked, 1);
        const size_t out = len > 0 && !atomic_load(&server->silent) ? reply(text, (size_t)len) : 0;
        if (out > 0)
            sendto(server->fd, text, out, 0, (const struct sockaddr *)(const void *)&from, size);
    }
    return NULL;
}

void name_server_start(struct name_server *server) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    memset(server, 0, sizeof *server);
    server->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(server->fd, (const struct sockaddr *)(const void *)&at, size), 0);
    assert_return_code(getsockname(server->fd, (struct sockaddr *)(void *)&at, &size), 0);
    snprintf(server->at, sizeof server->at, "127.0.0.1:%d", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&server->thread, NULL, run, server), 0);
}

void name_server_stop(struct name_server *server) {
    atomic_store(&server->stop, true);
    pthread_join(server->thread, NULL);
    close(server->fd);
}
