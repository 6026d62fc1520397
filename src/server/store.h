/* SPDX-License-Identifier: MIT */
/*
 * What must last. The world (world.h) is in memory; a store writes down its changes, off the
 * loop's thread, in groups, and tells the loop when they are on disk. At start it tells all it has.
 *
 * A batch is all or nothing. Batches become durable in the order of store_submit(). When a batch
 * fails, every batch that was submitted after it and is not yet durable fails too, and the world
 * reads the touched objects again (store_read_…): so memory never stays ahead of the disk.
 *
 * SQLite is store_sqlite.c; the interface is a table of functions so that PostgreSQL can stand
 * beside it, held to the same contract test.
 */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include "server/metrics.h"
#include "wire/channel.h"
#include "wire/member.h"
#include "wire/message.h"
#include "wire/reaction.h"
#include "wire/user.h"
#include <stdbool.h>

struct store;

/* What a channel is to one person, member or not. Texts are borrowed. */
struct store_regard {
    const char *cid, *user_id;
    int64_t read_us;       /* they have read up to here; 0: nothing */
    int64_t shown_read_us; /* as others see it */
    int64_t hidden_us;     /* hidden since; 0: not */
    int64_t cleared_us;    /* what is older is cleared away for them */
    int64_t muted_us;      /* muted since; 0: not */
    int64_t mute_until_us; /* 0: for good */
};

/* One user does not want to hear of another. */
struct store_mute {
    const char *user_id, *target_id;
    int64_t created_us, until_us; /* 0: for good */
};

/* Changes under construction. Each call copies what it is given. A failed allocation is
 * remembered and fails the batch at submit. */
struct store_batch;
struct store_batch *store_batch_create(void); /* NULL: out of memory */
void store_batch_free(struct store_batch *batch);
void store_put_user(
    struct store_batch *batch, const struct user *user); /* invisible, last_active too */
void store_touch_user(struct store_batch *batch, const char *user_id, int64_t last_active_us);
void store_put_type(struct store_batch *batch, const struct channel_type *type);
void store_remove_type(struct store_batch *batch, const char *name);
void store_put_channel(struct store_batch *batch, const struct channel *channel);
void store_put_member(struct store_batch *batch, const char *cid, const struct member *member);
void store_remove_member(
    struct store_batch *batch, const char *cid, const char *user_id, int64_t removed_us);
void store_put_message(struct store_batch *batch, const struct message *message);
/* For good: with its reactions, and its replies with theirs. */
void store_remove_message(struct store_batch *batch, const char *cid, const char *message_id);
/* All messages of a channel up to a moment (inclusive), for good. */
void store_truncate(struct store_batch *batch, const char *cid, int64_t until_us);
void store_put_reaction(
    struct store_batch *batch, const char *cid, const struct reaction *reaction);
void store_remove_reaction(
    struct store_batch *batch, const char *cid, const struct reaction *reaction);
void store_put_regard(struct store_batch *batch, const struct store_regard *regard);
void store_remove_regard(struct store_batch *batch, const char *cid, const char *user_id);
void store_put_mute(struct store_batch *batch, const struct store_mute *mute);
void store_remove_mute(struct store_batch *batch, const char *user_id, const char *target_id);
/* App settings and secrets are small documents by name. */
void store_put_setting(struct store_batch *batch, const char *name, const char *value);

/* Which objects a batch touches, for the world to read them again after a failure. */
enum store_object {
    STORE_USER,    /* key: user id; whom they mute, too */
    STORE_TYPE,    /* key: name */
    STORE_CHANNEL, /* key: cid; its members, regards, recent messages and their reactions too */
    STORE_SETTING  /* key: name */
};
void store_batch_touched(const struct store_batch *batch,
    void (*each)(void *context, enum store_object object, const char *key), void *context);

/* Told on the loop's thread, in order, once for each batch: status 0: on disk; < 0: -errno. The
 * batch is freed when this returns. */
typedef void store_settled(
    void *owner, uint64_t number, const struct store_batch *batch, int status);

/* All there is, in this order: settings, types, users, mutes, channels, members, regards, messages
 * (the newest 300 of each channel, replies left out, oldest first) and their reactions. What is
 * given is borrowed during the call; take a copy. A result < 0 stops the reading and is returned.
 */
struct store_reader {
    int (*setting)(void *context, const char *name, const char *value);
    int (*type)(void *context, const struct channel_type *type);
    int (*user)(void *context, const struct user *user);
    int (*channel)(void *context, const struct channel *channel);
    int (*member)(void *context, const char *cid, const struct member *member);
    int (*message)(void *context, const struct message *message);
    int (*regard)(void *context, const struct store_regard *regard);
    int (*reaction)(void *context, const struct reaction *reaction);
    int (*mute)(void *context, const struct store_mute *mute);
    int (*departed)(void *context, const char *user_id, int64_t removed_us);
};

/* A part of what is kept of a channel. */
struct store_page {
    enum store_page_of {
        STORE_MESSAGES, /* what is no reply, by created_us */
        STORE_REPLIES,  /* to `parent_id`, by created_us */
        STORE_CHANGED,  /* any message, by updated_us */
        STORE_DEPARTED  /* members that were removed, by when */
    } of;
    const char *cid, *parent_id;
    int64_t after_us, before_us; /* both exclusive */
    int limit;
    bool oldest_first;
};

struct store_calls {
    /* Queue a batch (taken, also on failure) and return its number (1, 2, …), or 0 when it could
     * not be queued: out of memory, or the queue is full (the caller answers code -1 or 9). */
    uint64_t (*submit)(struct store *store, struct store_batch *batch);
    /* Read everything; blocking; before serving. 0; < 0 as the reader returned, or -EIO. */
    int (*read_all)(struct store *store, const struct store_reader *reader, void *context);
    /* Read one object again; blocking; the reader's functions are called as for read_all. */
    int (*read_one)(struct store *store, enum store_object object, const char *key,
        const struct store_reader *reader, void *context);
    /* Whether a message of this id is on disk, in whatever channel; blocking. 1: it is; 0: it is
     * not; < 0: -errno. */
    int (*has_message)(struct store *store, const char *id);
    /* One message and its reactions; blocking. Nothing is told where there is none. */
    int (*read_message)(
        struct store *store, const char *id, const struct store_reader *reader, void *context);
    /* A page of a channel: messages, each told before all reactions of them; blocking. */
    int (*read_page)(struct store *store, const struct store_page *page,
        const struct store_reader *reader, void *context);
    /* Finish what is queued, tell it, close. Blocking. */
    void (*close)(struct store *store);
};

struct store {
    const struct store_calls *calls;
};

/* How a store tells the loop's thread that something has settled: called on the store's own
 * thread; the owner arranges that store_pump() runs on the loop soon (uv_async_send). */
typedef void store_ring(void *owner);

struct store_options {
    const char *path; /* the database file */
    store_settled *settled;
    store_ring *ring;
    void *owner;
};

/* Open, migrating the schema forward if need be. 0; < 0: -errno, *why says it to a person. */
int store_sqlite_open(struct store **out, const struct store_options *options, const char **why);

/* Read every row of a database file that may be damaged, and tell of all that is wrong, a line
 * each. Changes nothing. `is_served`: a server has it open. 0: sound; > 0: how many things are
 * wrong; < 0: -errno, it cannot be read at all. */
int store_sqlite_check(
    const char *path, bool is_served, void (*say)(void *context, const char *line), void *context);

/* On the loop's thread: tell what has settled. A `settled` that is told of a failure must not
 * submit before store_pump() has returned. */
void store_pump(struct store *store);

/* On the loop's thread: how much was written, how long it took, what waits. */
void store_count(struct store *store, struct store_counts *now);

#endif
