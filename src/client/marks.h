/* SPDX-License-Identifier: MIT */
/*
 * What members do in a channel beside writing: how far they have read, who types; and whom and
 * what we have muted. The caller's thread only.
 *
 * The own mark's unread_messages is counted on from what the server said last: a reply is a
 * picture that may already hold a message whose event comes behind it, so what is older than the
 * picture (counted_us) is not counted again.
 */
#ifndef CLIENT_MARKS_H
#define CLIENT_MARKS_H

#include "client/client.h"

/* The read[] of a ChannelState. With replace, marks that are not in it are gone. */
void marks_take(struct state *state, pl_channel *channel, const json *from,
    const struct state_moment *moment, bool replace);
/* One member's, as an event or a reply has it, flat: last_read, unread_messages ... */
void marks_take_one(
    pl_channel *channel, pl_user *user, const json *from, const struct state_moment *moment);
/* Everything is read. */
void marks_read_all(pl_client *client, const struct state_moment *moment);
/* All messages that could be unread are known now: they have been truncated or cleared. */
void marks_recount(pl_channel *channel);
/* GET /unread; with what it says of all channels together. */
void marks_take_counts(pl_client *client, const json *body, bool sums);
/* What an event or a reply says of all channels together. */
void marks_take_sums(pl_client *client, const json *body);

/* A message came that was not known before; one is deleted that was not before. */
void marks_count_message(pl_client *client, pl_channel *channel, const pl_message *message);
void marks_uncount_message(pl_client *client, pl_channel *channel, const pl_message *message);

void marks_forget(pl_channel *channel, const pl_user *user);
void marks_clear(pl_channel *channel);

void marks_typing(pl_channel *channel, pl_user *user, bool typing);
/* The link is lost. */
void marks_end_typing(pl_client *client);

/* `me` with mutes and channel_mutes. */
void marks_take_mutes(pl_client *client, const json *me, const struct state_moment *moment);

#endif
