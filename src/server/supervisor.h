/* SPDX-License-Identifier: MIT */
/*
 * Whoever started us and watches over us, as systemd's protocols have it (sd_notify(3),
 * sd_listen_fds(3)), without its library: both are an environment variable and a descriptor.
 */
#ifndef SERVER_SUPERVISOR_H
#define SERVER_SUPERVISOR_H

#include <stddef.h>

/* Tell it one or more lines, as "READY=1". 0, also where nobody asked to be told; < 0: -errno. */
int supervisor_tell(const char *state);

/* The one socket it has opened for us to listen on. > 0: the descriptor; 0: none; < 0: -errno, and
 * `why` says it to a person. */
int supervisor_socket(char *why, size_t why_size);

#endif
