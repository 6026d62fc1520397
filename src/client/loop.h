/* SPDX-License-Identifier: MIT */
/*
 * The event loop of the network thread, so that those who carry (curl, c-ares, libwebsockets) need
 * not know each other's. The keeper of libuv in the library. All but loop_ring() and
 * loop_create/destroy run on the loop's own thread.
 */
#ifndef CLIENT_LOOP_H
#define CLIENT_LOOP_H

#include "base/heap.h"
#include <stdint.h>

struct loop;
struct loop_timer;
struct loop_watch;

typedef void loop_fn(void *context);

enum { LOOP_READ = 1, LOOP_WRITE = 2 };
typedef void loop_ready_fn(void *context, int events);

/* `rung` runs on the loop's thread after each loop_ring(). NULL: no memory or no descriptors. The
 * heap must live as long; those who carry share it. */
struct loop *loop_create(const struct heap *heap, loop_fn *rung, void *context);
const struct heap *loop_heap(const struct loop *loop);
void loop_destroy(struct loop *loop);

/* `fn` runs on the loop's thread before it waits for what comes next: at the end of each burst.
 * Once a loop. */
void loop_before_waiting(struct loop *loop, loop_fn *fn, void *context);

/* Run until loop_stop(). */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);
/* Let what is closing close. */
void loop_settle(struct loop *loop);

/* Any thread: wake the loop. Many rings may become one. */
void loop_ring(struct loop *loop);

/* Monotonic milliseconds, as of this turn of the loop. */
int64_t loop_now_ms(const struct loop *loop);

/* A timer that fires once for each start. NULL: out of memory. */
struct loop_timer *loop_timer_create(struct loop *loop, loop_fn *fn, void *context);
/* The same in two steps: made on any thread, and joined on the loop's before its first start. */
struct loop_timer *loop_timer_make(struct loop *loop, loop_fn *fn, void *context);
void loop_timer_join(struct loop_timer *timer, struct loop *loop);
void loop_timer_start(struct loop_timer *timer, int64_t wait_ms);
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_destroy(struct loop_timer *timer); /* NULL is fine */

/* Watch a descriptor for LOOP_READ, LOOP_WRITE, until destroyed. NULL: out of memory. */
struct loop_watch *loop_watch_create(struct loop *loop, int fd, loop_ready_fn *fn, void *context);
void loop_watch_for(struct loop_watch *watch, int events);
void loop_watch_destroy(struct loop_watch *watch); /* NULL is fine */

/* The loop itself, for libwebsockets. */
void *loop_native(struct loop *loop);

#endif
