/* SPDX-License-Identifier: MIT */
/*
 * Time goes twenty times as fast for the program that this is loaded into (LD_PRELOAD), as libuv
 * and we ask for it: so that what must end after a minute is seen to end after three seconds. Only
 * clocks and the patience of epoll are changed; what sleeps otherwise sleeps as long as it says.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <time.h>

enum { TIMES = 20 };

typedef int clock_gettime_fn(clockid_t id, struct timespec *to);
typedef int epoll_wait_fn(int fd, struct epoll_event *events, int most, int timeout_ms);
typedef int epoll_pwait_fn(
    int fd, struct epoll_event *events, int most, int timeout_ms, const sigset_t *mask);

static int shorter(int timeout_ms) {
    return timeout_ms > 0 ? timeout_ms / TIMES + 1 : timeout_ms;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *to) {
    static _Thread_local clock_gettime_fn *real;
    static _Atomic int64_t began_s;
    if (real == NULL)
        real = (clock_gettime_fn *)dlsym(RTLD_NEXT, "clock_gettime");
    const int rc = real(id, to);
    if (rc != 0 || id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE ||
        id == CLOCK_PROCESS_CPUTIME_ID || id == CLOCK_THREAD_CPUTIME_ID)
        return rc;
    if (began_s == 0)
        began_s = to->tv_sec;
    const int64_t since_ns = ((int64_t)to->tv_sec - began_s) * 1000000000 + to->tv_nsec;
    const int64_t now_ns = since_ns * TIMES;
    to->tv_sec = (time_t)(began_s + now_ns / 1000000000);
    to->tv_nsec = (long)(now_ns % 1000000000);
    return 0;
}

__attribute__((visibility("default"))) int epoll_pwait(
    int fd, struct epoll_event *events, int most, int timeout_ms, const sigset_t *mask) {
    static _Thread_local epoll_pwait_fn *real;
    if (real == NULL)
        real = (epoll_pwait_fn *)dlsym(RTLD_NEXT, "epoll_pwait");
    return real(fd, events, most, shorter(timeout_ms), mask);
}

__attribute__((visibility("default"))) int epoll_wait(
    int fd, struct epoll_event *events, int most, int timeout_ms) {
    static _Thread_local epoll_wait_fn *real;
    if (real == NULL)
        real = (epoll_wait_fn *)dlsym(RTLD_NEXT, "epoll_wait");
    return real(fd, events, most, shorter(timeout_ms));
}
