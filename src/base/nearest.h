/* SPDX-License-Identifier: MIT */
/* What was probably meant by a name that is none. Pure. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* The nearest of count names, if it is near enough to be a slip of the finger; else NULL. */
const char *nearest_name(const char *slip, const char *const *names, size_t count);

#endif
