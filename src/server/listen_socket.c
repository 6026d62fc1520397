/* SPDX-License-Identifier: MIT */
#include "server/listen_socket.h"
#include "server/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096 };

static int open_at(const struct addrinfo *at) {
    const int on = 1;
    const int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (fd < 0)
        return -errno;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    const int fault = -errno;
    close(fd);
    return fault;
}

int listen_socket_open(const char *host, int port, char *why, size_t why_size) {
    char service[16];
    struct addrinfo *found = NULL;
    const struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV};
    snprintf(service, sizeof service, "%d", port);
    if (getaddrinfo(host, service, &hints, &found) != 0) {
        snprintf(why, why_size, "%s is not an address to listen on", host);
        return -EINVAL;
    }
    const int fd = open_at(found);
    freeaddrinfo(found);
    if (fd < 0)
        snprintf(why, why_size, "cannot listen on %s:%s: %s", host, service, strerror(-fd));
    return fd;
}

static int option_of(int fd, int option) {
    int value = -1;
    socklen_t len = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 ? value : -1;
}

int listen_socket_take(int fd, char *why, size_t why_size) {
    const int family = option_of(fd, SO_DOMAIN);
    if (option_of(fd, SO_TYPE) != SOCK_STREAM || option_of(fd, SO_ACCEPTCONN) != 1 ||
        (family != AF_INET && family != AF_INET6)) {
        snprintf(why, why_size, "descriptor %d is no TCP socket that listens", fd);
        return -ENOTSOCK;
    }
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        const int fault = -errno;
        snprintf(why, why_size, "descriptor %d cannot be used: %s", fd, strerror(-fault));
        return fault;
    }
    return fd;
}

static int read_name(int fd, char host[INET6_ADDRSTRLEN]) {
    struct sockaddr_storage address = {0};
    socklen_t len = sizeof address;
    strcpy(host, "?");
    if (getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return 0;
    const bool six = address.ss_family == AF_INET6;
    const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;
    inet_ntop(address.ss_family, six ? (const void *)&in6->sin6_addr : &in->sin_addr, host,
        INET6_ADDRSTRLEN);
    return ntohs(six ? in6->sin6_port : in->sin_port);
}

bool listen_socket_is_private(int fd) {
    char host[INET6_ADDRSTRLEN];
    read_name(fd, host);
    return address_is_loopback(host);
}

int listen_socket_name(int fd, const char *scheme, char *url, size_t url_size) {
    char host[INET6_ADDRSTRLEN];
    const int port = read_name(fd, host);
    snprintf(url, url_size, strchr(host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", scheme, host,
        port);
    return port;
}
