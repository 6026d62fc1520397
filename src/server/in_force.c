/* SPDX-License-Identifier: MIT */
#include "server/in_force.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int in_force_read(
    const struct in_force *in_force, struct config *read, char *why, size_t why_size) {
    snprintf(why, why_size, "out of memory");
    int rc = config_init(read);
    if (rc == 0 && (in_force->has_file || access(in_force->path, F_OK) == 0))
        rc = config_load(read, in_force->path, why, why_size);
    if (rc == 0 && in_force->listen != NULL && !config_set_listen(read, in_force->listen)) {
        snprintf(why, why_size, "listen takes HOST:PORT, not %.100s", in_force->listen);
        rc = 1;
    }
    if (rc == 0 && in_force->linger_ms >= 0)
        read->linger_ms = in_force->linger_ms;
    return rc > 0 ? -EINVAL : rc;
}

int in_force_init(struct in_force *in_force, const char *path, const char *listen,
    int64_t linger_ms, char *why, size_t why_size) {
    *in_force = (struct in_force){.path = strdup(path),
        .listen = listen != NULL ? strdup(listen) : NULL,
        .has_file = access(path, F_OK) == 0,
        .linger_ms = linger_ms};
    if (in_force->path == NULL || (listen != NULL && in_force->listen == NULL)) {
        snprintf(why, why_size, "out of memory");
        return -ENOMEM;
    }
    return in_force_read(in_force, &in_force->now, why, why_size);
}

void in_force_fini(struct in_force *in_force) {
    config_fini(&in_force->now);
    free(in_force->path);
    free(in_force->listen);
    *in_force = (struct in_force){0};
}

/* ---- what is fixed, and what is not ---- */

static bool differs(const char *a, const char *b) {
    return (a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0);
}

const char *in_force_next_fixed(
    const struct in_force *in_force, const struct config *read, unsigned *number) {
    const struct config *now = &in_force->now;
    const struct {
        const char *name;
        bool differs;
    } fixed[] = {
        {"listen", differs(read->host, now->host) || read->port != now->port},
        {"metrics_listen", differs(read->metrics_host, now->metrics_host) ||
                               read->metrics_port != now->metrics_port},
        {"data", differs(read->data, now->data)},
        {"tls_cert", (read->tls_cert == NULL) != (now->tls_cert == NULL)},
    };
    while (*number < sizeof fixed / sizeof fixed[0]) {
        const unsigned i = (*number)++;
        if (fixed[i].differs)
            return fixed[i].name;
    }
    return NULL;
}

static void swap(char **a, char **b) {
    char *kept = *a;
    *a = *b;
    *b = kept;
}

void in_force_take(struct in_force *in_force, struct config *read) {
    struct config *now = &in_force->now;
    in_force->has_file = access(in_force->path, F_OK) == 0;
    now->log_level = read->log_level;
    now->linger_ms = read->linger_ms;
    now->listen_channel = read->listen_channel;
    now->listen_users = read->listen_users;
    now->rate_calls = read->rate_calls;
    now->max_connections = read->max_connections;
    now->max_connections_per_user = read->max_connections_per_user;
    now->max_connections_per_address = read->max_connections_per_address;
    now->dev_tokens_anywhere = read->dev_tokens_anywhere;
    swap(&now->allowed_origins, &read->allowed_origins);
}

void in_force_take_certificate(struct in_force *in_force, struct config *read) {
    swap(&in_force->now.tls_cert, &read->tls_cert);
    swap(&in_force->now.tls_key, &read->tls_key);
}
