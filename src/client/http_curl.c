/* SPDX-License-Identifier: MIT */
/*
 * What a server may do to us is bounded here: no redirect is followed, so a token goes nowhere
 * else; only http and https; a reply is counted as it comes and cut at 8 MiB, its head at 64 KiB;
 * HTTP/1.1; no proxy
 * but by our own setting; the address is the one that was looked up without blocking.
 *
 * A socket callback that fails ends every call of the multi handle, now and for ever (curl 7.88: it
 * is "dead"). So one that lacks memory says that all is well, and its call is ended right after.
 */
#include "client/http_curl.h"

#include "base/bytes.h"
#include "base/list.h"
#include "wire/limits.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

struct http_carrier {
    const struct heap *heap;
    struct loop *loop;
    struct loop_timer *timer;
    CURLM *multi;
    struct list starved; /* calls that are to end for want of memory */
};

struct http_call {
    struct http_carrier *carrier;
    CURL *easy;
    struct curl_slist *headers, *resolve;
    struct list in_starved;
    struct bytes in;
    size_t head_bytes; /* with those of 1xx answers and trailers */
    bool too_large, no_memory;
    http_done *done;
    void *context;
    char error[CURL_ERROR_SIZE];
};

static void free_call(struct http_call *call) {
    list_remove(&call->in_starved);
    if (call->easy != NULL) {
        curl_multi_remove_handle(call->carrier->multi, call->easy);
        curl_easy_cleanup(call->easy);
    }
    curl_slist_free_all(call->headers);
    curl_slist_free_all(call->resolve);
    bytes_fini(&call->in);
    heap_free(call->carrier->heap, call);
}

static enum http_end what_end(const struct http_call *call, CURLcode result) {
    if (result == CURLE_OK)
        return HTTP_ANSWERED;
    if (call->too_large)
        return HTTP_TOO_LARGE;
    if (call->no_memory || result == CURLE_OUT_OF_MEMORY)
        return HTTP_NO_MEMORY;
    return result == CURLE_OPERATION_TIMEDOUT ? HTTP_NO_ANSWER : HTTP_UNREACHABLE;
}

/* For a person; curl's own words where they say more. */
static void say_why(
    char *to, size_t size, const struct http_call *call, CURLcode result, bool connected) {
    const char *detail = call->error[0] != '\0' ? call->error : curl_easy_strerror(result);
    if (result == CURLE_OK)
        detail = "";
    else if (call->too_large)
        detail = call->head_bytes > LIMIT_REPLY_HEAD ? "the head of the answer is too large"
                                                     : "the answer is larger than 8 MiB";
    else if (call->no_memory || result == CURLE_OUT_OF_MEMORY)
        detail = "out of memory";
    else if (result == CURLE_COULDNT_CONNECT)
        detail = "the server cannot be reached";
    else if (result == CURLE_OPERATION_TIMEDOUT)
        detail = connected ? "the server accepts and says nothing" : "the server does not answer";
    const char *before = result == CURLE_PEER_FAILED_VERIFICATION
                             ? "the server's certificate is wrong or not trusted: "
                         : result == CURLE_SSL_CONNECT_ERROR ? "no TLS with the server: "
                                                             : "";
    snprintf(to, size, "%s%s", before, detail);
}

/* The X-RateLimit-Reset of the answer, 0: none. */
static int64_t reset_of(CURL *easy) {
    struct curl_header *header;
    if (curl_easy_header(easy, "X-RateLimit-Reset", 0, CURLH_HEADER, -1, &header) != CURLHE_OK)
        return 0;
    const long long reset = strtoll(header->value, NULL, 10);
    return reset > 0 ? reset : 0;
}

static void end(struct http_call *call, CURLcode result) {
    long status = 0;
    curl_off_t uploaded = 0;
    double connected = 0;
    list_remove(&call->in_starved);
    curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(call->easy, CURLINFO_SIZE_UPLOAD_T, &uploaded);
    curl_easy_getinfo(call->easy, CURLINFO_PRETRANSFER_TIME, &connected);
    const int64_t reset_unix_s = reset_of(call->easy);
    struct bytes body = call->in;
    call->in = BYTES_IN(body.heap);
    const struct http_call ended = *call;
    char text[CURL_ERROR_SIZE + 64];
    say_why(text, sizeof text, call, result, connected > 0);
    const enum http_end kind = what_end(call, result);
    free_call(call);
    ended.done(ended.context, kind, (int)status, bytes_text(&body), body.len, text,
        connected > 0 || uploaded > 0, reset_unix_s);
    bytes_fini(&body);
}

static void take_ended(struct http_carrier *carrier) {
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(carrier->multi, &left)) != NULL;) {
        if (message->msg != CURLMSG_DONE)
            continue;
        struct http_call *call = NULL;
        const CURLcode result = message->data.result;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
        end(call, result);
    }
    while (!list_is_empty(&carrier->starved))
        end(LIST_ITEM(carrier->starved.next, struct http_call, in_starved), CURLE_OUT_OF_MEMORY);
}

static void on_timer(void *context) {
    struct http_carrier *carrier = context;
    int running;
    curl_multi_socket_action(carrier->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    take_ended(carrier);
}

struct watched {
    struct http_carrier *carrier;
    curl_socket_t fd;
    struct loop_watch *watch;
};

static void on_ready(void *context, int events) {
    const struct watched *watched = context;
    struct http_carrier *carrier = watched->carrier;
    int running;
    curl_multi_socket_action(carrier->multi, watched->fd,
        ((events & LOOP_READ) ? CURL_CSELECT_IN : 0) |
            ((events & LOOP_WRITE) ? CURL_CSELECT_OUT : 0),
        &running);
    take_ended(carrier);
}

static struct watched *watch(struct http_carrier *carrier, curl_socket_t fd) {
    struct watched *watched = heap_make(carrier->heap, sizeof *watched);
    if (watched == NULL)
        return NULL;
    *watched = (struct watched){.carrier = carrier, .fd = fd};
    watched->watch = loop_watch_create(carrier->loop, fd, on_ready, watched);
    if (watched->watch == NULL) {
        heap_free(carrier->heap, watched);
        return NULL;
    }
    curl_multi_assign(carrier->multi, fd, watched);
    return watched;
}

static void starve(struct http_carrier *carrier, CURL *easy) {
    struct http_call *call = NULL;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&call);
    if (call == NULL)
        return;
    call->no_memory = true;
    list_remove(&call->in_starved);
    list_append(&carrier->starved, &call->in_starved);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *socket) {
    struct http_carrier *carrier = context;
    struct watched *watched = socket;
    if (what == CURL_POLL_REMOVE) {
        if (watched != NULL)
            loop_watch_destroy(watched->watch);
        heap_free(carrier->heap, watched);
        curl_multi_assign(carrier->multi, fd, NULL);
        return 0;
    }
    if (watched == NULL)
        watched = watch(carrier, fd);
    if (watched == NULL)
        starve(carrier, easy);
    else
        loop_watch_for(watched->watch,
            (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0));
    return 0;
}

static int on_wait(CURLM *multi, long wait_ms, void *context) {
    struct http_carrier *carrier = context;
    (void)multi;
    if (wait_ms < 0)
        loop_timer_stop(carrier->timer);
    else
        loop_timer_start(carrier->timer, wait_ms);
    return 0;
}

struct http_carrier *http_carrier_create(struct loop *loop) {
    struct http_carrier *carrier = heap_make(loop_heap(loop), sizeof *carrier);
    if (carrier == NULL)
        return NULL;
    carrier->heap = loop_heap(loop);
    carrier->loop = loop;
    list_init(&carrier->starved);
    carrier->timer = loop_timer_create(loop, on_timer, carrier);
    carrier->multi = curl_multi_init();
    if (carrier->timer == NULL || carrier->multi == NULL) {
        http_carrier_destroy(carrier);
        return NULL;
    }
    curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(carrier->multi, CURLMOPT_SOCKETDATA, carrier);
    curl_multi_setopt(carrier->multi, CURLMOPT_TIMERFUNCTION, on_wait);
    curl_multi_setopt(carrier->multi, CURLMOPT_TIMERDATA, carrier);
    curl_multi_setopt(carrier->multi, CURLMOPT_MAX_HOST_CONNECTIONS, 8L);
    return carrier;
}

void http_carrier_destroy(struct http_carrier *carrier) {
    if (carrier == NULL)
        return;
    if (carrier->multi != NULL)
        curl_multi_cleanup(carrier->multi);
    loop_timer_destroy(carrier->timer);
    heap_free(carrier->heap, carrier);
}

static size_t on_body(char *at, size_t size, size_t count, void *context) {
    struct http_call *call = context;
    const size_t len = size * count;
    if (call->in.len + len > LIMIT_REST_REPLY) {
        call->too_large = true;
        return 0;
    }
    bytes_append(&call->in, at, len);
    call->no_memory = bytes_failed(&call->in);
    return call->no_memory ? 0 : len;
}

/* curl keeps every header line, and has no bound for all of them. */
static size_t on_head(char *at, size_t size, size_t count, void *context) {
    struct http_call *call = context;
    (void)at;
    call->head_bytes += size * count;
    call->too_large |= call->head_bytes > LIMIT_REPLY_HEAD;
    return call->too_large ? 0 : size * count;
}

static bool add_header(struct http_call *call, const char *name, const char *value) {
    struct bytes line = BYTES_IN(call->carrier->heap);
    bytes_printf(&line, "%s: %s", name, value);
    struct curl_slist *longer = bytes_failed(&line)
                                    ? NULL
                                    : curl_slist_append(call->headers, bytes_text(&line));
    if (line.at != NULL)
        explicit_bzero(line.at, line.len);
    bytes_fini(&line);
    if (longer != NULL)
        call->headers = longer;
    return longer != NULL;
}

static bool set_headers(struct http_call *call, const struct http_options *options) {
    const bool named = options->authorization != NULL;
    bool good = add_header(call, "stream-auth-type", named ? "jwt" : "anonymous") &&
                add_header(call, "X-Stream-Client", "porchlight/" PORCHLIGHT_VERSION) &&
                add_header(call, "x-client-request-id", options->request_id) &&
                (!named || add_header(call, "Authorization", options->authorization));
    if (good && options->body != NULL)
        good = add_header(call, "Content-Type", "application/json");
    /* Without this curl waits a second for a 100 Continue before a larger body. */
    struct curl_slist *longer = good ? curl_slist_append(call->headers, "Expect:") : NULL;
    if (longer == NULL)
        return false;
    call->headers = longer;
    curl_easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers);
    return true;
}

static bool set_address(struct http_call *call, const struct http_options *options) {
    if (options->address == NULL)
        return true;
    struct bytes entry = BYTES_IN(call->carrier->heap);
    bytes_printf(&entry, "%s:%d:%s", options->host, options->port, options->address);
    call->resolve = bytes_failed(&entry) ? NULL : curl_slist_append(NULL, bytes_text(&entry));
    bytes_fini(&entry);
    curl_easy_setopt(call->easy, CURLOPT_RESOLVE, call->resolve);
    return call->resolve != NULL;
}

static void set_bounds(struct http_call *call, const struct http_options *options) {
    CURL *easy = call->easy;
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->timeout_ms);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    if (options->ca_file != NULL)
        curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file);
}

static void set_request(struct http_call *call, const struct http_options *options) {
    CURL *easy = call->easy;
    curl_easy_setopt(easy, CURLOPT_URL, options->url);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, options->method);
    if (options->body != NULL) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(options->body));
        curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, options->body);
    }
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->error);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
}

struct http_call *http_begin(struct http_carrier *carrier, const struct http_options *options) {
    struct http_call *call = heap_make(carrier->heap, sizeof *call);
    if (call == NULL)
        return NULL;
    *call = (struct http_call){.carrier = carrier,
        .in = BYTES_IN(carrier->heap),
        .done = options->done,
        .context = options->context};
    list_init(&call->in_starved);
    call->easy = curl_easy_init();
    if (call->easy != NULL) {
        set_bounds(call, options);
        set_request(call, options);
        if (set_headers(call, options) && set_address(call, options) &&
            curl_multi_add_handle(carrier->multi, call->easy) == CURLM_OK)
            return call;
    }
    free_call(call);
    return NULL;
}

void http_cancel(struct http_call *call) {
    if (call != NULL)
        free_call(call);
}

void http_escape(struct bytes *to, const char *text) {
    static const char digits[] = "0123456789ABCDEF";
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char c = (unsigned char)*at;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            strchr("-._~", c) != NULL) {
            bytes_append_char(to, (char)c);
        } else {
            bytes_append_char(to, '%');
            bytes_append_char(to, digits[c >> 4]);
            bytes_append_char(to, digits[c & 15]);
        }
    }
}
