/* SPDX-License-Identifier: MIT */
/*
 * Nothing leaves before it is on disk.
 *
 * A change is made in the world at once and its batch submitted; the reply and the events that came
 * of it wait here, in the order of the batches, until theirs is settled. Who hears an event is
 * decided when it happens, not when it leaves: a snapshot that somebody reads in between has it
 * already, so they are not told again.
 */
#ifndef SERVER_GATE_H
#define SERVER_GATE_H

#include "base/list.h"
#include "server/frame.h"
#include <stdbool.h>
#include <stdint.h>

struct connection;
struct world;

/* Frames on their way, each to one connection, in order. What is owed (a count, that later ones
 * build on) is not undone by saying nothing: whoever misses it must come back and read again. */
struct post {
    struct parcel {
        struct connection *to;
        struct frame *frame;
        bool owed;
    } * parcels;
    size_t count, cap;
};

/* What waits for a batch. */
struct held {
    struct list in_gate;
    uint64_t number;
    struct post post;
    /* Told once, after the post left (status 0) or was dropped (< 0). May be NULL. */
    void (*settled)(struct world *world, void *owner, int status);
    void *owner;
};

struct gate {
    struct list waiting; /* struct held, by number */
    uint64_t submitted;  /* the last number that was given */
    uint64_t settled;    /* the last number that is */
    uint64_t lost;       /* none up to this one will be on disk any more: its elder failed */
};

void gate_init(struct gate *gate);
/* Drop all that waits; each is told -ECANCELED. */
void gate_fini(struct world *world, struct gate *gate);

/* Put one behind a batch that is not settled. */
void gate_hold(struct gate *gate, struct held *held, uint64_t number);

/* The post that leaves with a batch, or NULL: it is settled, or lost. */
struct post *gate_post(struct gate *gate, uint64_t number);

/* A batch is settled: all that waited for it leaves, or (status < 0) is dropped. */
void gate_settle(struct world *world, struct gate *gate, uint64_t number, int status);

/* Add a frame (a reference of its own is taken). Without memory, the connection is behind: it is
 * closed, and comes back to read again. */
void post_add(struct world *world, struct post *post, struct connection *to, struct frame *frame);
void post_add_owed(
    struct world *world, struct post *post, struct connection *to, struct frame *frame);
/* Nothing is said, but if the batch fails they must read again. `post` NULL: it cannot fail. */
void post_owe(struct world *world, struct post *post, struct connection *to);
void post_leave(struct world *world, struct post *post);
void post_drop(struct post *post);

#endif
