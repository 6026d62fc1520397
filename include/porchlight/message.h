/* SPDX-License-Identifier: MIT */
/*
 * Messages: what is done with them beyond pl_channel_send_message(), replies, reactions.
 *
 * Messages are named by id, since pl_message pointers live only as channel.h says. Every call
 * returns at once: 0, PL_E_ARGUMENT, PL_E_STATE (no user), PL_E_FULL or PL_E_MEMORY; when 0,
 * `done` (which may be NULL) runs exactly once (see status.h). "Repeated" says of a call that it
 * is sent again when its answer was lost; the others end with PL_OFFLINE or PL_TIMED_OUT then, and
 * were perhaps done. A message that is not there, or in a channel that I may not read: code 16;
 * another's: code 17. Caller's thread only; since 0.1.0 throughout.
 */
#ifndef PORCHLIGHT_MESSAGE_H
#define PORCHLIGHT_MESSAGE_H

#include <porchlight/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is attached to a message; what is not wanted, or not there, is NULL. Set size to sizeof. */
struct pl_attachment {
    size_t size;             /**< sizeof(struct pl_attachment) */
    const char *type;        /**< "image", "file", "video", "audio", or of your own */
    const char *title;       /**< for a person */
    const char *text;        /**< for a person */
    const char *url;         /**< of the thing itself: asset_url, of an image image_url */
    const char *thumb_url;   /**< of a small picture of it */
    const char *link_url;    /**< where a click leads: title_link */
    const char *mime_type;   /**< "image/png" */
    int64_t bytes;           /**< how large it is: file_size; 0: not said */
    const char *custom_json; /**< sent: other fields, as one JSON object. Read: always NULL, see
                                  pl_message_custom_json(message, "attachments") */
};

/** What a message is sent with. Set size to sizeof; zero what is not wanted. */
struct pl_message_options {
    size_t size;                  /**< sizeof(struct pl_message_options) */
    const char *id;               /**< of your own, [A-Za-z0-9_-]{1,255}; taken already: code 4 */
    const char *parent_id;        /**< it is a reply to this message, in its thread */
    const char *quoted_id;        /**< it quotes this message */
    const char *const *mentioned; /**< ids of users */
    size_t mentioned_count;       /**< of mentioned */
    bool silent;             /**< it makes nothing unread */
    const char *custom_json; /**< other fields, as one JSON object */
    const struct pl_attachment *attachments; /**< all of one size; or NULL */
    size_t attachment_count;                 /**< at most 30 */
};

/**
 * Send a message, at most 5,000 characters of UTF-8 ("" is fine beside attachments). options may
 * be NULL. Outcome: message_object.
 */
PL_API int pl_channel_send_message_with(pl_channel *channel, const char *text,
    const struct pl_message_options *options, pl_done_fn *done, void *context);

/** Change the text, at most 5,000 characters of UTF-8. Outcome: message_object. Repeated. */
PL_API int pl_channel_edit_message(
    pl_channel *channel, const char *message_id, const char *text, pl_done_fn *done, void *context);

/**
 * Set fields of a message ("{\"text\":…,\"mood\":\"better\"}") and remove others; either may be
 * left out (NULL, 0), not both. Outcome: message_object. Repeated.
 */
PL_API int pl_channel_update_message(pl_channel *channel, const char *message_id,
    const char *set_json, const char *const *unset, size_t unset_count, pl_done_fn *done,
    void *context);

/**
 * Delete a message: it stays, without text, and pl_message_is_deleted(). With `hard` it is gone,
 * and its replies; the message_object of the outcome is then valid only during the callback.
 */
PL_API int pl_channel_delete_message(
    pl_channel *channel, const char *message_id, bool hard, pl_done_fn *done, void *context);

/** Read one message. Outcome: message_object (NULL where older than all 300 kept). Repeated. */
PL_API int pl_channel_query_message(
    pl_channel *channel, const char *message_id, pl_done_fn *done, void *context);

/**
 * Read replies to a message, oldest first: the newest `limit` (0: 25; at most 300), or those
 * before the message before_id. Outcome: messages. The channel keeps the newest 300 replies of
 * all threads; others are valid only during the callback. Repeated.
 */
PL_API int pl_channel_query_replies(pl_channel *channel, const char *parent_id, int limit,
    const char *before_id, pl_done_fn *done, void *context);

/**
 * Read messages of the channel, oldest first: the newest `limit` (0: 25; at most 300), or those
 * before the message before_id. Outcome: messages. Those older than the 300 that the channel keeps
 * are valid only during the callback. Repeated.
 */
PL_API int pl_channel_query_messages(
    pl_channel *channel, int limit, const char *before_id, pl_done_fn *done, void *context);

/** One reaction. Valid only during the callback; its user lives on. */
struct pl_reaction {
    const char *type;        /**< "like" */
    pl_user *user;           /**< who reacted */
    int score;               /**< as given; 1 is usual */
    int64_t created_unix_ms; /**< when, by the server's clock */
};

/**
 * Who reacted to a message, newest first: `limit` (0: 10; at most 300) of them behind the first
 * `offset`. Outcome: reactions. Repeated.
 */
PL_API int pl_channel_query_reactions(pl_channel *channel, const char *message_id, int limit,
    int offset, pl_done_fn *done, void *context);

/**
 * React to a message. type: [A-Za-z0-9_-]{1,30}, such as "like"; score: 1 is usual; with `alone`
 * it takes the place of my other reactions. Outcome: message_object. Repeated. Off for the type of
 * channel: code 19.
 */
PL_API int pl_channel_add_reaction(pl_channel *channel, const char *message_id, const char *type,
    int score, bool alone, pl_done_fn *done, void *context);

/** Take my reaction back; none there: code 16. Outcome: message_object. */
PL_API int pl_channel_remove_reaction(
    pl_channel *channel, const char *message_id, const char *type, pl_done_fn *done, void *context);

/** A message or a reply by id, if known here, else NULL. */
PL_API pl_message *pl_channel_find_message(const pl_channel *channel, const char *message_id);

/** The replies known here, of all threads, oldest first (0 ≤ i < count). */
PL_API size_t pl_channel_reply_count(const pl_channel *channel);
PL_API pl_message *pl_channel_reply_at(const pl_channel *channel, size_t i);

/** Strings are never NULL and valid until the next dispatch: "" where there is none. */
PL_API const char *pl_message_parent_id(const pl_message *message);
PL_API const char *pl_message_quoted_id(const pl_message *message);
PL_API bool pl_message_is_silent(const pl_message *message);
/** How many replies it has, by the server's last word. */
PL_API int pl_message_reply_count(const pl_message *message);
PL_API int64_t pl_message_updated_unix_ms(const pl_message *message);
/**
 * What is attached (0 ≤ i < count). to->size is set by you; the texts live as long as the message,
 * until it is changed. False: there is none so, and *to is as it was.
 */
PL_API size_t pl_message_attachment_count(const pl_message *message);
PL_API bool pl_message_attachment_at(
    const pl_message *message, size_t i, struct pl_attachment *to);

/** A custom field, or "attachments", as JSON text; free with pl_free(); NULL: none. */
PL_API char *pl_message_custom_json(const pl_message *message, const char *field);

/** How many users reacted so; type NULL: how many reactions there are. */
PL_API int pl_message_reaction_count(const pl_message *message, const char *type);
/** Whether I reacted so. */
PL_API bool pl_message_has_my_reaction(const pl_message *message, const char *type);
/** All counts, as one JSON object {"like":2}; free with pl_free(); NULL: out of memory. */
PL_API char *pl_message_reactions_json(const pl_message *message);

#ifdef __cplusplus
}
#endif
#endif
