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
#include <stdio.h>

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

int library_open(struct library *to, char *why, size_t why_size) {
    void *handle = open_any();
    if (handle == NULL) {
        snprintf(why, why_size, "libporchlight cannot be loaded: %s", dlerror());
        return -ENOENT;
    }
    struct library library;
#define LIBRARY_FIND(name)                                                                         \
    *(void **)&library.name = dlsym(handle, "pl_" #name);                                          \
    if (library.name == NULL) {                                                                    \
        snprintf(why, why_size, "libporchlight is too old for this program: no pl_" #name);        \
        return -ENOEXEC;                                                                           \
    }
    LIBRARY_FUNCTIONS(LIBRARY_FIND)
#undef LIBRARY_FIND
    *to = library;
    return 0;
}
