/* SPDX-License-Identifier: MIT */
/* What a link says once it is a WebSocket. */
#include "server/front_link.h"

#include <string.h>

enum {
    MESSAGE_MS = 30 * 1000, /* a whole WebSocket message */
    PINGS_A_SECOND = 20,
    MESSAGES_A_SECOND = 1000, /* pongs are some, too; a client says one in 25 s */
    RESTS_IN_A_ROW = 60,
};

static void begin_second(struct front_socket *link) {
    const int64_t now = front_now_ms(link->front);
    if (now - link->second_ms < 1000)
        return;
    if (link->messages < MESSAGES_A_SECOND)
        link->rests = 0;
    link->second_ms = now;
    link->pings = 0;
    link->messages = 0;
}

/* Who says more than we care to hear is not listened to for a second; who goes on like that for a
 * minute is sent away. */
static void count_message(struct front_socket *link) {
    begin_second(link);
    if (link->messages == MESSAGES_A_SECOND || ++link->messages < MESSAGES_A_SECOND)
        return;
    if (++link->rests > RESTS_IN_A_ROW) {
        link_begin_close(link, 1008, "too many messages", FRONT_LOST);
        return;
    }
    link->resting = true;
    link_hold_reading(link, true);
    link_set_clock(link, CLOCK_REST);
}

static void answer_ping(struct front_socket *link, const struct frame_finding *found) {
    begin_second(link);
    if (++link->pings > PINGS_A_SECOND) {
        link_begin_close(link, 1008, "too many pings", FRONT_LOST);
        return;
    }
    struct frame *pong = frame_pong(found->payload, found->len);
    if (pong != NULL) {
        /* Only the newest ping needs an answer. */
        pong->coalesce = UINT64_MAX;
        pong->kind = NO_EVENT;
        front_send(link, pong);
        frame_unref(pong);
    } else {
        link_begin_close(link, 1011, "out of memory", FRONT_CUT);
    }
}

static void take_close(struct front_socket *link, const struct frame_finding *found) {
    const uint16_t code = found->code;
    if (link->state == LINK_CLOSING) { /* the answer to ours, or more than one: ours goes out yet */
        link->peer_closed = true;
        if (outbox_is_empty(&link->outbox))
            link_sever(link);
        return;
    }
    const bool goodbye = code == 1000 || code == 1001;
    link->code = code;
    if (found->len > 2) /* a code stands before it */
        link->reason = strndup((const char *)found->payload + 2, found->len - 2);
    link_begin_close(link, code == 1005 ? 1000 : code, "", FRONT_GOODBYE);
    link_tell_closed(link, goodbye ? FRONT_GOODBYE : FRONT_LOST);
}

static void take_finding(
    struct front_socket *link, enum frame_found kind, const struct frame_finding *found) {
    switch (kind) {
    case FRAME_NOTHING: break;
    case FRAME_PONG: count_message(link); break;
    case FRAME_PING: answer_ping(link, found); break;
    case FRAME_CLOSE: take_close(link, found); break;
    case FRAME_FAULT: link_begin_close(link, found->code, found->reason, FRONT_LOST); break;
    case FRAME_TEXT:
        link->front->ears->message(
            link->front->owner, link, (const char *)found->payload, found->len);
        if (link->state == LINK_OPEN)
            count_message(link);
        break;
    }
}

/* A message that dribbles in for ever is cut off. */
static void watch_message(struct front_socket *link) {
    if (!frame_is_under_way(&link->reader))
        link->message_since_ms = 0;
    else if (link->message_since_ms == 0)
        link->message_since_ms = front_now_ms(link->front);
    else if (front_now_ms(link->front) - link->message_since_ms > MESSAGE_MS)
        link_begin_close(link, 1008, "a message took more than 30 s", FRONT_LOST);
}

void link_take_frames(struct front_socket *link, unsigned char *at, size_t len) {
    unsigned char *const end = at + len;
    bool heard = false;
    while (link->state == LINK_OPEN || link->state == LINK_CLOSING) {
        struct frame_finding found = {0};
        const enum frame_found kind = frame_read(&link->reader, &at, end, &found);
        if (kind == FRAME_NOTHING)
            break;
        heard = true;
        if (kind == FRAME_TEXT)
            link->message_since_ms = 0;
        /* What comes after our close, but the peer's close, is not for us any more. */
        if (link->state == LINK_OPEN || kind == FRAME_CLOSE)
            take_finding(link, kind, &found);
        if (kind == FRAME_FAULT)
            break;
    }
    if (link->state != LINK_OPEN)
        return;
    if (heard && !link->resting)
        link_set_clock(link, CLOCK_SILENCE);
    watch_message(link);
}
