/* SPDX-License-Identifier: MIT */
/*
 * One thread, one loop, the lines of all clients that share it. A new line is pushed onto a stack
 * of joining lines by whichever thread makes it, and taken in at the next ring; everything after
 * that goes through the line's mailbox. The thread blocks all signals: they are the program's.
 */
#include "client/net.h"

#include "client/line.h"
#include "client/options.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

struct pl_network {
    struct heap heap;
    pthread_t thread;
    struct carriers carriers;
    char *name_servers; /* or NULL: the system's */
    _Atomic(struct line *) joining;
    struct list lines; /* the thread's own */
    _Atomic bool stop;
    _Atomic unsigned holders; /* who made it, and each client */
};

static void take_in(struct pl_network *network) {
    struct line *line = atomic_exchange(&network->joining, NULL);
    while (line != NULL) {
        struct line *next = line->next_joining;
        list_append(&network->lines, &line->in_network);
        line_begin(line);
        line = next;
    }
}

static void sweep(struct pl_network *network, bool all) {
    LIST_EACH(&network->lines, item) {
        struct line *line = LIST_ITEM(item, struct line, in_network);
        if (!all && !line_serve(line))
            continue;
        list_remove(&line->in_network);
        line_destroy(line);
    }
}

static void on_ring(void *context) {
    struct pl_network *network = context;
    take_in(network);
    sweep(network, false);
    if (atomic_load(&network->stop))
        loop_stop(network->carriers.loop);
}

static void on_burst_end(void *context) {
    struct pl_network *network = context;
    LIST_EACH(&network->carriers.told, item)
    line_ring(LIST_ITEM(item, struct line, in_told));
}

static void close_carriers(struct pl_network *network) {
    resolver_destroy(network->carriers.resolver);
    http_carrier_destroy(network->carriers.http);
    ws_carrier_destroy(network->carriers.ws);
    loop_destroy(network->carriers.loop);
}

static void *run(void *context) {
    struct pl_network *network = context;
    loop_run(network->carriers.loop);
    take_in(network);
    sweep(network, true);
    return NULL;
}

static bool open_carriers(struct pl_network *network) {
    struct carriers *carriers = &network->carriers;
    carriers->loop = loop_create(&network->heap, on_ring, network);
    if (carriers->loop == NULL)
        return false;
    list_init(&carriers->told);
    loop_before_waiting(carriers->loop, on_burst_end, network);
    carriers->resolver = resolver_create(carriers->loop, network->name_servers);
    carriers->http = http_carrier_create(carriers->loop);
    carriers->ws = ws_carrier_create(carriers->loop);
    return carriers->resolver != NULL && carriers->http != NULL && carriers->ws != NULL;
}

static int start_thread(struct pl_network *network) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int fault = pthread_create(&network->thread, NULL, run, network);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fault == 0 ? 0 : PL_E_SYSTEM;
}

static void free_network(struct pl_network *network) {
    const struct heap heap = network->heap;
    close_carriers(network);
    heap_free(&heap, network->name_servers);
    heap_free(&heap, network);
}

int network_create(const struct heap *heap, const char *name_servers, pl_network **out) {
    struct pl_network *network = heap_make(heap, sizeof *network);
    if (network == NULL)
        return PL_E_MEMORY;
    network->heap = *heap;
    list_init(&network->lines);
    atomic_init(&network->holders, 1);
    network->name_servers = heap_copy(heap, name_servers);
    int fault = name_servers != NULL && network->name_servers == NULL ? PL_E_MEMORY
                : open_carriers(network)                              ? 0
                                                                      : PL_E_SYSTEM;
    if (fault == 0)
        fault = start_thread(network);
    if (fault < 0) {
        free_network(network);
        return fault;
    }
    *out = network;
    return 0;
}

PL_API int pl_network_create(pl_network **out) {
    return pl_network_create_with(
        out, &(struct pl_network_options){.size = sizeof(struct pl_network_options)});
}

PL_API int pl_network_create_with(pl_network **out, const struct pl_network_options *options) {
    struct pl_network_options wanted;
    if (out == NULL || !options_read(&wanted, sizeof wanted, sizeof wanted, options))
        return PL_E_ARGUMENT;
    return network_create(
        &(struct heap){.resize = wanted.resize, .context = wanted.resize_context}, NULL, out);
}

PL_API void pl_network_destroy(pl_network *network) {
    if (network == NULL || atomic_fetch_sub(&network->holders, 1) > 1)
        return;
    atomic_store(&network->stop, true);
    loop_ring(network->carriers.loop);
    pthread_join(network->thread, NULL);
    free_network(network);
}

void network_hold(pl_network *network) {
    atomic_fetch_add(&network->holders, 1);
}

static void ring(void *context) {
    struct pl_network *network = context;
    loop_ring(network->carriers.loop);
}

int network_join(
    pl_network *network, const struct line_options *options, struct mailbox **mailbox) {
    struct mailbox *made = mailbox_create(options->heap, MAILBOX_NOTES, ring, network);
    if (made == NULL)
        return PL_E_MEMORY;
    struct line *line = line_create(&network->carriers, options, made);
    if (line == NULL) {
        mailbox_unref(made);
        return PL_E_MEMORY;
    }
    struct line *first = atomic_load(&network->joining);
    do
        line->next_joining = first;
    while (!atomic_compare_exchange_weak(&network->joining, &first, line));
    loop_ring(network->carriers.loop);
    *mailbox = made;
    return 0;
}
