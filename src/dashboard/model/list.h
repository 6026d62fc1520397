/* SPDX-License-Identifier: MIT */
/*
 * The members pane's list: of one roster those who are wanted, in the order that is wanted.
 *
 * Only what changed is put in its place (list_settle), and not while it is held: then rows stay
 * where they are, whatever happens to the people on them. A new roster, order or rule makes the
 * list anew, at once. Pure.
 */
#ifndef DASHBOARD_MODEL_LIST_H
#define DASHBOARD_MODEL_LIST_H

#include "dashboard/model/filter.h"
#include "dashboard/model/roster.h"

enum sort_key { SORT_STATE, SORT_LAST, SORT_NAME, SORT_LOCAL, SORT_CHANNELS, SORT_KEYS };

/* What f walks through. */
enum state_rule { SHOW_ALL, SHOW_ONLINE, SHOW_LEFT, SHOW_OFFLINE, SHOW_UNKNOWN, STATE_RULES };

struct list {
    struct person **people; /* on the rows */
    size_t count, cap;
    struct person **waiting; /* they changed since they were put where they are */
    size_t waiting_count, waiting_cap;
    const struct roster *of;
    int64_t now_ms; /* when it was looked at last */
    bool stale;     /* to be made anew */
    enum sort_key key;
    bool reversed, hide_offline;
    int64_t changed_since_ms; /* those who came or went since then only; 0: everybody */
    enum state_rule states;
    struct filter filter;
};

/* Somebody changed, came into the roster or left it. */
void list_touch(struct list *list, struct person *person);
/* The rules changed, or time did. */
void list_make_anew(struct list *list);
/* Before it is looked at: `of` is the roster that is wanted. What waits stays waiting while it is
 * held. Out of memory, it is shorter than it should be, and tries again the next time. */
void list_settle(struct list *list, const struct roster *of, bool held, int64_t now_ms);

struct person *list_at(const struct list *list, size_t i);
/* The row of somebody, or -1; `near`: where they probably are. */
ptrdiff_t list_find(const struct list *list, const struct person *person, size_t near);

/* "state", "last", …; -1: no such. */
const char *sort_key_name(enum sort_key key);
int sort_key_of(const char *name);
const char *state_rule_name(enum state_rule rule);
int state_rule_of(const char *name);

void list_fini(struct list *list);

#endif
