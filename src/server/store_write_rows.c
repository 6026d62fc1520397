/* SPDX-License-Identifier: MIT */
/*
 * Objects on their way into their rows. Columns stand in the same order in the statement and in the
 * binding; `?` is never anything but a bound value.
 */
#include "server/store_columns.h"
#include "server/store_rows.h"

#include <errno.h>
#include <stdlib.h>

static const char *const put_text[CHANGE_KINDS] = {
    [CHANGE_USER] = "INSERT INTO users(" USER_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"
                    " ON CONFLICT(id) DO UPDATE SET name=excluded.name, image=excluded.image,"
                    " role=excluded.role, created_us=excluded.created_us,"
                    " updated_us=excluded.updated_us, last_active_us=excluded.last_active_us,"
                    " deactivated_us=excluded.deactivated_us, deleted_us=excluded.deleted_us,"
                    " revoke_before_us=excluded.revoke_before_us, banned=excluded.banned,"
                    " invisible=excluded.invisible, custom=excluded.custom",
    [CHANGE_TOUCH] = "UPDATE users SET last_active_us=?2 WHERE id=?1",
    [CHANGE_TYPE] = "INSERT OR REPLACE INTO channel_types(" TYPE_COLUMNS
                    ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [CHANGE_REMOVE_TYPE] = "DELETE FROM channel_types WHERE name=?1",
    [CHANGE_CHANNEL] = "INSERT INTO channels(" CHANNEL_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"
                       " ON CONFLICT(cid) DO UPDATE SET created_by=excluded.created_by,"
                       " created_us=excluded.created_us, updated_us=excluded.updated_us,"
                       " last_message_us=excluded.last_message_us,"
                       " truncated_us=excluded.truncated_us, deleted_us=excluded.deleted_us,"
                       " frozen=excluded.frozen, disabled=excluded.disabled,"
                       " connect_events=excluded.connect_events,"
                       " cooldown_s=excluded.cooldown_s, custom=excluded.custom",
    [CHANGE_MEMBER] = "INSERT INTO members(" MEMBER_COLUMNS
                      ", removed_us) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,0)"
                      " ON CONFLICT(cid, user_id) DO UPDATE SET"
                      " channel_role=excluded.channel_role, role=excluded.role,"
                      " created_us=excluded.created_us, updated_us=excluded.updated_us,"
                      " banned=excluded.banned, shadow_banned=excluded.shadow_banned,"
                      " notifications_muted=excluded.notifications_muted, invited=excluded.invited,"
                      " invite_accepted_us=excluded.invite_accepted_us,"
                      " invite_rejected_us=excluded.invite_rejected_us, removed_us=0,"
                      " custom=excluded.custom",
    [CHANGE_REMOVE_MEMBER] = "UPDATE members SET removed_us=?3 WHERE cid=?1 AND user_id=?2",
    [CHANGE_MESSAGE] = "INSERT INTO messages(" MESSAGE_COLUMNS ") VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)"
                       " ON CONFLICT(id) DO UPDATE SET cid=excluded.cid, user_id=excluded.user_id,"
                       " text=excluded.text, type=excluded.type, parent_id=excluded.parent_id,"
                       " quoted_id=excluded.quoted_id, reply_count=excluded.reply_count,"
                       " created_us=excluded.created_us, updated_us=excluded.updated_us,"
                       " deleted_us=excluded.deleted_us, silent=excluded.silent,"
                       " custom=excluded.custom",
    [CHANGE_REMOVE_MESSAGE] = "DELETE FROM messages WHERE cid=?1 AND (id=?2 OR parent_id=?2)",
    [CHANGE_TRUNCATE] = "DELETE FROM messages WHERE cid=?1 AND created_us<=?2",
    [CHANGE_REACTION] = "INSERT OR REPLACE INTO reactions(" REACTION_COLUMNS
                        ") VALUES(?,?,?,?,?,?,?)",
    [CHANGE_REMOVE_REACTION] =
        "DELETE FROM reactions WHERE message_id=?1 AND user_id=?2 AND type=?3",
    [CHANGE_REGARD] = "INSERT OR REPLACE INTO regards(" REGARD_COLUMNS ") VALUES(?,?,?,?,?,?,?,?)",
    [CHANGE_REMOVE_REGARD] = "DELETE FROM regards WHERE cid=?1 AND user_id=?2",
    [CHANGE_MUTE] = "INSERT OR REPLACE INTO mutes(" MUTE_COLUMNS ") VALUES(?,?,?,?)",
    [CHANGE_REMOVE_MUTE] = "DELETE FROM mutes WHERE user_id=?1 AND target_id=?2",
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
    sql_bind_integer(to, 9, user->deleted_us);
    sql_bind_integer(to, 10, user->revoke_before_us);
    sql_bind_integer(to, 11, user->banned);
    sql_bind_integer(to, 12, user->invisible);
    sql_bind_text(to, 13, custom);
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
    sql_bind_integer(to, 11, channel->cooldown_s);
    sql_bind_text(to, 12, custom);
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
    sql_bind_integer(to, 10, member->invited);
    sql_bind_integer(to, 11, member->invite_accepted_us);
    sql_bind_integer(to, 12, member->invite_rejected_us);
    sql_bind_text(to, 13, custom);
}

static void bind_message(
    struct sql_statement *to, const struct message *message, const char *custom) {
    sql_bind_text(to, 1, message->id);
    sql_bind_text(to, 2, message->cid);
    sql_bind_text(to, 3, message->user_id);
    sql_bind_text(to, 4, message->text);
    sql_bind_text(to, 5, message->type);
    sql_bind_text(to, 6, message->parent_id);
    sql_bind_text(to, 7, message->quoted_id);
    sql_bind_integer(to, 8, message->reply_count);
    sql_bind_integer(to, 9, message->created_us);
    sql_bind_integer(to, 10, message->updated_us);
    sql_bind_integer(to, 11, message->deleted_us);
    sql_bind_integer(to, 12, message->silent);
    sql_bind_text(to, 13, custom);
}

static void name_reaction(struct sql_statement *to, const struct reaction *reaction) {
    sql_bind_text(to, 1, reaction->message_id);
    sql_bind_text(to, 2, reaction->user_id);
    sql_bind_text(to, 3, reaction->type);
}

static void bind_reaction(
    struct sql_statement *to, const struct reaction *reaction, const char *custom) {
    name_reaction(to, reaction);
    sql_bind_integer(to, 4, reaction->score);
    sql_bind_integer(to, 5, reaction->created_us);
    sql_bind_integer(to, 6, reaction->updated_us);
    sql_bind_text(to, 7, custom);
}

static void bind_regard(struct sql_statement *to, const struct store_regard *regard) {
    sql_bind_text(to, 1, regard->cid);
    sql_bind_text(to, 2, regard->user_id);
    sql_bind_integer(to, 3, regard->read_us);
    sql_bind_integer(to, 4, regard->shown_read_us);
    sql_bind_integer(to, 5, regard->hidden_us);
    sql_bind_integer(to, 6, regard->cleared_us);
    sql_bind_integer(to, 7, regard->muted_us);
    sql_bind_integer(to, 8, regard->mute_until_us);
}

static void bind_mute(struct sql_statement *to, const struct store_mute *mute) {
    sql_bind_text(to, 1, mute->user_id);
    sql_bind_text(to, 2, mute->target_id);
    sql_bind_integer(to, 3, mute->created_us);
    sql_bind_integer(to, 4, mute->until_us);
}

static const json *custom_of(const struct store_change *change) {
    switch (change->kind) {
    case CHANGE_USER: return change->user.custom;
    case CHANGE_TYPE: return change->type.grants;
    case CHANGE_CHANNEL: return change->channel.custom;
    case CHANGE_MEMBER: return change->member.custom;
    case CHANGE_MESSAGE: return change->message.custom;
    case CHANGE_REACTION: return change->reaction.custom;
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
    case CHANGE_REACTION: bind_reaction(to, &change->reaction, custom); break;
    case CHANGE_REMOVE_REACTION: name_reaction(to, &change->reaction); break;
    case CHANGE_REGARD: bind_regard(to, &change->regard); break;
    case CHANGE_MUTE: bind_mute(to, &change->mute); break;
    case CHANGE_TOUCH:
    case CHANGE_TRUNCATE:
        sql_bind_text(to, 1, change->key);
        sql_bind_integer(to, 2, change->moment_us);
        break;
    case CHANGE_REMOVE_MEMBER:
        sql_bind_text(to, 1, change->key);
        sql_bind_text(to, 2, change->value);
        sql_bind_integer(to, 3, change->moment_us);
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
