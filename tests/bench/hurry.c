/* SPDX-License-Identifier: MIT */
/*
 * libporchlight with one difference: it asks a thousand times a second where nobody said how often,
 * so that a benchmark need not wait ten minutes until a hundred thousand members are known. A
 * program that looks for functions in this library finds the others in the one behind it.
 */
#include <porchlight/porchlight.h>

#include <dlfcn.h>

enum { A_SECOND = 1000 };

PL_API int pl_client_create(pl_client **out, const struct pl_client_options *options) {
    int (*create)(pl_client **, const struct pl_client_options *);
    struct pl_client_options hurried = {0};
    *(void **)&create = dlsym(RTLD_NEXT, "pl_client_create");
    if (pl_version() == NULL || /* by which the linker sees that the other is needed */
        create == NULL || options == NULL || options->size > sizeof hurried)
        return PL_E_ARGUMENT;
    hurried = *options;
    hurried.requests_a_second = A_SECOND;
    return create(out, &hurried);
}
