/* SPDX-License-Identifier: MIT */
#include "server/store_queue.h"
#include "base/clock.h"

#include <errno.h>
#include <signal.h>

static void append(struct store_batch ***last, struct store_batch *list) {
    **last = list;
    while (**last != NULL)
        *last = &(**last)->next;
}

static struct store_batch *take(struct store_batch **list, struct store_batch ***last) {
    struct store_batch *all = *list;
    *list = NULL;
    *last = list;
    return all;
}

static void mark(struct store_batch *group, size_t durable, int status) {
    for (; group != NULL; group = group->next)
        group->status = durable > 0 ? (durable--, 0) : status;
}

static void count_group(struct store_counts *counts, int64_t took_us, int status) {
    counts->groups++;
    counts->failures += status != 0;
    counts->last_status = status;
    histogram_add(&counts->write, took_us);
}

/* One group, with the mutex held before and after. */
static void write_one_group(struct store_queue *queue) {
    struct store_batch *group = take(&queue->queued, &queue->queued_last);
    queue->busy = true;
    pthread_mutex_unlock(&queue->mutex);
    size_t durable = 0;
    const int64_t began_us = clock_mono_us();
    int status = queue->write(queue->writer, group, &durable);
    if (status == 0)
        durable = SIZE_MAX;
    mark(group, durable, status);
    const int64_t took_us = clock_mono_us() - began_us;
    pthread_mutex_lock(&queue->mutex);
    count_group(&queue->counts, took_us, status);
    append(&queue->settled_last, group);
    queue->failure = status;
    queue->busy = false;
    pthread_cond_signal(&queue->rest);
    pthread_mutex_unlock(&queue->mutex);
    if (queue->options.ring != NULL)
        queue->options.ring(queue->options.owner);
    pthread_mutex_lock(&queue->mutex);
}

static void *write_groups(void *context) {
    struct store_queue *queue = context;
    pthread_mutex_lock(&queue->mutex);
    for (;;) {
        if (queue->queued != NULL && queue->failure == 0)
            write_one_group(queue);
        else if (queue->stopping && queue->queued == NULL)
            break;
        else
            pthread_cond_wait(&queue->work, &queue->mutex);
    }
    pthread_mutex_unlock(&queue->mutex);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start(struct store_queue *queue) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(&queue->thread, NULL, write_groups, queue);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -rc;
}

int store_queue_init(struct store_queue *queue, const struct store_calls *calls,
    const struct store_options *options, store_write_group *write, void *writer) {
    *queue = (struct store_queue){
        .store.calls = calls, .options = *options, .write = write, .writer = writer};
    queue->queued_last = &queue->queued;
    queue->settled_last = &queue->settled;
    pthread_mutex_init(&queue->mutex, NULL);
    pthread_cond_init(&queue->work, NULL);
    pthread_cond_init(&queue->rest, NULL);
    int rc = start(queue);
    if (rc != 0) {
        pthread_cond_destroy(&queue->rest);
        pthread_cond_destroy(&queue->work);
        pthread_mutex_destroy(&queue->mutex);
    }
    return rc;
}

uint64_t store_queue_submit(struct store *store, struct store_batch *batch) {
    struct store_queue *queue = (struct store_queue *)store;
    if (batch->failed || queue->submitted - queue->told >= STORE_QUEUE_BATCHES) {
        store_batch_free(batch);
        return 0;
    }
    batch->number = ++queue->submitted;
    batch->submitted_us = clock_mono_us();
    batch->next = NULL;
    uint64_t number = batch->number;
    pthread_mutex_lock(&queue->mutex);
    append(&queue->queued_last, batch);
    pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->mutex);
    return number;
}

static void tell(struct store_queue *queue, struct store_batch *list) {
    const int64_t now_us = list != NULL ? clock_mono_us() : 0;
    for (struct store_batch *next; list != NULL; list = next) {
        next = list->next;
        queue->told = list->number;
        histogram_add(&queue->commit, now_us - list->submitted_us);
        queue->options.settled(queue->options.owner, list->number, list, list->status);
        store_batch_free(list);
    }
}

void store_pump(struct store *store) {
    struct store_queue *queue = (struct store_queue *)store;
    for (bool again = true; again;) {
        pthread_mutex_lock(&queue->mutex);
        struct store_batch *settled = take(&queue->settled, &queue->settled_last), *lost = NULL;
        int failure = queue->failure;
        if (failure != 0)
            lost = take(&queue->queued, &queue->queued_last);
        if (failure != 0 && settled == NULL && lost == NULL) {
            queue->failure = 0;
            pthread_cond_signal(&queue->work);
        }
        pthread_mutex_unlock(&queue->mutex);
        again = settled != NULL || lost != NULL;
        mark(lost, 0, failure);
        tell(queue, settled);
        tell(queue, lost);
    }
}

void store_count(struct store *store, struct store_counts *now) {
    struct store_queue *queue = (struct store_queue *)store;
    pthread_mutex_lock(&queue->mutex);
    *now = queue->counts;
    pthread_mutex_unlock(&queue->mutex);
    now->queued = queue->submitted - queue->told;
    now->batches = queue->told;
    now->commit = queue->commit;
}

void store_queue_fini(struct store_queue *queue) {
    pthread_mutex_lock(&queue->mutex);
    queue->stopping = true;
    pthread_cond_signal(&queue->work);
    for (;;) {
        pthread_mutex_unlock(&queue->mutex);
        store_pump(&queue->store);
        pthread_mutex_lock(&queue->mutex);
        if (queue->settled != NULL || queue->failure != 0)
            continue;
        if (queue->queued == NULL && !queue->busy)
            break;
        pthread_cond_wait(&queue->rest, &queue->mutex);
    }
    pthread_mutex_unlock(&queue->mutex);
    pthread_join(queue->thread, NULL);
    pthread_cond_destroy(&queue->rest);
    pthread_cond_destroy(&queue->work);
    pthread_mutex_destroy(&queue->mutex);
}
