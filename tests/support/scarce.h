/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out once, for what is pure: the n-th allocation of the program itself, cJSON's
 * included, fails. A program that uses it depends on `scarce`, whose link arguments lead malloc()
 * and its kin here.
 */
#ifndef SUPPORT_SCARCE_H
#define SUPPORT_SCARCE_H

#include <stdbool.h>

/* Do it with the first allocation failing, then the second, until none is reached any more. `act`
 * is told whether memory may run out on it; what it makes, it frees. How often memory ran out. */
unsigned scarce_each(void (*act)(bool scarce, const void *context), const void *context);

#endif
