/* SPDX-License-Identifier: MIT */
/*
 * c-ares and not getaddrinfo() on a thread: that one cannot be cancelled, and a dead DNS server
 * then holds up the end of the program.
 */
#include "client/resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SOCKETS = 16, TIMEOUT_MS = 2000, TRIES = 2 };

struct resolver_socket {
    struct resolver *resolver;
    int fd; /* -1: free */
    struct loop_watch *watch;
};

struct resolver {
    struct loop *loop;
    struct loop_timer *timer;
    ares_channel channel;
    bool starved; /* there was no memory to hear an answer */
    struct resolver_socket sockets[SOCKETS];
};

struct resolving {
    const struct heap *heap;
    struct resolver *resolver;
    resolve_fn *fn; /* NULL: cancelled */
    void *context;
    bool inside; /* of resolve() still */
    bool done;
};

static void set_timer(struct resolver *resolver) {
    struct timeval wait;
    if (ares_timeout(resolver->channel, NULL, &wait) != NULL)
        loop_timer_start(resolver->timer, wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1);
    else
        loop_timer_stop(resolver->timer);
}

static void on_timer(void *context) {
    struct resolver *resolver = context;
    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    set_timer(resolver);
}

static void on_ready(void *context, int events) {
    struct resolver_socket *socket = context;
    struct resolver *resolver = socket->resolver;
    const int fd = socket->fd;
    ares_process_fd(resolver->channel, events & LOOP_READ ? fd : ARES_SOCKET_BAD,
        events & LOOP_WRITE ? fd : ARES_SOCKET_BAD);
    set_timer(resolver);
}

static void on_socket(void *context, ares_socket_t fd, int readable, int writable) {
    struct resolver *resolver = context;
    struct resolver_socket *socket = NULL;
    for (int i = 0; i < SOCKETS && socket == NULL; i++)
        if (resolver->sockets[i].fd == fd)
            socket = &resolver->sockets[i];
    if (!readable && !writable) {
        if (socket != NULL) {
            loop_watch_destroy(socket->watch);
            *socket = (struct resolver_socket){.resolver = resolver, .fd = -1};
        }
        return;
    }
    for (int i = 0; i < SOCKETS && socket == NULL; i++)
        if (resolver->sockets[i].fd < 0)
            socket = &resolver->sockets[i];
    if (socket == NULL)
        return; /* it times out */
    if (socket->watch == NULL) {
        socket->fd = fd;
        socket->watch = loop_watch_create(resolver->loop, fd, on_ready, socket);
    }
    if (socket->watch != NULL)
        loop_watch_for(socket->watch, (readable ? LOOP_READ : 0) | (writable ? LOOP_WRITE : 0));
    else
        resolver->starved = true; /* it times out */
}

struct resolver *resolver_create(struct loop *loop) {
    struct resolver *resolver = heap_make(loop_heap(loop), sizeof *resolver);
    if (resolver == NULL)
        return NULL;
    resolver->loop = loop;
    for (int i = 0; i < SOCKETS; i++)
        resolver->sockets[i] = (struct resolver_socket){.resolver = resolver, .fd = -1};
    resolver->timer = loop_timer_create(loop, on_timer, resolver);
    if (resolver->timer != NULL)
        loop_timer_join(resolver->timer, loop);
    struct ares_options options = {.timeout = TIMEOUT_MS,
        .tries = TRIES,
        .sock_state_cb = on_socket,
        .sock_state_cb_data = resolver};
    if (resolver->timer == NULL ||
        ares_init_options(&resolver->channel, &options,
            ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS) {
        loop_timer_destroy(resolver->timer);
        heap_free(loop_heap(resolver->loop), resolver);
        return NULL;
    }
    return resolver;
}

void resolver_destroy(struct resolver *resolver) {
    if (resolver == NULL)
        return;
    ares_destroy(resolver->channel);
    loop_timer_destroy(resolver->timer);
    heap_free(loop_heap(resolver->loop), resolver);
}

static void take(struct addresses *to, const struct ares_addrinfo *from) {
    for (const struct ares_addrinfo_node *node = from->nodes;
         node != NULL && to->count < RESOLVE_MOST; node = node->ai_next) {
        const void *raw =
            node->ai_family == AF_INET
                ? (const void *)&((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr
                : (const void *)&((const struct sockaddr_in6 *)(const void *)node->ai_addr)
                      ->sin6_addr;
        if (inet_ntop(node->ai_family, raw, to->text[to->count], RESOLVE_TEXT) != NULL)
            to->count++;
    }
}

static void on_found(void *context, int status, int timeouts, struct ares_addrinfo *found) {
    struct resolving *resolving = context;
    struct addresses addresses = {0};
    (void)timeouts;
    if (found != NULL) {
        take(&addresses, found);
        ares_freeaddrinfo(found);
    }
    const char *why = addresses.count > 0                                     ? NULL
                      : status == ARES_ENOMEM || resolving->resolver->starved ? "out of memory"
                      : status == ARES_ETIMEOUT
                          ? "the name of the server cannot be looked up: DNS does not answer"
                          : "the name of the server is not known";
    resolving->resolver->starved = false;
    if (resolving->fn != NULL && status != ARES_EDESTRUCTION)
        resolving->fn(resolving->context, &addresses, why);
    resolving->done = true;
    if (!resolving->inside)
        heap_free(resolving->heap, resolving);
}

struct resolving *resolve(
    struct resolver *resolver, const char *host, resolve_fn *fn, void *context) {
    struct addresses literal = {.count = 1};
    unsigned char raw[16];
    if (strlen(host) < RESOLVE_TEXT &&
        (inet_pton(AF_INET, host, raw) == 1 || inet_pton(AF_INET6, host, raw) == 1)) {
        snprintf(literal.text[0], RESOLVE_TEXT, "%s", host);
        fn(context, &literal, NULL);
        return NULL;
    }
    const struct heap *heap = loop_heap(resolver->loop);
    struct resolving *resolving = heap_make(heap, sizeof *resolving);
    if (resolving == NULL) {
        fn(context, &(struct addresses){0}, "out of memory");
        return NULL;
    }
    *resolving = (struct resolving){
        .heap = heap, .resolver = resolver, .fn = fn, .context = context, .inside = true};
    const struct ares_addrinfo_hints hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_NOSORT};
    ares_getaddrinfo(resolver->channel, host, NULL, &hints, on_found, resolving);
    set_timer(resolver);
    resolving->inside = false;
    if (!resolving->done)
        return resolving;
    heap_free(resolving->heap, resolving);
    return NULL;
}

void resolve_cancel(struct resolving *resolving) {
    if (resolving != NULL)
        resolving->fn = NULL;
}
