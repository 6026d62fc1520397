/* SPDX-License-Identifier: MIT */
/* The lists of the manual's pages, in roff, from the tables that the program itself reads. */
#ifndef DASHBOARD_CLI_MANUAL_H
#define DASHBOARD_CLI_MANUAL_H

/* Each to standard output: what may be said, what may be added, and what keys do; what may be
 * given keys; and what may be set, a section of the configuration a heading. */
void manual_put_commands(void);
void manual_put_options(void);
void manual_put_keys(void);
void manual_put_actions(void);
void manual_put_settings(void);

#endif
