/* SPDX-License-Identifier: MIT */
/*
 * Reading a database that others may have open, and leaving no trace. SQLite likes to leave some:
 * merely opening a database with a log beside it makes a file of shared memory. Where nobody serves
 * the database and there is no log, it is read as a frozen file; else what the look has made is
 * taken away again.
 */
#ifndef SERVER_STORE_LOOK_H
#define SERVER_STORE_LOOK_H

#include "server/sql.h"

struct store_look {
    struct sql *sql;
    bool made_memory;
    char memory[4096];
};

/* Results as sql_open(). To be closed whatever the result. */
int store_look_open(struct store_look *look, const char *path, bool is_served);
void store_look_close(struct store_look *look);

/* Copy a database file into an empty one that is there, as it is at one moment. 0; -EBADMSG: it is
 * damaged; < 0: -errno. */
int store_look_copy(const char *path, bool is_served, const char *to);

#endif
