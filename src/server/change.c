/* SPDX-License-Identifier: MIT */
#include "server/change.h"
#include "server/load.h"
#include "server/notes.h"
#include "server/regards.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct change *change_begin(struct world *world) {
    struct change *change = calloc(1, sizeof *change);
    if (change == NULL || (change->batch = store_batch_create()) == NULL) {
        free(change);
        return NULL;
    }
    change->world = world;
    return change;
}

struct change *change_of(struct post *post) {
    return LIST_ITEM(post, struct change, held.post);
}

/* What is on its way to the disk is marked with the batch when there is one. */
void change_await(struct change *change, uint64_t *pending) {
    if (change->pending_count == change->pending_cap) {
        size_t cap = change->pending_cap == 0 ? 4 : change->pending_cap * 2;
        uint64_t **all = realloc(change->pending, cap * sizeof(uint64_t *));
        if (all == NULL) {
            change->failed = true;
            return;
        }
        change->pending = all;
        change->pending_cap = cap;
    }
    change->pending[change->pending_count++] = pending;
}

void change_put_person(struct change *change, struct person *person) {
    person->user.last_active_us = person->presence.shown_active_us;
    store_put_user(change->batch, &person->user);
    change_await(change, &person->pending);
}

void change_put_kind(struct change *change, const struct kind *kind) {
    store_put_type(change->batch, &kind->type);
}

void change_remove_kind(struct change *change, struct kind *kind) {
    store_remove_type(change->batch, kind->type.name);
    kind->absent = true;
}

void change_put_room(struct change *change, const struct room *room) {
    store_put_channel(change->batch, &room->channel);
}

void change_put_seat(struct change *change, const struct seat *seat) {
    store_put_member(change->batch, seat->room->channel.cid, &seat->member);
}

void change_remove_seat(struct change *change, struct seat *seat) {
    const char *cid = seat->room->channel.cid, *user_id = seat->person->user.id;
    store_remove_member(change->batch, cid, user_id, world_stamp(change->world));
    store_remove_regard(change->batch, cid, user_id);
    seat_detach(seat);
}

void change_put_note(struct change *change, struct note *note) {
    store_put_message(change->batch, &note->message);
    change_await(change, &note->pending);
}

void change_remove_note(struct change *change, const struct note *note) {
    uint64_t *pending = note_bury(change->world, note->message.id);
    store_remove_message(change->batch, note->room->channel.cid, note->message.id);
    if (pending == NULL)
        change->failed = true;
    else
        change_await(change, pending);
}

void change_truncate(struct change *change, const struct room *room, int64_t until_us) {
    store_truncate(change->batch, room->channel.cid, until_us);
}

void change_put_nod(struct change *change, struct note *note, const struct nod *nod) {
    store_put_reaction(change->batch, note->room->channel.cid, &nod->reaction);
    change_await(change, &note->pending);
}

void change_remove_nod(struct change *change, struct note *note, struct nod *nod) {
    store_remove_reaction(change->batch, note->room->channel.cid, &nod->reaction);
    change_await(change, &note->pending);
    nod_remove(nod);
}

void change_put_regard(struct change *change, const struct regard *regard) {
    const struct store_regard row = regard_row(regard);
    store_put_regard(change->batch, &row);
}

void change_remove_regards(struct change *change, struct room *room) {
    size_t i = 0;
    for (struct regard *regard; (regard = table_next(&room->regard_of, &i)) != NULL;)
        store_remove_regard(change->batch, room->channel.cid, regard->person->user.id);
    regards_forget(room);
}

void change_put_mute(struct change *change, const struct person *person, const struct mute *mute) {
    store_put_mute(change->batch, &(struct store_mute){.user_id = person->user.id,
                                      .target_id = mute->target->user.id,
                                      .created_us = mute->created_us,
                                      .until_us = mute->until_us});
}

void change_remove_mute(struct change *change, const struct person *person, struct mute *mute) {
    store_remove_mute(change->batch, person->user.id, mute->target->user.id);
    mute_remove(mute);
}

void change_put_settings(struct change *change) {
    json *document = json_object();
    char *text = settings_encode(&change->world->settings, document) == 0 ? json_to_text(document)
                                                                          : NULL;
    if (text != NULL)
        store_put_setting(change->batch, SETTINGS_NAME, text);
    else
        change->failed = true;
    free(text);
    json_free(document);
}

static void change_free(struct change *change) {
    post_drop(&change->held.post);
    free(change->pending);
    free(change);
}

/* What a batch touched, kept until it is known that the store did not take it. */
struct touched {
    struct world *world;
    struct bytes names; /* a byte of the object, its key, a NUL, and so on */
};

static void remember(void *context, enum store_object object, const char *key) {
    struct touched *touched = context;
    bytes_append_char(&touched->names, (char)('0' + (int)object));
    bytes_append_text(&touched->names, key);
    bytes_append_char(&touched->names, '\0');
}

static void read_again(const struct touched *touched) {
    const char *end = bytes_text(&touched->names) + touched->names.len;
    for (const char *at = bytes_text(&touched->names); at < end; at += strlen(at) + 1)
        load_object(touched->world, (enum store_object)(at[0] - '0'), at + 1);
}

struct undoing {
    struct held held;
    struct touched touched;
};

static void undo_settled(struct world *world, void *owner, int status);

/* What is on its way to the disk is not to be read over: the undoing waits for it. Without memory
 * to wait it is done now. */
static void undo(struct touched *touched) {
    struct gate *gate = &touched->world->gate;
    struct undoing *undoing = gate->submitted > gate->settled ? calloc(1, sizeof *undoing) : NULL;
    if (undoing == NULL) {
        read_again(touched);
        bytes_fini(&touched->names);
        return;
    }
    undoing->touched = *touched;
    undoing->held.settled = undo_settled;
    undoing->held.owner = undoing;
    gate_hold(gate, &undoing->held, gate->submitted);
}

static void undo_settled(struct world *world, void *owner, int status) {
    struct undoing *undoing = owner;
    (void)status;
    if (world->down)
        bytes_fini(&undoing->touched.names);
    else
        undo(&undoing->touched);
    free(undoing);
}

static void held_settled(struct world *world, void *owner, int status) {
    struct change *change = owner;
    if (change->settled != NULL)
        change->settled(world, change->owner, status);
    change_free(change);
}

static void read_one_again(void *context, enum store_object object, const char *key) {
    load_object(context, object, key);
}

/* With the batch that was not submitted, or (NULL) by what is remembered of it. */
static void undo_all(
    struct change *change, struct touched *touched, const struct store_batch *batch) {
    notes_unbury(change->world);
    if (batch == NULL) {
        undo(touched);
        return;
    }
    bytes_fini(&touched->names);
    store_batch_touched(batch, read_one_again, change->world);
}

void change_undo(struct change *change) {
    if (change == NULL)
        return;
    struct touched touched = {.world = change->world};
    store_batch_touched(change->batch, remember, &touched);
    undo_all(change, &touched, bytes_failed(&touched.names) ? change->batch : NULL);
    store_batch_free(change->batch);
    change->batch = NULL;
    change_free(change);
}

static void not_queued(
    struct change *change, struct touched *touched, const struct store_batch *batch) {
    undo_all(change, touched, batch);
    if (change->settled != NULL)
        change->settled(change->world, change->owner, -EAGAIN);
    change_free(change);
}

/* Nothing differed after all: from what is in memory, which may be on its way to the disk yet. Who
 * asks a second time is then told what becomes of the first; what others hear of it is nothing new,
 * and nothing of that waits. */
static void nothing_to_write(struct change *change) {
    struct gate *gate = &change->world->gate;
    store_batch_free(change->batch);
    change->batch = NULL;
    post_leave(change->world, &change->held.post);
    if (gate->submitted > gate->settled) {
        change->held.settled = held_settled;
        change->held.owner = change;
        gate_hold(gate, &change->held, gate->submitted);
        return;
    }
    held_settled(change->world, change, 0);
}

void change_commit(struct change *change,
    void (*settled)(struct world *world, void *owner, int status), void *owner) {
    struct world *world = change->world;
    change->settled = settled;
    change->owner = owner;
    struct touched touched = {.world = world};
    store_batch_touched(change->batch, remember, &touched);
    uint64_t number = 0;
    if (bytes_failed(&touched.names)) {
        struct store_batch *batch = change->batch;
        change->batch = NULL;
        not_queued(change, &touched, batch);
        store_batch_free(batch);
        return;
    }
    if (touched.names.len == 0 && !change->failed) {
        nothing_to_write(change);
        return;
    }
    if (change->failed)
        store_batch_free(change->batch);
    else
        number = world->store->calls->submit(world->store, change->batch);
    change->batch = NULL;
    if (number == 0) {
        not_queued(change, &touched, NULL);
        return;
    }
    bytes_fini(&touched.names);
    world->gate.submitted = number;
    for (size_t i = 0; i < change->pending_count; i++)
        *change->pending[i] = number;
    change->held.settled = held_settled;
    change->held.owner = change;
    gate_hold(&world->gate, &change->held, number);
}

void change_settled(
    struct world *world, uint64_t number, const struct store_batch *batch, int status) {
    gate_settle(world, &world->gate, number, status);
    if (status == 0 || world->down)
        return;
    store_batch_touched(batch, read_one_again, world);
}
