/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/ids.h"
#include "dashboard/cli/user.h"

#include <stdio.h>

int command_is(struct talk *talk, const struct options *options) {
    const char *id = options->words[0];
    pl_user *user = NULL;
    /* What is no id is nobody's. */
    const int code = is_user_id(id) ? user_ask(talk, id, 0, &user) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    if (user == NULL) {
        puts("unknown");
        say("%s: there is no such user, or not for me", id);
        return EXIT_IS_UNKNOWN;
    }
    const bool online = talk->library->user_online(user);
    puts(online ? "online" : "offline");
    return online ? EXIT_DONE : EXIT_IS_OFFLINE;
}
