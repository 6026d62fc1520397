/* SPDX-License-Identifier: MIT */
/*
 * A store that remembers instead of writing: every batch it ever took, in order; what there is, is
 * what the last of them said. For tests that restart a server hundreds of times a second. A batch
 * settles before submit() returns; one with anything in it but users, types, channels, members and
 * settings is refused, and messages cannot be asked for.
 *
 * close() closes nothing: the ledger is the disk, too. ledger_destroy() ends it.
 */
#ifndef SERVER_LEDGER_H
#define SERVER_LEDGER_H

#include "server/store.h"

struct store *ledger_create(store_settled *settled, void *owner); /* NULL: out of memory */
void ledger_destroy(struct store *ledger);                        /* NULL is fine */

#endif
