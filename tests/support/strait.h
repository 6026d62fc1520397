/* SPDX-License-Identifier: MIT */
/*
 * Two network namespaces, the near shore and the far shore, and all that lies between them: each
 * packet that crosses is late, lost or overtaken as the test says. The kernels' TCP is real on both
 * sides, so that what a bad network does to a connection is done to ours: it is slow, it is half
 * open, it dies of silence and not of a reset.
 *
 * A thread stands on one shore and takes along those that it starts, and programs too; sockets stay
 * where they were made.
 */
#ifndef SUPPORT_STRAIT_H
#define SUPPORT_STRAIT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define STRAIT_FAR_HOST "10.77.0.2"

enum strait_shore { STRAIT_NEAR, STRAIT_FAR };

struct strait_packet;

struct strait {
    int shores[2];  /* namespaces */
    int tunnels[2]; /* what leaves the near shore, what leaves the far one */
    int wake[2];
    pthread_t thread;
    _Atomic int delay_ms, jitter_ms, loss_percent;
    _Atomic bool closed[2]; /* nothing leaves the near shore; nothing leaves the far one */
    _Atomic bool end;
    _Atomic uint64_t passed, lost, overtaken; /* packets */
    uint64_t chance;
    struct strait_packet *head; /* under way, by when they arrive */
    unsigned under_way;
};

/* The calling thread, the only one yet, then stands on the near shore. False: the kernel has no
 * namespaces or no tunnels for us, and `why` says which. */
bool strait_open(struct strait *strait, uint64_t seed, const char **why);
void strait_close(struct strait *strait);

/* The calling thread goes there. */
void strait_stand(struct strait *strait, enum strait_shore shore);

/* Each packet takes delay ± jitter, so that one may overtake another; of a hundred some are lost.
 */
void strait_weather(struct strait *strait, int delay_ms, int jitter_ms, int loss_percent);

/* From now on nothing leaves these shores, and nobody is told; what is under way is lost. */
void strait_part(struct strait *strait, bool from_near, bool from_far);
void strait_heal(struct strait *strait);

#endif
