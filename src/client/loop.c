/* SPDX-License-Identifier: MIT */
/* libuv frees nothing at once: what is destroyed here is freed when its handle has closed. */
#include "client/loop.h"

#include <stdbool.h>
#include <uv.h>

struct loop {
    const struct heap *heap;
    uv_loop_t uv;
    uv_async_t ring;
    uv_prepare_t waiting;
    loop_fn *rung, *before_waiting;
    void *context, *waiting_context;
};

struct loop_timer {
    const struct heap *heap;
    uv_timer_t uv;
    bool joined;
    loop_fn *fn;
    void *context;
};

struct loop_watch {
    const struct heap *heap;
    uv_poll_t uv;
    loop_ready_fn *fn;
    void *context;
};

static void on_ring(uv_async_t *ring) {
    struct loop *loop = ring->data;
    loop->rung(loop->context);
}

struct loop *loop_create(const struct heap *heap, loop_fn *rung, void *context) {
    struct loop *loop = heap_make(heap, sizeof *loop);
    if (loop == NULL)
        return NULL;
    loop->heap = heap;
    if (uv_loop_init(&loop->uv) < 0) {
        heap_free(loop->heap, loop);
        return NULL;
    }
    loop->rung = rung;
    loop->context = context;
    loop->ring.data = loop;
    if (uv_async_init(&loop->uv, &loop->ring, on_ring) < 0) {
        uv_loop_close(&loop->uv);
        heap_free(loop->heap, loop);
        return NULL;
    }
    return loop;
}

void loop_destroy(struct loop *loop) {
    if (loop == NULL)
        return;
    uv_close((uv_handle_t *)&loop->ring, NULL);
    if (loop->before_waiting != NULL)
        uv_close((uv_handle_t *)&loop->waiting, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(&loop->uv);
    heap_free(loop->heap, loop);
}

const struct heap *loop_heap(const struct loop *loop) {
    return loop->heap;
}

static void on_waiting(uv_prepare_t *waiting) {
    struct loop *loop = waiting->data;
    loop->before_waiting(loop->waiting_context);
}

void loop_before_waiting(struct loop *loop, loop_fn *fn, void *context) {
    loop->before_waiting = fn;
    loop->waiting_context = context;
    loop->waiting.data = loop;
    uv_prepare_init(&loop->uv, &loop->waiting);
    uv_prepare_start(&loop->waiting, on_waiting);
}

void loop_run(struct loop *loop) {
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop) {
    uv_stop(&loop->uv);
}

void loop_settle(struct loop *loop) {
    for (int turn = 0; turn < 8; turn++)
        uv_run(&loop->uv, UV_RUN_NOWAIT);
}

void loop_ring(struct loop *loop) {
    uv_async_send(&loop->ring);
}

int64_t loop_now_ms(const struct loop *loop) {
    return (int64_t)uv_now(&loop->uv);
}

static void on_timer(uv_timer_t *uv) {
    struct loop_timer *timer = uv->data;
    timer->fn(timer->context);
}

struct loop_timer *loop_timer_make(struct loop *loop, loop_fn *fn, void *context) {
    struct loop_timer *timer = heap_make(loop->heap, sizeof *timer);
    if (timer == NULL)
        return NULL;
    timer->heap = loop->heap;
    timer->fn = fn;
    timer->context = context;
    return timer;
}

void loop_timer_join(struct loop_timer *timer, struct loop *loop) {
    uv_timer_init(&loop->uv, &timer->uv);
    timer->uv.data = timer;
    timer->joined = true;
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_fn *fn, void *context) {
    struct loop_timer *timer = loop_timer_make(loop, fn, context);
    if (timer != NULL)
        loop_timer_join(timer, loop);
    return timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t wait_ms) {
    uv_timer_start(&timer->uv, on_timer, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

void loop_timer_stop(struct loop_timer *timer) {
    uv_timer_stop(&timer->uv);
}

static void on_timer_closed(uv_handle_t *uv) {
    struct loop_timer *timer = uv->data;
    heap_free(timer->heap, timer);
}

void loop_timer_destroy(struct loop_timer *timer) {
    if (timer != NULL && timer->joined)
        uv_close((uv_handle_t *)&timer->uv, on_timer_closed);
    else if (timer != NULL)
        heap_free(timer->heap, timer);
}

static void on_ready(uv_poll_t *uv, int status, int events) {
    struct loop_watch *watch = uv->data;
    /* An error is for whoever reads or writes to find. */
    const int ready = status < 0 ? LOOP_READ | LOOP_WRITE
                                 : ((events & (UV_READABLE | UV_DISCONNECT)) ? LOOP_READ : 0) |
                                       ((events & UV_WRITABLE) ? LOOP_WRITE : 0);
    watch->fn(watch->context, ready);
}

struct loop_watch *loop_watch_create(struct loop *loop, int fd, loop_ready_fn *fn, void *context) {
    struct loop_watch *watch = heap_make(loop->heap, sizeof *watch);
    if (watch == NULL)
        return NULL;
    if (uv_poll_init(&loop->uv, &watch->uv, fd) < 0) {
        heap_free(loop->heap, watch);
        return NULL;
    }
    watch->uv.data = watch;
    watch->heap = loop->heap;
    watch->fn = fn;
    watch->context = context;
    return watch;
}

void loop_watch_for(struct loop_watch *watch, int events) {
    const int wanted = ((events & LOOP_READ) ? UV_READABLE : 0) |
                       ((events & LOOP_WRITE) ? UV_WRITABLE : 0);
    if (wanted == 0)
        uv_poll_stop(&watch->uv);
    else
        uv_poll_start(&watch->uv, wanted, on_ready);
}

static void on_watch_closed(uv_handle_t *uv) {
    struct loop_watch *watch = uv->data;
    heap_free(watch->heap, watch);
}

void loop_watch_destroy(struct loop_watch *watch) {
    if (watch == NULL)
        return;
    uv_poll_stop(&watch->uv);
    uv_close((uv_handle_t *)&watch->uv, on_watch_closed);
}

void *loop_native(struct loop *loop) {
    return &loop->uv;
}
