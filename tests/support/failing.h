/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out once: the n-th allocation that the library asks for, or cJSON, fails,
 * counted on one of two threads. What curl, libwebsockets and libuv need for themselves is not
 * touched.
 *
 * Two kinds of threads count: the one that began (FAILING_CALLER), and all others that are not
 * exempt (FAILING_NETWORK). cJSON's memory is the process's, so whoever else uses it is exempted.
 */
#ifndef SUPPORT_FAILING_H
#define SUPPORT_FAILING_H

#include <stdbool.h>
#include <stddef.h>

enum failing_side { FAILING_CALLER, FAILING_NETWORK, FAILING_SIDES };

/* For pl_client_options; the context is not looked at. */
void *failing_resize(void *context, void *at, size_t bytes);

/* cJSON's memory is from here, too. Once, before all. */
void failing_init(void);

/* Until this is off again, other threads that allocate become exempt for good. */
void failing_exempt_others(bool on);

/* From now on this is the caller's thread, and the nth allocation of a side fails; 0: none does. */
void failing_begin(enum failing_side side, unsigned long nth);
/* The caller's thread is exempt meanwhile. */
void failing_pause(bool paused);
/* True: it was reached, and failed. */
bool failing_end(void);
bool failing_has_failed(void);
unsigned long failing_count(enum failing_side side);

/* What was allocated, by all threads, and is not freed yet. */
long failing_live(void);

#endif
