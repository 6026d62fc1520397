/* SPDX-License-Identifier: MIT */
/*
 * What a client is told, by pl_client_on(). Events are valid only during the callback; the objects
 * in them live as their headers say. Strings are never NULL. What an event of the wire lacks, so
 * that something that its type promises could not be set, makes it none: it is not told.
 */
#ifndef PORCHLIGHT_EVENT_H
#define PORCHLIGHT_EVENT_H

#include <porchlight/status.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What happened. Behind each of the wire's: its name there, and what of the event is set. */
enum pl_event_type {
    PL_EVENT_ANY = 0, /**< for pl_client_on(): all of them */

    PL_EVENT_LINK_CHANGED,   /**< ours: ask pl_client_link(). Also when only its
                                  latency, clock or `resyncing` changed; the end of that tells
                                  PL_EVENT_RESYNCED */
    PL_EVENT_RESYNCED,       /**< ours: after a reconnect all is true again: resync,
                                  missed. No PL_EVENT_PRESENCE_CHANGED is raised for what it
                                  lists */
    PL_EVENT_LISTENING,      /**< ours: more users are live: listening; channel (NULL: in
                                  all). Not where all are live already: ask
                                  pl_channel_listening() first */

    PL_EVENT_PRESENCE_CHANGED, /**< user.presence.changed: user, presence; once, however
                                    many channels they are in (pl_channel_find_member()) */
    PL_EVENT_USER_UPDATED,     /**< user.updated: user */
    PL_EVENT_USER_DELETED,     /**< user.deleted: user */
    PL_EVENT_WATCHING_STARTED, /**< user.watching.start: channel, user */
    PL_EVENT_WATCHING_STOPPED, /**< user.watching.stop: channel, user */
    PL_EVENT_MESSAGE_NEW,      /**< message.new or notification.message_new: channel, message, user */
    PL_EVENT_MESSAGE_UPDATED,  /**< message.updated: channel, message, user */
    PL_EVENT_MESSAGE_DELETED,  /**< message.deleted: channel, message, user. A hard
                                     deletion takes the message away when the callbacks have run */
    PL_EVENT_MESSAGE_READ,     /**< message.read, notification.mark_read: channel (NULL: all), user */
    PL_EVENT_TYPING_STARTED,   /**< typing.start: channel, user */
    PL_EVENT_TYPING_STOPPED,   /**< typing.stop: channel, user */
    PL_EVENT_MEMBER_ADDED,     /**< member.added: channel, member, user */
    PL_EVENT_MEMBER_UPDATED,   /**< member.updated: channel, member, user */
    PL_EVENT_MEMBER_REMOVED,   /**< member.removed: channel, user */
    PL_EVENT_ADDED_TO_CHANNEL, /**< notification.added_to_channel: channel; not watched yet */
    PL_EVENT_REMOVED_FROM_CHANNEL, /**< notification.removed_from_channel: channel */
    PL_EVENT_CHANNEL_UPDATED,  /**< channel.updated: channel */
    PL_EVENT_CHANNEL_DELETED,  /**< channel.deleted or its notification: channel */
    PL_EVENT_CHANNEL_TRUNCATED, /**< channel.truncated: channel, without what was older */
    PL_EVENT_HEALTH_CHECK,     /**< health.check */
    PL_EVENT_OTHER,            /**< any other of the wire, yours too: see type_name and json */

    PL_EVENT_REACTION_NEW,     /**< reaction.new: channel, message, user, reaction_type, _score */
    PL_EVENT_REACTION_UPDATED, /**< reaction.updated: the same */
    PL_EVENT_REACTION_DELETED, /**< reaction.deleted: the same */
    PL_EVENT_MARKED_UNREAD,    /**< notification.mark_unread: channel, user (oneself) */
    PL_EVENT_CHANNEL_HIDDEN,   /**< channel.hidden, by oneself: channel */
    PL_EVENT_CHANNEL_VISIBLE,  /**< channel.visible: channel, shown again or with a new message */
    PL_EVENT_MUTES_UPDATED,    /**< notification.mutes_updated: user (oneself) */
    PL_EVENT_INVITED,          /**< notification.invited: channel, member, user (the invitee) */
    PL_EVENT_INVITE_ACCEPTED,  /**< notification.invite_accepted: the same */
    PL_EVENT_INVITE_REJECTED,  /**< notification.invite_rejected: the same */

    PL_EVENT_MEMORY,    /**< ours: most_memory is reached, and something that the server named was
                             not taken in; or there is room again, and all is read again: see
                             pl_client_memory() */
    PL_EVENT_FORGETTING /**< ours: user or channel, for the last time: nobody holds it, and room is
                             needed; unless it is held by the time that this dispatch has told all.
                             See "Room" in client.h */
};

/** How the client stands to the server. */
enum pl_link_state {
    PL_LINK_OFF = 0,    /**< never connected, or disconnected on purpose */
    PL_LINK_CONNECTING, /**< dialling for the first time, or again */
    PL_LINK_LIVE,       /**< what is known is true */
    PL_LINK_WAITING,    /**< lost; dials again at retry_at_unix_ms */
    PL_LINK_REFUSED     /**< the server refused us for good: reason */
};

/** The link as it is. */
struct pl_link {
    enum pl_link_state state;    /**< by this alone: live or not */
    bool resyncing;           /**< live again, but what was known is still being replaced */
    int64_t since_unix_ms;    /**< in this state since */
    int64_t stale_since_unix_ms; /**< last frame of the lost link; 0 while live or never live */
    int64_t retry_at_unix_ms; /**< PL_LINK_WAITING: next attempt; else 0 */
    int latency_ms;           /**< round trip of the last health check; -1: not known */
    int64_t clock_offset_ms;  /**< server's clock minus ours, by the last health check */
    int code;                 /**< the server's error code behind the reason, or 0 */
    const char *reason;       /**< why the link is not live, for a person; valid until dispatch */
};

/** How something is other than it was. */
enum pl_change_kind {
    PL_CHANGE_CAME = 1,       /**< user is online now */
    PL_CHANGE_LEFT,           /**< user is not online any more */
    PL_CHANGE_STATUS,         /**< user has another status text; perhaps beside CAME or LEFT */
    PL_CHANGE_MEMBER_ADDED,   /**< user is a member of channel now */
    PL_CHANGE_MEMBER_REMOVED, /**< user was a member of channel, and is not any more */
    PL_CHANGE_CHANNEL_NEW,    /**< we are a member of channel now, and were not */
    PL_CHANGE_CHANNEL_GONE,   /**< channel was ours or watched, and is neither: we were removed, or
                                   it was deleted; of its members nothing is told */
    PL_CHANGE_MESSAGES        /**< channel has messages of others that are new */
};

/** One change that was missed. */
struct pl_change {
    enum pl_change_kind kind; /**< says which of the rest is set */
    pl_user *user;            /**< whom it is about, or NULL */
    pl_channel *channel;      /**< where, or NULL */
    size_t messages;          /**< PL_CHANGE_MESSAGES: how many; else 0 */
};

/** One event. Which pointers are set stands at each type; the others are NULL. */
struct pl_event {
    enum pl_event_type type;  /**< says which of the rest is set */
    const char *type_name;    /**< the wire's own name, "user.presence.changed"; "" for ours */
    int64_t created_unix_ms;  /**< by the server's clock; ours for our own events */
    const char *cid;          /**< "" where there is no channel */
    pl_user *user;            /**< who did it, or whom it is about; or NULL */
    pl_channel *channel;      /**< where, or NULL */
    pl_member *member;        /**< who came or changed, or NULL */
    pl_message *message;      /**< what was said, or NULL */
    const char *json;         /**< the event as it came, one JSON object; "" for ours */
    size_t json_bytes;        /**< its length, without the NUL */

    /** How the presence of event.user changed. */
    struct pl_event_presence {
        bool was_online; /**< before; user has the new state, and the new last_active: the server
                              sets that when they come, and not when they leave */
        bool status_changed; /**< the status text is another */
    } presence; /**< PL_EVENT_PRESENCE_CHANGED */

    /** Who came and left meanwhile, of those who were known before; see missed for the rest. */
    struct pl_event_resync {
        unsigned came; /**< users who are online now and were not before */
        unsigned left; /**< the other way round */
        int64_t away_ms; /**< how long the link was not live, milliseconds */
    } resync; /**< PL_EVENT_RESYNCED */

    /** How far listening has come: in the channel, or in all where it is NULL. */
    struct pl_event_listening {
        size_t live;    /**< users whose changes arrive */
        size_t wanted;  /**< users to be listened to, those included */
    } listening; /**< PL_EVENT_LISTENING */

    const char *reaction_type; /**< PL_EVENT_REACTION_…; else "" */
    int reaction_score;        /**< PL_EVENT_REACTION_…; else 0 */

    /**
     * What is other than it was when the link was lost: how many of each kind beside those in
     * resync, and all of them one by one. What events have told since the link is back is in it,
     * too. Messages count as far as they came with the channels that are watched again, 25 of each.
     */
    struct pl_event_missed {
        size_t status_changed;  /**< users with another status text */
        size_t members_added;   /**< in channels that were ours or watched before */
        size_t members_removed; /**< from them, where every member is known */
        size_t channels_new;    /**< that we are in, and were not; they are not watched yet */
        size_t channels_gone;   /**< that were ours or watched, and are neither */
        size_t messages;        /**< of others, in watched channels */
        const struct pl_change *changes; /**< all changes; valid during the call. NULL: there are
                                              none, or there was no memory to list them */
        size_t change_count;    /**< how many they are */
    } missed; /**< PL_EVENT_RESYNCED */
};

#ifdef __cplusplus
}
#endif
#endif
