/* SPDX-License-Identifier: MIT */
#include "dashboard/input/action.h"

static const struct action_row rows[ACTION_COUNT] = {[ACTION_NONE] = {"", "", "", "", ""},
#define ACTION_ROW(tag, name, keys, where, argument, help)                                         \
    [ACTION_##tag] = {name, keys, where, argument, help},
    ACTIONS(ACTION_ROW)
#undef ACTION_ROW
};

const struct action_row *action_row(enum action action) {
    return &rows[action];
}
