/* SPDX-License-Identifier: MIT */
/*
 * The one way from the dashboard to libporchlight: a table of its public functions.
 *
 * The library is loaded by library_open() and not by the program's start, because it brings curl,
 * libwebsockets and what they bring, and the first frame is drawn before those are needed. A table
 * is also what a test fills with a library of its own.
 *
 * Every function of include/porchlight is here, without its pl_: library->client_create() is
 * pl_client_create(), and keeps its promises.
 */
#ifndef DASHBOARD_LIBRARY_H
#define DASHBOARD_LIBRARY_H

#include <porchlight/porchlight.h>

// clang-format off
#define LIBRARY_FUNCTIONS(F)                                                                       \
    F(version) F(status_name) F(network_create) F(network_destroy) F(client_create)                \
    F(client_destroy) F(client_fd) F(client_dispatch) F(client_set_user)                           \
    F(client_connect_user) F(client_disconnect) F(client_reconnect_now) F(client_give_token)       \
    F(client_link) F(local_user) F(client_mark_invisible) F(client_mark_visible)                   \
    F(client_set_status) F(client_on) F(client_off) F(query_channels) F(query_users)               \
    F(client_listen_users) F(client_listen_first) F(client_find_user)                              \
    F(client_memory) F(client_channel_count) F(client_channel_at) F(client_find_channel) F(user_id)                 \
    F(user_name) F(user_status) F(user_role) F(user_online) F(user_is_live)                        \
    F(user_known_unix_ms) F(user_last_active_unix_ms) F(user_invisible) F(user_banned)             \
    F(user_deactivated) F(user_custom_json) F(user_to_json) F(free)                                \
    F(user_on_presence_changed) F(user_set_context) F(user_context) F(channel_get_or_create)       \
    F(channel_watch) F(channel_stop_watching) F(channel_listen_all) F(query_members)               \
    F(channel_add_members) F(channel_remove_members) F(channel_send_message) F(channel_cid)        \
    F(channel_type) F(channel_id) F(channel_client) F(channel_name) F(channel_custom_json)         \
    F(channel_is_watched) F(channel_has_presence) F(channel_is_mine) F(channel_is_deleted)         \
    F(channel_member_total) F(channel_watcher_count) F(channel_member_count)                       \
    F(channel_member_at) F(channel_find_member) F(member_user) F(member_channel)                   \
    F(member_role) F(member_created_unix_ms) F(channel_message_count) F(channel_message_at)        \
    F(message_id) F(message_text) F(message_user) F(message_created_unix_ms)                       \
    F(message_is_deleted) F(message_parent_id) F(message_reply_count)                              \
    F(message_updated_unix_ms) F(message_reactions_json) F(channel_send_message_with)              \
    F(channel_edit_message) F(channel_delete_message) F(channel_query_message)                     \
    F(channel_query_messages) F(channel_query_replies) F(channel_find_message)                     \
    F(channel_mark_read) F(channel_start_typing) F(channel_stop_typing) F(channel_typing_count)    \
    F(channel_typing_at) F(channel_unread) F(channel_find_read) F(channel_query_watchers)          \
    F(channel_add_reaction) F(channel_remove_reaction) F(message_has_my_reaction)
// clang-format on

struct library {
#define LIBRARY_MEMBER(name) __typeof__(pl_##name) *name;
    LIBRARY_FUNCTIONS(LIBRARY_MEMBER)
#undef LIBRARY_MEMBER
};

/* Load it and fill the table; the library stays until the program ends. 0; < 0: `why` says it to a
 * person. Any thread, but not two at once. */
int library_open(struct library *to, char *why, size_t why_size);

#endif
