/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/ids.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

bool is_user_id(const char *text) {
    const size_t len = strspn(text, LETTERS "@");
    return text[len] == '\0' && len >= 1 && len <= 255;
}

bool is_cid(const char *text) {
    const size_t type = strspn(text, LETTERS);
    if (type < 1 || type > 64 || text[type] != ':')
        return false;
    const char *id = text + type + 1;
    const size_t members = strncmp(id, "!members-", 9) == 0 ? 9 : 0;
    const size_t rest = strspn(id + members, LETTERS "@");
    return id[members + rest] == '\0' && rest >= 1 && members + rest <= 64;
}
