/* SPDX-License-Identifier: MIT */
/*
 * We accept ourselves, so that the bound on connections holds before libwebsockets hears of one and
 * running out of descriptors does not spin: a spare one is given up to accept and refuse.
 *
 * The listener aside shares all of this but the bound on connections.
 */
#include "server/front_link.h"
#include "server/listen_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    ACCEPT_AT_ONCE = 64,
    REST_MS = 100,   /* from accepting, when the system has nothing to accept with */
    MOST_ASIDE = 16, /* links of the listener aside */
};

/* At most one line a second, however many are refused. */
static void complain(struct front *front, const char *what) {
    front->counts.refused++;
    if (front_now_ms(front) - front->complained_ms < 1000 && front->complained_ms != 0)
        return;
    front->complained_ms = front_now_ms(front);
    log_line(front->log, LOG_WARNING, "refusing-connections reason=%s connections=%u", what,
        front->count);
}

/* No descriptor is left: the spare one lets us take the connection, and drop it. */
static bool refuse_with_spare(struct listener *listener) {
    struct front *front = listener->front;
    complain(front, "no-descriptors");
    if (front->spare_fd < 0)
        return false;
    close(front->spare_fd);
    const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    front->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fd >= 0;
}

static void on_listen(uv_poll_t *poll, int status, int events);

void front_listen_again(struct front *front) {
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].fd >= 0 && (i == ASIDE || !front->draining))
            uv_poll_start(&front->listeners[i].poll, UV_READABLE, on_listen);
}

void front_stop_listening(struct front *front) {
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].fd >= 0)
            uv_poll_stop(&front->listeners[i].poll);
}

static void on_rested(uv_timer_t *timer) {
    struct front *front = timer->data;
    if (front->spare_fd < 0)
        front->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    front_listen_again(front);
}

/* A connection that can be neither taken nor refused would wake us again at once, for ever. */
static void rest(struct front *front, const char *why) {
    complain(front, why);
    front_stop_listening(front);
    uv_timer_start(&front->rest, on_rested, REST_MS, 0);
}

/* Why this one cannot be let in, or NULL. */
static const char *has_no_room(const struct listener *listener, int fd) {
    const struct front *front = listener->front;
    char peer[INET6_ADDRSTRLEN];
    if (listener->aside)
        return front->aside_count < MOST_ASIDE ? NULL : "too-many";
    if (front->count >= front->most)
        return "too-many";
    if (front->most_of_one == 0)
        return NULL;
    front_read_peer(fd, peer);
    return address_is_loopback(peer) || crowd_count(&front->crowd, peer) < front->most_of_one
               ? NULL
               : "too-many-of-one-address";
}

static void on_listen(uv_poll_t *poll, int status, int events) {
    struct listener *listener = poll->data;
    struct front *front = listener->front;
    (void)events;
    if (status < 0) {
        rest(front, "listener");
        return;
    }
    for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
        const int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        const char *why = fd >= 0 ? has_no_room(listener, fd) : NULL;
        if (fd >= 0 && why == NULL) {
            front_adopt(listener, fd);
        } else if (fd >= 0) {
            complain(front, why);
            close(fd);
        } else if (errno == EMFILE || errno == ENFILE) {
            if (!refuse_with_spare(listener)) {
                rest(front, "no-descriptors");
                return;
            }
        } else if (errno == ENOBUFS || errno == ENOMEM) {
            rest(front, "no-memory");
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return;
        }
    }
}

int front_open_listeners(struct front *front, const struct front_options *options) {
    struct listener *main = &front->listeners[MAIN], *aside = &front->listeners[ASIDE];
    main->fd = options->inherited_fd > 0
                   ? listen_socket_take(options->inherited_fd, front->why, sizeof front->why)
                   : listen_socket_open(
                         options->host, options->port, front->why, sizeof front->why);
    if (main->fd < 0)
        return main->fd;
    front->port = listen_socket_name(
        main->fd, front->tls ? "https" : "http", front->url, sizeof front->url);
    if (options->aside_host == NULL)
        return 0;
    aside->fd = listen_socket_open(
        options->aside_host, options->aside_port, front->why, sizeof front->why);
    if (aside->fd < 0)
        return aside->fd;
    listen_socket_name(aside->fd, "http", front->aside_url, sizeof front->aside_url);
    return 0;
}
