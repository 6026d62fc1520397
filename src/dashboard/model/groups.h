/* SPDX-License-Identifier: MIT */
/*
 * Channels of one type are a group that can be folded into one row: that of its first channel,
 * where the cursor then stands for all of it. Conversations with people are a group of their own.
 * Where there are several groups, each that is not folded has a heading, on which no cursor stands.
 * Pure.
 */
#ifndef DASHBOARD_MODEL_GROUPS_H
#define DASHBOARD_MODEL_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

struct model;
struct channel_shown;

enum { GROUPS_FOLDED = 8, GROUP_BYTES = 65 };

struct groups {
    char folded[GROUPS_FOLDED][GROUP_BYTES]; /* "" : a free place */
};

/* What a row of the channels stands for. */
struct group_row {
    size_t channel;         /* as of model_channel() */
    bool heading;           /* it is the name over a group, and `channel` its first, */
    bool folded;            /* or it is a whole group, */
    char name[GROUP_BYTES]; /* of this name, */
    size_t channels, home, members;
    unsigned unread;
};

/* How many rows there are, everybody's among them; which one a channel is on; and what is on one.
 * False: there is no such row. */
size_t groups_rows(const struct model *model);
size_t groups_row_of(const struct model *model, size_t channel);
bool groups_at(const struct model *model, size_t row, struct group_row *to);

/* Fold the group of the channel at the cursor, or unfold it. False: there are too many, or the
 * cursor is on everybody. */
bool groups_toggle(struct model *model);
/* Whoever went to a channel inside a folded group wants to see it. */
void groups_settle(struct model *model);

/* Say of every channel when the first one of its group came (channel_shown). */
void groups_rank(struct model *model);

/* Whether unread lines of a channel name me: "@ana". */
bool channel_names_me(const struct model *model, const struct channel_shown *channel);

#endif
