/* SPDX-License-Identifier: MIT */
/*
 * What is counted, and the page that tells it (Prometheus text format 0.0.4). Pure.
 *
 * Counters are plain numbers, each added to by one thread, so that counting costs an addition; what
 * can be looked up (how many are here, how much waits) is looked up when the page is asked for.
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "base/bytes.h"
#include "wire/event.h"
#include <stdbool.h>
#include <stdint.h>

/* How often something took so long. The bounds are the same for all. */
enum { HISTOGRAM_BOUNDS = 14 };
extern const int64_t histogram_bounds_us[HISTOGRAM_BOUNDS];

struct histogram {
    uint64_t counts[HISTOGRAM_BOUNDS + 1]; /* the last: longer than all bounds */
    int64_t sum_us;
};
void histogram_add(struct histogram *histogram, int64_t us);

/* What the front counts. */
struct front_counts {
    uint64_t accepted;                /* connections */
    uint64_t refused;                 /* for want of room */
    uint64_t upgraded;                /* to WebSockets */
    uint64_t requests;                /* whole ones */
    uint64_t events[EVENT_COUNT];     /* queued for a socket, by enum wire_event */
    uint64_t coalesced;               /* frames that took the place of an elder */
    uint64_t cut_off;                 /* slow readers */
    uint64_t sent_bytes;              /* to sockets, without what TLS adds */
    struct histogram event_to_socket; /* of each write, the event that waited longest */
};

/* What is so right now. */
struct front_gauges {
    uint64_t sockets, websockets;
    uint64_t outbox_bytes, outbox_frames; /* of all sockets */
    uint64_t outbox_most_bytes;           /* of the fullest */
};

struct store_counts {
    uint64_t queued; /* batches, right now */
    uint64_t batches, groups, failures;
    struct histogram commit; /* from a batch's submission to the loop's hearing of it */
    struct histogram write;  /* of a group */
    int last_status;         /* of the last group: 0, or -errno */
};

struct world_gauges {
    uint64_t live, lingering, listenings, watchers;
    uint64_t users, channels, held; /* held: what waits for the disk */
};

/* Answers, by code: those of the contract, and one for any other. */
enum { METRICS_CODES = 24 };
unsigned metrics_code_slot(int code);

struct endpoint_counts {
    const char *method, *path;
    uint64_t answers[METRICS_CODES];
};

/* The server's own. */
struct server_counts {
    int64_t started_unix_us;
    bool draining;
    uint64_t reloads, reload_failures;
    uint64_t refused_connects;
};

/* All that the page tells. */
struct metrics_page {
    const char *version;
    struct server_counts server;
    struct front_counts front;
    struct front_gauges front_now;
    struct store_counts store;
    struct world_gauges world;
    struct histogram call;
    const struct endpoint_counts *endpoints;
    size_t endpoint_count;
};

void metrics_print(const struct metrics_page *page, struct bytes *to);

#endif
