/* SPDX-License-Identifier: MIT */
/*
 * The store on SQLite. Two connections: one belongs to the writer's thread alone, the other, for
 * reading, to the loop's. The log (WAL) lets the reader see the last commit while a group is being
 * written; synchronous=FULL makes a commit mean "on disk".
 *
 * A group is one transaction. Where it fails it is undone, and its batches are tried one by one up
 * to the first that fails, so that a batch never pays for one that came after it.
 */
#include "server/store_queue.h"
#include "server/store_rows.h"

#include <errno.h>
#include <stdlib.h>

struct store_sqlite {
    struct store_queue queue; /* first */
    struct sql *write, *read;
    struct rows_writer rows;
};

/* ---- writing ---- */

static int write_changes(struct store_sqlite *store, const struct store_batch *batch) {
    int rc = 0;
    for (const struct store_change *change = batch->first; rc == 0 && change != NULL;
         change = change->next)
        rc = rows_write(&store->rows, change);
    return rc;
}

/* Batches up to `end`, all or none. */
static int write_batches(
    struct store_sqlite *store, const struct store_batch *batch, const struct store_batch *end) {
    int rc = sql_run(store->write, "BEGIN IMMEDIATE");
    for (; rc == 0 && batch != end; batch = batch->next)
        rc = write_changes(store, batch);
    if (rc == 0)
        rc = sql_run(store->write, "COMMIT");
    if (rc != 0 && sql_is_within(store->write))
        sql_run(store->write, "ROLLBACK");
    return rc;
}

static int write_group(void *writer, struct store_batch *group, size_t *durable) {
    struct store_sqlite *store = writer;
    store_batch_coalesce(group);
    int rc = write_batches(store, group, NULL);
    if (rc == 0 || group->next == NULL)
        return rc;
    store_batch_uncoalesce(group);
    for (rc = 0; group != NULL; group = group->next, ++*durable) {
        rc = write_batches(store, group, group->next);
        if (rc != 0)
            break;
    }
    return rc;
}

/* ---- reading ---- */

/* A channel's newest messages that are no replies, oldest first, and what was made of them. */
#define RECENT                                                                                     \
    "SELECT rowid FROM messages WHERE cid=?1 AND parent_id IS NULL AND created_us>?2"              \
    " AND created_us<?3 ORDER BY created_us DESC, rowid DESC LIMIT ?4"

static int read_recent(struct sql *sql, const struct rows_reading *reading, const char *cid) {
    struct rows_where recent = {.clause = "WHERE rowid IN (" RECENT ") ORDER BY created_us, rowid",
        .key = cid,
        .ranged = true,
        .after_us = -1,
        .before_us = INT64_MAX,
        .limit = STORE_RECENT_MESSAGES};
    int rc = rows_read_messages(sql, reading, &recent);
    recent.clause = "WHERE message_id IN (SELECT id FROM messages WHERE rowid IN (" RECENT "))"
                    " ORDER BY created_us, rowid";
    return rc != 0 ? rc : rows_read_reactions(sql, reading, &recent);
}

static int read_all_messages(struct sql *sql, const struct rows_reading *reading) {
    struct sql_statement *cids;
    int rc = sql_prepare(sql, &cids, "SELECT cid FROM channels ORDER BY cid");
    if (rc != 0)
        return rc;
    while ((rc = sql_step(cids)) == 1) {
        const char *cid;
        rc = sql_text(cids, 0, LIMIT_CID, &cid) && cid != NULL ? read_recent(sql, reading, cid)
                                                               : -EBADMSG;
        if (rc < 0)
            break;
    }
    sql_finish(cids);
    return rc;
}

static int read_tables(struct sql *sql, const struct rows_reading *reading) {
    const struct rows_where all = {.clause = "ORDER BY rowid"};
    int rc = rows_read_settings(sql, reading, &all);
    if (rc == 0)
        rc = rows_read_types(sql, reading, &all);
    if (rc == 0)
        rc = rows_read_users(sql, reading, &all);
    if (rc == 0)
        rc = rows_read_mutes(sql, reading, &all);
    if (rc == 0)
        rc = rows_read_channels(sql, reading, &all);
    if (rc == 0)
        rc = rows_read_members(
            sql, reading, &(struct rows_where){.clause = "WHERE removed_us=0 ORDER BY rowid"});
    if (rc == 0)
        rc = rows_read_regards(sql, reading, &all);
    if (rc == 0)
        rc = read_all_messages(sql, reading);
    return rc;
}

static int read_all(struct store *base, const struct store_reader *reader, void *context) {
    struct store_sqlite *store = (struct store_sqlite *)base;
    const struct rows_reading reading = {.reader = reader, .context = context};
    int rc = sql_run(store->read, "BEGIN");
    if (rc != 0)
        return rc;
    rc = read_tables(store->read, &reading);
    sql_run(store->read, "ROLLBACK");
    return rc;
}

static int read_channel(struct sql *sql, const struct rows_reading *reading, const char *cid) {
    const struct rows_where one = {.clause = "WHERE cid=?1 ORDER BY rowid", .key = cid};
    int rc = rows_read_channels(sql, reading, &one);
    if (rc == 0)
        rc = rows_read_members(sql, reading,
            &(struct rows_where){
                .clause = "WHERE cid=?1 AND removed_us=0 ORDER BY rowid", .key = cid});
    if (rc == 0)
        rc = rows_read_regards(sql, reading, &one);
    if (rc == 0)
        rc = read_recent(sql, reading, cid);
    return rc;
}

static int read_user(struct sql *sql, const struct rows_reading *reading, const char *id) {
    int rc = rows_read_users(
        sql, reading, &(struct rows_where){.clause = "WHERE id=?1", .key = id});
    if (rc == 0)
        rc = rows_read_mutes(sql, reading,
            &(struct rows_where){.clause = "WHERE user_id=?1 ORDER BY rowid", .key = id});
    return rc;
}

static int read_one(struct store *base, enum store_object object, const char *key,
    const struct store_reader *reader, void *context) {
    struct sql *sql = ((struct store_sqlite *)base)->read;
    const struct rows_reading reading = {.reader = reader, .context = context};
    const struct rows_where by_name = {.clause = "WHERE name=?1", .key = key};
    switch (object) {
    case STORE_USER: return read_user(sql, &reading, key);
    case STORE_TYPE: return rows_read_types(sql, &reading, &by_name);
    case STORE_SETTING: return rows_read_settings(sql, &reading, &by_name);
    case STORE_CHANNEL: return read_channel(sql, &reading, key);
    }
    return -EINVAL;
}

static int read_message(
    struct store *base, const char *id, const struct store_reader *reader, void *context) {
    struct sql *sql = ((struct store_sqlite *)base)->read;
    const struct rows_reading reading = {.reader = reader, .context = context};
    struct rows_where where = {.clause = "WHERE id=?1", .key = id};
    int rc = rows_read_messages(sql, &reading, &where);
    where.clause = "WHERE message_id=?1 ORDER BY created_us, rowid";
    return rc != 0 ? rc : rows_read_reactions(sql, &reading, &where);
}

/* Each page as a query for rows and as one for their ids; newest first, then oldest first. */
#define PAGE_OF(column, key)                                                                       \
    { PAGE(column, key, "DESC"), PAGE(column, key, "ASC") }
#define PAGE(column, key, order)                                                                   \
    {                                                                                              \
        "WHERE " key " AND " column ">?2 AND " column "<?3 ORDER BY " column " " order             \
        ", rowid " order " LIMIT ?4",                                                              \
            "WHERE message_id IN (SELECT id FROM messages WHERE " key " AND " column               \
            ">?2 AND " column "<?3 ORDER BY " column " " order ", rowid " order                    \
            " LIMIT ?4) ORDER BY created_us, rowid"                                                \
    }

static const struct page_text {
    const char *rows, *reactions;
} page_text[][2] = {
    [STORE_MESSAGES] = PAGE_OF("created_us", "cid=?1 AND parent_id IS NULL"),
    [STORE_REPLIES] = PAGE_OF("created_us", "parent_id=?1"),
    [STORE_CHANGED] = PAGE_OF("updated_us", "cid=?1"),
    [STORE_DEPARTED] = PAGE_OF("removed_us", "cid=?1"),
};

static int read_page(struct store *base, const struct store_page *page,
    const struct store_reader *reader, void *context) {
    struct sql *sql = ((struct store_sqlite *)base)->read;
    const struct rows_reading reading = {.reader = reader, .context = context};
    const struct page_text *text = &page_text[page->of][page->oldest_first];
    struct rows_where where = {.clause = text->rows,
        .key = page->of == STORE_REPLIES ? page->parent_id : page->cid,
        .ranged = true,
        .after_us = page->after_us,
        .before_us = page->before_us,
        .limit = page->limit < 0 ? 0 : page->limit};
    if (page->of == STORE_DEPARTED)
        return rows_read_departed(sql, &reading, &where);
    int rc = rows_read_messages(sql, &reading, &where);
    where.clause = text->reactions;
    return rc != 0 ? rc : rows_read_reactions(sql, &reading, &where);
}

static int has_message(struct store *base, const char *id) {
    struct sql_statement *statement = NULL;
    int rc = sql_prepare(
        ((struct store_sqlite *)base)->read, &statement, "SELECT 1 FROM messages WHERE id=?1");
    if (rc != 0)
        return rc;
    sql_bind_text(statement, 1, id);
    rc = sql_step(statement);
    sql_finish(statement);
    return rc;
}

/* ---- opening and closing ---- */

static void release(struct store_sqlite *store) {
    rows_writer_fini(&store->rows);
    sql_close(store->read);
    sql_close(store->write); /* last, and able to write: it folds the log into the file */
    free(store);
}

static void close_store(struct store *base) {
    struct store_sqlite *store = (struct store_sqlite *)base;
    store_queue_fini(&store->queue);
    release(store);
}

static const struct store_calls calls = {
    .submit = store_queue_submit,
    .read_all = read_all,
    .read_one = read_one,
    .has_message = has_message,
    .read_message = read_message,
    .read_page = read_page,
    .close = close_store,
};

static int prepare_writer(struct store_sqlite *store, const char **why) {
    *why = "the database cannot be read";
    int rc = sql_check(store->write);
    if (rc == 0)
        rc = sql_run(store->write, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                   "PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=67108864;");
    if (rc == 0)
        rc = rows_migrate(store->write);
    if (rc > 0) {
        *why = "the database is of another program, or of a newer porchlightd";
        return -EINVAL;
    }
    if (rc == -EBADMSG)
        *why =
            "the database is damaged; `porchlightd check` says where, sqlite3's .recover may help";
    if (rc == 0)
        rc = rows_writer_init(&store->rows, store->write);
    return rc;
}

static int open_both(struct store_sqlite *store, const char *path, const char **why) {
    *why = "the database cannot be opened";
    int rc = sql_open(&store->write, path, SQL_WRITE);
    if (rc == 0)
        rc = prepare_writer(store, why);
    if (rc == 0)
        rc = sql_open(&store->read, path, SQL_READ);
    return rc;
}

int store_sqlite_open(struct store **out, const struct store_options *options, const char **why) {
    struct store_sqlite *store = calloc(1, sizeof *store);
    if (store == NULL) {
        *why = "out of memory";
        return -ENOMEM;
    }
    int rc = open_both(store, options->path, why);
    if (rc == 0) {
        *why = "no thread can be started";
        rc = store_queue_init(&store->queue, &calls, options, write_group, store);
    }
    if (rc != 0) {
        release(store);
        return rc;
    }
    *out = &store->queue.store;
    return 0;
}
