/* SPDX-License-Identifier: MIT */
/*
 * A channel: its people in order, its last messages, where the cursor stands in it. "ALL CHANNELS"
 * is one too: everyone once. Owned by the model; a member lives until it is removed, a message
 * until newer ones push it out.
 */
#ifndef DASHBOARD_MODEL_CHANNEL_H
#define DASHBOARD_MODEL_CHANNEL_H

#include "dashboard/model/person.h"
#include "dashboard/model/roster.h"
#include "base/table.h"

/* How many messages a channel keeps. */
enum { CHANNEL_MESSAGES = 20 };

enum sort { SORT_STATE, SORT_NAME, SORT_LAST, SORT_COUNT };

struct member {
    struct roster_item item; /* first */
    struct person *person;
    struct channel *channel;
    struct member *next_of_person;
    char *role;             /* in the channel; NULL: an ordinary one */
    enum presence presence; /* as it stands in the order */
    int64_t order_ms;       /* as well: last sign of life, for SORT_LAST */
    bool watching;
    uint32_t round; /* of the last replacement that named it */
};

struct message {
    char *id, *text; /* one line, harmless */
    struct person *author;
    int64_t at_ms;
    bool deleted;
};

struct channel {
    char *cid, *name; /* "" and "ALL CHANNELS" */
    bool is_all;
    struct roster members;
    struct table by_id; /* user id to member */
    size_t counts[PRESENCE_COUNT];
    size_t total; /* what the server says; may be more than are known */
    uint32_t round;

    struct message messages[CHANNEL_MESSAGES]; /* oldest first */
    size_t message_count;
    size_t unread;

    /* The cursor is bound to a person. Their row on the screen is kept while others move around
     * them, except that a list which shows its beginning goes on showing it. */
    struct member *selected; /* NULL: nobody yet, the first */
    size_t row;
    bool from_start;
};

/* At home in it, and how many it has. */
size_t channel_home(const struct channel *channel);
size_t channel_total(const struct channel *channel);

/* The rows of the list, and the i-th of them; NULL past the end. */
size_t channel_rows(const struct channel *channel, bool hide_offline);
struct member *channel_row(const struct channel *channel, size_t i, bool hide_offline);

/* Where the cursor is, and the first row on a screen of so many rows. */
size_t channel_cursor(const struct channel *channel, bool hide_offline);
size_t channel_top(const struct channel *channel, size_t height, bool hide_offline);

/* Bind the cursor to the i-th row (or the last), on a screen of so many rows. */
void channel_select(struct channel *channel, size_t i, size_t height, bool hide_offline);

#endif
