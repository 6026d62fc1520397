/* SPDX-License-Identifier: MIT */
#include "server/store_queue.h"

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

/* One group, with the mutex held before and after. */
static void write_one_group(struct store_queue *queue) {
    struct store_batch *group = take(&queue->queued, &queue->queued_last);
    queue->busy = true;
    pthread_mutex_unlock(&queue->mutex);
    size_t durable = 0;
    int status = queue->write(queue->writer, group, &durable);
    if (status == 0)
        durable = SIZE_MAX;
    mark(group, durable, status);
    pthread_mutex_lock(&queue->mutex);
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
    batch->next = NULL;
    uint64_t number = batch->number;
    pthread_mutex_lock(&queue->mutex);
    append(&queue->queued_last, batch);
    pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->mutex);
    return number;
}

static void tell(struct store_queue *queue, struct store_batch *list) {
    for (struct store_batch *next; list != NULL; list = next) {
        next = list->next;
        queue->told = list->number;
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
