/* SPDX-License-Identifier: MIT */
/* Which channels the CHANNEL arguments mean. Reading: nothing is ever created. */
#ifndef DASHBOARD_CLI_RESOLVE_H
#define DASHBOARD_CLI_RESOLVE_H

#include "dashboard/cli/talk.h"

struct channels {
    pl_channel **at; /* the array is owned, the channels are the client's */
    size_t count;
};

/*
 * Each word is a cid, or an id or name unique among my channels; no words: all channels I am a
 * member of. Each channel once, with its first 100 members. 0, or the exit code: then it was said
 * why. *to is for channels_fini() in any case.
 */
int resolve_channels(struct talk *talk, char *const *words, size_t count, struct channels *to);

void channels_fini(struct channels *channels);

#endif
