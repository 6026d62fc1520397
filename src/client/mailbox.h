/* SPDX-License-Identifier: MIT */
/*
 * The wall: all that the network thread and the caller's thread share. mailbox.c says what happens
 * when it is full. Neither side ever waits for the other.
 */
#ifndef CLIENT_MAILBOX_H
#define CLIENT_MAILBOX_H

#include "client/note.h"

struct mailbox;

enum {
    MAILBOX_NOTES = 4096,    /* in the ring */
    MAILBOX_COMMANDS = 1024, /* in the ring */
    MAILBOX_OVERFLOW = 4096, /* frames that wait beside a full ring; past it they are dropped */
    MAILBOX_BYTES = 64 * 1024 * 1024 /* that all notes weigh; past it frames are dropped, too */
};

/* Two references: one a side. What passes through is made from a copy of `heap`.
 * ring_network(context) wakes the network thread from any thread. `notes` is rounded up to a power
 * of two. NULL: no memory or no descriptor. */
struct mailbox *mailbox_create(
    const struct heap *heap, size_t notes, void (*ring_network)(void *context), void *context);
const struct heap *mailbox_heap(const struct mailbox *mailbox); /* as long as a reference is held */
/* Each side, once, when it is done with it. */
void mailbox_unref(struct mailbox *mailbox);

/* The caller's side. */
int mailbox_fd(const struct mailbox *mailbox);
/* Send a command (taken on 0). 0; -EAGAIN: full. */
int mailbox_ask(struct mailbox *mailbox, struct command *command);
/* Words that neither lack of memory nor a full ring can stop. Those of one kind that were not heard
 * yet are one. */
enum mailbox_word {
    MAILBOX_HURRY = 1, /* dial now */
    MAILBOX_AGAIN = 2, /* the connection is of no use: another */
    MAILBOX_END = 4    /* goodbye; nothing is said after it */
};
void mailbox_say(struct mailbox *mailbox, enum mailbox_word word);
/* The network has let go: no more notes will come. */
bool mailbox_is_over(const struct mailbox *mailbox);
/* Take notes out, oldest first. How many. */
size_t mailbox_take(struct mailbox *mailbox, struct note **to, size_t max);
/* Awake: notes are being taken. Asleep: the descriptor tells of the next; false: there is more. */
void mailbox_wake(struct mailbox *mailbox);
bool mailbox_sleep(struct mailbox *mailbox);
/* Not all was taken: the descriptor is readable. */
void mailbox_leave(struct mailbox *mailbox);

/* The network's side. */
/* Leave a note (taken). The caller is not woken before mailbox_ring(): one bell for a burst, else
 * two threads on one core change places at each event. */
void mailbox_tell(struct mailbox *mailbox, struct note *note);
void mailbox_ring(struct mailbox *mailbox);
/* What waits weighs more than MAILBOX_BYTES: nothing more should be asked for. */
bool mailbox_is_heavy(const struct mailbox *mailbox);
/* The words said since, or-ed. What was asked before them is in the ring. */
unsigned mailbox_words(struct mailbox *mailbox);
/* Nothing is told after this; rings. */
void mailbox_end(struct mailbox *mailbox);
/* Take commands out. How many. */
size_t mailbox_asked(struct mailbox *mailbox, struct command **to, size_t max);
/* The caller may have made room: move on what waits. */
void mailbox_move_on(struct mailbox *mailbox);

#endif
