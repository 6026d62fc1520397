/* SPDX-License-Identifier: MIT */
/*
 * The least that speaks to a porchlightd: a blocking socket, a WebSocket's handshake, frames that
 * nobody parses. So that a benchmark knows when the bytes of a change left, and what a client could
 * not beat.
 */
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include "support/daemon.h"

struct raw {
    int fd;
    char connection_id[80];
};

/* Connect as this user and read the greeting. Fails the case when it cannot. */
void raw_come(struct raw *raw, int port, const char *api_key, const char *user, const char *token);
/* Say goodbye: when that was, in µs of the monotonic clock, just before the bytes left. */
int64_t raw_go(struct raw *raw);
/* Wait until the server has closed, and close. */
void raw_end(struct raw *raw);

/* Watch "messaging:ID" with presence on this connection. */
void raw_watch(
    const struct raw *raw, int port, const char *api_key, const char *token, const char *id);

/* One text frame, unmasked, as a server sends it: how long it is. `to` has room for 4 bytes more
 * than the text, which is 126 to 65,535 bytes. */
size_t raw_frame(char *to, const char *text, size_t len);

#endif
