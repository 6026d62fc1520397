/* SPDX-License-Identifier: MIT */
/*
 * Random objects, filters and sorts over a table of fields with the values that each may have: so
 * few that what is asked for is often there. All by seed.
 */
#ifndef WIRE_FILTER_RANDOM_H
#define WIRE_FILTER_RANDOM_H

#include "base/bytes.h"
#include "wire/filter.h"

struct dice {
    uint64_t state;
};

static inline struct dice dice_of(uint64_t seed, uint64_t number) {
    return (struct dice){(seed + 1) * UINT64_C(0x9e3779b97f4a7c15) ^ number << 20};
}
/* 0 … sides - 1 */
unsigned dice_roll(struct dice *dice, unsigned sides);
static inline bool dice_percent(struct dice *dice, unsigned percent) {
    return dice_roll(dice, 100) < percent;
}

/* A field, and JSON texts that it may be (of a list: its items). Texts have no backslashes. */
struct random_field {
    const char *name; /* NULL: the end of a table */
    enum filter_kind kind;
    const char *const *values; /* NULL at the end */
};

/* JSON of every kind, for where anything may stand. */
extern const char *const random_values[];

/* An object with this id and some of the fields that have no dot in their names. */
void random_object(
    struct dice *dice, const struct random_field *fields, const char *id, struct bytes *to);
/* wrong: now and then something in it is no filter. */
void random_filter(
    struct dice *dice, const struct random_field *fields, bool wrong, struct bytes *to);
void random_sort(struct dice *dice, const struct random_field *fields, struct bytes *to);

#endif
