/* SPDX-License-Identifier: MIT */
/* porchlightd's command line, taken apart. Pure but for what getopt prints. */
#ifndef SERVER_WORDS_H
#define SERVER_WORDS_H

#include "server/admin_words.h"

enum word {
    WORD_SERVE,
    WORD_INIT,
    WORD_TOKEN,
    WORD_CHECK,
    WORD_ADMIN,
    WORD_BACKUP,
    WORD_RESTORE,
    WORD_HELP,
    WORD_VERSION
};

/* Texts are of argv; NULL: not given. */
struct words {
    enum word word;
    const char *config, *listen, *data;
    const char *folder; /* init DIR */
    const char *user;   /* token USER */
    bool server;        /* token --server */
    int64_t expires_s;  /* token --expires; 0: never */
    const char *backup; /* backup TO, restore FROM */
    struct admin_words admin;
};

/* 0; > 0: wrong use, and `why` says it. */
int words_read(struct words *words, int argc, char **argv, char *why, size_t why_size);

extern const char words_help[];

#endif
