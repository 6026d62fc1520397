/* SPDX-License-Identifier: MIT */
/*
 * Positions only grow and are masked into slots, so a full queue and an empty one differ and
 * wrap-around of size_t is harmless. Each side owns one position and keeps a copy of the other's,
 * which it refreshes only when the copy says full (or empty): most calls touch no line that the
 * other thread writes.
 *
 *   field         written by   read by    order and why
 *   tail.at       producer     producer   relaxed: its own
 *                 producer     consumer   store release, load acquire: the slots before it are
 *                                         written before the consumer reads them
 *   head.at       consumer     consumer   relaxed: its own
 *                 consumer     producer   store release, load acquire: the consumer's copy out is
 *                                         done before the producer writes the slot again
 *   tail.peer     producer     producer   plain: a head that was true once; heads only grow, so
 *                                         there is at least that much room
 *   head.peer     consumer     consumer   plain: a tail that was true once; at least that much
 *                                         is there
 *   slots         producer     consumer   plain, ordered by the two positions
 *   the rest      creator      both       plain: handed over with the threads' start
 */
#include "base/spsc.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

enum { CACHE_LINE = 64 };

struct side {
    _Alignas(CACHE_LINE) _Atomic size_t at;
    size_t peer;
};

struct spsc {
    struct side tail; /* the producer's line */
    struct side head; /* the consumer's line */
    _Alignas(CACHE_LINE) size_t mask;
    size_t item_bytes;
    const struct heap *heap;
    void *whole; /* as the heap gave it: a line begins somewhere in it */
    _Alignas(CACHE_LINE) unsigned char slots[];
};

_Static_assert(sizeof(struct side) == CACHE_LINE, "one line a side");
_Static_assert(
    offsetof(struct spsc, mask) == (size_t)2 * CACHE_LINE, "what nobody writes is apart");

struct spsc *spsc_create(const struct heap *heap, size_t capacity, size_t item_bytes) {
    size_t slots = 2;
    while (slots < capacity && slots <= SIZE_MAX / 4)
        slots *= 2;
    if (item_bytes == 0 || slots < capacity || item_bytes > (SIZE_MAX / 2) / slots)
        return NULL;
    size_t size = sizeof(struct spsc) + slots * item_bytes;
    void *whole = heap_resize(heap, NULL, size + CACHE_LINE - 1);
    if (whole == NULL)
        return NULL;
    struct spsc *spsc = (void *)(((uintptr_t)whole + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
    spsc->whole = whole;
    spsc->heap = heap;
    atomic_init(&spsc->tail.at, 0);
    atomic_init(&spsc->head.at, 0);
    spsc->tail.peer = spsc->head.peer = 0;
    spsc->mask = slots - 1;
    spsc->item_bytes = item_bytes;
    return spsc;
}

void spsc_destroy(struct spsc *spsc) {
    if (spsc != NULL)
        heap_free(spsc->heap, spsc->whole);
}

/* The usual items are pointers and lines: a copy whose size the compiler knows is no call. */
static inline void copy_item(void *to, const void *from, size_t bytes) {
    if (bytes == sizeof(void *))
        memcpy(to, from, sizeof(void *));
    else if (bytes == CACHE_LINE)
        memcpy(to, from, CACHE_LINE);
    else
        memcpy(to, from, bytes);
}

static unsigned char *slot_at(struct spsc *spsc, size_t position) {
    return spsc->slots + (position & spsc->mask) * spsc->item_bytes;
}

bool spsc_push(struct spsc *spsc, const void *item) {
    size_t tail = atomic_load_explicit(&spsc->tail.at, memory_order_relaxed);
    if (tail - spsc->tail.peer > spsc->mask) {
        spsc->tail.peer = atomic_load_explicit(&spsc->head.at, memory_order_acquire);
        if (tail - spsc->tail.peer > spsc->mask)
            return false;
    }
    copy_item(slot_at(spsc, tail), item, spsc->item_bytes);
    atomic_store_explicit(&spsc->tail.at, tail + 1, memory_order_release);
    return true;
}

size_t spsc_room(struct spsc *spsc) {
    size_t tail = atomic_load_explicit(&spsc->tail.at, memory_order_relaxed);
    spsc->tail.peer = atomic_load_explicit(&spsc->head.at, memory_order_acquire);
    return spsc->mask + 1 - (tail - spsc->tail.peer);
}

size_t spsc_pop(struct spsc *spsc, void *items, size_t max) {
    size_t head = atomic_load_explicit(&spsc->head.at, memory_order_relaxed);
    if (spsc->head.peer - head < max)
        spsc->head.peer = atomic_load_explicit(&spsc->tail.at, memory_order_acquire);
    size_t count = spsc->head.peer - head;
    if (count > max)
        count = max;
    if (count == 0)
        return 0;
    unsigned char *to = items;
    for (size_t i = 0; i < count; i++, to += spsc->item_bytes)
        copy_item(to, slot_at(spsc, head + i), spsc->item_bytes);
    atomic_store_explicit(&spsc->head.at, head + count, memory_order_release);
    return count;
}

bool spsc_is_empty(struct spsc *spsc) {
    size_t head = atomic_load_explicit(&spsc->head.at, memory_order_relaxed);
    if (spsc->head.peer == head)
        spsc->head.peer = atomic_load_explicit(&spsc->tail.at, memory_order_acquire);
    return spsc->head.peer == head;
}
