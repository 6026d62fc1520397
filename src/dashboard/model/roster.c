/* SPDX-License-Identifier: MIT */
#include "dashboard/model/roster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int person_compare(const struct person *a, const struct person *b) {
    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    const int by_name = strcmp(a->fold, b->fold);
    return by_name != 0 ? by_name : strcmp(a->id, b->id);
}

const char *person_shown(const struct person *person, bool ascii) {
    for (const char *at = person->name; ascii && *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            return person->id;
    return person->name;
}

enum state person_state(const struct person *person, bool link_is_live, int64_t now_ms) {
    if (person->banned)
        return STATE_BANNED;
    if (!person->was_live)
        return STATE_UNKNOWN;
    if (!person->live && link_is_live)
        return STATE_UNKNOWN;
    if (person->online)
        return STATE_ONLINE;
    if (!link_is_live)
        return person->state == STATE_LEFT ? STATE_LEFT : STATE_OFFLINE;
    return person->seen_ms != 0 && now_ms - person->seen_ms < JUST_LEFT_MS ? STATE_LEFT
                                                                           : STATE_OFFLINE;
}

/* The first place in [low, high) whose person does not come before. */
static size_t place_in(
    const struct roster *roster, const struct person *person, size_t low, size_t high) {
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (person_compare(roster->people[middle], person) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t place(const struct roster *roster, const struct person *person) {
    return place_in(roster, person, 0, roster->count);
}

int roster_add(struct roster *roster, struct person *person) {
    if (roster->count == roster->cap) {
        const size_t cap = roster->cap != 0 ? roster->cap * 2 : 16;
        struct person **people = realloc(roster->people, cap * sizeof *people);
        if (people == NULL)
            return -ENOMEM;
        roster->people = people;
        roster->cap = cap;
    }
    const size_t at = place(roster, person);
    memmove(&roster->people[at + 1], &roster->people[at],
        (roster->count - at) * sizeof *roster->people);
    roster->people[at] = person;
    roster->count++;
    return 0;
}

ptrdiff_t roster_find(const struct roster *roster, const struct person *person) {
    const size_t at = place(roster, person);
    return at < roster->count && roster->people[at] == person ? (ptrdiff_t)at : -1;
}

bool roster_remove(struct roster *roster, const struct person *person) {
    const ptrdiff_t at = roster_find(roster, person);
    if (at < 0)
        return false;
    roster->count--;
    memmove(&roster->people[at], &roster->people[at + 1],
        (roster->count - (size_t)at) * sizeof *roster->people);
    return true;
}

/* Only those between are moved. */
void roster_mend(struct roster *roster, size_t at) {
    struct person **people = roster->people, *person = people[at];
    size_t to = at;
    if (at > 0 && person_compare(people[at - 1], person) > 0) {
        to = place_in(roster, person, 0, at);
        memmove(&people[to + 1], &people[to], (at - to) * sizeof(struct person *));
    } else if (at + 1 < roster->count && person_compare(people[at + 1], person) < 0) {
        to = place_in(roster, person, at + 1, roster->count) - 1;
        memmove(&people[at], &people[at + 1], (to - at) * sizeof(struct person *));
    }
    people[to] = person;
}

size_t roster_before(const struct roster *roster, enum state state) {
    size_t low = 0, high = roster->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (roster->people[middle]->state < state)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t roster_count_state(const struct roster *roster, enum state state) {
    return roster_before(roster, (enum state)(state + 1)) - roster_before(roster, state);
}

void roster_fini(struct roster *roster) {
    free(roster->people);
    *roster = (struct roster){0};
}
