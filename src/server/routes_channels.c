/* SPDX-License-Identifier: MIT */
/* Making a channel or finding it, watching it, changing and deleting it. */
#include "base/chance.h"
#include "server/access.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/home.h"
#include "server/routes.h"
#include "server/token.h"
#include "wire/error.h"
#include "wire/id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int find_kind(struct call *call, struct kind **out) {
    *out = kind_find(call->world, call->args[0]);
    return *out != NULL ? 0
                        : call_refuse(call, CODE_NOT_FOUND, "channel type %.70s does not exist",
                              call->args[0]);
}

/* ---- what is wished ---- */

struct channel_wish {
    struct state_wish state;
    bool watch, presence;
    struct connection *connection;
};

static int read_paging(struct call *call, struct state_wish *wish) {
    const json *messages = json_get(call->body, "messages"),
               *members = json_get(call->body, "members"),
               *watchers = json_get(call->body, "watchers");
    int rc = routes_page(call, messages, LIMIT_MESSAGES_WATCH, &wish->messages);
    if (rc == 0)
        rc = call_number(call, members, "limit", LIMIT_MEMBERS, LIMIT_MEMBERS, &wish->members);
    if (rc == 0)
        rc = call_number(call, members, "offset", 0, LIMIT_OFFSET, &wish->members_from);
    if (rc == 0)
        rc = call_number(call, watchers, "limit", watchers != NULL ? LIMIT_MEMBERS : 0,
            LIMIT_MEMBERS, &wish->watchers);
    if (rc == 0)
        rc = call_number(call, watchers, "offset", 0, LIMIT_OFFSET, &wish->watchers_from);
    return rc;
}

static int read_wish(struct call *call, struct channel_wish *wish) {
    *wish = (struct channel_wish){0};
    int rc = call_boolean(call, "state", true, &wish->state.state);
    if (rc == 0)
        rc = call_boolean(call, "watch", false, &wish->watch);
    if (rc == 0)
        rc = call_boolean(call, "presence", false, &wish->presence);
    if (rc == 0)
        rc = read_paging(call, &wish->state);
    if (rc == 0 && (wish->watch || wish->presence))
        rc = call_connection(call, &wish->connection);
    return rc;
}

/* ---- making one ---- */

static int set_custom(struct channel *channel, const char *name, const json *value) {
    if (json_is_null(value)) {
        json_remove(channel->custom, name);
        return 0;
    }
    if (channel->custom == NULL && (channel->custom = json_object()) == NULL)
        return -ENOMEM;
    return json_set(channel->custom, name, json_copy(value));
}

/* Everything that is not built in and not a list of members is custom data. */
static int take_data(struct call *call, const json *given, struct channel *channel) {
    for (const json *item = json_first(given); item != NULL; item = json_next(item)) {
        const char *name = json_key(item);
        if (strcmp(name, "frozen") == 0)
            channel->frozen = json_is_true(item);
        else if (strcmp(name, "disabled") == 0)
            channel->disabled = json_is_true(item);
        else if (!channel_field_is_built_in(name) && set_custom(channel, name, item) != 0)
            return -ENOMEM;
    }
    struct details_refusal why;
    int rc = details_check_size(channel->custom, &why);
    return rc > 0 ? call_refuse(call, why.code, "%s", why.text) : rc;
}

/* Whose it will be: the asker's, or whom a server-side caller names. */
static int find_creator(struct call *call, const json *data, const char **out) {
    *out = call->asker != NULL ? call->asker->user.id : NULL;
    if (!call->caller.server)
        return 0;
    const char *id = json_text_at(data, "created_by_id");
    if (id == NULL)
        id = json_text_at(json_get(data, "created_by"), "id");
    if (id == NULL)
        return call_refuse(
            call, CODE_INPUT, "server-side, data.created_by_id must say whose channel it is");
    if (person_find(call->world, id) == NULL)
        return call_refuse_field(call, "created_by_id", ": user %.255s does not exist", id);
    *out = id;
    return 0;
}

static int draft_channel(struct call *call, const char *id, const json *data, const char *creator,
    struct channel *channel) {
    char cid[LIMIT_CID + 1];
    snprintf(cid, sizeof cid, "%s:%s", call->args[0], id);
    *channel = (struct channel){.type = strdup(call->args[0]),
        .id = strdup(id),
        .cid = strdup(cid),
        .created_by = creator != NULL ? strdup(creator) : NULL,
        .connect_events = true};
    channel->created_us = channel->updated_us = world_stamp(call->world);
    int rc = -ENOMEM;
    if (channel->type != NULL && channel->id != NULL && channel->cid != NULL &&
        (creator == NULL || channel->created_by != NULL))
        rc = take_data(call, data, channel);
    if (rc != 0)
        channel_fini(channel);
    return rc;
}

static int seat_all(struct call *call, struct room *room, struct person **persons, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct seat *seat;
        int rc = seat_find(room, persons[i]) == NULL
                     ? routes_add_member(call, room, persons[i], &seat)
                     : 0;
        if (rc != 0)
            return rc;
    }
    LIST_EACH(&room->seats, item)
    routes_tell_added(call, LIST_ITEM(item, struct seat, by_room));
    return 0;
}

static int invite_all(struct call *call, struct room *room, struct person **persons, size_t count) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = members_invite(call, room, persons[i]);
    return rc;
}

static int make_room(struct call *call, const char *id, const json *data, struct room **out) {
    struct person **persons = NULL, **invited = NULL;
    size_t count = 0, invited_count = 0;
    const char *creator = NULL;
    struct channel channel;
    int rc = find_creator(call, data, &creator);
    if (rc == 0)
        rc = routes_persons(call, json_get(data, "members"), "members", &persons, &count);
    if (rc == 0)
        rc = routes_persons(call, json_get(data, "invites"), "invites", &invited, &invited_count);
    if (rc == 0)
        rc = draft_channel(call, id, data, creator, &channel);
    if (rc == 0 && call_change(call) == NULL) {
        channel_fini(&channel);
        rc = -ENOMEM;
    }
    if (rc == 0)
        rc = room_put(call->world, &channel, out);
    if (rc == 0) {
        change_put_room(call->change, *out);
        rc = seat_all(call, *out, persons, count);
    }
    if (rc == 0)
        rc = invite_all(call, *out, invited, invited_count);
    free(invited);
    free(persons);
    return rc;
}

/* ---- get or create ---- */

static int watch_and_show(struct call *call, struct room *room, const struct channel_wish *wish) {
    int rc = 0;
    if (wish->watch)
        rc = home_watch(call->world, call_post(call), wish->connection, room);
    if (rc == 0 && wish->presence)
        rc = home_listen(call->world, wish->connection, room);
    if (rc != 0)
        return rc;
    call->reply = show_state(call->world, room, call->view, &wish->state);
    return call->reply != NULL ? 0 : -ENOMEM;
}

static int get_or_create(struct call *call, const char *id) {
    struct kind *kind;
    struct channel_wish wish;
    char cid[LIMIT_CID + 1];
    int rc = find_kind(call, &kind);
    if (rc == 0)
        rc = read_wish(call, &wish);
    if (rc != 0)
        return rc;
    const json *data = json_get(call->body, "data");
    if (data != NULL && !json_is_object(data) && !json_is_null(data))
        return call_refuse_field(call, "data", " must be an object");
    snprintf(cid, sizeof cid, "%s:%s", call->args[0], id);
    struct room *room = room_find(call->world, cid);
    if (room != NULL && (rc = routes_check_read(call, room)) != 0)
        return rc;
    if (room == NULL) {
        if (!access_create(kind, call->view))
            return call_refuse(call, CODE_NOT_ALLOWED, "channels are not made by you");
        rc = make_room(call, id, data, &room);
    }
    return rc != 0 ? rc : watch_and_show(call, room, &wish);
}

int channel_get_or_create(struct call *call) {
    if (!id_is_channel_type(call->args[0]) || !id_is_channel(call->args[1]))
        return call_refuse(
            call, CODE_INPUT, "%.70s:%.70s is not a channel's name", call->args[0], call->args[1]);
    return get_or_create(call, call->args[1]);
}

int channel_get_or_create_distinct(struct call *call) {
    struct person **persons = NULL;
    size_t count = 0;
    char id[LIMIT_CHANNEL_ID + 1];
    const json *members = json_path(call->body, "data.members");
    int rc = routes_persons(call, members, "members", &persons, &count);
    if (rc == 0 && count < 2)
        rc = call_refuse_field(call, "data.members", " must name two users at least");
    if (rc == 0) {
        const char *ids[LIMIT_BATCH];
        for (size_t i = 0; i < count; i++)
            ids[i] = persons[i]->user.id;
        rc = token_distinct_id(id, ids, count);
    }
    free(persons);
    return rc != 0 ? rc : get_or_create(call, id);
}

int channel_stop_watching(struct call *call) {
    struct room *room;
    struct connection *connection;
    int rc = routes_room(call, &room);
    if (rc == 0)
        rc = call_connection(call, &connection);
    if (rc == 0)
        home_unwatch(call->world, NULL, connection, room);
    return rc;
}

/* ---- changing and deleting one ---- */

static int set_cooldown(struct call *call, struct channel *channel, const json *value) {
    int64_t seconds = 0;
    if (value != NULL && !json_is_null(value) &&
        (!json_as_integer(value, &seconds) || seconds < 0 || seconds > LIMIT_COOLDOWN_S))
        return call_refuse_field(
            call, "cooldown", " must be a number of seconds between 0 and %d", LIMIT_COOLDOWN_S);
    channel->cooldown_s = (int)seconds;
    return 0;
}

static int patch_one(
    struct call *call, struct channel *channel, const char *path, const json *value) {
    char first[LIMIT_CUSTOM_KEY + 1];
    if (path == NULL)
        return call_refuse_field(call, "unset", " must hold strings");
    snprintf(first, sizeof first, "%.*s", (int)strcspn(path, "."), path);
    if (first[0] == '\0' || strstr(path, "..") != NULL || path[strlen(path) - 1] == '.')
        return call_refuse(call, CODE_INPUT, "\"%.60s\" is not a path", path);
    if (strcmp(path, "frozen") == 0)
        channel->frozen = json_is_true(value);
    else if (strcmp(path, "disabled") == 0)
        channel->disabled = json_is_true(value);
    else if (strcmp(path, "cooldown") == 0)
        return set_cooldown(call, channel, value);
    else if (channel_field_is_built_in(first))
        return call_refuse_field(call, first, " is a reserved field");
    else if (value == NULL)
        return details_unset_path(&channel->custom, path);
    else
        return details_set_path(&channel->custom, path, value);
    return 0;
}

static int patch(struct call *call, struct channel *channel) {
    const json *set = json_get(call->body, "set"), *unset = json_get(call->body, "unset");
    if ((set == NULL && unset == NULL) || (set != NULL && !json_is_object(set)) ||
        (unset != NULL && !json_is_array(unset)))
        return call_refuse_field(call, "set", " must be an object, unset an array");
    int rc = 0;
    for (const json *item = json_first(set); rc == 0 && item != NULL; item = json_next(item))
        rc = patch_one(call, channel, json_key(item), item);
    for (const json *item = json_first(unset); rc == 0 && item != NULL; item = json_next(item))
        rc = patch_one(call, channel, json_as_text(item), NULL);
    struct details_refusal why;
    if (rc == 0 && (rc = details_check_size(channel->custom, &why)) > 0)
        rc = call_refuse(call, why.code, "%s", why.text);
    return rc;
}

static int put_draft(struct call *call, struct room *room, struct channel *draft) {
    draft->updated_us = world_stamp(call->world);
    if (call_change(call) == NULL) {
        channel_fini(draft);
        return -ENOMEM;
    }
    int rc = room_put(call->world, draft, &room);
    if (rc != 0)
        return rc;
    change_put_room(call->change, room);
    routes_tell_watchers(call, EVENT_CHANNEL_UPDATED, room);
    return 0;
}

static int show_channel_and_members(struct call *call, struct room *room) {
    json *members = json_array();
    int rc = members != NULL ? 0 : -ENOMEM, left = LIMIT_MEMBERS;
    LIST_EACH(&room->seats, item)
    if (rc == 0 && left-- > 0)
        rc = json_append(members, show_seat(LIST_ITEM(item, struct seat, by_room), call->view));
    if (rc == 0)
        rc = call_reply(call, "channel", show_room(call->world, room, call->view));
    if (rc == 0)
        return call_reply(call, "members", members);
    json_free(members);
    return rc;
}

int channel_update_partial(struct call *call) {
    struct room *room;
    struct channel draft;
    int rc = routes_own_room(call, GRANT_UPDATE_CHANNEL, &room);
    if (rc == 0)
        rc = channel_copy(&draft, &room->channel);
    if (rc != 0)
        return rc;
    rc = patch(call, &draft);
    if (rc != 0) {
        channel_fini(&draft);
        return rc;
    }
    rc = put_draft(call, room, &draft);
    return rc != 0 ? rc : show_channel_and_members(call, room);
}

static void end_watching(struct world *world, struct post *post, struct room *room) {
    while (!list_is_empty(&room->watchings))
        home_unwatch(world, post,
            LIST_ITEM(room->watchings.next, struct watching, by_room)->connection, room);
    home_stop_listening(world, post, room);
}

int channel_delete(struct call *call) {
    struct room *room;
    int rc = routes_own_room(call, GRANT_DELETE_CHANNEL, &room);
    if (rc != 0)
        return rc;
    if (call_change(call) == NULL)
        return -ENOMEM;
    room->channel.deleted_us = world_stamp(call->world);
    change_put_room(call->change, room);
    change_remove_regards(call->change, room);
    if (routes_switched_on(call, "hard_delete"))
        change_truncate(call->change, room, room->channel.deleted_us);
    rc = call_reply(call, "channel", show_room(call->world, room, call->view));
    if (rc != 0)
        return rc;
    routes_tell_watchers(call, EVENT_CHANNEL_DELETED, room);
    routes_tell_members(call, EVENT_NOTIFICATION_CHANNEL_DELETED, room);
    room->absent = true;
    LIST_EACH(&room->seats, item) {
        struct seat *seat = LIST_ITEM(item, struct seat, by_room);
        change_remove_seat(call->change, seat);
        seat_free(seat);
    }
    end_watching(call->world, call_post(call), room);
    room_empty(call->world, room);
    return 0;
}

/* ---- the members call: data, members and a message in one ---- */

/* What it says beside the members, drafted before anything is changed. */
struct update {
    bool has_channel, has_message;
    struct channel channel;
    struct message message;
};

static int draft_data(struct call *call, struct room *room, struct update *update) {
    const json *data = json_get(call->body, "data");
    if (data == NULL)
        return 0;
    if (!json_is_object(data))
        return call_refuse_field(call, "data", " must be an object");
    if (!access_may(room, call->view, GRANT_UPDATE_CHANNEL))
        return call_refuse(
            call, CODE_NOT_ALLOWED, "channel %s is not yours to change", room->channel.cid);
    int rc = channel_copy(&update->channel, &room->channel);
    if (rc != 0)
        return rc;
    update->has_channel = true;
    return take_data(call, data, &update->channel);
}

static int draft_message(struct call *call, struct room *room, struct update *update) {
    const json *message = json_get(call->body, "message");
    if (message == NULL)
        return 0;
    if (!access_write(room, call->view, GRANT_SEND))
        return call_refuse(call, CODE_NOT_ALLOWED, "you may not write here");
    int rc = routes_draft_message(call, room, message, &update->message);
    update->has_message = rc == 0;
    return rc;
}

/* An invitee, who may not read the channel yet, accepts or rejects. */
static int answer_invite(struct call *call, bool accept) {
    struct room *room;
    struct message message;
    const json *last = json_get(call->body, "message");
    int rc = routes_find_room(call, call->args[0], call->args[1], &room);
    if (rc == 0 && seat_find(room, call->asker) == NULL)
        rc = routes_check_read(call, room);
    if (rc == 0)
        rc = members_answer_invite(call, room, accept);
    if (rc == 0 && accept && last != NULL && !json_is_null(last)) {
        rc = routes_draft_message(call, room, last, &message);
        if (rc == 0)
            rc = routes_put_message(call, room, &message, NULL);
    }
    return rc != 0 ? rc : show_channel_and_members(call, room);
}

int channel_update(struct call *call) {
    struct room *room;
    struct update update = {0};
    bool accept = false, reject = false;
    int rc = json_first(call->body) != NULL
                 ? call_boolean(call, "accept_invite", false, &accept)
                 : call_refuse(call, CODE_INPUT, "the body says nothing to be done");
    if (rc == 0)
        rc = call_boolean(call, "reject_invite", false, &reject);
    if (rc == 0 && accept && reject)
        rc = call_refuse(call, CODE_INPUT, "accept_invite and reject_invite are one or the other");
    if (rc == 0 && (accept || reject))
        return answer_invite(call, accept);
    if (rc == 0)
        rc = routes_room(call, &room);
    if (rc == 0)
        rc = draft_data(call, room, &update);
    if (rc == 0)
        rc = draft_message(call, room, &update);
    if (rc == 0)
        rc = members_update(call, room);
    if (rc == 0 && update.has_channel)
        rc = put_draft(call, room, &update.channel);
    if (rc == 0 && update.has_message)
        rc = routes_put_message(call, room, &update.message, NULL);
    channel_fini(&update.channel);
    message_fini(&update.message);
    return rc != 0 ? rc : show_channel_and_members(call, room);
}
