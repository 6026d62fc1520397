/* SPDX-License-Identifier: MIT */
/*
 * The filter and sort language read straight from the page of the contract, slowly: no tree, no
 * getters, no compilation. A filter is asked of a row of JSON objects at once and the answer is the
 * set of those that match. What the real one must agree with.
 *
 * An object has its built-in fields under their names, as they are shown (times are RFC 3339 texts,
 * lists are arrays of texts), and its custom ones beside them. A missing field is a missing key.
 */
#ifndef WIRE_FILTER_NAIVE_H
#define WIRE_FILTER_NAIVE_H

#include "wire/filter.h"

enum { NAIVE_OBJECTS = 64, NAIVE_OPERATORS = 12, NAIVE_SORTS_OF_VALUE = 8, NAIVE_FAULTS = 16 };

extern const char *const naive_operators[NAIVE_OPERATORS];
extern const char *const naive_sorts_of_value[NAIVE_SORTS_OF_VALUE];

/* How often an operator met a sort of value, and what came of it. */
struct naive_tally {
    unsigned long times[NAIVE_OPERATORS][NAIVE_SORTS_OF_VALUE][2];
};

struct naive {
    const struct filter_field *fields; /* built-in ones, and of which kind they are */
    struct naive_tally *tally;         /* or NULL */
};

/* Of valid filters only. Bit i: the i-th object of the array matches. */
uint64_t naive_matches(const struct naive *naive, const json *filter, const json *objects);

/* All that is wrong with a filter, each as field and operator; either may be "". */
struct naive_fault {
    const char *field, *op;
};
struct naive_faults {
    size_t conditions; /* fields' operators, logical ones, and empty filters in lists: at most 64 */
    size_t count;
    struct naive_fault all[NAIVE_FAULTS];
};
void naive_check(const struct naive *naive, const json *filter, struct naive_faults *faults);

/* The objects in order, as indices into the array: by `sort` (valid), then by the text at `ties`.
 */
void naive_order(const struct naive *naive, const json *sort, const json *objects, const char *ties,
    size_t order[NAIVE_OBJECTS]);

#endif
