/* SPDX-License-Identifier: MIT */
/*
 * client/mailbox.c where its ring is full, as a model: the network has more notes than fit, says
 * that it wants room and looks once more; the caller, having taken some while room was wanted, rings.
 * Held: when nothing moves any more, nothing waits on the network's side.
 *
 * FAULT_… plants a mistake; each must be found.
 */
#define ROOM 2
#define NOTES 5

byte ring, overflow = NOTES;
bool wants_room, network_rung = true, caller_rung;

active proctype network() {
    do
    :: network_rung ->
        network_rung = false;
        do
        :: overflow > 0 && ring < ROOM ->
            overflow--;
            ring++;
            caller_rung = true
        :: overflow > 0 && ring == ROOM ->
#ifdef FAULT_LOOK
            wants_room = true;
            break
#else
            wants_room = true;
            if
            :: ring == ROOM -> break
            :: else
            fi
#endif
        :: overflow == 0 -> break
        od
    od
}

active proctype caller() {
    byte taken;
    bool wanted;
    do
    :: caller_rung ->
        caller_rung = false;
        do
        :: ring > 0 ->
            select(taken : 1 .. ROOM);
            if
            :: taken > ring -> taken = ring
            :: else
            fi;
#ifdef FAULT_BEFORE
            d_step { wanted = wants_room; wants_room = false }
            ring = ring - taken;
#else
            ring = ring - taken;
            d_step { wanted = wants_room; wants_room = false }
#endif
            if
            :: wanted -> network_rung = true
            :: else
            fi
        :: ring == 0 -> break
        od
    od
}

active proctype nothing_moves() {
end:
    timeout -> assert(overflow == 0 && ring == 0)
}
