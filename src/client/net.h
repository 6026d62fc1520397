/* SPDX-License-Identifier: MIT */
/*
 * The network thread: it owns every socket of the clients that share it, and nothing else touches
 * them. A client reaches it through its mailbox alone.
 */
#ifndef CLIENT_NET_H
#define CLIENT_NET_H

#include "client/mailbox.h"
#include <porchlight/client.h>

struct line_options {
    const struct heap *heap; /* what is made for the client; a copy is kept */
    bool tls;
    const char *host, *api_key, *ca_file; /* ca_file may be NULL */
    int port;
    const char *base; /* "http://host:port" */
    bool has_provider;
    uint64_t seed;
    size_t requests_a_second;
};

/* Any thread. name_servers: "127.0.0.1:5353,…" instead of the system's, or NULL. 0; PL_E_MEMORY,
 * PL_E_SYSTEM. Copies of both are kept. */
int network_create(const struct heap *heap, const char *name_servers, pl_network **out);

/* Any thread. One more pl_network_destroy() is needed to end it. */
void network_hold(pl_network *network);

/* Any thread. The network's end of a new mailbox is served from now on, until MAILBOX_END.
 * *mailbox is the caller's end. 0; PL_E_MEMORY, PL_E_SYSTEM. */
int network_join(pl_network *network, const struct line_options *options, struct mailbox **mailbox);

#endif
