/* SPDX-License-Identifier: MIT */
/*
 * The order is that of a number, which for names is their first bytes, and only where two numbers
 * are the same that of the people themselves: a hundred thousand are sorted without looking most
 * of them up.
 *
 * A person says of themself whether they are on a row (listed) and whether they wait: there is one
 * list, so two flags are enough. All that wait are taken out before the first is put back, because
 * a place is found by halving, and that needs everybody else in order. Where they were taken out
 * there is a gap, and only those between it and a place are moved: of a hundred thousand few are,
 * and nobody is looked at who did not change.
 */
#include "dashboard/model/list.h"

#include "dashboard/model/audience.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 16 /* so many are never a reason to make it anew */ };

struct keyed {
    uint64_t number;
    struct person *person;
};

/* ---- order ---- */

static uint64_t first_bytes(const char *text, unsigned count) {
    uint64_t number = 0;
    for (unsigned i = 0; i < count; i++) {
        number = number << 8 | (unsigned char)*text;
        text += *text != '\0' ? 1 : 0;
    }
    return number;
}

/* Whose day is earliest comes first, whoever says nothing of their clock last. */
static uint64_t clock_number(const struct person *person, int64_t now_ms) {
    int east_s;
    if (!clock_there_offset(&person->there, now_ms, &east_s))
        return UINT64_MAX;
    return (uint64_t)((int64_t)east_s + ZONE_OFFSET_MOST);
}

static uint64_t number_of(const struct person *person, const struct list *list) {
    switch (list->key) {
    case SORT_LOCAL: return clock_number(person, list->now_ms);
    case SORT_NAME: return first_bytes(person->fold, 8);
    case SORT_LAST: return ~(uint64_t)person_last_ms(person); /* the latest first */
    case SORT_CHANNELS: return ~(uint64_t)person->channel_count;
    default: break;
    }
    /* Who watches is the first of those who are there. */
    const uint64_t rank = person_watches(person) ? 0 : (uint64_t)person->state + 1;
    return rank << 56 | first_bytes(person->fold, 7);
}

static int compare_same(const struct person *a, const struct person *b, enum sort_key key) {
    const int by_name = key == SORT_NAME ? strcmp(a->fold, b->fold) : 0;
    if (by_name != 0)
        return by_name;
    return key == SORT_NAME ? strcmp(a->id, b->id) : person_compare(a, b);
}

static int compare(const struct keyed *a, const struct keyed *b, const struct list *list) {
    const int order = a->number != b->number ? (a->number < b->number ? -1 : 1)
                                             : compare_same(a->person, b->person, list->key);
    return list->reversed ? -order : order;
}

static int compare_keyed(const void *a, const void *b, void *list) {
    return compare(a, b, list);
}

static struct keyed keyed(const struct list *list, struct person *person) {
    return (struct keyed){number_of(person, list), person};
}

/* The first row in [low, high) whose person does not come before. */
static size_t place_in(const struct list *list, struct person *person, size_t low, size_t high) {
    const struct keyed wanted = keyed(list, person);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct keyed here = keyed(list, list->people[middle]);
        if (compare(&here, &wanted, list) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ---- who ---- */

static bool is_wanted(const struct list *list, const struct person *person, int64_t now_ms) {
    static const enum state only[STATE_RULES] = {[SHOW_ONLINE] = STATE_ONLINE,
        [SHOW_LEFT] = STATE_LEFT,
        [SHOW_OFFLINE] = STATE_OFFLINE,
        [SHOW_UNKNOWN] = STATE_UNKNOWN};
    if (list->hide_offline && person->state == STATE_OFFLINE && list->states != SHOW_OFFLINE)
        return false; /* but where it is them who are asked for */
    if (list->states != SHOW_ALL && person->state != only[list->states])
        return false;
    if (list->changed_since_ms != 0 && person->changed_ms < list->changed_since_ms)
        return false;
    return filter_takes(&list->filter, person, now_ms);
}

/* ---- memory ---- */

static bool has_room(struct person ***people, size_t *cap, size_t count) {
    if (count < *cap)
        return true;
    const size_t more = *cap != 0 ? *cap * 2 : 64;
    struct person **larger = realloc(*people, more * sizeof *larger);
    if (larger == NULL)
        return false;
    *people = larger;
    *cap = more;
    return true;
}

static void clear(struct list *list) {
    for (size_t i = 0; i < list->count; i++)
        list->people[i]->listed = false;
    for (size_t i = 0; i < list->waiting_count; i++)
        list->waiting[i]->waiting = false;
    list->count = list->waiting_count = 0;
}

void list_fini(struct list *list) {
    free(list->people);
    free(list->waiting);
    *list = (struct list){0};
}

/* ---- made anew ---- */

/* A roster is in the order of states already, but for those who watch. */
static void put_watchers_first(struct list *list) {
    size_t watchers = 0, others = 0;
    for (size_t i = 0; i < list->count; i++)
        watchers += person_watches(list->people[i]) ? 1 : 0;
    struct person **rest = watchers > 0 ? calloc(list->count, sizeof *rest) : NULL;
    if (rest == NULL) {
        list->stale = list->stale || watchers > 0;
        return;
    }
    watchers = 0;
    for (size_t i = 0; i < list->count; i++) {
        struct person *person = list->people[i];
        if (person_watches(person))
            list->people[watchers++] = person;
        else
            rest[others++] = person;
    }
    memcpy(&list->people[watchers], rest, others * sizeof *rest);
    free(rest);
}

static void order(struct list *list) {
    if (list->key == SORT_STATE && !list->reversed) {
        put_watchers_first(list);
        return;
    }
    struct keyed *all = calloc(list->count + 1, sizeof *all);
    if (all == NULL) {
        list->stale = true;
        return;
    }
    for (size_t i = 0; i < list->count; i++)
        all[i] = keyed(list, list->people[i]);
    qsort_r(all, list->count, sizeof *all, compare_keyed, list);
    for (size_t i = 0; i < list->count; i++)
        list->people[i] = all[i].person;
    free(all);
}

static void make_anew(struct list *list, const struct roster *of, int64_t now_ms) {
    clear(list);
    list->of = of;
    list->stale = false;
    for (size_t i = 0; i < of->count; i++) {
        struct person *person = of->people[i];
        if (!is_wanted(list, person, now_ms))
            continue;
        if (!has_room(&list->people, &list->cap, list->count)) {
            list->stale = true;
            break;
        }
        person->listed = true;
        list->people[list->count++] = person;
    }
    order(list);
    for (size_t i = 0; i < list->count; i++)
        list->people[i]->row = (uint32_t)i;
}

/* ---- change by change ---- */

void list_make_anew(struct list *list) {
    list->stale = true;
}

void list_touch(struct list *list, struct person *person) {
    if (list->stale || person->waiting)
        return;
    if (!has_room(&list->waiting, &list->waiting_cap, list->waiting_count)) {
        list->stale = true;
        return;
    }
    person->waiting = true;
    list->waiting[list->waiting_count++] = person;
}

/* The list without those who wait is that before the gap and that behind it. */
struct gap {
    size_t at, size;
    size_t count; /* of the others */
};

struct placed {
    struct keyed keyed;
    size_t at; /* so many of the others come before */
};

static struct gap take_out(struct list *list) {
    size_t first = list->count, end = 0, taken = 0;
    for (size_t i = 0; i < list->waiting_count; i++) {
        struct person *person = list->waiting[i];
        const ptrdiff_t at = list_find(list, person, person->row);
        if (at < 0)
            continue;
        list->people[at] = NULL;
        taken++;
        first = (size_t)at < first ? (size_t)at : first;
        end = (size_t)at >= end ? (size_t)at + 1 : end;
    }
    size_t kept = first;
    for (size_t i = first; i < end; i++)
        if (list->people[i] != NULL)
            list->people[kept++] = list->people[i];
    return (struct gap){.at = kept, .size = taken, .count = list->count - taken};
}

static size_t place_beside(
    const struct list *list, const struct gap *gap, const struct keyed *wanted, size_t low) {
    size_t high = gap->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct keyed here = keyed(
            list, list->people[middle < gap->at ? middle : middle + gap->size]);
        if (compare(&here, wanted, list) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int compare_placed(const void *a, const void *b, void *list) {
    return compare(&((const struct placed *)a)->keyed, &((const struct placed *)b)->keyed, list);
}

/* Who of them is on a row, in order, and where. */
static size_t find_places(
    struct list *list, const struct gap *gap, struct placed *to, int64_t now_ms) {
    size_t count = 0, at = 0;
    for (size_t i = 0; i < list->waiting_count; i++) {
        struct person *person = list->waiting[i];
        person->listed = person->waiting = false;
        if (roster_find(list->of, person) >= 0 && is_wanted(list, person, now_ms))
            to[count++].keyed = keyed(list, person);
    }
    qsort_r(to, count, sizeof *to, compare_placed, list);
    for (size_t i = 0; i < count; i++)
        to[i].at = at = place_beside(list, gap, &to[i].keyed, at);
    return count;
}

static bool widen(struct list *list, struct gap *gap, size_t size) {
    while (list->cap < gap->count + size)
        if (!has_room(&list->people, &list->cap, list->cap))
            return false;
    memmove(&list->people[gap->at + size], &list->people[gap->at + gap->size],
        (gap->count - gap->at) * sizeof *list->people);
    gap->size = size;
    return true;
}

static void put_at(struct list *list, struct person *person, size_t at) {
    list->people[at] = person;
    person->listed = true;
    person->row = (uint32_t)at;
}

/* Before the gap all move to the right, the last first; behind it to the left. */
static void put_in(
    struct list *list, const struct gap *gap, const struct placed *placed, size_t count) {
    struct person **people = list->people;
    size_t left = 0, from = gap->at;
    while (left < count && placed[left].at < gap->at)
        left++;
    for (size_t i = left; i-- > 0; from = placed[i].at) {
        memmove(&people[placed[i].at + i + 1], &people[placed[i].at],
            (from - placed[i].at) * sizeof(struct person *));
        put_at(list, placed[i].keyed.person, placed[i].at + i);
    }
    from = gap->at;
    for (size_t i = left; i < count; from = placed[i++].at) {
        memmove(&people[from + i], &people[from + gap->size],
            (placed[i].at - from) * sizeof(struct person *));
        put_at(list, placed[i].keyed.person, placed[i].at + i);
    }
    if (count != gap->size)
        memmove(&people[from + count], &people[from + gap->size],
            (gap->count - from) * sizeof(struct person *));
    list->count = gap->count + count;
}

/* The only one that waits goes to their row; those between are moved, and nobody else. */
static bool mend_one(struct list *list, int64_t now_ms) {
    struct person *person = list->waiting[0], **people = list->people;
    const ptrdiff_t found = list->waiting_count == 1 && person->listed
                                ? list_find(list, person, person->row)
                                : -1;
    if (found < 0 || roster_find(list->of, person) < 0 || !is_wanted(list, person, now_ms))
        return false;
    const size_t at = (size_t)found;
    size_t to = place_in(list, person, 0, at);
    if (to < at) {
        memmove(&people[to + 1], &people[to], (at - to) * sizeof(struct person *));
    } else {
        to = place_in(list, person, at + 1, list->count) - 1;
        memmove(&people[at], &people[at + 1], (to - at) * sizeof(struct person *));
    }
    people[to] = person;
    person->row = (uint32_t)to;
    person->waiting = false;
    list->waiting_count = 0;
    return true;
}

/* Out of memory, all is made anew the next time. */
static void take_waiting(struct list *list, int64_t now_ms) {
    if (mend_one(list, now_ms))
        return;
    struct placed *placed = calloc(list->waiting_count, sizeof *placed);
    if (placed == NULL) {
        list->stale = true;
        return;
    }
    struct gap gap = take_out(list);
    const size_t count = find_places(list, &gap, placed, now_ms);
    const bool fits = count <= gap.size || widen(list, &gap, count);
    put_in(list, &gap, placed, fits ? count : gap.size);
    list->stale = list->stale || !fits;
    list->waiting_count = 0;
    free(placed);
}

void list_settle(struct list *list, const struct roster *of, bool held, int64_t now_ms) {
    list->now_ms = now_ms;
    if (list->of != of || list->stale)
        make_anew(list, of, now_ms);
    else if (held && list->count > 0)
        return;
    else if (list->waiting_count > list->count / 4 + FEW)
        make_anew(list, of, now_ms);
    else if (list->waiting_count > 0)
        take_waiting(list, now_ms);
}

/* ---- looking ---- */

struct person *list_at(const struct list *list, size_t i) {
    return i < list->count ? list->people[i] : NULL;
}

/* Outwards from where they probably are. */
ptrdiff_t list_find(const struct list *list, const struct person *person, size_t near) {
    if (!person->listed || list->count == 0)
        return -1;
    near = near < list->count ? near : list->count - 1;
    for (size_t off = 0; off <= near || off < list->count - near; off++) {
        if (off <= near && list->people[near - off] == person)
            return (ptrdiff_t)(near - off);
        if (off < list->count - near && list->people[near + off] == person)
            return (ptrdiff_t)(near + off);
    }
    return -1;
}

/* ---- names ---- */

static const char *const sort_names[SORT_KEYS] = {"state", "last", "name", "local", "channels"};
static const char *const rule_names[STATE_RULES] = {"all", "online", "left", "offline", "unknown"};

static int name_in(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

const char *sort_key_name(enum sort_key key) {
    return sort_names[key];
}

int sort_key_of(const char *name) {
    return name_in(sort_names, SORT_KEYS, name);
}

const char *state_rule_name(enum state_rule rule) {
    return rule_names[rule];
}

int state_rule_of(const char *name) {
    return name_in(rule_names, STATE_RULES, name);
}
