/* SPDX-License-Identifier: MIT */
#include "server/ledger.h"
#include "server/store_batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ledger {
    struct store store; /* first */
    store_settled *settled;
    void *owner;
    uint64_t numbers;
    struct store_batch *first, **last;
};

/* There are never any regards to remove. */
static bool is_kept(enum change_kind kind) {
    static const bool kept[CHANGE_KINDS] = {[CHANGE_USER] = true,
        [CHANGE_TOUCH] = true,
        [CHANGE_TYPE] = true,
        [CHANGE_REMOVE_TYPE] = true,
        [CHANGE_CHANNEL] = true,
        [CHANGE_MEMBER] = true,
        [CHANGE_REMOVE_MEMBER] = true,
        [CHANGE_REMOVE_REGARD] = true,
        [CHANGE_SETTING] = true};
    return kept[kind];
}

static uint64_t submit(struct store *base, struct store_batch *batch) {
    struct ledger *ledger = (struct ledger *)base;
    bool strange = batch->failed;
    for (const struct store_change *change = batch->first; change != NULL; change = change->next)
        strange |= !is_kept(change->kind);
    if (strange) {
        store_batch_free(batch);
        return 0;
    }
    batch->next = NULL;
    *ledger->last = batch;
    ledger->last = &batch->next;
    uint64_t number = ++ledger->numbers;
    ledger->settled(ledger->owner, number, batch, 0);
    return number;
}

/* ---- which line is about what ---- */

static const char *key_of(const struct store_change *change) {
    switch (change->kind) {
    case CHANGE_USER: return change->user.id;
    case CHANGE_TYPE: return change->type.name;
    case CHANGE_CHANNEL: return change->channel.cid;
    default: return change->key;
    }
}

static const char *second_key_of(const struct store_change *change) {
    return change->kind == CHANGE_MEMBER          ? change->member.user_id
           : change->kind == CHANGE_REMOVE_MEMBER ? change->value
                                                  : "";
}

/* What a removal removes; a touch is a part of the user. */
static enum change_kind made_by(enum change_kind kind) {
    return kind == CHANGE_REMOVE_TYPE     ? CHANGE_TYPE
           : kind == CHANGE_REMOVE_MEMBER ? CHANGE_MEMBER
                                          : kind;
}

static bool is_of(const struct store_change *change, const struct store_change *other) {
    return made_by(change->kind) == made_by(other->kind) &&
           strcmp(key_of(change), key_of(other)) == 0 &&
           strcmp(second_key_of(change), second_key_of(other)) == 0;
}

/* Whether a later line says something else of the same thing. */
static bool is_overruled(const struct store_batch *batch, const struct store_change *change) {
    const struct store_change *other = change->next;
    for (;;) {
        for (; other != NULL; other = other->next)
            if (is_of(other, change))
                return true;
        batch = batch->next;
        if (batch == NULL)
            return false;
        other = batch->first;
    }
}

/* ---- reading ---- */

static int tell_user(const struct store_batch *batch, const struct store_change *change,
    const struct store_reader *reader, void *context) {
    struct user user;
    int rc = user_copy(&user, &change->user);
    if (rc != 0)
        return rc;
    for (const struct store_change *touch = change->next; batch != NULL;
         batch = batch->next, touch = batch != NULL ? batch->first : NULL)
        for (; touch != NULL; touch = touch->next)
            if (touch->kind == CHANGE_TOUCH && strcmp(touch->key, user.id) == 0)
                user.last_active_us = touch->moment_us;
    rc = reader->user(context, &user);
    user_fini(&user);
    return rc;
}

static int tell(const struct store_batch *batch, const struct store_change *change,
    const struct store_reader *reader, void *context) {
    switch (change->kind) {
    case CHANGE_USER: return tell_user(batch, change, reader, context);
    case CHANGE_TYPE: return reader->type(context, &change->type);
    case CHANGE_CHANNEL: return reader->channel(context, &change->channel);
    case CHANGE_MEMBER: return reader->member(context, change->key, &change->member);
    case CHANGE_SETTING: return reader->setting(context, change->key, change->value);
    default: return 0;
    }
}

/* All that stands of one kind, `key` NULL: whatever it is of. */
static int read_kind(const struct ledger *ledger, enum change_kind kind, const char *key,
    const struct store_reader *reader, void *context) {
    int rc = 0;
    for (const struct store_batch *batch = ledger->first; batch != NULL; batch = batch->next)
        for (const struct store_change *change = batch->first; rc == 0 && change != NULL;
             change = change->next) {
            if (change->kind == kind && (key == NULL || strcmp(key, key_of(change)) == 0) &&
                !is_overruled(batch, change))
                rc = tell(batch, change, reader, context);
        }
    return rc;
}

static int read_all(struct store *base, const struct store_reader *reader, void *context) {
    static const enum change_kind kinds[] = {
        CHANGE_SETTING, CHANGE_TYPE, CHANGE_USER, CHANGE_CHANNEL, CHANGE_MEMBER};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof kinds / sizeof kinds[0]; i++)
        rc = read_kind((struct ledger *)base, kinds[i], NULL, reader, context);
    return rc;
}

static int read_one(struct store *base, enum store_object object, const char *key,
    const struct store_reader *reader, void *context) {
    const struct ledger *ledger = (struct ledger *)base;
    static const enum change_kind kinds[] = {[STORE_USER] = CHANGE_USER,
        [STORE_TYPE] = CHANGE_TYPE,
        [STORE_CHANNEL] = CHANGE_CHANNEL,
        [STORE_SETTING] = CHANGE_SETTING};
    int rc = read_kind(ledger, kinds[object], key, reader, context);
    if (rc == 0 && object == STORE_CHANNEL)
        rc = read_kind(ledger, CHANGE_MEMBER, key, reader, context);
    return rc;
}

static void close_nothing(struct store *base) {
    (void)base;
}

static const struct store_calls calls = {
    .submit = submit, .read_all = read_all, .read_one = read_one, .close = close_nothing};

struct store *ledger_create(store_settled *settled, void *owner) {
    struct ledger *ledger = calloc(1, sizeof *ledger);
    if (ledger == NULL)
        return NULL;
    *ledger = (struct ledger){.store = {&calls}, .settled = settled, .owner = owner};
    ledger->last = &ledger->first;
    return &ledger->store;
}

void ledger_destroy(struct store *base) {
    struct ledger *ledger = (struct ledger *)base;
    for (struct store_batch *batch = ledger != NULL ? ledger->first : NULL, *next; batch != NULL;
         batch = next) {
        next = batch->next;
        store_batch_free(batch);
    }
    free(ledger);
}
