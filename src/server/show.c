/* SPDX-License-Identifier: MIT */
#include "server/show.h"
#include "server/access.h"

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

json *show_me(const struct person *person) {
    static const char *const arrays[] = {"devices", "mutes", "channel_mutes"};
    static const char *const counts[] = {
        "unread_count", "total_unread_count", "unread_channels", "unread_threads"};
    json *me = show_user(person, (struct view){.asker = person});
    bool bad = me == NULL;
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        bad |= json_set(me, arrays[i], json_array()) != 0;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        bad |= json_set(me, counts[i], json_integer(0)) != 0;
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

json *show_note(const struct note *note, struct view view) {
    return message_encode(&note->message, note->author != NULL
                                              ? show_user(note->author, view)
                                              : show_stranger(note->message.user_id));
}

static json *show_config(const struct kind *kind) {
    return channel_type_encode(&kind->type);
}

json *show_room(const struct world *world, const struct room *room, struct view view) {
    const char *creator = room->channel.created_by;
    const struct person *person = creator != NULL ? person_find(world, creator) : NULL;
    return channel_encode(&room->channel, (int64_t)room->seat_of.count,
        person != NULL ? show_user(person, view) : show_stranger(creator), show_config(room->kind),
        access_capabilities(room, view));
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

static json *show_notes(const struct room *room, struct view view, int most) {
    json *notes = json_array();
    bool bad = notes == NULL;
    size_t skip = room->note_count > (size_t)most ? room->note_count - (size_t)most : 0;
    LIST_EACH(&room->notes, item) {
        if (skip > 0)
            skip--;
        else
            bad |= json_append(notes, show_note(LIST_ITEM(item, struct note, by_room), view)) != 0;
    }
    return made(notes, bad);
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

json *show_state(const struct world *world, const struct room *room, struct view view,
    const struct state_wish *wish) {
    json *to = json_object();
    const struct seat *own = seat_find(room, view.asker);
    unsigned count = show_watcher_count(room, view);
    bool bad = json_set(to, "channel", show_room(world, room, view)) != 0;
    bad |= json_set(to, "messages", show_notes(room, view, wish->state ? wish->messages : 0)) != 0;
    bad |= json_set(to, "members",
               show_seats(room, view, wish->members_from, wish->state ? wish->members : 0)) != 0;
    if (own != NULL)
        bad |= json_set(to, "membership", show_seat(own, view)) != 0;
    bad |= json_set(to, "read", json_array()) != 0;
    if (count > 0)
        bad |= json_set(to, "watcher_count", json_integer(count)) != 0;
    if (wish->state && wish->watchers > 0)
        bad |= json_set(to, "watchers",
                   show_watchers(room, view, wish->watchers_from, wish->watchers)) != 0;
    bad |= json_set(to, "pinned_messages", json_array()) != 0;
    bad |= json_set(to, "threads", json_array()) != 0;
    return made(to, bad);
}
