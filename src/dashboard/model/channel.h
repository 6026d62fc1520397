/* SPDX-License-Identifier: MIT */
/* A channel of mine, or everybody, as the screen knows it. Pure. */
#ifndef DASHBOARD_MODEL_CHANNEL_H
#define DASHBOARD_MODEL_CHANNEL_H

#include "base/table.h"
#include "dashboard/model/audience.h"
#include "dashboard/model/chat.h"
#include "dashboard/model/roster.h"

struct channel_shown {
    char *cid, *name; /* name is clean; cid "" is everybody */
    struct roster members;
    size_t total; /* as the server counts */
    struct chat chat;
    struct chat replies; /* to one of its messages */
    bool draft_kept;     /* what I write here is remembered (remember.h) */
    char *replies_to;    /* its id; NULL: the conversation itself is read */
    struct table roles;  /* of members who are more than that: clean text, by id */
    struct audience audience;
    unsigned unread;         /* not seen by me */
    int64_t flash_until_ms;  /* its row flashes */
    bool is_direct;          /* named after whom it is with */
    struct person *selected; /* the cursor is bound to the person, not to the row */
    size_t came;             /* how many came before it */
    size_t group_came;       /* how many before the first of its group (groups.h) */
    size_t selected_row;     /* where it was: there the next one is selected, if they go */
    size_t top;              /* the first row shown */
};

/* What a channel's name is written with: "#", "@" before somebody's name, "" for everybody. */
static inline const char *channel_sign(const struct channel_shown *channel) {
    return channel->cid[0] == '\0' ? "" : channel->is_direct ? "@" : "#";
}

/* What somebody is here: "owner", "moderator", …; "": a member like others, or none. */
const char *channel_role(const struct channel_shown *channel, const struct person *person);
/* 0, or -ENOMEM with all as it was. */
int channel_set_role(struct channel_shown *channel, const struct person *person, const char *role);

void channel_fini(struct channel_shown *channel);

#endif
