/* SPDX-License-Identifier: MIT */
/*
 * The schema and its way forward. `PRAGMA user_version` counts the steps that a file has behind it;
 * application_id marks it as ours. A step once released is never changed: a new one is added.
 *
 * References are deferred to the commit, so that the order of changes within a batch is free.
 */
#include "server/store_rows.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* "PLit" */
#define APPLICATION_ID "1347184000"

static const char first_schema[] =
    "PRAGMA application_id=" APPLICATION_ID ";"
    "CREATE TABLE settings("
    " name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE channel_types("
    " name TEXT PRIMARY KEY NOT NULL, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL,"
    " typing_events INTEGER NOT NULL, read_events INTEGER NOT NULL,"
    " connect_events INTEGER NOT NULL, custom_events INTEGER NOT NULL, search INTEGER NOT NULL,"
    " reactions INTEGER NOT NULL, replies INTEGER NOT NULL, quotes INTEGER NOT NULL,"
    " mutes INTEGER NOT NULL, uploads INTEGER NOT NULL, url_enrichment INTEGER NOT NULL,"
    " push_notifications INTEGER NOT NULL, max_message_length INTEGER NOT NULL,"
    " grants TEXT) STRICT;"
    "CREATE TABLE users("
    " id TEXT PRIMARY KEY NOT NULL, name TEXT, image TEXT, role TEXT,"
    " created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL, last_active_us INTEGER NOT NULL,"
    " deactivated_us INTEGER NOT NULL, banned INTEGER NOT NULL,"
    " invisible INTEGER NOT NULL CHECK(invisible IN (-1,0,1)), custom TEXT) STRICT;"
    "CREATE TABLE channels("
    " cid TEXT PRIMARY KEY NOT NULL, created_by TEXT, created_us INTEGER NOT NULL,"
    " updated_us INTEGER NOT NULL, last_message_us INTEGER NOT NULL,"
    " truncated_us INTEGER NOT NULL, deleted_us INTEGER NOT NULL, frozen INTEGER NOT NULL,"
    " disabled INTEGER NOT NULL, connect_events INTEGER NOT NULL, custom TEXT) STRICT;"
    "CREATE TABLE members("
    " cid TEXT NOT NULL REFERENCES channels DEFERRABLE INITIALLY DEFERRED,"
    " user_id TEXT NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,"
    " channel_role TEXT, role TEXT, created_us INTEGER NOT NULL, updated_us INTEGER NOT NULL,"
    " banned INTEGER NOT NULL, shadow_banned INTEGER NOT NULL,"
    " notifications_muted INTEGER NOT NULL, custom TEXT, PRIMARY KEY(cid, user_id)) STRICT;"
    "CREATE INDEX members_by_user ON members(user_id);"
    "CREATE TABLE messages("
    " id TEXT PRIMARY KEY NOT NULL,"
    " cid TEXT NOT NULL REFERENCES channels DEFERRABLE INITIALLY DEFERRED,"
    " user_id TEXT NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,"
    " text TEXT NOT NULL, type TEXT, parent_id TEXT, created_us INTEGER NOT NULL,"
    " updated_us INTEGER NOT NULL, deleted_us INTEGER NOT NULL, silent INTEGER NOT NULL,"
    " custom TEXT) STRICT;"
    "CREATE INDEX messages_by_channel ON messages(cid, created_us);"
    "CREATE INDEX messages_by_user ON messages(user_id);";

/* Read marks, what is hidden and muted, reactions, invites, counts of replies. A member who was
 * removed stays as a row with the moment, so that who was away can be told. */
static const char second_schema[] =
    "ALTER TABLE users ADD COLUMN deleted_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE users ADD COLUMN revoke_before_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE channels ADD COLUMN cooldown_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE members ADD COLUMN invited INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE members ADD COLUMN invite_accepted_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE members ADD COLUMN invite_rejected_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE members ADD COLUMN removed_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE messages ADD COLUMN quoted_id TEXT;"
    "ALTER TABLE messages ADD COLUMN reply_count INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX messages_by_parent ON messages(parent_id, created_us)"
    " WHERE parent_id IS NOT NULL;"
    "UPDATE messages SET reply_count="
    "(SELECT count(*) FROM messages AS reply WHERE reply.parent_id=messages.id"
    " AND reply.deleted_us=0)"
    " WHERE id IN (SELECT parent_id FROM messages WHERE parent_id IS NOT NULL);"
    "CREATE TABLE regards("
    " cid TEXT NOT NULL REFERENCES channels DEFERRABLE INITIALLY DEFERRED,"
    " user_id TEXT NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,"
    " read_us INTEGER NOT NULL, shown_read_us INTEGER NOT NULL, hidden_us INTEGER NOT NULL,"
    " cleared_us INTEGER NOT NULL, muted_us INTEGER NOT NULL, mute_until_us INTEGER NOT NULL,"
    " PRIMARY KEY(cid, user_id)) STRICT;"
    "CREATE INDEX regards_by_user ON regards(user_id);"
    "CREATE TABLE reactions("
    " message_id TEXT NOT NULL REFERENCES messages"
    " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,"
    " user_id TEXT NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,"
    " type TEXT NOT NULL, score INTEGER NOT NULL, created_us INTEGER NOT NULL,"
    " updated_us INTEGER NOT NULL, custom TEXT,"
    " PRIMARY KEY(message_id, user_id, type)) STRICT;"
    "CREATE INDEX reactions_by_user ON reactions(user_id);"
    "CREATE TABLE mutes("
    " user_id TEXT NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,"
    " target_id TEXT NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,"
    " created_us INTEGER NOT NULL, until_us INTEGER NOT NULL,"
    " PRIMARY KEY(user_id, target_id)) STRICT;"
    "CREATE INDEX mutes_by_target ON mutes(target_id);";

static const char *const steps[] = {first_schema, second_schema};
_Static_assert(sizeof steps / sizeof steps[0] == STORE_SCHEMA, "a step for each version");

/* 0; > 0: somebody else's. */
static int find_version(struct sql *sql, int64_t *version) {
    int64_t owner = 0, tables = 0;
    int rc = sql_number(sql, "PRAGMA user_version", version);
    if (rc == 0)
        rc = sql_number(sql, "PRAGMA application_id", &owner);
    if (rc == 0)
        rc = sql_number(sql, "SELECT count(*) FROM sqlite_schema", &tables);
    if (rc != 0)
        return rc;
    bool is_new = *version == 0 && tables == 0 && owner == 0;
    bool is_ours = *version >= 1 && *version <= STORE_SCHEMA && owner == strtoll(APPLICATION_ID, NULL, 10);
    return is_new || is_ours ? 0 : 1;
}

int rows_migrate(struct sql *sql) {
    int64_t version = 0;
    int rc = find_version(sql, &version);
    for (; rc == 0 && version < STORE_SCHEMA; version++) {
        char mark[48];
        snprintf(mark, sizeof mark, "PRAGMA user_version=%d; COMMIT;", (int)version + 1);
        rc = sql_run(sql, "BEGIN IMMEDIATE");
        if (rc == 0)
            rc = sql_run(sql, steps[version]);
        if (rc == 0)
            rc = sql_run(sql, mark);
        if (rc != 0 && sql_is_within(sql))
            sql_run(sql, "ROLLBACK");
    }
    return rc;
}

int rows_look(struct sql *sql) {
    int64_t version = 0;
    int rc = find_version(sql, &version);
    return rc == 0 && version != STORE_SCHEMA ? 1 : rc;
}
