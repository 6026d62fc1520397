/* SPDX-License-Identifier: MIT */
/* The commands, one file each. Each returns its exit code and has said why it is not 0. */
#ifndef DASHBOARD_CLI_COMMANDS_H
#define DASHBOARD_CLI_COMMANDS_H

#include "dashboard/cli/options.h"
#include "dashboard/cli/talk.h"

typedef int command_fn(struct talk *talk, const struct options *options);

command_fn command_channel, command_who, command_watch, command_invisible, command_status,
    command_is, command_wait, command_statusline;

/* Has no talk yet: it finds out whether there can be one, and writes that down. */
int command_login(const struct library *library, const struct options *options);

/* Have none at all. */
int command_complete(const struct options *options);
int command_config(const struct options *options);
int command_dump_keys(void);

#endif
