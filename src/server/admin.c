/* SPDX-License-Identifier: MIT */
/*
 * Each word is a chain of calls, the last of which asks for the thing as it is now: so what is
 * printed after a change is what the server has, not what it was told.
 *
 * Lists are read page by page, each beginning after the last id of the page before: a list that
 * changes meanwhile neither repeats nor skips what stays.
 */
#include "server/admin.h"
#include "base/clock.h"
#include "server/admin_body.h"
#include "server/admin_print.h"
#include "server/ask_curl.h"
#include "server/plain.h"
#include "server/reach.h"
#include "wire/id.h"
#include "wire/time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Objects a page of users and members. */
enum { PAGE = 100 };
_Static_assert(
    (int)PAGE <= (int)LIMIT_USERS && (int)PAGE <= (int)LIMIT_MEMBERS, "a page may be so");

struct task {
    const struct admin_words *words;
    struct reach *reach;
    struct bytes *out;
};

/* ---- calling ---- */

/* Call, and free the body. */
static int call_for(struct task *task, const char *method, const char *path, const char *query,
    json *body, json **reply) {
    int rc = reach_call(task->reach, method, path, query, body, reply);
    json_free(body);
    return rc;
}

static int call(struct task *task, const char *method, const char *path, json *body) {
    json *reply = NULL;
    if (body == NULL)
        return -ENOMEM;
    int rc = call_for(task, method, path, "", body, &reply);
    json_free(reply);
    return rc;
}

static int remove_at(struct task *task, const char *path) {
    json *reply = NULL;
    int rc = call_for(task, "DELETE", path, "", NULL, &reply);
    json_free(reply);
    return rc;
}

static void print_one(struct task *task, const json *object) {
    if (task->words->json)
        print_json(task->out, object);
    else
        print_fields(task->out, object);
}

/* ---- channel types ---- */

static void print_type(struct task *task, const json *type) {
    bool any = false;
    if (task->words->json) {
        print_json(task->out, type);
        return;
    }
    plain_cell(task->out, json_text_at(type, "name"));
    for (const json *field = json_first(type); field != NULL; field = json_next(field)) {
        if (!json_is_true(field))
            continue;
        bytes_append_char(task->out, any ? ' ' : '\t');
        plain_cell(task->out, json_key(field));
        any = true;
    }
    bytes_append_text(task->out, any ? "\n" : "\t-\n");
}

static int by_name(const void *a, const void *b) {
    return strcmp(json_key(*(const json *const *)a), json_key(*(const json *const *)b));
}

static int list_types(struct task *task) {
    json *reply = NULL;
    int rc = call_for(task, "GET", "/channeltypes", "", NULL, &reply);
    if (rc != 0)
        return rc;
    const json *list = json_get(reply, "channel_types");
    size_t count = 0;
    const json **types = calloc(json_count(list) + 1, sizeof *types);
    for (const json *type = json_first(list); types != NULL && type; type = json_next(type))
        types[count++] = type;
    if (count > 0)
        qsort(types, count, sizeof *types, by_name);
    for (size_t i = 0; i < count; i++)
        print_type(task, types[i]);
    rc = types != NULL ? 0 : -ENOMEM;
    free(types);
    json_free(reply);
    return rc;
}

static int create_type(struct task *task) {
    json *body = body_pair("name", json_text(task->words->name));
    if (body_put_fields(body, task->words) != 0) {
        json_free(body);
        body = NULL;
    }
    return call(task, "POST", "/channeltypes", body);
}

static int do_type(struct task *task) {
    char path[LIMIT_CHANNEL_TYPE + 16];
    json *reply = NULL;
    snprintf(path, sizeof path, "/channeltypes/%s", task->words->name);
    if (task->words->deed == DEED_DELETE)
        return remove_at(task, path);
    int rc = 0;
    if (task->words->deed == DEED_CREATE)
        rc = create_type(task);
    else if (task->words->set_count > 0)
        rc = call(task, "PUT", path, body_fields(task->words));
    if (rc == 0)
        rc = call_for(task, "GET", path, "", NULL, &reply);
    if (rc == 0)
        json_remove(reply, "duration");
    if (rc == 0)
        print_one(task, reply);
    json_free(reply);
    return rc;
}

/* ---- users ---- */

/* GET with a payload of these conditions, which it takes, sorted by a field; the first page. */
static int query(struct task *task, const char *path, json *payload, json *conditions,
    const char *field, json **reply) {
    struct bytes words = BYTES_EMPTY;
    int rc = payload == NULL ? -ENOMEM : 0;
    if (rc == 0)
        rc = json_set(payload, "filter_conditions", conditions);
    else
        json_free(conditions);
    if (rc == 0)
        rc = json_set(payload, "sort", body_sort_by(field));
    if (rc == 0)
        rc = json_set(payload, "limit", json_integer(PAGE));
    char *text = rc == 0 ? json_to_text(payload) : NULL;
    bytes_append_text(&words, "payload=");
    if (text != NULL)
        ask_escape(&words, text);
    rc = text == NULL || bytes_failed(&words) ? -ENOMEM : 0;
    if (rc == 0)
        rc = call_for(task, "GET", path, bytes_text(&words), NULL, reply);
    bytes_fini(&words);
    free(text);
    json_free(payload);
    return rc;
}

static int query_users(struct task *task, json *conditions, json **reply) {
    return query(task, "/users", json_object(), conditions, "id", reply);
}

/* STATE⇥ID⇥NAME⇥ROLE⇥LAST_ACTIVE⇥STATUS */
static void print_user(struct task *task, const json *user) {
    static const char *const names[] = {"id", "name", "role", "last_active", "status", NULL};
    if (task->words->json) {
        print_json(task->out, user);
        return;
    }
    const char *state = json_text_at(user, "deactivated_at") != NULL ? "deactivated"
                        : json_true_at(user, "online")               ? "online"
                                                                     : "offline";
    bytes_printf(task->out, "%s\t", state);
    print_cells(task->out, user, names);
}

static int list_users(struct task *task) {
    char last[LIMIT_USER_ID + 1] = "";
    for (size_t count = PAGE; count == PAGE;) {
        json *reply = NULL;
        int rc = query_users(task, body_filter("id", "$gt", last[0] != '\0' ? last : NULL), &reply);
        if (rc != 0)
            return rc;
        const json *list = json_get(reply, "users");
        count = json_count(list);
        for (const json *user = json_first(list); user != NULL; user = json_next(user)) {
            const char *id = json_text_at(user, "id");
            print_user(task, user);
            snprintf(last, sizeof last, "%s", id != NULL ? id : "");
        }
        json_free(reply);
    }
    return 0;
}

/* The user, or none: *reply is the whole answer. */
static int find_user(struct task *task, json **reply, const json **user) {
    int rc = query_users(task, body_filter("id", "$eq", task->words->name), reply);
    *user = rc == 0 ? json_first(json_get(*reply, "users")) : NULL;
    return rc;
}

static int show_user(struct task *task) {
    json *reply = NULL;
    const json *user;
    int rc = find_user(task, &reply, &user);
    if (rc == 0 && user == NULL)
        rc = reach_refuse(task->reach, "there is no user %s", task->words->name);
    if (rc == 0)
        print_one(task, user);
    json_free(reply);
    return rc;
}

/* An upsert would replace what is there. */
static int create_user(struct task *task) {
    json *reply = NULL;
    const json *there;
    int rc = find_user(task, &reply, &there);
    if (rc == 0 && there != NULL)
        rc = reach_refuse(task->reach, "there is a user %s already", task->words->name);
    json_free(reply);
    if (rc != 0)
        return rc;
    json *user = body_pair("id", json_text(task->words->name));
    if (body_put_fields(user, task->words) != 0) {
        json_free(user);
        user = NULL;
    }
    return call(task, "POST", "/users",
        user != NULL ? body_pair("users", body_pair(task->words->name, user)) : NULL);
}

/* PATCH /users with one user's changes, which it takes. */
static int patch_user(struct task *task, const char *id, json *changes) {
    json *list = json_array();
    if (changes == NULL || json_set(changes, "id", json_text(id)) != 0 || list == NULL) {
        json_free(changes);
        json_free(list);
        return -ENOMEM;
    }
    if (json_append(list, changes) != 0) {
        json_free(list);
        return -ENOMEM;
    }
    return call(task, "PATCH", "/users", body_pair("users", list));
}

static int change_user(struct task *task) {
    json *changes = json_object();
    if (body_put_changes(changes, task->words) != 0) {
        json_free(changes);
        changes = NULL;
    }
    return patch_user(task, task->words->name, changes);
}

static int do_user(struct task *task) {
    const struct admin_words *words = task->words;
    char path[LIMIT_USER_ID + 32];
    snprintf(path, sizeof path, "/users/%s%s", words->name,
        words->deed == DEED_DEACTIVATE   ? "/deactivate"
        : words->deed == DEED_REACTIVATE ? "/reactivate"
                                         : "");
    int rc = 0;
    if (words->deed == DEED_DELETE)
        return remove_at(task, path);
    if (words->deed == DEED_CREATE)
        rc = create_user(task);
    else if (words->deed != DEED_NONE)
        rc = call(task, "POST", path, json_object());
    else if (words->set_count + words->unset_count > 0)
        rc = change_user(task);
    return rc != 0 ? rc : show_user(task);
}

/* ---- channels ---- */

static int query_channels(struct task *task, json *conditions, json **reply) {
    json *body = body_pair("filter_conditions", conditions);
    int rc = body == NULL ? -ENOMEM : json_set(body, "sort", body_sort_by("cid"));
    if (rc == 0)
        rc = json_set(body, "limit", json_integer(LIMIT_CHANNELS));
    if (rc == 0)
        rc = json_set(body, "state", json_boolean(false));
    if (rc == 0)
        return call_for(task, "POST", "/channels", "", body, reply);
    json_free(body);
    return rc;
}

/* CID⇥NAME⇥CREATOR⇥MEMBERS⇥LAST_MESSAGE_AT */
static void print_channel(struct task *task, const json *channel) {
    static const char *const names[] = {
        "cid", "name", "created_by.id", "member_count", "last_message_at", NULL};
    if (task->words->json)
        print_json(task->out, channel);
    else
        print_cells(task->out, channel, names);
}

static int list_channels(struct task *task) {
    char last[LIMIT_CID + 1] = "";
    for (size_t count = LIMIT_CHANNELS; count == LIMIT_CHANNELS;) {
        json *reply = NULL;
        int rc = query_channels(
            task, body_filter("cid", "$gt", last[0] != '\0' ? last : NULL), &reply);
        if (rc != 0)
            return rc;
        const json *list = json_get(reply, "channels");
        count = json_count(list);
        for (const json *state = json_first(list); state != NULL; state = json_next(state)) {
            const json *channel = json_get(state, "channel");
            const char *cid = json_text_at(channel, "cid");
            print_channel(task, channel);
            snprintf(last, sizeof last, "%s", cid != NULL ? cid : "");
        }
        json_free(reply);
    }
    return 0;
}

/* Move a page of members to the end of a list. > 0: there may be more. */
static int take_members(json *members, json *reply, char last[LIMIT_USER_ID + 1]) {
    const json *page = json_get(reply, "members");
    for (const json *member = json_first(page); member != NULL; member = json_next(member)) {
        const char *id = json_text_at(member, "user_id");
        snprintf(last, LIMIT_USER_ID + 1, "%s", id != NULL ? id : "");
        if (json_append(members, json_copy(member)) != 0)
            return -ENOMEM;
    }
    return json_count(page) == PAGE;
}

/* {"channel":…,"members":[…]}: all of them, into what has the channel. */
static int add_members(struct task *task, json *state) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1], last[LIMIT_USER_ID + 1] = "";
    json *members = json_array();
    int more = members != NULL ? 1 : -ENOMEM;
    id_split_cid(task->words->name, type, id);
    while (more > 0) {
        json *which = body_pair("type", json_text(type)), *reply = NULL;
        if (which != NULL && json_set(which, "id", json_text(id)) != 0) {
            json_free(which);
            which = NULL;
        }
        int rc = query(task, "/members", which,
            body_filter("user_id", "$gt", last[0] != '\0' ? last : NULL), "user_id", &reply);
        if (rc != 0) {
            json_free(members);
            return rc;
        }
        more = take_members(members, reply, last);
        json_free(reply);
    }
    if (more == 0)
        return json_set(state, "members", members);
    json_free(members);
    return more;
}

/* Its fields but for what its type says, its creator by id, and a line a member. */
static void print_state(struct task *task, json *state) {
    if (task->words->json) {
        print_json(task->out, state);
        return;
    }
    json *channel = json_detach(state, "channel");
    json *creator = json_copy(json_path(channel, "created_by.id"));
    json_remove(channel, "config");
    json_remove(channel, "own_capabilities");
    json_remove(channel, "created_by");
    if (creator != NULL && json_set(channel, "created_by_id", creator) != 0)
        task->out->failed = true;
    print_fields(task->out, channel);
    json_free(channel);
    const json *list = json_get(state, "members");
    for (const json *member = json_first(list); member != NULL; member = json_next(member)) {
        static const char *const names[] = {"user_id", "channel_role", NULL};
        bytes_append_text(task->out, "member\t");
        print_cells(task->out, member, names);
    }
}

static int show_channel(struct task *task) {
    json *reply = NULL;
    int rc = query_channels(task, body_filter("cid", "$eq", task->words->name), &reply);
    if (rc != 0)
        return rc;
    const json *channel = json_get(json_first(json_get(reply, "channels")), "channel");
    json *state = NULL;
    if (channel == NULL)
        rc = reach_refuse(task->reach, "there is no channel %s", task->words->name);
    else if ((state = body_pair("channel", json_copy(channel))) == NULL)
        rc = -ENOMEM;
    if (rc == 0)
        rc = add_members(task, state);
    if (rc == 0)
        print_state(task, state);
    json_free(state);
    json_free(reply);
    return rc;
}

static int create_channel(struct task *task, const char *path) {
    char query_path[LIMIT_CID + 32];
    snprintf(query_path, sizeof query_path, "%s/query", path);
    json *chosen = body_pair("created_by_id", json_text(task->words->creator));
    int rc = body_put_fields(chosen, task->words);
    if (rc == 0 && task->words->add != NULL)
        rc = json_set(chosen, "members", body_split(task->words->add));
    if (rc != 0) {
        json_free(chosen);
        return rc;
    }
    return call(task, "POST", query_path, body_pair("data", chosen));
}

static int change_channel(struct task *task, const char *path) {
    const struct admin_words *words = task->words;
    int rc = 0;
    if (words->set_count + words->unset_count > 0) {
        json *changes = json_object();
        rc = body_put_changes(changes, words);
        if (rc == 0)
            rc = call(task, "PATCH", path, changes);
        else
            json_free(changes);
    }
    if (rc == 0 && words->add != NULL)
        rc = call(task, "POST", path, body_pair("add_members", body_split(words->add)));
    return rc;
}

static int do_channel(struct task *task) {
    const struct admin_words *words = task->words;
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1], path[LIMIT_CID + 16];
    id_split_cid(words->name, type, id);
    snprintf(path, sizeof path, "/channels/%s/%s", type, id);
    if (words->deed == DEED_DELETE)
        return remove_at(task, path);
    int rc = words->deed == DEED_CREATE ? create_channel(task, path) : change_channel(task, path);
    if (rc == 0 && words->remove != NULL)
        rc = call(task, "POST", path, body_pair("remove_members", body_split(words->remove)));
    return rc != 0 ? rc : show_channel(task);
}

/* ---- tokens ---- */

enum { SECOND_US = 1000 * 1000 };

/* Tokens know the second in which they were made. So what is revoked now is revoked up to the end
 * of this one; and we stay until it is over, for a token that is made after us is to be good. */
static void await(int64_t unix_us) {
    for (int64_t left; (left = unix_us - clock_unix_us()) > 0 && left <= SECOND_US;)
        nanosleep(&(struct timespec){.tv_nsec = (long)(left % SECOND_US) * 1000}, NULL);
}

static int do_revoke(struct task *task) {
    const struct admin_words *words = task->words;
    char text[TIME_TEXT_BYTES];
    int64_t now_us = clock_unix_us(), before_us = words->before_us;
    if (before_us > now_us)
        return reach_refuse(task->reach, "--before is in the future, and would refuse new tokens");
    if (before_us == 0)
        before_us = (now_us / SECOND_US + 1) * SECOND_US;
    time_print(text, before_us);
    json *set = body_pair("revoke_tokens_issued_before", json_text(text));
    int rc = words->all ? call(task, "PATCH", "/app", set)
                        : patch_user(task, words->user, set != NULL ? body_pair("set", set) : NULL);
    if (rc != 0)
        return rc;
    await(before_us);
    bytes_printf(task->out, "refused: tokens of %s from before %s\n",
        words->all ? "all users" : words->user, text);
    return 0;
}

static int run(struct reach *reach, void *context) {
    struct task *task = context;
    task->reach = reach;
    bytes_clear(task->out);
    switch (task->words->word) {
    case ADMIN_TYPES: return list_types(task);
    case ADMIN_TYPE: return do_type(task);
    case ADMIN_USERS: return list_users(task);
    case ADMIN_USER: return do_user(task);
    case ADMIN_CHANNELS: return list_channels(task);
    case ADMIN_CHANNEL: return do_channel(task);
    default: return do_revoke(task);
    }
}

int admin(const struct admin_words *words, const char *data, const char *config, struct bytes *out,
    char *why, size_t why_size) {
    struct task task = {.words = words, .out = out};
    int rc = reach_run(data, config, run, &task, why, why_size);
    if (rc == 0 && bytes_failed(out)) {
        snprintf(why, why_size, "out of memory");
        rc = -ENOMEM;
    }
    return rc;
}
