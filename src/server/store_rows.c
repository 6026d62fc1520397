/* SPDX-License-Identifier: MIT */
/*
 * Columns stand in the same order in the statement, in the binding and in the reading; `?` is never
 * anything but a bound value. Texts of the wire are bounded again here: a file may have been
 * planted.
 */
#include "server/store_rows.h"
#include "wire/id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bounds for what has none of its own on the wire: a request cannot bring more. */
enum { LONGEST_TEXT = LIMIT_REST_BODY, LONGEST_NAME = 255 };

#define USER_COLUMNS                                                                               \
    "id, name, image, role, created_us, updated_us, last_active_us, deactivated_us, banned, "      \
    "invisible, custom"
#define TYPE_COLUMNS                                                                               \
    "name, created_us, updated_us, typing_events, read_events, connect_events, custom_events, "    \
    "search, reactions, replies, quotes, mutes, uploads, url_enrichment, push_notifications, "     \
    "max_message_length, grants"
#define CHANNEL_COLUMNS                                                                            \
    "cid, created_by, created_us, updated_us, last_message_us, truncated_us, deleted_us, frozen, " \
    "disabled, connect_events, custom"
#define MEMBER_COLUMNS                                                                             \
    "cid, user_id, channel_role, role, created_us, updated_us, banned, shadow_banned, "            \
    "notifications_muted, custom"
#define MESSAGE_COLUMNS                                                                            \
    "id, cid, user_id, text, type, parent_id, created_us, updated_us, deleted_us, silent, custom"

/* ---- in ---- */

static const char *const put_text[CHANGE_KINDS] = {
    [CHANGE_USER] = "INSERT INTO users(" USER_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?)"
                    " ON CONFLICT(id) DO UPDATE SET name=excluded.name, image=excluded.image,"
                    " role=excluded.role, created_us=excluded.created_us,"
                    " updated_us=excluded.updated_us, last_active_us=excluded.last_active_us,"
                    " deactivated_us=excluded.deactivated_us, banned=excluded.banned,"
                    " invisible=excluded.invisible, custom=excluded.custom",
    [CHANGE_TOUCH] = "UPDATE users SET last_active_us=?2 WHERE id=?1",
    [CHANGE_TYPE] = "INSERT OR REPLACE INTO channel_types(" TYPE_COLUMNS
                    ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [CHANGE_REMOVE_TYPE] = "DELETE FROM channel_types WHERE name=?1",
    [CHANGE_CHANNEL] = "INSERT INTO channels(" CHANNEL_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?)"
                       " ON CONFLICT(cid) DO UPDATE SET created_by=excluded.created_by,"
                       " created_us=excluded.created_us, updated_us=excluded.updated_us,"
                       " last_message_us=excluded.last_message_us,"
                       " truncated_us=excluded.truncated_us, deleted_us=excluded.deleted_us,"
                       " frozen=excluded.frozen, disabled=excluded.disabled,"
                       " connect_events=excluded.connect_events, custom=excluded.custom",
    [CHANGE_MEMBER] = "INSERT INTO members(" MEMBER_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?)"
                      " ON CONFLICT(cid, user_id) DO UPDATE SET"
                      " channel_role=excluded.channel_role, role=excluded.role,"
                      " created_us=excluded.created_us, updated_us=excluded.updated_us,"
                      " banned=excluded.banned, shadow_banned=excluded.shadow_banned,"
                      " notifications_muted=excluded.notifications_muted, custom=excluded.custom",
    [CHANGE_REMOVE_MEMBER] = "DELETE FROM members WHERE cid=?1 AND user_id=?2",
    [CHANGE_MESSAGE] = "INSERT INTO messages(" MESSAGE_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?)"
                       " ON CONFLICT(id) DO UPDATE SET cid=excluded.cid, user_id=excluded.user_id,"
                       " text=excluded.text, type=excluded.type, parent_id=excluded.parent_id,"
                       " created_us=excluded.created_us, updated_us=excluded.updated_us,"
                       " deleted_us=excluded.deleted_us, silent=excluded.silent,"
                       " custom=excluded.custom",
    [CHANGE_SETTING] = "INSERT OR REPLACE INTO settings(name, value) VALUES(?1,?2)",
};

int rows_writer_init(struct rows_writer *writer, struct sql *sql) {
    int rc = 0;
    *writer = (struct rows_writer){0};
    for (int kind = 0; rc == 0 && kind < CHANGE_KINDS; kind++)
        rc = sql_prepare(sql, &writer->put[kind], put_text[kind]);
    if (rc != 0)
        rows_writer_fini(writer);
    return rc;
}

void rows_writer_fini(struct rows_writer *writer) {
    for (int kind = 0; kind < CHANGE_KINDS; kind++)
        sql_finish(writer->put[kind]);
    *writer = (struct rows_writer){0};
}

static void bind_user(struct sql_statement *to, const struct user *user, const char *custom) {
    sql_bind_text(to, 1, user->id);
    sql_bind_text(to, 2, user->name);
    sql_bind_text(to, 3, user->image);
    sql_bind_text(to, 4, user->role);
    sql_bind_integer(to, 5, user->created_us);
    sql_bind_integer(to, 6, user->updated_us);
    sql_bind_integer(to, 7, user->last_active_us);
    sql_bind_integer(to, 8, user->deactivated_us);
    sql_bind_integer(to, 9, user->banned);
    sql_bind_integer(to, 10, user->invisible);
    sql_bind_text(to, 11, custom);
}

static void bind_type(
    struct sql_statement *to, const struct channel_type *type, const char *grants) {
    sql_bind_text(to, 1, type->name);
    sql_bind_integer(to, 2, type->created_us);
    sql_bind_integer(to, 3, type->updated_us);
    const bool switches[] = {type->typing_events, type->read_events, type->connect_events,
        type->custom_events, type->search, type->reactions, type->replies, type->quotes,
        type->mutes, type->uploads, type->url_enrichment, type->push_notifications};
    for (int i = 0; i < 12; i++)
        sql_bind_integer(to, 4 + i, switches[i]);
    sql_bind_integer(to, 16, type->max_message_length);
    sql_bind_text(to, 17, grants);
}

static void bind_channel(
    struct sql_statement *to, const struct channel *channel, const char *custom) {
    sql_bind_text(to, 1, channel->cid);
    sql_bind_text(to, 2, channel->created_by);
    sql_bind_integer(to, 3, channel->created_us);
    sql_bind_integer(to, 4, channel->updated_us);
    sql_bind_integer(to, 5, channel->last_message_us);
    sql_bind_integer(to, 6, channel->truncated_us);
    sql_bind_integer(to, 7, channel->deleted_us);
    sql_bind_integer(to, 8, channel->frozen);
    sql_bind_integer(to, 9, channel->disabled);
    sql_bind_integer(to, 10, channel->connect_events);
    sql_bind_text(to, 11, custom);
}

static void bind_member(
    struct sql_statement *to, const char *cid, const struct member *member, const char *custom) {
    sql_bind_text(to, 1, cid);
    sql_bind_text(to, 2, member->user_id);
    sql_bind_text(to, 3, member->channel_role);
    sql_bind_text(to, 4, member->role);
    sql_bind_integer(to, 5, member->created_us);
    sql_bind_integer(to, 6, member->updated_us);
    sql_bind_integer(to, 7, member->banned);
    sql_bind_integer(to, 8, member->shadow_banned);
    sql_bind_integer(to, 9, member->notifications_muted);
    sql_bind_text(to, 10, custom);
}

static void bind_message(
    struct sql_statement *to, const struct message *message, const char *custom) {
    sql_bind_text(to, 1, message->id);
    sql_bind_text(to, 2, message->cid);
    sql_bind_text(to, 3, message->user_id);
    sql_bind_text(to, 4, message->text);
    sql_bind_text(to, 5, message->type);
    sql_bind_text(to, 6, message->parent_id);
    sql_bind_integer(to, 7, message->created_us);
    sql_bind_integer(to, 8, message->updated_us);
    sql_bind_integer(to, 9, message->deleted_us);
    sql_bind_integer(to, 10, message->silent);
    sql_bind_text(to, 11, custom);
}

static const json *custom_of(const struct store_change *change) {
    switch (change->kind) {
    case CHANGE_USER: return change->user.custom;
    case CHANGE_TYPE: return change->type.grants;
    case CHANGE_CHANNEL: return change->channel.custom;
    case CHANGE_MEMBER: return change->member.custom;
    case CHANGE_MESSAGE: return change->message.custom;
    default: return NULL;
    }
}

static void bind(struct sql_statement *to, const struct store_change *change, const char *custom) {
    switch (change->kind) {
    case CHANGE_USER: bind_user(to, &change->user, custom); break;
    case CHANGE_TYPE: bind_type(to, &change->type, custom); break;
    case CHANGE_CHANNEL: bind_channel(to, &change->channel, custom); break;
    case CHANGE_MEMBER: bind_member(to, change->key, &change->member, custom); break;
    case CHANGE_MESSAGE: bind_message(to, &change->message, custom); break;
    case CHANGE_TOUCH:
        sql_bind_text(to, 1, change->key);
        sql_bind_integer(to, 2, change->moment_us);
        break;
    case CHANGE_REMOVE_TYPE: sql_bind_text(to, 1, change->key); break;
    default: sql_bind_text(to, 1, change->key); sql_bind_text(to, 2, change->value);
    }
}

int rows_write(struct rows_writer *writer, const struct store_change *change) {
    if (change->is_moot)
        return 0;
    const json *custom = custom_of(change);
    char *text = custom != NULL ? json_to_text(custom) : NULL;
    if (custom != NULL && text == NULL)
        return -ENOMEM;
    struct sql_statement *put = writer->put[change->kind];
    bind(put, change, text);
    int rc = sql_step(put);
    sql_reset(put);
    free(text);
    return rc;
}

/* ---- out ---- */

/* A row being read: the first thing that is wrong, or the memory that was not there. */
struct row {
    struct sql_statement *from;
    const char *wrong;
    int rc;
};

static void blame(struct row *row, const char *what) {
    if (row->wrong == NULL)
        row->wrong = what;
}

static char *take_text(struct row *row, int at, size_t most, bool may_be_null, const char *what) {
    const char *text;
    if (!sql_text(row->from, at, most, &text) || (text == NULL && !may_be_null)) {
        blame(row, what);
        return NULL;
    }
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL)
        row->rc = -ENOMEM;
    return copy;
}

static int64_t take_integer(struct row *row, int at, int64_t low, int64_t high, const char *what) {
    int64_t number = low;
    if (!sql_integer(row->from, at, &number) || number < low || number > high)
        blame(row, what);
    return number;
}

/* Up to the year 9999. */
static int64_t take_time(struct row *row, int at, const char *what) {
    return take_integer(row, at, 0, INT64_C(253402300799999999), what);
}

static bool take_switch(struct row *row, int at, const char *what) {
    return take_integer(row, at, 0, 1, what) == 1;
}

static json *take_object(struct row *row, int at, const char *what) {
    const char *text;
    json *object = NULL;
    if (!sql_text(row->from, at, json_limits_stored.bytes, &text)) {
        blame(row, what);
        return NULL;
    }
    if (text == NULL)
        return NULL;
    int rc = json_parse(&object, text, strlen(text), &json_limits_stored, NULL);
    if (rc < 0)
        row->rc = rc;
    else if (rc > 0 || !json_is_object(object))
        blame(row, what);
    if (rc == 0 && !json_is_object(object)) {
        json_free(object);
        object = NULL;
    }
    return object;
}

/* Tell of a wrong row; 0 to go on. */
static int judge(
    const struct row *row, const struct rows_reading *reading, const char *table, const char *key) {
    if (row->rc < 0)
        return row->rc;
    if (row->wrong == NULL)
        return 0;
    if (reading->bad == NULL)
        return -EBADMSG;
    reading->bad(reading->context, table, key != NULL ? key : "?", row->wrong);
    return 1;
}

typedef int read_row(struct row *row, const struct rows_reading *reading);

static int read_rows(struct sql *sql, const char *select, const struct rows_where *where,
    const struct rows_reading *reading, read_row *read) {
    char text[1024];
    snprintf(text, sizeof text, "%s %s", select, where->clause);
    struct sql_statement *from;
    int rc = sql_prepare(sql, &from, text);
    if (rc != 0)
        return rc;
    if (where->key != NULL)
        sql_bind_text(from, 1, where->key);
    if (where->ranged) {
        sql_bind_integer(from, 2, where->before_us);
        sql_bind_integer(from, 3, where->limit);
    }
    while ((rc = sql_step(from)) == 1) {
        struct row row = {.from = from};
        rc = read(&row, reading);
        if (rc < 0)
            break;
    }
    sql_finish(from);
    return rc;
}

static int read_setting(struct row *row, const struct rows_reading *reading) {
    char *name = take_text(row, 0, LONGEST_NAME, false, "name");
    char *value = take_text(row, 1, LONGEST_TEXT, false, "value");
    int rc = judge(row, reading, "settings", name);
    if (rc == 0 && reading->reader->setting != NULL)
        rc = reading->reader->setting(reading->context, name, value);
    free(name);
    free(value);
    return rc;
}

int rows_read_settings(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT name, value FROM settings", where, reading, read_setting);
}

static int read_type(struct row *row, const struct rows_reading *reading) {
    struct channel_type type = {
        .name = take_text(row, 0, LIMIT_CHANNEL_TYPE, false, "name"),
        .created_us = take_time(row, 1, "created_us"),
        .updated_us = take_time(row, 2, "updated_us"),
        .typing_events = take_switch(row, 3, "typing_events"),
        .read_events = take_switch(row, 4, "read_events"),
        .connect_events = take_switch(row, 5, "connect_events"),
        .custom_events = take_switch(row, 6, "custom_events"),
        .search = take_switch(row, 7, "search"),
        .reactions = take_switch(row, 8, "reactions"),
        .replies = take_switch(row, 9, "replies"),
        .quotes = take_switch(row, 10, "quotes"),
        .mutes = take_switch(row, 11, "mutes"),
        .uploads = take_switch(row, 12, "uploads"),
        .url_enrichment = take_switch(row, 13, "url_enrichment"),
        .push_notifications = take_switch(row, 14, "push_notifications"),
        .max_message_length = (int)take_integer(
            row, 15, 1, LIMIT_MESSAGE_CHARACTERS, "max_message_length"),
        .grants = take_object(row, 16, "grants"),
    };
    if (!id_is_channel_type(type.name))
        blame(row, "name");
    int rc = judge(row, reading, "channel_types", type.name);
    if (rc == 0 && reading->reader->type != NULL)
        rc = reading->reader->type(reading->context, &type);
    channel_type_fini(&type);
    return rc;
}

int rows_read_types(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " TYPE_COLUMNS " FROM channel_types", where, reading, read_type);
}

/* Ids of anonymous and deleted people begin with '!'. */
static bool is_user_id(const char *id) {
    return id != NULL && id_is_user(id[0] == '!' ? id + 1 : id);
}

static int read_user(struct row *row, const struct rows_reading *reading) {
    struct user user = {
        .id = take_text(row, 0, LIMIT_USER_ID, false, "id"),
        .name = take_text(row, 1, LONGEST_TEXT, true, "name"),
        .image = take_text(row, 2, LONGEST_TEXT, true, "image"),
        .role = take_text(row, 3, LONGEST_TEXT, true, "role"),
        .created_us = take_time(row, 4, "created_us"),
        .updated_us = take_time(row, 5, "updated_us"),
        .last_active_us = take_time(row, 6, "last_active_us"),
        .deactivated_us = take_time(row, 7, "deactivated_us"),
        .banned = take_switch(row, 8, "banned"),
        .invisible = (int)take_integer(row, 9, INVISIBLE_UNSAID, INVISIBLE_YES, "invisible"),
        .custom = take_object(row, 10, "custom"),
    };
    if (!is_user_id(user.id))
        blame(row, "id");
    int rc = judge(row, reading, "users", user.id);
    if (rc == 0 && reading->reader->user != NULL)
        rc = reading->reader->user(reading->context, &user);
    user_fini(&user);
    return rc;
}

int rows_read_users(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " USER_COLUMNS " FROM users", where, reading, read_user);
}

/* Type and id from the cid. */
static void name_channel(struct row *row, struct channel *channel) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1];
    if (!id_split_cid(channel->cid, type, id)) {
        blame(row, "cid");
        return;
    }
    channel->type = strdup(type);
    channel->id = strdup(id);
    if (channel->type == NULL || channel->id == NULL)
        row->rc = -ENOMEM;
}

static int read_channel(struct row *row, const struct rows_reading *reading) {
    struct channel channel = {
        .cid = take_text(row, 0, LIMIT_CID, false, "cid"),
        .created_by = take_text(row, 1, LIMIT_USER_ID, true, "created_by"),
        .created_us = take_time(row, 2, "created_us"),
        .updated_us = take_time(row, 3, "updated_us"),
        .last_message_us = take_time(row, 4, "last_message_us"),
        .truncated_us = take_time(row, 5, "truncated_us"),
        .deleted_us = take_time(row, 6, "deleted_us"),
        .frozen = take_switch(row, 7, "frozen"),
        .disabled = take_switch(row, 8, "disabled"),
        .connect_events = take_switch(row, 9, "connect_events"),
        .custom = take_object(row, 10, "custom"),
    };
    name_channel(row, &channel);
    if (channel.created_by != NULL && !is_user_id(channel.created_by))
        blame(row, "created_by");
    int rc = judge(row, reading, "channels", channel.cid);
    if (rc == 0 && reading->reader->channel != NULL)
        rc = reading->reader->channel(reading->context, &channel);
    channel_fini(&channel);
    return rc;
}

int rows_read_channels(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " CHANNEL_COLUMNS " FROM channels", where, reading, read_channel);
}

static int read_member(struct row *row, const struct rows_reading *reading) {
    char *cid = take_text(row, 0, LIMIT_CID, false, "cid");
    struct member member = {
        .user_id = take_text(row, 1, LIMIT_USER_ID, false, "user_id"),
        .channel_role = take_text(row, 2, LONGEST_NAME, true, "channel_role"),
        .role = take_text(row, 3, LONGEST_NAME, true, "role"),
        .created_us = take_time(row, 4, "created_us"),
        .updated_us = take_time(row, 5, "updated_us"),
        .banned = take_switch(row, 6, "banned"),
        .shadow_banned = take_switch(row, 7, "shadow_banned"),
        .notifications_muted = take_switch(row, 8, "notifications_muted"),
        .custom = take_object(row, 9, "custom"),
    };
    if (!is_user_id(member.user_id))
        blame(row, "user_id");
    char key[LIMIT_CID + LIMIT_USER_ID + 2];
    snprintf(key, sizeof key, "%s %s", cid != NULL ? cid : "?",
        member.user_id != NULL ? member.user_id : "?");
    int rc = judge(row, reading, "members", key);
    if (rc == 0 && reading->reader->member != NULL)
        rc = reading->reader->member(reading->context, cid, &member);
    free(cid);
    member_fini(&member);
    return rc;
}

int rows_read_members(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " MEMBER_COLUMNS " FROM members", where, reading, read_member);
}

static int read_message(struct row *row, const struct rows_reading *reading) {
    struct message message = {
        .id = take_text(row, 0, LIMIT_MESSAGE_ID, false, "id"),
        .cid = take_text(row, 1, LIMIT_CID, false, "cid"),
        .user_id = take_text(row, 2, LIMIT_USER_ID, false, "user_id"),
        .text = take_text(row, 3, LONGEST_TEXT, false, "text"),
        .type = take_text(row, 4, LONGEST_NAME, true, "type"),
        .parent_id = take_text(row, 5, LIMIT_MESSAGE_ID, true, "parent_id"),
        .created_us = take_time(row, 6, "created_us"),
        .updated_us = take_time(row, 7, "updated_us"),
        .deleted_us = take_time(row, 8, "deleted_us"),
        .silent = take_switch(row, 9, "silent"),
        .custom = take_object(row, 10, "custom"),
    };
    if (!id_is_message(message.id))
        blame(row, "id");
    if (!is_user_id(message.user_id))
        blame(row, "user_id");
    int rc = judge(row, reading, "messages", message.id);
    if (rc == 0 && reading->reader->message != NULL)
        rc = reading->reader->message(reading->context, &message);
    message_fini(&message);
    return rc;
}

int rows_read_messages(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " MESSAGE_COLUMNS " FROM messages", where, reading, read_message);
}
