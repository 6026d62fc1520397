/* SPDX-License-Identifier: MIT */
/*
 * Two rings of pointers (base/spsc) and a bell each. Commands are bounded by what the caller has
 * under way; a full ring is told to them. Beside them stand a few words and the end, which are
 * flags: what must be said when there is no memory left needs none.
 *
 * Notes come as fast as strangers send. When the ring is full, what comes next waits in a list on
 * the network's side, in order:
 *   - a presence note takes the place of the one of the same user that waits already: presence is
 *     state, only the latest is worth telling
 *   - replies and changes of the link always wait; they are bounded by the calls under way
 *   - more than MAILBOX_OVERFLOW other frames, or frames when all that waits weighs MAILBOX_BYTES:
 *     all frames that wait here are dropped, one NOTE_LOST takes their place, and no frame is taken
 *     in until it has been handed over, which is when half of the weight has gone. The caller then
 *     reads everything again, so nothing that was dropped is missed for long.
 *
 * The caller, having taken notes while `wants_room` was set, rings the network, which moves on
 * what waits. wants_room is set before the last look at the ring, and both sides exchange it: of
 * the two exchanges one comes first, and what was done before it is seen after the other. So either
 * the network sees the room, or the caller sees that it is wanted.
 */
#include "client/mailbox.h"

#include "base/spsc.h"
#include "base/table.h"
#include "base/wake.h"

#include <errno.h>

struct mailbox {
    struct heap heap;
    struct spsc *notes, *commands;
    struct wake bell;
    void (*ring_network)(void *context);
    void *context;
    _Atomic bool wants_room, over;
    _Atomic unsigned words; /* enum mailbox_word */
    _Atomic size_t in_ring; /* bytes of notes */
    _Atomic int refs;
    /* The network's own. */
    struct list overflow;
    struct table presence; /* of overflow, by user id */
    size_t frames;         /* of overflow */
    size_t beside;         /* bytes of overflow */
    bool lost;             /* a NOTE_LOST waits in overflow */
};

struct mailbox *mailbox_create(
    const struct heap *heap, size_t notes, void (*ring_network)(void *context), void *context) {
    struct mailbox *mailbox = heap_make(heap, sizeof *mailbox);
    if (mailbox == NULL)
        return NULL;
    mailbox->heap = heap != NULL ? *heap : (struct heap){0};
    mailbox->presence.heap = &mailbox->heap;
    mailbox->bell.fd = -1;
    mailbox->notes = spsc_create(&mailbox->heap, notes, sizeof(struct note *));
    mailbox->commands = spsc_create(&mailbox->heap, MAILBOX_COMMANDS, sizeof(struct command *));
    mailbox->ring_network = ring_network;
    mailbox->context = context;
    atomic_init(&mailbox->wants_room, false);
    atomic_init(&mailbox->over, false);
    atomic_init(&mailbox->words, 0);
    atomic_init(&mailbox->in_ring, 0);
    atomic_init(&mailbox->refs, 2);
    list_init(&mailbox->overflow);
    if (mailbox->notes == NULL || mailbox->commands == NULL || wake_init(&mailbox->bell) < 0) {
        atomic_store(&mailbox->refs, 1);
        mailbox_unref(mailbox);
        return NULL;
    }
    return mailbox;
}

static void empty(struct mailbox *mailbox) {
    struct note *note;
    struct command *command;
    while (mailbox->notes != NULL && spsc_pop(mailbox->notes, &note, 1) == 1)
        note_free(note);
    while (mailbox->commands != NULL && spsc_pop(mailbox->commands, &command, 1) == 1)
        command_free(command);
    LIST_EACH(&mailbox->overflow, item)
    note_free(LIST_ITEM(item, struct note, in_overflow));
}

void mailbox_unref(struct mailbox *mailbox) {
    if (mailbox == NULL || atomic_fetch_sub(&mailbox->refs, 1) != 1)
        return;
    empty(mailbox);
    table_fini(&mailbox->presence);
    spsc_destroy(mailbox->notes);
    spsc_destroy(mailbox->commands);
    wake_fini(&mailbox->bell);
    const struct heap heap = mailbox->heap;
    heap_free(&heap, mailbox);
}

const struct heap *mailbox_heap(const struct mailbox *mailbox) {
    return &mailbox->heap;
}

/* ---- the caller's side ---- */

int mailbox_fd(const struct mailbox *mailbox) {
    return mailbox->bell.fd;
}

int mailbox_ask(struct mailbox *mailbox, struct command *command) {
    if (!spsc_push(mailbox->commands, &command))
        return -EAGAIN;
    mailbox->ring_network(mailbox->context);
    return 0;
}

void mailbox_say(struct mailbox *mailbox, enum mailbox_word word) {
    atomic_fetch_or(&mailbox->words, word);
    mailbox->ring_network(mailbox->context);
}

bool mailbox_is_over(const struct mailbox *mailbox) {
    return atomic_load(&mailbox->over);
}

size_t mailbox_take(struct mailbox *mailbox, struct note **to, size_t max) {
    const size_t taken = spsc_pop(mailbox->notes, to, max);
    size_t weight = 0;
    for (size_t i = 0; i < taken; i++)
        weight += to[i]->weight;
    atomic_fetch_sub(&mailbox->in_ring, weight);
    if (taken > 0 && atomic_exchange(&mailbox->wants_room, false))
        mailbox->ring_network(mailbox->context);
    return taken;
}

void mailbox_wake(struct mailbox *mailbox) {
    wake_up(&mailbox->bell);
}

bool mailbox_sleep(struct mailbox *mailbox) {
    return wake_sleep(&mailbox->bell);
}

void mailbox_leave(struct mailbox *mailbox) {
    wake_again(&mailbox->bell);
}

/* ---- the network's side ---- */

static bool hand_over(struct mailbox *mailbox, struct note *note) {
    const size_t weight = note->weight; /* behind the push it is the caller's */
    atomic_fetch_add(&mailbox->in_ring, weight);
    if (spsc_push(mailbox->notes, &note))
        return true;
    atomic_fetch_sub(&mailbox->in_ring, weight);
    return false;
}

bool mailbox_is_heavy(const struct mailbox *mailbox) {
    return atomic_load(&mailbox->in_ring) + mailbox->beside > MAILBOX_BYTES;
}

static void let_go(struct mailbox *mailbox, struct note *note) {
    list_remove(&note->in_overflow);
    mailbox->beside -= note->weight;
    if (note->kind != NOTE_FRAME)
        return;
    mailbox->frames--;
    if (note->coalesce != NULL && table_find(&mailbox->presence, note->coalesce) == note)
        table_remove(&mailbox->presence, note->coalesce);
}

static void drop_frames(struct mailbox *mailbox) {
    LIST_EACH(&mailbox->overflow, item) {
        struct note *note = LIST_ITEM(item, struct note, in_overflow);
        if (note->kind != NOTE_FRAME)
            continue;
        let_go(mailbox, note);
        note_free(note);
    }
}

static void append(struct mailbox *mailbox, struct note *note) {
    list_append(&mailbox->overflow, &note->in_overflow);
    mailbox->beside += note->weight;
}

static bool take_place(struct mailbox *mailbox, struct note *note) {
    struct note *elder = note->coalesce != NULL ? table_find(&mailbox->presence, note->coalesce)
                                                : NULL;
    if (elder == NULL)
        return false;
    /* In the elder's place: the list is walked in order, and the elder was there first. */
    list_append(&elder->in_overflow, &note->in_overflow);
    mailbox->beside += note->weight;
    let_go(mailbox, elder);
    note_free(elder);
    return true;
}

static void keep_frame(struct mailbox *mailbox, struct note *note) {
    if (mailbox->lost) {
        note_free(note);
        return;
    }
    const bool heavy = mailbox_is_heavy(mailbox);
    const bool placed = !heavy && take_place(mailbox, note);
    if (heavy || (!placed && mailbox->frames >= MAILBOX_OVERFLOW)) {
        drop_frames(mailbox);
        json_free(note->body);
        heap_free(note->heap, note->text);
        *note = (struct note){.heap = note->heap, .kind = NOTE_LOST};
        mailbox->lost = true;
        list_append(&mailbox->overflow, &note->in_overflow);
        return;
    }
    if (!placed)
        append(mailbox, note);
    mailbox->frames++;
    if (note->coalesce != NULL && table_put(&mailbox->presence, note->coalesce, note, NULL) < 0)
        note->coalesce = NULL; /* told twice rather than not at all */
}

static bool has_room(struct mailbox *mailbox, const struct note *note) {
    return spsc_room(mailbox->notes) > 0 &&
           (note->kind != NOTE_LOST || atomic_load(&mailbox->in_ring) <= MAILBOX_BYTES / 2);
}

void mailbox_move_on(struct mailbox *mailbox) {
    bool moved = false;
    while (!list_is_empty(&mailbox->overflow)) {
        struct note *note = LIST_ITEM(mailbox->overflow.next, struct note, in_overflow);
        if (!has_room(mailbox, note)) {
            atomic_exchange(&mailbox->wants_room, true);
            if (!has_room(mailbox, note))
                break;
        }
        let_go(mailbox, note);
        mailbox->lost = mailbox->lost && note->kind != NOTE_LOST;
        hand_over(mailbox, note);
        moved = true;
    }
    if (moved)
        wake_ring(&mailbox->bell);
}

void mailbox_tell(struct mailbox *mailbox, struct note *note) {
    const bool is_frame = note->kind == NOTE_FRAME;
    if (list_is_empty(&mailbox->overflow) && !(is_frame && mailbox_is_heavy(mailbox)) &&
        hand_over(mailbox, note))
        return;
    if (is_frame)
        keep_frame(mailbox, note);
    else
        append(mailbox, note);
    mailbox_move_on(mailbox);
}

unsigned mailbox_words(struct mailbox *mailbox) {
    return atomic_exchange(&mailbox->words, 0);
}

void mailbox_end(struct mailbox *mailbox) {
    atomic_store(&mailbox->over, true);
    wake_ring(&mailbox->bell);
}

void mailbox_ring(struct mailbox *mailbox) {
    wake_ring(&mailbox->bell);
}

size_t mailbox_asked(struct mailbox *mailbox, struct command **to, size_t max) {
    return spsc_pop(mailbox->commands, to, max);
}
