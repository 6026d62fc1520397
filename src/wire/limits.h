/* SPDX-License-Identifier: MIT */
/* The bounds of the wire contract, for both ends. */
#ifndef WIRE_LIMITS_H
#define WIRE_LIMITS_H

enum {
    LIMIT_USER_ID = 255,
    LIMIT_CHANNEL_ID = 64,
    LIMIT_CHANNEL_TYPE = 64,
    LIMIT_CID = LIMIT_CHANNEL_TYPE + 1 + LIMIT_CHANNEL_ID,
    LIMIT_MESSAGE_ID = 255,
    LIMIT_CONNECTION_ID = 36,

    LIMIT_CUSTOM_BYTES = 5 * 1024,
    LIMIT_CUSTOM_KEY = 255,
    LIMIT_MESSAGE_CHARACTERS = 5000,

    LIMIT_CHANNELS_DEFAULT = 10,
    LIMIT_CHANNELS = 30,
    LIMIT_USERS_DEFAULT = 30,
    LIMIT_USERS = 100,
    LIMIT_MEMBERS_DEFAULT = 100,
    LIMIT_MEMBERS = 100,
    LIMIT_OFFSET = 1000,
    LIMIT_MESSAGES_DEFAULT = 25,
    LIMIT_MESSAGES_WATCH = 100,
    LIMIT_MESSAGES = 300,
    LIMIT_ATTACHMENTS = 30,
    LIMIT_REACTION_TYPE = 30,
    LIMIT_REACTIONS_SHOWN = 10, /* latest_reactions, own_reactions */
    LIMIT_REACTIONS = 300,      /* a page of them */
    LIMIT_SYNC_EVENTS = 1000,
    LIMIT_SYNC_CHANNELS = 255,
    LIMIT_COOLDOWN_S = 120,
    LIMIT_BATCH = 100, /* users in an upsert, members added or removed */

    LIMIT_LISTEN_CHANNEL = 10, /* users a channel a call that watch or query channels listens to */
    LIMIT_LISTEN_USERS = 30,   /* users a call that query users listens to */
    LIMIT_CONNECTIONS_PER_USER = 50,

    LIMIT_JSON_DEPTH = 64,
    LIMIT_JSON_VALUES_REST = 4096,
    LIMIT_JSON_VALUES_FRAME = 256,
    LIMIT_JSON_VALUES_REPLY = 512 * 1024,
    LIMIT_JSON_VALUES_REPLY_FRAME = 64 * 1024,
    LIMIT_JSON_VALUES_STORED = 64 * 1024,
    LIMIT_NUMBER_CHARACTERS = 32,
    LIMIT_REST_BODY = 256 * 1024,       /* what a server takes */
    LIMIT_FRAME = 64 * 1024,            /* what a server takes */
    LIMIT_REPLY_HEAD = 64 * 1024,       /* what a client takes */
    LIMIT_REST_REPLY = 8 * 1024 * 1024, /* what a client takes */
    LIMIT_REPLY_FRAME = 1024 * 1024,    /* what a client takes */
    LIMIT_STORED = 1024 * 1024,         /* one row of ours */

    LIMIT_FILTER_NODES = 64,
    LIMIT_FILTER_DEPTH = 5,
    LIMIT_FILTER_LIST = 100,
    LIMIT_SORT_FIELDS = 10,

    HEALTH_CHECK_EVERY_MS = 25 * 1000,
    CLIENT_SILENCE_MS = 35 * 1000, /* the client takes the link for dead */
    SERVER_SILENCE_MS = 60 * 1000, /* the server drops the connection */
    TYPING_LASTS_MS = 10 * 1000,
    LAST_ACTIVE_EVERY_MS = 15 * 60 * 1000
};

_Static_assert(LIMIT_MESSAGES_WATCH <= LIMIT_MESSAGES, "a watch brings no more than one may ask");
_Static_assert(HEALTH_CHECK_EVERY_MS < CLIENT_SILENCE_MS, "a health check must come in time");
_Static_assert(CLIENT_SILENCE_MS < SERVER_SILENCE_MS, "the client gives up before the server");

#endif
