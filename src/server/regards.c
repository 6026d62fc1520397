/* SPDX-License-Identifier: MIT */
#include "server/regards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct regard *regard_find(const struct room *room, const struct person *person) {
    return person != NULL ? table_find(&room->regard_of, person->user.id) : NULL;
}

struct regard *regard_need(struct room *room, struct person *person) {
    struct regard *regard = regard_find(room, person);
    if (regard != NULL)
        return regard;
    regard = calloc(1, sizeof *regard);
    if (regard == NULL || table_put(&room->regard_of, person->user.id, regard, NULL) != 0) {
        free(regard);
        return NULL;
    }
    regard->person = person;
    regard->room = room;
    list_append(&person->regards, &regard->by_person);
    list_init(&regard->in_ending);
    return regard;
}

/* ---- counting ---- */

static int64_t later(int64_t a, int64_t b) {
    return a > b ? a : b;
}

int64_t regard_read_us(const struct seat *seat, bool for_themself) {
    const struct regard *regard = seat->regard;
    return later(for_themself ? regard->read_us : regard->shown_read_us, seat->member.created_us);
}

/* From here on a message is unread. */
static int64_t horizon(const struct seat *seat, bool for_themself) {
    return later(regard_read_us(seat, for_themself), seat->regard->cleared_us);
}

/* Whether a message is one to be read at all. */
static bool is_news(const struct note *note) {
    const struct message *message = &note->message;
    return message->deleted_us == 0 && !message->silent && message->parent_id == NULL;
}

static bool counts(const struct seat *seat, const struct note *note, int64_t since_us) {
    return note->message.created_us > since_us && note->author != seat->person;
}

static unsigned count_since(const struct seat *seat, int64_t since_us) {
    unsigned count = 0;
    for (struct list *item = seat->room->notes.prev; item != &seat->room->notes;
         item = item->prev) {
        const struct note *note = LIST_ITEM(item, struct note, in_list);
        if (note->message.created_us <= since_us)
            break;
        count += is_news(note) && counts(seat, note, since_us);
    }
    return count;
}

bool regard_is_muted(const struct regard *regard, int64_t now_us) {
    return regard != NULL && regard->muted_us != 0 &&
           (regard->mute_until_us == 0 || regard->mute_until_us > now_us);
}

void regard_weigh(struct regard *regard) {
    struct person *person = regard->person;
    const struct seat *seat = regard->seat;
    unsigned counted = seat != NULL && !member_is_invitee(&seat->member) && !regard->room->absent &&
                               regard->room->kind->type.read_events && regard->muted_us == 0
                           ? regard->unread
                           : 0;
    person->unread = person->unread - regard->counted + counted;
    person->unread_rooms = person->unread_rooms - (regard->counted > 0) + (counted > 0);
    regard->counted = counted;
}

void regard_recount(struct seat *seat) {
    seat->regard->unread = count_since(seat, horizon(seat, true));
    regard_weigh(seat->regard);
}

void regards_recount(struct room *room) {
    LIST_EACH(&room->seats, item)
    regard_recount(LIST_ITEM(item, struct seat, by_room));
}

void regards_count(const struct note *note) {
    if (!is_news(note))
        return;
    LIST_EACH(&note->room->seats, item) {
        struct seat *seat = LIST_ITEM(item, struct seat, by_room);
        if (!counts(seat, note, horizon(seat, true)))
            continue;
        seat->regard->unread++;
        regard_weigh(seat->regard);
    }
}

void regards_uncount(const struct note *note) {
    if (!is_news(note))
        return;
    LIST_EACH(&note->room->seats, item) {
        struct seat *seat = LIST_ITEM(item, struct seat, by_room);
        if (seat->regard->unread == 0 || !counts(seat, note, horizon(seat, true)))
            continue;
        seat->regard->unread--;
        regard_weigh(seat->regard);
    }
}

/* ---- reading ---- */

unsigned regard_unread(const struct seat *seat, bool for_themself) {
    int64_t shown_us = horizon(seat, false);
    if (for_themself || shown_us == horizon(seat, true))
        return seat->regard->unread;
    return count_since(seat, shown_us);
}

void regard_read(struct seat *seat, int64_t read_us, bool seen) {
    struct regard *regard = seat->regard;
    regard->read_us = later(read_us, regard->read_us);
    if (seen && !seat->person->presence.hidden)
        regard->shown_read_us = later(read_us, regard->shown_read_us);
    regard_recount(seat);
}

void regard_unread_from(struct seat *seat, int64_t from_us) {
    seat->regard->read_us = from_us - 1;
    if (!seat->person->presence.hidden)
        seat->regard->shown_read_us = from_us - 1;
    regard_recount(seat);
}

void regard_clear(struct regard *regard, int64_t until_us) {
    regard->cleared_us = until_us;
    if (regard->seat != NULL)
        regard_recount(regard->seat);
}

/* ---- muting ---- */

static void end_by_itself(struct world *world, struct regard *regard) {
    struct list *before = world->ending.prev;
    while (before != &world->ending &&
           LIST_ITEM(before, struct regard, in_ending)->mute_until_us > regard->mute_until_us)
        before = before->prev;
    list_append(before->next, &regard->in_ending);
}

static void set_mute(
    struct world *world, struct regard *regard, int64_t since_us, int64_t until_us) {
    list_remove(&regard->in_ending);
    regard->muted_us = since_us;
    regard->mute_until_us = until_us;
    if (until_us != 0)
        end_by_itself(world, regard);
}

void regard_mute(struct world *world, struct regard *regard, int64_t since_us, int64_t until_us) {
    set_mute(world, regard, since_us, until_us);
    regard_weigh(regard);
}

/* ---- coming and going ---- */

void regard_hide(struct regard *regard, int64_t since_us) {
    regard->room->hiders = regard->room->hiders - (regard->hidden_us != 0) + (since_us != 0);
    regard->hidden_us = since_us;
}

static void clear(struct regard *regard) {
    regard_hide(regard, 0);
    regard->read_us = regard->shown_read_us = 0;
    list_remove(&regard->in_ending);
    regard->cleared_us = regard->muted_us = regard->mute_until_us = 0;
    regard->unread = 0;
    regard_weigh(regard);
}

void regard_leave(struct regard *regard) {
    regard->seat = NULL;
    clear(regard);
}

void regards_forget(struct room *room) {
    size_t i = 0;
    for (struct regard *regard; (regard = table_next(&room->regard_of, &i)) != NULL;)
        clear(regard);
}

void regards_fini(struct room *room) {
    size_t i = 0;
    for (struct regard *regard; (regard = table_next(&room->regard_of, &i)) != NULL;) {
        list_remove(&regard->by_person);
        list_remove(&regard->in_ending);
        free(regard);
    }
    table_fini(&room->regard_of);
}

struct store_regard regard_row(const struct regard *regard) {
    return (struct store_regard){.cid = regard->room->channel.cid,
        .user_id = regard->person->user.id,
        .read_us = regard->read_us,
        .shown_read_us = regard->shown_read_us,
        .hidden_us = regard->hidden_us,
        .cleared_us = regard->cleared_us,
        .muted_us = regard->muted_us,
        .mute_until_us = regard->mute_until_us};
}

int regard_put(struct world *world, struct room *room, struct person *person,
    const struct store_regard *row) {
    struct regard *regard = regard_need(room, person);
    if (regard == NULL)
        return -ENOMEM;
    regard->read_us = row->read_us;
    regard->shown_read_us = row->shown_read_us;
    regard_hide(regard, row->hidden_us);
    regard->cleared_us = row->cleared_us;
    set_mute(world, regard, row->muted_us, row->mute_until_us);
    return 0;
}

/* ---- whom they mute ---- */

struct mute *mute_find(const struct person *person, const struct person *target) {
    LIST_EACH(&person->mutes, item) {
        struct mute *mute = LIST_ITEM(item, struct mute, by_person);
        if (mute->target == target)
            return mute;
    }
    return NULL;
}

struct mute *mute_put(
    struct person *person, struct person *target, int64_t created_us, int64_t until_us) {
    struct mute *mute = mute_find(person, target);
    if (mute == NULL) {
        mute = calloc(1, sizeof *mute);
        if (mute == NULL)
            return NULL;
        mute->target = target;
        list_append(&person->mutes, &mute->by_person);
    }
    mute->created_us = created_us;
    mute->until_us = until_us;
    return mute;
}

void mute_remove(struct mute *mute) {
    list_remove(&mute->by_person);
    free(mute);
}

void mutes_forget(struct person *person) {
    LIST_EACH(&person->mutes, item)
    mute_remove(LIST_ITEM(item, struct mute, by_person));
}
