/* SPDX-License-Identifier: MIT */
#include "dashboard/files.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int file_read(const char *path, size_t most, struct bytes *to) {
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return -errno;
    int fault = 0;
    while (fault == 0) {
        char piece[4096];
        const ssize_t got = read(fd, piece, sizeof piece);
        if (got == 0)
            break;
        if (got < 0)
            fault = errno == EINTR ? 0 : -errno;
        else if (to->len + (size_t)got > most)
            fault = -EFBIG;
        else
            bytes_append(to, piece, (size_t)got);
        explicit_bzero(piece, sizeof piece);
    }
    close(fd);
    return fault == 0 && bytes_failed(to) ? -ENOMEM : fault;
}

static int write_all(int fd, const char *text, size_t len) {
    while (len > 0) {
        const ssize_t put = write(fd, text, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -errno;
        text += put;
        len -= (size_t)put;
    }
    return fsync(fd) == 0 ? 0 : -errno;
}

/* A rename is on the disk when its folder is. */
static void sync_folder_of(const char *path) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash - path) >= sizeof folder)
        return;
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

int file_write_secret(const char *path, const char *text, size_t len) {
    char real[PATH_MAX], fresh[PATH_MAX + 8];
    if (strlen(path) >= sizeof real)
        return -ENAMETOOLONG;
    if (realpath(path, real) == NULL)
        strcpy(real, path);
    strcat(strcpy(fresh, real), ".XXXXXX");
    const int fd = mkostemp(fresh, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int fault = write_all(fd, text, len);
    close(fd);
    if (fault == 0 && rename(fresh, real) != 0)
        fault = -errno;
    if (fault != 0)
        unlink(fresh);
    else
        sync_folder_of(real);
    return fault;
}

int folder_make_and_lock(const char *path, int *lock) {
    char folder[PATH_MAX];
    if (strlen(path) >= sizeof folder)
        return -ENAMETOOLONG;
    strcpy(folder, path);
    char *last = strrchr(folder, '/');
    if (last == NULL)
        return -EINVAL;
    *last = '\0';
    for (char *slash = strchr(folder + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL)
            *slash = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST)
            return -errno;
        if (slash == NULL)
            break;
        *slash = '/';
    }
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX) != 0) {
        close(fd);
        return -errno;
    }
    *lock = fd;
    return 0;
}
