/* SPDX-License-Identifier: MIT */
#include "server/supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_INHERITED = 3 };

int supervisor_tell(const char *state) {
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (path == NULL || path[0] == '\0')
        return 0;
    const size_t len = strlen(path);
    if ((path[0] != '/' && path[0] != '@') || len >= sizeof address.sun_path)
        return -EINVAL;
    memcpy(address.sun_path, path, len);
    if (path[0] == '@') /* a name that is no file */
        address.sun_path[0] = '\0';
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    const ssize_t sent = sendto(
        fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    const int fault = sent < 0 ? -errno : 0;
    close(fd);
    return fault;
}

/* A variable that is a whole number above 0; 0: it is not there, or no such thing. */
static long number_in(const char *name) {
    const char *text = getenv(name);
    char *end;
    if (text == NULL || text[0] < '0' || text[0] > '9')
        return 0;
    errno = 0;
    const long number = strtol(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

int supervisor_socket(char *why, size_t why_size) {
    if (number_in("LISTEN_PID") != (long)getpid())
        return 0;
    const long count = number_in("LISTEN_FDS");
    if (count == 1)
        return FIRST_INHERITED;
    if (count == 0)
        return 0;
    snprintf(why, why_size, "one socket to listen on can be handed over, not %ld", count);
    return -EINVAL;
}
