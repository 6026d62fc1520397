/* SPDX-License-Identifier: MIT */
/*
 * The command line taken apart: options anywhere, before or after the command; `--name value` and
 * `--name=value`; `--` ends them; the last of two wins, but every --add counts. Pure.
 */
#ifndef DASHBOARD_CLI_OPTIONS_H
#define DASHBOARD_CLI_OPTIONS_H

#include "base/bytes.h"
#include "dashboard/cli/words.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Texts are argv's own; NULL: not given. */
struct options {
    enum command command;
    char **words; /* what follows the command */
    size_t word_count;

    const char *url, *api_key, *user, *token_file, *token_command, *ca_file, *profile, *status;
    const char *name, *timeout, *theme, *glyphs;
    const char *record, *replay, *speed_text, *seed_text;
    char **add; /* each a list with commas */
    size_t add_count;
    int64_t timeout_ms; /* -1: none */
    double speed;       /* 1 unless told otherwise */
    uint64_t seed;      /* of the demo; 0: its own */
    bool invisible, demo, plain, json, online, offline, clear, follow, help, version;
    bool init, force, check, print;            /* of config */
    bool ascii, no_color, no_mouse, dump_keys; /* of the dashboard */
};

/* argc and argv as main() has them. 0; -ENOMEM; -EINVAL: wrong use, and `why` says it in one
 * sentence without any value of an option. *to may then only be given to options_fini(). */
int options_read(struct options *to, int argc, char **argv, struct bytes *why);
void options_fini(struct options *options);

/* An option as a person sees it. */
struct option_shown {
    const char *name;  /* without its -- */
    const char *value; /* what its value is, such as FILE; NULL: it takes none */
    const char *about;
    unsigned commands; /* COMMAND_BIT()s of those that take it */
};

/* The i-th of all; false: there are no more. A name may come again, for other commands. */
bool options_shown(size_t i, struct option_shown *to);

/* The options that a command takes, a line each. */
void options_help(enum command command, FILE *to);

#endif
