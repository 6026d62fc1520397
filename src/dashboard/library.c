/* SPDX-License-Identifier: MIT */
/*
 * Looked for from where the program itself is, in the tree it was built in or under the prefix it
 * was installed to, so that it runs without ldconfig and after the prefix was moved; then by name,
 * as the system finds libraries.
 */
#include "dashboard/library.h"

#include "dashboard/beside.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* LIBRARY_INSTALLED, LIBRARY_BUILT: relative to the program's folder. LIBRARY_NAME: its soname. */
static void *open_any(void) {
    const char *const places[] = {LIBRARY_INSTALLED, LIBRARY_BUILT};
    char path[PATH_MAX];
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (beside_program(places[i], path) != 0)
            continue;
        void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (handle != NULL)
            return handle;
    }
    return dlopen(LIBRARY_NAME, RTLD_NOW | RTLD_LOCAL);
}

/* GnuTLS makes itself ready where it is loaded, which costs a megabyte, and is loaded for those of
 * libcurl's protocols that nobody here speaks. It can be told to wait until it is asked. The
 * environment is no place to write while others may read it, but only the demo has threads before
 * this, and has the library then. */
static void *open_quietly(void) {
    static const char wait[] = "GNUTLS_NO_IMPLICIT_INIT";
    const bool tell = getenv(wait) == NULL && dlopen(LIBRARY_NAME, RTLD_LAZY | RTLD_NOLOAD) == NULL;
    if (tell)
        setenv(wait, "1", 1);
    void *handle = open_any();
    if (tell)
        unsetenv(wait);
    return handle;
}

/* The names of all functions, one behind the other, in the order of the table, whose members are
 * all pointers to functions. */
int library_open(struct library *to, char *why, size_t why_size) {
#define LIBRARY_NAMED(name) "pl_" #name "\0"
    static const char names[] = LIBRARY_FUNCTIONS(LIBRARY_NAMED);
#undef LIBRARY_NAMED
    void *found[sizeof *to / sizeof(void *)];
    void *handle = open_quietly();
    if (handle == NULL) {
        snprintf(why, why_size, "libporchlight cannot be loaded: %s", dlerror());
        return -ENOENT;
    }
    const char *name = names;
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++, name += strlen(name) + 1) {
        found[i] = dlsym(handle, name);
        if (found[i] == NULL) {
            snprintf(why, why_size, "libporchlight is too old for this program: no %s", name);
            return -ENOEXEC;
        }
    }
    memcpy(to, found, sizeof *to);
    return 0;
}
