/* SPDX-License-Identifier: MIT */
/* Files that belong to the program, found from where the program is. */
#ifndef DASHBOARD_BESIDE_H
#define DASHBOARD_BESIDE_H

#include <limits.h>

/* The path of `relative` to the program's folder. 0; -ENOENT: there is no such file that can be
 * read; -errno. */
int beside_program(const char *relative, char path[PATH_MAX]);

#endif
