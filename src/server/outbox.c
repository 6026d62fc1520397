/* SPDX-License-Identifier: MIT */
/*
 * A ring of references that grows by doubling and is given back when it runs empty, so that an
 * idle connection costs nothing. A frame with a mark goes behind all others and its elder is taken
 * out, unless a part of that has left already: between the two there may be other news of the same
 * user, with how they were then, and the latest word must be the last.
 */
#include "server/outbox.h"

#include <errno.h>
#include <stdlib.h>

enum { FIRST_CAP = 4 };

static struct frame **at(const struct outbox *outbox, unsigned i) {
    return &outbox->frames[(outbox->first + i) & (outbox->cap - 1)];
}

static void take_out(struct outbox *outbox, unsigned i) {
    struct frame *elder = *at(outbox, i);
    for (; i + 1 < outbox->count; i++)
        *at(outbox, i) = *at(outbox, i + 1);
    outbox->count--;
    outbox->bytes -= elder->len;
    frame_unref(elder);
}

/* Whether there was an elder, whose room the frame has now. */
static bool replace(struct outbox *outbox, struct frame *frame) {
    for (unsigned i = outbox->sent > 0 ? 1 : 0; i < outbox->count; i++) {
        if ((*at(outbox, i))->coalesce != frame->coalesce)
            continue;
        take_out(outbox, i);
        *at(outbox, outbox->count++) = frame_ref(frame);
        outbox->bytes += frame->len;
        return true;
    }
    return false;
}

static int grow(struct outbox *outbox) {
    const unsigned cap = outbox->cap != 0 ? outbox->cap * 2 : FIRST_CAP;
    struct frame **frames = malloc(cap * sizeof *frames);
    if (frames == NULL)
        return -ENOMEM;
    for (unsigned i = 0; i < outbox->count; i++)
        frames[i] = *at(outbox, i);
    free(outbox->frames);
    outbox->frames = frames;
    outbox->cap = cap;
    outbox->first = 0;
    return 0;
}

int outbox_put(struct outbox *outbox, struct frame *frame) {
    if (frame->coalesce != 0 && replace(outbox, frame))
        return 0;
    if (outbox->count >= OUTBOX_FRAMES ||
        (outbox->count > 0 && outbox->bytes + frame->len > OUTBOX_BYTES))
        return 1;
    if (outbox->count == outbox->cap && grow(outbox) < 0)
        return -ENOMEM;
    outbox->count++;
    *at(outbox, outbox->count - 1) = frame_ref(frame);
    outbox->bytes += frame->len;
    return 0;
}

int outbox_gather(const struct outbox *outbox, struct iovec *to, int max) {
    int pieces = 0;
    for (unsigned i = 0; i < outbox->count && pieces < max; i++) {
        struct frame *frame = *at(outbox, i);
        const size_t skip = i == 0 ? outbox->sent : 0;
        to[pieces++] = (struct iovec){
            .iov_base = frame->bytes + skip, .iov_len = frame->len - skip};
    }
    return pieces;
}

int64_t outbox_sent(struct outbox *outbox, size_t bytes) {
    int64_t earliest_us = 0;
    outbox->bytes -= bytes;
    while (bytes > 0) {
        struct frame *frame = *at(outbox, 0);
        const size_t left = frame->len - outbox->sent;
        if (bytes < left) {
            outbox->sent += bytes;
            return earliest_us;
        }
        bytes -= left;
        if (frame->born_us != 0 && (earliest_us == 0 || frame->born_us < earliest_us))
            earliest_us = frame->born_us;
        frame_unref(frame);
        outbox->sent = 0;
        outbox->first = (outbox->first + 1) & (outbox->cap - 1);
        outbox->count--;
    }
    if (outbox->count == 0)
        outbox_fini(outbox);
    return earliest_us;
}

void outbox_drop(struct outbox *outbox) {
    const unsigned keep = outbox->sent > 0 ? 1 : 0;
    while (outbox->count > keep) {
        outbox->count--;
        struct frame *frame = *at(outbox, outbox->count);
        outbox->bytes -= frame->len;
        frame_unref(frame);
    }
}

void outbox_fini(struct outbox *outbox) {
    for (unsigned i = 0; i < outbox->count; i++)
        frame_unref(*at(outbox, i));
    free(outbox->frames);
    *outbox = (struct outbox){0};
}
