/* SPDX-License-Identifier: MIT */
/*
 * The one configuration file, $XDG_CONFIG_HOME/porchlight/config or ~/.config/porchlight/config:
 * INI, with what a person has set (settings.h), and a section [profile NAME] for each way to reach
 * a server:
 *
 *     [profile default]
 *     url = https://chat.example.org
 *     api_key = 4vj8c2mztq7x
 *     user = ana
 *     token_file = default.token
 *
 * token_file and ca_file may be relative to the file's folder. token_command may stand instead of
 * token_file. Anything else is an error with file and line: a misspelt setting is not ignored.
 */
#ifndef DASHBOARD_CONFIG_H
#define DASHBOARD_CONFIG_H

#include "base/bytes.h"
#include "dashboard/settings.h"

#include <stdbool.h>

/* Owned texts; NULL: not set. Files are absolute once read. */
struct profile {
    char *url, *api_key, *user, *token_file, *token_command, *ca_file;
};

void profile_fini(struct profile *profile);

/* Whether a profile may have this name: [A-Za-z0-9_][A-Za-z0-9_.-]{0,31}. */
bool profile_name_is_valid(const char *name);

/* Where the file is, whether it exists or not; owned. 0; -ENOENT: neither XDG_CONFIG_HOME nor
 * HOME says; -ENOMEM. */
int config_path(char **path);

/* Read one profile. 0; CONFIG_NONE: no file, or no such profile, and `why` then lists the names
 * there are, with commas; < 0: `why` says it, with file and line. */
enum { CONFIG_NONE = 1 };
int config_read(const char *path, const char *name, struct profile *to, struct bytes *why);

/*
 * Read what a person has set for the screen, and check the whole file. `called` is how complaints
 * call it; there may be several, a line each: "config:12: …". 0; CONFIG_NONE: no file, and all is
 * as it is without one; < 0: `why` says it, *to is untouched.
 */
int config_settings(const char *path, const char *called, struct settings *to, struct bytes *why);

/*
 * Write one profile, and leave every other line as it was: comments, order, other profiles. The
 * file appears whole or not at all, readable by its owner alone; folders are made as needed. A
 * token, unless NULL, is kept in a file of its own beside it, 0600, and the profile points there;
 * a token kept before goes when the profile no longer does.
 * 0; < 0: `why` says it, and the configuration is as it was.
 */
int config_write(const char *path, const char *name, const struct profile *profile,
    const char *token, struct bytes *why);

#endif
