/* SPDX-License-Identifier: MIT */
/*
 * A name server on loopback, on a thread of its own, that a test can have go silent. It answers by
 * the first letters of the name:
 *
 *     home…     127.0.0.1 and nothing of IPv6
 *     both…     ::1 and 127.0.0.1
 *     four…     127.0.0.1; a question for IPv6 is not answered
 *     nobody…   there is no such name
 *     refused…  it does not want to
 *     the rest  is not answered
 */
#ifndef SUPPORT_NAME_SERVER_H
#define SUPPORT_NAME_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct name_server {
    char at[32]; /* "127.0.0.1:PORT" */
    int fd;
    pthread_t thread;
    _Atomic bool stop;
    _Atomic bool silent;
    _Atomic unsigned asked;
};

void name_server_start(struct name_server *server);
void name_server_stop(struct name_server *server);

#endif
