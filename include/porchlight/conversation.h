/* SPDX-License-Identifier: MIT */
/*
 * What goes on in a channel beside its messages: read marks, typing, events of your own; and what
 * can be done with the channel itself.
 *
 * Every call returns at once: 0, PL_E_ARGUMENT, PL_E_STATE (no user), PL_E_FULL or PL_E_MEMORY;
 * when 0, `done` (which may be NULL) runs exactly once (see status.h). "Repeated" says of a call
 * that it is sent again when its answer was lost; the others end with PL_OFFLINE or PL_TIMED_OUT
 * then, and were perhaps done. Caller's thread only; since 0.1.0 throughout.
 */
#ifndef PORCHLIGHT_CONVERSATION_H
#define PORCHLIGHT_CONVERSATION_H

#include <porchlight/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How far one member has read. Owned by the channel, valid until the next dispatch. */
struct pl_read {
    pl_user *user;                    /**< who has read */
    int64_t last_read_unix_ms;        /**< 0: nothing */
    const char *last_read_message_id; /**< or "" */
    int unread_messages; /**< at most 300. Oneself: as of now. Others: when last told of them */
};

/** The read marks known here (0 ≤ i < count), in no order, and the one of a user or NULL. */
PL_API size_t pl_channel_read_count(const pl_channel *channel);
PL_API const struct pl_read *pl_channel_read_at(const pl_channel *channel, size_t i);
PL_API const struct pl_read *pl_channel_find_read(const pl_channel *channel, const char *user_id);

/** How many messages I have not read here, at most 300; -1: not known (never queried with
 * PL_STATE, or no member). */
PL_API int pl_channel_unread(const pl_channel *channel);

/** What is unread in all channels together, and in how many; -1: never told. Muted channels do
 * not count. Told by connecting, by most events, and by pl_client_query_unread(). */
PL_API int64_t pl_client_unread_total(const pl_client *client);
PL_API int64_t pl_client_unread_channels(const pl_client *client);

/** Mark as read: all, or up to a message. Members only (code 17). Repeated. */
PL_API int pl_channel_mark_read(
    pl_channel *channel, const char *message_id, pl_done_fn *done, void *context);

/** Mark this message and all after it as unread. Members only (code 17). Repeated. */
PL_API int pl_channel_mark_unread(
    pl_channel *channel, const char *message_id, pl_done_fn *done, void *context);

/** Mark every channel as read. Repeated. */
PL_API int pl_client_mark_all_read(pl_client *client, pl_done_fn *done, void *context);

/** Ask what is unread: then the getters above are right for every channel that has something
 * unread. Repeated. */
PL_API int pl_client_query_unread(pl_client *client, pl_done_fn *done, void *context);

/**
 * Tell that I type, or have stopped; in the thread of a message where parent_id is not NULL. The
 * server ends it by itself after 10 s: say it again while it goes on. Off for the type: code 18.
 */
PL_API int pl_channel_start_typing(
    pl_channel *channel, const char *parent_id, pl_done_fn *done, void *context);
PL_API int pl_channel_stop_typing(
    pl_channel *channel, const char *parent_id, pl_done_fn *done, void *context);

/** Who types here now, oneself included (0 ≤ i < count); nobody while the link is not live. */
PL_API size_t pl_channel_typing_count(const pl_channel *channel);
PL_API pl_user *pl_channel_typing_at(const pl_channel *channel, size_t i);

/**
 * Send an event of your own to those who watch; they get PL_EVENT_OTHER with this type_name.
 * type: 1 to 255 characters without a '.'; fields_json: its fields as one JSON object, or NULL.
 * Off for the type of channel: code 18.
 */
PL_API int pl_channel_send_event(pl_channel *channel, const char *type, const char *fields_json,
    pl_done_fn *done, void *context);

/**
 * Set fields of the channel ("{\"name\":\"Hall\",\"color\":\"red\"}") and remove others; either
 * may be left out (NULL, 0), not both. Outcome: channel. Repeated.
 */
PL_API int pl_channel_update(pl_channel *channel, const char *set_json, const char *const *unset,
    size_t unset_count, pl_done_fn *done, void *context);

/** Delete the channel; hard: its messages, too. Outcome: channel, deleted. */
PL_API int pl_channel_delete(pl_channel *channel, bool hard, pl_done_fn *done, void *context);

/** Remove all messages, for everybody and for good. Outcome: channel. */
PL_API int pl_channel_truncate(pl_channel *channel, pl_done_fn *done, void *context);

/**
 * Hide the channel from my own queries until there is a new message, and show it again. With
 * clear_history what is there now is never shown to me again. Both are repeated, but hiding with
 * clear_history.
 */
PL_API int pl_channel_hide(
    pl_channel *channel, bool clear_history, pl_done_fn *done, void *context);
PL_API int pl_channel_show(pl_channel *channel, pl_done_fn *done, void *context);
/** Whether I hide it, by the server's last word. */
PL_API bool pl_channel_is_hidden(const pl_channel *channel);

/**
 * Mute the channel for a time, or without end (0 ms): it does not count as unread then. The
 * server keeps it; what else muting means is yours to do. Repeated.
 */
PL_API int pl_channel_mute(pl_channel *channel, int64_t for_ms, pl_done_fn *done, void *context);
PL_API int pl_channel_unmute(pl_channel *channel, pl_done_fn *done, void *context);
PL_API bool pl_channel_is_muted(const pl_channel *channel);

/** Make members moderators, or moderators members; at most 100 ids. Outcome: channel. Repeated. */
PL_API int pl_channel_add_moderators(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context);
PL_API int pl_channel_demote_moderators(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context);

/**
 * Invite users, at most 100: they stand among the members, but neither read nor watch until they
 * accept. They are told PL_EVENT_INVITED. Outcome: channel.
 */
PL_API int pl_channel_invite(
    pl_channel *channel, const char *const *ids, size_t count, pl_done_fn *done, void *context);
/** Accept or reject the invite that I have; none: code 4. Outcome: channel. */
PL_API int pl_channel_accept_invite(pl_channel *channel, pl_done_fn *done, void *context);
PL_API int pl_channel_reject_invite(pl_channel *channel, pl_done_fn *done, void *context);

/** Invited, and not a member in full (yet). */
PL_API bool pl_member_is_invitee(const pl_member *member);
/** When they accepted or rejected, in milliseconds of Unix time; 0: not. */
PL_API int64_t pl_member_invite_accepted_unix_ms(const pl_member *member);
PL_API int64_t pl_member_invite_rejected_unix_ms(const pl_member *member);

/**
 * What happened in these channels (1 to 255 cids) since then, by the server's clock: messages,
 * reactions, members, the channel itself; at most 1,000; never presence, typing or read marks. Not
 * needed after a reconnect, which brings what is watched by itself. Outcome: events, without
 * members; where a message is set, it is valid only during the callback. What is known here stays
 * as it is. A channel that I may not read: code 17. Repeated.
 */
PL_API int pl_client_sync(pl_client *client, const char *const *cids, size_t count,
    int64_t since_unix_ms, pl_done_fn *done, void *context);

#ifdef __cplusplus
}
#endif
#endif
