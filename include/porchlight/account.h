/* SPDX-License-Identifier: MIT */
/*
 * Other ways to be somebody, users that one makes or does not want to hear of, what the server is
 * set to, and calls that one does not want any more. Caller's thread only; since 0.1.0 throughout.
 */
#ifndef PORCHLIGHT_ACCOUNT_H
#define PORCHLIGHT_ACCOUNT_H

#include <porchlight/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Connect as a guest: the server makes the user and gives the token. options as for
 * pl_client_connect_user(), without a token; user_id is only a wish: the id is
 * "guest-<uuid>-<user_id>", see pl_local_user(). `done` as of pl_client_connect_user(), and
 * PL_OFFLINE or PL_TIMED_OUT where the server is not reached to make the guest (then nothing is
 * dialled again); until then it is ended with pl_client_cancel(), not pl_client_disconnect().
 * Results: as pl_client_connect_user().
 */
PL_API int pl_client_connect_guest(
    pl_client *client, const struct pl_connect_options *options, pl_done_fn *done, void *context);

/**
 * Connect without being anybody: one may read and watch what is open to all (livestream), and is
 * seen by nobody. Each connection is another "!anon-<uuid>", also after a reconnect; calls that
 * need a name are refused with code 17. `done` and results: as pl_client_connect_user().
 */
PL_API int pl_client_connect_anonymous(pl_client *client, pl_done_fn *done, void *context);

/**
 * Set fields of one's own user ("{\"name\":\"Bo\",\"color\":\"red\"}") and remove others;
 * either may be left out (NULL, 0), not both. Reserved fields: code 4. Repeated when the answer was
 * lost. Results: 0; PL_E_ARGUMENT; PL_E_STATE; PL_E_FULL; PL_E_MEMORY.
 */
PL_API int pl_client_update_self(pl_client *client, const char *set_json, const char *const *unset,
    size_t unset_count, pl_done_fn *done, void *context);

/**
 * Make users, or replace them: their fields by id, "{\"bo\":{\"name\":\"Bo\",\"color\":\"red\"}}",
 * at most 100, all or none. Custom fields that are not given are removed; invisible, where not
 * given, stays. With a user's own token only that user (others: code 17), with a server's token
 * anybody. Outcome: users. Repeated when the answer was lost. Results: 0; PL_E_ARGUMENT;
 * PL_E_STATE; PL_E_FULL; PL_E_MEMORY.
 */
PL_API int pl_client_upsert_users(
    pl_client *client, const char *users_json, pl_done_fn *done, void *context);

/**
 * Ask what the server is and is set to. Outcome: json, such as "{\"name\":…,\"version\":…,
 * \"channel_configs\":{\"messaging\":{\"typing_events\":true,\"max_message_length\":5000,…}}}":
 * what the channels of each type can do. Repeated when the answer was lost. Results: 0;
 * PL_E_ARGUMENT; PL_E_STATE; PL_E_FULL; PL_E_MEMORY.
 */
PL_API int pl_client_query_app(pl_client *client, pl_done_fn *done, void *context);

/**
 * Mute a user for some minutes, or without end (0), and unmute. The server keeps it, for all
 * devices; what muting means is yours to do. Told: PL_EVENT_MUTES_UPDATED. Repeated when the
 * answer was lost. Results: 0; PL_E_ARGUMENT; PL_E_STATE; PL_E_FULL; PL_E_MEMORY.
 */
PL_API int pl_client_mute_user(
    pl_client *client, const char *user_id, int minutes, pl_done_fn *done, void *context);
PL_API int pl_client_unmute_user(
    pl_client *client, const char *user_id, pl_done_fn *done, void *context);
/** Whether I mute them now. */
PL_API bool pl_user_is_muted(const pl_user *user);

/**
 * The number of the call that was accepted last, for pl_client_cancel(); 0: none yet. Numbers
 * begin at 1, only grow, and are never used again. pl_client_connect_user(),
 * pl_client_connect_anonymous() and pl_client_disconnect() have none: a connect is ended by a
 * disconnect.
 */
PL_API uint64_t pl_client_last_call(const pl_client *client);

/**
 * Want a call no more. Its callback runs once all the same, in a later dispatch, with PL_CANCELLED
 * (whether the server did it is not known), or with its own result where that was on its way
 * already. Results: 0; PL_E_ARGUMENT; PL_E_STATE (no such call is under way: its callback has run);
 * PL_E_FULL; PL_E_MEMORY.
 */
PL_API int pl_client_cancel(pl_client *client, uint64_t number);

#ifdef __cplusplus
}
#endif
#endif
