/* SPDX-License-Identifier: MIT */
/*
 * What is so right now is counted here, by a walk through the world: once for each look at it, and
 * nothing in between.
 */
#include "server/aside.h"

#include <string.h>

static void gauge_world(const struct world *world, struct world_gauges *now) {
    size_t i = 0;
    for (const struct connection *c; (c = table_next(&world->connections, &i)) != NULL;) {
        now->live += c->socket != NULL;
        now->listenings += c->listener.count;
    }
    LIST_EACH(&world->house.lingering, item)
    now->lingering++;
    i = 0;
    for (const struct room *room; (room = table_next(&world->rooms, &i)) != NULL;) {
        now->channels += !room->absent;
        now->watchers += room->watcher_count;
    }
    i = 0;
    for (const struct person *person; (person = table_next(&world->persons, &i)) != NULL;)
        now->users += !person->absent;
    LIST_EACH(&world->gate.waiting, item)
    now->held++;
}

static void print_metrics(const struct aside *aside, struct bytes *to) {
    struct metrics_page page = {.version = PORCHLIGHT_VERSION,
        .server = aside->counts,
        .front = *front_counts(aside->front),
        .call = aside->calls->durations,
        .endpoints = aside->calls->endpoints,
        .endpoint_count = route_count() + 1};
    front_gauge(aside->front, &page.front_now);
    store_count(aside->world->store, &page.store);
    gauge_world(aside->world, &page.world);
    metrics_print(&page, to);
}

/* 200 while what is answered with success would be on disk; else 503 and why. */
static int print_health(const struct aside *aside, struct bytes *to) {
    struct store_counts store;
    store_count(aside->world->store, &store);
    if (aside->counts.draining) {
        bytes_append_text(to, "the server is ending\n");
        return 503;
    }
    if (store.last_status != 0) {
        bytes_printf(to, "the last write failed: %s\n", strerror(-store.last_status));
        return 503;
    }
    bytes_append_text(to, "ok\n");
    return 200;
}

static int print_page(
    const struct aside *aside, const struct http_request *request, struct bytes *to) {
    const char *path = request->segment_count == 1 ? request->segments[0] : "";
    const bool health = strcmp(path, "healthz") == 0;
    if (aside->world->store == NULL) { /* all is put away, but for the sockets */
        bytes_append_text(to, "the server is ending\n");
        return 503;
    }
    if (!health && strcmp(path, "metrics") != 0) {
        bytes_append_text(to, "there are /metrics and /healthz\n");
        return 404;
    }
    if (request->method != HTTP_GET && request->method != HTTP_HEAD)
        return 405;
    if (health)
        return print_health(aside, to);
    print_metrics(aside, to);
    return 200;
}

void aside_answer(const struct aside *aside, struct front_exchange *exchange,
    const struct http_request *request) {
    struct bytes text = BYTES_EMPTY;
    int status = print_page(aside, request, &text);
    if (bytes_failed(&text)) {
        bytes_clear(&text);
        status = 503;
    }
    front_reply(
        exchange, status, status == 405 ? "Allow: GET, HEAD\r\n" : "", bytes_text(&text), text.len);
    bytes_fini(&text);
}
