/* SPDX-License-Identifier: MIT */
/* All there is to ask. A shape that is not deaf must tell a Hana who is seen from one who is not,
 * for somebody, at some moment: worlds_test.c tries that, too. */
#include "server/worlds.h"

#define USERS "GET /users"
#define MEMBERS "GET /members"
#define CHANNELS "POST /channels"
#define HALL "POST /channels/messaging/hall/query"
#define STREAM "POST /channels/livestream/stream/query"
#define IN_HALL "\"type\":\"messaging\",\"id\":\"hall\""
#define UP "\"sort\":[{\"field\":\"last_active\",\"direction\":1}]"
#define DOWN "\"sort\":[{\"field\":\"last_active\",\"direction\":-1}]"
#define BY_ID "\"sort\":[{\"field\":\"id\",\"direction\":1}]"

const struct shape worlds_shapes[] = {
    /* users: themselves */
    {USERS, "{\"filter_conditions\":{\"id\":\"hana\"}}"},
    {USERS, "{\"filter_conditions\":{\"id\":{\"$in\":[\"hana\",\"ana\",\"nobody\"]}}}"},
    {USERS, "{\"filter_conditions\":{\"name\":{\"$autocomplete\":\"han\"}}}"},
    {USERS, "{\"filter_conditions\":{\"name\":{\"$q\":\"hidden\"}}}"},
    {USERS, "{\"filter_conditions\":{\"color\":\"green\"}}"},
    {USERS, "{\"filter_conditions\":{\"id\":\"nobody\"}}", .deaf = true},
    {USERS, "{}"},
    {USERS, "{\"filter_conditions\":{\"id\":\"nora\"}}"},
    /* users: online */
    {USERS, "{\"filter_conditions\":{\"online\":true}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"online\":false}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"online\":{\"$ne\":true}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"online\":{\"$in\":[true]}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"online\":{\"$exists\":true}},\"limit\":3," UP "}"},
    {USERS, "{\"filter_conditions\":{\"online\":{\"$gt\":true}}}", .deaf = true},
    {USERS, "{\"sort\":[{\"field\":\"online\",\"direction\":-1},{\"field\":\"id\","
            "\"direction\":-1}]}"},
    /* users: last_active */
    {USERS, "{" UP "}"},
    {USERS, "{" DOWN "}"},
    {USERS, "{" DOWN ",\"limit\":1}"},
    {USERS, "{" DOWN ",\"limit\":2,\"offset\":1}"},
    {USERS, "{" UP ",\"limit\":2,\"offset\":2}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":{\"$gt\":\"@gone\"}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":{\"$gte\":\"@then\"}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":{\"$lt\":\"@then\"}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":{\"$lte\":\"@gone\"}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":{\"$exists\":true}}," DOWN "}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":{\"$exists\":false}}}"},
    {USERS, "{\"filter_conditions\":{\"last_active\":null}}"},
    /* users: invisible, which is no field of anybody else */
    {USERS, "{\"filter_conditions\":{\"invisible\":true}}", .deaf = true},
    {USERS, "{\"filter_conditions\":{\"invisible\":false}}", .deaf = true},
    {USERS, "{\"filter_conditions\":{\"invisible\":{\"$ne\":true}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"invisible\":{\"$exists\":true}}}", .deaf = true},
    {USERS, "{\"filter_conditions\":{\"invisible\":{\"$exists\":false}}," UP "}"},
    {USERS, "{\"filter_conditions\":{\"invisible\":null}," UP "}"},
    {USERS, "{\"filter_conditions\":{\"invisible\":{\"$in\":[true,false]}}}", .deaf = true},
    {USERS, "{\"sort\":[{\"field\":\"invisible\",\"direction\":-1}]}"},
    /* users: all of it together */
    {USERS, "{\"filter_conditions\":{\"$or\":[{\"online\":true},{\"last_active\":{\"$gt\":"
            "\"@then\"}}]}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"$nor\":[{\"online\":true},{\"id\":\"ana\"}]}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"$and\":[{\"id\":\"hana\"},{\"online\":false}]}}"},
    {USERS, "{\"filter_conditions\":{\"$or\":[{\"invisible\":true},{\"$and\":[{\"online\":true},"
            "{\"name\":{\"$autocomplete\":\"h\"}}]}]}}"},
    {USERS, "{\"filter_conditions\":{\"$nor\":[{\"last_active\":{\"$lt\":\"@gone\"}}]}," UP "}"},
    {USERS, "{\"sort\":[{\"field\":\"updated_at\",\"direction\":-1}]}"},
    {USERS, "{\"sort\":[{\"field\":\"created_at\",\"direction\":1}]}"},
    {USERS, "{\"filter_conditions\":{\"updated_at\":{\"$gte\":\"@gone\"}}," BY_ID "}"},
    {USERS, "{\"filter_conditions\":{\"status\":\"busy\"}}"},
    /* members */
    {MEMBERS, "{" IN_HALL "}"},
    {MEMBERS, "{" IN_HALL "," UP "}"},
    {MEMBERS, "{" IN_HALL "," DOWN ",\"limit\":2}"},
    {MEMBERS, "{" IN_HALL ",\"sort\":[{\"field\":\"online\",\"direction\":-1}]}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"online\":true}}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"online\":{\"$ne\":true}}," DOWN "}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"last_active\":{\"$gt\":\"@gone\"}}}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"$or\":[{\"online\":true},{\"last_active\":"
              "{\"$gte\":\"@then\"}}]}," UP ",\"limit\":3}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"user_id\":\"hana\"}}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"name\":{\"$autocomplete\":\"hana\"}}}"},
    {MEMBERS, "{" IN_HALL ",\"filter_conditions\":{\"invisible\":true}}", .deaf = true},
    {MEMBERS, "{\"type\":\"messaging\",\"id\":\"den\"}"},
    {MEMBERS, "{\"type\":\"quiet\",\"id\":\"cell\"," UP "}"},
    /* channels, many */
    {CHANNELS, "{\"filter_conditions\":{},\"message_limit\":2}"},
    {CHANNELS, "{\"filter_conditions\":{},\"state\":false}"},
    {CHANNELS, "{\"filter_conditions\":{},\"sort\":[{\"field\":\"updated_at\",\"direction\":-1}]}"},
    {CHANNELS,
        "{\"filter_conditions\":{},\"sort\":[{\"field\":\"last_updated\",\"direction\":1}]}"},
    {CHANNELS, "{\"filter_conditions\":{},\"sort\":[{\"field\":\"last_message_at\",\"direction\":"
               "-1}],\"message_limit\":2}"},
    {CHANNELS, "{\"filter_conditions\":{},\"sort\":[{\"field\":\"member_count\",\"direction\":-1}],"
               "\"member_limit\":2}"},
    {CHANNELS, "{\"filter_conditions\":{\"members\":{\"$in\":[\"hana\"]}}}"},
    {CHANNELS, "{\"filter_conditions\":{\"members\":[\"ana\",\"hana\"]}}"},
    {CHANNELS, "{\"filter_conditions\":{\"members\":{\"$in\":[\"@me\"]},\"hidden\":false}}"},
    {CHANNELS, "{\"filter_conditions\":{\"last_message_at\":{\"$gt\":\"@gone\"}}}"},
    {CHANNELS, "{\"filter_conditions\":{\"updated_at\":{\"$gte\":\"@gone\"}}}"},
    {CHANNELS, "{\"filter_conditions\":{\"has_unread\":true}}", .deaf = true},
    {CHANNELS,
        "{\"filter_conditions\":{\"member_count\":{\"$gte\":2}},\"watch\":true,"
        "\"connection_id\":\"@her\"}",
        .stranger = true, .deaf = true},
    /* channels, one */
    {HALL, "{\"state\":true}"},
    {HALL, "{\"state\":false}"},
    {HALL, "{\"watchers\":{\"limit\":100}}"},
    {HALL, "{\"watchers\":{\"limit\":1,\"offset\":1}}"},
    {HALL, "{\"watchers\":{\"limit\":2,\"offset\":2},\"messages\":{\"limit\":1}}"},
    {HALL, "{\"members\":{\"limit\":2,\"offset\":1},\"messages\":{\"limit\":0}}"},
    {HALL, "{\"watch\":true,\"presence\":true,\"connection_id\":\"@her\"}", .stranger = true,
        .deaf = true},
    {STREAM, "{\"watchers\":{\"limit\":100}}"},
    {STREAM, "{\"watchers\":{\"limit\":1,\"offset\":2}}"},
    {"POST /channels/messaging/den/query", "{\"watchers\":{\"limit\":10}}"},
    {"POST /channels/quiet/cell/query", "{\"watchers\":{\"limit\":10}}"},
    {"POST /channels/messaging/query", "{\"data\":{\"members\":[\"ana\",\"hana\"]}}"},
    {"POST /channels/messaging/hall/stop-watching", "{\"connection_id\":\"@her\"}",
        .stranger = true, .deaf = true},
    /* messages */
    {"GET /messages/of-hana", NULL},
    {"GET /messages/of-hana/reactions", NULL},
    {"GET /messages/of-hana/replies", NULL},
    {"GET /messages/of-ana", NULL},
    {"GET /messages/of-nobody", NULL, .deaf = true},
    /* of the asker alone, and what is refused */
    {"GET /unread", NULL, .deaf = true},
    {"POST /sync", "{\"channel_cids\":[\"messaging:hall\",\"livestream:stream\"],"
                   "\"last_sync_at\":\"@gone\"}"},
    {"POST /users", "{\"users\":{\"hana\":{\"id\":\"hana\",\"invisible\":false}}}", .deaf = true},
    {"PATCH /users", "{\"users\":[{\"id\":\"hana\",\"set\":{\"invisible\":false}}]}", .deaf = true},
    {"POST /users", "{\"users\":{\"@me\":{\"id\":\"@me\",\"last_active\":\"@now\"}}}",
        .deaf = true},
    {"POST /channels/messaging/hall", "{\"add_members\":[\"nobody\"]}", .deaf = true},
    {"POST /channels/messaging/hall/event", "{\"event\":{\"type\":\"typing.none\"}}", .deaf = true},
    {"POST /channels/livestream/stream/event", "{\"event\":{\"type\":\"typing.start\"}}",
        .deaf = true},
    {"POST /channels/livestream/stream/read", "{}", .deaf = true},
    {"POST /channels/messaging/nothing/read", "{}", .deaf = true},
    {"DELETE /messages/of-nobody", NULL, .deaf = true},
    {"POST /moderation/mute", "{\"target_id\":\"nobody\"}", .deaf = true},
    {"DELETE /users/hana", NULL, .deaf = true},
};

const size_t worlds_shape_count = sizeof worlds_shapes / sizeof worlds_shapes[0];
