/* SPDX-License-Identifier: MIT */
/* Each change has copies of its own: the world goes on changing while the batch waits for the disk.
 */
#include "server/store_batch.h"
#include "base/table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct store_batch *store_batch_create(void) {
    struct store_batch *batch = calloc(1, sizeof *batch);
    if (batch != NULL)
        batch->last = &batch->first;
    return batch;
}

static void free_change(struct store_change *change) {
    switch (change->kind) {
    case CHANGE_USER: user_fini(&change->user); break;
    case CHANGE_TYPE: channel_type_fini(&change->type); break;
    case CHANGE_CHANNEL: channel_fini(&change->channel); break;
    case CHANGE_MEMBER: member_fini(&change->member); break;
    case CHANGE_MESSAGE: message_fini(&change->message); break;
    case CHANGE_REACTION:
    case CHANGE_REMOVE_REACTION: reaction_fini(&change->reaction); break;
    default: break;
    }
    free(change->key);
    free(change->value);
    free(change);
}

void store_batch_free(struct store_batch *batch) {
    if (batch == NULL)
        return;
    for (struct store_change *change = batch->first, *next; change != NULL; change = next) {
        next = change->next;
        free_change(change);
    }
    free(batch);
}

static void put_in(struct store_batch *batch, struct store_change *change) {
    *batch->last = change;
    batch->last = &change->next;
}

/* What could not be noted has been changed in memory all the same: its name is kept for the
 * undoing, and the first one's even where there is no memory for that. */
static void lose(struct store_batch *batch, enum store_object object, const char *key) {
    const bool is_first = !batch->failed;
    batch->failed = true;
    struct store_change *change = is_first ? NULL : calloc(1, sizeof *change);
    if (change != NULL && (change->key = strdup(key)) != NULL) {
        change->kind = CHANGE_LOST;
        change->object = object;
        put_in(batch, change);
        return;
    }
    free(change);
    if (!is_first)
        return;
    batch->lost_object = object;
    snprintf(batch->lost, sizeof batch->lost, "%s", key);
}

static struct store_change *make(enum change_kind kind, const char *key, const char *value) {
    struct store_change *change = calloc(1, sizeof *change);
    if (change == NULL)
        return NULL;
    change->kind = kind;
    change->key = key != NULL ? strdup(key) : NULL;
    change->value = value != NULL ? strdup(value) : NULL;
    if ((key == NULL || change->key != NULL) && (value == NULL || change->value != NULL))
        return change;
    free_change(change);
    return NULL;
}

/* Something is changed: of the object that is to be read again where the batch fails. */
struct subject {
    enum store_object object;
    const char *key;
};

/* A change with its texts, not yet in the batch; NULL: the batch has failed. */
static struct store_change *begin(struct store_batch *batch, struct subject of,
    enum change_kind kind, const char *key, const char *value) {
    struct store_change *change = batch->failed ? NULL : make(kind, key, value);
    if (change == NULL)
        lose(batch, of.object, of.key);
    return change;
}

/* Put it in, unless its object could not be copied. */
static void end(
    struct store_batch *batch, struct subject of, struct store_change *change, int copied) {
    if (copied == 0) {
        put_in(batch, change);
        return;
    }
    free_change(change);
    lose(batch, of.object, of.key);
}

void store_put_user(struct store_batch *batch, const struct user *user) {
    const struct subject of = {STORE_USER, user->id};
    struct store_change *change = begin(batch, of, CHANGE_USER, NULL, NULL);
    if (change != NULL)
        end(batch, of, change, user_copy(&change->user, user));
}

/* A change of nothing but its texts and a moment. */
static void put_plain(struct store_batch *batch, enum store_object object, enum change_kind kind,
    const char *key, const char *value, int64_t moment_us) {
    const struct subject of = {object, key};
    struct store_change *change = begin(batch, of, kind, key, value);
    if (change == NULL)
        return;
    change->moment_us = moment_us;
    end(batch, of, change, 0);
}

void store_touch_user(struct store_batch *batch, const char *user_id, int64_t last_active_us) {
    put_plain(batch, STORE_USER, CHANGE_TOUCH, user_id, NULL, last_active_us);
}

void store_put_type(struct store_batch *batch, const struct channel_type *type) {
    const struct subject of = {STORE_TYPE, type->name};
    struct store_change *change = begin(batch, of, CHANGE_TYPE, NULL, NULL);
    if (change != NULL)
        end(batch, of, change, channel_type_copy(&change->type, type));
}

void store_remove_type(struct store_batch *batch, const char *name) {
    put_plain(batch, STORE_TYPE, CHANGE_REMOVE_TYPE, name, NULL, 0);
}

void store_put_channel(struct store_batch *batch, const struct channel *channel) {
    const struct subject of = {STORE_CHANNEL, channel->cid};
    struct store_change *change = begin(batch, of, CHANGE_CHANNEL, NULL, NULL);
    if (change != NULL)
        end(batch, of, change, channel_copy(&change->channel, channel));
}

void store_put_member(struct store_batch *batch, const char *cid, const struct member *member) {
    const struct subject of = {STORE_CHANNEL, cid};
    struct store_change *change = begin(batch, of, CHANGE_MEMBER, cid, NULL);
    if (change != NULL)
        end(batch, of, change, member_copy(&change->member, member));
}

void store_remove_member(
    struct store_batch *batch, const char *cid, const char *user_id, int64_t removed_us) {
    put_plain(batch, STORE_CHANNEL, CHANGE_REMOVE_MEMBER, cid, user_id, removed_us);
}

void store_put_message(struct store_batch *batch, const struct message *message) {
    const struct subject of = {STORE_CHANNEL, message->cid};
    struct store_change *change = begin(batch, of, CHANGE_MESSAGE, NULL, NULL);
    if (change != NULL)
        end(batch, of, change, message_copy(&change->message, message));
}

void store_remove_message(struct store_batch *batch, const char *cid, const char *message_id) {
    put_plain(batch, STORE_CHANNEL, CHANGE_REMOVE_MESSAGE, cid, message_id, 0);
}

void store_truncate(struct store_batch *batch, const char *cid, int64_t until_us) {
    put_plain(batch, STORE_CHANNEL, CHANGE_TRUNCATE, cid, NULL, until_us);
}

void store_put_reaction(
    struct store_batch *batch, const char *cid, const struct reaction *reaction) {
    const struct subject of = {STORE_CHANNEL, cid};
    struct store_change *change = begin(batch, of, CHANGE_REACTION, cid, NULL);
    if (change != NULL)
        end(batch, of, change, reaction_copy(&change->reaction, reaction));
}

void store_remove_reaction(
    struct store_batch *batch, const char *cid, const struct reaction *reaction) {
    const struct subject of = {STORE_CHANNEL, cid};
    struct store_change *change = begin(batch, of, CHANGE_REMOVE_REACTION, cid, NULL);
    if (change != NULL)
        end(batch, of, change, reaction_copy(&change->reaction, reaction));
}

void store_put_regard(struct store_batch *batch, const struct store_regard *regard) {
    const struct subject of = {STORE_CHANNEL, regard->cid};
    struct store_change *change = begin(batch, of, CHANGE_REGARD, regard->cid, regard->user_id);
    if (change == NULL)
        return;
    change->regard = *regard;
    change->regard.cid = change->key;
    change->regard.user_id = change->value;
    end(batch, of, change, 0);
}

void store_remove_regard(struct store_batch *batch, const char *cid, const char *user_id) {
    put_plain(batch, STORE_CHANNEL, CHANGE_REMOVE_REGARD, cid, user_id, 0);
}

void store_put_mute(struct store_batch *batch, const struct store_mute *mute) {
    const struct subject of = {STORE_USER, mute->user_id};
    struct store_change *change = begin(batch, of, CHANGE_MUTE, mute->user_id, mute->target_id);
    if (change == NULL)
        return;
    change->mute = *mute;
    change->mute.user_id = change->key;
    change->mute.target_id = change->value;
    end(batch, of, change, 0);
}

void store_remove_mute(struct store_batch *batch, const char *user_id, const char *target_id) {
    put_plain(batch, STORE_USER, CHANGE_REMOVE_MUTE, user_id, target_id, 0);
}

void store_put_setting(struct store_batch *batch, const char *name, const char *value) {
    put_plain(batch, STORE_SETTING, CHANGE_SETTING, name, value, 0);
}

static const char *touched(const struct store_change *change, enum store_object *object) {
    switch (change->kind) {
    case CHANGE_USER: *object = STORE_USER; return change->user.id;
    case CHANGE_TOUCH: *object = STORE_USER; return change->key;
    case CHANGE_TYPE: *object = STORE_TYPE; return change->type.name;
    case CHANGE_REMOVE_TYPE: *object = STORE_TYPE; return change->key;
    case CHANGE_CHANNEL: *object = STORE_CHANNEL; return change->channel.cid;
    case CHANGE_MESSAGE: *object = STORE_CHANNEL; return change->message.cid;
    case CHANGE_MUTE:
    case CHANGE_REMOVE_MUTE: *object = STORE_USER; return change->key;
    case CHANGE_SETTING: *object = STORE_SETTING; return change->key;
    case CHANGE_LOST: *object = change->object; return change->key;
    default: *object = STORE_CHANNEL; return change->key;
    }
}

void store_batch_touched(const struct store_batch *batch,
    void (*each)(void *context, enum store_object object, const char *key), void *context) {
    for (const struct store_change *change = batch->first; change != NULL; change = change->next) {
        enum store_object object;
        const char *key = touched(change, &object);
        each(context, object, key);
    }
    if (batch->lost[0] != '\0')
        each(context, batch->lost_object, batch->lost);
}

void store_batch_coalesce(struct store_batch *group) {
    struct table last = {0};
    for (struct store_batch *batch = group; batch != NULL; batch = batch->next) {
        for (struct store_change *change = batch->first; change != NULL; change = change->next) {
            void *old = NULL;
            if (change->kind != CHANGE_TOUCH || table_put(&last, change->key, change, &old) != 0)
                continue;
            if (old != NULL)
                ((struct store_change *)old)->is_moot = true;
        }
    }
    table_fini(&last);
}

void store_batch_uncoalesce(struct store_batch *group) {
    for (struct store_batch *batch = group; batch != NULL; batch = batch->next)
        for (struct store_change *change = batch->first; change != NULL; change = change->next)
            change->is_moot = false;
}
