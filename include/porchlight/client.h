/* SPDX-License-Identifier: MIT */
/*
 * A client: one user of one server, its connection, its calls and its callbacks.
 *
 * Threads. Each client has a network thread that owns every socket; it is invisible here. All
 * functions of one client are called from one thread, "the caller's thread", except where a
 * function says "any thread". All callbacks run on the caller's thread, inside
 * pl_client_dispatch() (or pl_client_destroy(), which ends calls still under way). So the
 * caller's code needs no locks.
 *
 *     struct pollfd p = { .fd = pl_client_fd(client), .events = POLLIN };
 *     while (poll(&p, 1, -1) >= 0)
 *         pl_client_dispatch(client);
 *
 * Truth. While the link is not live, what the library knows about others is stale:
 * pl_client_link() says so, PL_EVENT_LINK_CHANGED tells it, and nothing is guessed. After a
 * reconnect, and after a disconnect and a new connect of the same user, every watched channel is
 * watched again with presence, its state is replaced, and PL_EVENT_RESYNCED tells that all is true
 * again. A channel that the server shows us no longer is then neither ours nor watched, and empty; it
 * is asked for again after the next seven losses, for a server may err.
 *
 * Ownership. Strings and structs passed in are copied before the call returns. Users, channels,
 * members and messages are owned by the client. Users and channels live until pl_client_destroy(),
 * or until they are forgotten (see "Room"); messages and members until their channel drops them (see
 * channel.h).
 *
 * Room. What the server names is kept, for most_memory of the options at most. As it comes near,
 * what nobody holds is forgotten, users and then channels, each told by PL_EVENT_FORGETTING; then
 * the members, messages and marks of channels that are held but neither watched nor listened to as
 * a whole; then all but the newest 25 messages of each channel. A user is held as long as they are a member of a
 * channel that is known, have written or read in one, are muted, are oneself, or the program has
 * asked for them: by listening to them, by pl_user_on_presence_changed(), pl_user_set_context() with
 * anything but NULL, or pl_client_listen_first(). A channel is held while it is watched, ours,
 * muted, listened to as a whole, or asked about. Where all that is not enough, newcomers are not
 * taken in and what is known stays as it was, but for presence, which is always taken in:
 * PL_EVENT_MEMORY tells it, and pl_client_memory() says so until there is room. A query whose answer
 * has no room then ends with PL_UNREADABLE.
 *
 * Fork. After fork() the child may only call exec() or _exit(); no connection goes through an exec.
 * The parent's clients go on as if nothing had been.
 *
 * Manners. The library has no globals, installs no signal handler and leaves SIGPIPE as it was, never
 * exits, prints, or sets the locale; its threads block all signals. (libwebsockets' own log, which is
 * the process's, is switched off when a network is made.) Its own memory comes from where the options
 * say, and without memory a call says PL_E_MEMORY or its result is not PL_DONE; nothing is half done.
 *
 * Patience. All that does not come ends by itself, and nothing else waits for it: neither another
 * client of the same network thread, nor dispatch, nor a call that needs it not.
 *   - no name server answers: after 5 s, "the name … could not be found: no name server answered
 *     within 5 s"
 *   - the server accepts and says nothing: after 5 s; 10 s where it opens the connection and does not
 *     greet; 35 s on a live link (5 s after pl_client_reconnect_now())
 *   - its certificate is wrong or not trusted: at once
 * A call then ends with PL_OFFLINE (it was not sent) or PL_TIMED_OUT (it may have been done); a link
 * goes to PL_LINK_WAITING with those words, and is dialled again.
 *
 * Calls while the link is away. One with PL_WATCH or PL_PRESENCE needs the link, and waits for it up
 * to 30 s. Every other goes over HTTP by itself, link or not: where nothing was sent, or it may be
 * done twice, it is tried up to 4 times, so that with a server that is not there it ends with
 * PL_OFFLINE after about a second. To hide through a restart, ask again when the link is back.
 *
 * Limits. A server may be broken, or lie; what it says is taken in as far as it is what the API
 * promises, and within bounds: an answer of 8 MiB with a head of 64 KiB, a frame of 1 MiB, JSON 64
 * deep, 300 messages a channel, 64 MiB of what was not dispatched yet (then all is read again, see
 * PL_EVENT_RESYNCED). Only http and https, to the one server: no redirect is followed, no proxy is
 * asked. What the server says for a person comes out as one line of valid UTF-8 without control
 * characters, less than 512 bytes. How many users and channels it names, and with how much text: see
 * "Room".
 *
 * Sizes. Structs that are handed in begin with their size, so that programs and libraries of
 * different ages fit: what a program does not know is zero, and what the library does not know must
 * be zero, else PL_E_ARGUMENT.
 */
#ifndef PORCHLIGHT_CLIENT_H
#define PORCHLIGHT_CLIENT_H

#include <porchlight/status.h>
#include <porchlight/event.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Where the library's own memory comes from. As realloc(), and `bytes` 0 frees `at`: at NULL it
 * makes, and NULL back means that there is none (what was at `at` stays). Called on the caller's thread
 * and on the network thread, at the same time: it must bear that, and must not call this library.
 * The libraries that this one uses (curl, libwebsockets, libuv, c-ares, cJSON) keep their own, and
 * so do texts that are freed with pl_free().
 */
typedef void *pl_resize_fn(void *context, void *at, size_t bytes);

/** A network thread that several clients share. Optional: a client makes its own otherwise. */
typedef struct pl_network pl_network;

/**
 * Start a network thread to be shared. *out is set only on 0. Each client keeps its own descriptor:
 * a program with several polls them all, and dispatches each that is readable.
 * Results: 0; PL_E_MEMORY; PL_E_SYSTEM. Any thread. Since 0.1.0.
 */
PL_API int pl_network_create(pl_network **out);

/** What a network thread is made with. Set size to sizeof; zero what is not wanted. */
struct pl_network_options {
    size_t size;          /**< sizeof(struct pl_network_options) */
    pl_resize_fn *resize; /**< where its own memory comes from, or NULL: the C library */
    void *resize_context; /**< handed to resize; lives as long as the network */
};

/**
 * The same with options. Results: 0; PL_E_ARGUMENT (size unknown); PL_E_MEMORY; PL_E_SYSTEM. Any
 * thread. Since 0.1.0.
 */
PL_API int pl_network_create_with(pl_network **out, const struct pl_network_options *options);

/**
 * Let go of a shared network thread. It ends at once, or with the last client that uses it. NULL is
 * fine. Any thread, but not while another makes a client on it. Since 0.1.0.
 */
PL_API void pl_network_destroy(pl_network *network);

/**
 * Asked for a token: before a connect when none was given, when the server says that the
 * old one has expired (code 40), and ahead of an expiry that the token itself names: 30 s before,
 * or after three quarters of a life that is shorter than two minutes; meanwhile the old one serves.
 * Runs on the caller's thread. Answer now or later, once, with pl_client_give_token().
 */
typedef void pl_token_fn(pl_client *client, void *context);

/** How much a line of the log matters. */
enum pl_log_level {
    PL_LOG_ERROR = 0,   /**< it will not work again by itself */
    PL_LOG_WARNING = 1, /**< something failed, and may be tried again */
    PL_LOG_INFO = 2,    /**< what is normal and rare */
    PL_LOG_DEBUG = 3    /**< the rest */
};

/**
 * Told one line of what the library does, without a newline: words and key=value pairs, where what
 * comes from outside is quoted and escaped. No token and no text of a message is ever in it. Runs on
 * the caller's thread, from inside pl_client_dispatch(). It must not call this library.
 */
typedef void pl_log_fn(int level, const char *line, void *context);

/** What a client is made with. Set size to sizeof; zero what is not wanted. */
struct pl_client_options {
    size_t size;           /**< sizeof(struct pl_client_options) */
    const char *url;       /**< base of the server: "http://host[:port]" or "https://…"; required */
    const char *api_key;   /**< required */
    const char *ca_file;   /**< PEM file of trusted authorities instead of the system's; NULL */
    pl_network *network;   /**< a shared network thread, or NULL for one of its own */
    pl_token_fn *token;    /**< a token provider, or NULL */
    void *token_context;   /**< handed to token */
    pl_log_fn *log;        /**< where the library's log goes, or NULL: nowhere */
    void *log_context;     /**< handed to log */
    uint64_t seed;         /**< seeds the jitter of back-off; 0: from the system */
    pl_resize_fn *resize;  /**< where its own memory comes from, or NULL: the C library; its own
                                network's, too */
    void *resize_context;  /**< handed to resize; lives as long as the client and its network */
    int requests_a_second; /**< at most so many in any second that nobody asked for one by one: to
                              listen beyond what watching brings, to page members in, to read again
                              after a reconnect; and as many more in the first second of each new
                              connection, so that what is watched and on the screen is true again at
                              once. 1 to 1000; 0: 8. A server that answers 429 is left alone until
                              the X-RateLimit-Reset it names, at most 5 minutes, or a new connection */
    size_t most_memory;    /**< at most so many bytes, about, for what the server names: users,
                              channels, members, messages; see "Room" above. At least 1 MiB; 0:
                              128 MiB, a quarter of a million users */
};

/** Who connects. Set size to sizeof; zero what is not wanted, except invisible: -1 keeps it. */
struct pl_connect_options {
    size_t size;          /**< sizeof(struct pl_connect_options) */
    const char *user_id;  /**< [A-Za-z0-9@_-]{1,255}; required */
    const char *token;    /**< the user's JWT; NULL: asked from the token provider */
    const char *name;     /**< sets the user's name; NULL keeps it */
    const char *status;   /**< sets the status text before others see us come; NULL keeps it */
    int invisible;        /**< 1 hides before others see us come, 0 shows, -1 keeps what is stored */
};

/**
 * Make a client. Nothing is opened until pl_client_connect_user() or a first call.
 * *out is set only on 0 and is destroyed with pl_client_destroy().
 * Results: 0; PL_E_ARGUMENT (no or malformed url, no api_key, size unknown, requests_a_second or
 * most_memory out of range); PL_E_MEMORY; PL_E_SYSTEM. Any thread: that thread becomes the caller's thread. Since 0.1.0.
 */
PL_API int pl_client_create(pl_client **out, const struct pl_client_options *options);

/**
 * Say goodbye if connected (others see us leave at once), end every call under way with
 * PL_CANCELLED, stop the client's own network thread, free all. Waits at most 1 s for the
 * goodbye. May be called from a callback. NULL is fine. Caller's thread. Since 0.1.0.
 */
PL_API void pl_client_destroy(pl_client *client);

/**
 * A descriptor that is readable while there is something to dispatch. Poll it for reading; do
 * nothing else with it. Valid until destroy; never negative. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_fd(const pl_client *client);

/**
 * Run the callbacks of all that has arrived. Never blocks, and takes in no more than what comes to
 * 20 ms together: in a flood the rest waits for the next call, for which the descriptor stays
 * readable. Returns how many things it took in (0: there was nothing), or PL_E_STATE when called
 * from a callback of the same client. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_dispatch(pl_client *client);

/**
 * For programs without a loop of their own: wait until something has arrived, at most so many
 * milliseconds (-1: however long), then dispatch. Returns as pl_client_dispatch(), 0 too when
 * the time is over or a signal came; PL_E_ARGUMENT, at once, for NULL. One client a call: with
 * several, poll their descriptors. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_wait(pl_client *client, int at_most_ms);

/**
 * Say who the user is without turning their light on: calls are made over HTTP alone, nothing is
 * listened to. Replaced by a later connect. The outcome of later calls tells whether the server
 * accepts the token. Results: 0; PL_E_ARGUMENT (no user id or not one, neither token nor provider,
 * invisible not -1, 0 or 1, size unknown); PL_E_MEMORY; PL_E_STATE (connected).
 * Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_set_user(pl_client *client, const struct pl_connect_options *options);

/**
 * Connect as a user and stay connected: a lost link is dialled again with growing, jittered
 * back-off until pl_client_disconnect(). `done` ends with PL_DONE when first live (outcome.users
 * has the own user), PL_REFUSED when the server refused the user for good (bad token, banned …;
 * no more dialling), PL_CANCELLED. While the server cannot be reached it keeps trying; watch
 * PL_EVENT_LINK_CHANGED, which tells a refusal too: the first one, and one that comes years later,
 * when `done` is long over. Results: 0; PL_E_ARGUMENT (as pl_client_set_user()); PL_E_MEMORY;
 * PL_E_STATE (already connected or connecting). Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_connect_user(pl_client *client, const struct pl_connect_options *options,
    pl_done_fn *done, void *context);

/**
 * Say goodbye (a clean close: others see us leave at once) and stop dialling. `done` may be NULL.
 * Results: 0; PL_E_STATE (not connected); PL_E_FULL; PL_E_MEMORY. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_disconnect(pl_client *client, pl_done_fn *done, void *context);

/**
 * Dial now instead of waiting out the back-off; on a live link, check it at once with a ping.
 * Call it after SIGCONT, or when a person asks. Caller's thread. Since 0.1.0.
 */
PL_API void pl_client_reconnect_now(pl_client *client);

/**
 * The token provider's answer. token NULL: none to be had, `why` says it to a person; calls that
 * wait for one end with PL_REFUSED and these words, the link backs off and asks again. Results: 0;
 * PL_E_ARGUMENT; PL_E_MEMORY; PL_E_FULL. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_give_token(pl_client *client, const char *token, const char *why);

/** The link as it is now. Caller's thread. Since 0.1.0. */
PL_API struct pl_link pl_client_link(const pl_client *client);

/**
 * The user that this client is, as the server tells them: pl_user_invisible() is the truth here.
 * NULL before the first PL_DONE of connect or a query that brought them. Caller's thread.
 * Since 0.1.0.
 */
PL_API pl_user *pl_local_user(const pl_client *client);

/**
 * Be seen by nobody / be seen again. Stored by the server; survives disconnect, reconnect and
 * restart, of this program too. The outcome is the server's acknowledgement, and from then on
 * pl_user_invisible(pl_local_user()) says it; until then it says what was. `done` may be NULL.
 * Results: 0; PL_E_STATE (nobody was set or connected yet; while connecting it is accepted);
 * PL_E_FULL; PL_E_MEMORY. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_mark_invisible(pl_client *client, pl_done_fn *done, void *context);
PL_API int pl_client_mark_visible(pl_client *client, pl_done_fn *done, void *context);

/**
 * Set the own status text, or clear it with NULL. Results as above, and PL_E_ARGUMENT for invalid
 * UTF-8. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_set_status(
    pl_client *client, const char *text, pl_done_fn *done, void *context);

/** Told an event. The event is valid only during the call. Runs on the caller's thread. */
typedef void pl_event_fn(pl_client *client, const struct pl_event *event, void *context);

/**
 * Listen to events of one type, or of all with PL_EVENT_ANY, until pl_client_off(). Returns a
 * handle > 0 for pl_client_off(), or PL_E_MEMORY, PL_E_ARGUMENT. Callbacks run in the order they
 * were added. Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_on(pl_client *client, enum pl_event_type type, pl_event_fn *fn, void *context);

/** Stop listening. An unknown handle is ignored. May be called from a callback. Since 0.1.0. */
PL_API void pl_client_off(pl_client *client, int handle);

/* What a query asks for, or-ed. */
#define PL_WATCH 1u    /**< events of the channel come to this connection */
#define PL_PRESENCE 2u /**< listen to the presence of those it brings */
#define PL_STATE 4u    /**< bring messages and members (implied by PL_WATCH) */

/**
 * A query. Set size to sizeof; zero or NULL means the server's default. The fields, operators and
 * bounds of filters and sorts stand in wire.md, which is installed beside the tutorial
 * (share/doc/porchlight). To page, go on with offset until fewer come than were asked for.
 */
struct pl_query {
    size_t size;             /**< sizeof(struct pl_query) */
    const char *filter_json; /**< the API's filter_conditions as JSON text; NULL: {} */
    const char *sort_json;   /**< [{"field":…,"direction":1|-1}] as JSON text; NULL: default */
    unsigned flags;          /**< PL_WATCH, PL_PRESENCE, PL_STATE */
    int limit;         /**< at most so many; the server's own bound (30 channels, 100 others) holds, too */
    int offset;        /**< after so many */
    int message_limit; /**< query channels only */
    int member_limit;  /**< query channels only */
};

/**
 * Query channels that the user may read. PL_PRESENCE listens to at most 10 members a channel, as
 * the API has it; pl_channel_listen_all() goes on from there. Needs a live link for PL_WATCH and
 * PL_PRESENCE; while connecting the call waits. Outcome: channels, whose watches are renewed
 * after a reconnect. Results: 0; PL_E_ARGUMENT; PL_E_STATE; PL_E_FULL; PL_E_MEMORY.
 * Caller's thread. Since 0.1.0.
 */
PL_API int pl_query_channels(
    pl_client *client, const struct pl_query *query, pl_done_fn *done, void *context);

/**
 * Query users; PL_PRESENCE listens to the first 30 of the reply and keeps listening across
 * reconnects. Outcome: users. Results as pl_query_channels(). Caller's thread. Since 0.1.0.
 */
PL_API int pl_query_users(
    pl_client *client, const struct pl_query *query, pl_done_fn *done, void *context);

/**
 * Listen to these users, however many: by query users in batches of 30, at most requests_a_second
 * (see pl_client_options), again after each reconnect. pl_user_is_live() tells for whom it is done. Unknown ids are
 * skipped. Results: 0; PL_E_ARGUMENT; PL_E_MEMORY; PL_E_FULL (some have no room: most_memory).
 * Caller's thread. Since 0.1.0.
 */
PL_API int pl_client_listen_users(pl_client *client, const char *const *ids, size_t count);

/**
 * Of all that wait to be listened to, take these first: those on the screen. Caller's thread.
 * Since 0.1.0.
 */
PL_API void pl_client_listen_first(pl_client *client, pl_user *const *users, size_t count);

/**
 * How far listening has come: *live, whose changes arrive now; *wanted, whose changes are wanted,
 * those included. PL_EVENT_LISTENING without a channel tells that it changed. Each may be NULL.
 * Caller's thread. Since 0.1.0.
 */
PL_API void pl_client_listening(const pl_client *client, size_t *live, size_t *wanted);

/**
 * How much room is taken: *bytes, about, of *most; each may be NULL. Returns whether something that
 * the server named was not taken in for want of room since all was last read. Caller's thread. Since
 * 0.1.0.
 */
PL_API bool pl_client_memory(const pl_client *client, size_t *bytes, size_t *most);

/** A user by id, if the client knows them, else NULL. Caller's thread. Since 0.1.0. */
PL_API pl_user *pl_client_find_user(const pl_client *client, const char *id);

/** How many channels the client knows, and one of them (0 ≤ i < count). Caller's thread. Since
 * 0.1.0. */
PL_API size_t pl_client_channel_count(const pl_client *client);
PL_API pl_channel *pl_client_channel_at(const pl_client *client, size_t i);

/** A channel by cid ("messaging:hall"), if the client knows it, else NULL. Since 0.1.0. */
PL_API pl_channel *pl_client_find_channel(const pl_client *client, const char *cid);

#ifdef __cplusplus
}
#endif
#endif
