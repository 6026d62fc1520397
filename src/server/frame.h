/* SPDX-License-Identifier: MIT */
/*
 * WebSocket frames (RFC 6455), both ways, and no socket.
 *
 * A server's frame is not masked, so header and payload are built once and shared, by reference
 * count, by every socket it goes to. One thread: the server's loop.
 */
#ifndef SERVER_FRAME_H
#define SERVER_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An encoded frame, ready for the wire. */
struct frame {
    unsigned refs;
    unsigned kind;      /* the owner's mark: which counter it adds to */
    uint64_t coalesce;  /* ≠ 0: a newer frame with the same mark in the same queue replaces it */
    size_t len;
    unsigned char bytes[];
};

/* A text frame around `len` bytes of valid UTF-8, with one reference. NULL: out of memory. */
struct frame *frame_text(const char *text, size_t len, uint64_t coalesce);
/* A close frame. The reason is cut to 123 bytes. */
struct frame *frame_close(uint16_t code, const char *reason);
struct frame *frame_ping(void);
struct frame *frame_pong(const void *payload, size_t len); /* len ≤ 125 */

struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame); /* NULL is fine */

#endif
