/* SPDX-License-Identifier: MIT */
/*
 * A disk that does what disks do, for a program that is started with this in LD_PRELOAD: it is
 * full, it fails, it is slow, it fails once at the n-th call. And it remembers what had really been
 * synced, so that the driver can cut the power: PORCHLIGHT_DISK names a folder with the file
 * `control`, which driver and program both map, and where the last synced content of each file is
 * kept under its name. Only files called *.db* are on this disk.
 */
#undef _FILE_OFFSET_BITS /* pwrite and pwrite64 are two names of two functions here */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* As crash.py has it. */
struct control {
    _Atomic int32_t write_errno; /* writes and growth fail so; 0: they do not */
    _Atomic int32_t sync_errno;
    _Atomic int32_t sync_ms;    /* how long a sync takes beside its own time */
    _Atomic int32_t fail_in;    /* this many calls from now one fails; 0: none will */
    _Atomic int32_t fail_errno; /* so */
    _Atomic int32_t calls;      /* that were made */
    _Atomic int32_t keep;       /* remember what is synced */
};

static struct control *control;
static const char *folder;

__attribute__((constructor)) static void begin(void) {
    char path[PATH_MAX];
    folder = getenv("PORCHLIGHT_DISK");
    if (folder == NULL || snprintf(path, sizeof path, "%s/control", folder) >= (int)sizeof path)
        return;
    const int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (at != MAP_FAILED)
        control = at;
}

/* The name of a file on this disk; NULL: it is none. What is kept is on another. */
static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    const bool kept = control != NULL && strncmp(path, folder, strlen(folder)) == 0;
    return control != NULL && !kept && strstr(name, ".db") != NULL ? name : NULL;
}

static const char *name_of_fd(int fd, char path[PATH_MAX]) {
    char link[40];
    if (control == NULL)
        return NULL;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t len = readlink(link, path, PATH_MAX - 1);
    if (len < 0)
        return NULL;
    path[len] = '\0';
    return name_of(path);
}

/* Whether this call fails, with errno set; `always` is what all calls of its kind fail with. */
static int fails(int always) {
    control->calls++;
    if (control->fail_in > 0 && --control->fail_in == 0)
        always = control->fail_errno;
    errno = always != 0 ? always : errno;
    return always != 0;
}

#define REAL(type, name, ...)                                                                      \
    static type (*real)(__VA_ARGS__);                                                              \
    if (real == NULL)                                                                              \
    real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static ssize_t real_pwrite(int fd, const void *from, size_t bytes, off_t at) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    return real(fd, from, bytes, at);
}

/* What is synced now is what a power cut leaves at least. */
static void keep(int fd, const char *name) {
    char path[PATH_MAX], part[PATH_MAX + 8];
    static _Thread_local char block[65536];
    if (!control->keep || snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return;
    snprintf(part, sizeof part, "%s.part", path);
    const int to = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t got = -1;
    off_t at = 0;
    while (to >= 0 && (got = pread(fd, block, sizeof block, at)) > 0 &&
           real_pwrite(to, block, (size_t)got, at) == got)
        at += got;
    if (to < 0 || got != 0 || close(to) != 0 || rename(part, path) != 0)
        abort(); /* a disk of tests that forgets is no test */
}

static int sync_with(int fd, int (*real)(int)) {
    char path[PATH_MAX];
    const char *name = name_of_fd(fd, path);
    if (name == NULL)
        return real(fd);
    const int ms = control->sync_ms;
    const struct timespec pause = {ms / 1000, (ms % 1000) * 1000000L};
    if (ms > 0)
        nanosleep(&pause, NULL);
    if (fails(control->sync_errno))
        return -1;
    keep(fd, name);
    return 0; /* the machine itself is not cut off: its own sync would only take time */
}

int fsync(int fd) {
    REAL(int, fsync, int);
    return sync_with(fd, real);
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    return sync_with(fd, real);
}

ssize_t pwrite(int fd, const void *from, size_t bytes, off_t at) {
    char path[PATH_MAX];
    if (name_of_fd(fd, path) != NULL && fails(control->write_errno))
        return -1;
    return real_pwrite(fd, from, bytes, at);
}

ssize_t pwrite64(int fd, const void *from, size_t bytes, off_t at) {
    return pwrite(fd, from, bytes, at);
}

ssize_t write(int fd, const void *from, size_t bytes) {
    char path[PATH_MAX];
    REAL(ssize_t, write, int, const void *, size_t);
    if (name_of_fd(fd, path) != NULL && fails(control->write_errno))
        return -1;
    return real(fd, from, bytes);
}

int ftruncate(int fd, off_t length) {
    char path[PATH_MAX];
    REAL(int, ftruncate, int, off_t);
    if (name_of_fd(fd, path) != NULL && fails(0))
        return -1;
    return real(fd, length);
}

int ftruncate64(int fd, off_t length) {
    return ftruncate(fd, length);
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    if (name_of(path) != NULL && fails(0))
        return -1;
    return real(path);
}

int open(const char *path, int flags, ...) {
    REAL(int, open, const char *, int, ...);
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (name_of(path) != NULL && fails(0))
        return -1;
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
    va_end(more);
    return open(path, flags, mode);
}
