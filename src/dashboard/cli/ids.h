/* SPDX-License-Identifier: MIT */
/* The forms that ids have, to tell a slip of the hand without asking a server. Pure. */
#ifndef DASHBOARD_CLI_IDS_H
#define DASHBOARD_CLI_IDS_H

#include <stdbool.h>

/* TYPE:ID. */
bool is_cid(const char *text);

bool is_user_id(const char *text);

#endif
