/* SPDX-License-Identifier: MIT */
#include "support/failing.h"

#include <cjson/cJSON.h>
#include <stdatomic.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#define SHOW_STACK() __sanitizer_print_stack_trace()
#else
#define SHOW_STACK() (void)0
#endif

static struct {
    _Atomic bool counting, exempting, failed;
    _Atomic int side;
    _Atomic unsigned long nth, counts[FAILING_SIDES];
    _Atomic long live;
} now;

static _Thread_local bool is_caller, is_paused, is_exempt;

/* Whether this one fails. */
static bool fails(void) {
    if (!is_caller && atomic_load(&now.exempting))
        is_exempt = true;
    if (is_exempt || is_paused || !atomic_load(&now.counting))
        return false;
    const int side = is_caller ? FAILING_CALLER : FAILING_NETWORK;
    const unsigned long number = atomic_fetch_add(&now.counts[side], 1) + 1;
    if (side != atomic_load(&now.side) || number != atomic_load(&now.nth))
        return false;
    atomic_store(&now.failed, true);
    if (getenv("FAILING_SHOWS") != NULL)
        SHOW_STACK();
    return true;
}

void *failing_resize(void *context, void *at, size_t bytes) {
    (void)context;
    if (bytes == 0) {
        atomic_fetch_sub(&now.live, at != NULL);
        free(at);
        return NULL;
    }
    if (fails())
        return NULL;
    void *memory = realloc(at, bytes);
    atomic_fetch_add(&now.live, at == NULL && memory != NULL);
    return memory;
}

static void *make(size_t bytes) {
    return failing_resize(NULL, NULL, bytes != 0 ? bytes : 1);
}

static void let_go(void *at) {
    failing_resize(NULL, at, 0);
}

void failing_init(void) {
    cJSON_Hooks hooks = {.malloc_fn = make, .free_fn = let_go};
    cJSON_InitHooks(&hooks);
}

void failing_exempt_others(bool on) {
    is_caller = true;
    atomic_store(&now.exempting, on);
}

void failing_begin(enum failing_side side, unsigned long nth) {
    is_caller = true;
    is_paused = false;
    for (int i = 0; i < FAILING_SIDES; i++)
        atomic_store(&now.counts[i], 0);
    atomic_store(&now.side, side);
    atomic_store(&now.nth, nth);
    atomic_store(&now.failed, false);
    atomic_store(&now.counting, true);
}

void failing_pause(bool paused) {
    is_paused = paused;
}

bool failing_end(void) {
    atomic_store(&now.counting, false);
    return atomic_load(&now.failed);
}

bool failing_has_failed(void) {
    return atomic_load(&now.failed);
}

unsigned long failing_count(enum failing_side side) {
    return atomic_load(&now.counts[side]);
}

long failing_live(void) {
    return atomic_load(&now.live);
}
