/* SPDX-License-Identifier: MIT */
/*
 * What is known, in sentences that a screen reader can read: a line each, no signs, no columns.
 * Pure. In ASCII a name that cannot be written is the person's id, and other signs are "?".
 */
#ifndef DASHBOARD_PLAIN_SENTENCE_H
#define DASHBOARD_PLAIN_SENTENCE_H

#include "dashboard/model/model.h"

/* "10:42 Dana Reyes came online in #support, away for 3h 12m." */
void sentence_event(struct bytes *to, const struct model *model, const struct event_line *event);

/* "10:43 Dana Reyes in #support: hello" */
void sentence_said(struct bytes *to, const struct model *model, const struct channel_shown *channel,
    const struct person *author, const char *text, int64_t at_ms);

/* "10:45 The link is lost: …" */
void sentence_link(struct bytes *to, const struct model *model, int64_t now_ms);
/* "10:46 You are invisible: others see you as offline." */
void sentence_light(struct bytes *to, const struct model *model, int64_t now_ms);

/* "The link is live …", how others get me, and what is planned: a sentence each. */
void sentence_me(struct bytes *to, const struct model *model);
/* "You are told the next time Dana Reyes comes or goes." */
void sentence_watch(struct bytes *to, const struct model *model, const char *name, enum watch how);

/* "#support: 5 of 12 online, 1 just left, 31 unknown" */
void sentence_counts(
    struct bytes *to, const struct model *model, const struct channel_shown *channel);
/* The counts, then a sentence for everybody in the channel. */
void sentence_who(struct bytes *to, const struct model *model, const struct channel_shown *channel,
    int64_t now_ms);

/* "10:42 " and a text, made a line. */
void sentence_note(struct bytes *to, const struct model *model, const char *text, int64_t now_ms);

#endif
