/* SPDX-License-Identifier: MIT */
/*
 * The data folder: all that a porchlightd owns.
 *
 *     config.ini      settings (config.h); used where --config names no other
 *     app.ini         api key and secret; nobody else may read it
 *     porchlight.db   the store, with SQLite's -wal and -shm beside it
 *     lock            held by the one daemon that serves the folder
 *     url             where that daemon listens; it is true only while the lock is held
 *
 * The folder is 0700, its files 0600.
 */
#ifndef SERVER_FOLDER_H
#define SERVER_FOLDER_H

#include "server/config.h"
#include <stdbool.h>
#include <stddef.h>

struct folder {
    char *config_path;   /* owned */
    char *database_path; /* owned */
    char *url_path;      /* owned */
    struct app app;
    int lock;       /* descriptor, or -1 */
    bool is_served; /* FOLDER_STILL: a daemon has it */
    bool has_url;   /* it is ours: folder_fini() takes it away */
};

enum folder_use {
    FOLDER_LOOK,  /* beside a daemon or without one */
    FOLDER_STILL, /* the same; where nobody serves it, nobody can begin to meanwhile */
    FOLDER_SERVE  /* alone: takes the lock */
};

/* Find everything, read the key and the secret (refused: readable by group or others, shorter than
 * 32 bytes). 0; < 0: -errno (-EBUSY: another daemon serves it), and `why` says it to a person. */
int folder_open(
    struct folder *folder, const char *path, enum folder_use use, char *why, size_t why_size);
void folder_fini(struct folder *folder); /* wipes the secret, gives the lock back */

/* Who serves it notes where; others read it. 0; < 0: -errno (-ENOENT: nobody serves, or not yet;
 * -EBADMSG: it is no URL). */
int folder_note_url(struct folder *folder, const char *url);
int folder_read_url(const char *path, char *url, size_t size);

/* The beginnings of a new one: a folder of mode 0700, absent or empty before. 0; > 0: it is there
 * and not empty; < 0: -errno. */
int folder_begin(const char *path);
/* What is in it lasts, names and all. */
int folder_sync(const char *path);

/* Make a new one, with a key and a secret of its own. 0; > 0: it is there and not empty; < 0:
 * -errno. */
int folder_make(const char *path, char api_key[33], char secret[65], char *why, size_t why_size);

#endif
