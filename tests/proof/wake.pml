/* SPDX-License-Identifier: MIT */
/*
 * base/wake.c as a model: a writer that pushes and rings, a reader that drains and sleeps in poll(),
 * which now and then wakes for something else, and now and then leaves what it has no time for.
 * Held: when nothing moves any more, nothing is left undrained; the reader never sleeps through a
 * ring.
 *
 * FAULT_… plants a mistake; each must be found.
 */
#define ITEMS 5
#define STRANGERS 2 /* wakings by something else */
#define LEAVES 2    /* times that not all was drained */

mtype = { ASLEEP, AWAKE, RUNG };
mtype state = ASLEEP;
bool fd;          /* the eventfd is readable */
byte queue;       /* pushed and not drained */
bool sleeps;

inline up() {
    state = AWAKE;
    fd = false /* the read() is a step of its own */
}

active proctype writer() {
    byte i;
    mtype was;
    do
    :: i < ITEMS ->
#ifdef FAULT_ORDER
        d_step { was = state; state = RUNG }
        if
        :: was == ASLEEP -> fd = true
        :: else
        fi;
        queue++;
#else
        queue++;
        d_step { was = state; state = RUNG }
        if
        :: was == ASLEEP -> fd = true
        :: else
        fi;
#endif
        i++
    :: else -> break
    od
}

active proctype reader() {
    byte strangers, leaves;
    bool slept;
    mtype was;
poll:
    sleeps = true;
    if
    :: fd
    :: strangers < STRANGERS -> strangers++
    fi;
    sleeps = false;
    up();
drain:
    do
    :: queue > 0 -> queue--
    :: queue == 0 -> break
    :: leaves < LEAVES -> leaves++; goto leave
    od;
#ifdef FAULT_SLEEP
    state = ASLEEP; /* without a look at what it was */
    goto poll;
#else
    atomic {
        slept = (state != RUNG);
        if
        :: state == AWAKE -> state = ASLEEP
        :: else -> skip
        fi
    };
    if
    :: slept -> goto poll
    :: else ->
        state = AWAKE;
        goto drain
    fi;
#endif
leave:
    state = ASLEEP;
#ifndef FAULT_LEAVE
    d_step { was = state; state = RUNG }
    if
    :: was == ASLEEP -> fd = true
    :: else
    fi;
#endif
    goto poll
}

active proctype nothing_moves() {
end:
    timeout -> assert(queue == 0)
}
