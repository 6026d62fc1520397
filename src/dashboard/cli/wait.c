/* SPDX-License-Identifier: MIT */
/* What is true already is found out without a connection: then nobody's light goes on. */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/ids.h"
#include "dashboard/cli/user.h"

#include "base/clock.h"

/* Until the word of the server, still good, is the wanted one. */
static int wait_for(struct talk *talk, const pl_user *user, bool wanted) {
    int code = EXIT_DONE;
    while (code == EXIT_DONE &&
           !(talk->library->user_is_live(user) && talk->library->user_online(user) == wanted))
        code = talk_turn(talk);
    return code;
}

int command_wait(struct talk *talk, const struct options *options) {
    const char *id = options->words[0];
    const bool wanted = !options->offline;
    if (options->timeout_ms >= 0)
        talk->until_ms = clock_mono_ms() + options->timeout_ms;
    pl_user *user = NULL;
    int code = is_user_id(id) ? user_ask(talk, id, 0, &user) : EXIT_DONE;
    if (code != EXIT_DONE)
        return code;
    if (user == NULL) {
        say("%s: there is no such user, or not for me", id);
        return EXIT_NO;
    }
    if (talk->library->user_online(user) == wanted)
        return EXIT_DONE;
    code = talk_connect(talk, options->invisible, options->status);
    if (code == EXIT_DONE)
        code = user_ask(talk, id, PL_PRESENCE, &user);
    if (code == EXIT_DONE && user == NULL) {
        say("%s: there is no such user any more", id);
        return EXIT_NO;
    }
    return code == EXIT_DONE ? wait_for(talk, user, wanted) : code;
}
