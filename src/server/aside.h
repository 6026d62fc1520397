/* SPDX-License-Identifier: MIT */
/* The pages for whoever looks after the server: /healthz and /metrics. */
#ifndef SERVER_ASIDE_H
#define SERVER_ASIDE_H

#include "server/call.h"
#include "server/front.h"

struct aside {
    const struct world *world;
    const struct front *front;
    const struct call_house *calls;
    struct server_counts counts;
};

/* Answer a request that came to the listener aside. */
void aside_answer(
    const struct aside *aside, struct front_exchange *exchange, const struct http_request *request);

#endif
