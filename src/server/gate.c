/* SPDX-License-Identifier: MIT */
#include "server/gate.h"
#include "server/world.h"

#include <errno.h>
#include <stdlib.h>

void gate_init(struct gate *gate) {
    list_init(&gate->waiting);
    gate->submitted = gate->settled = gate->lost = 0;
}

static void speak(struct world *world, struct connection *to, struct frame *frame) {
    if (!to->live || to->socket == NULL)
        return;
    world->mouth->send(to->socket, frame);
    guest_spoke(&world->guests, &to->guest, world->now);
}

static void add(
    struct world *world, struct post *post, struct connection *to, struct frame *frame, bool owed) {
    if (!to->live || to->socket == NULL)
        return;
    if (post == NULL) {
        speak(world, to, frame);
        return;
    }
    if (post->count == post->cap) {
        size_t cap = post->cap == 0 ? 4 : post->cap * 2;
        struct parcel *parcels = realloc(post->parcels, cap * sizeof *parcels);
        if (parcels == NULL) {
            world->mouth->close(to->socket, 1011, "out of memory");
            return;
        }
        post->parcels = parcels;
        post->cap = cap;
    }
    post->parcels[post->count++] = (struct parcel){
        to, frame != NULL ? frame_ref(frame) : NULL, owed};
    to->refs++;
}

void post_add(struct world *world, struct post *post, struct connection *to, struct frame *frame) {
    add(world, post, to, frame, false);
}

void post_add_owed(
    struct world *world, struct post *post, struct connection *to, struct frame *frame) {
    add(world, post, to, frame, true);
}

void post_owe(struct world *world, struct post *post, struct connection *to) {
    if (post != NULL)
        add(world, post, to, NULL, true);
}

static void miss(struct world *world, struct connection *to) {
    if (to->live && to->socket != NULL && !world->down)
        world->mouth->close(to->socket, 1011, "something was missed");
}

/* Empties the post first: what is done for a parcel may come back to it. */
static void empty(struct world *world, struct post *post, bool leave) {
    struct post taken = *post;
    *post = (struct post){0};
    for (size_t i = 0; i < taken.count; i++) {
        struct parcel *parcel = &taken.parcels[i];
        if (leave && parcel->frame != NULL)
            speak(world, parcel->to, parcel->frame);
        else if (!leave && parcel->owed && world != NULL)
            miss(world, parcel->to);
        frame_unref(parcel->frame);
        connection_unref(parcel->to);
    }
    free(taken.parcels);
}

void post_leave(struct world *world, struct post *post) {
    empty(world, post, true);
}

void post_drop(struct post *post) {
    empty(NULL, post, false);
}

/* Numbers come in order, so that what is held for an older batch goes before the younger ones; a
 * connect may wait for a batch that is not the youngest. */
void gate_hold(struct gate *gate, struct held *held, uint64_t number) {
    held->number = number;
    struct list *after = gate->waiting.prev;
    while (after != &gate->waiting && LIST_ITEM(after, struct held, in_gate)->number > number)
        after = after->prev;
    list_append(after->next, &held->in_gate);
}

struct post *gate_post(struct gate *gate, uint64_t number) {
    if (number <= gate->settled || number <= gate->lost)
        return NULL;
    for (struct list *item = gate->waiting.prev; item != &gate->waiting; item = item->prev) {
        struct held *held = LIST_ITEM(item, struct held, in_gate);
        if (held->number == number)
            return &held->post;
    }
    return NULL;
}

static void settle(struct world *world, struct held *held, int status) {
    list_remove(&held->in_gate);
    empty(world, &held->post, status == 0);
    if (held->settled != NULL)
        held->settled(world, held->owner, status);
}

void gate_settle(struct world *world, struct gate *gate, uint64_t number, int status) {
    if (number > gate->settled)
        gate->settled = number;
    if (status != 0)
        gate->lost = gate->submitted;
    /* All that waited leaves before anybody is told: who is greeted then makes news. */
    LIST_EACH(&gate->waiting, item) {
        struct held *held = LIST_ITEM(item, struct held, in_gate);
        if (held->number > number)
            break;
        empty(world, &held->post, status == 0);
    }
    while (!list_is_empty(&gate->waiting)) {
        struct held *first = LIST_ITEM(gate->waiting.next, struct held, in_gate);
        if (first->number > number)
            break;
        settle(world, first, status);
    }
}

void gate_fini(struct world *world, struct gate *gate) {
    while (gate->waiting.next != NULL && !list_is_empty(&gate->waiting))
        settle(world, LIST_ITEM(gate->waiting.next, struct held, in_gate), -ECANCELED);
}
