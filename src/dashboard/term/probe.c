/* SPDX-License-Identifier: MIT */
/*
 * Signals wait meanwhile, so that none ends the program while the terminal shows no keys. What was
 * typed before is dropped: it would be taken for an answer.
 */
#include "dashboard/term/probe.h"

#include "base/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { AT_MOST_MS = 1000, MOST_BYTES = 4096 };

static int put_out(const struct bytes *questions) {
    for (size_t at = 0; at < questions->len;) {
        const ssize_t written = write(STDOUT_FILENO, questions->at + at, questions->len - at);
        if (written < 0 && errno != EINTR)
            return -errno;
        at += written > 0 ? (size_t)written : 0;
    }
    return 0;
}

static void listen(struct answers *to) {
    char bytes[MOST_BYTES];
    size_t len = 0;
    bool ended = false;
    const int64_t until_ms = clock_mono_ms() + AT_MOST_MS;
    while (!ended && len < sizeof bytes) {
        struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
        const int64_t left_ms = until_ms - clock_mono_ms();
        if (left_ms <= 0 || poll(&in, 1, (int)left_ms) <= 0)
            break;
        const ssize_t got = read(STDIN_FILENO, bytes + len, sizeof bytes - len);
        if (got <= 0)
            break;
        len += (size_t)got;
        /* Each time from the start: an answer may come in pieces. */
        struct answers seen = *to;
        answers_read(&seen, bytes, len, &ended);
        if (ended || len == sizeof bytes)
            *to = seen;
    }
    if (!ended)
        answers_read(to, bytes, len, &ended);
}

int probe_terminal(struct answers *to) {
    struct termios before, raw;
    struct bytes questions = BYTES_EMPTY;
    sigset_t all, mask;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return -errno;
    answers_ask(&questions, to->utf8);
    if (bytes_failed(&questions))
        return -ENOMEM;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &mask);
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
    const int fault = put_out(&questions);
    if (fault == 0)
        listen(to);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    bytes_fini(&questions);
    return fault;
}
