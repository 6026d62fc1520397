/* SPDX-License-Identifier: MIT */
/* The tables, and each object's way into its row and back. Rows are checked as strangers' bytes. */
#ifndef SERVER_STORE_ROWS_H
#define SERVER_STORE_ROWS_H

#include "server/sql.h"
#include "server/store_batch.h"
#include "wire/limits.h"

enum { STORE_SCHEMA = 2, STORE_RECENT_MESSAGES = LIMIT_MESSAGES };

/* Bring the schema forward, inside a transaction. 0; > 0: made by a newer server, or no database of
 * ours; < 0: -errno. */
int rows_migrate(struct sql *sql);
/* Whether the schema is today's, without changing it. Results as rows_migrate(). */
int rows_look(struct sql *sql);

/* What writes changes down: statements, prepared once. */
struct rows_writer {
    struct sql_statement *put[CHANGE_KINDS];
};
int rows_writer_init(struct rows_writer *writer, struct sql *sql);
void rows_writer_fini(struct rows_writer *writer);
int rows_write(struct rows_writer *writer, const struct store_change *change);

/* Where rows go. Functions of the reader may be NULL. `bad` is told of rows that are not what they
 * should be, and the reading goes on; where it is NULL, the reading ends with -EBADMSG. */
struct rows_reading {
    const struct store_reader *reader;
    void *context;
    void (*bad)(void *context, const char *table, const char *key, const char *what);
};

/* Select clauses: constant text, and its parameters. */
struct rows_where {
    const char *clause; /* "WHERE …", "" for all */
    const char *key;    /* ?1, or NULL where the clause has none */
    bool ranged;        /* ?2, ?3 and ?4 are these */
    int64_t after_us, before_us, limit;
};

int rows_read_settings(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_types(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_users(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_channels(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_members(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_regards(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_messages(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_reactions(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_mutes(struct sql *, const struct rows_reading *, const struct rows_where *);
int rows_read_departed(struct sql *, const struct rows_reading *, const struct rows_where *);

#endif
