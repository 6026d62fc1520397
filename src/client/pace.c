/* SPDX-License-Identifier: MIT */
/*
 * The times of the last `most` requests are kept, so that the bound holds for every second that
 * there is, and not only on average: a bucket that is full lets nearly twice as many through.
 */
#include "client/pace.h"

#include <errno.h>

enum { SECOND_MS = 1000, A_MOMENT_MS = 1000, LONGEST_MS = 5 * 60 * 1000 };

int pace_init(struct pace *pace, const struct heap *heap, size_t most) {
    *pace = (struct pace){.heap = heap, .most = most, .not_before_ms = INT64_MIN};
    pace->gone_ms = heap_make_many(heap, most, sizeof *pace->gone_ms);
    if (pace->gone_ms == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < most; i++)
        pace->gone_ms[i] = INT64_MIN / 2;
    return 0;
}

void pace_fini(struct pace *pace) {
    heap_free(pace->heap, pace->gone_ms);
    *pace = (struct pace){0};
}

static bool has_extra(const struct pace *pace, int64_t now_ms) {
    return pace->extra > 0 && now_ms < pace->extra_until_ms;
}

int64_t pace_due_ms(const struct pace *pace, int64_t now_ms) {
    const int64_t turn_ms = pace->gone_ms[pace->oldest] + SECOND_MS;
    const int64_t due_ms = has_extra(pace, now_ms) && turn_ms > now_ms ? now_ms : turn_ms;
    return due_ms > pace->not_before_ms ? due_ms : pace->not_before_ms;
}

/* What is extra goes first, and is not remembered: else it would only be lent. */
bool pace_take(struct pace *pace, int64_t now_ms) {
    if (pace_due_ms(pace, now_ms) > now_ms)
        return false;
    if (has_extra(pace, now_ms)) {
        pace->extra--;
        return true;
    }
    pace->gone_ms[pace->oldest] = now_ms;
    pace->oldest = (pace->oldest + 1) % pace->most;
    return true;
}

void pace_hold(struct pace *pace, int64_t until_ms) {
    if (until_ms > pace->not_before_ms)
        pace->not_before_ms = until_ms;
}

void pace_begin(struct pace *pace, int64_t now_ms) {
    pace->extra = pace->most;
    pace->extra_until_ms = now_ms + SECOND_MS;
    pace->not_before_ms = INT64_MIN;
}

int64_t pace_until_reset_ms(int64_t reset_unix_s, int64_t server_unix_ms) {
    if (reset_unix_s <= server_unix_ms / 1000 || reset_unix_s > INT64_MAX / 1000)
        return A_MOMENT_MS;
    const int64_t wait_ms = reset_unix_s * 1000 - server_unix_ms;
    return wait_ms < LONGEST_MS ? wait_ms : LONGEST_MS;
}
