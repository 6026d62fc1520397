/* SPDX-License-Identifier: MIT */
/*
 * libwebsockets carries, and parses nothing: its HTTP parser can be made to loop or to read freed
 * memory by one pipelined request, so it is given raw sockets only (the raw-skt role on our libuv
 * loop) and http.c and frame.c do the reading.
 */
#include "server/front_link.h"

#include "server/certificate.h"
#include "server/listen_socket.h"
#include "wire/limits.h"

#include <errno.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum {
    KEPT_DESCRIPTORS = 128,
    MOST_DESCRIPTORS = 128 * 1024, /* libwebsockets keeps a table as long as the limit */
    TLS_CHUNK = 16 * 1024,
};

/* ---- what libwebsockets does for a link ---- */

void link_hold_reading(struct front_socket *link, bool hold) {
    lws_rx_flow_control(link->wsi, hold ? 0 : 1);
}

void link_ask_to_write(struct front_socket *link) {
    lws_callback_on_writable(link->wsi);
}

bool link_has_unsent(const struct front_socket *link) {
    return lws_partial_buffered(link->wsi) != 0;
}

/* TLS: one chunk, from the writable callback only, as libwebsockets wants it. */
bool link_write_tls(struct front_socket *link) {
    unsigned char chunk[LWS_PRE + TLS_CHUNK];
    struct iovec pieces[PIECES];
    const int count = outbox_gather(&link->outbox, pieces, PIECES);
    size_t len = 0;
    for (int i = 0; i < count && len < TLS_CHUNK; i++) {
        size_t part = pieces[i].iov_len;
        if (part > TLS_CHUNK - len)
            part = TLS_CHUNK - len;
        memcpy(chunk + LWS_PRE + len, pieces[i].iov_base, part);
        len += part;
    }
    if (len > 0) {
        const int sent = lws_write(link->wsi, chunk + LWS_PRE, len, LWS_WRITE_RAW);
        if (sent < 0)
            return false;
        link_note_sent(link, (size_t)sent);
    }
    link->blocked = !outbox_is_empty(&link->outbox);
    if (link->blocked)
        lws_callback_on_writable(link->wsi);
    return true;
}

/* ---- links ---- */

void front_read_peer(int fd, char to[INET6_ADDRSTRLEN]) {
    struct sockaddr_storage address;
    socklen_t len = sizeof address;
    strcpy(to, "?");
    if (getpeername(fd, (struct sockaddr *)&address, &len) == 0)
        getnameinfo(
            (struct sockaddr *)&address, len, to, INET6_ADDRSTRLEN, NULL, 0, NI_NUMERICHOST);
}

/* Without memory for the count it is let in: the bound on all of them holds yet. */
static void note_peer(struct front_socket *link) {
    front_read_peer(link->fd, link->peer);
    link->counted = !link->aside && !address_is_loopback(link->peer) &&
                    crowd_enter(&link->front->crowd, link->peer);
}

static struct front_socket *make_link(struct front *front, struct lws *wsi) {
    struct front_socket *link = calloc(1, sizeof *link);
    if (link == NULL)
        return NULL;
    link->parser = http_parser_create(LIMIT_REST_BODY);
    if (link->parser == NULL) {
        free(link);
        return NULL;
    }
    link->front = front;
    link->wsi = wsi;
    link->fd = lws_get_socket_fd(wsi);
    link->aside = lws_get_protocol(wsi)->id == ASIDE;
    link->tls = front->tls && !link->aside;
    link->told = true; /* until it is a WebSocket there is nothing to tell */
    link->end = FRONT_LOST;
    list_init(&link->in_clock);
    list_init(&link->in_dirty);
    list_append(&front->links, &link->in_links);
    link->aside ? front->aside_count++ : front->count++;
    note_peer(link);
    link_set_clock(link, CLOCK_HEAD);
    return link;
}

static void check_drained(struct front *front) {
    if (!front->draining || front->count > 0 || front->drained == NULL)
        return;
    void (*drained)(void *owner) = front->drained;
    front->drained = NULL;
    uv_timer_stop(&front->patience);
    drained(front->owner);
}

static void free_link(struct front_socket *link) {
    struct front *front = link->front;
    link_tell_closed(link, link->end);
    if (link->exchange != NULL) {
        link->exchange->link = NULL;
        link->exchange->parser = link->parser;
        link->parser = NULL;
    }
    list_remove(&link->in_links);
    list_remove(&link->in_clock);
    list_remove(&link->in_dirty);
    http_parser_destroy(link->parser);
    frame_reader_fini(&link->reader);
    outbox_fini(&link->outbox);
    link->aside ? front->aside_count-- : front->count--;
    if (link->counted)
        crowd_leave(&front->crowd, link->peer);
    free(link->reason);
    free(link);
    check_drained(front);
}

static bool take_bytes(struct front_socket *link, unsigned char *at, size_t len) {
    switch (link->state) {
    case LINK_HTTP: return link_take_http(link, at, len);
    case LINK_OPEN:
    case LINK_CLOSING: link_take_frames(link, at, len); return link->state != LINK_ENDED;
    default: return false;
    }
}

/* libwebsockets' reasons, each turned into one plain call. `user` holds our pointer. */
static int on_lws(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
    struct front_socket **link = user;
    switch (reason) {
    case LWS_CALLBACK_RAW_ADOPT:
        *link = make_link(lws_context_user(lws_get_context(wsi)), wsi);
        return *link == NULL ? -1 : 0;
    case LWS_CALLBACK_RAW_RX: return *link != NULL && take_bytes(*link, in, len) ? 0 : -1;
    case LWS_CALLBACK_RAW_WRITEABLE: return *link != NULL && link_write_more(*link) ? 0 : -1;
    case LWS_CALLBACK_RAW_CLOSE:
        if (link != NULL && *link != NULL)
            free_link(*link);
        if (link != NULL)
            *link = NULL;
        return 0;
    case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS: {
        struct front *front = lws_context_user(lws_get_context(wsi));
        if (front->certificate != NULL) /* `user` is the TLS context that has been made */
            certificate_show(user, &front->certificate);
        return 0;
    }
    default: return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "raw",
        .callback = on_lws,
        .per_session_data_size = sizeof(struct front_socket *),
        .id = MAIN},
    {.name = "aside",
        .callback = on_lws,
        .per_session_data_size = sizeof(struct front_socket *),
        .id = ASIDE},
    {.name = NULL},
};

static void tune(int fd) {
    const int on = 1, user_timeout_ms = 20 * 1000;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
}

void front_adopt(struct listener *listener, int fd) {
    const lws_sock_file_fd_type socket = {.sockfd = fd};
    struct front *front = listener->front;
    lws_adoption_type type = LWS_ADOPT_SOCKET;
    if (front->tls && !listener->aside)
        type |= LWS_ADOPT_ALLOW_SSL;
    tune(fd);
    front->counts.accepted++;
    lws_adopt_descriptor_vhost(lws_get_vhost_by_name(front->context, "default"), type, socket,
        listener->aside ? "aside" : "raw", NULL);
}

/* ---- life ---- */

static void on_prepare(uv_prepare_t *handle) {
    front_flush_dirty(handle->data);
}

static void on_check(uv_check_t *handle) {
    front_flush_dirty(handle->data);
}

/* The soft limit of descriptors goes up to the hard one, but not to the billion that some systems
 * have there, and down from it; some are kept for what is not a client. */
static unsigned most_connections(unsigned wanted) {
    struct rlimit limit = {0};
    getrlimit(RLIMIT_NOFILE, &limit);
    const rlim_t good = limit.rlim_max < MOST_DESCRIPTORS ? limit.rlim_max : MOST_DESCRIPTORS;
    if (limit.rlim_cur != good) {
        limit.rlim_cur = good;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    const unsigned all = limit.rlim_cur < MOST_DESCRIPTORS ? (unsigned)limit.rlim_cur
                                                           : MOST_DESCRIPTORS;
    const unsigned most = all > 2 * KEPT_DESCRIPTORS ? all - KEPT_DESCRIPTORS : all / 2;
    return wanted != 0 && wanted < most ? wanted : most;
}

static int open_context(struct front *front, const struct front_options *options) {
    void *loops[] = {front->loop};
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN_SERVER,
        .protocols = protocols,
        .vhost_name = "default",
        .alpn = "http/1.1",
        .pt_serv_buf_size = 32 * 1024,
        .foreign_loops = loops,
        .user = front,
        .options = LWS_SERVER_OPTION_LIBUV,
        .gid = -1,
        .uid = -1,
    };
    if (front->tls) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = options->tls_cert;
        info.ssl_private_key_filepath = options->tls_key;
    }
    lws_set_log_level(0, NULL);
    front->context = lws_create_context(&info);
    if (front->context != NULL)
        return 0;
    snprintf(front->why, sizeof front->why,
        front->tls ? "cannot begin TLS: check the certificate %s and its key"
                   : "libwebsockets would not start%s (is libwebsockets-evlib-uv installed?)",
        front->tls ? options->tls_cert : "");
    return -EIO;
}

static int start_uv(struct front *front) {
    uv_timer_init(front->loop, &front->timer);
    uv_timer_init(front->loop, &front->patience);
    uv_timer_init(front->loop, &front->rest);
    uv_prepare_init(front->loop, &front->prepare);
    uv_check_init(front->loop, &front->check);
    front->timer.data = front->patience.data = front->rest.data = front;
    front->prepare.data = front->check.data = front;
    front->handles = 5; /* and one for each listener */
    uv_prepare_start(&front->prepare, on_prepare);
    uv_check_start(&front->check, on_check);
    for (int i = 0; i < LISTENERS; i++) {
        struct listener *listener = &front->listeners[i];
        if (listener->fd < 0)
            continue;
        const int fault = uv_poll_init(front->loop, &listener->poll, listener->fd);
        if (fault < 0)
            return fault;
        listener->poll.data = listener;
        listener->is_polled = true;
        front->handles++;
    }
    front_listen_again(front);
    return 0;
}

static void init_listeners(struct front *front) {
    for (int i = 0; i < LISTENERS; i++)
        front->listeners[i] = (struct listener){.front = front, .fd = -1, .aside = i == ASIDE};
}

int front_create(struct front **out, const struct front_options *options, const char **why) {
    struct front *front = calloc(1, sizeof *front);
    *out = NULL;
    *why = "out of memory";
    if (front == NULL)
        return -ENOMEM;
    *out = front; /* so that *why outlives a failure, until front_destroy() */
    *why = front->why;
    front->loop = options->loop;
    front->ears = options->ears;
    front->owner = options->owner;
    front->log = options->log;
    front->spare_fd = -1;
    front->tls = options->tls_cert != NULL;
    init_listeners(front);
    front_set_most(front, options->max_connections, options->max_per_address);
    list_init(&front->links);
    list_init(&front->dirty);
    for (int kind = 0; kind < CLOCKS; kind++)
        list_init(&front->clocks[kind]);
    int fault = front_set_origins(front, options->allowed_origins);
    if (fault == 0)
        fault = front_open_listeners(front, options);
    if (fault == 0 && front->tls)
        fault = certificate_read(&front->certificate, options->tls_cert, options->tls_key,
            front->why, sizeof front->why);
    if (fault == 0)
        fault = open_context(front, options);
    if (fault < 0)
        return fault;
    front->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return start_uv(front);
}

int front_port(const struct front *front) {
    return front->port;
}

const char *front_url(const struct front *front) {
    return front->url;
}

const char *front_aside_url(const struct front *front) {
    return front->aside_url;
}

bool front_is_private(const struct front *front) {
    return listen_socket_is_private(front->listeners[MAIN].fd);
}

/* ---- what may change ---- */

int front_use_certificate(
    struct front *front, const char *tls_cert, const char *tls_key, char *why, size_t why_size) {
    struct certificate *read;
    if (!front->tls) {
        snprintf(why, why_size, "there is no TLS here");
        return -ENOTSUP;
    }
    const int rc = certificate_read(&read, tls_cert, tls_key, why, why_size);
    if (rc < 0)
        return rc;
    certificate_destroy(front->certificate);
    front->certificate = read;
    return 0;
}

void front_set_most(struct front *front, unsigned max_connections, unsigned max_per_address) {
    front->most = most_connections(max_connections);
    front->most_of_one = max_per_address;
}

int front_set_origins(struct front *front, const char *allowed_origins) {
    char *copy = allowed_origins != NULL ? strdup(allowed_origins) : NULL;
    if (allowed_origins != NULL && copy == NULL)
        return -ENOMEM;
    free(front->allowed_origins);
    front->allowed_origins = copy;
    return 0;
}

static void on_patience(uv_timer_t *timer) {
    struct front *front = timer->data;
    LIST_EACH(&front->links, item)
    link_sever(LIST_ITEM(item, struct front_socket, in_links));
}

void front_drain(struct front *front, uint16_t code, const char *reason, int patience_ms,
    void (*done)(void *owner)) {
    front->draining = true;
    front->drained = done;
    uv_timer_stop(&front->rest);
    uv_poll_stop(&front->listeners[MAIN].poll);
    LIST_EACH(&front->links, item) {
        struct front_socket *link = LIST_ITEM(item, struct front_socket, in_links);
        if (link->aside)
            continue;
        if (link->state == LINK_OPEN)
            link_begin_close(link, code, reason, FRONT_CUT);
        else if (link->state == LINK_HTTP && link->exchange == NULL &&
                 outbox_is_empty(&link->outbox))
            link_sever(link);
        else
            link->last_reply = true;
    }
    uv_timer_start(&front->patience, on_patience, (uint64_t)patience_ms, 0);
    check_drained(front);
}

static void on_closed(uv_handle_t *handle) {
    struct front *front = handle->data;
    front->handles--;
}

static void on_poll_closed(uv_handle_t *handle) {
    struct listener *listener = handle->data;
    listener->front->handles--;
}

static void close_handles(struct front *front) {
    uv_handle_t *const handles[] = {(uv_handle_t *)&front->timer, (uv_handle_t *)&front->patience,
        (uv_handle_t *)&front->rest, (uv_handle_t *)&front->prepare, (uv_handle_t *)&front->check};
    if (front->handles == 0) /* never started */
        return;
    for (unsigned i = 0; i < sizeof handles / sizeof handles[0]; i++)
        uv_close(handles[i], on_closed);
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].is_polled)
            uv_close((uv_handle_t *)&front->listeners[i].poll, on_poll_closed);
    while (front->handles > 0)
        uv_run(front->loop, UV_RUN_NOWAIT);
}

void front_destroy(struct front *front) {
    if (front == NULL)
        return;
    front->drained = NULL;
    close_handles(front);
    if (front->context != NULL) {
        /* On a foreign loop it takes two: the first closes the handles, the second the rest. */
        lws_context_destroy(front->context);
        for (int turn = 0; turn < 8; turn++)
            uv_run(front->loop, UV_RUN_NOWAIT);
        lws_context_destroy(front->context);
    }
    for (int i = 0; i < LISTENERS; i++)
        if (front->listeners[i].fd >= 0)
            close(front->listeners[i].fd);
    if (front->spare_fd >= 0)
        close(front->spare_fd);
    certificate_destroy(front->certificate);
    crowd_fini(&front->crowd);
    free(front->allowed_origins);
    free(front);
}

/* ---- what is counted ---- */

const struct front_counts *front_counts(const struct front *front) {
    return &front->counts;
}

void front_gauge(const struct front *front, struct front_gauges *now) {
    *now = (struct front_gauges){.sockets = front->count};
    LIST_EACH(&front->links, item) {
        const struct front_socket *link = LIST_ITEM(item, struct front_socket, in_links);
        now->websockets += link->state == LINK_OPEN;
        now->outbox_frames += link->outbox.count;
        now->outbox_bytes += link->outbox.bytes;
        if (link->outbox.bytes > now->outbox_most_bytes)
            now->outbox_most_bytes = link->outbox.bytes;
    }
}

/* ---- what is known of a socket ---- */

uint16_t front_socket_code(const struct front_socket *link) {
    return link->code != 0 ? link->code : 1006;
}

const char *front_socket_reason(const struct front_socket *link) {
    return link->reason != NULL ? link->reason : "";
}

void front_socket_set_owner(struct front_socket *link, void *owner) {
    link->owner = owner;
}

void *front_socket_owner(const struct front_socket *link) {
    return link->owner;
}

const char *front_socket_peer(const struct front_socket *link) {
    return link->peer;
}

const char *front_exchange_peer(const struct front_exchange *exchange) {
    return exchange->peer;
}
