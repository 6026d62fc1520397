/* SPDX-License-Identifier: MIT */
/*
 * Facts about libwebsockets 4.1.6 that shape this file:
 *   - it resolves names by a blocking call, so it is given addresses only; Host and SNI stay names
 *   - lws_client_connect_via_info() may fail by returning NULL, by CLIENT_CONNECTION_ERROR from
 *     inside the call, or later: `ended` and `inside` make one failure of all three
 *   - it makes tables as long as the limit of descriptors, and touches them: at a million, as in
 *     many containers, that is 16 MB; below its own limit it looks sockets up one by one
 *   - it obeys http_proxy and knows no exceptions: an empty proxy address switches that off
 *   - it sets SIGPIPE to ignored for the whole process: the disposition is put back
 *   - exactly one lws_write() a writable callback; LWS_PRE bytes before the payload
 *   - it keeps the pointer to a virtual host's name, so that the name must outlive it
 *   - a connect that its own timer gives up leaves its watcher in the loop for ever, which then
 *     cannot be closed: that timer never comes, and ours closes the socket
 *   - a handshake that is given up it frees with no word but WSI_DESTROY; that one follows every
 *     other end, too, so a ws that has ended is taken off its socket at once
 *   - an open websocket is ended by returning -1 from a callback of its own, never from outside:
 *     one that is dropped asks to be writable, and ends there
 *   - but not to say goodbye: on libuv Debian's build closes a second time after a -1, to test
 *     itself, and the close frame of lws_close_reason() is never written. LWS_TO_KILL_SYNC closes
 *     once
 */
#include "client/ws_lws.h"

#include "base/bytes.h"
#include "base/list.h"
#include "wire/limits.h"

#include <libwebsockets.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    QUEUED_BYTES = 256 * 1024,
    READ_BYTES = 32 * 1024,
    OPEN_MS = 5 * 1000,
    NEVER_S = 3600,
    CLOSE_S = 2,
    MOST_SOCKETS = 4096
};

struct ws_carrier {
    const struct heap *heap;
    struct loop *loop;
    struct lws_context *context;
    struct list all;
    struct list names; /* of the virtual hosts */
};

struct name {
    struct list in_names;
    char text[];
};

struct ws {
    const struct heap *heap;
    struct list in_all;
    struct lws *wsi;
    const struct ws_ears *ears; /* NULL: dropped */
    void *owner;
    struct loop_timer *patience; /* with a server that does not open it */
    bool inside;                 /* of lws_client_connect_via_info() */
    bool reached, opened;        /* by TCP; as a WebSocket */
    bool ended;
    bool goodbye, said_goodbye;
    int code; /* of the peer's close, or 0 */
    char reason[128];
    char *authorization;
    struct bytes in;
    struct bytes out; /* texts, each behind its length and LWS_PRE bytes */
};

static void free_ws(struct ws *ws) {
    list_remove(&ws->in_all);
    loop_timer_destroy(ws->patience);
    bytes_fini(&ws->in);
    bytes_fini(&ws->out);
    if (ws->authorization != NULL)
        explicit_bzero(ws->authorization, strlen(ws->authorization));
    heap_free(ws->heap, ws->authorization);
    heap_free(ws->heap, ws);
}

static void end(struct ws *ws, struct lws *wsi, const char *reason) {
    if (ws->ended)
        return;
    ws->ended = true;
    lws_set_wsi_user(wsi, NULL);
    ws->wsi = NULL;
    if (ws->inside)
        return; /* ws_open() sees it */
    if (ws->ears != NULL)
        ws->ears->closed(ws->owner, ws->code, ws->reason[0] != '\0' ? ws->reason : reason);
    free_ws(ws);
}

static int append_authorization(struct ws *ws, struct lws *wsi, void *in, size_t len) {
    unsigned char **at = in;
    if (ws->authorization == NULL)
        return 0;
    return lws_add_http_header_by_name(wsi,
        (const unsigned char *)"authorization:", (const unsigned char *)ws->authorization,
        (int)strlen(ws->authorization), at, *at + len);
}

/* What is told may drop us from within: -1 lets libwebsockets end it. */
static int or_dropped(const struct ws *ws) {
    return ws->ears == NULL ? -1 : 0;
}

static int receive(struct ws *ws, struct lws *wsi, const void *in, size_t len) {
    if (ws->ears == NULL || lws_frame_is_binary(wsi))
        return -1;
    /* What a frame announces is counted before it comes. */
    const size_t due = lws_remaining_packet_payload(wsi), announced = ws->in.len + len + due;
    const bool ends = lws_is_final_fragment(wsi) && due == 0;
    if (ends && ws->in.len == 0 && len > 0 &&
        len <= LIMIT_REPLY_FRAME) { /* whole as it is: no copy */
        ws->ears->message(ws->owner, in, len);
        return or_dropped(ws);
    }
    if (announced <= LIMIT_REPLY_FRAME)
        bytes_append(&ws->in, in, len);
    if (bytes_failed(&ws->in) || announced > LIMIT_REPLY_FRAME) {
        snprintf(ws->reason, sizeof ws->reason,
            bytes_failed(&ws->in) ? "out of memory"
                                  : "the server sent a message that is too large");
        return -1;
    }
    if (!ends)
        return 0;
    struct bytes whole = ws->in;
    ws->in = BYTES_IN(ws->heap);
    ws->ears->message(ws->owner, bytes_text(&whole), whole.len);
    bytes_fini(&whole);
    return or_dropped(ws);
}

/* The text at the front of the queue, in one write. */
static int write_next(struct ws *ws, struct lws *wsi) {
    size_t len;
    memcpy(&len, ws->out.at, sizeof len);
    unsigned char *text = (unsigned char *)ws->out.at + sizeof len + LWS_PRE;
    if (lws_write(wsi, text, len, LWS_WRITE_TEXT) < (int)len)
        return -1;
    bytes_drop(&ws->out, sizeof len + LWS_PRE + len);
    if (ws->out.len > 0 || ws->goodbye)
        lws_callback_on_writable(wsi);
    return 0;
}

/* Closes once, politely: the close frame goes out next, lws ends when the peer's comes. */
static int say_goodbye(struct ws *ws, struct lws *wsi) {
    if (ws->said_goodbye)
        return 0;
    ws->said_goodbye = true;
    lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
    lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC);
    return 0; /* ws may be gone */
}

static int writable(struct ws *ws, struct lws *wsi) {
    if (ws->ears == NULL)
        return -1;
    if (ws->out.len > 0)
        return write_next(ws, wsi);
    if (!ws->goodbye)
        return 0;
    return say_goodbye(ws, wsi);
}

static void note_close(struct ws *ws, const unsigned char *in, size_t len) {
    if (len < 2)
        return;
    ws->code = in[0] << 8 | in[1];
    snprintf(ws->reason, sizeof ws->reason, "%.*s", (int)(len - 2), (const char *)in + 2);
}

/* What libwebsockets says of a connection that could not be opened, for a person. */
static const char *why_not(const char *text, size_t len) {
    if (text != NULL &&
        (memmem(text, len, "SSL", 3) != NULL || memmem(text, len, "cert", 4) != NULL))
        return "the server's certificate is wrong or not trusted, or it does not speak TLS";
    if (text != NULL && memmem(text, len, "HS:", 3) != NULL)
        return "the server does not open a WebSocket: is this the right URL?";
    return "the server cannot be reached";
}

static int on_lws(
    struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len) {
    struct ws *ws = user;
    switch (reason) {
    case LWS_CALLBACK_WSI_CREATE:
        if (ws != NULL)
            ws->reached = true;
        return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return ws != NULL ? append_authorization(ws, wsi, in, len) : 0;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        if (ws == NULL || ws->ears == NULL)
            return -1;
        ws->wsi = wsi;
        ws->opened = true;
        loop_timer_stop(ws->patience);
        ws->ears->opened(ws->owner);
        return or_dropped(ws);
    case LWS_CALLBACK_CLIENT_RECEIVE: return ws != NULL ? receive(ws, wsi, in, len) : -1;
    case LWS_CALLBACK_CLIENT_WRITEABLE: return ws != NULL ? writable(ws, wsi) : -1;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        if (ws != NULL)
            note_close(ws, in, len);
        return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        if (ws != NULL)
            end(ws, wsi, why_not(in, len));
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
        if (ws != NULL)
            end(ws, wsi, "the connection was lost");
        return 0;
    case LWS_CALLBACK_WSI_DESTROY:
        if (ws != NULL)
            end(ws, wsi, "the server accepts and says nothing");
        return 0;
    default: return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "porchlight", .callback = on_lws, .rx_buffer_size = 16 * 1024},
    {.name = NULL},
};

struct ws_carrier *ws_carrier_create(struct loop *loop) {
    struct ws_carrier *carrier = heap_make(loop_heap(loop), sizeof *carrier);
    if (carrier == NULL)
        return NULL;
    void *loops[] = {loop_native(loop)};
    const struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .foreign_loops = loops,
        .timeout_secs = NEVER_S,
        .pt_serv_buf_size = READ_BYTES,
        .fd_limit_per_thread = sysconf(_SC_OPEN_MAX) > MOST_SOCKETS ? MOST_SOCKETS : 0,
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
        .gid = -1,
        .uid = -1,
    };
    struct sigaction broken_pipe;
    sigaction(SIGPIPE, NULL, &broken_pipe);
    lws_set_log_level(0, NULL);
    carrier->heap = loop_heap(loop);
    carrier->loop = loop;
    carrier->context = lws_create_context(&info);
    sigaction(SIGPIPE, &broken_pipe, NULL);
    list_init(&carrier->all);
    list_init(&carrier->names);
    if (carrier->context == NULL) {
        heap_free(carrier->heap, carrier);
        return NULL;
    }
    return carrier;
}

void ws_carrier_destroy(struct ws_carrier *carrier) {
    if (carrier == NULL)
        return;
    LIST_EACH(&carrier->all, item)
    LIST_ITEM(item, struct ws, in_all)->ears = NULL;
    /* On a foreign loop it takes two: the first closes the handles, the second the rest. */
    lws_context_destroy(carrier->context);
    loop_settle(carrier->loop);
    lws_context_destroy(carrier->context);
    LIST_EACH(&carrier->all, left)
    free_ws(LIST_ITEM(left, struct ws, in_all));
    LIST_EACH(&carrier->names, name)
    heap_free(carrier->heap, LIST_ITEM(name, struct name, in_names));
    heap_free(carrier->heap, carrier);
}

/* A name that lives as long as the carrier: what a virtual host trusts, in full. */
static const char *name_of(struct ws_carrier *carrier, const struct ws_options *options) {
    const char *ca_file = options->ca_file != NULL ? options->ca_file : "";
    struct name *name = heap_make(carrier->heap, sizeof *name + strlen(ca_file) + sizeof "plain:");
    if (name == NULL)
        return NULL;
    strcpy(name->text, options->tls ? "tls:" : "plain:");
    strcat(name->text, options->tls ? ca_file : "");
    LIST_EACH(&carrier->names, item) {
        const struct name *old = LIST_ITEM(item, struct name, in_names);
        if (strcmp(old->text, name->text) == 0) {
            heap_free(carrier->heap, name);
            return old->text;
        }
    }
    list_append(&carrier->names, &name->in_names);
    return name->text;
}

/* What is trusted belongs to a virtual host: one for each file of authorities. */
static struct lws_vhost *vhost(
    struct ws_carrier *carrier, const struct ws_options *options, const char *name) {
    struct lws_vhost *found = lws_get_vhost_by_name(carrier->context, name);
    if (found != NULL)
        return found;
    const struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .vhost_name = name,
        .protocols = protocols,
        .options = options->tls ? LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT : 0,
        .client_ssl_ca_filepath = options->tls ? options->ca_file : NULL,
        .http_proxy_address = "",
        .connect_timeout_secs = NEVER_S,
        .timeout_secs = CLOSE_S,
        .gid = -1,
        .uid = -1,
    };
    return lws_create_vhost(carrier->context, &info);
}

/* It is not open: no callback of its own will come to end it in. */
static void on_impatience(void *context) {
    struct ws *ws = context;
    snprintf(ws->reason, sizeof ws->reason, "%s",
        ws->reached ? "the server accepts and says nothing" : "the server cannot be reached");
    if (ws->wsi != NULL)
        lws_set_timeout(ws->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
    /* ws is gone */
}

static struct ws *make_ws(struct ws_carrier *carrier, const struct ws_options *options) {
    struct ws *ws = heap_make(carrier->heap, sizeof *ws);
    if (ws == NULL)
        return NULL;
    ws->heap = carrier->heap;
    ws->in = ws->out = BYTES_IN(ws->heap);
    ws->ears = options->ears;
    ws->owner = options->owner;
    list_append(&carrier->all, &ws->in_all);
    ws->patience = loop_timer_create(carrier->loop, on_impatience, ws);
    if (ws->patience == NULL || !bytes_reserve(&ws->out, sizeof(size_t) + LWS_PRE + WS_SHORT) ||
        (options->authorization != NULL &&
            (ws->authorization = heap_copy(ws->heap, options->authorization)) == NULL)) {
        free_ws(ws);
        return NULL;
    }
    return ws;
}

struct ws *ws_open(struct ws_carrier *carrier, const struct ws_options *options, const char **why) {
    const char *name = name_of(carrier, options);
    struct lws_vhost *on = name != NULL ? vhost(carrier, options, name) : NULL;
    struct ws *ws = on != NULL ? make_ws(carrier, options) : NULL;
    const bool starved = name == NULL || (on != NULL && ws == NULL);
    *why = starved ? "out of memory" : "the server cannot be reached";
    if (ws == NULL)
        return NULL;
    char host[300];
    const bool usual = options->port == (options->tls ? 443 : 80);
    snprintf(host, sizeof host, usual ? "%s" : "%s:%d", options->host, options->port);
    const struct lws_client_connect_info info = {
        .context = carrier->context,
        .vhost = on,
        .address = options->address,
        .port = options->port,
        .path = options->target,
        .host = options->tls ? options->host : host,
        .origin = NULL,
        .ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT | (options->tls ? LCCSCF_USE_SSL : 0),
        .local_protocol_name = "porchlight",
        .ietf_version_or_minus_one = -1,
        .alpn = "http/1.1",
        .userdata = ws,
        .pwsi = &ws->wsi,
    };
    ws->inside = true;
    const bool begun = lws_client_connect_via_info(&info) != NULL;
    ws->inside = false;
    if (begun && !ws->ended) {
        loop_timer_start(ws->patience, OPEN_MS);
        return ws;
    }
    free_ws(ws);
    return NULL;
}

/* All of it or nothing: half a text in the queue would be read behind its end. */
bool ws_send(struct ws *ws, const char *text, size_t len) {
    static const char before[LWS_PRE];
    if (ws->wsi == NULL || ws->goodbye || ws->out.len + len > QUEUED_BYTES)
        return false;
    if (!bytes_reserve(&ws->out, sizeof len + sizeof before + len)) {
        ws->out.failed = false; /* what is in it is whole */
        return false;
    }
    bytes_append(&ws->out, &len, sizeof len);
    bytes_append(&ws->out, before, sizeof before);
    bytes_append(&ws->out, text, len);
    lws_callback_on_writable(ws->wsi);
    return true;
}

void ws_goodbye(struct ws *ws) {
    ws->goodbye = true;
    if (ws->wsi != NULL)
        lws_callback_on_writable(ws->wsi);
}

void ws_drop(struct ws *ws) {
    ws->ears = NULL;
    if (ws->wsi == NULL)
        return;
    if (ws->opened)
        lws_callback_on_writable(ws->wsi);
    else
        loop_timer_start(ws->patience, 0);
}
