/* SPDX-License-Identifier: MIT */
/*
 * What I had begun to write in channels that are not here, by their cid: before they are known, as
 * an earlier run left it, or while they are gone. Pure.
 */
#ifndef DASHBOARD_MODEL_DRAFTS_H
#define DASHBOARD_MODEL_DRAFTS_H

#include "base/table.h"
#include "dashboard/model/channel.h"

struct drafts {
    struct table by_cid;
};

/* Until the channel comes; "": nothing was. 0, or -ENOMEM with what was kept as it was. */
int drafts_keep(struct drafts *drafts, const char *cid, const char *text);
/* A channel is here: what was begun is its draft, unless it has one. */
void drafts_meet(struct drafts *drafts, struct channel_shown *channel);
void drafts_fini(struct drafts *drafts);

#endif
