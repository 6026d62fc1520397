/* SPDX-License-Identifier: MIT */
/*
 * Room for what is true. What nobody holds is forgotten where the bound comes near, and where that
 * is not enough, all but the newest messages. Who was refused before there was room again is read
 * again. The caller's thread only.
 */
#ifndef CLIENT_FORGET_H
#define CLIENT_FORGET_H

#include "client/client.h"

enum { FORGET_USUAL = 128 * 1024 * 1024, FORGET_LEAST = 1024 * 1024 };

/* Between two notes: no pointer that a callback was given is in use. May call back, and so end the
 * client. */
void forget_surplus(pl_client *client);

#endif
