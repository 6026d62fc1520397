/* SPDX-License-Identifier: MIT */
/*
 * Everything for a socket that comes up in one turn of the loop leaves in one write at the end of
 * it. A plain socket is written by us with sendmsg(); libwebsockets' own write, which must copy,
 * serves TLS alone. When the kernel takes no more, its writable callback carries on.
 *
 * A link ends once: `told` is set while there is nothing (more) to tell by ears.closed. To be rid
 * of a link outside a callback its socket is shut down, and libwebsockets finds it ended.
 */
#include "base/clock.h"
#include "server/front_link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

/* ---- ends ---- */

void link_tell_closed(struct front_socket *link, enum front_end end) {
    if (link->told)
        return;
    link->told = true;
    link->front->ears->closed(link->front->owner, link, end);
    link->owner = NULL;
}

/* Outside libwebsockets' callbacks: it will find the socket at its end, and close. */
void link_sever(struct front_socket *link) {
    if (link->state == LINK_ENDED)
        return;
    link_tell_closed(link, link->end);
    link->state = LINK_ENDED;
    link_stop_clock(link);
    if (link->paused)
        link_hold_reading(link, false);
    shutdown(link->fd, SHUT_RDWR);
}

void link_make_dirty(struct front_socket *link) {
    if (list_is_empty(&link->in_dirty))
        list_append(&link->front->dirty, &link->in_dirty);
}

/* A close frame, and nothing behind it. */
void link_begin_close(
    struct front_socket *link, uint16_t code, const char *reason, enum front_end end) {
    if (link->state != LINK_OPEN)
        return;
    struct frame *frame = frame_close(code, reason);
    if (link->code == 0) {
        link->code = code;
        link->reason = reason[0] != '\0' ? strndup(reason, FRAME_CONTROL) : NULL;
    }
    link->end = (uint8_t)end;
    link->state = LINK_CLOSING;
    if (frame == NULL || outbox_put(&link->outbox, frame) != 0) {
        outbox_drop(&link->outbox);
        if (frame != NULL)
            outbox_put(&link->outbox, frame);
    }
    frame_unref(frame);
    link_set_clock(link, CLOCK_CLOSING);
    link_make_dirty(link);
}

void front_close(struct front_socket *link, uint16_t code, const char *reason) {
    link_begin_close(link, code, reason, FRONT_CUT);
}

static void cut_slow_reader(struct front_socket *link) {
    link->front->counts.cut_off++;
    log_line(link->front->log, LOG_INFO, "slow-reader peer=%s", link->peer);
    outbox_drop(&link->outbox);
    link_begin_close(link, 4008, "reading too slowly; connect again and query", FRONT_CUT);
    link_set_clock(link, CLOCK_SLOW);
}

static void count_frame(struct front *front, const struct frame *frame, bool replaced) {
    if (frame->kind < EVENT_COUNT)
        front->counts.events[frame->kind]++;
    if (replaced && frame->kind != NO_EVENT)
        front->counts.coalesced++;
}

void front_send(struct front_socket *link, struct frame *frame) {
    if (link->state != LINK_OPEN)
        return;
    const unsigned before = link->outbox.count;
    if (outbox_put(&link->outbox, frame) != 0) {
        cut_slow_reader(link);
        return;
    }
    count_frame(link->front, frame, link->outbox.count == before);
    if (!link->blocked)
        link_make_dirty(link);
}

/* ---- writing ---- */

void link_note_sent(struct front_socket *link, size_t bytes) {
    struct front_counts *counts = &link->front->counts;
    const int64_t born_us = outbox_sent(&link->outbox, bytes);
    counts->sent_bytes += bytes;
    if (born_us != 0)
        histogram_add(&counts->event_to_socket, clock_mono_us() - born_us);
}

/* Plain: as much as the kernel takes. False: the connection is broken. */
static bool write_plain(struct front_socket *link) {
    struct iovec pieces[PIECES];
    while (!outbox_is_empty(&link->outbox)) {
        struct msghdr message = {
            .msg_iov = pieces, .msg_iovlen = (size_t)outbox_gather(&link->outbox, pieces, PIECES)};
        const ssize_t sent = sendmsg(link->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            link_note_sent(link, (size_t)sent);
            continue;
        }
        if (errno == EINTR)
            continue;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            return false;
        link->blocked = true;
        link_ask_to_write(link);
        return true;
    }
    link->blocked = false;
    return true;
}

/* Whether all is written that will be, and the connection has to go. */
static bool is_finished(const struct front_socket *link) {
    return outbox_is_empty(&link->outbox) && link->state == LINK_CLOSING &&
           (link->end == FRONT_GOODBYE || link->peer_closed);
}

/* We have said all, but the peer may be in the middle of its say: to close now would reset the
 * connection and take our last words with it. So only our half is shut; CLOCK_CLOSING runs. */
static void shut_half(struct front_socket *link) {
    const bool said_all = link->state == LINK_HTTP
                              ? link->last_reply && link->exchange == NULL
                              : link->state == LINK_CLOSING && link->reader.failed;
    if (!said_all || link->half_shut || link->serving || !outbox_is_empty(&link->outbox))
        return;
    if (link->tls && link_has_unsent(link)) {
        link_ask_to_write(link);
        return;
    }
    link->half_shut = true;
    if (link->state == LINK_HTTP)
        link_set_clock(link, CLOCK_CLOSING);
    shutdown(link->fd, SHUT_WR);
}

/* What is written may let a request in that waited for it, or be the last. */
static void after_writing(struct front_socket *link) {
    if (link->state == LINK_HTTP && !link->serving)
        link_pump_http(link);
    if (link->state != LINK_ENDED)
        shut_half(link);
}

static void flush(struct front_socket *link) {
    list_remove(&link->in_dirty);
    if (link->state == LINK_ENDED)
        return;
    if (link->tls) {
        if (!outbox_is_empty(&link->outbox))
            link_ask_to_write(link);
    } else if (!link->blocked && !write_plain(link)) {
        link->end = FRONT_LOST;
        link_sever(link);
        return;
    }
    if (link->state == LINK_CLOSING)
        link_tell_closed(link, link->end);
    if (is_finished(link))
        link_sever(link);
    else if (!link->tls)
        after_writing(link);
}

static void flush_all(struct list *dirty) {
    while (!list_is_empty(dirty))
        flush(LIST_ITEM(dirty->next, struct front_socket, in_dirty));
}

/* Whoever goes is answered last: those who are told of it wait, and they do not. */
void front_flush_dirty(struct front *front) {
    struct list closing;
    list_init(&closing);
    while (!list_is_empty(&front->dirty)) {
        struct front_socket *link = LIST_ITEM(front->dirty.next, struct front_socket, in_dirty);
        if (link->state != LINK_CLOSING) {
            flush(link);
            continue;
        }
        list_remove(&link->in_dirty);
        list_append(&closing, &link->in_dirty);
    }
    flush_all(&closing);
    flush_all(&front->dirty);
}

bool link_write_more(struct front_socket *link) {
    link->blocked = false;
    if (link->state == LINK_ENDED)
        return false;
    if (link->tls ? !link_write_tls(link) : !write_plain(link))
        return false;
    if (is_finished(link))
        return false;
    after_writing(link);
    return link->state != LINK_ENDED;
}
