/* SPDX-License-Identifier: MIT */
/*
 * Signals as something to read. From init to fini they are blocked and wait on a descriptor, so
 * that each acts between two turns of the loop and never in the middle of anything.
 *
 * Except where a terminal that takes nothing more (a stalled line, a stopped window) could hold us
 * in write() for ever: between let_in and keep_out a signal that ends the program throws away what
 * waits to be shown, so that write() returns, and then waits on the descriptor like any other.
 */
#ifndef DASHBOARD_SIGNALS_H
#define DASHBOARD_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

enum { SIGNALS_ENDING = 4 };

/* Those that end a program: SIGINT, SIGTERM, SIGQUIT, and SIGHUP where whoever started us did not
 * say (as nohup does) that a hang-up is none of our concern. */
void signals_that_end(sigset_t *to);

struct signals {
    int fd; /* readable when one came; -1: not in use */
    sigset_t before, ending;
    struct sigaction actions_before[SIGNALS_ENDING];
};

/* The thread that draws, as all of these. 0; < 0: -errno, and nothing is changed. */
int signals_init(struct signals *signals);
/* All is as it was; what came meanwhile and was not read acts now. Safe where fd is -1. */
void signals_fini(struct signals *signals);

/* The next one that came, or 0. Never blocks. */
int signals_next(struct signals *signals);
/* One that came and is known already is not to be told. */
void signals_forget(int number);

/*
 * Stop, until somebody lets us go on. The whole job: as the terminal does it at ^Z, so that a
 * script that waits for us, and has the terminal with us, stops too. Else the shell behind it would
 * not know that its job has stopped, and nobody would have the terminal.
 */
void signals_stop(bool whole_job);

/* Safe where fd is -1. */
void signals_let_in(const struct signals *signals);
void signals_keep_out(const struct signals *signals);

#endif
