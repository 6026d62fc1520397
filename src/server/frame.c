/* SPDX-License-Identifier: MIT */
/*
 * RFC 6455 from the server's end. A frame's header is judged as soon as it is whole and before a
 * byte of its payload is taken in: so an unmasked frame is never delivered, and no memory is
 * claimed because a stranger announced a length. Text is checked as it comes, cut anywhere.
 */
#include "server/frame.h"

#include <stdlib.h>
#include <string.h>

enum { CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

/* ---- frames of ours ---- */

static struct frame *make(unsigned opcode, const void *payload, size_t len, uint64_t coalesce) {
    const size_t head = len < 126 ? 2 : len < 65536 ? 4 : 10;
    struct frame *frame = malloc(sizeof *frame + head + len);
    if (frame == NULL)
        return NULL;
    *frame = (struct frame){.refs = 1, .coalesce = coalesce, .len = head + len};
    frame->bytes[0] = (unsigned char)(0x80 | opcode);
    frame->bytes[1] = (unsigned char)(head == 2 ? len : head == 4 ? 126 : 127);
    for (size_t i = 0; i < head - 2; i++)
        frame->bytes[2 + i] = (unsigned char)(len >> (8 * (head - 3 - i)));
    if (len > 0)
        memcpy(frame->bytes + head, payload, len);
    return frame;
}

struct frame *frame_text(const char *text, size_t len, uint64_t coalesce) {
    return make(TEXT, text, len, coalesce);
}

struct frame *frame_close(uint16_t code, const char *reason) {
    unsigned char payload[FRAME_CONTROL];
    size_t len = strlen(reason);
    if (len > sizeof payload - 2) {
        len = sizeof payload - 2;
        while (len > 0 && !utf8_is_valid(reason, len))
            len--;
    }
    payload[0] = (unsigned char)(code >> 8);
    payload[1] = (unsigned char)code;
    memcpy(payload + 2, reason, len);
    return make(CLOSE, payload, len + 2, 0);
}

struct frame *frame_raw(const void *bytes, size_t len) {
    struct frame *frame = malloc(sizeof *frame + len);
    if (frame == NULL)
        return NULL;
    *frame = (struct frame){.refs = 1, .len = len};
    memcpy(frame->bytes, bytes, len);
    return frame;
}

struct frame *frame_ping(void) {
    return make(PING, "", 0, 0);
}

struct frame *frame_pong(const void *payload, size_t len) {
    return make(PONG, payload, len, 0);
}

struct frame *frame_ref(struct frame *frame) {
    frame->refs++;
    return frame;
}

void frame_unref(struct frame *frame) {
    if (frame != NULL && --frame->refs == 0)
        free(frame);
}

/* ---- frames of theirs ---- */

static enum frame_found fault(struct frame_finding *found, uint16_t code, const char *reason) {
    found->code = code;
    found->reason = reason;
    return FRAME_FAULT;
}

/* Of two bytes of it at least. */
static size_t head_size(const struct frame_reader *reader) {
    const unsigned len = reader->head[1] & 0x7f;
    return 2u + (len == 126 ? 2u : len == 127 ? 8u : 0u) + 4u;
}

static uint64_t announced(const struct frame_reader *reader) {
    const unsigned len = reader->head[1] & 0x7f;
    const unsigned wide = len == 126 ? 2 : len == 127 ? 8 : 0;
    uint64_t value = wide == 0 ? len : 0;
    for (unsigned i = 0; i < wide; i++)
        value = (value << 8) | reader->head[2 + i];
    return value;
}

/* What the first two bytes tell is judged at once; 0: nothing against them. */
static enum frame_found judge_start(
    const struct frame_reader *reader, struct frame_finding *found) {
    const unsigned opcode = reader->head[0] & 0x0f, len = reader->head[1] & 0x7f;
    const bool final = reader->head[0] & 0x80;
    if (reader->head[0] & 0x70)
        return fault(found, 1002, "a reserved bit is set");
    if (!(reader->head[1] & 0x80))
        return fault(found, 1002, "a client's frame must be masked");
    if (opcode >= CLOSE) {
        if (opcode > PONG)
            return fault(found, 1002, "reserved opcode");
        if (!final || len > FRAME_CONTROL)
            return fault(found, 1002, "a control frame must be whole and short");
        return FRAME_NOTHING;
    }
    if (opcode == BINARY)
        return fault(found, 1003, "only text is spoken here");
    if (opcode > TEXT)
        return fault(found, 1002, "reserved opcode");
    if ((opcode == CONTINUATION) != (reader->fragments > 0))
        return fault(found, 1002, "a message must begin, and go on before another begins");
    if (reader->fragments == FRAME_FRAGMENTS)
        return fault(found, 1008, "a message in too many pieces");
    return FRAME_NOTHING;
}

static enum frame_found judge_length(struct frame_reader *reader, struct frame_finding *found) {
    const uint64_t len = announced(reader);
    const unsigned form = reader->head[1] & 0x7f;
    const bool control = (reader->head[0] & 0x0f) >= CLOSE;
    if (!control && len > reader->max_message - reader->message.len)
        return fault(found, 1009, "the message is too large");
    if ((form == 126 && len < 126) || (form == 127 && len < 65536))
        return fault(found, 1002, "a length must be in its shortest form");
    reader->left = (uint32_t)len;
    reader->at = 0;
    reader->control_len = 0;
    reader->in_payload = true;
    if (control)
        return FRAME_NOTHING;
    if (reader->fragments++ == 0)
        reader->text = (struct utf8_check){0};
    return FRAME_NOTHING;
}

/* The next bytes of the header. True: it is whole, and *judged says what of it. */
static bool read_head(struct frame_reader *reader, unsigned char **at, const unsigned char *end,
    enum frame_found *judged, struct frame_finding *found) {
    while (*at < end) {
        reader->head[reader->head_len++] = *(*at)++;
        if (reader->head_len == 2 && (*judged = judge_start(reader, found)) != FRAME_NOTHING)
            return true;
        if (reader->head_len >= 2 && reader->head_len == head_size(reader)) {
            *judged = judge_length(reader, found);
            return true;
        }
        /* The length is judged before the mask has come. */
        if (reader->head_len >= 2 && reader->head_len == head_size(reader) - 4 &&
            (reader->head[0] & 0x0f) < CLOSE && announced(reader) > reader->max_message) {
            *judged = judge_length(reader, found);
            return true;
        }
    }
    *judged = FRAME_NOTHING;
    return false;
}

static void unmask(struct frame_reader *reader, unsigned char *at, size_t len) {
    const unsigned char *mask = reader->head + reader->head_len - 4;
    for (size_t i = 0; i < len; i++)
        at[i] ^= mask[(reader->at + i) & 3];
    reader->at += (uint32_t)len;
    reader->left -= (uint32_t)len;
}

static enum frame_found take_control(
    struct frame_reader *reader, const unsigned char *at, size_t len, struct frame_finding *found) {
    if (reader->control == NULL && (reader->control = malloc(FRAME_CONTROL)) == NULL)
        return fault(found, 1011, "out of memory");
    memcpy(reader->control + reader->control_len, at, len);
    reader->control_len = (uint8_t)(reader->control_len + len);
    return FRAME_NOTHING;
}

static enum frame_found take_text(
    struct frame_reader *reader, const unsigned char *at, size_t len, struct frame_finding *found) {
    if (!utf8_check_feed(&reader->text, at, len))
        return fault(found, 1007, "the text is not UTF-8");
    bytes_append(&reader->message, at, len);
    if (bytes_failed(&reader->message))
        return fault(found, 1011, "out of memory");
    return FRAME_NOTHING;
}

static bool is_close_code(unsigned code) {
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static enum frame_found end_close(struct frame_finding *found) {
    const unsigned char *payload = found->payload;
    found->code = 1005;
    if (found->len == 0)
        return FRAME_CLOSE;
    if (found->len == 1)
        return fault(found, 1002, "half a close code");
    const unsigned code = (unsigned)payload[0] << 8 | payload[1];
    if (!is_close_code(code))
        return fault(found, 1002, "no such close code");
    if (!utf8_is_valid(payload + 2, found->len - 2))
        return fault(found, 1007, "the close reason is not UTF-8");
    found->code = (uint16_t)code;
    return FRAME_CLOSE;
}

static enum frame_found end_control(struct frame_reader *reader, struct frame_finding *found) {
    static const unsigned char nothing[1];
    found->payload = reader->control != NULL ? reader->control : nothing;
    found->len = reader->control_len;
    switch (reader->head[0] & 0x0f) {
    case PING: return FRAME_PING;
    case PONG: return FRAME_PONG;
    default: return end_close(found);
    }
}

/* The frame is whole. */
static enum frame_found end_frame(struct frame_reader *reader, struct frame_finding *found) {
    reader->in_payload = false;
    reader->head_len = 0;
    if ((reader->head[0] & 0x0f) >= CLOSE)
        return end_control(reader, found);
    if (!(reader->head[0] & 0x80))
        return FRAME_NOTHING;
    if (!utf8_check_is_whole(&reader->text))
        return fault(found, 1007, "the text ends within a character");
    reader->fragments = 0;
    bytes_append(&reader->message, "", 0);
    found->payload = (const unsigned char *)bytes_text(&reader->message);
    found->len = reader->message.len;
    return FRAME_TEXT;
}

/* What was given last is forgotten, and an idle connection holds no memory for it. */
static void forget(struct frame_reader *reader) {
    if (reader->fragments == 0 && reader->message.at != NULL)
        bytes_fini(&reader->message);
    if (reader->control != NULL && !reader->in_payload) {
        free(reader->control);
        reader->control = NULL;
    }
}

static enum frame_found find(struct frame_reader *reader, unsigned char **at, unsigned char *end,
    struct frame_finding *found) {
    for (;;) {
        enum frame_found judged = FRAME_NOTHING;
        if (!reader->in_payload && !read_head(reader, at, end, &judged, found))
            return FRAME_NOTHING;
        if (judged != FRAME_NOTHING)
            return judged;
        size_t len = (size_t)(end - *at);
        if (len > reader->left)
            len = reader->left;
        if (len > 0) {
            unmask(reader, *at, len);
            judged = (reader->head[0] & 0x0f) >= CLOSE ? take_control(reader, *at, len, found)
                                                       : take_text(reader, *at, len, found);
            *at += len;
            if (judged != FRAME_NOTHING)
                return judged;
        }
        if (reader->left > 0)
            return FRAME_NOTHING;
        judged = end_frame(reader, found);
        if (judged != FRAME_NOTHING)
            return judged;
    }
}

/* After a fault where frames begin is not known any more. */
enum frame_found frame_read(struct frame_reader *reader, unsigned char **at, unsigned char *end,
    struct frame_finding *found) {
    forget(reader);
    const enum frame_found kind = reader->failed ? FRAME_NOTHING : find(reader, at, end, found);
    reader->failed |= kind == FRAME_FAULT;
    if (reader->failed)
        *at = end;
    return kind;
}

bool frame_is_under_way(const struct frame_reader *reader) {
    return reader->fragments > 0 || reader->head_len > 0 || reader->in_payload;
}

void frame_reader_fini(struct frame_reader *reader) {
    bytes_fini(&reader->message);
    free(reader->control);
    reader->control = NULL;
}
