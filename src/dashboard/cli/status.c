/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/text.h"
#include "dashboard/cli/user.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Without a status text there is no line. */
static int print(struct talk *talk) {
    pl_user *me = NULL;
    const int code = user_ask(talk, talk->account->user, 0, &me);
    if (code != EXIT_DONE || me == NULL || talk->library->user_status(me)[0] == '\0')
        return code;
    struct bytes line = BYTES_EMPTY;
    text_plain(&line, talk->library->user_status(me));
    puts(bytes_text(&line));
    bytes_fini(&line);
    return code;
}

int command_status(struct talk *talk, const struct options *options) {
    if (options->word_count == 0 && !options->clear)
        return print(talk);
    const char *text = options->clear || options->words[0][0] == '\0' ? NULL : options->words[0];
    if (text != NULL && !utf8_is_valid(text, strlen(text))) {
        say("a status text is UTF-8, and this is not");
        return EXIT_USE;
    }
    struct answer answer = {0};
    const int code = talk_await(
        talk, talk->library->client_set_status(talk->client, text, talk_done, &answer), &answer);
    answer_fini(&answer);
    return code;
}
