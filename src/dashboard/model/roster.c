/* SPDX-License-Identifier: MIT */
/*
 * Invariants: in order by `order`; a parent's priority is not below its children's; count and shown
 * are sums over the subtree. Nothing recurses: a tree of strangers' making must not use the stack.
 */
#include "dashboard/model/roster.h"

static uint32_t count_of(const struct roster_item *item) {
    return item != NULL ? item->count : 0;
}

static uint32_t shown_of(const struct roster_item *item) {
    return item != NULL ? item->shown : 0;
}

static uint32_t weight(const struct roster_item *item, bool shown_only) {
    return shown_only ? shown_of(item) : count_of(item);
}

static uint32_t own_weight(const struct roster_item *item, bool shown_only) {
    return shown_only ? item->is_shown : 1;
}

static void sum_up(struct roster_item *item) {
    item->count = count_of(item->left) + count_of(item->right) + 1;
    item->shown = shown_of(item->left) + shown_of(item->right) + item->is_shown;
}

/* splitmix64 of a counter. */
static uint32_t next_priority(struct roster *roster) {
    uint64_t z = roster->turn += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

static struct roster_item **link_to(struct roster *roster, const struct roster_item *item) {
    if (item->parent == NULL)
        return &roster->root;
    return item->parent->left == item ? &item->parent->left : &item->parent->right;
}

/* Put a child in the place of its parent, keeping the order. */
static void rotate_up(struct roster *roster, struct roster_item *child) {
    struct roster_item *parent = child->parent;
    struct roster_item **link = link_to(roster, parent);
    struct roster_item *moved;
    if (parent->left == child) {
        moved = child->right;
        child->right = parent;
        parent->left = moved;
    } else {
        moved = child->left;
        child->left = parent;
        parent->right = moved;
    }
    if (moved != NULL)
        moved->parent = parent;
    child->parent = parent->parent;
    parent->parent = child;
    *link = child;
    sum_up(parent);
    sum_up(child);
}

void roster_insert(struct roster *roster, struct roster_item *item, bool is_shown) {
    struct roster_item **link = &roster->root, *parent = NULL;
    *item = (struct roster_item){
        .count = 1, .shown = is_shown, .is_shown = is_shown, .priority = next_priority(roster)};
    while (*link != NULL) {
        parent = *link;
        parent->count++;
        parent->shown += is_shown;
        link = roster->order(item, parent) < 0 ? &parent->left : &parent->right;
    }
    item->parent = parent;
    *link = item;
    while (item->parent != NULL && item->parent->priority < item->priority)
        rotate_up(roster, item);
}

void roster_remove(struct roster *roster, struct roster_item *item) {
    if (item->count == 0)
        return;
    while (item->left != NULL && item->right != NULL)
        rotate_up(roster, item->left->priority > item->right->priority ? item->left : item->right);
    struct roster_item *child = item->left != NULL ? item->left : item->right;
    *link_to(roster, item) = child;
    if (child != NULL)
        child->parent = item->parent;
    for (struct roster_item *above = item->parent; above != NULL; above = above->parent)
        sum_up(above);
    *item = (struct roster_item){0};
}

bool roster_has(const struct roster_item *item) {
    return item->count > 0;
}

size_t roster_count(const struct roster *roster, bool shown_only) {
    return weight(roster->root, shown_only);
}

size_t roster_place(const struct roster_item *item, bool shown_only) {
    if (item->count == 0)
        return 0;
    size_t before = weight(item->left, shown_only);
    for (; item->parent != NULL; item = item->parent)
        if (item->parent->right == item)
            before += weight(item->parent->left, shown_only) + own_weight(item->parent, shown_only);
    return before;
}

struct roster_item *roster_at(const struct roster *roster, size_t i, bool shown_only) {
    struct roster_item *item = roster->root;
    while (item != NULL) {
        const size_t left = weight(item->left, shown_only);
        if (i < left) {
            item = item->left;
            continue;
        }
        i -= left;
        if (i < own_weight(item, shown_only))
            return item;
        i -= own_weight(item, shown_only);
        item = item->right;
    }
    return NULL;
}

struct roster_item *roster_first(const struct roster *roster) {
    struct roster_item *item = roster->root;
    while (item != NULL && item->left != NULL)
        item = item->left;
    return item;
}

struct roster_item *roster_next(const struct roster_item *item) {
    if (item->right != NULL) {
        struct roster_item *next = item->right;
        while (next->left != NULL)
            next = next->left;
        return next;
    }
    while (item->parent != NULL && item->parent->right == item)
        item = item->parent;
    return item->parent;
}
