/* SPDX-License-Identifier: MIT */
/*
 * Time limits are of a few kinds, each equally long for all, so each is a list in the order of its
 * deadlines and one timer is set to the earliest: an idle front sleeps.
 */
#include "server/front_link.h"
#include "wire/limits.h"

enum {
    HEAD_MS = 10 * 1000,   /* a whole head */
    BODY_MS = 20 * 1000,   /* the rest of the request: 30 s in all */
    IDLE_MS = 60 * 1000,   /* between requests */
    CLOSING_MS = 2 * 1000, /* a close frame was sent: for the peer's */
    SLOW_MS = 20 * 1000,   /* a slow reader's: so that it may still read why */
    REST_MS = 1000,        /* who says too much is not listened to */
};

static const int clock_ms[CLOCKS] = {
    [CLOCK_HEAD] = HEAD_MS,
    [CLOCK_BODY] = BODY_MS,
    [CLOCK_IDLE] = IDLE_MS,
    [CLOCK_SILENCE] = SERVER_SILENCE_MS,
    [CLOCK_CLOSING] = CLOSING_MS,
    [CLOCK_SLOW] = SLOW_MS,
    [CLOCK_REST] = REST_MS,
};

int64_t front_now_ms(const struct front *front) {
    return (int64_t)uv_now(front->loop);
}

static void on_timer(uv_timer_t *timer);

static void set_timer(struct front *front) {
    int64_t first = INT64_MAX;
    for (int kind = 0; kind < CLOCKS; kind++) {
        const struct list *list = &front->clocks[kind];
        if (list_is_empty(list))
            continue;
        const struct front_socket *link = LIST_ITEM(list->next, struct front_socket, in_clock);
        if (link->deadline_ms < first)
            first = link->deadline_ms;
    }
    if (first == INT64_MAX) {
        uv_timer_stop(&front->timer);
        return;
    }
    const int64_t wait_ms = first - front_now_ms(front);
    uv_timer_start(&front->timer, on_timer, wait_ms > 0 ? (uint64_t)wait_ms : 0, 0);
}

void link_set_clock(struct front_socket *link, enum clock_kind kind) {
    struct front *front = link->front;
    list_remove(&link->in_clock);
    link->clock = (uint8_t)kind;
    link->deadline_ms = front_now_ms(front) + clock_ms[kind];
    list_append(&front->clocks[kind], &link->in_clock);
    if (!uv_is_active((uv_handle_t *)&front->timer) ||
        (int64_t)uv_timer_get_due_in(&front->timer) > clock_ms[kind])
        set_timer(front);
}

void link_stop_clock(struct front_socket *link) {
    list_remove(&link->in_clock);
}

static void expire(struct front_socket *link, enum clock_kind kind) {
    link_stop_clock(link);
    switch (kind) {
    case CLOCK_HEAD:
    case CLOCK_BODY:
        if (http_parser_stage(link->parser) == HTTP_STAGE_IDLE) {
            link_sever(link);
            break;
        }
        link->last_reply = true;
        link_refuse(link, NULL, 408, "the request took too long");
        link_set_clock(link, CLOCK_CLOSING);
        break;
    case CLOCK_SILENCE: link_begin_close(link, 1001, "60 s without a frame", FRONT_SILENT); break;
    case CLOCK_REST:
        link->resting = false;
        link_set_clock(link, CLOCK_SILENCE);
        link_hold_reading(link, false);
        break;
    default: link_sever(link); break;
    }
}

static void on_timer(uv_timer_t *timer) {
    struct front *front = timer->data;
    const int64_t now = front_now_ms(front);
    for (int kind = 0; kind < CLOCKS; kind++) {
        while (!list_is_empty(&front->clocks[kind])) {
            struct front_socket *link = LIST_ITEM(
                front->clocks[kind].next, struct front_socket, in_clock);
            if (link->deadline_ms > now)
                break;
            expire(link, (enum clock_kind)kind);
        }
    }
    set_timer(front);
}
