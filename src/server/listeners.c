/* SPDX-License-Identifier: MIT */
/*
 * Each listening is in two rings, the listener's and the user's, so that both ends find it and
 * either can end it: a change of one user costs as many steps as they have listeners, whatever
 * else the server does.
 *
 * The first reason lies in the listening itself, because nearly all have just one; more of them
 * are chained behind it. Ten people cost a connection about 800 bytes. Looking one up walks the
 * listener's ring while that is short; a listener to many keeps a table beside it.
 */
#include "server/listeners.h"

#include <errno.h>
#include <stdlib.h>

const char LISTEN_QUERY[] = "query";

enum { MANY = 24 };

struct reason {
    const void *why;
    struct reason *next;
};

struct listening {
    struct list by_listener;
    struct list by_sighted;
    struct listener *listener;
    struct sighted *sighted;
    struct reason first;
};

void listener_init(struct listener *listener) {
    *listener = (struct listener){0};
    list_init(&listener->listenings);
}

void sighted_init(struct sighted *sighted, const char *user_id) {
    list_init(&sighted->listenings);
    sighted->user_id = user_id;
}

static struct listening *find(const struct listener *listener, const struct sighted *sighted) {
    if (listener->by_user != NULL)
        return table_find(listener->by_user, sighted->user_id);
    LIST_EACH(&listener->listenings, item) {
        struct listening *listening = LIST_ITEM(item, struct listening, by_listener);
        if (listening->sighted == sighted)
            return listening;
    }
    return NULL;
}

bool listens_to(const struct listener *listener, const struct sighted *sighted) {
    return find(listener, sighted) != NULL;
}

static bool has_reason(const struct listening *listening, const void *why) {
    for (const struct reason *reason = &listening->first; reason; reason = reason->next)
        if (reason->why == why)
            return true;
    return false;
}

bool listens_because(const struct listener *listener, const void *reason) {
    LIST_EACH(&listener->listenings, item)
    if (has_reason(LIST_ITEM(item, struct listening, by_listener), reason))
        return true;
    return false;
}

static int add_reason(struct listening *listening, const void *why) {
    if (has_reason(listening, why))
        return 0;
    struct reason *more = malloc(sizeof *more);
    if (more == NULL)
        return -ENOMEM;
    *more = (struct reason){.why = why, .next = listening->first.next};
    listening->first.next = more;
    return 0;
}

/* Whether a reason is left. */
static bool drop_reason(struct listening *listening, const void *why) {
    struct reason *first = &listening->first;
    if (first->why == why) {
        struct reason *next = first->next;
        if (next == NULL)
            return false;
        *first = *next;
        free(next);
        return true;
    }
    for (struct reason **at = &first->next; *at; at = &(*at)->next) {
        if ((*at)->why != why)
            continue;
        struct reason *gone = *at;
        *at = gone->next;
        free(gone);
        break;
    }
    return true;
}

static void end(struct listening *listening) {
    struct listener *listener = listening->listener;
    list_remove(&listening->by_listener);
    list_remove(&listening->by_sighted);
    listener->count--;
    if (listener->by_user != NULL)
        table_remove(listener->by_user, listening->sighted->user_id);
    while (listening->first.next != NULL) {
        struct reason *gone = listening->first.next;
        listening->first.next = gone->next;
        free(gone);
    }
    free(listening);
}

static void free_table(struct listener *listener) {
    if (listener->by_user == NULL)
        return;
    table_fini(listener->by_user);
    free(listener->by_user);
    listener->by_user = NULL;
}

/* Once there are many, a table of them. Without the memory for it the ring still serves. */
static void keep_table(struct listener *listener, struct listening *added) {
    if (listener->by_user != NULL) {
        if (table_put(listener->by_user, added->sighted->user_id, added, NULL) < 0)
            free_table(listener);
        return;
    }
    if (listener->count != MANY)
        return;
    listener->by_user = calloc(1, sizeof *listener->by_user);
    if (listener->by_user == NULL)
        return;
    LIST_EACH(&listener->listenings, item) {
        struct listening *listening = LIST_ITEM(item, struct listening, by_listener);
        if (table_put(listener->by_user, listening->sighted->user_id, listening, NULL) < 0) {
            free_table(listener);
            return;
        }
    }
}

int listen_to(struct listener *listener, struct sighted *sighted, const void *reason) {
    struct listening *listening = find(listener, sighted);
    if (listening != NULL)
        return add_reason(listening, reason);
    listening = malloc(sizeof *listening);
    if (listening == NULL)
        return -ENOMEM;
    *listening = (struct listening){
        .listener = listener, .sighted = sighted, .first = {.why = reason}};
    list_append(&listener->listenings, &listening->by_listener);
    list_append(&sighted->listenings, &listening->by_sighted);
    listener->count++;
    keep_table(listener, listening);
    return 0;
}

void listen_end_reason(struct listener *listener, const void *reason) {
    LIST_EACH(&listener->listenings, item) {
        struct listening *listening = LIST_ITEM(item, struct listening, by_listener);
        if (!drop_reason(listening, reason))
            end(listening);
    }
}

void sighted_end_reason(struct sighted *sighted, const void *reason) {
    LIST_EACH(&sighted->listenings, item) {
        struct listening *listening = LIST_ITEM(item, struct listening, by_sighted);
        bool stands = drop_reason(listening, reason);
        if (!stands)
            end(listening);
    }
}

void listener_fini(struct listener *listener) {
    if (listener->listenings.next == NULL)
        return;
    LIST_EACH(&listener->listenings, item)
    end(LIST_ITEM(item, struct listening, by_listener));
    free_table(listener);
}

void sighted_fini(struct sighted *sighted) {
    if (sighted->listenings.next == NULL)
        return;
    LIST_EACH(&sighted->listenings, item)
    end(LIST_ITEM(item, struct listening, by_sighted));
}

static struct listening *at(const struct sighted *sighted, const struct list *item) {
    if (item == &sighted->listenings)
        return NULL;
    return LIST_ITEM(item, struct listening, by_sighted);
}

struct listening *sighted_first(const struct sighted *sighted) {
    return at(sighted, sighted->listenings.next);
}

struct listening *sighted_next(const struct sighted *sighted, const struct listening *listening) {
    return at(sighted, listening->by_sighted.next);
}

struct listener *listening_by(const struct listening *listening) {
    return listening->listener;
}
