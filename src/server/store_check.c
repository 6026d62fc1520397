/* SPDX-License-Identifier: MIT */
/* A look at everything, which must not change anything. */
#include "server/store_look.h"
#include "server/store_rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 1024 };

struct look {
    struct sql *sql;
    void (*say)(void *context, const char *line);
    void *context;
    int wrong;
    int fault; /* no fault of the database: nothing is known of it */
};

static void complain(struct look *look, const char *line) {
    look->wrong++;
    look->say(look->context, line);
}

static void bad_row(void *context, const char *table, const char *key, const char *what) {
    char line[LINE];
    snprintf(line, sizeof line, "%s: %s: %s is not what it should be", table, key, what);
    complain(context, line);
}

static const char *because(int rc) {
    return rc == -EBADMSG ? "it is damaged" : strerror(-rc);
}

static void unreadable(struct look *look, const char *what, int rc) {
    char line[LINE];
    if (rc == -ENOMEM) {
        look->fault = rc;
        return;
    }
    snprintf(line, sizeof line, "%s: cannot be read: %s", what, because(rc));
    complain(look, line);
}

/* Whether all pages and indices are right, by SQLite's own account. */
static void check_pages(struct look *look) {
    struct sql_statement *from;
    int rc = sql_prepare(look->sql, &from, "PRAGMA integrity_check(100)");
    if (rc != 0) {
        unreadable(look, "pages", rc);
        return;
    }
    while ((rc = sql_step(from)) == 1) {
        const char *text;
        char line[LINE];
        if (!sql_text(from, 0, LINE, &text) || text == NULL)
            text = "unreadable";
        if (strcmp(text, "ok") == 0)
            continue;
        snprintf(line, sizeof line, "pages: %s", text);
        complain(look, line);
    }
    sql_finish(from);
    if (rc < 0)
        unreadable(look, "pages", rc);
}

static void check_rows(struct look *look) {
    static const struct store_reader nobody = {0};
    static const struct {
        const char *name;
        int (*read)(struct sql *, const struct rows_reading *, const struct rows_where *);
    } tables[] = {{"settings", rows_read_settings}, {"channel_types", rows_read_types},
        {"users", rows_read_users}, {"channels", rows_read_channels},
        {"members", rows_read_members}, {"regards", rows_read_regards},
        {"messages", rows_read_messages}, {"reactions", rows_read_reactions},
        {"mutes", rows_read_mutes}};
    const struct rows_reading reading = {.reader = &nobody, .context = look, .bad = bad_row};
    const struct rows_where all = {.clause = ""};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        int rc = tables[i].read(look->sql, &reading, &all);
        if (rc < 0)
            unreadable(look, tables[i].name, rc);
    }
}

/* Rows whose reference leads nowhere; `query` gives the key and the missing one. */
static void check_references(struct look *look, const char *what, const char *query) {
    struct sql_statement *from;
    int rc = sql_prepare(look->sql, &from, query);
    if (rc != 0) {
        unreadable(look, what, rc);
        return;
    }
    while ((rc = sql_step(from)) == 1) {
        const char *key, *missing;
        char line[LINE];
        if (!sql_text(from, 0, LINE, &key) || key == NULL)
            key = "?";
        if (!sql_text(from, 1, LINE, &missing) || missing == NULL)
            missing = "?";
        snprintf(line, sizeof line, "%s: %s: there is no %s", what, key, missing);
        complain(look, line);
    }
    sql_finish(from);
    if (rc < 0)
        unreadable(look, what, rc);
}

static void check_all_references(struct look *look) {
    static const struct {
        const char *table, *query;
    } references[] = {
#define REFERENCE(table, key, column, what, target)                                                \
    {table, "SELECT " key ", '" what " ' || " column " FROM " table " WHERE " column               \
            " NOT IN (SELECT " target ")"}
        REFERENCE("members", "cid || ' ' || user_id", "cid", "channel", "cid FROM channels"),
        REFERENCE("members", "cid || ' ' || user_id", "user_id", "user", "id FROM users"),
        REFERENCE("regards", "cid || ' ' || user_id", "cid", "channel", "cid FROM channels"),
        REFERENCE("regards", "cid || ' ' || user_id", "user_id", "user", "id FROM users"),
        REFERENCE("messages", "id", "cid", "channel", "cid FROM channels"),
        REFERENCE("messages", "id", "user_id", "user", "id FROM users"),
        REFERENCE(
            "reactions", "message_id || ' ' || type", "message_id", "message", "id FROM messages"),
        REFERENCE("reactions", "message_id || ' ' || type", "user_id", "user", "id FROM users"),
        REFERENCE("mutes", "user_id", "user_id", "user", "id FROM users"),
        REFERENCE("mutes", "user_id", "target_id", "user", "id FROM users"),
#undef REFERENCE
    };
    for (size_t i = 0; i < sizeof references / sizeof references[0]; i++)
        check_references(look, references[i].table, references[i].query);
}

static void check_everything(struct look *look) {
    int rc = rows_look(look->sql);
    if (rc < 0)
        unreadable(look, "database", rc);
    if (rc > 0)
        complain(look, "database: not made by this version of porchlightd");
    if (rc != 0)
        return;
    check_pages(look);
    check_rows(look);
    check_all_references(look);
}

int store_sqlite_check(
    const char *path, bool is_served, void (*say)(void *context, const char *line), void *context) {
    struct store_look from;
    struct look look = {.say = say, .context = context};
    int rc = store_look_open(&from, path, is_served);
    look.sql = from.sql;
    if (rc == -EBADMSG)
        unreadable(&look, "database", rc);
    if (rc == 0)
        check_everything(&look);
    store_look_close(&from);
    if (rc == 0 || rc == -EBADMSG)
        rc = look.fault;
    return rc != 0 ? rc : look.wrong;
}
