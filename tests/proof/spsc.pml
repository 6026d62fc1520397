/* SPDX-License-Identifier: MIT */
/*
 * base/spsc.c as a model: every interleaving of one producer and one consumer, for ever, at a
 * capacity of CAPACITY slots. Positions wrap at POSITIONS, which is to them what 2^64 is to size_t,
 * so that every wrap-around is walked.
 *
 * Held in every state: nothing is written over that was not read, nothing is read that was not
 * written whole, what comes out is what went in, in order; as many pushes succeed as spsc_room()
 * said. A step is one load or store of what the other side may see; a copy is two, so that a torn
 * one would show. Spin knows no weak memory: that the two positions carry acquire and release is for
 * ThreadSanitizer, which runs the same code.
 *
 * FAULT_… plants a mistake; each must be found, or the model proves nothing.
 */
#ifndef CAPACITY
#define CAPACITY 4
#endif
#define POSITIONS (4 * CAPACITY)
#define NUMBERS 16 /* items are numbered; more than there are slots */
#define APART(tail, head) ((tail + POSITIONS - head) % POSITIONS)
#define SLOT(position) (position % CAPACITY)

byte tail_at, head_at; /* the two atomics */
byte tail_peer, head_peer;
byte slots[CAPACITY];
bool unread[CAPACITY], writing[CAPACITY], reading[CAPACITY]; /* what the model alone knows */

#ifdef FAULT_FULL
#define IS_FULL(tail) (APART(tail, tail_peer) > CAPACITY)
#else
#define IS_FULL(tail) (APART(tail, tail_peer) > CAPACITY - 1)
#endif

inline write_slot(position, item) {
    d_step {
        assert(!unread[SLOT(position)]);
        assert(!reading[SLOT(position)]);
        writing[SLOT(position)] = true;
    }
    d_step {
        slots[SLOT(position)] = item;
        unread[SLOT(position)] = true;
        writing[SLOT(position)] = false;
    }
}

inline read_slot(position, item) {
    d_step {
        assert(unread[SLOT(position)]);
        assert(!writing[SLOT(position)]);
        reading[SLOT(position)] = true;
    }
    d_step {
        assert(slots[SLOT(position)] == item);
        unread[SLOT(position)] = false;
        reading[SLOT(position)] = false;
    }
}

/* spsc_push(): pushed says whether. */
inline push(item) {
    pushed = true;
    if
    :: IS_FULL(tail_at) ->
        tail_peer = head_at;
        if
        :: IS_FULL(tail_at) -> pushed = false
        :: else
        fi
    :: else
    fi;
    if
    :: pushed ->
#ifdef FAULT_PUBLISH
        tail_at = (tail_at + 1) % POSITIONS;
        write_slot((tail_at + POSITIONS - 1) % POSITIONS, item)
#else
        write_slot(tail_at, item);
        tail_at = (tail_at + 1) % POSITIONS
#endif
    :: else
    fi
}

active proctype producer() {
    byte next, room;
    bool pushed;
    do
    :: push(next);
        if
        :: pushed -> next = (next + 1) % NUMBERS
        :: else
        fi
    :: tail_peer = head_at; /* spsc_room() */
        room = CAPACITY - APART(tail_at, tail_peer);
        do
        :: room > 0 ->
            push(next);
            assert(pushed);
            next = (next + 1) % NUMBERS;
            room--
        :: else -> break
        od
    od
}

active proctype consumer() {
    byte next, count, max, i;
    do
    :: select(max : 1 .. CAPACITY);
        if
#ifdef FAULT_REFRESH
        :: APART(head_peer, head_at) < max -> head_peer = (tail_at + 1) % POSITIONS
#else
        :: APART(head_peer, head_at) < max -> head_peer = tail_at
#endif
        :: else
        fi;
        count = APART(head_peer, head_at);
        if
        :: count > max -> count = max
        :: else
        fi;
#ifdef FAULT_RELEASE
        head_at = (head_at + count) % POSITIONS;
        i = 0;
        do
        :: i < count ->
            read_slot((head_at + POSITIONS - count + i) % POSITIONS, next);
            next = (next + 1) % NUMBERS;
            i++
        :: else -> break
        od
#else
        i = 0;
        do
        :: i < count ->
            read_slot((head_at + i) % POSITIONS, next);
            next = (next + 1) % NUMBERS;
            i++
        :: else -> break
        od;
        head_at = (head_at + count) % POSITIONS
#endif
    od
}
