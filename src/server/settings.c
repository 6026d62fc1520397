/* SPDX-License-Identifier: MIT */
#include "server/settings.h"
#include "wire/field.h"
#include "wire/time.h"

#include <errno.h>

static const char checks[] = "disable_auth_checks";
static const char revoke[] = "revoke_tokens_issued_before";

int settings_apply(struct settings *settings, const json *changes, const char **field) {
    struct settings draft = *settings;
    const json *value = json_get(changes, checks);
    if (value != NULL && !json_is_boolean(value)) {
        *field = checks;
        return 1;
    }
    if (value != NULL)
        draft.disable_auth_checks = json_is_true(value);
    const json *before = json_get(changes, revoke);
    if (json_is_null(before)) {
        draft.revoke_before_us = 0;
    } else if (before != NULL &&
               (json_as_text(before) == NULL ||
                   time_parse(json_as_text(before), &draft.revoke_before_us) != 0)) {
        *field = revoke;
        return 1;
    }
    *settings = draft;
    return 0;
}

int settings_encode(const struct settings *settings, json *to) {
    bool bad = field_put_boolean(to, checks, settings->disable_auth_checks) != 0;
    bad |= field_put_time(to, revoke, settings->revoke_before_us) != 0;
    return bad ? -ENOMEM : 0;
}
