/* SPDX-License-Identifier: MIT */
/* Bytes as a file that lies nowhere, for readers that want a path. */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include "fuzz/target.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct file {
    int fd;
    char path[40];
};

static inline struct file file_of(const void *bytes, size_t len) {
    struct file file = {.fd = memfd_create("fuzz", MFD_CLOEXEC)};
    HOLDS(file.fd >= 0 && fchmod(file.fd, 0600) == 0);
    HOLDS(write(file.fd, bytes, len) == (ssize_t)len);
    snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.fd);
    return file;
}

static inline void file_end(struct file *file) {
    close(file->fd);
}

#endif
