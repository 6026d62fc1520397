/* SPDX-License-Identifier: MIT */
/* Doubly linked rings, embedded in what they hold. */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next;
};

static inline void list_init(struct list *head) {
    head->prev = head->next = head;
}

static inline bool list_is_empty(const struct list *head) {
    return head->next == head;
}

/* Put item last. */
static inline void list_append(struct list *head, struct list *item) {
    item->prev = head->prev;
    item->next = head;
    head->prev->next = item;
    head->prev = item;
}

/* Take item out; it is a ring of its own then, so taking it out twice is fine. */
static inline void list_remove(struct list *item) {
    item->prev->next = item->next;
    item->next->prev = item->prev;
    item->prev = item->next = item;
}

#define LIST_ITEM(item, type, member) ((type *)((char *)(item)-offsetof(type, member)))

/* Walk; removing the current item is fine. */
#define LIST_EACH(head, item)                                                                      \
    for (struct list *item = (head)->next, *item##_next = item->next; item != (head);              \
         item = item##_next, item##_next = item->next)

#endif
