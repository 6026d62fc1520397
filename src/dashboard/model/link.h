/* SPDX-License-Identifier: MIT */
/* The link to the server, and my own light, as the screen knows them. Pure. */
#ifndef DASHBOARD_MODEL_LINK_H
#define DASHBOARD_MODEL_LINK_H

#include <stdbool.h>
#include <stdint.h>

enum link_state { LINK_OFF, LINK_CONNECTING, LINK_LIVE, LINK_WAITING, LINK_REFUSED };

struct link_shown {
    enum link_state state;
    bool resyncing;
    int64_t stale_since_ms; /* 0: never was live */
    int64_t retry_at_ms;    /* 0: not waiting */
    int latency_ms;         /* -1: not known */
    char reason[160];       /* clean */
};

/* My own porch light, as the server acknowledged it; never a guess. */
enum light { LIGHT_UNKNOWN, LIGHT_ON, LIGHT_OFF };

#endif
