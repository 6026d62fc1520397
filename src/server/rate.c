/* SPDX-License-Identifier: MIT */
#include "server/rate.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE_US (60 * INT64_C(1000000))

struct window {
    int64_t ends_us;
    unsigned used;
    char key[];
};

/* Once a minute, forget the windows that are over: what is kept is bounded by a minute's callers. */
static void sweep(struct rate *rate, int64_t now_us) {
    if (now_us - rate->swept_us < MINUTE_US && now_us >= rate->swept_us)
        return;
    rate->swept_us = now_us;
    size_t i = 0;
    for (struct window *window; (window = table_next(&rate->windows, &i)) != NULL;) {
        if (window->ends_us > now_us)
            continue;
        table_remove(&rate->windows, window->key);
        free(window);
    }
}

static struct window *find_or_make(struct rate *rate, const char *key) {
    struct window *window = table_find(&rate->windows, key);
    if (window != NULL)
        return window;
    const size_t len = strlen(key);
    window = calloc(1, sizeof *window + len + 1);
    if (window == NULL)
        return NULL;
    memcpy(window->key, key, len);
    if (table_put(&rate->windows, window->key, window, NULL) == 0)
        return window;
    free(window);
    return NULL;
}

/* Rounded up: who comes back at the second that was told is served. */
static int64_t second_after(int64_t us) {
    return (us + 999999) / 1000000;
}

bool rate_take(struct rate *rate, const char *key, int64_t now_unix_us, struct rate_state *state) {
    *state = (struct rate_state){.limit = rate->per_minute,
        .remaining = rate->per_minute,
        .reset_unix_s = second_after(now_unix_us + MINUTE_US)};
    if (rate->per_minute == 0)
        return true;
    sweep(rate, now_unix_us);
    struct window *window = find_or_make(rate, key);
    if (window == NULL)
        return true;
    /* A window that ends more than a minute away was opened before the clock was set back. */
    if (window->ends_us <= now_unix_us || window->ends_us > now_unix_us + MINUTE_US) {
        window->ends_us = now_unix_us + MINUTE_US;
        window->used = 0;
    }
    const bool may = window->used < rate->per_minute;
    if (may)
        window->used++;
    state->remaining = window->used < rate->per_minute ? rate->per_minute - window->used : 0;
    state->reset_unix_s = second_after(window->ends_us);
    return may;
}

void rate_fini(struct rate *rate) {
    size_t i = 0;
    for (struct window *window; (window = table_next(&rate->windows, &i)) != NULL;)
        free(window);
    table_fini(&rate->windows);
}
