/* SPDX-License-Identifier: MIT */
/* The events of the wire: their names in one table, and their envelope. Pure. */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include "wire/json.h"

#define WIRE_EVENTS(EVENT)                                                                         \
    EVENT(HEALTH_CHECK, "health.check")                                                            \
    EVENT(CONNECTION_ERROR, "connection.error")                                                    \
    EVENT(PRESENCE_CHANGED, "user.presence.changed")                                               \
    EVENT(USER_UPDATED, "user.updated")                                                            \
    EVENT(USER_DELETED, "user.deleted")                                                            \
    EVENT(WATCHING_START, "user.watching.start")                                                   \
    EVENT(WATCHING_STOP, "user.watching.stop")                                                     \
    EVENT(MESSAGE_NEW, "message.new")                                                              \
    EVENT(MESSAGE_UPDATED, "message.updated")                                                      \
    EVENT(MESSAGE_DELETED, "message.deleted")                                                      \
    EVENT(MESSAGE_READ, "message.read")                                                            \
    EVENT(REACTION_NEW, "reaction.new")                                                            \
    EVENT(REACTION_UPDATED, "reaction.updated")                                                    \
    EVENT(REACTION_DELETED, "reaction.deleted")                                                    \
    EVENT(TYPING_START, "typing.start")                                                            \
    EVENT(TYPING_STOP, "typing.stop")                                                              \
    EVENT(MEMBER_ADDED, "member.added")                                                            \
    EVENT(MEMBER_UPDATED, "member.updated")                                                        \
    EVENT(MEMBER_REMOVED, "member.removed")                                                        \
    EVENT(CHANNEL_UPDATED, "channel.updated")                                                      \
    EVENT(CHANNEL_DELETED, "channel.deleted")                                                      \
    EVENT(CHANNEL_TRUNCATED, "channel.truncated")                                                  \
    EVENT(CHANNEL_HIDDEN, "channel.hidden")                                                        \
    EVENT(CHANNEL_VISIBLE, "channel.visible")                                                      \
    EVENT(NOTIFICATION_MESSAGE_NEW, "notification.message_new")                                    \
    EVENT(NOTIFICATION_MARK_READ, "notification.mark_read")                                        \
    EVENT(NOTIFICATION_MARK_UNREAD, "notification.mark_unread")                                    \
    EVENT(NOTIFICATION_ADDED, "notification.added_to_channel")                                     \
    EVENT(NOTIFICATION_REMOVED, "notification.removed_from_channel")                               \
    EVENT(NOTIFICATION_CHANNEL_DELETED, "notification.channel_deleted")                            \
    EVENT(NOTIFICATION_MUTES_UPDATED, "notification.mutes_updated")                                \
    EVENT(NOTIFICATION_INVITED, "notification.invited")                                            \
    EVENT(NOTIFICATION_INVITE_ACCEPTED, "notification.invite_accepted")                            \
    EVENT(NOTIFICATION_INVITE_REJECTED, "notification.invite_rejected")

enum wire_event {
    EVENT_CUSTOM = 0, /* any other name */
#define WIRE_EVENT_ENUM(tag, name) EVENT_##tag,
    WIRE_EVENTS(WIRE_EVENT_ENUM)
#undef WIRE_EVENT_ENUM
    EVENT_COUNT
};

/* The name; "" for EVENT_CUSTOM. */
const char *event_name(enum wire_event event);
enum wire_event event_from_name(const char *name);

/* {"type","created_at"} and, where cid is not NULL, "cid","channel_id","channel_type". NULL: out
 * of memory. */
json *event_encode(const char *type, int64_t created_us, const char *cid);

#endif
