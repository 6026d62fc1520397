/* SPDX-License-Identifier: MIT */
/* Sockets that listen: opened by us, or inherited from whoever started us. */
#ifndef SERVER_LISTEN_SOCKET_H
#define SERVER_LISTEN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

/* Listen on an address; port 0: the system picks one. The descriptor; < 0: -errno, and `why` says
 * it to a person. */
int listen_socket_open(const char *host, int port, char *why, size_t why_size);

/* Take over one that listens already: it must be a TCP socket that does. As listen_socket_open().
 */
int listen_socket_take(int fd, char *why, size_t why_size);

/* Nobody but this machine can reach it. */
bool listen_socket_is_private(int fd);

/* What it listens on: the port, and "SCHEME://HOST:PORT" in `url`. */
int listen_socket_name(int fd, const char *scheme, char *url, size_t url_size);

#endif
