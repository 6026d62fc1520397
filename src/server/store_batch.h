/* SPDX-License-Identifier: MIT */
/* What a batch is made of, for the stores that write it down. Made on the loop's thread, then owned
 * by the store; written and read by one thread at a time. */
#ifndef SERVER_STORE_BATCH_H
#define SERVER_STORE_BATCH_H

#include "server/store.h"
#include "wire/limits.h"
#include <stdbool.h>
#include <stdint.h>

enum change_kind {
    CHANGE_USER,            /* user */
    CHANGE_TOUCH,           /* key: user id; moment_us */
    CHANGE_TYPE,            /* type */
    CHANGE_REMOVE_TYPE,     /* key: name */
    CHANGE_CHANNEL,         /* channel */
    CHANGE_MEMBER,          /* key: cid; member */
    CHANGE_REMOVE_MEMBER,   /* key: cid; value: user id; moment_us */
    CHANGE_MESSAGE,         /* message */
    CHANGE_REMOVE_MESSAGE,  /* key: cid; value: message id */
    CHANGE_TRUNCATE,        /* key: cid; moment_us */
    CHANGE_REACTION,        /* key: cid; reaction */
    CHANGE_REMOVE_REACTION, /* key: cid; reaction, of which only the names count */
    CHANGE_REGARD,          /* key: cid; value: user id; regard, but for its texts */
    CHANGE_REMOVE_REGARD,   /* key: cid; value: user id */
    CHANGE_MUTE,            /* key: user id; value: target's id; mute, but for its texts */
    CHANGE_REMOVE_MUTE,     /* key: user id; value: target's id */
    CHANGE_SETTING,         /* key: name; value */
    CHANGE_KINDS,
    CHANGE_LOST /* never written: there was no memory, and the batch has failed; key of `object` */
};

struct store_change {
    struct store_change *next;
    enum change_kind kind;
    bool is_moot; /* a later touch in the same group says it all */
    char *key;
    char *value;
    union {
        struct user user;
        struct channel_type type;
        struct channel channel;
        struct member member;
        struct message message;
        struct reaction reaction;
        struct store_regard regard;
        struct store_mute mute;
        int64_t moment_us;
        enum store_object object;
    };
};

struct store_batch {
    struct store_change *first, **last;
    int64_t submitted_us; /* when, by the clock that only goes forward */
    bool failed;
    /* What a change was of for which there was no memory at all: it is to be read again, too. */
    enum store_object lost_object;
    char lost[LIMIT_USER_ID + 1]; /* "": none */
    uint64_t number;              /* from here on the store's */
    int status;
    struct store_batch *next;
};

/* In a group of batches, mark all touches of a user but the last. Marks nothing where memory is
 * short: the result is the same, only dearer. */
void store_batch_coalesce(struct store_batch *group);
void store_batch_uncoalesce(struct store_batch *group);

#endif
