/* SPDX-License-Identifier: MIT */
/*
 * Linear probing in a power of two of slots, at most three quarters of them in use, graves
 * included, so that every probe ends at a free slot. The hash is SipHash-1-3 over a seed that the
 * system gives at the first insertion: ids are chosen by strangers.
 */
#include "base/table.h"
#include "base/chance.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { SMALLEST = 8 };

static const char grave[] = "";

static uint64_t rotated(uint64_t x, int by) {
    return (x << by) | (x >> (64 - by));
}

static void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[1] = rotated(v[1], 13) ^ v[0];
    v[0] = rotated(v[0], 32);
    v[2] += v[3];
    v[3] = rotated(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotated(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotated(v[1], 17) ^ v[2];
    v[2] = rotated(v[2], 32);
}

static uint64_t hash_of(uint64_t seed, const char *key, size_t len) {
    uint64_t other = rotated(seed, 29) ^ 0x9e3779b97f4a7c15u;
    uint64_t v[4] = {seed ^ 0x736f6d6570736575u, other ^ 0x646f72616e646f6du,
        seed ^ 0x6c7967656e657261u, other ^ 0x7465646279746573u};
    uint64_t word = 0;
    size_t left = len;
    for (; left >= 8; left -= 8, key += 8) {
        memcpy(&word, key, 8);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    word = 0;
    memcpy(&word, key, left);
    word |= (uint64_t)len << 56;
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static bool slot_is_used(const struct table_slot *slot) {
    return slot->key != NULL && slot->key != grave;
}

static struct table_slot *find_slot(
    const struct table *table, const char *key, size_t len, uint64_t hash) {
    if (table->cap == 0)
        return NULL;
    for (size_t i = (size_t)hash & (table->cap - 1);; i = (i + 1) & (table->cap - 1)) {
        struct table_slot *slot = &table->slots[i];
        if (slot->key == NULL)
            return NULL;
        if (slot->key != grave && slot->hash == hash && strnlen(slot->key, len + 1) == len &&
            memcmp(slot->key, key, len) == 0)
            return slot;
    }
}

/* Into the first slot that is free or a grave. */
static void place(struct table *table, struct table_slot entry) {
    size_t i = (size_t)entry.hash & (table->cap - 1);
    while (slot_is_used(&table->slots[i]))
        i = (i + 1) & (table->cap - 1);
    if (table->slots[i].key == grave)
        table->graves--;
    table->slots[i] = entry;
    table->count++;
}

static int make_room(struct table *table) {
    if ((table->count + table->graves + 1) * 4 <= table->cap * 3)
        return 0;
    size_t cap = table->cap ? table->cap : SMALLEST;
    while ((table->count + 1) * 2 > cap)
        cap *= 2;
    struct table_slot *slots = heap_make_many(table->heap, cap, sizeof *slots);
    if (slots == NULL)
        return -ENOMEM;
    struct table old = *table;
    *table = (struct table){.slots = slots, .cap = cap, .seed = old.seed, .heap = old.heap};
    for (size_t i = 0; i < old.cap; i++)
        if (slot_is_used(&old.slots[i]))
            place(table, old.slots[i]);
    heap_free(old.heap, old.slots);
    return 0;
}

void *table_find_len(const struct table *table, const char *key, size_t len) {
    if (table->count == 0)
        return NULL;
    struct table_slot *slot = find_slot(table, key, len, hash_of(table->seed, key, len));
    return slot != NULL ? slot->value : NULL;
}

void *table_find(const struct table *table, const char *key) {
    return table_find_len(table, key, strlen(key));
}

int table_put(struct table *table, const char *key, void *value, void **old) {
    if (table->seed == 0) {
        struct chance chance;
        chance_seed_from_system(&chance);
        table->seed = chance_next(&chance) | 1;
    }
    size_t len = strlen(key);
    uint64_t hash = hash_of(table->seed, key, len);
    struct table_slot *slot = find_slot(table, key, len, hash);
    if (slot != NULL) {
        if (old != NULL)
            *old = slot->value;
        *slot = (struct table_slot){key, hash, value};
        return 0;
    }
    int rc = make_room(table);
    if (rc != 0)
        return rc;
    place(table, (struct table_slot){key, hash, value});
    if (old != NULL)
        *old = NULL;
    return 0;
}

void *table_remove(struct table *table, const char *key) {
    if (table->count == 0)
        return NULL;
    size_t len = strlen(key);
    struct table_slot *slot = find_slot(table, key, len, hash_of(table->seed, key, len));
    if (slot == NULL)
        return NULL;
    void *value = slot->value;
    *slot = (struct table_slot){.key = grave};
    table->count--;
    table->graves++;
    return value;
}

void *table_next(const struct table *table, size_t *i) {
    while (*i < table->cap) {
        const struct table_slot *slot = &table->slots[(*i)++];
        if (slot_is_used(slot))
            return slot->value;
    }
    return NULL;
}

void table_fini(struct table *table) {
    heap_free(table->heap, table->slots);
    *table = (struct table){.heap = table->heap};
}
