/* SPDX-License-Identifier: MIT */
/*
 * What I had begun to write in channels that are not here, by their cid: before they are known, as
 * an earlier run left it, or while they are gone; and in replies that are not open. Pure.
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
/* The same of replies, by the id of what is replied to: while they are not open. */
int drafts_keep_reply(struct drafts *drafts, const char *id, const char *text);
void drafts_meet_reply(struct drafts *drafts, const char *id, struct chat *replies);
/* Of what is kept, one after the other from *at = 0: its cid, or its name as a reply; false: no
 * more. */
bool drafts_next(const struct drafts *drafts, size_t *at, const char **name, const char **text);
enum { DRAFT_NAME = 300 };
void drafts_reply_name(char to[DRAFT_NAME], const char *id);

void drafts_fini(struct drafts *drafts);

#endif
