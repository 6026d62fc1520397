/* SPDX-License-Identifier: MIT */
/* The columns of each table, in the order in which they are bound and read. */
#ifndef SERVER_STORE_COLUMNS_H
#define SERVER_STORE_COLUMNS_H

#define USER_COLUMNS                                                                               \
    "id, name, image, role, created_us, updated_us, last_active_us, deactivated_us, deleted_us, "  \
    "revoke_before_us, banned, invisible, custom"
#define TYPE_COLUMNS                                                                               \
    "name, created_us, updated_us, typing_events, read_events, connect_events, custom_events, "    \
    "search, reactions, replies, quotes, mutes, uploads, url_enrichment, push_notifications, "     \
    "max_message_length, grants"
#define CHANNEL_COLUMNS                                                                            \
    "cid, created_by, created_us, updated_us, last_message_us, truncated_us, deleted_us, frozen, " \
    "disabled, connect_events, cooldown_s, custom"
#define MEMBER_COLUMNS                                                                             \
    "cid, user_id, channel_role, role, created_us, updated_us, banned, shadow_banned, "            \
    "notifications_muted, invited, invite_accepted_us, invite_rejected_us, custom"
#define MESSAGE_COLUMNS                                                                            \
    "id, cid, user_id, text, type, parent_id, quoted_id, reply_count, created_us, updated_us, "    \
    "deleted_us, silent, custom"
#define REGARD_COLUMNS                                                                             \
    "cid, user_id, read_us, shown_read_us, hidden_us, cleared_us, muted_us, mute_until_us"
#define REACTION_COLUMNS "message_id, user_id, type, score, created_us, updated_us, custom"
#define MUTE_COLUMNS "user_id, target_id, created_us, until_us"

#endif
