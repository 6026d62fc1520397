/* SPDX-License-Identifier: MIT */
#include "dashboard/beside.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int beside_program(const char *relative, char path[PATH_MAX]) {
    char program[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    if (len <= 0)
        return -errno;
    program[len] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL)
        return -ENOENT;
    *slash = '\0';
    const int wrote = snprintf(path, PATH_MAX, "%s/%s", program, relative);
    return wrote > 0 && wrote < PATH_MAX && access(path, R_OK) == 0 ? 0 : -ENOENT;
}
