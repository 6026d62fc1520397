/* SPDX-License-Identifier: MIT */
/* The documented patience between two attempts to connect. Pure. */
#ifndef CLIENT_RETRY_H
#define CLIENT_RETRY_H

#include "base/chance.h"

/* Milliseconds to wait after `failures` failures in a row (≥ 1): uniform in
 * [min(max(250, (n-1)*2000), 15000), min(500 + n*2000, 25000)]. */
int64_t retry_wait_ms(unsigned failures, struct chance *chance);

#endif
