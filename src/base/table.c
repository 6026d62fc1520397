/* SPDX-License-Identifier: MIT */
/*
 * Linear probing in a power of two of slots, at most seven eighths of them in use, graves included,
 * so that every probe ends at a free slot. Probes walk 32 bits of the hashes, sixteen to a cache
 * line, apart from the keys and values behind them: that is what allows so full a table, and a
 * slot takes 20 bytes. The hash is SipHash-1-3 over a seed that the system gives at the first
 * insertion: ids are chosen by strangers.
 */
#include "base/table.h"
#include "base/chance.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

enum { SMALLEST = 8 };

/* In place of a hash. */
enum { FREE, GRAVE, FIRST_HASH };

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

static uint32_t hash_of(uint64_t seed, const char *key, size_t len) {
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
    const uint32_t hash = (uint32_t)((v[0] ^ v[1] ^ v[2] ^ v[3]) >> 32);
    return hash >= FIRST_HASH ? hash : hash + FIRST_HASH;
}

/* The slots are one block: what is in them, and behind that their hashes. */
static uint32_t *hashes_of(const struct table *table) {
    return (uint32_t *)(table->slots + table->cap);
}

static bool is_key(const struct table_slot *slot, const char *key, size_t len) {
    return strnlen(slot->key, len + 1) == len && memcmp(slot->key, key, len) == 0;
}

/* Which slot has the key; `cap`: none. */
static size_t find_slot(const struct table *table, const char *key, size_t len, uint32_t hash) {
    if (table->cap == 0)
        return 0;
    const uint32_t *hashes = hashes_of(table);
    for (size_t i = hash & (table->cap - 1);; i = (i + 1) & (table->cap - 1)) {
        if (hashes[i] == FREE)
            return table->cap;
        if (hashes[i] == hash && is_key(&table->slots[i], key, len))
            return i;
    }
}

/* Into the first slot that is free or a grave. */
static void place(struct table *table, struct table_slot entry, uint32_t hash) {
    uint32_t *hashes = hashes_of(table);
    size_t i = hash & (table->cap - 1);
    while (hashes[i] >= FIRST_HASH)
        i = (i + 1) & (table->cap - 1);
    if (hashes[i] == GRAVE)
        table->graves--;
    table->slots[i] = entry;
    hashes[i] = hash;
    table->count++;
}

static int make_room(struct table *table) {
    if ((table->count + table->graves + 1) * 8 <= table->cap * 7)
        return 0;
    size_t cap = table->cap ? table->cap : SMALLEST;
    /* With room to spare: where graves filled it, it is not soon to be cleared of them again. */
    while ((table->count + 1) * 4 > cap * 3)
        cap *= 2;
    struct table_slot *slots = heap_make_many(table->heap, cap, sizeof *slots + sizeof(uint32_t));
    if (slots == NULL)
        return -ENOMEM;
    const struct table old = *table;
    *table = (struct table){.slots = slots, .cap = cap, .seed = old.seed, .heap = old.heap};
    for (size_t i = 0; i < old.cap; i++)
        if (hashes_of(&old)[i] >= FIRST_HASH)
            place(table, old.slots[i], hashes_of(&old)[i]);
    heap_free(old.heap, old.slots);
    return 0;
}

void *table_find_len(const struct table *table, const char *key, size_t len) {
    if (table->count == 0)
        return NULL;
    const size_t i = find_slot(table, key, len, hash_of(table->seed, key, len));
    return i < table->cap ? table->slots[i].value : NULL;
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
    const size_t len = strlen(key);
    const uint32_t hash = hash_of(table->seed, key, len);
    const size_t i = find_slot(table, key, len, hash);
    if (i < table->cap) {
        if (old != NULL)
            *old = table->slots[i].value;
        table->slots[i] = (struct table_slot){key, value};
        return 0;
    }
    const int rc = make_room(table);
    if (rc != 0)
        return rc;
    place(table, (struct table_slot){key, value}, hash);
    if (old != NULL)
        *old = NULL;
    return 0;
}

void *table_remove(struct table *table, const char *key) {
    if (table->count == 0)
        return NULL;
    const size_t len = strlen(key);
    const size_t i = find_slot(table, key, len, hash_of(table->seed, key, len));
    if (i == table->cap)
        return NULL;
    void *value = table->slots[i].value;
    hashes_of(table)[i] = GRAVE;
    table->count--;
    table->graves++;
    return value;
}

void *table_next(const struct table *table, size_t *i) {
    while (*i < table->cap) {
        const size_t at = (*i)++;
        if (hashes_of(table)[at] >= FIRST_HASH)
            return table->slots[at].value;
    }
    return NULL;
}

void table_fini(struct table *table) {
    heap_free(table->heap, table->slots);
    *table = (struct table){.heap = table->heap};
}
