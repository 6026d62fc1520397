/* SPDX-License-Identifier: MIT */
/*
 * Rows on their way back into objects. Texts of the wire are bounded again here: a file may have
 * been planted.
 */
#include "server/store_columns.h"
#include "server/store_rows.h"
#include "wire/id.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bounds for what has none of its own on the wire: a request cannot bring more. */
enum { LONGEST_TEXT = LIMIT_REST_BODY, LONGEST_NAME = 255 };

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
        sql_bind_integer(from, 2, where->after_us);
        sql_bind_integer(from, 3, where->before_us);
        sql_bind_integer(from, 4, where->limit);
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
        .deleted_us = take_time(row, 8, "deleted_us"),
        .revoke_before_us = take_time(row, 9, "revoke_before_us"),
        .banned = take_switch(row, 10, "banned"),
        .invisible = (int)take_integer(row, 11, INVISIBLE_UNSAID, INVISIBLE_YES, "invisible"),
        .custom = take_object(row, 12, "custom"),
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
        .cooldown_s = (int)take_integer(row, 10, 0, LIMIT_COOLDOWN_S, "cooldown_s"),
        .custom = take_object(row, 11, "custom"),
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
        .invited = take_switch(row, 9, "invited"),
        .invite_accepted_us = take_time(row, 10, "invite_accepted_us"),
        .invite_rejected_us = take_time(row, 11, "invite_rejected_us"),
        .custom = take_object(row, 12, "custom"),
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
        .quoted_id = take_text(row, 6, LIMIT_MESSAGE_ID, true, "quoted_id"),
        .reply_count = (int)take_integer(row, 7, 0, INT_MAX, "reply_count"),
        .created_us = take_time(row, 8, "created_us"),
        .updated_us = take_time(row, 9, "updated_us"),
        .deleted_us = take_time(row, 10, "deleted_us"),
        .silent = take_switch(row, 11, "silent"),
        .custom = take_object(row, 12, "custom"),
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

/* A key of two or three parts, as it is told of; NULL parts are "?". */
static void print_key(char *to, size_t size, const char *a, const char *b, const char *c) {
    snprintf(to, size, "%s %s%s%s", a != NULL ? a : "?", b != NULL ? b : "?", c != NULL ? " " : "",
        c != NULL ? c : "");
}

static int read_regard(struct row *row, const struct rows_reading *reading) {
    char *cid = take_text(row, 0, LIMIT_CID, false, "cid");
    char *user_id = take_text(row, 1, LIMIT_USER_ID, false, "user_id");
    const struct store_regard regard = {
        .cid = cid,
        .user_id = user_id,
        .read_us = take_time(row, 2, "read_us"),
        .shown_read_us = take_time(row, 3, "shown_read_us"),
        .hidden_us = take_time(row, 4, "hidden_us"),
        .cleared_us = take_time(row, 5, "cleared_us"),
        .muted_us = take_time(row, 6, "muted_us"),
        .mute_until_us = take_time(row, 7, "mute_until_us"),
    };
    char key[LIMIT_CID + LIMIT_USER_ID + 2];
    print_key(key, sizeof key, cid, user_id, NULL);
    int rc = judge(row, reading, "regards", key);
    if (rc == 0 && reading->reader->regard != NULL)
        rc = reading->reader->regard(reading->context, &regard);
    free(cid);
    free(user_id);
    return rc;
}

int rows_read_regards(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " REGARD_COLUMNS " FROM regards", where, reading, read_regard);
}

static int read_reaction(struct row *row, const struct rows_reading *reading) {
    struct reaction reaction = {
        .message_id = take_text(row, 0, LIMIT_MESSAGE_ID, false, "message_id"),
        .user_id = take_text(row, 1, LIMIT_USER_ID, false, "user_id"),
        .type = take_text(row, 2, LIMIT_REACTION_TYPE, false, "type"),
        .score = (int)take_integer(row, 3, INT_MIN, INT_MAX, "score"),
        .created_us = take_time(row, 4, "created_us"),
        .updated_us = take_time(row, 5, "updated_us"),
        .custom = take_object(row, 6, "custom"),
    };
    if (!reaction_is_type(reaction.type))
        blame(row, "type");
    char key[LIMIT_MESSAGE_ID + LIMIT_USER_ID + LIMIT_REACTION_TYPE + 3];
    print_key(key, sizeof key, reaction.message_id, reaction.user_id, reaction.type);
    int rc = judge(row, reading, "reactions", key);
    if (rc == 0 && reading->reader->reaction != NULL)
        rc = reading->reader->reaction(reading->context, &reaction);
    reaction_fini(&reaction);
    return rc;
}

int rows_read_reactions(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(
        sql, "SELECT " REACTION_COLUMNS " FROM reactions", where, reading, read_reaction);
}

static int read_mute(struct row *row, const struct rows_reading *reading) {
    char *user_id = take_text(row, 0, LIMIT_USER_ID, false, "user_id");
    char *target_id = take_text(row, 1, LIMIT_USER_ID, false, "target_id");
    const struct store_mute mute = {
        .user_id = user_id,
        .target_id = target_id,
        .created_us = take_time(row, 2, "created_us"),
        .until_us = take_time(row, 3, "until_us"),
    };
    char key[2 * LIMIT_USER_ID + 2];
    print_key(key, sizeof key, user_id, target_id, NULL);
    int rc = judge(row, reading, "mutes", key);
    if (rc == 0 && reading->reader->mute != NULL)
        rc = reading->reader->mute(reading->context, &mute);
    free(user_id);
    free(target_id);
    return rc;
}

int rows_read_mutes(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT " MUTE_COLUMNS " FROM mutes", where, reading, read_mute);
}

static int read_departed(struct row *row, const struct rows_reading *reading) {
    char *user_id = take_text(row, 0, LIMIT_USER_ID, false, "user_id");
    int64_t removed_us = take_time(row, 1, "removed_us");
    int rc = judge(row, reading, "members", user_id);
    if (rc == 0 && reading->reader->departed != NULL)
        rc = reading->reader->departed(reading->context, user_id, removed_us);
    free(user_id);
    return rc;
}

int rows_read_departed(
    struct sql *sql, const struct rows_reading *reading, const struct rows_where *where) {
    return read_rows(sql, "SELECT user_id, removed_us FROM members", where, reading, read_departed);
}
