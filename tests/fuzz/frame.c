/* SPDX-License-Identifier: MIT */
/*
 * A client's frames: any cut of the bytes gives the same findings, and they are those of a slow
 * reading of RFC 6455 that has all the bytes before it. The first byte says how large a message may
 * be, and whether the rest are bytes of the wire or a script of frames that a client would mask.
 * Frames of ours, around the same bytes, are read back.
 */
#include "fuzz/target.h"

#include "server/frame.h"

enum { FRAME_HEAD = 14 };

/* ---- the slow reading ---- */

struct slow {
    const uint8_t *at;
    size_t len, max_message;
    struct bytes message, tale;
    unsigned pieces;
    bool over;
};

static void tell(struct bytes *to, const char *what, const void *payload, size_t len) {
    bytes_printf(to, "%s %zu:", what, len);
    bytes_append(to, payload, len);
    bytes_append_char(to, '\n');
}

static void tell_fault(struct bytes *to, unsigned code) {
    bytes_printf(to, "fault %u\n", code);
}

static void slow_fault(struct slow *slow, unsigned code) {
    tell_fault(&slow->tale, code);
    slow->over = true;
}

static void slow_close(struct slow *slow, const uint8_t *payload, size_t len) {
    const unsigned code = len >= 2 ? payload[0] * 256u + payload[1] : 1005;
    const bool may_be = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 &&
                            code != 1006) ||
                        (code >= 3000 && code < 5000);
    if (len == 1 || (len >= 2 && !may_be))
        slow_fault(slow, 1002);
    else if (len > 2 && !utf8_is_valid(payload + 2, len - 2))
        slow_fault(slow, 1007);
    else
        bytes_printf(&slow->tale, "close %u\n", code);
}

/* What of the text can still be the beginning of valid UTF-8. */
static bool may_go_on(const struct bytes *text) {
    for (unsigned cut = 0; cut < 4 && cut <= text->len; cut++)
        if (utf8_is_valid(bytes_text(text), text->len - cut)) {
            struct utf8_check check = {0};
            return utf8_check_feed(&check, bytes_text(text), text->len);
        }
    return false;
}

static void slow_text(
    struct slow *slow, bool final, const uint8_t *payload, size_t here, size_t len) {
    bytes_append(&slow->message, payload, here);
    if (!may_go_on(&slow->message))
        slow_fault(slow, 1007);
    else if (here == len && final && !utf8_is_valid(bytes_text(&slow->message), slow->message.len))
        slow_fault(slow, 1007);
    else if (here == len && final) {
        tell(&slow->tale, "text", bytes_text(&slow->message), slow->message.len);
        slow->pieces = 0;
        bytes_fini(&slow->message);
    }
}

static unsigned fault_of_start(const struct slow *slow, unsigned first, unsigned second) {
    const unsigned opcode = first & 15;
    if ((first & 0x70) != 0 || (second & 0x80) == 0)
        return 1002;
    if (opcode >= 8)
        return opcode > 10 || (first & 0x80) == 0 || (second & 0x7f) > 125 ? 1002 : 0;
    if (opcode == 2)
        return 1003;
    if (opcode > 2 || (opcode == 0) != (slow->pieces > 0))
        return 1002;
    return slow->pieces == FRAME_FRAGMENTS ? 1008 : 0;
}

/* One frame. False: there is not enough of it, or all is over. */
static bool slow_frame(struct slow *slow) {
    const uint8_t *at = slow->at;
    if (slow->len < 2)
        return false;
    const unsigned fault = fault_of_start(slow, at[0], at[1]);
    if (fault != 0)
        return slow_fault(slow, fault), false;
    const bool control = (at[0] & 8) != 0;
    const unsigned form = at[1] & 0x7f;
    const size_t wide = form == 126 ? 2 : form == 127 ? 8 : 0, head = 2 + wide + 4;
    if (slow->len < 2 + wide)
        return false;
    uint64_t len = wide == 0 ? form : 0;
    for (size_t i = 0; i < wide; i++)
        len = len * 256 + at[2 + i];
    if (!control && len > slow->max_message)
        return slow_fault(slow, 1009), false;
    if (slow->len < head)
        return false;
    if (!control && len > slow->max_message - slow->message.len)
        return slow_fault(slow, 1009), false;
    if ((wide == 2 && len < 126) || (wide == 8 && len < 65536))
        return slow_fault(slow, 1002), false;
    const size_t here = slow->len - head < len ? slow->len - head : (size_t)len;
    uint8_t *payload = malloc(here + 1);
    HOLDS(payload != NULL);
    for (size_t i = 0; i < here; i++)
        payload[i] = at[head + i] ^ at[2 + wide + i % 4];
    if (!control) {
        slow->pieces++;
        slow_text(slow, (at[0] & 0x80) != 0, payload, here, (size_t)len);
    } else if (here == len && (at[0] & 15) == 8) {
        slow_close(slow, payload, here);
    } else if (here == len) {
        tell(&slow->tale, (at[0] & 15) == 9 ? "ping" : "pong", payload, here);
    }
    free(payload);
    slow->at += head + here;
    slow->len -= head + here;
    return here == len && !slow->over;
}

/* ---- the real one ---- */

static void hear(struct bytes *tale, struct frame_reader *reader, enum frame_found kind,
    const struct frame_finding *found) {
    switch (kind) {
    case FRAME_TEXT:
        HOLDS(found->len == reader->message.len && found->len <= reader->max_message);
        HOLDS(utf8_is_valid(found->payload, found->len));
        tell(tale, "text", found->payload, found->len);
        break;
    case FRAME_PING: tell(tale, "ping", found->payload, found->len); break;
    case FRAME_PONG: tell(tale, "pong", found->payload, found->len); break;
    case FRAME_CLOSE: bytes_printf(tale, "close %u\n", found->code); break;
    case FRAME_FAULT:
        HOLDS(found->reason != NULL && reader->failed);
        tell_fault(tale, found->code);
        break;
    case FRAME_NOTHING: break;
    }
}

static void play(struct bytes *tale, const uint8_t *bytes, size_t len, uint32_t max_message,
    enum cutting cutting, uint32_t seed) {
    struct frame_reader reader = {.max_message = max_message};
    for (size_t at = 0, piece; at < len; at += piece) {
        piece = cut_next(cutting, &seed, len - at);
        unsigned char *copy = malloc(piece), *next = copy;
        HOLDS(copy != NULL);
        memcpy(copy, bytes + at, piece);
        for (enum frame_found kind = FRAME_PING; kind != FRAME_NOTHING;) {
            struct frame_finding found = {0};
            kind = frame_read(&reader, &next, copy + piece, &found);
            hear(tale, &reader, kind, &found);
        }
        HOLDS(next == copy + piece);
        HOLDS(reader.message.len <= max_message);
        free(copy);
    }
    frame_reader_fini(&reader);
}

/* ---- ours ---- */

static void check_ours(const uint8_t *bytes, size_t len) {
    char *text = malloc(len + 1);
    HOLDS(text != NULL);
    memcpy(text, bytes, len);
    text[len] = '\0';
    struct frame *frame = frame_text(text, len, 0);
    HOLDS(frame != NULL && frame->bytes[0] == 0x81 && (frame->bytes[1] & 0x80) == 0);
    HOLDS(memcmp(frame->bytes + frame->len - len, text, len) == 0);
    HOLDS(frame->len - len == (len < 126 ? 2u : len < 65536 ? 4u : 10u));
    frame_unref(frame);
    if (utf8_is_valid(text, strlen(text))) {
        frame = frame_close(1008, text);
        HOLDS(frame != NULL && frame->len <= 2 + FRAME_CONTROL && frame->bytes[0] == 0x88);
        HOLDS(frame->bytes[1] == frame->len - 2);
        HOLDS(utf8_is_valid(frame->bytes + 4, frame->len - 4));
        frame_unref(frame);
    }
    free(text);
}

/* A script: each frame is its first byte, its length, and as many bytes. */
static void write_frames(struct bytes *to, struct input *input) {
    while (input_left(input) > 0) {
        const unsigned first = input_byte(input);
        size_t len = input_byte(input);
        if (len > input_left(input))
            len = input_left(input);
        const unsigned char mask[4] = {(unsigned char)(first * 7), (unsigned char)len, 0x5a, 0};
        bytes_append_char(to, (char)first);
        bytes_append_char(to, (char)(0x80 | (len < 126 ? len : 126)));
        if (len >= 126) {
            bytes_append_char(to, 0);
            bytes_append_char(to, (char)len);
        }
        bytes_append(to, mask, sizeof mask);
        for (size_t i = 0; i < len; i++)
            bytes_append_char(to, (char)(input_byte(input) ^ mask[i & 3]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    struct bytes wire = BYTES_EMPTY;
    const unsigned shape = input_byte(&input);
    const uint32_t max_message = shape & 2 ? 40 : shape & 4 ? 1000 : 65536;
    check_ours(input.at, input_left(&input));
    if (shape & 1)
        write_frames(&wire, &input);
    else
        bytes_append(&wire, input.at, input_left(&input));
    const uint8_t *all = (const uint8_t *)bytes_text(&wire);
    struct slow slow = {.at = all, .len = wire.len, .max_message = max_message};
    while (slow_frame(&slow))
        ;
    for (int i = 0; i < CUTTINGS; i++) {
        struct bytes tale = BYTES_EMPTY;
        play(&tale, all, wire.len, max_message, (enum cutting)i, shape);
        HOLDS(tale.len == slow.tale.len);
        HOLDS(memcmp(bytes_text(&tale), bytes_text(&slow.tale), tale.len) == 0);
        bytes_fini(&tale);
    }
    bytes_fini(&slow.message);
    bytes_fini(&slow.tale);
    bytes_fini(&wire);
    return 0;
}
