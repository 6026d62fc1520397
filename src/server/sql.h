/* SPDX-License-Identifier: MIT */
/*
 * SQLite, as this server uses it, and its only keeper. A connection belongs to one thread at a
 * time. Statements are made of constant text; whatever comes from outside is bound.
 */
#ifndef SERVER_SQL_H
#define SERVER_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sql;
struct sql_statement;

enum sql_mode {
    SQL_WRITE, /* made where there is none */
    SQL_READ,
    SQL_FROZEN /* nobody else has it open: read the file alone, and touch nothing beside it */
};

/* 0; < 0: -errno: -ENOSPC, -EIO, -EBUSY, -EROFS, -ENOENT, -ENOMEM, -EINVAL (a constraint),
 * -EBADMSG (damaged, or no database). All calls below as this one. */
int sql_open(struct sql **out, const char *path, enum sql_mode mode);
void sql_close(struct sql *sql);

/* Run a constant script. */
int sql_run(struct sql *sql, const char *script);
/* The integer that a constant query gives. */
int sql_number(struct sql *sql, const char *query, int64_t *number);
/* Whether a transaction is open; after some faults SQLite has ended it by itself. */
bool sql_is_within(struct sql *sql);

/* Whether its pages are right, by SQLite's own quick account. 0; -EBADMSG: they are not. */
int sql_check(struct sql *sql);
/* All of a database, as it is at one moment, over another one. Others may write meanwhile. */
int sql_copy(struct sql *from, struct sql *to);

int sql_prepare(struct sql *sql, struct sql_statement **out, const char *text);
void sql_finish(struct sql_statement *statement);

/* Bind, counted from 1. The text is borrowed until sql_reset(); NULL is NULL. A failure comes out
 * of sql_step(). */
void sql_bind_text(struct sql_statement *statement, int at, const char *text);
void sql_bind_integer(struct sql_statement *statement, int at, int64_t number);

/* 1: a row; 0: done; < 0. */
int sql_step(struct sql_statement *statement);
/* Ready for the next round; bindings are forgotten. */
void sql_reset(struct sql_statement *statement);

/* Columns, counted from 0. A text lives until the next step; NULL: it is NULL. False: another kind,
 * longer than `most` bytes, with a NUL inside, or not UTF-8. */
bool sql_text(struct sql_statement *statement, int at, size_t most, const char **text);
bool sql_integer(struct sql_statement *statement, int at, int64_t *number);

#endif
