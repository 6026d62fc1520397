/* SPDX-License-Identifier: MIT */
/* Being told of every member of some channels, once the light is on. */
#ifndef DASHBOARD_CLI_LISTEN_H
#define DASHBOARD_CLI_LISTEN_H

#include "dashboard/cli/resolve.h"

/* 0, or the exit code: then it was said why. */
int watch_channels(struct talk *talk, const struct channels *channels);

/* From now on also those that I am added to. False: out of memory. */
bool watch_added_channels(struct talk *talk);

#endif
