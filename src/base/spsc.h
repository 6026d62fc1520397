/* SPDX-License-Identifier: MIT */
/*
 * A bounded queue of fixed-size items between exactly two threads: one pushes, one pops. Lock-free;
 * neither side ever waits for the other. spsc.c has the table of memory orders.
 */
#ifndef BASE_SPSC_H
#define BASE_SPSC_H

#include "base/heap.h"
#include <stdbool.h>
#include <stddef.h>

struct spsc;

/* capacity is rounded up to a power of two ≥ 2; item_bytes ≥ 1. NULL: out of memory. Any thread,
 * before the two sides start. */
struct spsc *spsc_create(const struct heap *heap, size_t capacity, size_t item_bytes);
void spsc_destroy(struct spsc *spsc);

/* Producer: copy one item in; false when full. */
bool spsc_push(struct spsc *spsc, const void *item);

/* Producer: how many more would fit now; at least this many pushes will succeed. */
size_t spsc_room(struct spsc *spsc);

/* Consumer: copy up to max items out, oldest first; how many. */
size_t spsc_pop(struct spsc *spsc, void *items, size_t max);

/* Consumer: whether nothing was there to pop. */
bool spsc_is_empty(struct spsc *spsc);

#endif
