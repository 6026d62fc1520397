/* SPDX-License-Identifier: MIT */
/*
 * A hash table from text to a pointer. Keys are not copied: they must live as long as the entry,
 * usually inside the value. Open addressing, seeded SipHash-like mixing so that strangers who
 * choose ids cannot choose collisions. Zeroes are a valid empty table, and zeroes
 * with a heap one whose slots come from there.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/heap.h"
#include <stddef.h>
#include <stdint.h>

struct table {
    struct table_slot *slots;
    size_t count;
    size_t cap;
    size_t graves;
    uint64_t seed;
    const struct heap *heap;
};

struct table_slot {
    const char *key;
    void *value;
};

/* NULL where there is none. */
void *table_find(const struct table *table, const char *key);
void *table_find_len(const struct table *table, const char *key, size_t len);

/* Add or replace. 0, or -ENOMEM with the table unchanged. *old (may be NULL) gets what stood
 * there, or NULL. */
int table_put(struct table *table, const char *key, void *value, void **old);

/* What was removed, or NULL. */
void *table_remove(struct table *table, const char *key);

/* Walk in no particular order: for (i = 0; (v = table_next(t, &i));). Removing the entry just
 * returned is fine; adding is not. */
void *table_next(const struct table *table, size_t *i);

void table_fini(struct table *table); /* frees no values */

#endif
