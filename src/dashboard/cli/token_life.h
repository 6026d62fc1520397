/* SPDX-License-Identifier: MIT */
/* How long a token says that it holds. Pure; whether it is any good is the server's to say. */
#ifndef DASHBOARD_CLI_TOKEN_LIFE_H
#define DASHBOARD_CLI_TOKEN_LIFE_H

#include <stdint.h>

/* The exp claim, in seconds of Unix time. 0: it has none. -EINVAL: this is not three parts of
 * base64url with dots between, as a token is. */
int64_t token_life_end(const char *token);

#endif
