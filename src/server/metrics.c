/* SPDX-License-Identifier: MIT */
/*
 * Names say their unit and, of counters, end in _total, as the format's readers expect; label
 * values are words of ours, never text from outside, so that nothing needs escaping and their
 * number is bounded. A time series appears when it was first counted.
 */
#include "server/metrics.h"
#include "wire/error.h"

#include <inttypes.h>

const int64_t histogram_bounds_us[HISTOGRAM_BOUNDS] = {100, 250, 500, 1000, 2500, 5000, 10000,
    25000, 50000, 100000, 250000, 1000000, 2500000, 10000000};

void histogram_add(struct histogram *histogram, int64_t us) {
    unsigned at = 0;
    while (at < HISTOGRAM_BOUNDS && us > histogram_bounds_us[at])
        at++;
    histogram->counts[at]++;
    histogram->sum_us += us > 0 ? us : 0;
}

/* ---- codes ---- */

static const int codes[] = {CODE_NONE, CODE_INTERNAL, CODE_API_KEY, CODE_INPUT, CODE_TOKEN,
    CODE_RATE_LIMIT, CODE_NOT_FOUND, CODE_NOT_ALLOWED, CODE_EVENT_OFF, CODE_FEATURE_OFF,
    CODE_MESSAGE_TOO_LONG, CODE_TOO_BIG, CODE_TIMEOUT, CODE_HEAD_TOO_LARGE, CODE_TOKEN_EXPIRED,
    CODE_TOKEN_NOT_YET, CODE_TOKEN_BEFORE_IAT, CODE_TOKEN_SIGNATURE, CODE_COOLDOWN, 70,
    CODE_TOO_MANY_CONNECTIONS};
#define KNOWN_CODES (sizeof codes / sizeof codes[0])
_Static_assert(KNOWN_CODES < METRICS_CODES, "a slot for every code, and one for the rest");

unsigned metrics_code_slot(int code) {
    unsigned slot = 0;
    while (slot < KNOWN_CODES && codes[slot] != code)
        slot++;
    return slot;
}

/* ---- the format ---- */

static void head(struct bytes *to, const char *name, const char *kind, const char *help) {
    bytes_printf(to, "# HELP porchlight_%s %s\n# TYPE porchlight_%s %s\n", name, help, name, kind);
}

static void number(
    struct bytes *to, const char *name, const char *kind, uint64_t value, const char *help) {
    head(to, name, kind, help);
    bytes_printf(to, "porchlight_%s %" PRIu64 "\n", name, value);
}

static void counter(struct bytes *to, const char *name, uint64_t value, const char *help) {
    number(to, name, "counter", value, help);
}

static void gauge(struct bytes *to, const char *name, uint64_t value, const char *help) {
    number(to, name, "gauge", value, help);
}

/* Microseconds as seconds, by whole numbers: no locale, no rounding. */
static void seconds(struct bytes *to, int64_t us) {
    bytes_printf(to, "%" PRId64 ".%06d", us / 1000000, (int)(us % 1000000));
}

static void histogram(
    struct bytes *to, const char *name, const struct histogram *histogram, const char *help) {
    uint64_t all = 0;
    head(to, name, "histogram", help);
    for (unsigned i = 0; i < HISTOGRAM_BOUNDS; i++) {
        all += histogram->counts[i];
        bytes_printf(to, "porchlight_%s_bucket{le=\"", name);
        seconds(to, histogram_bounds_us[i]);
        bytes_printf(to, "\"} %" PRIu64 "\n", all);
    }
    all += histogram->counts[HISTOGRAM_BOUNDS];
    bytes_printf(
        to, "porchlight_%s_bucket{le=\"+Inf\"} %" PRIu64 "\nporchlight_%s_sum ", name, all, name);
    seconds(to, histogram->sum_us);
    bytes_printf(to, "\nporchlight_%s_count %" PRIu64 "\n", name, all);
}

/* ---- the page ---- */

static void print_process(const struct metrics_page *page, struct bytes *to) {
    head(to, "build_info", "gauge", "1; the version stands in the label.");
    bytes_printf(to, "porchlight_build_info{version=\"%s\"} 1\n", page->version);
    head(to, "start_time_seconds", "gauge", "When the server began, in unix time.");
    bytes_append_text(to, "porchlight_start_time_seconds ");
    seconds(to, page->server.started_unix_us);
    bytes_append_char(to, '\n');
    gauge(to, "draining", page->server.draining, "1 while the server is ending.");
    head(to, "config_reloads_total", "counter", "Settings read again on SIGHUP, by how it went.");
    bytes_printf(to,
        "porchlight_config_reloads_total{result=\"done\"} %" PRIu64 "\n"
        "porchlight_config_reloads_total{result=\"refused\"} %" PRIu64 "\n",
        page->server.reloads, page->server.reload_failures);
}

static void print_connections(const struct metrics_page *page, struct bytes *to) {
    const struct front_counts *front = &page->front;
    gauge(to, "sockets", page->front_now.sockets, "TCP connections that are open.");
    gauge(to, "websockets", page->front_now.websockets, "WebSockets that are open.");
    gauge(to, "connections_live", page->world.live, "Connections that were greeted and are open.");
    gauge(to, "connections_lingering", page->world.lingering,
        "Connections that were lost and still count as online.");
    counter(to, "accepted_total", front->accepted, "TCP connections taken.");
    counter(to, "refused_total", front->refused, "TCP connections refused for want of room.");
    counter(to, "upgraded_total", front->upgraded, "WebSockets opened.");
    counter(to, "connects_refused_total", page->server.refused_connects,
        "WebSockets whose user was not let in.");
    counter(
        to, "cut_off_total", front->cut_off, "WebSockets closed for reading too slowly (4008).");
}

static void print_world(const struct metrics_page *page, struct bytes *to) {
    gauge(to, "users", page->world.users, "Users that exist.");
    gauge(to, "channels", page->world.channels, "Channels that exist.");
    gauge(to, "listenings", page->world.listenings,
        "Pairs of a connection and a user whose presence it listens to.");
    gauge(to, "watchers", page->world.watchers, "Pairs of a user and a channel they watch.");
}

static void print_events(const struct metrics_page *page, struct bytes *to) {
    const struct front_counts *front = &page->front;
    head(to, "events_total", "counter", "Events queued for a WebSocket, by type.");
    for (int event = 0; event < EVENT_COUNT; event++)
        if (front->events[event] > 0)
            bytes_printf(to, "porchlight_events_total{type=\"%s\"} %" PRIu64 "\n",
                event == EVENT_CUSTOM ? "custom" : event_name((enum wire_event)event),
                front->events[event]);
    counter(to, "coalesced_total", front->coalesced,
        "Events that took the place of an older one that had not left yet.");
    counter(to, "sent_bytes_total", front->sent_bytes, "Bytes written to sockets.");
    gauge(to, "outbox_bytes", page->front_now.outbox_bytes, "Bytes that wait for sockets.");
    gauge(to, "outbox_frames", page->front_now.outbox_frames, "Frames that wait for sockets.");
    gauge(to, "outbox_most_bytes", page->front_now.outbox_most_bytes,
        "Bytes that wait for the socket with most of them.");
    histogram(to, "event_to_socket_seconds", &front->event_to_socket,
        "From a change to the write that carried its event; of each write, the longest wait.");
}

static void print_calls(const struct metrics_page *page, struct bytes *to) {
    counter(to, "requests_total", page->front.requests, "Whole HTTP requests.");
    head(to, "calls_total", "counter", "Calls answered, by endpoint and code (0: done).");
    for (size_t i = 0; i < page->endpoint_count; i++) {
        const struct endpoint_counts *endpoint = &page->endpoints[i];
        for (unsigned slot = 0; slot <= KNOWN_CODES; slot++) {
            if (endpoint->answers[slot] == 0)
                continue;
            bytes_printf(to, "porchlight_calls_total{method=\"%s\",endpoint=\"%s\",code=\"",
                endpoint->method, endpoint->path);
            if (slot < KNOWN_CODES)
                bytes_printf(to, "%d", codes[slot]);
            else
                bytes_append_text(to, "other");
            bytes_printf(to, "\"} %" PRIu64 "\n", endpoint->answers[slot]);
        }
    }
    histogram(to, "call_seconds", &page->call, "From a request to its reply.");
}

static void print_store(const struct metrics_page *page, struct bytes *to) {
    const struct store_counts *store = &page->store;
    gauge(to, "store_queued", store->queued, "Batches that wait for the disk.");
    gauge(to, "held", page->world.held, "Replies and events that wait for a batch.");
    counter(to, "store_batches_total", store->batches, "Batches of changes that have settled.");
    counter(
        to, "store_groups_total", store->groups, "Groups of batches written in one transaction.");
    counter(to, "store_failures_total", store->failures, "Groups that could not be written.");
    gauge(to, "store_failing", store->last_status != 0,
        "1 while the last group could not be written.");
    histogram(to, "store_commit_seconds", &store->commit,
        "From a batch's submission to the loop's hearing that it settled.");
    histogram(to, "store_write_seconds", &store->write, "Writing one group.");
}

void metrics_print(const struct metrics_page *page, struct bytes *to) {
    print_process(page, to);
    print_connections(page, to);
    print_world(page, to);
    print_events(page, to);
    print_calls(page, to);
    print_store(page, to);
}
