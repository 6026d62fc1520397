/* SPDX-License-Identifier: MIT */
#include "support/relay.h"

#include "support/case.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PART = 256 * 1024, LOOK_MS = 5 };

static void close_link(struct relay_link *link) {
    if (link->client < 0)
        return;
    close(link->client);
    close(link->server);
    link->client = link->server = -1;
}

static int dial(int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    to.sin_port = htons((uint16_t)port);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

static void take_in(struct relay *relay) {
    const int on = 1;
    struct relay_link *link = relay->links;
    const int client = accept4(relay->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0)
        return;
    while (link < relay->links + RELAY_LINKS && link->client >= 0)
        link++;
    const bool room = !relay->barred && link < relay->links + RELAY_LINKS;
    const int server = room ? dial(relay->to_port) : -1;
    if (server < 0) {
        close(client);
        return;
    }
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    link->client = client;
    link->server = server;
    link->is_line = false;
}

static bool pass_all(int to, const char *from, size_t len) {
    while (len > 0) {
        const ssize_t sent = send(to, from, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        from += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* A client writes the head of a request at once, and reads its reply before the next. */
static bool is_request(const char *text) {
    static const char *const methods[] = {"GET ", "POST ", "PATCH ", "PUT ", "DELETE "};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strncmp(text, methods[i], strlen(methods[i])) == 0)
            return true;
    return false;
}

static void pass(struct relay *relay, struct relay_link *link, bool up, char *part) {
    const ssize_t got = recv(up ? link->client : link->server, part, PART - 1, 0);
    const char *answer = NULL;
    if (got <= 0) {
        close_link(link);
        return;
    }
    part[got] = '\0';
    if (up && strncmp(part, "GET /connect?", 13) == 0)
        link->is_line = true;
    if (up && is_request(part) && relay->fn != NULL)
        answer = relay->fn(part, relay->context);
    if (!(answer != NULL ? pass_all(link->client, answer, strlen(answer))
                         : pass_all(up ? link->server : link->client, part, (size_t)got)))
        close_link(link);
}

static void turn(struct relay *relay, char *part) {
    struct pollfd polls[1 + 2 * RELAY_LINKS];
    polls[0] = (struct pollfd){.fd = relay->listen_fd, .events = POLLIN};
    for (size_t i = 0; i < RELAY_LINKS; i++) {
        polls[1 + 2 * i] = (struct pollfd){.fd = relay->links[i].client, .events = POLLIN};
        polls[2 + 2 * i] = (struct pollfd){.fd = relay->links[i].server, .events = POLLIN};
    }
    if (poll(polls, 1 + 2 * RELAY_LINKS, LOOK_MS) <= 0)
        return;
    for (size_t i = 0; i < RELAY_LINKS; i++) {
        struct relay_link *link = &relay->links[i];
        if (polls[1 + 2 * i].revents != 0 && link->client >= 0)
            pass(relay, link, true, part);
        if (polls[2 + 2 * i].revents != 0 && link->server >= 0)
            pass(relay, link, false, part);
    }
    if (polls[0].revents != 0)
        take_in(relay);
}

static void *run(void *context) {
    struct relay *relay = context;
    char *part = malloc(PART);
    while (part != NULL && !relay->end) {
        if (atomic_exchange(&relay->cut, false))
            for (size_t i = 0; i < RELAY_LINKS; i++)
                close_link(&relay->links[i]);
        turn(relay, part);
    }
    free(part);
    return NULL;
}

void relay_start(struct relay *relay, const char *server_url, relay_fn *fn, void *context) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    *relay = (struct relay){
        .to_port = atoi(strrchr(server_url, ':') + 1), .fn = fn, .context = context};
    for (size_t i = 0; i < RELAY_LINKS; i++)
        relay->links[i] = (struct relay_link){.client = -1, .server = -1};
    relay->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(relay->listen_fd, (const struct sockaddr *)&at, len), 0);
    assert_return_code(listen(relay->listen_fd, RELAY_LINKS), 0);
    assert_return_code(getsockname(relay->listen_fd, (struct sockaddr *)&at, &len), 0);
    snprintf(relay->url, sizeof relay->url, "http://127.0.0.1:%d", ntohs(at.sin_port));
    assert_int_equal(pthread_create(&relay->thread, NULL, run, relay), 0);
}

void relay_cut(struct relay *relay) {
    relay->cut = true;
}

void relay_bar(struct relay *relay) {
    relay->barred = true;
    relay->cut = true;
}

void relay_open(struct relay *relay) {
    relay->barred = false;
}

void relay_say(struct relay *relay, const char *bytes, size_t len) {
    for (size_t i = 0; i < RELAY_LINKS; i++)
        if (relay->links[i].is_line && relay->links[i].client >= 0)
            pass_all(relay->links[i].client, bytes, len);
}

void relay_end(struct relay *relay) {
    relay->end = true;
    pthread_join(relay->thread, NULL);
    for (size_t i = 0; i < RELAY_LINKS; i++)
        close_link(&relay->links[i]);
    close(relay->listen_fd);
}
