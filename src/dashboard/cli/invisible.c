/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/user.h"

#include <stdio.h>
#include <string.h>

/* Somebody whom the server has not met hides from nobody. */
static int print(struct talk *talk) {
    pl_user *me = NULL;
    const int code = user_ask(talk, talk->account->user, 0, &me);
    if (code == EXIT_DONE)
        puts(me != NULL && talk->library->user_invisible(me) ? "on" : "off");
    return code;
}

int command_invisible(struct talk *talk, const struct options *options) {
    if (options->word_count == 0)
        return print(talk);
    const bool on = strcmp(options->words[0], "on") == 0;
    if (!on && strcmp(options->words[0], "off") != 0) {
        say("usage: porchlight invisible on|off, or without a word to see which");
        return EXIT_USE;
    }
    struct answer answer = {0};
    const int accepted = on ? talk->library->client_mark_invisible(talk->client, talk_done, &answer)
                            : talk->library->client_mark_visible(talk->client, talk_done, &answer);
    const int code = talk_await(talk, accepted, &answer);
    answer_fini(&answer);
    return code;
}
