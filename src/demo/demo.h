/* SPDX-License-Identifier: MIT */
/*
 * The demo: a server on 127.0.0.1 with its data in a temporary folder, and a cast of people who
 * really connect to it. A private module that --demo alone opens, so that the dashboard links no
 * server and starts as fast without one. The module exports one symbol, porchlight_demo.
 */
#ifndef DEMO_DEMO_H
#define DEMO_DEMO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct demo;

/* How to log in as the person at the keyboard. Owned by the demo, until demo_stop(). */
struct demo_login {
    const char *url, *api_key, *user, *token;
};

/* From then on (Unix ms) somebody was at home, or away. Borrowed during the call. */
typedef void (*demo_turn_fn)(void *context, const char *user_id, int64_t at_ms, bool home);

struct demo_module {
    unsigned version; /* DEMO_MODULE_VERSION, or the module is another one's */
    /* Serve; the cast comes at once, and comes and goes as the seed has it; 0: one of its own. 0;
     * < 0: -errno, and `why` says it to a person. */
    int (*start)(
        struct demo **out, struct demo_login *login, uint64_t seed, char *why, size_t why_size);
    /* The cast says goodbye, the server stops, the folder goes. NULL is fine. Blocking. */
    void (*stop)(struct demo *demo);
    /* The week before a moment as somebody would have seen it who looked on, as the seed has it:
     * each person's turns, in order. Needs no demo that runs. */
    void (*past)(uint64_t seed, int64_t now_ms, demo_turn_fn tell, void *context);
};

enum { DEMO_MODULE_VERSION = 3 };
#define DEMO_MODULE_SYMBOL "porchlight_demo"

#endif
