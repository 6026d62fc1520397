/* SPDX-License-Identifier: MIT */
/* When a token says it expires. Pure; the signature is the server's business. */
#ifndef CLIENT_EXPIRY_H
#define CLIENT_EXPIRY_H

#include "base/heap.h"
#include <stdint.h>

/* The exp claim in seconds of Unix time; 0: none, or not a token that can be read. */
int64_t expiry_of_token(const struct heap *heap, const char *token);

/* How long from now (by the server's clock) a token that expires then wants to be renewed: 30 s
 * before, or after three quarters of a life that is short; not at once, whatever the token says. */
int64_t expiry_renew_in_ms(int64_t exp_s, int64_t server_unix_ms);

#endif
