/* SPDX-License-Identifier: MIT */
/*
 * Which server, as whom: each setting from the option, else the environment, else the profile.
 *
 * The environment's PORCHLIGHT_TOKEN wins over its PORCHLIGHT_TOKEN_FILE, and both over what the
 * profile has; --token-file wins over all.
 */
#ifndef DASHBOARD_CLI_ACCOUNT_H
#define DASHBOARD_CLI_ACCOUNT_H

#include "dashboard/cli/options.h"
#include "dashboard/cli/token.h"

/* Owned texts. */
struct account {
    char *url, *api_key, *user;
    char *ca_file; /* NULL: the system's authorities */
    struct token_source source;
};

/*
 * 0: complete, but the token is not read yet. ACCOUNT_NONE: nothing is configured, no URL, no
 * profile asked for by name; `why` is a sentence about it. -EINVAL: something is missing or
 * malformed, or the configuration is; `why` says it. -ENOMEM. *to is for account_fini() in any
 * case.
 */
enum { ACCOUNT_NONE = 1 };
int account_find(struct account *to, const struct options *options, struct bytes *why);

/* What login was told: all from options and environment, nothing from a profile; the token source
 * is a file, a command or standard input. Results as above without ACCOUNT_NONE. */
int account_for_login(struct account *to, const struct options *options, struct bytes *why);

void account_fini(struct account *account);

#endif
