/* SPDX-License-Identifier: MIT */
/* When a token says it expires. Pure; the signature is the server's business. */
#ifndef CLIENT_EXPIRY_H
#define CLIENT_EXPIRY_H

#include "base/heap.h"
#include <stdint.h>

/* The exp claim in seconds of Unix time; 0: none, or not a token that can be read. */
int64_t expiry_of_token(const struct heap *heap, const char *token);

#endif
