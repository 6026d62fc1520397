/* SPDX-License-Identifier: MIT */
/* `porchlight doctor`: what is wrong between here and the server, and what to do. */
#ifndef DASHBOARD_CLI_DOCTOR_H
#define DASHBOARD_CLI_DOCTOR_H

#include "dashboard/cli/account.h"

/* Prints a line a part. account: NULL: there is none, and `why_none` says why. The exit code, that
 * of the first part that is wrong. */
int command_doctor(
    const struct account *account, const char *why_none, const struct options *options);

#endif
