/* SPDX-License-Identifier: MIT */
#include "server/notes.h"
#include "server/regards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ASIDE = 2048 };

/* Its number is UINT64_MAX until its change is on the way. */
struct grave {
    struct list in_world;
    uint64_t pending;
    char id[];
};

struct note *note_find(const struct world *world, const char *id) {
    return table_find(&world->notes, id);
}

void nod_remove(struct nod *nod) {
    list_remove(&nod->by_note);
    reaction_fini(&nod->reaction);
    free(nod);
}

static void destroy(struct world *world, struct note *note) {
    if (table_find(&world->notes, note->message.id) == note)
        table_remove(&world->notes, note->message.id);
    list_remove(&note->in_list);
    if (note->aside)
        world->aside_count--;
    else
        note->room->note_count--;
    LIST_EACH(&note->nods, item)
    nod_remove(LIST_ITEM(item, struct nod, by_note));
    message_fini(&note->message);
    free(note);
}

void note_remove(struct world *world, struct note *note) {
    if (!note->aside)
        regards_uncount(note);
    destroy(world, note);
}

static void put_aside(struct world *world, struct note *note) {
    if (!note->aside) {
        regards_uncount(note);
        note->room->has_older = true;
        note->room->note_count--;
        world->aside_count++;
    }
    note->aside = true;
    list_remove(&note->in_list);
    list_append(&world->aside, &note->in_list);
}

/* Newest last. Stamps only grow, so that one step is enough but for what is read again. */
static void sort_in(struct note *note) {
    struct list *after = note->room->notes.prev;
    while (after != &note->room->notes &&
           LIST_ITEM(after, struct note, in_list)->message.created_us > note->message.created_us)
        after = after->prev;
    list_append(after->next, &note->in_list);
}

/* Older than what the room holds, when it holds as many as it may. */
static bool is_old(const struct room *room, const struct note *note) {
    return room->note_count >= ROOM_NOTES &&
           LIST_ITEM(room->notes.next, struct note, in_list)->message.created_us >
               note->message.created_us;
}

static void place(struct world *world, struct note *note) {
    struct room *room = note->room;
    if (note->message.parent_id != NULL || is_old(room, note)) {
        note->aside = true;
        list_append(&world->aside, &note->in_list);
        world->aside_count++;
        return;
    }
    sort_in(note);
    room->note_count++;
    if (!world->loading)
        regards_count(note);
    if (room->note_count > ROOM_NOTES)
        put_aside(world, LIST_ITEM(room->notes.next, struct note, in_list));
}

static int create(
    struct world *world, struct room *room, struct message *message, struct note **out) {
    struct note *note = calloc(1, sizeof *note);
    if (note == NULL || table_put(&world->notes, message->id, note, NULL) != 0) {
        free(note);
        message_fini(message);
        return -ENOMEM;
    }
    *note = (struct note){
        .message = *message, .room = room, .author = table_find(&world->persons, message->user_id)};
    list_init(&note->nods);
    list_init(&note->in_list);
    *message = (struct message){0};
    place(world, note);
    *out = note;
    return 0;
}

int note_put(struct world *world, struct room *room, struct message *message, struct note **out) {
    struct note *note = note_find(world, message->id), *made;
    if (note != NULL && note->room != room) {
        destroy(world, note);
        note = NULL;
    }
    if (note == NULL)
        return create(world, room, message, out != NULL ? out : &made);
    char *id = note->message.id;
    note->message.id = NULL;
    message_fini(&note->message);
    free(message->id);
    message->id = id;
    note->message = *message;
    *message = (struct message){0};
    if (out != NULL)
        *out = note;
    return 0;
}

/* ---- gone for good ---- */

uint64_t *note_bury(struct world *world, const char *id) {
    const size_t size = strlen(id) + 1;
    struct grave *grave = calloc(1, sizeof *grave + size);
    if (grave == NULL)
        return NULL;
    memcpy(grave->id, id, size);
    grave->pending = UINT64_MAX;
    list_init(&grave->in_world);
    list_append(&world->graves, &grave->in_world);
    return &grave->pending;
}

static void close_grave(struct grave *grave) {
    list_remove(&grave->in_world);
    free(grave);
}

/* One change is made at a time: what has no number yet is of the one that is given up. */
void notes_unbury(struct world *world) {
    LIST_EACH(&world->graves, item)
    if (LIST_ITEM(item, struct grave, in_world)->pending == UINT64_MAX)
        close_grave(LIST_ITEM(item, struct grave, in_world));
}

static void close_settled_graves(struct world *world) {
    LIST_EACH(&world->graves, item)
    if (LIST_ITEM(item, struct grave, in_world)->pending <= world->gate.settled)
        close_grave(LIST_ITEM(item, struct grave, in_world));
}

static bool is_buried(const struct world *world, const struct message *message) {
    LIST_EACH(&world->graves, item) {
        const struct grave *grave = LIST_ITEM(item, struct grave, in_world);
        if (grave->pending <= world->gate.settled)
            continue;
        if (strcmp(grave->id, message->id) == 0 ||
            (message->parent_id != NULL && strcmp(grave->id, message->parent_id) == 0))
            return true;
    }
    return false;
}

/* ---- from the store ---- */

struct recalling {
    struct world *world;
    struct room *room; /* NULL: whichever it is in */
    struct note **found;
    int count, most;
};

/* What is in memory is newer than what is on disk. */
static int recall_message(void *context, const struct message *from) {
    struct recalling *recalling = context;
    struct world *world = recalling->world;
    struct room *room = recalling->room;
    struct note *note = note_find(world, from->id);
    struct message message;
    if (room == NULL)
        room = table_find(&world->rooms, from->cid);
    if (room == NULL || room->absent || recalling->count == recalling->most ||
        from->created_us < room->channel.created_us ||
        from->created_us <= room->channel.truncated_us || is_buried(world, from))
        return 0;
    if (note != NULL && note->aside)
        put_aside(world, note);
    if (note == NULL) {
        int rc = message_copy(&message, from);
        if (rc == 0)
            rc = create(world, room, &message, &note);
        if (rc != 0)
            return rc;
    }
    recalling->found[recalling->count++] = note;
    return 0;
}

static int recall_reaction(void *context, const struct reaction *from) {
    struct recalling *recalling = context;
    struct note *note = note_find(recalling->world, from->message_id);
    struct person *person = table_find(&recalling->world->persons, from->user_id);
    struct reaction reaction;
    if (note == NULL || person == NULL || note->pending > recalling->world->gate.settled ||
        nod_find(note, person, from->type) != NULL)
        return 0;
    int rc = reaction_copy(&reaction, from);
    return rc != 0 ? rc : nod_put(note, person, &reaction, NULL);
}

static const struct store_reader reader = {.message = recall_message, .reaction = recall_reaction};

int note_recall(struct world *world, const char *id, struct note **out) {
    *out = note_find(world, id);
    if (*out != NULL)
        return 0;
    struct recalling recalling = {.world = world, .found = out, .most = 1};
    int rc = world->store->calls->read_message(world->store, id, &reader, &recalling);
    return rc != 0 ? rc : recalling.count == 1 ? 0 : 1;
}

void note_recall_nothing(struct world *world) {
    struct note *none = NULL;
    struct recalling recalling = {.world = world, .found = &none, .most = 1};
    world->store->calls->read_message(world->store, "", &reader, &recalling);
}

/* Whether all of the page is among what the room holds. */
static bool is_held(const struct room *room, const struct store_page *page) {
    if (page->of != STORE_MESSAGES)
        return false;
    if (!room->has_older)
        return true;
    if (room->note_count == 0)
        return false;
    const struct note *oldest = LIST_ITEM(room->notes.next, struct note, in_list);
    if (page->oldest_first)
        return page->after_us >= oldest->message.created_us;
    int held = 0;
    LIST_EACH(&room->notes, item)
    held += LIST_ITEM(item, struct note, in_list)->message.created_us < page->before_us;
    return held >= page->limit;
}

static int page_held(const struct room *room, const struct store_page *page, struct note **found) {
    int count = 0, skip = 0;
    if (!page->oldest_first)
        LIST_EACH(&room->notes, item) {
            int64_t at_us = LIST_ITEM(item, struct note, in_list)->message.created_us;
            skip += at_us > page->after_us && at_us < page->before_us;
        }
    skip -= page->limit;
    LIST_EACH(&room->notes, item) {
        struct note *note = LIST_ITEM(item, struct note, in_list);
        int64_t at_us = note->message.created_us;
        if (at_us <= page->after_us || at_us >= page->before_us || skip-- > 0)
            continue;
        if (count == page->limit)
            break;
        found[count++] = note;
    }
    return count;
}

static int by_created(const void *a, const void *b) {
    const struct note *left = *(struct note *const *)a, *right = *(struct note *const *)b;
    return left->message.created_us < right->message.created_us   ? -1
           : left->message.created_us > right->message.created_us ? 1
                                                                  : 0;
}

int notes_page(
    struct world *world, struct room *room, const struct store_page *page, struct note **found) {
    struct store_page of_room = *page;
    of_room.cid = room->channel.cid;
    if (is_held(room, page))
        return page_held(room, page, found);
    struct recalling recalling = {
        .world = world, .room = room, .found = found, .most = page->limit};
    int rc = world->store->calls->read_page(world->store, &of_room, &reader, &recalling);
    if (rc != 0)
        return rc;
    qsort(found, (size_t)recalling.count, sizeof(struct note *), by_created);
    return recalling.count;
}

/* ---- letting go ---- */

void notes_tidy(struct world *world) {
    close_settled_graves(world);
    LIST_EACH(&world->aside, item) {
        if (world->aside_count <= ASIDE)
            return;
        struct note *note = LIST_ITEM(item, struct note, in_list);
        if (note->pending <= world->gate.settled)
            destroy(world, note);
    }
}

void notes_drop(struct world *world, struct room *room) {
    LIST_EACH(&room->notes, item)
    destroy(world, LIST_ITEM(item, struct note, in_list));
    LIST_EACH(&world->aside, item)
    if (LIST_ITEM(item, struct note, in_list)->room == room)
        destroy(world, LIST_ITEM(item, struct note, in_list));
    room->has_older = false;
}

void notes_fini(struct world *world) {
    LIST_EACH(&world->aside, item)
    destroy(world, LIST_ITEM(item, struct note, in_list));
    LIST_EACH(&world->graves, item)
    close_grave(LIST_ITEM(item, struct grave, in_world));
}

void notes_truncate(struct world *world, struct room *room, int64_t until_us) {
    LIST_EACH(&room->notes, item) {
        struct note *note = LIST_ITEM(item, struct note, in_list);
        if (note->message.created_us <= until_us)
            note_remove(world, note);
    }
    LIST_EACH(&world->aside, item) {
        struct note *note = LIST_ITEM(item, struct note, in_list);
        if (note->room == room && note->message.created_us <= until_us)
            destroy(world, note);
    }
}

/* ---- reactions ---- */

struct nod *nod_find(const struct note *note, const struct person *person, const char *type) {
    LIST_EACH(&note->nods, item) {
        struct nod *nod = LIST_ITEM(item, struct nod, by_note);
        if (nod->person == person && strcmp(nod->reaction.type, type) == 0)
            return nod;
    }
    return NULL;
}

int nod_put(struct note *note, struct person *person, struct reaction *reaction, struct nod **out) {
    struct nod *nod = nod_find(note, person, reaction->type);
    if (nod == NULL) {
        nod = calloc(1, sizeof *nod);
        if (nod == NULL) {
            reaction_fini(reaction);
            return -ENOMEM;
        }
        nod->person = person;
        list_append(&note->nods, &nod->by_note);
    } else {
        reaction_fini(&nod->reaction);
    }
    nod->reaction = *reaction;
    *reaction = (struct reaction){0};
    if (out != NULL)
        *out = nod;
    return 0;
}
