/* SPDX-License-Identifier: MIT */
/*
 * One word says where the reader is, and every change of it is a read-modify-write, so of a ring
 * and a falling asleep one comes first and the other sees it:
 *
 *   AWAKE  → RUNG    ring: the reader will find it before it sleeps; no write
 *   RUNG   → RUNG    ring: somebody rang already; no write
 *   ASLEEP → RUNG    ring: this one writes the descriptor
 *   AWAKE  → ASLEEP  sleep: nothing came
 *   RUNG   → AWAKE   sleep refused: drain again
 *   any    → ASLEEP  again: and rings, as anybody would, if nobody else has rung by then
 *   any    → AWAKE   up
 *
 * Acquire and release: what was pushed before a ring is seen by the drain after it. A ring may
 * still be on its way into the descriptor when the reader, woken by something else, has emptied
 * it; the reader's next poll() then returns once for nothing. It starts ASLEEP, so that whoever
 * polls before the first drain misses nothing.
 */
#include "base/wake.h"

#include <errno.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { ASLEEP, AWAKE, RUNG };

int wake_init(struct wake *wake) {
    wake->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake->fd < 0) {
        wake->fd = -1;
        return -errno;
    }
    atomic_init(&wake->state, ASLEEP);
    return 0;
}

void wake_fini(struct wake *wake) {
    if (wake->fd >= 0)
        close(wake->fd);
    wake->fd = -1;
}

void wake_ring(struct wake *wake) {
    if (atomic_exchange_explicit(&wake->state, RUNG, memory_order_acq_rel) != ASLEEP)
        return;
    uint64_t one = 1;
    /* EAGAIN would mean 2^64-2 unread rings, and then it is readable anyway. */
    while (write(wake->fd, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

void wake_up(struct wake *wake) {
    atomic_exchange_explicit(&wake->state, AWAKE, memory_order_acq_rel);
    uint64_t rings;
    while (read(wake->fd, &rings, sizeof rings) < 0 && errno == EINTR)
        continue;
}

bool wake_sleep(struct wake *wake) {
    int was = AWAKE;
    if (atomic_compare_exchange_strong_explicit(
            &wake->state, &was, ASLEEP, memory_order_acq_rel, memory_order_acquire) ||
        was == ASLEEP)
        return true;
    atomic_exchange_explicit(&wake->state, AWAKE, memory_order_acq_rel);
    return false;
}

void wake_again(struct wake *wake) {
    atomic_exchange_explicit(&wake->state, ASLEEP, memory_order_acq_rel);
    wake_ring(wake);
}
