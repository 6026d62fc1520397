/* SPDX-License-Identifier: MIT */
/*
 * How calls of libporchlight end.
 *
 * A call that needs the server returns at once: 0 when it was accepted, a negative PL_E_… when it
 * was not (then nothing was sent and its callback will never run). An accepted call runs its
 * callback exactly once, on the caller's thread, from inside pl_client_dispatch() or
 * pl_client_destroy(), with a struct pl_outcome.
 */
#ifndef PORCHLIGHT_STATUS_H
#define PORCHLIGHT_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define PL_API __attribute__((visibility("default")))
#else
#define PL_API
#endif

/** Returned at once by a call that was not accepted. */
enum pl_fault {
    PL_E_MEMORY = -12,   /**< out of memory */
    PL_E_ARGUMENT = -22, /**< an argument is missing, malformed or beyond a documented bound */
    PL_E_STATE = -95,    /**< not possible now: no user set, already connected, being destroyed */
    PL_E_FULL = -11,     /**< too many calls under way (1,024): dispatch, then call again;
                            or no room for what a call names (most_memory) */
    PL_E_SYSTEM = -5     /**< the system refused a thread, a descriptor or a socket */
};

/** How an accepted call ended. */
enum pl_status {
    PL_DONE = 0,       /**< the server did it */
    PL_REFUSED = 1,    /**< the server said no: see code and message */
    PL_OFFLINE = 2,    /**< the server could not be reached, or the link was lost and the call is not
                            safe to repeat */
    PL_CANCELLED = 3,  /**< pl_client_cancel(), or disconnected or destroyed first */
    PL_TIMED_OUT = 4,  /**< no answer in time; whether the server did it is not known */
    PL_UNREADABLE = 5  /**< the answer is not what the API promises, too large, or there was no
                            memory for it; what the server did is not known */
};

typedef struct pl_client pl_client;   /**< one user of one server: client.h */
typedef struct pl_user pl_user;       /**< user.h */
typedef struct pl_channel pl_channel; /**< channel.h */
typedef struct pl_member pl_member;   /**< channel.h */
typedef struct pl_message pl_message; /**< channel.h, message.h */
struct pl_reaction;                   /**< message.h */
struct pl_event;                      /**< event.h */

/**
 * How a call ended, and what it brought. Valid only during the callback; the objects pointed to
 * live on as their own headers say. Strings are never NULL.
 */
struct pl_outcome {
    enum pl_status status; /**< by this alone: done or not */
    int code;            /**< the server's error code when PL_REFUSED (17, 40, …), else 0 */
    int http_status;     /**< the HTTP status when there was one, else 0 */
    const char *message; /**< one line for a person: the server's own words where it refused,
                              ours else; "" when PL_DONE */

    pl_channel *channel;          /**< calls about one channel, where they say so; else NULL */
    pl_message *message_object;   /**< calls about one message: the message; else NULL */
    pl_channel *const *channels;  /**< query channels: in the order asked for */
    size_t channel_count;         /**< of channels */
    pl_user *const *users;        /**< query users, upsert users: in the order asked for; connect:
                                       oneself */
    size_t user_count;            /**< of users */
    pl_member *const *members;    /**< query members: in the order asked for */
    size_t member_count;          /**< of members */
    pl_message *const *messages;  /**< query messages, query replies: oldest first */
    size_t message_count;         /**< of messages */
    const struct pl_reaction *reactions; /**< query reactions: newest first */
    size_t reaction_count;               /**< of reactions */
    const struct pl_event *events;       /**< sync: oldest first */
    size_t event_count;                  /**< of events */
    const char *json;                    /**< query app: it, as one JSON object; else "" */
};

/**
 * Told how a call ended. Runs on the caller's thread; may call anything in this library,
 * pl_client_destroy() included.
 */
typedef void pl_done_fn(pl_client *client, const struct pl_outcome *outcome, void *context);

/**
 * The English name of a status or a fault, for logs. Never NULL; static.
 * Any thread. Since 0.1.0.
 */
PL_API const char *pl_status_name(int status_or_fault);

#ifdef __cplusplus
}
#endif
#endif
