/* SPDX-License-Identifier: MIT */
/* Asking the terminal about itself. One thread; the terminal is as it was when it returns. */
#ifndef DASHBOARD_TERM_PROBE_H
#define DASHBOARD_TERM_PROBE_H

#include "dashboard/term/answers.h"

/* Both ends of the terminal are standard input and output. Waits a second at most, for a terminal
 * that answers nothing. 0; -errno. */
int probe_terminal(struct answers *to);

#endif
