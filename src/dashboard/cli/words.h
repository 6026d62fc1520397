/* SPDX-License-Identifier: MIT */
/*
 * The words of the command line, once: what a command is called, what may follow it, which
 * options it takes, and what its help says. Options, help and suggestions all read this list.
 */
#ifndef DASHBOARD_CLI_WORDS_H
#define DASHBOARD_CLI_WORDS_H

#include <stddef.h>
#include <stdio.h>

enum command {
    COMMAND_DASHBOARD, /* no word at all */
    COMMAND_LOGIN,
    COMMAND_CHANNEL,
    COMMAND_WHO,
    COMMAND_WATCH,
    COMMAND_INVISIBLE,
    COMMAND_STATUS,
    COMMAND_IS,
    COMMAND_WAIT,
    COMMAND_STATUSLINE,
    COMMAND_CHECK_TERMINAL,
    COMMAND_DOCTOR,
    COMMAND_COMPLETE,
    COMMAND_CONFIG,
    COMMAND_COUNT
};

/* For a set of commands. */
#define COMMAND_BIT(command) (1u << (command))

struct word {
    const char *name;    /* "" for the dashboard */
    const char *usage;   /* what follows "porchlight " */
    const char *about;   /* one line, for the list */
    const char *more;    /* the rest of its help; lines end with \n */
    size_t least, most;  /* how many arguments */
    const char *choices; /* what the first argument may be, with spaces between; NULL: anything */
};

const struct word *word_of(enum command command);

/* COMMAND_COUNT: there is none of that name. */
enum command word_find(const char *name);

/* The command that was probably meant, or NULL. */
const char *word_suggest(const char *slip);

/* The help of one command; of the dashboard: of all. */
void word_help(enum command command, FILE *to);

#endif
