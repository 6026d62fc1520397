/* SPDX-License-Identifier: MIT */
/*
 * WebSocket frames (RFC 6455), both ways, and no socket.
 *
 * A server's frame is not masked, so header and payload are built once and shared, by reference
 * count, by every socket it goes to. One thread: the server's loop.
 */
#ifndef SERVER_FRAME_H
#define SERVER_FRAME_H

#include "base/bytes.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An encoded frame, ready for the wire. */
struct frame {
    unsigned refs;
    unsigned kind;     /* the owner's mark: which counter it adds to */
    int64_t born_us;   /* the owner's: when what it tells happened; 0: not measured */
    uint64_t coalesce; /* ≠ 0: a newer frame with the same mark in the same queue replaces it */
    size_t len;
    unsigned char bytes[];
};

/* A text frame around `len` bytes of valid UTF-8, with one reference. NULL: out of memory. */
struct frame *frame_text(const char *text, size_t len, uint64_t coalesce);
/* A close frame. The reason is cut to 123 bytes. */
struct frame *frame_close(uint16_t code, const char *reason);
/* Bytes as they are, for what is no WebSocket: an HTTP reply. */
struct frame *frame_raw(const void *bytes, size_t len);
struct frame *frame_ping(void);
struct frame *frame_pong(const void *payload, size_t len); /* len ≤ 125 */

struct frame *frame_ref(struct frame *frame);
void frame_unref(struct frame *frame); /* NULL is fine */

enum {
    FRAME_FRAGMENTS = 1024, /* of one message */
    FRAME_CONTROL = 125,    /* payload of a control frame */
};

/* What a client sends, taken apart. Zeroes and a bound are the start. */
struct frame_reader {
    struct bytes message; /* of the data message under way */
    uint32_t max_message; /* announced more: 1009, before any of it is taken in */
    uint16_t fragments;   /* of the message under way; 0: none is */
    struct utf8_check text;
    uint8_t head_len;    /* bytes of the frame's header so far */
    uint8_t control_len; /* bytes of a control payload so far */
    uint8_t head[14];
    bool in_payload;
    bool failed;            /* a fault was told: all that follows is swallowed */
    uint32_t left;          /* bytes of payload still to come */
    uint32_t at;            /* bytes of payload so far, for the mask */
    unsigned char *control; /* payload of a control frame under way, or NULL */
};

enum frame_found {
    FRAME_NOTHING = 0, /* all bytes are taken; more are wanted */
    FRAME_TEXT,        /* a whole text message: reader->message, until the next read */
    FRAME_PING,        /* found->payload, found->len */
    FRAME_PONG,
    FRAME_CLOSE, /* found->code (1005: none given) */
    FRAME_FAULT  /* close with found->code and found->reason; told once, the last finding */
};

struct frame_finding {
    const unsigned char *payload;
    size_t len;
    uint16_t code;
    const char *reason; /* static */
};

/* Read on in *at … end, and move *at. Payloads are unmasked in place. */
enum frame_found frame_read(struct frame_reader *reader, unsigned char **at, unsigned char *end,
    struct frame_finding *found);

/* Whether a message or a frame has begun and is not whole. */
bool frame_is_under_way(const struct frame_reader *reader);

void frame_reader_fini(struct frame_reader *reader);

#endif
