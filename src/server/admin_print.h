/* SPDX-License-Identifier: MIT */
/* Objects of the wire as lines for people, or for programs. A failure is in the buffer. Pure. */
#ifndef SERVER_ADMIN_PRINT_H
#define SERVER_ADMIN_PRINT_H

#include "base/bytes.h"
#include "wire/json.h"

/* The object itself, on one line. */
void print_json(struct bytes *out, const json *value);
/* These fields (dotted paths, NULL at the end), tabs between, as one line. */
void print_cells(struct bytes *out, const json *object, const char *const *names);
/* FIELD⇥VALUE a line; what is empty is left out. */
void print_fields(struct bytes *out, const json *object);

#endif
