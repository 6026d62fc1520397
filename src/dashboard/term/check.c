/* SPDX-License-Identifier: MIT */
#include "dashboard/term/check.h"

#include "dashboard/cli/say.h"
#include "dashboard/term/probe.h"
#include "dashboard/term/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* A terminal that cannot place a cursor would show the questions. */
static bool can_be_asked(const struct answers *answers) {
    return answers->term != NULL && answers->colors >= 0 && strcmp(answers->term, "dumb") != 0;
}

int check_terminal(void) {
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        say("there is no terminal to be checked: neither a pipe nor a file is one");
        return EXIT_USE;
    }
    setlocale(LC_CTYPE, "");
    struct answers answers = {.term = variable("TERM"),
        .color_term = variable("COLORTERM"),
        .no_color = variable("NO_COLOR") != NULL,
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0};
    answers.colors = answers.term != NULL ? screen_kind_colors(answers.term) : -1;
    if (can_be_asked(&answers) && probe_terminal(&answers) < 0)
        say("the terminal cannot be asked");
    struct bytes text = BYTES_EMPTY;
    answers_print(&answers, &text);
    const bool done = !bytes_failed(&text);
    if (done)
        fwrite(text.at, 1, text.len, stdout);
    else
        say("out of memory");
    bytes_fini(&text);
    return done ? EXIT_DONE : EXIT_NO;
}
