/* SPDX-License-Identifier: MIT */
/* The demo, in a module that only --demo opens: the program itself links no server. */
#ifndef DASHBOARD_CLI_DEMO_H
#define DASHBOARD_CLI_DEMO_H

#include "base/bytes.h"
#include "demo/demo.h"

struct demo_host {
    void *handle;
    const struct demo_module *module;
    struct demo *demo;
    struct demo_login login; /* valid until demo_host_stop() */
};

/* Whether there is one to be opened. */
bool demo_host_is_there(void);

/* seed: how the people come and go; 0: as ever. 0; < 0: `why` says it. *to is for demo_host_stop()
 * in any case. */
int demo_host_start(struct demo_host *to, uint64_t seed, struct bytes *why);

/* What somebody would have seen who looked on all week, as a diary has it. *to may be short where
 * memory is. */
void demo_host_past(const struct demo_host *host, uint64_t seed, int64_t now_ms, struct bytes *to);

/* Everybody goes home and the folder goes. Blocking, a second or two. */
void demo_host_stop(struct demo_host *host);

#endif
