/* SPDX-License-Identifier: MIT */
/* Single users by the server's word, without a connection. */
#ifndef DASHBOARD_CLI_USER_H
#define DASHBOARD_CLI_USER_H

#include "dashboard/cli/talk.h"

/* Ask for a user; *user is NULL where there is none, or none for me. flags: PL_PRESENCE to go on
 * listening. 0, or the exit code: then it was said why. */
int user_ask(struct talk *talk, const char *id, unsigned flags, pl_user **user);

#endif
