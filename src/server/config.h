/* SPDX-License-Identifier: MIT */
/*
 * porchlightd's settings: one INI file, every key with a default and a range. The keeper of inih.
 * A setting that is not known, or not in its range, is refused with file, line and what is allowed:
 * a typing error never becomes a silent default.
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "base/log.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config {
    char *host;         /* owned; "127.0.0.1" */
    int port;           /* 8750; 0: the system picks one */
    char *metrics_host; /* owned, or NULL: /metrics and /healthz are not served */
    int metrics_port;
    char *tls_cert; /* owned, or NULL; both or neither */
    char *tls_key;
    char *data; /* owned, or NULL: the data folder; a relative one is relative to the file */
    int64_t linger_ms;
    int max_connections;             /* 0: from the limit of descriptors */
    int max_connections_per_user;    /* LIMIT_CONNECTIONS_PER_USER */
    int max_connections_per_address; /* 0: no limit */
    int rate_calls;                  /* a minute, a user and endpoint; 0: no limit */
    int listen_channel;              /* LIMIT_LISTEN_CHANNEL: users a channel a call */
    int listen_users;                /* LIMIT_LISTEN_USERS: users a call that queries users */
    bool dev_tokens_anywhere;        /* else only where this machine alone is listened to */
    char *allowed_origins;           /* owned, or NULL: any; origins parted by blanks */
    enum log_level log_level;
};

/* The defaults. 0, or -ENOMEM. */
int config_init(struct config *config);
void config_fini(struct config *config);

/* Set what the file says, on top of what is there. 0; > 0: a setting is refused; < 0: -errno. `why`
 * says it to a person: "FILE:LINE: …". The config stays valid for config_fini() whatever happens.
 */
int config_load(struct config *config, const char *path, char *why, size_t why_size);

/* "HOST:PORT", "[V6]:PORT", ":PORT" (the host stays as it is). False: not one; nothing changed. */
bool config_set_listen(struct config *config, const char *text);

/* The file that `init` writes: every setting, commented out, with its default and what is allowed.
 */
extern const char config_sample[];

/* The app's key and secret, as the folder keeps them. */
struct app {
    char api_key[33];
    char secret[257]; /* TOKEN_SECRET_MIN bytes at least */
};

/* Read an app file. Results as config_load(). */
int config_load_app(struct app *app, const char *path, char *why, size_t why_size);
void app_fini(struct app *app); /* wipes */

#endif
