/* SPDX-License-Identifier: MIT */
/*
 * A whole porchlightd: its loop, its store, its front. For the daemon's main and for the demo.
 *
 * server_create and server_run belong to one thread; server_stop may be called from any.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

struct server_options {
    const char *folder;      /* the data folder made by server_init_folder(); required */
    const char *config;      /* a configuration file; NULL: the folder's config.ini */
    const char *host;        /* NULL: from the config */
    int port;                /* -1: from the config; 0: the system picks one */
    struct log log;
    int64_t linger_ms;       /* < 0: from the config, whose default is 5,000 */
    bool listed;             /* note the URL in the folder, for operators (reach.h) */
};

/* 0; < 0: -errno and `why` (size bytes) says what, where and what to do. Listens, does not serve
 * yet. */
int server_create(struct server **out, const struct server_options *options, char *why,
    size_t why_size);
const char *server_url(const struct server *server); /* "http://127.0.0.1:8750" */

/* Serve until server_stop(). 0, or -errno. */
int server_run(struct server *server);
/* Close every socket with 1012, finish the store, leave server_run(). Any thread, also a signal
 * handler. */
void server_stop(struct server *server);
void server_destroy(struct server *server);

/* What `porchlightd init` does. api_key gets the new key, secret the new secret, both
 * NUL-terminated. 0; > 0: the folder is there and not empty; < 0: -errno. */
int server_init_folder(const char *folder, char api_key[33], char secret[65], char *why,
    size_t why_size);

#endif
