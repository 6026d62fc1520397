/* SPDX-License-Identifier: MIT */
/*
 * A relay between a client and a real server, on a thread of its own: it sees each request that
 * goes by, answers in the server's place if the test says so, and cuts all connections when told.
 */
#ifndef SUPPORT_RELAY_H
#define SUPPORT_RELAY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RELAY_LINKS = 64 };

/* A request has come; `head` begins with "GET /users?…". NULL: it goes on to the server; else the
 * answer, with a static lifetime or until the next call. On the relay's thread. */
typedef const char *relay_fn(const char *head, void *context);

struct relay {
    char url[64];
    int listen_fd, to_port;
    relay_fn *fn;
    void *context;
    struct relay_link {
        int client, server; /* -1: none */
        _Atomic bool is_line; /* a WebSocket */
    } links[RELAY_LINKS];
    pthread_t thread;
    _Atomic bool cut, barred, end;
};

void relay_start(struct relay *relay, const char *server_url, relay_fn *fn, void *context);
/* Every connection there is ends at once; the next ones are relayed again. */
void relay_cut(struct relay *relay);
/* The same, and who comes is turned away until it is opened. */
void relay_bar(struct relay *relay);
void relay_open(struct relay *relay);
/* Bytes to whoever has a WebSocket through here, as if the server had said them: whole frames. */
void relay_say(struct relay *relay, const char *bytes, size_t len);
void relay_end(struct relay *relay);

#endif
