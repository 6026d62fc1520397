/* SPDX-License-Identifier: MIT */
/*
 * Waking a reader that sleeps in poll(): one eventfd write a burst, none while it is awake.
 *
 * The reader, with everything drained, calls wake_sleep(); if that says true it may poll the
 * descriptor, else something came in between and it must drain again. The writer calls wake_ring()
 * after each push.
 */
#ifndef BASE_WAKE_H
#define BASE_WAKE_H

#include <stdatomic.h>
#include <stdbool.h>

struct wake {
    int fd; /* readable: there is something. -1: not initialised */
    _Atomic int state;
};

/* 0, or -errno. */
int wake_init(struct wake *wake);
void wake_fini(struct wake *wake);

/* Writer thread: there is something new. Costs a system call only if the reader sleeps. */
void wake_ring(struct wake *wake);

/* Reader thread: awake from now on; the descriptor is quiet until wake_sleep(). */
void wake_up(struct wake *wake);

/* Reader thread: going to sleep. False: rung since wake_up(); drain again first. */
bool wake_sleep(struct wake *wake);

/* Reader thread: going to poll() with something left undrained: the descriptor is readable. */
void wake_again(struct wake *wake);

#endif
