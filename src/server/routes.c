/* SPDX-License-Identifier: MIT */
#include "server/routes.h"

#include <string.h>

static const struct route routes[] = {
    {HTTP_POST, "channels", "QueryChannels", channels_query, 0},
    {HTTP_GET, "channels", "QueryChannels", channels_query, 0},
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
    {HTTP_GET, "messages/*", "GetMessage", message_get, 0},
    {HTTP_POST, "messages/*", "UpdateMessage", message_update, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_PUT, "messages/*", "UpdateMessage", message_update, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_DELETE, "messages/*", "DeleteMessage", message_delete, ROUTE_NAMED},
    {HTTP_GET, "users", "QueryUsers", users_query, 0},
    {HTTP_POST, "users", "UpdateUsers", users_upsert, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_PATCH, "users", "UpdateUsersPartial", users_update_partial, ROUTE_BODY | ROUTE_NAMED},
    {HTTP_GET, "members", "QueryMembers", members_query, 0},
    {HTTP_GET, "app", "GetApp", app_get, 0},
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
