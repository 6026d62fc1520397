/* SPDX-License-Identifier: MIT */
/*
 * c-ares and not getaddrinfo() on a thread: that one cannot be cancelled, and a dead DNS server
 * then holds up the end of the program.
 *
 * c-ares tries each server several times, each time for longer, and does so for each domain of the
 * search list: with dead servers that is half a minute and more. So each look-up has a timer of its
 * own, and what c-ares still does after that is told to nobody.
 *
 * Both families are asked for at the same time and apart: where the servers answer for one only,
 * its addresses are told after LATE_MS. Those of IPv4 are tried first.
 *
 * c-ares reads who the name servers are only once, and a laptop moves: after a look-up that failed
 * they are read again, as soon as nobody waits for an answer of the old ones.
 */
#include "client/resolve.h"

#include <ares.h>
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { SOCKETS = 16, TIMEOUT_MS = 1500, TRIES = 3, LATE_MS = 200, HOST_SHOWN = 100 };

struct resolver_socket {
    struct resolver *resolver;
    int fd; /* -1: free */
    struct loop_watch *watch;
};

struct resolver {
    struct loop *loop;
    struct loop_timer *timer;
    const char *name_servers; /* NULL: the system's */
    ares_channel channel;
    struct resolver_socket sockets[SOCKETS];
    unsigned waited_for; /* look-ups that are not told yet */
    bool failed;         /* one was, since the name servers were read */
    bool inside;         /* of c-ares */
};

struct resolving {
    const struct heap *heap;
    struct resolver *resolver;
    resolve_fn *fn; /* NULL: told or cancelled */
    void *context;
    struct loop_timer *patience;
    struct addresses found;
    unsigned under_way; /* questions that c-ares has still to end */
    int status;         /* what c-ares says of the one that failed last; ETIMEOUT before */
    bool inside;        /* of resolve() still */
    char host[HOST_SHOWN + 1];
};

static void set_timer(struct resolver *resolver) {
    struct timeval wait;
    if (ares_timeout(resolver->channel, NULL, &wait) != NULL)
        loop_timer_start(resolver->timer, wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1);
    else
        loop_timer_stop(resolver->timer);
}

static void go_on(struct resolver *resolver, ares_socket_t readable, ares_socket_t writable) {
    resolver->inside = true;
    ares_process_fd(resolver->channel, readable, writable);
    resolver->inside = false;
    set_timer(resolver);
}

static void on_timer(void *context) {
    go_on(context, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

static void on_ready(void *context, int events) {
    struct resolver_socket *socket = context;
    const int fd = socket->fd;
    go_on(socket->resolver, events & LOOP_READ ? fd : ARES_SOCKET_BAD,
        events & LOOP_WRITE ? fd : ARES_SOCKET_BAD);
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
}

/* Read who the name servers are. The channel of before stays where that fails. */
static bool open_channel(struct resolver *resolver) {
    ares_channel channel = NULL;
    struct ares_options options = {.timeout = TIMEOUT_MS,
        .tries = TRIES,
        .sock_state_cb = on_socket,
        .sock_state_cb_data = resolver};
    if (ares_init_options(&channel, &options,
            ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) != ARES_SUCCESS)
        return false;
    if (resolver->name_servers != NULL &&
        ares_set_servers_ports_csv(channel, resolver->name_servers) != ARES_SUCCESS) {
        ares_destroy(channel);
        return false;
    }
    if (resolver->channel != NULL)
        ares_destroy(resolver->channel);
    resolver->channel = channel;
    resolver->failed = false;
    return true;
}

struct resolver *resolver_create(struct loop *loop, const char *name_servers) {
    struct resolver *resolver = heap_make(loop_heap(loop), sizeof *resolver);
    if (resolver == NULL)
        return NULL;
    resolver->loop = loop;
    resolver->name_servers = name_servers;
    for (int i = 0; i < SOCKETS; i++)
        resolver->sockets[i] = (struct resolver_socket){.resolver = resolver, .fd = -1};
    resolver->timer = loop_timer_create(loop, on_timer, resolver);
    if (resolver->timer != NULL && open_channel(resolver))
        return resolver;
    loop_timer_destroy(resolver->timer);
    heap_free(loop_heap(loop), resolver);
    return NULL;
}

void resolver_destroy(struct resolver *resolver) {
    if (resolver == NULL)
        return;
    ares_destroy(resolver->channel);
    loop_timer_destroy(resolver->timer);
    heap_free(loop_heap(resolver->loop), resolver);
}

/* Those of IPv4 before those of IPv6. */
static void take_one(struct addresses *to, const struct ares_addrinfo_node *node) {
    const bool is_4 = node->ai_family == AF_INET;
    const void *address = node->ai_addr;
    const void *raw = is_4 ? (const void *)&((const struct sockaddr_in *)address)->sin_addr
                           : (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;
    char text[RESOLVE_TEXT];
    unsigned at = is_4 ? 0 : to->count;
    if (to->count == RESOLVE_MOST || inet_ntop(node->ai_family, raw, text, sizeof text) == NULL)
        return;
    while (at < to->count && strchr(to->text[at], ':') == NULL)
        at++;
    memmove(to->text[at + 1], to->text[at], (to->count - at) * sizeof to->text[0]);
    memcpy(to->text[at], text, sizeof text);
    to->count++;
}

static void say_why(char why[RESOLVE_WORDS], const struct resolving *resolving) {
    const char *host = resolving->host;
    switch (resolving->status) {
    case ARES_ENOMEM: snprintf(why, RESOLVE_WORDS, "out of memory"); break;
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
    case ARES_EBADNAME: snprintf(why, RESOLVE_WORDS, "the name %s is not known", host); break;
    case ARES_ETIMEOUT:
        snprintf(why, RESOLVE_WORDS,
            "the name %s could not be found: no name server answered within %d s", host, RESOLVE_S);
        break;
    default: /* c-ares makes one of those that are not there and those that refuse */
        snprintf(why, RESOLVE_WORDS, "the name %s could not be found: no name server would answer",
            host);
        break;
    }
}

static void tell(struct resolving *resolving) {
    const bool found = resolving->found.count > 0;
    resolve_fn *fn = resolving->fn;
    char why[RESOLVE_WORDS];
    if (fn == NULL)
        return;
    say_why(why, resolving);
    resolving->fn = NULL;
    resolving->resolver->waited_for--;
    resolving->resolver->failed |= !found;
    loop_timer_stop(resolving->patience);
    fn(resolving->context, &resolving->found, found ? NULL : why);
}

static void on_patience(void *context) {
    tell(context);
}

/* Which is done by the last of those who hold it. */
static void let_go(struct resolving *resolving) {
    if (resolving->inside || resolving->under_way > 0)
        return;
    loop_timer_destroy(resolving->patience);
    heap_free(resolving->heap, resolving);
}

static void on_found(void *context, int status, int timeouts, struct ares_addrinfo *found) {
    struct resolving *resolving = context;
    (void)timeouts;
    if (found != NULL) {
        for (const struct ares_addrinfo_node *node = found->nodes; node != NULL;
             node = node->ai_next)
            take_one(&resolving->found, node);
        ares_freeaddrinfo(found);
    }
    resolving->under_way--;
    if (status != ARES_SUCCESS)
        resolving->status = status;
    if (status == ARES_EDESTRUCTION)
        resolving->fn = NULL;
    else if (resolving->under_way == 0)
        tell(resolving);
    else if (resolving->found.count > 0 && resolving->fn != NULL)
        loop_timer_start(resolving->patience, LATE_MS);
    let_go(resolving);
}

static struct resolving *begin(
    struct resolver *resolver, const char *host, resolve_fn *fn, void *context) {
    const struct heap *heap = loop_heap(resolver->loop);
    struct resolving *resolving = heap_make(heap, sizeof *resolving);
    if (resolving == NULL)
        return NULL;
    resolving->patience = loop_timer_create(resolver->loop, on_patience, resolving);
    if (resolving->patience == NULL) {
        heap_free(heap, resolving);
        return NULL;
    }
    resolving->heap = heap;
    resolving->resolver = resolver;
    resolving->fn = fn;
    resolving->context = context;
    resolving->status = ARES_ETIMEOUT;
    snprintf(resolving->host, sizeof resolving->host, "%s", host);
    resolver->waited_for++;
    loop_timer_start(resolving->patience, RESOLVE_S * 1000);
    return resolving;
}

static void ask(struct resolving *resolving, const char *host) {
    static const int families[] = {AF_INET, AF_INET6};
    struct resolver *resolver = resolving->resolver;
    resolver->inside = resolving->inside = true;
    resolving->under_way = 2;
    for (int i = 0; i < 2; i++) {
        const struct ares_addrinfo_hints hints = {
            .ai_family = families[i], .ai_socktype = SOCK_STREAM, .ai_flags = ARES_AI_NOSORT};
        ares_getaddrinfo(resolver->channel, host, NULL, &hints, on_found, resolving);
    }
    set_timer(resolver);
    resolver->inside = resolving->inside = false;
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
    if (resolver->failed && resolver->waited_for == 0 && !resolver->inside)
        open_channel(resolver);
    struct resolving *resolving = begin(resolver, host, fn, context);
    if (resolving == NULL) {
        fn(context, &(struct addresses){0}, "out of memory");
        return NULL;
    }
    ask(resolving, host);
    const bool told = resolving->fn == NULL;
    let_go(resolving);
    return told ? NULL : resolving;
}

void resolve_cancel(struct resolving *resolving) {
    if (resolving == NULL || resolving->fn == NULL)
        return;
    resolving->fn = NULL;
    resolving->resolver->waited_for--;
    loop_timer_stop(resolving->patience);
}
