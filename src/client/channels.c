/* SPDX-License-Identifier: MIT */
/* What can be asked of a channel, its members and its messages. */
#include "client/client.h"

PL_API const char *pl_channel_cid(const pl_channel *channel) {
    return channel->wire.cid;
}

PL_API const char *pl_channel_type(const pl_channel *channel) {
    return channel->wire.type;
}

PL_API const char *pl_channel_id(const pl_channel *channel) {
    return channel->wire.id;
}

PL_API pl_client *pl_channel_client(const pl_channel *channel) {
    return channel->client;
}

PL_API const char *pl_channel_name(const pl_channel *channel) {
    const char *name = channel_name(&channel->wire);
    return name != NULL && name[0] != '\0' ? name : channel->wire.id;
}

PL_API char *pl_channel_custom_json(const pl_channel *channel, const char *field) {
    const json *value = json_get(channel->wire.custom, field);
    return value != NULL ? json_to_text(value) : NULL;
}

PL_API bool pl_channel_is_watched(const pl_channel *channel) {
    return (channel->flags & PL_WATCH) && !channel->lost;
}

PL_API bool pl_channel_has_presence(const pl_channel *channel) {
    return channel->wire.connect_events;
}

PL_API bool pl_channel_is_mine(const pl_channel *channel) {
    return channel->mine;
}

PL_API bool pl_channel_is_deleted(const pl_channel *channel) {
    return channel->deleted;
}

PL_API size_t pl_channel_member_total(const pl_channel *channel) {
    const size_t told = channel->wire.member_count > 0 ? (size_t)channel->wire.member_count : 0;
    return told > channel->member_count ? told : channel->member_count;
}

PL_API size_t pl_channel_watcher_count(const pl_channel *channel) {
    return channel->watcher_count;
}

PL_API size_t pl_channel_member_count(const pl_channel *channel) {
    return channel->member_count;
}

PL_API pl_member *pl_channel_member_at(const pl_channel *channel, size_t i) {
    return i < channel->member_count ? channel->members[i] : NULL;
}

PL_API pl_member *pl_channel_find_member(const pl_channel *channel, const char *user_id) {
    return user_id != NULL ? table_find(&channel->by_user, user_id) : NULL;
}

PL_API pl_user *pl_member_user(const pl_member *member) {
    return member->user;
}

PL_API pl_channel *pl_member_channel(const pl_member *member) {
    return member->channel;
}

PL_API const char *pl_member_role(const pl_member *member) {
    return member->rare != NULL ? member->rare->role : "member";
}

PL_API int64_t pl_member_created_unix_ms(const pl_member *member) {
    return member->created_us / 1000;
}

PL_API size_t pl_channel_message_count(const pl_channel *channel) {
    return channel->messages.count;
}

PL_API pl_message *pl_channel_message_at(const pl_channel *channel, size_t i) {
    return i < channel->messages.count ? channel->messages.items[i] : NULL;
}

PL_API const char *pl_message_id(const pl_message *message) {
    return message->wire.id;
}

PL_API const char *pl_message_text(const pl_message *message) {
    return message->wire.text;
}

PL_API pl_user *pl_message_user(const pl_message *message) {
    return message->user;
}

PL_API int64_t pl_message_created_unix_ms(const pl_message *message) {
    return message->wire.created_us / 1000;
}

PL_API bool pl_message_is_deleted(const pl_message *message) {
    return message->wire.deleted_us != 0;
}
