/* SPDX-License-Identifier: MIT */
/*
 * The week before the demo: when its people would have been seen at home. Pure: chance and the
 * time come in, turns come out, and a seed's week is the same each time.
 */
#ifndef DEMO_PAST_H
#define DEMO_PAST_H

#include "demo/demo.h"

/* Each person's turns, in order, from a week ago on. Whoever the film begins with is at home in the
 * end; the others left when their row of the table says. */
void past_tell(uint64_t seed, int64_t now_ms, demo_turn_fn tell, void *context);

#endif
