/* SPDX-License-Identifier: MIT */
#include "server/show.h"
#include "server/access.h"
#include "server/notes.h"
#include "server/regards.h"
#include "wire/field.h"

#include <errno.h>

static json *made(json *value, bool bad) {
    if (!bad)
        return value;
    json_free(value);
    return NULL;
}

struct user_face show_face(const struct person *person, struct view view) {
    return presence_face(&person->presence, view.server || view.asker == person);
}

json *show_user(const struct person *person, struct view view) {
    struct user_face face = show_face(person, view);
    return user_encode(&person->user, &face);
}

int show_unread(const struct person *person, json *to) {
    bool bad = json_set(to, "unread_count", json_integer(person->unread)) != 0;
    bad |= json_set(to, "total_unread_count", json_integer(person->unread)) != 0;
    bad |= json_set(to, "unread_channels", json_integer(person->unread_rooms)) != 0;
    return bad ? -ENOMEM : 0;
}

json *show_mute(const struct person *person, const struct mute *mute) {
    json *to = json_object();
    bool bad = json_set(to, "user", show_user(person, (struct view){.asker = person})) != 0;
    bad |= json_set(to, "target", show_user(mute->target, (struct view){.asker = person})) != 0;
    bad |= field_put_time(to, "created_at", mute->created_us) != 0;
    bad |= field_put_time(to, "updated_at", mute->created_us) != 0;
    bad |= field_put_time(to, "expires", mute->until_us) != 0;
    return made(to, bad);
}

json *show_room_mute(const struct world *world, const struct regard *regard) {
    struct view view = {.asker = regard->person};
    json *to = json_object();
    bool bad = json_set(to, "user", show_user(regard->person, view)) != 0;
    bad |= json_set(to, "channel", show_room(world, regard->room, view)) != 0;
    bad |= field_put_time(to, "created_at", regard->muted_us) != 0;
    bad |= field_put_time(to, "updated_at", regard->muted_us) != 0;
    bad |= field_put_time(to, "expires", regard->mute_until_us) != 0;
    return made(to, bad);
}

static json *show_mutes(const struct world *world, const struct person *person) {
    json *list = json_array();
    bool bad = list == NULL;
    LIST_EACH(&person->mutes, item) {
        const struct mute *mute = LIST_ITEM(item, struct mute, by_person);
        if (mute->until_us == 0 || mute->until_us > world->now.unix_us)
            bad |= json_append(list, show_mute(person, mute)) != 0;
    }
    return made(list, bad);
}

static json *show_room_mutes(const struct world *world, const struct person *person) {
    json *list = json_array();
    bool bad = list == NULL;
    LIST_EACH(&person->regards, item) {
        const struct regard *regard = LIST_ITEM(item, struct regard, by_person);
        if (regard_is_muted(regard, world->now.unix_us) && !regard->room->absent)
            bad |= json_append(list, show_room_mute(world, regard)) != 0;
    }
    return made(list, bad);
}

json *show_me(const struct world *world, const struct person *person) {
    json *me = show_user(person, (struct view){.asker = person});
    bool bad = json_set(me, "devices", json_array()) != 0;
    bad |= json_set(me, "mutes", show_mutes(world, person)) != 0;
    bad |= json_set(me, "channel_mutes", show_room_mutes(world, person)) != 0;
    bad |= show_unread(person, me) != 0;
    bad |= json_set(me, "unread_threads", json_integer(0)) != 0;
    return made(me, bad);
}

json *show_seat(const struct seat *seat, struct view view) {
    return member_encode(&seat->member, show_user(seat->person, view));
}

/* Somebody whom nothing is known of any more. */
static json *show_stranger(const char *id) {
    if (id == NULL || id[0] == '\0')
        return json_null();
    json *user = json_object();
    return made(user, json_set(user, "id", json_text(id)) != 0);
}

json *show_nod(const struct nod *nod, struct view view) {
    return reaction_encode(&nod->reaction, show_user(nod->person, view));
}

/* A type's number, moved by so much. */
static bool add_up(json *sums, const char *type, int by) {
    int64_t so_far = 0;
    json_as_integer(json_get(sums, type), &so_far);
    return json_set(sums, type, json_integer(so_far + by)) == 0;
}

/* The newest first. */
static struct message_others show_nods(const struct note *note, struct view view) {
    struct message_others to = {json_array(), json_array(), json_object(), json_object(), NULL};
    int latest = LIMIT_REACTIONS_SHOWN, own = LIMIT_REACTIONS_SHOWN;
    bool bad = to.latest == NULL || to.own == NULL || to.counts == NULL || to.scores == NULL;
    for (struct list *item = note->nods.prev; item != &note->nods; item = item->prev) {
        const struct nod *nod = LIST_ITEM(item, struct nod, by_note);
        if (latest-- > 0)
            bad |= json_append(to.latest, show_nod(nod, view)) != 0;
        if (nod->person == view.asker && own-- > 0)
            bad |= json_append(to.own, show_nod(nod, view)) != 0;
        bad |= !add_up(to.counts, nod->reaction.type, 1);
        bad |= !add_up(to.scores, nod->reaction.type, nod->reaction.score);
    }
    if (bad) { /* one that is missing fails the message */
        json_free(to.latest);
        to.latest = NULL;
    }
    return to;
}

/* Whom the author named, as far as anything is known of them. */
static json *show_mentioned(
    const struct world *world, const struct message *message, struct view view) {
    json *list = json_array();
    bool bad = list == NULL;
    const json *ids = json_get(message->custom, "mentioned_users");
    for (const json *id = json_first(ids); id != NULL; id = json_next(id)) {
        const char *text = json_as_text(id);
        const struct person *person = text != NULL ? table_find(&world->persons, text) : NULL;
        if (person != NULL)
            bad |= json_append(list, show_user(person, view)) != 0;
    }
    return made(list, bad);
}

json *show_note(const struct world *world, const struct note *note, struct view view) {
    json *author = note->author != NULL ? show_user(note->author, view)
                                        : show_stranger(note->message.user_id);
    struct message_others others = {0};
    if (!list_is_empty(&note->nods))
        others = show_nods(note, view);
    others.mentioned = show_mentioned(world, &note->message, view);
    return message_encode(&note->message, author, others);
}

/* The last one that they have read. */
static const struct note *last_read(const struct room *room, int64_t read_us) {
    for (struct list *item = room->notes.prev; item != &room->notes; item = item->prev) {
        const struct note *note = LIST_ITEM(item, struct note, in_list);
        if (note->message.created_us <= read_us)
            return note;
    }
    return NULL;
}

json *show_read(const struct seat *seat, struct view view) {
    bool own = view.server || view.asker == seat->person;
    int64_t read_us = regard_read_us(seat, own);
    const struct note *note = last_read(seat->room, read_us);
    json *to = json_object();
    bool bad = json_set(to, "user", show_user(seat->person, view)) != 0;
    bad |= field_put_time(to, "last_read", read_us) != 0;
    bad |= json_set(to, "unread_messages", json_integer(regard_unread(seat, own))) != 0;
    if (note != NULL)
        bad |= json_set(to, "last_read_message_id", json_text(note->message.id)) != 0;
    return made(to, bad);
}

json *show_kind(const struct kind *kind) {
    json *to = channel_type_encode(&kind->type);
    return made(to, json_set(to, "grants", grants_encode(&kind->grants)) != 0);
}

json *show_room(const struct world *world, const struct room *room, struct view view) {
    const char *creator = room->channel.created_by;
    const struct person *person = creator != NULL ? table_find(&world->persons, creator) : NULL;
    const struct regard *regard = regard_find(room, view.asker);
    json *to = channel_encode(&room->channel, (int64_t)room->seat_of.count,
        person != NULL ? show_user(person, view) : show_stranger(creator), show_kind(room->kind),
        access_capabilities(room, view));
    bool hidden = regard != NULL && regard->hidden_us != 0;
    return made(to, hidden && field_put_boolean(to, "hidden", true) != 0);
}

/* Does a hidden asker watch, they count themself; to others they do not. */
unsigned show_watcher_count(const struct room *room, struct view view) {
    unsigned shown = room->watcher_count - room->hidden_watchers;
    if (view.server)
        return room->watcher_count;
    if (view.asker != NULL && view.asker->presence.hidden)
        LIST_EACH(&view.asker->watchers, item)
    if (LIST_ITEM(item, struct watcher, by_person)->room == room)
        return shown + 1;
    return shown;
}

/* What is cleared away for the asker is left out. */
static json *show_notes(
    struct world *world, struct room *room, struct view view, const struct store_page *wish) {
    json *notes = json_array();
    struct note *found[LIMIT_MESSAGES];
    struct store_page page = *wish;
    const struct regard *regard = regard_find(room, view.asker);
    if (regard != NULL && regard->cleared_us > page.after_us)
        page.after_us = regard->cleared_us;
    int count = page.limit > 0 ? notes_page(world, room, &page, found) : 0;
    bool bad = notes == NULL || count < 0;
    for (int i = 0; i < count; i++)
        bad |= json_append(notes, show_note(world, found[i], view)) != 0;
    return made(notes, bad);
}

/* Where the type has no read events there is nothing to be told. */
static json *show_reads(const struct room *room, struct view view, int most) {
    json *reads = json_array();
    bool bad = reads == NULL;
    if (room->kind->type.read_events)
        LIST_EACH(&room->seats, item) {
            const struct seat *seat = LIST_ITEM(item, struct seat, by_room);
            if (member_is_invitee(&seat->member))
                continue;
            if (most-- <= 0)
                break;
            bad |= json_append(reads, show_read(seat, view)) != 0;
        }
    return made(reads, bad);
}

static json *show_seats(const struct room *room, struct view view, int from, int most) {
    json *seats = json_array();
    bool bad = seats == NULL;
    LIST_EACH(&room->seats, item) {
        if (from-- > 0)
            continue;
        if (most-- <= 0)
            break;
        bad |= json_append(seats, show_seat(LIST_ITEM(item, struct seat, by_room), view)) != 0;
    }
    return made(seats, bad);
}

static json *show_watchers(const struct room *room, struct view view, int from, int most) {
    json *watchers = json_array();
    bool bad = watchers == NULL;
    LIST_EACH(&room->watchers, item) {
        const struct watcher *watcher = LIST_ITEM(item, struct watcher, by_room);
        if (watcher->hidden && !view.server && watcher->person != view.asker)
            continue;
        if (from-- > 0)
            continue;
        if (most-- <= 0)
            break;
        bad |= json_append(watchers, show_user(watcher->person, view)) != 0;
    }
    return made(watchers, bad);
}

json *show_state(
    struct world *world, struct room *room, struct view view, const struct state_wish *wish) {
    struct store_page page = wish->messages;
    if (!wish->state)
        page.limit = 0;
    json *to = json_object();
    const struct seat *own = seat_find(room, view.asker);
    unsigned count = show_watcher_count(room, view);
    bool bad = json_set(to, "channel", show_room(world, room, view)) != 0;
    bad |= json_set(to, "messages", show_notes(world, room, view, &page)) != 0;
    bad |= json_set(to, "members",
               show_seats(room, view, wish->members_from, wish->state ? wish->members : 0)) != 0;
    if (own != NULL)
        bad |= json_set(to, "membership", show_seat(own, view)) != 0;
    bad |= json_set(to, "read", show_reads(room, view, wish->state ? LIMIT_MEMBERS : 0)) != 0;
    if (count > 0)
        bad |= json_set(to, "watcher_count", json_integer(count)) != 0;
    if (wish->state && wish->watchers > 0)
        bad |= json_set(to, "watchers",
                   show_watchers(room, view, wish->watchers_from, wish->watchers)) != 0;
    bad |= json_set(to, "pinned_messages", json_array()) != 0;
    bad |= json_set(to, "threads", json_array()) != 0;
    return made(to, bad);
}
