/* SPDX-License-Identifier: MIT */
/*
 * The wall between the loop's thread and a store's writer: a bounded queue in, a list of what has
 * settled out. Every store begins with one, so that store_pump() serves them all.
 *
 * Everything that is queued when the writer comes back is one group. After a failure the writer
 * rests, and all that is queued fails, until the loop has been told of it (store_pump): what was
 * submitted in between was built on memory that the disk never had. So a `settled` that is told of
 * a failure must not submit; it reads again what was touched.
 */
#ifndef SERVER_STORE_QUEUE_H
#define SERVER_STORE_QUEUE_H

#include "server/store_batch.h"
#include <pthread.h>

/* Write a group down, on the writer's thread. 0: all of it is durable. < 0: -errno, and *durable
 * (0 at first) is how many of the first batches are durable nevertheless. */
typedef int store_write_group(void *writer, struct store_batch *group, size_t *durable);

enum { STORE_QUEUE_BATCHES = 8192 };

struct store_queue {
    struct store store; /* first */
    struct store_options options;
    store_write_group *write;
    void *writer;
    pthread_t thread;
    uint64_t submitted; /* these two are the loop's */
    uint64_t told;
    struct histogram commit;

    pthread_mutex_t mutex; /* and these are shared */
    pthread_cond_t work, rest;
    struct store_batch *queued, **queued_last;
    struct store_batch *settled, **settled_last;
    int failure;                /* < 0: the writer rests until the loop knows */
    struct store_counts counts; /* of groups */
    bool busy, stopping;
};

/* Start the writer's thread. 0, or -errno. */
int store_queue_init(struct store_queue *queue, const struct store_calls *calls,
    const struct store_options *options, store_write_group *write, void *writer);
/* As store_calls.submit. */
uint64_t store_queue_submit(struct store *store, struct store_batch *batch);
/* Finish what is queued, tell it, end the thread. */
void store_queue_fini(struct store_queue *queue);

#endif
