/* SPDX-License-Identifier: MIT */
/*
 * A server that does nothing but say presence events, as fast as it is told: so that a benchmark
 * measures who listens, and not who speaks. A child process on a core of its own.
 */
#ifndef BENCH_LOUD_SERVER_H
#define BENCH_LOUD_SERVER_H

#include <stddef.h>
#include <sys/types.h>

enum { LOUD_FRAME = 512, LOUD_USERS = 2000 };

struct loud_server {
    pid_t pid;
    int say_fd; /* words to the child */
    int port;
    char url[64];
};

/* One presence event of one of many users, as JSON; how long. `turn` makes them come and go. */
size_t loud_event(char to[LOUD_FRAME], size_t user, size_t turn);

void loud_server_start(struct loud_server *server);
/* Say so many events of users from `first` on, `users` of them (at most LOUD_USERS) in turn. per_s
 * 0: at once. */
void loud_server_say(
    struct loud_server *server, size_t events, size_t first, size_t users, size_t per_s);
void loud_server_end(struct loud_server *server);

#endif
