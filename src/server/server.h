/* SPDX-License-Identifier: MIT */
/*
 * A whole porchlightd: its loop, its store, its front. For the daemon's main and for the demo.
 *
 * server_create and server_run belong to one thread; server_stop and server_reload may be called
 * from any.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct server;

/* What whoever watches over the server wants to know. */
enum server_state { SERVER_READY, SERVER_RELOADING, SERVER_STOPPING };

struct server_options {
    const char *folder; /* the data folder made by server_init_folder(); required */
    const char *config; /* a configuration file; NULL: the folder's config.ini */
    const char *listen; /* HOST:PORT, before the config's; NULL: as the config has it */
    int inherited_fd;   /* a socket that listens already, before both; 0: none */
    struct log log;     /* its level is the config's, once that is read */
    int64_t linger_ms;  /* < 0: from the config, whose default is 5,000 */
    bool listed;        /* for operators: note the URL in the folder (reach.h), listen aside */
    void (*tell)(void *context, enum server_state state); /* on the loop's thread; NULL: nobody */
    void *context;
};

/* 0; < 0: -errno and `why` (size bytes) says what, where and what to do. Listens, does not serve
 * yet. */
int server_create(
    struct server **out, const struct server_options *options, char *why, size_t why_size);
const char *server_url(const struct server *server); /* "http://127.0.0.1:8750" */

/* Serve until server_stop(). 0, or -errno. */
int server_run(struct server *server);
/* Read the config again; what can change while serving is applied to all who come from then on,
 * what cannot is logged, and a config that is refused changes nothing. Any thread, also a signal
 * handler.
 */
void server_reload(struct server *server);
/* Close every socket with 1012, finish the store, leave server_run(). Any thread, also a signal
 * handler. */
void server_stop(struct server *server);
void server_destroy(struct server *server);

/* What `porchlightd init` does. api_key gets the new key, secret the new secret, both
 * NUL-terminated. 0; > 0: the folder is there and not empty; < 0: -errno. */
int server_init_folder(
    const char *folder, char api_key[33], char secret[65], char *why, size_t why_size);

#endif
