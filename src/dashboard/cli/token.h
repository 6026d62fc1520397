/* SPDX-License-Identifier: MIT */
/*
 * Where my token comes from. It is a secret: it stands in no argument of a process, no message,
 * no log, and its memory is wiped before it is given back.
 */
#ifndef DASHBOARD_CLI_TOKEN_H
#define DASHBOARD_CLI_TOKEN_H

#include "base/bytes.h"

enum token_kind {
    TOKEN_NONE,
    TOKEN_TEXT,    /* at: the token itself */
    TOKEN_FILE,    /* at: a path; the first line, without white space at its end */
    TOKEN_COMMAND, /* at: for sh -c; the first line that it prints, likewise */
    TOKEN_STDIN    /* the first line, likewise; asked for when it is a terminal */
};

struct token_source {
    enum token_kind kind;
    char *at; /* owned */
};

void token_source_fini(struct token_source *source);

/*
 * Get the token, to be freed with token_free(). Blocking; a command may take its time.
 * 0; -EINVAL: there is none to be had, and `why` says it; -ENOMEM. `warning` gets a sentence when
 * others may read the file.
 */
int token_read(
    const struct token_source *source, char **token, struct bytes *why, struct bytes *warning);

void token_free(char *token);

#endif
