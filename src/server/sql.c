/* SPDX-License-Identifier: MIT */
/*
 * A database file is not trusted: it may have been planted. So no triggers or views of its own may
 * call anything (trusted_schema off), it cannot rewrite its own pages (defensive), no extension is
 * loaded, and memory maps are off (a file that is cut short would be a SIGBUS).
 */
#include "server/sql.h"
#include "base/utf8.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_MS = 5000, LONGEST_VALUE = 4 * 1024 * 1024, LONGEST_PATH = 4096 };

struct sql {
    sqlite3 *db;
};

struct sql_statement {
    sqlite3_stmt *stmt;
    int failed; /* the first binding that failed */
};

static int to_errno(int rc) {
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return 0;
    case SQLITE_FULL: return -ENOSPC;
    case SQLITE_NOMEM: return -ENOMEM;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return -EBUSY;
    case SQLITE_READONLY: return -EROFS;
    case SQLITE_CANTOPEN: return -ENOENT;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG: return -EINVAL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return -EBADMSG;
    default: return -EIO;
    }
}

/* What must not stand as it is in a URI. */
static int to_uri(char *to, size_t size, const char *path) {
    size_t len = (size_t)snprintf(to, size, "file:");
    for (; *path != '\0'; path++) {
        bool plain = strchr("%?#", *path) == NULL;
        if (len + 4 > size - sizeof "?immutable=1")
            return -ENAMETOOLONG;
        len += (size_t)snprintf(
            to + len, size - len, plain ? "%c" : "%%%02x", (unsigned char)*path);
    }
    strcpy(to + len, "?immutable=1");
    return 0;
}

static int harden(struct sql *sql) {
    sqlite3_extended_result_codes(sql->db, 1);
    sqlite3_busy_timeout(sql->db, BUSY_MS);
    sqlite3_limit(sql->db, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_limit(sql->db, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(sql->db, SQLITE_LIMIT_EXPR_DEPTH, 100);
    bool bad = sqlite3_db_config(sql->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) != SQLITE_OK;
    bad |= sqlite3_db_config(sql->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) != SQLITE_OK;
    bad |= sqlite3_db_config(sql->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL) != SQLITE_OK;
    bad |= sqlite3_db_config(sql->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL) != SQLITE_OK;
    bad |= sqlite3_db_config(sql->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL) != SQLITE_OK;
    return bad ? -EIO : sql_run(sql, "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;");
}

int sql_open(struct sql **out, const char *path, enum sql_mode mode) {
    char uri[LONGEST_PATH];
    int rc = mode == SQL_FROZEN ? to_uri(uri, sizeof uri, path) : 0;
    if (rc != 0)
        return rc;
    struct sql *sql = calloc(1, sizeof *sql);
    if (sql == NULL)
        return -ENOMEM;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= mode == SQL_WRITE ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    flags |= mode == SQL_FROZEN ? SQLITE_OPEN_URI : 0;
    rc = to_errno(sqlite3_open_v2(mode == SQL_FROZEN ? uri : path, &sql->db, flags, NULL));
    if (rc == 0)
        rc = harden(sql);
    if (rc != 0) {
        sql_close(sql);
        return rc;
    }
    *out = sql;
    return 0;
}

void sql_close(struct sql *sql) {
    if (sql == NULL)
        return;
    sqlite3_close_v2(sql->db);
    free(sql);
}

int sql_run(struct sql *sql, const char *script) {
    return to_errno(sqlite3_exec(sql->db, script, NULL, NULL, NULL));
}

int sql_number(struct sql *sql, const char *query, int64_t *number) {
    struct sql_statement *statement = NULL;
    int rc = sql_prepare(sql, &statement, query);
    if (rc != 0)
        return rc;
    rc = sql_step(statement);
    if (rc == 1)
        *number = sqlite3_column_int64(statement->stmt, 0);
    sql_finish(statement);
    return rc == 1 ? 0 : rc == 0 ? -EBADMSG : rc;
}

bool sql_is_within(struct sql *sql) {
    return sqlite3_get_autocommit(sql->db) == 0;
}

int sql_check(struct sql *sql) {
    struct sql_statement *statement = NULL;
    int rc = sql_prepare(sql, &statement, "PRAGMA quick_check(1)");
    if (rc != 0)
        return rc;
    const char *text = NULL;
    rc = sql_step(statement);
    bool sound = rc == 1 && sql_text(statement, 0, 64, &text) && text != NULL &&
                 strcmp(text, "ok") == 0;
    sql_finish(statement);
    return rc < 0 ? rc : sound ? 0 : -EBADMSG;
}

/* In one step, so in one reading: in the log's mode (WAL) that holds up no writer, and what they
 * write meanwhile does not make it begin again. */
int sql_copy(struct sql *from, struct sql *to) {
    sqlite3_backup *copy = sqlite3_backup_init(to->db, "main", from->db, "main");
    if (copy == NULL)
        return to_errno(sqlite3_errcode(to->db));
    int rc = sqlite3_backup_step(copy, -1);
    int end = sqlite3_backup_finish(copy);
    return rc != SQLITE_DONE ? to_errno(rc) : to_errno(end);
}

int sql_prepare(struct sql *sql, struct sql_statement **out, const char *text) {
    struct sql_statement *statement = calloc(1, sizeof *statement);
    if (statement == NULL)
        return -ENOMEM;
    int rc = sqlite3_prepare_v3(
        sql->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement->stmt, NULL);
    if (rc != SQLITE_OK) {
        free(statement);
        /* A table or a column is not there: the file is not ours. */
        return rc == SQLITE_ERROR ? -EBADMSG : to_errno(rc);
    }
    *out = statement;
    return 0;
}

void sql_finish(struct sql_statement *statement) {
    if (statement == NULL)
        return;
    sqlite3_finalize(statement->stmt);
    free(statement);
}

static void remember(struct sql_statement *statement, int rc) {
    if (rc != SQLITE_OK && statement->failed == 0)
        statement->failed = to_errno(rc);
}

void sql_bind_text(struct sql_statement *statement, int at, const char *text) {
    remember(statement, text == NULL
                            ? sqlite3_bind_null(statement->stmt, at)
                            : sqlite3_bind_text(statement->stmt, at, text, -1, SQLITE_STATIC));
}

void sql_bind_integer(struct sql_statement *statement, int at, int64_t number) {
    remember(statement, sqlite3_bind_int64(statement->stmt, at, number));
}

int sql_step(struct sql_statement *statement) {
    if (statement->failed != 0)
        return statement->failed;
    int rc = sqlite3_step(statement->stmt);
    return rc == SQLITE_ROW ? 1 : to_errno(rc);
}

void sql_reset(struct sql_statement *statement) {
    sqlite3_reset(statement->stmt);
    sqlite3_clear_bindings(statement->stmt);
    statement->failed = 0;
}

bool sql_text(struct sql_statement *statement, int at, size_t most, const char **text) {
    int kind = sqlite3_column_type(statement->stmt, at);
    if (kind == SQLITE_NULL) {
        *text = NULL;
        return true;
    }
    const char *found = (const char *)sqlite3_column_text(statement->stmt, at);
    size_t len = (size_t)sqlite3_column_bytes(statement->stmt, at);
    if (kind != SQLITE_TEXT || found == NULL || len > most || strlen(found) != len ||
        !utf8_is_valid(found, len))
        return false;
    *text = found;
    return true;
}

bool sql_integer(struct sql_statement *statement, int at, int64_t *number) {
    if (sqlite3_column_type(statement->stmt, at) != SQLITE_INTEGER)
        return false;
    *number = sqlite3_column_int64(statement->stmt, at);
    return true;
}
