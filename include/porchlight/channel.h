/* SPDX-License-Identifier: MIT */
/*
 * A channel, its members and its messages, as the client knows them.
 *
 * Channels are owned by the client and live until pl_client_destroy(), or until nobody holds them
 * and room is needed ("Room" in client.h). Members live until they
 * are removed or the channel's state is replaced; messages until 300 newer ones have come, they
 * are truncated, or the state is replaced: do not keep pointers to either across a dispatch.
 * Caller's thread only; since 0.1.0 throughout.
 */
#ifndef PORCHLIGHT_CHANNEL_H
#define PORCHLIGHT_CHANNEL_H

#include <porchlight/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a channel is made with. Set size to sizeof. Matters only when the channel is new. */
struct pl_channel_options {
    size_t size;                /**< sizeof(struct pl_channel_options) */
    const char *name;           /**< NULL: none */
    const char *const *members; /**< ids of the first members, or NULL */
    size_t member_count;        /**< at most 100 */
    const char *custom_json;    /**< custom data as one JSON object, or NULL */
    const char *const *invites; /**< ids of users to be invited, or NULL; see pl_channel_invite() */
    size_t invite_count;        /**< at most 100 */
};

/**
 * Get a channel, or create it with these members and data. Which of the two is not told: a mistyped
 * id makes a channel, and who makes one is no member unless named among them. To look without
 * making: pl_query_channels() with {"cid":"type:id"}. flags: PL_WATCH, PL_PRESENCE, PL_STATE. `id`
 * NULL: the distinct channel of the members (≥ 2). Outcome: channel.
 * Results: 0; PL_E_ARGUMENT (type or id malformed, too many members, flags without a connect);
 * PL_E_STATE; PL_E_FULL; PL_E_MEMORY.
 */
PL_API int pl_channel_get_or_create(pl_client *client, const char *type, const char *id,
    const struct pl_channel_options *options, unsigned flags, pl_done_fn *done, void *context);

/**
 * Watch: its events come to this client, and with PL_PRESENCE in flags also the presence of its
 * first 10 members, as the API has it. Renewed after each reconnect until pl_channel_stop_watching().
 * Outcome: channel. Results as pl_query_channels().
 */
PL_API int pl_channel_watch(pl_channel *channel, unsigned flags, pl_done_fn *done, void *context);

/** Stop watching, and the listening that came only from it. Results as pl_query_channels(). */
PL_API int pl_channel_stop_watching(pl_channel *channel, pl_done_fn *done, void *context);

/**
 * Have every member live, whatever the channel's size: pages the members in, listens by query
 * users in batches of 30, those of pl_client_listen_first() first, at most requests_a_second (see
 * pl_client_options); new members too, and all again after a reconnect. Progress: PL_EVENT_LISTENING,
 * of a large channel in steps of a part in 64 and once all is done; and pl_channel_listening().
 * Results: 0; PL_E_MEMORY; PL_E_ARGUMENT.
 */
PL_API int pl_channel_listen_all(pl_channel *channel);

/**
 * How far listening has come here, "181 of 212": *live, the members whose changes arrive now (of
 * oneself they always do on a live link); *wanted, the members whose changes are wanted, those
 * included. After pl_channel_listen_all() these are all, by the server's count for as long as not
 * all are known here, but those who are no user of the server or whom it refused. Each may be NULL.
 */
PL_API void pl_channel_listening(const pl_channel *channel, size_t *live, size_t *wanted);

/**
 * Query members of a channel (filter, sort, limit, offset). Outcome: members, and the channel
 * keeps them. Results as pl_query_channels().
 */
PL_API int pl_query_members(
    pl_channel *channel, const struct pl_query *query, pl_done_fn *done, void *context);

/** Add or remove members; at most 100 ids. Outcome: channel. Results as pl_query_channels(). */
PL_API int pl_channel_add_members(pl_channel *channel, const char *const *ids, size_t count,
    pl_done_fn *done, void *context);
PL_API int pl_channel_remove_members(pl_channel *channel, const char *const *ids, size_t count,
    pl_done_fn *done, void *context);

/**
 * Send a message, at most 5,000 characters of UTF-8. Outcome: message_object. A message whose
 * answer was lost is not sent twice: PL_OFFLINE or PL_TIMED_OUT. Results as pl_query_channels().
 */
PL_API int pl_channel_send_message(
    pl_channel *channel, const char *text, pl_done_fn *done, void *context);

/** The cid "type:id", its two parts, and the client it belongs to. */
PL_API const char *pl_channel_cid(const pl_channel *channel);
PL_API const char *pl_channel_type(const pl_channel *channel);
PL_API const char *pl_channel_id(const pl_channel *channel);
PL_API pl_client *pl_channel_client(const pl_channel *channel);

/** The name, or the id where it has none; valid until the next dispatch. */
PL_API const char *pl_channel_name(const pl_channel *channel);

/** A custom field as JSON text; free with pl_free(); NULL: none. */
PL_API char *pl_channel_custom_json(const pl_channel *channel, const char *field);

/** Whether the server sends us its events (renewed after reconnects). */
PL_API bool pl_channel_is_watched(const pl_channel *channel);
/** Whether channels of this type tell and listen to presence (config.connect_events). */
PL_API bool pl_channel_has_presence(const pl_channel *channel);
/** Whether I am a member, by the server's last word. */
PL_API bool pl_channel_is_mine(const pl_channel *channel);
/** Whether it was deleted. */
PL_API bool pl_channel_is_deleted(const pl_channel *channel);

/** How many members the server says it has; may be more than are known here. */
PL_API size_t pl_channel_member_total(const pl_channel *channel);
/** How many distinct users watch it, ourselves included, by the server's last word. */
PL_API size_t pl_channel_watcher_count(const pl_channel *channel);

/**
 * Ask who watches it now, ourselves included: `limit` (0 to 100; 0: 100) of them behind the first
 * `offset` (at most 1,000); to page, go on until fewer come. Who begins and ends later is told by
 * PL_EVENT_WATCHING_STARTED and PL_EVENT_WATCHING_STOPPED while it is watched; one of those may
 * arrive before this answer and be younger. Outcome: users. Repeated when the answer was lost.
 * Results as pl_query_channels().
 */
PL_API int pl_channel_query_watchers(
    pl_channel *channel, int limit, int offset, pl_done_fn *done, void *context);

/** The members known here, in the server's order (0 ≤ i < count). */
PL_API size_t pl_channel_member_count(const pl_channel *channel);
PL_API pl_member *pl_channel_member_at(const pl_channel *channel, size_t i);
PL_API pl_member *pl_channel_find_member(const pl_channel *channel, const char *user_id);

/** Whose membership it is, and of which channel. */
PL_API pl_user *pl_member_user(const pl_member *member);
PL_API pl_channel *pl_member_channel(const pl_member *member);
/** Role in the channel: "owner", "moderator", "member" or custom. */
PL_API const char *pl_member_role(const pl_member *member);
PL_API int64_t pl_member_created_unix_ms(const pl_member *member);

/** The messages known here, oldest first (0 ≤ i < count). */
PL_API size_t pl_channel_message_count(const pl_channel *channel);
PL_API pl_message *pl_channel_message_at(const pl_channel *channel, size_t i);

/** The id and the text; valid as long as the message. */
PL_API const char *pl_message_id(const pl_message *message);
PL_API const char *pl_message_text(const pl_message *message);
/** The author: the same object as the member's user. */
PL_API pl_user *pl_message_user(const pl_message *message);
PL_API int64_t pl_message_created_unix_ms(const pl_message *message);
PL_API bool pl_message_is_deleted(const pl_message *message);

#ifdef __cplusplus
}
#endif
#endif
