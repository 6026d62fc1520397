/* SPDX-License-Identifier: MIT */
/*
 * The handler needs no memory of its own: it adds its signal to the mask that is restored when it
 * returns and raises it again, so that it stays pending, which is what the descriptor reads.
 */
#include "dashboard/signals.h"

#include <errno.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <ucontext.h>
#include <unistd.h>

static const int ending[SIGNALS_ENDING] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int others[] = {SIGWINCH, SIGTSTP, SIGCONT};

void signals_that_end(sigset_t *to) {
    struct sigaction hang_up = {0};
    sigemptyset(to);
    for (size_t i = 0; i < SIGNALS_ENDING; i++)
        sigaddset(to, ending[i]);
    if (sigaction(SIGHUP, NULL, &hang_up) == 0 && hang_up.sa_handler == SIG_IGN)
        sigdelset(to, SIGHUP);
}

static void on_ending(int number, siginfo_t *info, void *context) {
    ucontext_t *back_to = context;
    const int before = errno;
    (void)info;
    tcflush(STDOUT_FILENO, TCOFLUSH);
    sigaddset(&back_to->uc_sigmask, number);
    raise(number);
    errno = before;
}

int signals_init(struct signals *signals) {
    struct sigaction action = {.sa_sigaction = on_ending, .sa_flags = SA_SIGINFO};
    signals_that_end(&signals->ending);
    action.sa_mask = signals->ending;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        sigaddset(&action.sa_mask, others[i]);
    signals->fd = signalfd(-1, &action.sa_mask, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals->fd < 0)
        return -errno;
    sigprocmask(SIG_BLOCK, &action.sa_mask, &signals->before);
    for (size_t i = 0; i < SIGNALS_ENDING; i++)
        if (sigismember(&signals->ending, ending[i]))
            sigaction(ending[i], &action, &signals->actions_before[i]);
    return 0;
}

void signals_fini(struct signals *signals) {
    if (signals->fd < 0)
        return;
    close(signals->fd);
    signals->fd = -1;
    for (size_t i = 0; i < SIGNALS_ENDING; i++)
        if (sigismember(&signals->ending, ending[i]))
            sigaction(ending[i], &signals->actions_before[i], NULL);
    sigprocmask(SIG_SETMASK, &signals->before, NULL);
}

int signals_next(struct signals *signals) {
    struct signalfd_siginfo got;
    return read(signals->fd, &got, sizeof got) == sizeof got ? (int)got.ssi_signo : 0;
}

void signals_forget(int number) {
    const struct timespec at_once = {0};
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigtimedwait(&set, NULL, &at_once);
}

/* By the same signal as all the others, so that no SIGCONT comes between. It does nothing where
 * nobody could let us go on, but is asked for: then no SIGCONT is there after it. */
static bool stop_job(void) {
    sigset_t stop, pending;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigprocmask(SIG_UNBLOCK, &stop, NULL);
    kill(0, SIGTSTP);
    sigprocmask(SIG_BLOCK, &stop, NULL);
    return sigpending(&pending) == 0 && sigismember(&pending, SIGCONT) == 1;
}

void signals_stop(bool whole_job) {
    if (!whole_job || tcgetpgrp(STDIN_FILENO) != getpgrp() || !stop_job())
        raise(SIGSTOP);
    signals_forget(SIGCONT); /* it has been acted on */
}

void signals_let_in(const struct signals *signals) {
    if (signals->fd >= 0)
        sigprocmask(SIG_UNBLOCK, &signals->ending, NULL);
}

void signals_keep_out(const struct signals *signals) {
    if (signals->fd >= 0)
        sigprocmask(SIG_BLOCK, &signals->ending, NULL);
}
