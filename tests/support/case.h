/* SPDX-License-Identifier: MIT */
/*
 * What every test program starts with: cmocka with the headers it wants before it, and a list of
 * cases. A program is:
 *
 *     static void a_thing_holds(void **state) { (void)state; … }
 *     int main(void) {
 *         const struct CMUnitTest cases[] = {CASE(a_thing_holds)};
 *         return RUN_CASES("room-file", cases);
 *     }
 *
 * Waiting is case_until(): until something is true, at most so many milliseconds.
 */
#ifndef SUPPORT_CASE_H
#define SUPPORT_CASE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE(function) cmocka_unit_test(function)
/* cmocka keeps the name and prints it; it must be a literal. */
#define RUN_CASES(name, cases) cmocka_run_group_tests_name(name, cases, NULL, NULL)

/* True as soon as is_so(context) is; false when it is not within at_most_ms. Polls politely. */
bool case_until(bool (*is_so)(void *context), void *context, int at_most_ms);

/* True when fd is readable within at_most_ms. */
bool case_readable(int fd, int at_most_ms);

/* A file below the source folder, whole and NUL-terminated, freed by the caller; fails the case
 * when it cannot be read. The path is relative to the top of the tree. */
char *case_read_file(const char *path, size_t *len);

/* Fails the case, with both texts on lines of their own, when they differ. */
void case_same_text(const char *got, const char *wanted, const char *file, int line);
#define SAME_TEXT(got, wanted) case_same_text(got, wanted, __FILE__, __LINE__)

#endif
