/* SPDX-License-Identifier: MIT */
/* Channels out of one's own sight, and back; and emptied for everybody. */
#include "server/fanout.h"
#include "server/notes.h"
#include "server/regards.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/time.h"

#include <errno.h>

/* The regard that is to be changed: of the asker, or of whom a server-side caller names. */
static int find(struct call *call, struct regard **out) {
    struct room *room;
    struct person *person;
    int rc = routes_room(call, &room);
    if (rc == 0)
        rc = routes_actor(call, call->body, &person);
    if (rc != 0)
        return rc;
    *out = regard_need(room, person);
    return *out != NULL && call_change(call) != NULL ? 0 : -ENOMEM;
}

int channel_hide(struct call *call) {
    struct regard *regard;
    bool clear;
    int rc = call_boolean(call, "clear_history", false, &clear);
    if (rc == 0)
        rc = find(call, &regard);
    if (rc != 0 || (regard->hidden_us != 0 && !clear))
        return rc;
    json *more = json_object();
    if (json_set(more, "clear_history", json_boolean(clear)) != 0) {
        json_free(more);
        return -ENOMEM;
    }
    regard_hide(regard, world_stamp(call->world));
    if (clear)
        regard_clear(regard, regard->hidden_us);
    change_put_regard(call->change, regard);
    routes_tell_own(call, EVENT_CHANNEL_HIDDEN, regard->person, regard->room, more);
    json_free(more);
    return 0;
}

int channel_show(struct call *call) {
    struct regard *regard;
    int rc = find(call, &regard);
    if (rc != 0 || regard->hidden_us == 0)
        return rc;
    regard_hide(regard, 0);
    change_put_regard(call->change, regard);
    routes_tell_own(call, EVENT_CHANNEL_VISIBLE, regard->person, regard->room, NULL);
    return 0;
}

/* ---- emptied ---- */

static int read_moment(struct call *call, int64_t *until_us) {
    const json *at = json_get(call->body, "truncated_at");
    *until_us = world_stamp(call->world);
    if (at == NULL || json_is_null(at))
        return 0;
    if (json_as_text(at) == NULL || time_parse(json_as_text(at), until_us) != 0 ||
        *until_us > call->world->stamp_us)
        return call_refuse_field(call, "truncated_at", " must be a time that has been");
    return 0;
}

static int64_t newest(const struct room *room) {
    return list_is_empty(&room->notes)
               ? 0
               : LIST_ITEM(room->notes.prev, struct note, in_list)->message.created_us;
}

/* All is checked before the first message goes. */
int channel_truncate(struct call *call) {
    struct room *room;
    struct message message = {0};
    int64_t until_us;
    const json *last = json_get(call->body, "message");
    int rc = routes_own_room(call, GRANT_TRUNCATE, &room);
    if (rc == 0)
        rc = read_moment(call, &until_us);
    if (rc == 0 && last != NULL && !json_is_null(last))
        rc = routes_draft_message(call, room, last, &message);
    if (rc != 0)
        return rc;
    if (call_change(call) == NULL) {
        message_fini(&message);
        return -ENOMEM;
    }
    room->channel.truncated_us = until_us;
    change_truncate(call->change, room, until_us);
    notes_truncate(call->world, room, until_us);
    room->channel.last_message_us = newest(room);
    change_put_room(call->change, room);
    routes_tell_watchers(call, EVENT_CHANNEL_TRUNCATED, room);
    if (message.id != NULL)
        rc = routes_put_message(call, room, &message, NULL);
    return rc != 0 ? rc : call_reply(call, "channel", show_room(call->world, room, call->view));
}
