/* SPDX-License-Identifier: MIT */
#include "server/routes.h"

#include <string.h>

static const struct route routes[] = {
    {HTTP_POST, "channels", "QueryChannels", channels_query, ROUTE_BODY},
    {HTTP_GET, "channels", "QueryChannels", channels_query, ROUTE_BODY},
    {HTTP_POST, "channels/*/query", "GetOrCreateChannel", channel_get_or_create_distinct,
        ROUTE_BODY},
    {HTTP_POST, "channels/*/*/query", "GetOrCreateChannel", channel_get_or_create, ROUTE_BODY},
    {HTTP_POST, "channels/*/*", "UpdateChannel", channel_update, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_PATCH, "channels/*/*", "UpdateChannelPartial", channel_update_partial,
        ROUTE_BODY | ROUTE_NAMED},
    {HTTP_DELETE, "channels/*/*", "DeleteChannel", channel_delete, ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/stop-watching", "StopWatching", channel_stop_watching, 0},
    {HTTP_POST, "channels/*/*/message", "SendMessage", message_send, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/event", "SendEvent", event_send, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/read", "MarkRead", channel_read, ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/unread", "MarkUnread", channel_unread, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "channels/read", "MarkChannelsRead", channels_read, ROUTE_NAMED},
    {HTTP_GET, "unread", "UnreadCounts", unread_get, ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/truncate", "TruncateChannel", channel_truncate, ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/hide", "HideChannel", channel_hide, ROUTE_NAMED},
    {HTTP_POST, "channels/*/*/show", "ShowChannel", channel_show, ROUTE_NAMED},
    {HTTP_GET, "messages/*/replies", "GetReplies", message_replies, 0},
    {HTTP_POST, "messages/*/reaction", "SendReaction", reaction_send, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_DELETE, "messages/*/reaction/*", "DeleteReaction", reaction_delete, ROUTE_NAMED},
    {HTTP_GET, "messages/*/reactions", "GetReactions", reactions_list, 0},
    {HTTP_GET, "messages/*", "GetMessage", message_get, 0},
    {HTTP_POST, "messages/*", "UpdateMessage", message_update, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_PUT, "messages/*", "UpdateMessage", message_update, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_DELETE, "messages/*", "DeleteMessage", message_delete, ROUTE_NAMED},
    {HTTP_GET, "users", "QueryUsers", users_query, ROUTE_BODY},
    {HTTP_POST, "users", "UpdateUsers", users_upsert, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_PATCH, "users", "UpdateUsersPartial", users_update_partial, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_DELETE, "users/*", "DeleteUser", person_delete, ROUTE_SERVER},
    {HTTP_POST, "users/*/deactivate", "DeactivateUser", person_deactivate, ROUTE_SERVER},
    {HTTP_POST, "users/*/reactivate", "ReactivateUser", person_reactivate, ROUTE_SERVER},
    {HTTP_POST, "users/*/event", "SendUserEvent", person_event, ROUTE_BODY | ROUTE_SERVER},
    {HTTP_GET, "members", "QueryMembers", members_query, ROUTE_BODY},
    {HTTP_POST, "sync", "Sync", sync_events, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "guest", "CreateGuest", guest_create, ROUTE_BODY | ROUTE_OPEN},
    {HTTP_POST, "moderation/mute", "MuteUser", mute_person, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "moderation/unmute", "UnmuteUser", unmute_person, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "moderation/mute/channel", "MuteChannel", mute_room, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_POST, "moderation/unmute/channel", "UnmuteChannel", unmute_room,
        ROUTE_BODY | ROUTE_NAMED},
    {HTTP_GET, "app", "GetApp", app_get, 0},
    {HTTP_PATCH, "app", "UpdateApp", app_update, ROUTE_BODY | ROUTE_SERVER},
    {HTTP_GET, "channeltypes", "ListChannelTypes", types_list, ROUTE_SERVER},
    {HTTP_POST, "channeltypes", "CreateChannelType", type_create, ROUTE_BODY | ROUTE_SERVER},
    {HTTP_GET, "channeltypes/*", "GetChannelType", type_get, ROUTE_SERVER},
    {HTTP_PUT, "channeltypes/*", "UpdateChannelType", type_update, ROUTE_BODY | ROUTE_SERVER},
    {HTTP_DELETE, "channeltypes/*", "DeleteChannelType", type_delete, ROUTE_SERVER},
};

static bool matches(const char *path, const struct http_request *request, const char **args) {
    unsigned arg = 0;
    for (unsigned i = 0; i < request->segment_count; i++) {
        size_t len = strcspn(path, "/");
        const char *segment = request->segments[i];
        if (len == 1 && path[0] == '*' && arg < CALL_ARGS)
            args[arg++] = segment;
        else if (len == 0 || strlen(segment) != len || memcmp(path, segment, len) != 0)
            return false;
        path += len;
        if (*path == '/')
            path++;
    }
    return *path == '\0';
}

const struct route *route_find(const struct http_request *request, const char *args[CALL_ARGS]) {
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (routes[i].method == request->method && matches(routes[i].path, request, args))
            return &routes[i];
    return NULL;
}

#define NOT_HERE(what) what " is not part of this server"

/* What the API has and this server does not. */
static const struct {
    const char *first, *what;
} left_out[] = {
    {"devices", NOT_HERE("pushing to devices")},
    {"push_providers", NOT_HERE("pushing to devices")},
    {"push_preferences", NOT_HERE("pushing to devices")},
    {"uploads", NOT_HERE("uploading")},
    {"polls", NOT_HERE("polling")},
    {"search", NOT_HERE("searching")},
    {"threads", NOT_HERE("the listing of threads")},
    {"import_urls", NOT_HERE("importing")},
    {"imports", NOT_HERE("importing")},
    {"export_channels", NOT_HERE("exporting")},
    {"export", NOT_HERE("exporting")},
    {"campaigns", NOT_HERE("campaigning")},
    {"segments", NOT_HERE("campaigning")},
    {"blocklists", NOT_HERE("moderating in queues")},
    {"commands", NOT_HERE("the setting of commands")},
    {"permissions", NOT_HERE("the setting of permissions")},
    {"roles", NOT_HERE("the setting of roles")},
    {"tasks", NOT_HERE("the running of tasks")},
    {"og", NOT_HERE("the preview of links")},
    {"moderation", NOT_HERE("moderating in queues")},
    {"reminders", NOT_HERE("reminding")},
    {"drafts", NOT_HERE("the keeping of drafts")},
};

static const char *const no_such_call = "there is no such call";

const char *route_missing(const struct http_request *request) {
    const char *last = request->segment_count > 0 ? request->segments[request->segment_count - 1]
                                                  : "";
    if (strcmp(last, "image") == 0 || strcmp(last, "file") == 0)
        return NOT_HERE("uploading");
    for (size_t i = 0; request->segment_count > 0 && i < sizeof left_out / sizeof left_out[0]; i++)
        if (strcmp(left_out[i].first, request->segments[0]) == 0)
            return left_out[i].what;
    return no_such_call;
}

size_t route_count(void) {
    return sizeof routes / sizeof routes[0];
}

const struct route *route_at(size_t number) {
    return &routes[number];
}

size_t route_number(const struct route *route) {
    return route != NULL ? (size_t)(route - routes) : route_count();
}
