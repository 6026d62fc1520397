/* SPDX-License-Identifier: MIT */
/*
 * The settings in force: the config file, and before it what the command line said. The file may be
 * read again while the server serves; it is whole and good before any of it is taken over.
 */
#ifndef SERVER_IN_FORCE_H
#define SERVER_IN_FORCE_H

#include "server/config.h"

struct in_force {
    struct config now;
    char *path;        /* owned; there need be no such file */
    bool has_file;     /* there was: to be gone is a fault then, and no return to the defaults */
    char *listen;      /* owned; HOST:PORT of the command line, or NULL */
    int64_t linger_ms; /* before the file's; < 0: the file's */
};

/* Read them. 0; < 0: -errno (-EINVAL: a setting is refused), and `why` says it to a person. What
 * was begun is ended by in_force_fini() whatever happens. */
int in_force_init(struct in_force *in_force, const char *path, const char *listen,
    int64_t linger_ms, char *why, size_t why_size);
void in_force_fini(struct in_force *in_force);

/* Read the file again into `read`, which is ended by config_fini() whatever happens. Results as
 * in_force_init(); nothing is in force yet. */
int in_force_read(const struct in_force *in_force, struct config *read, char *why, size_t why_size);

/* A setting of `read` that a restart alone can bring, by number from 0; NULL: no more. Those that
 * are as they were are passed over. */
const char *in_force_next_fixed(
    const struct in_force *in_force, const struct config *read, unsigned *number);

/* Take over from `read` what may change, but for the certificate, which its keeper must like first:
 * in_force_take_certificate(). */
void in_force_take(struct in_force *in_force, struct config *read);
void in_force_take_certificate(struct in_force *in_force, struct config *read);

#endif
