/* SPDX-License-Identifier: MIT */
/*
 * A user: one object wherever they appear: member of many channels, author of a message, oneself.
 * Owned by the client, lives until pl_client_destroy(), or until nobody holds it and room is needed
 * ("Room" in client.h). Caller's thread only.
 */
#ifndef PORCHLIGHT_USER_H
#define PORCHLIGHT_USER_H

#include <porchlight/client.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The id; never changes. Since 0.1.0. */
PL_API const char *pl_user_id(const pl_user *user);

/** The name, or the id where they have none; valid until the next dispatch. Since 0.1.0. */
PL_API const char *pl_user_name(const pl_user *user);

/** The status text, or ""; valid until the next dispatch. Since 0.1.0. */
PL_API const char *pl_user_status(const pl_user *user);

/** The role, such as "user" or "admin"; valid until the next dispatch. Since 0.1.0. */
PL_API const char *pl_user_role(const pl_user *user);

/** Online by the last word of the server. Ask pl_user_is_live() whether that word still holds.
 * Since 0.1.0. */
PL_API bool pl_user_online(const pl_user *user);

/**
 * Whether changes of this user arrive now: the link is live and the server listens to them for
 * us. Where false, online and last_active are a picture of the past. Since 0.1.0.
 */
PL_API bool pl_user_is_live(const pl_user *user);

/**
 * How old what is known of them is: when the server last told us about this user (an event, the
 * answer to a query, a list of members, a message of theirs), in milliseconds of our Unix time; 0:
 * never. Since 0.1.0.
 */
PL_API int64_t pl_user_known_unix_ms(const pl_user *user);

/**
 * The server's last_active in milliseconds of Unix time, 0: never. The server refreshes it every
 * 15 minutes while they are connected, so it may be that much older than the truth. Since 0.1.0.
 */
PL_API int64_t pl_user_last_active_unix_ms(const pl_user *user);

/** Whether they hide. Known only of oneself; of others always false. Since 0.1.0. */
PL_API bool pl_user_invisible(const pl_user *user);

/** Banned or deactivated. Since 0.1.0. */
PL_API bool pl_user_banned(const pl_user *user);
PL_API bool pl_user_deactivated(const pl_user *user);

/**
 * A custom field as JSON text ("\"green\"", "3", …) in a buffer that the caller frees with
 * pl_free(), or NULL where there is none. Since 0.1.0.
 */
PL_API char *pl_user_custom_json(const pl_user *user, const char *field);

/** The whole user as one JSON object of the API, for scripts; free with pl_free(); NULL: out of
 * memory. Since 0.1.0. */
PL_API char *pl_user_to_json(const pl_user *user);

/** Free what this library said is freed with it. NULL is fine. Any thread. Since 0.1.0. */
PL_API void pl_free(void *memory);

/** Told that the presence of one user changed: came, left, or changed the status text. */
typedef void pl_presence_fn(pl_user *user, bool online, int64_t last_active_unix_ms, void *context);

/**
 * Told each presence change of this user. Returns a handle > 0 for pl_client_off(), or
 * PL_E_MEMORY, PL_E_ARGUMENT. Since 0.1.0.
 */
PL_API int pl_user_on_presence_changed(pl_user *user, pl_presence_fn *fn, void *context);

/** A pointer of the caller's own, kept for them; NULL at first. One that is not NULL holds the user
 * ("Room" in client.h). Since 0.1.0. */
PL_API void pl_user_set_context(pl_user *user, void *context);
PL_API void *pl_user_context(const pl_user *user);

#ifdef __cplusplus
}
#endif
#endif
