/* SPDX-License-Identifier: MIT */
/*
 * An order that is kept while it changes: a tree of items that knows how many stand on its left, so
 * that the i-th, the place of one, an insertion and a removal all cost the logarithm of the size.
 * Each item is shown or not; places can be counted among all or among the shown alone, which is
 * how "hide offline" costs nothing.
 *
 * A treap: its balance comes from priorities that are a hash of a counter, independent of what the
 * items hold, so that nobody can choose names that unbalance it. Items are embedded in what they
 * order. What an order compares must not change while the item is in the tree.
 */
#ifndef DASHBOARD_MODEL_ROSTER_H
#define DASHBOARD_MODEL_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct roster_item {
    struct roster_item *left, *right, *parent;
    uint32_t count; /* in this subtree; 0: in no tree */
    uint32_t shown; /* of these, the shown */
    uint32_t priority;
    bool is_shown;
};

/* < 0: a stands before b. Never 0 for two items of one tree. */
typedef int roster_order(const struct roster_item *a, const struct roster_item *b);

/* Zeroes and an order are a valid empty roster. */
struct roster {
    struct roster_item *root;
    roster_order *order;
    uint64_t turn; /* feeds the priorities */
};

void roster_insert(struct roster *roster, struct roster_item *item, bool is_shown);

/* Nothing happens where it is in no tree. */
void roster_remove(struct roster *roster, struct roster_item *item);

bool roster_has(const struct roster_item *item);

/* How many, how many stand before an item, and the i-th (NULL past the end): among all, or among
 * the shown. The place of an item that is not shown is that of the next shown one. */
size_t roster_count(const struct roster *roster, bool shown_only);
size_t roster_place(const struct roster_item *item, bool shown_only);
struct roster_item *roster_at(const struct roster *roster, size_t i, bool shown_only);

/* In order: the first of all, and the one after. NULL at the end. */
struct roster_item *roster_first(const struct roster *roster);
struct roster_item *roster_next(const struct roster_item *item);

#endif
