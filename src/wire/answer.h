/* SPDX-License-Identifier: MIT */
/* What a getter answered for a field, and what it can be compared with. Pure. */
#ifndef WIRE_ANSWER_H
#define WIRE_ANSWER_H

#include "wire/filter.h"

/* Ask; JSON scalars come out as the kinds they are, null, NULL texts and
 * empty lists as missing. */
struct filter_value answer_get(
    filter_getter *get, const void *object, int tag, const char *name, const void *context);

/* Never true of a missing one; null is the caller's. */
bool answer_equals(const struct filter_value *got, const json *want);

/* False where the two have no order. */
bool answer_order(const struct filter_value *got, const json *want, int *order);

/* Case-insensitively: whether one of its words begins with want, or it has want anywhere. */
bool answer_has_words(const struct filter_value *got, const char *want, bool at_word);

/* Whether a list or a JSON array has this item. */
bool answer_contains(const struct filter_value *got, const json *want);

/* Two answers of one field, for a sort: missing is the caller's. */
int answer_compare(const struct filter_value *a, const struct filter_value *b);

#endif
