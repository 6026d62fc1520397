/* SPDX-License-Identifier: MIT */
/*
 * The library's log: lines for the caller's sink, said on the caller's thread alone, so that a sink
 * needs no lock. Values from outside are quoted and escaped; tokens, queries and the text of
 * messages are never said.
 */
#ifndef CLIENT_SAY_H
#define CLIENT_SAY_H

#include "base/log.h"
#include <porchlight/client.h>

void say(const pl_client *client, enum pl_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The link as it now is. */
void say_link(const pl_client *client);

#endif
