/* SPDX-License-Identifier: MIT */
/* `porchlight check-terminal`: what this terminal can do, and what to set for it. */
#ifndef DASHBOARD_TERM_CHECK_H
#define DASHBOARD_TERM_CHECK_H

/* The exit code; it was said why it is not 0. */
int check_terminal(void);

#endif
