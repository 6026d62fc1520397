/* SPDX-License-Identifier: MIT */
/*
 * What waits to leave by one socket. Bounded; a frame with a coalesce mark drives out its elder
 * with the same mark, because presence is state: only the latest is worth sending. Pure.
 */
#ifndef SERVER_OUTBOX_H
#define SERVER_OUTBOX_H

#include "server/frame.h"
#include <sys/uio.h>

enum {
    OUTBOX_BYTES = 1024 * 1024,
    OUTBOX_FRAMES = 1000,
};

struct outbox {
    struct frame **frames; /* a ring; NULL while nothing was ever queued */
    unsigned cap, first, count;
    size_t bytes; /* of all frames, less what of the first has left */
    size_t sent;  /* of the first frame */
};

/* 0; > 0: past the bound (nothing was queued); -ENOMEM. Takes a reference of its own. One frame
 * always fits into an empty one. */
int outbox_put(struct outbox *outbox, struct frame *frame);

/* What leaves next, as pieces for one write. How many. */
int outbox_gather(const struct outbox *outbox, struct iovec *to, int max);

/* So many bytes have left. The earliest born_us of the frames that are wholly gone; 0: none has
 * one.
 */
int64_t outbox_sent(struct outbox *outbox, size_t bytes);

static inline bool outbox_is_empty(const struct outbox *outbox) {
    return outbox->count == 0;
}

/* Forget all that has not begun to leave. */
void outbox_drop(struct outbox *outbox);

void outbox_fini(struct outbox *outbox);

#endif
