/* SPDX-License-Identifier: MIT */
/* What an app can switch while it is served: kept in the store as one small document. Pure. */
#ifndef SERVER_SETTINGS_H
#define SERVER_SETTINGS_H

#include "wire/json.h"

#define SETTINGS_NAME "app" /* in the store */

struct settings {
    bool disable_auth_checks; /* dev tokens are taken */
    int64_t revoke_before_us; /* tokens issued before are no longer good; 0: none */
};

/* Only the keys given. 0; > 0: *field is wrong, and nothing is changed. */
int settings_apply(struct settings *settings, const json *changes, const char **field);
/* Into the object that tells them. 0, or -ENOMEM. */
int settings_encode(const struct settings *settings, json *to);

#endif
